"""MXNet's update operators, ``nd.sgd_update`` and its like: one step of a rule on arrays that the caller keeps.

Each is a line of a table: a rule, its prologue, and the numbers they take. The arrays come first, `weight`, `grad` and the states, all
of one shape and of one dtype, float16, float32 or float64; then the numbers, under MXNet's names. The states are written in place. The
new weight is written to `out` and `out` is given back; without it, a new array is given and the weight left alone. The gradient is only
read. `clip_gradient` and `clip_weights` are limits, none if negative, 0 or None. `name` and `lazy_update` mean nothing here.

MXNet 1.9.1 does otherwise in this: a limit of 0, none in its documentation, makes all 0; None is an error; `nag_mom_update` with
``out=weight`` stores the momentum with the decay of the weight already moved; `adamw_update` overwrites the gradient; a centred
RMSProp's variance may come out below 0. Numbers that make no sense, such as a momentum of 1, are refused here, as by the optimizers,
but `lr` and `wd` may be negative.

>>> from mxedu import nd
>>> w, g, mom = nd.array([1.0, 2.0]), nd.array([4.0, 0.0]), nd.zeros((2,))
>>> nd.sgd_mom_update(w, g, mom, out=w, lr=0.25, momentum=0.5) is w
True
>>> w.asnumpy().tolist(), mom.asnumpy().tolist()
([0.0, 2.0], [-1.0, 0.0])
"""

import functools
import inspect
import math
from numbers import Real

from .. import nd, validate
from ..autograd import is_recording
from ..base import DtypeError, MXNetError, ShapeError
from ..nd import NDArray
from ..nd.memory import aligned_copy
from . import adam, adamw, ftml, ftrl, nag, rmsprop, sgd, signum
from .kernel import apply, kernel
from .prologue import clip, clip_then_decay, decay_then_clip, rescale
from .step import COMPUTED_IN


def _limit(name, value):
    """Give a limit as prologues and rules take it: infinite for none."""
    return value if value is not None and validate.real(f"{name} (None for no limit)", value) > 0 else math.inf


def _scale(name, value):
    """Give a factor that may stand in an array; 0 for NaN and infinity, with which no step is made either."""
    value = value.asscalar() if isinstance(value, NDArray) and value.size == 1 else value
    return 0.0 if isinstance(value, Real) and not math.isfinite(value) else validate.real(f"{name} (or an NDArray of one)", value)


# What the numbers must be that are not just finite.
SHARE = functools.partial(validate.real, low=0, below=1)
FROM_0 = functools.partial(validate.real, low=0)
ABOVE_0 = functools.partial(validate.real, above=0)
CHECKS = {
    "momentum": SHARE, "beta1": SHARE, "beta2": SHARE, "gamma1": SHARE, "gamma2": SHARE, "epsilon": FROM_0, "lamda1": FROM_0,
    "beta": ABOVE_0, "t": functools.partial(validate.integer, low=1), "clip_gradient": _limit, "clip_grad": _limit, "clip_weights": _limit,
    "lazy_update": lambda name, value: value,
}  # fmt: skip


def _operator(rule, prologue, place=nd, **checks):
    """Make the operator of a rule, and put it where MXNet has it; `nd` itself must not know of optimizers.

    The decorated function has the operator's parameters but `out` and `name`. It gives the numbers that the prologue and those that
    the rule takes beside the arrays, or None for no step; `checks` are those of its parameters that `CHECKS` does not say.
    """
    checks = {**CHECKS, **checks}
    also = [inspect.Parameter(x, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=None) for x in ("out", "name")]

    def decorate(f):
        signature = inspect.signature(f)
        names = list(signature.parameters)
        held, numbers = names[: 2 + len(rule.states)], names[2 + len(rule.states) :]
        signature = signature.replace(parameters=[*signature.parameters.values(), *also])

        @functools.wraps(f)
        def operator(*args, **kwargs):
            try:
                bound = signature.bind(*args, **kwargs)
            except TypeError as error:
                raise TypeError(f"{f.__name__}: {error}; it takes {signature}") from None
            bound.apply_defaults()
            values = bound.arguments
            _check(f.__name__, {x: values[x] for x in held}, values["out"])
            for x in numbers:
                values[x] = checks.get(x, validate.real)(f"{f.__name__}: {x}", values[x])
            return _step(rule, prologue, [values[x] for x in held], values["out"], f(*[values[x] for x in names]))

        operator.__signature__ = signature
        setattr(place, f.__name__, operator)
        place.__all__.append(f.__name__)
        return operator

    return decorate


def _check(name, arrays, out):
    """Raise if a step with these arrays could not be made."""
    if is_recording():
        raise MXNetError(f"{name} inside autograd.record() would write arrays that gradients need, unrecorded: end the `with` block first")
    weight = arrays["weight"]
    for what, x in arrays.items() if out is None else [*arrays.items(), ("out", out)]:
        if not isinstance(x, NDArray):
            raise TypeError(f"{name}: {what} must be an NDArray, got {type(x).__name__}: wrap it with nd.array")
        if x.dtype != weight.dtype or x._data.dtype.char not in COMPUTED_IN:
            wanted = weight._data.dtype if weight._data.dtype.char in COMPUTED_IN else "float16, float32 or float64"
            raise DtypeError(f"{name}: {what} must be of dtype {wanted}, as all arrays, got {x._data.dtype}: convert it with astype")
        if x.shape != weight.shape:
            raise ShapeError(f"{name}: {what} must have the weight's shape {weight.shape}, got {x.shape}: nd.zeros_like(weight) has it")
        if what not in ("weight", "grad") and not x._data.flags.writeable:
            raise ValueError(f"{name}: {what} is read-only, but would be written: pass a copy")


def _step(rule, prologue, arrays, out, taken):
    """Treat the gradient, run the rule, write the states and `out`; give `out`, or a new array."""
    weight, grad, *states = arrays
    if taken is None:
        return weight.copy() if out is None else out
    w = weight._data if out is weight else aligned_copy(weight._data)
    treatment, scalars = [tuple(map(COMPUTED_IN[w.dtype.char], x)) for x in taken]
    apply(kernel(prologue, rule), w, grad._data, [x._data for x in states], treatment, scalars)
    if out is None:
        return type(weight)(w)
    if out is not weight:
        out._data[...] = w
    return out


@_operator(sgd.sgd, clip_then_decay)
def sgd_update(weight, grad, lr, wd=0.0, rescale_grad=1.0, clip_gradient=-1.0, lazy_update=True):
    """Make a step of `SGD` without momentum."""
    return (rescale_grad, clip_gradient, wd), sgd.scalars(1, lr)


@_operator(sgd.momentum, clip_then_decay)
def sgd_mom_update(weight, grad, mom, lr, momentum=0.0, wd=0.0, rescale_grad=1.0, clip_gradient=-1.0, lazy_update=True):
    """Make a step of `SGD` with momentum, whose buffer is `mom`."""
    return (rescale_grad, clip_gradient, wd), sgd.momentum_scalars(1, lr, momentum)


@_operator(nag.nag, clip_then_decay)
def nag_mom_update(weight, grad, mom, lr, momentum=0.0, wd=0.0, rescale_grad=1.0, clip_gradient=-1.0):
    """Make a step of `NAG`, whose buffer is `mom`."""
    return (rescale_grad, clip_gradient, wd), nag.scalars(1, lr, momentum)


@_operator(adam.adam, decay_then_clip)
def adam_update(
    weight, grad, mean, var, lr, beta1=0.9, beta2=0.999, epsilon=1e-8, wd=0.0, rescale_grad=1.0, clip_gradient=-1.0, lazy_update=True
):
    """Make a step of `Adam`, whose averages are `mean` and `var`, without its correction (3): `lr` is the rate of (4)."""
    return (rescale_grad, clip_gradient, wd), adam.scalars(math.inf, lr, beta1, beta2, epsilon)


@_operator(rmsprop.rmsprop, decay_then_clip)
def rmsprop_update(weight, grad, n, lr, gamma1=0.95, epsilon=1e-8, wd=0.0, rescale_grad=1.0, clip_gradient=-1.0, clip_weights=-1.0):
    """Make a step of plain `RMSProp`, whose average of squares is `n`."""
    return (rescale_grad, clip_gradient, wd), rmsprop.scalars(1, lr, gamma1, epsilon, clip_weights)


@_operator(rmsprop.centred_rmsprop, decay_then_clip)
def rmspropalex_update(
    weight, grad, n, g, delta, lr, gamma1=0.95, gamma2=0.9, epsilon=1e-8, wd=0.0, rescale_grad=1.0, clip_gradient=-1.0, clip_weights=-1.0
):
    """Make a step of centred `RMSProp`, whose averages are `n`, of squares, and `g`, and whose buffer is `delta`."""
    return (rescale_grad, clip_gradient, wd), rmsprop.centred_scalars(1, lr, gamma1, gamma2, epsilon, clip_weights)


@_operator(ftrl.ftrl, clip, lr=ABOVE_0)
def ftrl_update(weight, grad, z, n, lr, lamda1=0.01, beta=1.0, wd=0.0, rescale_grad=1.0, clip_gradient=-1.0):
    """Make a step of `Ftrl`, whose sums are `z` and `n`."""
    return (rescale_grad, clip_gradient, wd), ftrl.scalars(1, lr, wd, lamda1, beta)


@_operator(ftml.ftml, decay_then_clip, lr=ABOVE_0, epsilon=ABOVE_0)
def ftml_update(weight, grad, d, v, z, lr, beta1=0.6, beta2=0.999, epsilon=1e-8, t=None, wd=0.0, rescale_grad=1.0, clip_grad=-1.0):
    """Make the step of `FTML` of number `t`, from 1, which must be given; its states are `d`, `v` and `z`."""
    return (rescale_grad, clip_grad, wd), ftml.scalars(t, lr, beta1, beta2, epsilon)


@_operator(signum.signsgd, rescale)
def signsgd_update(weight, grad, lr, wd=0.0, rescale_grad=1.0, clip_gradient=-1.0):
    """Make a step of `Signum` without momentum. As in MXNet, `rescale_grad`, even if negative, and `clip_gradient` do nothing."""
    return (1, math.inf, 0), signum.signsgd_scalars(1, lr, wd, 0)


@_operator(signum.signum, clip_then_decay)
def signum_update(weight, grad, mom, lr, momentum=0.0, wd=0.0, rescale_grad=1.0, clip_gradient=-1.0, wd_lh=0.0):
    """Make a step of `Signum`, whose buffer is `mom`; `wd_lh` is the decay beside the rule's sign."""
    return (rescale_grad, clip_gradient, wd), signum.scalars(1, lr, momentum, wd_lh)


@_operator(adamw.adamw, clip, nd.contrib, rescale_grad=_scale)
def adamw_update(weight, grad, mean, var, rescale_grad, lr, eta, beta1=0.9, beta2=0.999, epsilon=1e-8, wd=0.0, clip_gradient=-1.0):
    """Make a step of `AdamW` without corrections, of eta (lr mean / (sqrt(var) + epsilon) + wd weight): ``nd.contrib.adamw_update``.

    `rescale_grad` is a number or an NDArray of one; nothing is written if it is 0, NaN or infinite, as after an overflow.
    """
    # (5) takes eta for its rate, and lr where (3) corrects the bias.
    return None if rescale_grad == 0 else ((rescale_grad, clip_gradient, wd), (eta, wd, beta1, beta2, lr, 1, epsilon, 1))
