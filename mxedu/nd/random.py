"""Random draws: MXNet 1.9.1's, number by number, for the same seed.

Only gamma, Poisson and negative binomial draws have numbers of their own, which depend on the seed in the same way. Where a
distribution's parameters are arrays, `shape` numbers are drawn for each of their elements.
"""

import numpy as np

from ..context import resolve
from . import ops
from .ndarray import NDArray, on
from .streams import choices, draw, generator, integers, lengths, normals, order, seed, units

__all__ = [
    "exponential", "exponential_like", "gamma", "gamma_like", "generalized_negative_binomial", "multinomial", "negative_binomial", "normal",
    "normal_like", "poisson", "poisson_like", "randint", "randn", "seed", "shuffle", "uniform", "uniform_like",
]  # fmt: skip


def _given(array, ctx, out):
    """Give drawn numbers as an NDArray, or write them to `out`."""
    if out is None:
        return on(resolve(ctx))(array)
    out[...] = NDArray(array)
    return out


def _distributed(stream, transform, parameters, shape, dtype, ctx, out):
    """Draw from a stream and transform, for parameters that are numbers, or arrays of one shape."""
    if out is not None:
        shape, dtype = out.shape if shape is None else shape, out.dtype if dtype is None else dtype
    arrays = [p._data for p in parameters if isinstance(p, NDArray)]
    if not arrays:
        numbers = draw(stream, (1,) if shape is None else shape, dtype)
        return _given(transform(numbers, *map(numbers.dtype.type, parameters)), ctx, out)
    each = () if shape is None else lengths(shape)
    numbers = draw(stream, arrays[0].shape + each, dtype)
    parameters = [np.asarray(p, numbers.dtype).reshape(np.shape(p) + (1,) * (len(each) if np.ndim(p) else 0)) for p in parameters]
    return _given(transform(numbers, *parameters), ctx, out)


def uniform(low=0.0, high=1.0, shape=None, dtype=None, ctx=None, out=None):
    """Draw uniformly from [low, high).

    Parameters
    ----------
    low, high : float or NDArray
        The bounds.
    shape : int or tuple of int, optional
        Default: (1,).
    dtype : {'float32', 'float64'}, optional
        Default: float32.
    ctx : Context, optional
        Where the array lives.
    out : NDArray, optional
        What to write to, instead of making a new array.

    Examples
    --------
    >>> from mxedu import nd, random
    >>> random.seed(0)
    >>> print(nd.random.uniform(shape=(2,)))
    <BLANKLINE>
    [0.5488135 0.5928446]
    <NDArray 2 @cpu(0)>
    """
    if not isinstance(low, NDArray) and not isinstance(high, NDArray) and not low <= high:
        raise ValueError(f"low must not exceed high, got low={low!r}, high={high!r}")
    return _distributed(units, lambda u, a, b: a + (b - a) * u, (low, high), shape, dtype, ctx, out)


def normal(loc=0.0, scale=1.0, shape=None, dtype=None, ctx=None, out=None):
    """Draw from the normal distribution of mean `loc` and standard deviation `scale`."""
    if not isinstance(scale, NDArray) and not scale >= 0:
        raise ValueError(f"scale is a standard deviation and must not be negative, got {scale!r}")
    return _distributed(normals, lambda z, mean, deviation: mean + deviation * z, (loc, scale), shape, dtype, ctx, out)


def randn(*shape, loc=0.0, scale=1.0, dtype=None, ctx=None):
    """Draw from the normal distribution; the shape is given as positional arguments."""
    return normal(loc, scale, shape or (1,), dtype, ctx)


def exponential(scale=1.0, shape=None, dtype=None, ctx=None, out=None):
    """Draw from the exponential distribution of mean `scale`."""
    if not isinstance(scale, NDArray) and not scale > 0:
        raise ValueError(f"scale is a mean and must be positive, got {scale!r}")
    return _distributed(units, lambda u, mean: -np.log(1 - u) * mean, (scale,), shape, dtype, ctx, out)


def multinomial(data, shape=(), get_prob=False, dtype="int32"):
    """Draw indices with given probabilities.

    Parameters
    ----------
    data : NDArray
        Probabilities along the last axis, which add up to 1.
    shape : int or tuple of int, default ()
        How many indices for each set of probabilities; default: one.
    get_prob : bool, default False
        Give the logarithms of the probabilities of what was drawn too; their gradient reaches `data`.
    dtype : str, default 'int32'
        Of the indices.
    """
    each = lengths(shape)
    rows = data._data.reshape(-1, data.shape[-1])
    u = choices(len(rows) * int(np.prod(each))).reshape(len(rows), -1)
    drawn = np.array([np.searchsorted(np.cumsum(p), x, side="right") for p, x in zip(rows, u, strict=True)])
    drawn = np.minimum(drawn, data.shape[-1] - 1)
    whole = (data.shape[:-1] + each) or (1,)
    indices = type(data)(drawn.reshape(whole).astype(dtype))
    if not get_prob:
        return indices
    chosen = ops.getitem(ops.reshape(data, shape=rows.shape), key=(np.arange(len(rows))[:, None], drawn))
    return [indices, ops.reshape(ops.log(chosen), shape=whole)]


def _generated(method, parameters, shape, dtype, ctx, out):
    """Draw with a method of NumPy's generators."""
    if out is not None and shape is None:
        shape = out.shape
    shape = None if shape is None else lengths(shape)
    size = shape or (1,)
    arrays = [p.shape for p in parameters if isinstance(p, NDArray)]
    if arrays:
        each = shape or ()
        parameters = [np.asarray(p).reshape(np.shape(p) + (1,) * (len(each) if np.ndim(p) else 0)) for p in parameters]
        size = arrays[0] + each
    return _given(method(generator(), *parameters, size=size).astype(dtype), ctx, out)


def randint(low, high=None, shape=None, dtype="int32", ctx=None, out=None):
    """Draw integers from low up to, without, high."""
    if high is None or not low < high:
        raise ValueError(f"low must be less than high, got low={low!r}, high={high!r}")
    if np.dtype(dtype) not in (np.int32, np.int64):
        raise ValueError(f"dtype must be int32 or int64, got {dtype}: use astype")
    shape = out.shape if out is not None and shape is None else (1,) if shape is None else shape
    return _given(draw(integers(int(low), int(high)), shape, np.float32).astype(dtype), ctx, out)


def gamma(alpha=1.0, beta=1.0, shape=None, dtype="float32", ctx=None, out=None):
    """Draw from the gamma distribution of shape `alpha` and scale `beta`."""
    return _generated(np.random.Generator.gamma, (alpha, beta), shape, dtype, ctx, out)


def poisson(lam=1.0, shape=None, dtype="float32", ctx=None, out=None):
    """Draw from the Poisson distribution of mean `lam`."""
    return _generated(np.random.Generator.poisson, (lam,), shape, dtype, ctx, out)


def negative_binomial(k=1, p=1.0, shape=None, dtype="float32", ctx=None, out=None):
    """Draw the number of failures before the k-th success, of probability `p`."""
    return _generated(np.random.Generator.negative_binomial, (k, p), shape, dtype, ctx, out)


def generalized_negative_binomial(mu=1.0, alpha=1.0, shape=None, dtype="float32", ctx=None, out=None):
    """Draw from the negative binomial distribution of mean `mu` and variance ``mu + alpha * mu**2``."""
    return negative_binomial(1 / alpha, 1 / (1 + alpha * mu), shape, dtype, ctx, out)


def shuffle(data):
    """Give the array with its slices along axis 0 in random order."""
    return type(data)(data._data[order(len(data), rows=data.ndim > 1)])


def uniform_like(data, low=0.0, high=1.0):
    """Draw uniformly, in the shape of an array."""
    return uniform(low, high, data.shape)


def normal_like(data, loc=0.0, scale=1.0):
    """Draw from the normal distribution, in the shape of an array."""
    return normal(loc, scale, data.shape)


def exponential_like(data, lam=1.0):
    """Draw from the exponential distribution of rate `lam`, in the shape of an array."""
    return exponential(1 / lam, data.shape)


def gamma_like(data, alpha=1.0, beta=1.0):
    """Draw from the gamma distribution, in the shape of an array."""
    return gamma(alpha, beta, data.shape)


def poisson_like(data, lam=1.0):
    """Draw from the Poisson distribution, in the shape of an array."""
    return poisson(lam, data.shape)


def random_exponential(lam=1.0, shape=None, ctx=None, dtype=None, out=None):
    """Draw from the exponential distribution of rate `lam`."""
    return exponential(1 / lam, shape, dtype, ctx, out)


def _older(draw, *names):
    """Make the form of a draw under MXNet's older name: ctx stands before dtype, and parameters may have other names."""

    def f(*parameters, shape=None, ctx=None, dtype=None, out=None, **named):
        parameters = list(parameters)
        given = parameters[: len(names)] + [named.pop(name) for name in names[len(parameters) :] if name in named]
        rest = dict(zip(("shape", "ctx", "dtype", "out"), parameters[len(names) :], strict=False))
        options = {"shape": shape, "ctx": ctx, "dtype": dtype, "out": out} | rest
        return draw(*given, **{k: v for k, v in options.items() if v is not None}, **named)

    parameters = ", ".join((*names, "shape", "ctx", "dtype", "out"))
    f.__name__, f.__doc__ = f"random_{draw.__name__}", f"Do as `{draw.__name__}` does; the parameters are {parameters}."
    return f


random_uniform, random_normal = _older(uniform, "low", "high"), _older(normal, "loc", "scale")
random_gamma, random_poisson = _older(gamma, "alpha", "beta"), _older(poisson, "lam")
random_randint = _older(randint, "low", "high")
sample_normal = _older(normal, "mu", "sigma")
