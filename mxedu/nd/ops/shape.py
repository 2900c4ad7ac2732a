"""Operators that move elements, or choose some of them."""

import builtins

import numpy as np

from ..primitive import Primitive

__all__ = ["cast", "concat", "getitem", "pad", "reshape", "scatter", "transpose"]


@Primitive
def reshape(x, shape):
    """Give the same elements, in the same order, in another shape."""
    return x.reshape(shape)


reshape.backward(lambda g, out, x, shape: reshape(g, shape=x.shape))


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


@Primitive
def getitem(x, key):
    """Give x[key], as a copy."""
    return np.array(x[key])


@Primitive
def scatter(g, key, shape):
    """Give zeros of `shape` with `g` added at [key]; an element named twice is added twice."""
    out = np.zeros(shape, g.dtype)
    np.add.at(out, key, g)
    return out


getitem.backward(lambda g, out, x, key: scatter(g, key=key, shape=x.shape))
scatter.backward(lambda g, out, x, key, shape: getitem(g, key=key))


def _span(arrays, i, axis):
    """Give the key of the i-th array in the row of all of them."""
    start = builtins.sum(a.shape[axis] for a in arrays[:i])
    return (slice(None),) * (axis % len(arrays[i].shape)) + (slice(start, start + arrays[i].shape[axis]),)


@Primitive
def concat(*arrays, axis):
    """Put arrays one after the other along an axis."""
    return np.concatenate(arrays, axis=axis)


concat.backward_of_each(lambda i, g, out, *arrays, axis: getitem(g, key=_span(arrays, i, axis)))


@Primitive
def pad(x, before, after, value):
    """Put `value` around an array: along each axis so many elements before it, and so many after."""
    out = np.full([b + n + a for b, n, a in zip(before, x.shape, after, strict=True)], value, x.dtype)
    out[_inside(x, before)] = x
    return out


def _inside(x, before):
    return tuple(slice(b, b + n) for b, n in zip(before, x.shape, strict=True))


pad.backward(lambda g, out, x, before, after, value: getitem(g, key=_inside(x, before)))
