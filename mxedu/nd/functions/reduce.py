"""Reductions. A reduction of all elements has shape (1,), as in MXNet."""

import builtins

import numpy as np

from .. import ops
from ..function import function, like
from .shape import axes_of

__all__ = [
    "argmax", "argmax_channel", "argmin", "cumsum", "histogram", "max", "max_axis", "mean", "min", "min_axis", "moments", "nanprod",
    "nansum", "norm", "prod", "sum", "sum_axis",
]  # fmt: skip


def _axes(name, data, axis, exclude=False):
    """Give NumPy's form of the axes: None for all; with `exclude`, those that are not named."""
    if axis is None or (not isinstance(axis, int | np.integer) and len(axis) == 0):
        return () if exclude and axis is not None else None
    axes = axes_of(name, data, axis)
    return tuple(i for i in range(data.ndim) if i not in axes) if exclude else axes


def scalar_like(out):
    """Give a 0-d result the shape (1,)."""
    return ops.reshape(out, shape=(1,)) if out._data.ndim == 0 else out


def _reduction(name, op, what):
    def f(data, axis=None, keepdims=False, exclude=False):
        return scalar_like(op(data, axis=_axes(name, data, axis, exclude), keepdims=bool(keepdims)))

    f.__name__, f.__doc__ = name, f"{what} along the axes (None: all); with `exclude`, along the axes that are not named."
    return function(f)


sum = sum_axis = _reduction("sum", ops.sum, "Add up the elements")
mean = _reduction("mean", ops.mean, "Average the elements")
max = max_axis = _reduction("max", ops.max, "Give the largest element, which shares the gradient with no tied one but gives all of it,")
min = min_axis = _reduction("min", ops.min, "Give the smallest element")


def _prod(data, axis=None, keepdims=False):
    """Multiply the elements along the axes: halves of them, again and again, which needs no division by what may be 0."""
    axes = tuple(range(data.ndim)) if axis is None else axis
    kept = [i for i in range(data.ndim) if i not in axes]
    x = ops.transpose(data, axes=tuple(kept + list(axes))) if axes != tuple(range(len(kept), data.ndim)) else data
    lead = tuple(data.shape[i] for i in kept)
    x = ops.reshape(x, shape=(*lead, int(np.prod([data.shape[i] for i in axes]))))
    if x.shape[-1] == 0:
        x = like(data, np.ones((*lead, 1), data.dtype))
    while (n := x.shape[-1]) > 1:
        first, second = (ops.getitem(x, key=(..., slice(a, a + n // 2))) for a in (0, n // 2))
        rest = ops.getitem(x, key=(..., slice(n - n % 2, n)))
        x = ops.concat(first * second, rest, axis=-1) if n % 2 else first * second
    return ops.reshape(x, shape=tuple(1 if i in axes else n for i, n in enumerate(data.shape)) if keepdims else lead, copy=True)


def _filled(reduce, value):
    """Make a reduction that takes NaN for a number that changes nothing; its gradient is 0."""
    return lambda data, axis, keepdims: reduce(ops.where(ops.equal(data, data), data, value), axis=axis, keepdims=keepdims)


prod = _reduction("prod", _prod, "Multiply the elements")
nansum = _reduction("nansum", _filled(ops.sum, 0.0), "Add up the elements that are not NaN")
nanprod = _reduction("nanprod", _filled(_prod, 1.0), "Multiply the elements that are not NaN")


@function
def norm(data, ord=2, axis=None, out_dtype=None, keepdims=False):
    """Give the Euclidean norm (ord 2), or the sum of the absolute values (ord 1), along the axes (None: all)."""
    if ord not in (1, 2):
        raise ValueError(f"norm: ord must be 1 or 2, got {ord!r}")
    data = data if out_dtype is None else data.astype(out_dtype)
    size = ops.square(data) if ord == 2 else ops.absolute(data)
    total = ops.sum(size, axis=_axes("norm", data, axis), keepdims=bool(keepdims))
    return scalar_like(ops.sqrt(total) if ord == 2 else total)


@function
def moments(data, axes=None, keepdims=False):
    """Give mean and variance along the axes (None: all), as a list."""
    along = _axes("moments", data, axes)
    centre = ops.mean(data, axis=along, keepdims=True)
    variance = ops.mean(ops.square(data - centre), axis=along, keepdims=bool(keepdims))
    return [scalar_like(ops.mean(data, axis=along, keepdims=bool(keepdims))), scalar_like(variance)]


@function
def cumsum(a, axis=None, dtype=None):
    """Give the sums of the first 1, 2, ... elements along an axis; without an axis, of the elements in a row."""
    a = a if dtype is None else a.astype(dtype)
    return ops.cumsum(ops.reshape(a, shape=(a.size,)), axis=0) if axis is None else ops.cumsum(a, axis=axes_of("cumsum", a, axis)[0])


def _place(name, find):
    def f(data, axis=None, keepdims=False):
        axis = None if axis is None else axes_of(name, data, axis)[0]
        return like(data, np.atleast_1d(find(data._data, axis=axis, keepdims=bool(keepdims))).astype(data.dtype))

    what = f"Give the index of the {name[3:]}imum along an axis (None: of the elements in a row), in the array's dtype."
    f.__name__, f.__doc__ = name, what
    return function(f)


argmax = _place("argmax", np.argmax)
argmin = _place("argmin", np.argmin)


@function
def argmax_channel(data):
    """Give the index of the maximum along the last axis."""
    return argmax(data, axis=-1)


@function
def histogram(a, bins=10, range=None):
    """Count the elements in intervals: so many equal ones within `range`, or those between the edges given."""
    edges = bins if isinstance(bins, builtins.int) else np.asarray(bins)
    counts, edges = np.histogram(a._data, edges, range)
    return [like(a, counts.astype(np.int64)), like(a, edges.astype(a.dtype))]
