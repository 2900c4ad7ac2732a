"""Shapes: reshaping with MXNet's codes, axes, repetition, joining and splitting."""

import math

import numpy as np

from ... import validate
from ...base import ShapeError
from .. import ops
from ..function import function, like

__all__ = [
    "Concat", "Flatten", "Pad", "Reshape", "SliceChannel", "SwapAxis", "broadcast_axes", "broadcast_axis", "broadcast_like",
    "broadcast_to", "concat", "concatenate", "depth_to_space", "expand_dims", "flatten", "flip", "moveaxis", "pad", "repeat", "reshape",
    "reshape_like", "reverse", "shape_array", "size_array", "space_to_depth", "split", "split_v2", "squeeze", "stack", "swapaxes", "tile",
    "transpose",
]  # fmt: skip


def _codes(old, codes):
    """Give the shape that a list of lengths and codes asks of an array of shape `old`.

    0 copies a length, -1 is what is left over, -2 copies the rest, -3 merges two lengths, -4 splits one into the two that follow.
    """
    new, i, k = [], 0, 0
    while k < len(codes):
        code = codes[k]
        if code == -2:
            new += old[i:]
            i = len(old)
        elif code == -3:
            if i + 2 > len(old):
                raise ShapeError(f"reshape: shape {tuple(codes)} merges two lengths with -3, but {tuple(old)} has not so many")
            new.append(old[i] * old[i + 1])
            i += 2
        elif code == -4:
            halves = codes[k + 1 : k + 3]
            if i >= len(old) or len(halves) < 2 or 0 in halves or halves == [-1, -1]:
                raise ShapeError(
                    f"reshape: shape {tuple(codes)} splits with -4, which needs a length of {tuple(old)} to split and two lengths after "
                    "it, not 0 and not both -1"
                )
            a, b = halves
            whole = old[i]
            a, b = (whole // b if a == -1 else a), (whole // a if b == -1 else b)
            if a * b != whole:
                raise ShapeError(f"reshape: shape {tuple(codes)} splits the length {whole} of {tuple(old)} into {a} times {b}")
            new += [a, b]
            i, k = i + 1, k + 2
        else:
            if code == 0 and i >= len(old):
                raise ShapeError(f"reshape: shape {tuple(codes)} copies a length with 0 that {tuple(old)} has not")
            new.append(old[i] if code == 0 else code)
            i += 1
        k += 1
    return new


def new_shape(data, shape, reverse=False):
    """Give the shape that lengths and codes ask of an array."""
    codes = [shape] if isinstance(shape, int | np.integer) else [int(n) for n in shape]
    old = list(data.shape)
    new = _codes(old[::-1], codes[::-1])[::-1] if reverse else _codes(old, codes)
    known = math.prod(n for n in new if n != -1)
    if new.count(-1) == 1 and known and data.size % known == 0:
        new[new.index(-1)] = data.size // known
    if math.prod(new) != data.size or min(new, default=0) < 0:
        raise ShapeError(f"reshape: an array of shape {data.shape} has {data.size} elements and cannot have shape {tuple(codes)}")
    return tuple(new)


@function
def reshape(data, shape, reverse=False):
    """Give a copy of the same elements, in the same order, in another shape; the method of this name gives the same memory.

    Parameters
    ----------
    data : NDArray
        The array.
    shape : int or tuple of int
        Lengths, or codes: 0 copies a length of the old shape, -1 (once) stands for what is left over, -2 copies all that remain,
        -3 merges two, -4 splits one into the two lengths that follow it, of which one may be -1.
    reverse : bool, default False
        Read the shapes from the right.

    Examples
    --------
    >>> from mxedu import nd
    >>> x = nd.zeros((2, 3, 4))
    >>> nd.reshape(x, (0, -1)).shape, x.reshape(-3, 4).shape, x.reshape((-4, 1, 2, -2)).shape
    ((2, 12), (6, 4), (1, 2, 3, 4))
    """
    return ops.reshape(data, shape=new_shape(data, shape, reverse), copy=True)


Reshape = reshape


@function
def reshape_like(lhs, rhs):
    """Give the elements of `lhs` in the shape of `rhs`."""
    return reshape(lhs, rhs.shape)


@function
def flatten(data, inplace=False):
    """Give a matrix: axis 0 stays, the others become one. With `inplace`, of the same memory."""
    if data.ndim == 0:
        raise ShapeError("flatten: data must have an axis 0, got an array of shape (): use reshape((1, 1))")
    return ops.reshape(data, shape=(data.shape[0], math.prod(data.shape[1:])), copy=not inplace)


Flatten = flatten


def axes_of(name, data, axis):
    """Give the axes that an int or a tuple names, from 0; an axis that the array has not is an error."""
    axes = (axis,) if isinstance(axis, int | np.integer) else tuple(axis)
    if any(not -data.ndim <= a < data.ndim for a in axes):
        known = f"they are {-data.ndim} to {data.ndim - 1}" if data.ndim else "it has none"
        raise ShapeError(f"{name}: axis {axis} is not one of an array of shape {data.shape}: {known}")
    return tuple(int(a) % data.ndim for a in axes)


@function
def transpose(data, axes=()):
    """Permute the axes; without `axes`, reverse them."""
    if axes and sorted(axes_of("transpose", data, axes)) != list(range(data.ndim)):
        raise ShapeError(f"transpose: axes {tuple(axes)} must name each axis of an array of shape {data.shape} once")
    return ops.transpose(data, axes=tuple(axes) if axes else None)


@function
def swapaxes(data, dim1=0, dim2=0):
    """Exchange two axes."""
    (a,), (b,) = axes_of("swapaxes", data, dim1), axes_of("swapaxes", data, dim2)
    axes = list(range(data.ndim))
    axes[a], axes[b] = b, a
    return ops.transpose(data, axes=tuple(axes))


SwapAxis = swapaxes


@function
def moveaxis(tensor, source, destination):
    """Move axes to other places; the others keep their order."""
    source, destination = axes_of("moveaxis", tensor, source), axes_of("moveaxis", tensor, destination)
    axes = [a for a in range(tensor.ndim) if a not in source]
    for d, s in sorted(zip(destination, source, strict=True)):
        axes.insert(d, s)
    return ops.transpose(tensor, axes=tuple(axes))


@function
def expand_dims(data, axis, inplace=False):
    """Put in an axis of length 1. With `inplace`, give the same memory."""
    if not isinstance(axis, int | np.integer):
        raise TypeError(f"expand_dims: axis must be an integer, got {axis!r}: call expand_dims once for each axis")
    if not -data.ndim - 1 <= axis <= data.ndim:
        raise ShapeError(f"expand_dims: axis {axis} is none that an array of shape {data.shape} can get")
    axis = axis % (data.ndim + 1)
    return ops.reshape(data, shape=(*data.shape[:axis], 1, *data.shape[axis:]), copy=not inplace)


@function
def squeeze(data, axis=None, inplace=False):
    """Leave out axes of length 1: those named, or all. What has no other axis keeps one. With `inplace`, of the same memory."""
    axes = [i for i, n in enumerate(data.shape) if n == 1] if axis is None else axes_of("squeeze", data, axis)
    if any(data.shape[i] != 1 for i in axes):
        raise ShapeError(f"squeeze: axis {axis} of an array of shape {data.shape} has not length 1")
    return ops.reshape(data, shape=tuple(n for i, n in enumerate(data.shape) if i not in axes) or (1,), copy=not inplace)


@function
def broadcast_to(data, shape):
    """Repeat along axes of length 1, and along new leading axes, until the array has `shape`; 0 keeps a length."""
    lead = len(shape) - data.ndim
    return ops.broadcast_to(data, shape=tuple(data.shape[i - lead] if n == 0 and i >= lead else n for i, n in enumerate(shape)))


@function
def broadcast_like(lhs, rhs, lhs_axes=None, rhs_axes=None):
    """Repeat `lhs` until it has the shape of `rhs`, or only the lengths of the axes named."""
    if lhs_axes is None:
        return ops.broadcast_to(lhs, shape=rhs.shape)
    lengths = list(lhs.shape)
    for a, b in zip(axes_of("broadcast_like", lhs, lhs_axes), axes_of("broadcast_like", rhs, rhs_axes), strict=True):
        lengths[a] = rhs.shape[b]
    return ops.broadcast_to(lhs, shape=tuple(lengths))


@function
def broadcast_axes(data, axis=(), size=()):
    """Repeat along axes of length 1: `size` times along each axis named."""
    sizes = (size,) if isinstance(size, int | np.integer) else size
    lengths = list(data.shape)
    for a, n in zip(axes_of("broadcast_axes", data, axis), sizes, strict=True):
        lengths[a] = n
    return ops.broadcast_to(data, shape=tuple(lengths))


broadcast_axis = broadcast_axes


@function
def tile(data, reps):
    """Put so many copies side by side along each axis."""
    reps = (reps,) if isinstance(reps, int | np.integer) else tuple(reps)
    n = max(len(reps), data.ndim)
    shape, reps = (1,) * (n - data.ndim) + data.shape, (1,) * (n - len(reps)) + reps
    # Between any two axes an axis of copies: (2, 3) tiled (4, 5) is (4, 2, 5, 3) read as (8, 15).
    single = ops.reshape(data, shape=tuple(m for k in shape for m in (1, k)))
    spread = ops.broadcast_to(single, shape=tuple(m for pair in zip(reps, shape, strict=True) for m in pair))
    return ops.reshape(spread, shape=tuple(r * k for r, k in zip(reps, shape, strict=True)))


@function
def repeat(data, repeats, axis=None):
    """Repeat each element so many times along an axis; without an axis, of the elements in a row."""
    if axis is None:
        data, axis = ops.reshape(data, shape=(data.size,)), 0
    (axis,) = axes_of("repeat", data, axis)
    return ops.getitem(data, key=ops.at(axis, np.repeat(np.arange(data.shape[axis]), repeats)))


@function
def flip(data, axis):
    """Turn the order of the elements along axes."""
    axes = axes_of("flip", data, axis)
    return ops.getitem(data, key=tuple(slice(None, None, -1 if i in axes else 1) for i in range(data.ndim)))


reverse = flip


@function
def concat(*data, dim=1):
    """Put arrays one after the other along an axis, by default axis 1."""
    for x in data:
        axes_of("concat", x, dim)
    return ops.concat(*data, axis=dim)


Concat = concat


def concatenate(arrays, axis=0, always_copy=True):
    """Put a list of arrays one after the other along an axis, by default axis 0."""
    return concat(*arrays, dim=axis)


@function
def stack(*data, axis=0):
    """Put arrays of one shape side by side along a new axis."""
    return ops.concat(*[expand_dims(x, axis, inplace=True) for x in data], axis=axis)


@function
def split(data, num_outputs, axis=1, squeeze_axis=False):
    """Give equal parts along an axis, as a list; one part as an array."""
    validate.integer("num_outputs", num_outputs, low=1)
    parts = split_v2(data, num_outputs, axis, squeeze_axis)
    return parts if num_outputs > 1 else parts[0]


SliceChannel = split


@function
def split_v2(ary, indices_or_sections, axis=0, squeeze_axis=False):
    """Give parts along an axis, as a list: so many equal ones, or those that begin at the indices."""
    (axis,) = axes_of("split_v2", ary, axis)
    length = ary.shape[axis]
    if isinstance(indices_or_sections, int | np.integer):
        parts = validate.integer("indices_or_sections", indices_or_sections, low=1)
        if length % parts:
            raise ShapeError(f"split: axis {axis} of shape {ary.shape} cannot be divided into {parts} equal parts")
        cuts = [i * (length // parts) for i in range(parts + 1)]
    else:
        cuts = [0, *indices_or_sections, length]
    parts = [ops.getitem(ary, key=ops.at(axis, slice(a, b))) for a, b in zip(cuts, cuts[1:], strict=False)]
    return [squeeze(part, axis, inplace=True) for part in parts] if squeeze_axis else parts


@function
def pad(data, mode="constant", pad_width=(), constant_value=0.0):
    """Put elements around an array.

    Parameters
    ----------
    data : NDArray
        The array.
    mode : {'constant', 'edge', 'reflect'}
        What is put there: a number, the last element, or the elements before it in reverse.
    pad_width : tuple of int
        How many, before and after, axis by axis: (before_0, after_0, before_1, ...).
    constant_value : float, default 0.0
        The number, for 'constant'.
    """
    if mode not in ("constant", "edge", "reflect"):
        raise ValueError(f"pad: mode must be 'constant', 'edge' or 'reflect', got {mode!r}")
    if len(pad_width) != 2 * data.ndim:
        raise ShapeError(f"pad: pad_width needs two numbers for each axis of an array of shape {data.shape}, got {tuple(pad_width)}")
    before, after = tuple(pad_width[::2]), tuple(pad_width[1::2])
    if mode == "constant":
        return ops.pad(data, before=before, after=after, value=constant_value)
    for axis, (b, a) in enumerate(zip(before, after, strict=True)):
        places = np.pad(np.arange(data.shape[axis]), (b, a), mode=mode)
        data = ops.getitem(data, key=ops.at(axis, places))
    return data


Pad = pad


@function
def shape_array(data):
    """Give the shape as an array of integers."""
    return like(data, np.array(data.shape, np.int64))


@function
def size_array(data):
    """Give the number of elements as an array of one integer."""
    return like(data, np.array([data.size], np.int64))


@function
def depth_to_space(data, block_size):
    """Move blocks of channels of a (batch, channel, height, width) array into its height and width."""
    n, c, h, w = data.shape
    x = ops.reshape(data, shape=(n, block_size, block_size, c // block_size**2, h, w))
    x = ops.transpose(x, axes=(0, 3, 4, 1, 5, 2))
    return ops.reshape(x, shape=(n, c // block_size**2, h * block_size, w * block_size))


@function
def space_to_depth(data, block_size):
    """Move blocks of height and width of a (batch, channel, height, width) array into its channels."""
    n, c, h, w = data.shape
    x = ops.reshape(data, shape=(n, c, h // block_size, block_size, w // block_size, block_size))
    x = ops.transpose(x, axes=(0, 3, 5, 1, 2, 4))
    return ops.reshape(x, shape=(n, c * block_size**2, h // block_size, w // block_size))
