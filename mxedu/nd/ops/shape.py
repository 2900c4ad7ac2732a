"""Operators that move elements, or choose some of them."""

import itertools

import numpy as np

from ..primitive import Primitive

__all__ = ["at", "cast", "concat", "getitem", "pad", "reshape", "scatter", "still", "transpose"]


@Primitive
def still(*arrays, value):
    """Give `value`, which stands still when the arrays change: their gradients are 0."""
    return value


def _zero(x):
    return still(x, value=np.zeros(x.shape, x.dtype))


still.backward_of_each(lambda i, g, out, *arrays, value: _zero(arrays[i]))


@Primitive
def reshape(x, shape, copy=False):
    """Give the same elements, in the same order, in another shape: a view, unless a copy is asked for."""
    out = x.reshape(shape)
    return out.copy() if copy else out


reshape.backward(lambda g, out, x, shape, copy=False: reshape(g, shape=x.shape))


@Primitive
def transpose(x, axes=None):
    """Permute the axes; without `axes`, reverse them. A copy, as in MXNet."""
    return x.transpose(axes).copy()


def _inverse(axes):
    return None if axes is None else tuple(np.argsort([a % len(axes) for a in axes]))


transpose.backward(lambda g, out, x, axes=None: transpose(g, axes=_inverse(axes)))


@Primitive
def cast(x, dtype):
    """Give x in another dtype."""
    return x.astype(dtype)


cast.backward(lambda g, out, x, dtype: cast(g, dtype=x.dtype))


def at(axis, key):
    """Give the key that stands for `key` along an axis, counted from 0, and for everything along the axes before and after it."""
    return (slice(None),) * axis + (key,)


@Primitive
def getitem(x, key):
    """Give x[key], as a copy."""
    return np.array(x[key])


@Primitive
def scatter(g, key, shape):
    """Give zeros of `shape` with `g` added at [key]; an element named twice is added twice."""
    out = np.zeros(shape, g.dtype)
    if all(k is None or k is ... or isinstance(k, int | np.integer | slice) for k in (key if isinstance(key, tuple) else (key,))):
        out[key] = g  # no index arrays: no element is named twice
    else:
        np.add.at(out, key, g)
    return out


getitem.backward(lambda g, out, x, key: scatter(g, key=key, shape=x.shape))
scatter.backward(lambda g, out, x, key, shape: getitem(g, key=key))


class _Concat(Primitive):
    """An operator that is told once where each of its operands begins and ends: to count for each operand anew is quadratic."""

    def __call__(self, *arrays, axis):
        cuts = list(itertools.accumulate((a.shape[axis] for a in arrays), initial=0))
        return super().__call__(*arrays, axis=axis, cuts=cuts)


@_Concat
def concat(*arrays, axis, cuts=None):
    """Put arrays one after the other along an axis."""
    return np.concatenate(arrays, axis=axis)


concat.backward_of_each(lambda i, g, out, *arrays, axis, cuts: getitem(g, key=at(axis % len(g.shape), slice(cuts[i], cuts[i + 1]))))


@Primitive
def pad(x, before, after, value):
    """Put `value` around an array: along each axis so many elements before it, and so many after."""
    out = np.full([b + n + a for b, n, a in zip(before, x.shape, after, strict=True)], value, x.dtype)
    out[_inside(x, before)] = x
    return out


def _inside(x, before):
    return tuple(slice(b, b + n) for b, n in zip(before, x.shape, strict=True))


pad.backward(lambda g, out, x, before, after, value: getitem(g, key=_inside(x, before)))
