"""Gradients against finite differences."""

import numpy as np

from .modes import record
from .tape import grad

__all__ = ["gradcheck"]


def gradcheck(f, *inputs, order=2, rtol=1e-5, atol=1e-7, step=1e-5, seed=0):
    """Compare the gradients of `f` with projected central differences.

    With a random u, s(x) = <u, f(x)> is a number. Its derivative along a random direction v is estimated by
    (s(x + h v) - s(x - h v)) / 2h and compared with <grad s, v>. One projection stands for the whole Jacobian: a wrong entry goes
    unseen with probability zero. For ``order=2`` the number <p, grad s(x)>, with a random p, is checked in the same way.

    Parameters
    ----------
    f : callable
        Takes arrays and returns one array; smooth near the inputs.
    *inputs : NDArray
        Where to check, in float64: float32 is too coarse for differences.
    order : {1, 2}, default 2
        The highest order of derivative to check.
    rtol, atol : float
        The difference allowed, relative to the derivative and absolute.
    step : float, default 1e-5
        The h above; the estimate is wrong by a multiple of h**2.
    seed : int, default 0
        Seed of the projections.

    Raises
    ------
    AssertionError
        If a derivative and its estimate differ.
    TypeError
        If an input is not in float64.

    Examples
    --------
    >>> from mxedu import autograd, nd
    >>> autograd.gradcheck(lambda x: nd.tanh(x) * x, nd.array([0.3, -1.2], dtype="float64"))
    """
    if order not in (1, 2):
        raise ValueError(f"gradcheck: order must be 1 or 2, got {order!r}")
    for i, x in enumerate(inputs):
        if x.dtype != np.float64:
            raise TypeError(f"gradcheck: input {i} has dtype {x.dtype.__name__}; use float64, float32 is too coarse for differences")
    rng = np.random.default_rng(seed)
    array = type(inputs[0])
    v, p = ([array(rng.standard_normal(x.shape)) for x in inputs] for _ in range(2))
    u = array(rng.standard_normal(f(*inputs).shape))

    def projected(*xs):
        return (f(*xs) * u).sum()

    def slope(*xs):
        return _inner(grad(projected(*xs), list(xs), create_graph=True), p)

    for name, s in (("first", projected), ("second", slope))[:order]:
        (plus, _), (minus, _) = (_recorded(s, inputs, v, h) for h in (step, -step))
        estimate = (float(plus) - float(minus)) / (2 * step)
        y, xs = _recorded(s, inputs, v, 0.0)
        # What was not recorded does not depend on the inputs, as the slope of a linear function.
        exact = 0.0 if y._node is None else float(_inner(grad(y, xs), v))
        if not abs(estimate - exact) <= atol + rtol * abs(exact):
            raise AssertionError(f"gradcheck: the {name} derivative is {exact:.9g} by autograd, {estimate:.9g} by differences")


def _recorded(s, inputs, v, h):
    """Give s at inputs + h v, recorded, and the variables it was computed from."""
    xs = [type(x)(x._data + h * d._data) for x, d in zip(inputs, v, strict=True)]
    for x in xs:
        x.attach_grad()
    with record():
        return s(*xs), xs


def _inner(gradients, directions):
    """Give the inner product of two lists of arrays."""
    total, *rest = [(g * d).sum() for g, d in zip(gradients, directions, strict=True)]
    for term in rest:
        total = total + term
    return total
