"""Reductions. `axis` is None (all axes), an int or a tuple."""

import builtins
import functools

import numpy as np

from ..primitive import Primitive
from .arithmetic import broadcast_to, equal, where
from .shape import at, cast, getitem, reshape

__all__ = ["cumsum", "max", "mean", "min", "sum"]


@Primitive
def sum(x, axis=None, keepdims=False):
    """Add up the elements along the axes. Integers stay what they are; NumPy would make them 64 bits wide."""
    return np.add.reduce(x, axis=axis, keepdims=keepdims, dtype=x.dtype if x.dtype.kind in "iu" else None)


@Primitive
def mean(x, axis=None, keepdims=False):
    """Average the elements along the axes."""
    if x.dtype == np.float16:  # whose sums overflow
        return mean.forward(x.astype(np.float32), axis, keepdims).astype(np.float16)
    total = np.add.reduce(x, axis=axis, keepdims=keepdims)
    count = x.size // builtins.max(total.size, 1)
    return total if count == 1 and total.dtype.kind == "f" else np.divide(total, count)


@Primitive
def max(x, axis=None, keepdims=False):
    """Give the largest element along the axes; every tied element gets the whole gradient."""
    return np.maximum.reduce(x, axis=axis, keepdims=keepdims)


@Primitive
def min(x, axis=None, keepdims=False):
    """Give the smallest element along the axes; every tied element gets the whole gradient."""
    return np.minimum.reduce(x, axis=axis, keepdims=keepdims)


@functools.lru_cache
def _kept_shape(shape, axis):
    """Give the shape of a reduction that keeps the reduced axes, as axes of length 1."""
    axes = range(len(shape)) if axis is None else {a % len(shape) for a in (axis if isinstance(axis, tuple) else (axis,))}
    return tuple(1 if i in axes else n for i, n in enumerate(shape))


def _kept(y, x, axis, keepdims):
    """Give back to a reduction of x the axes it lost."""
    return y if keepdims else reshape(y, shape=_kept_shape(x.shape, axis))


def _spread(g, x, axis, keepdims):
    """Give every element of x the gradient of the reduction that it went into."""
    g = _kept(g, x, axis, keepdims)
    return g if g.shape == x.shape else broadcast_to(g, shape=x.shape)


def _extremum_backward(g, out, x, axis=None, keepdims=False):
    at_extremum = equal(x, _kept(out, x, axis, keepdims))
    return where(at_extremum, _spread(g, x, axis, keepdims), 0.0)


def _mean_backward(g, out, x, axis=None, keepdims=False):
    count = x.size // builtins.max(out.size, 1)
    if count > 1:  # in float32 where the count may be more than the dtype's largest number
        g = cast(cast(g, dtype=np.float32) / count, dtype=np.float16) if g.dtype == np.float16 else g / count
    return _spread(g, x, axis, keepdims)


sum.backward(lambda g, out, x, axis=None, keepdims=False: _spread(g, x, axis, keepdims))
mean.backward(_mean_backward)
max.backward(_extremum_backward)
min.backward(_extremum_backward)


@Primitive
def cumsum(x, axis):
    """Give the sums of the first 1, 2, ... elements along an axis."""
    return np.cumsum(x, axis=axis, dtype=x.dtype)


def _reversed(x, axis):
    return getitem(x, key=at(axis % len(x.shape), slice(None, None, -1)))


cumsum.backward(lambda g, out, x, axis: _reversed(cumsum(_reversed(g, axis), axis=axis), axis))
