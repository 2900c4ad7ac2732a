"""Choosing elements: by index, by order, by condition."""

import builtins

import numpy as np

from ...base import ShapeError
from .. import ops
from ..function import function, like
from ..ndarray import NDArray, operand
from .reduce import scalar_like
from .shape import axes_of

__all__ = [
    "argsort", "batch_take", "choose_element_0index", "crop", "diag", "gather_nd", "one_hot", "onehot_encode", "pick",
    "ravel_multi_index", "scatter_nd", "slice", "slice_axis", "slice_like", "sort", "take", "topk", "unravel_index", "where",
]  # fmt: skip


def indices_within(name, indices, length, mode):
    """Give an array of indices as integers within 0 ... length - 1: clipped into it, or wrapped round."""
    if mode not in ("clip", "wrap", "raise"):
        raise ValueError(f"{name}: mode must be 'clip', 'wrap' or 'raise', got {mode!r}")
    i = integers(indices)
    if mode == "raise" and i.size and not (-length <= i.min() and i.max() < length):
        raise IndexError(f"{name}: indices from {i.min()} to {i.max()} are not all within an axis of length {length}")
    return np.minimum(np.maximum(i, 0), length - 1) if mode == "clip" else i % length


def integers(x):
    """Give the elements of an index array as NumPy's integers."""
    return np.asarray(x._data if isinstance(x, NDArray) else x).astype(np.intp)  # np.asarray of an NDArray is a copy


@function
def take(a, indices, axis=0, mode="clip"):
    """Give the slices of `a` that the indices name along an axis, in the shape of the indices."""
    (axis,) = axes_of("take", a, axis)
    return ops.getitem(a, key=ops.at(axis, indices_within("take", indices, a.shape[axis], mode)))


@function
def pick(data, index, axis=-1, keepdims=False, mode="clip"):
    """Give one element from each row along an axis: the one that `index` names."""
    axis = data.ndim - 1 if axis is None else axes_of("pick", data, axis)[0]
    lead, kept = data.shape[:axis] + data.shape[axis + 1 :], (*data.shape[:axis], 1, *data.shape[axis + 1 :])
    i = indices_within("pick", index, data.shape[axis], mode)
    if i.shape not in (lead, kept):
        raise ShapeError(f"pick: index must have shape {lead} or {kept}, for axis {axis} of data of shape {data.shape}, got {i.shape}")
    key = list(np.ix_(*map(np.arange, lead)))
    key.insert(axis, i.reshape(lead))
    out = ops.getitem(data, key=tuple(key))
    return ops.reshape(out, shape=kept) if keepdims else scalar_like(out)


choose_element_0index = pick


@function
def batch_take(a, indices):
    """Give a[i, indices[i]] for each i."""
    return pick(a, indices)


@function
def gather_nd(data, indices):
    """Give the elements, or slices, whose indices stand in the columns of `indices`."""
    return ops.getitem(data, key=tuple(integers(indices)))


@function
def scatter_nd(data, indices, shape):
    """Give zeros of `shape` with `data` at the places whose indices stand in the columns of `indices`."""
    return ops.scatter(data, key=tuple(integers(indices)), shape=tuple(shape))


@function
def where(condition, x, y):
    """Take x where the condition is not 0, else y. A condition of shape (n,) chooses among n rows; x or y may be a number."""
    x, y = operand(x), operand(y)
    array = x if isinstance(x, NDArray) else y
    if not isinstance(array, NDArray):
        raise TypeError(f"where: x or y must be an NDArray, got {x!r} and {y!r}: use nd.full for one of them")
    if condition.ndim == 1 and array.ndim > 1 and condition.shape[0] == array.shape[0]:
        condition = ops.reshape(condition, shape=(-1, *(1,) * (array.ndim - 1)))
    return ops.where(condition, x, y)


@function
def one_hot(indices, depth, on_value=1.0, off_value=0.0, dtype="float32"):
    """Give for each index a row of length `depth`: `on_value` at the index, `off_value` elsewhere."""
    hot = integers(indices)[..., None] == np.arange(depth)
    return like(indices, np.where(hot, on_value, off_value).astype(dtype))


@function
def onehot_encode(indices, out_shape):
    """Give one_hot rows in the shape of the second array."""
    return one_hot(indices, out_shape.shape[1])


@function
def slice(data, begin, end, step=()):
    """Give data[begin[0]:end[0]:step[0], begin[1]:...]."""
    begin, end, step = ([x] if x is None or isinstance(x, int | np.integer) else list(x) for x in (begin, end, step))
    if len(begin) != len(end) or len(step) > len(begin):
        raise ShapeError(f"slice: begin and end must be of one length, and step not longer, got {begin}, {end} and {step}")
    step += [None] * (len(begin) - len(step))
    return ops.getitem(data, key=tuple(builtins.slice(b, e, s or None) for b, e, s in zip(begin, end, step, strict=True)))


crop = slice


@function
def slice_axis(data, axis, begin, end):
    """Give data[begin:end] along an axis."""
    (axis,) = axes_of("slice_axis", data, axis)
    return ops.getitem(data, key=ops.at(axis, builtins.slice(begin, end)))


@function
def slice_like(data, shape_like, axes=()):
    """Cut the ends of axes (all, or those named) so that they are as long as those of another array."""
    chosen = axes_of("slice_like", data, axes) if axes != () else range(data.ndim)
    return ops.getitem(data, key=tuple(builtins.slice(shape_like.shape[i] if i in chosen else None) for i in range(data.ndim)))


def _order(data, axis, is_ascend):
    """Give the indices that sort along an axis; equal elements keep their order."""
    x = data._data
    if is_ascend:
        return np.argsort(x, axis=axis, kind="stable")
    turned = np.flip(x, axis)  # from the right, so that of equal elements the first still comes first
    return np.flip(x.shape[axis] - 1 - np.argsort(turned, axis=axis, kind="stable"), axis)


def _along(data, order, axis):
    """Give the elements at the places `order` along an axis."""
    key = list(np.ogrid[tuple(map(builtins.slice, order.shape))])
    key[axis] = order
    return ops.getitem(data, key=tuple(key))


def _row(name, data, axis):
    """Give (array, axis); without an axis, the elements in a row."""
    return (ops.reshape(data, shape=(data.size,)), 0) if axis is None else (data, axes_of(name, data, axis)[0])


@function
def sort(data, axis=-1, is_ascend=True):
    """Sort along an axis (None: the elements in a row)."""
    data, axis = _row("sort", data, axis)
    return _along(data, _order(data, axis, is_ascend), axis)


@function
def argsort(data, axis=-1, is_ascend=True, dtype="float32"):
    """Give the indices that sort along an axis (None: the elements in a row)."""
    data, axis = _row("argsort", data, axis)
    return like(data, _order(data, axis, is_ascend).astype(dtype))


@function
def topk(data, axis=-1, k=1, ret_typ="indices", is_ascend=False, dtype="float32"):
    """Give the k largest elements along an axis (None: of the elements in a row), the largest first.

    Parameters
    ----------
    data : NDArray
        The array.
    axis : int or None, default -1
        Along which axis.
    k : int, default 1
        How many; 0 for all.
    ret_typ : {'indices', 'value', 'both', 'mask'}
        What is given: indices in `dtype`, elements, a list of elements and indices, or 1 at these elements and 0 elsewhere.
    is_ascend : bool, default False
        Give the smallest elements, the smallest first.
    dtype : str, default 'float32'
        Of the indices.
    """
    if ret_typ not in ("indices", "value", "both", "mask"):
        raise ValueError(f"topk: ret_typ must be 'indices', 'value', 'both' or 'mask', got {ret_typ!r}")
    whole = data
    data, axis = _row("topk", data, axis)
    if not 0 <= k <= data.shape[axis]:
        raise ValueError(f"topk: k must be from 0 (all) to {data.shape[axis]}, the length of axis {axis}, got {k!r}")
    order = np.take(_order(data, axis, is_ascend), range(k or data.shape[axis]), axis=axis)
    if ret_typ == "mask":
        mask = np.zeros(data.shape, data.dtype)
        np.put_along_axis(mask, order, 1, axis=axis)
        return like(data, mask.reshape(whole.shape))
    indices = like(data, order.astype(dtype))
    if ret_typ == "indices":
        return indices
    values = _along(data, order, axis)
    return values if ret_typ == "value" else [values, indices]


@function
def diag(data, k=0, axis1=0, axis2=1):
    """Give the k-th diagonal of a matrix, or of the matrices that two axes make; of a vector, the matrix with that diagonal."""
    if data.ndim == 1:
        n, i = data.size + abs(k), np.arange(data.size)
        return ops.scatter(data, key=(i + max(-k, 0), i + max(k, 0)), shape=(n, n))
    (a,), (b,) = axes_of("diag", data, axis1), axes_of("diag", data, axis2)
    i = np.arange(max(0, min(data.shape[a] + min(k, 0), data.shape[b] - max(k, 0))))
    moved = ops.transpose(data, axes=(*(x for x in range(data.ndim) if x not in (a, b)), a, b))
    return ops.getitem(moved, key=(..., i + max(-k, 0), i + max(k, 0)))


@function
def unravel_index(data, shape):
    """Give the indices, one row for each axis, of places counted in a row in an array of `shape`."""
    return like(data, np.array(np.unravel_index(integers(data), shape)).astype(data.dtype))


@function
def ravel_multi_index(data, shape):
    """Give the places counted in a row of indices, one row for each axis, in an array of `shape`."""
    return like(data, np.ravel_multi_index(tuple(integers(data)), shape).astype(data.dtype))
