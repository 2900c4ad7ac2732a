"""What MXNet keeps under `nd.contrib`."""

import math

import numpy as np

from ..base import ShapeError
from . import ops
from .function import function, like, unary
from .functions.index import integers
from .functions.shape import axes_of

__all__ = [
    "allclose", "arange_like", "boolean_mask", "cond", "div_sqrt_dim", "foreach", "index_array", "index_copy", "isfinite", "isinf", "isnan",
    "while_loop",
]  # fmt: skip


def _test(name, test, what):
    return unary(name, lambda x: like(x, test(x._data).astype(x.dtype)), f"1 where it is {what}, else 0,")


isnan = _test("isnan", np.isnan, "NaN")
isinf = _test("isinf", np.isinf, "infinite")
isfinite = _test("isfinite", np.isfinite, "finite")


@function
def allclose(a, b, rtol=1e-5, atol=1e-8, equal_nan=False):
    """Give 1 if all elements are close, else 0, as an array of no axes."""
    return like(a, np.array(np.allclose(a._data, b._data, rtol, atol, equal_nan), np.uint8))


@function
def arange_like(data, start=0.0, step=1.0, repeat=1, axis=None):
    """Give start, start + step, ... in the shape of the data, or as many as an axis is long."""
    n = data.size if axis is None else data.shape[axis]
    out = (start + step * (np.arange(n) // repeat)).astype(data.dtype)
    return like(data, out.reshape(data.shape) if axis is None else out)


@function
def boolean_mask(data, index, axis=0):
    """Give the slices along an axis at which `index` is not 0."""
    (axis,) = axes_of("boolean_mask", data, axis)
    if index.shape != (data.shape[axis],):
        raise ShapeError(f"boolean_mask: index must have shape {(data.shape[axis],)}, for axis {axis} of {data.shape}, got {index.shape}")
    return ops.getitem(data, key=ops.at(axis, np.flatnonzero(index._data)))


@function
def div_sqrt_dim(data):
    """Divide by the square root of the last axis's length."""
    return data / math.sqrt(data.shape[-1])


@function
def index_array(data, axes=None):
    """Give for each element its indices, or those along some axes."""
    grid = np.stack(np.indices(data.shape), axis=-1).astype(np.int64)
    return like(data, grid if axes is None else grid[..., list(axes)])


@function
def index_copy(old_tensor, index_vector, new_tensor):
    """Give the first array with the slices that the indices name replaced by those of the last."""
    i = integers(index_vector)
    kept = np.ones((old_tensor.shape[0],) + (1,) * (old_tensor.ndim - 1), bool)
    kept[i] = False
    return ops.where(kept, old_tensor, 0.0) + ops.scatter(new_tensor, key=(i,), shape=old_tensor.shape)


def foreach(body, data, init_states):
    """Run ``output, states = body(slice, states)`` over the slices along axis 0; give the outputs, stacked, and the last states."""
    states, outputs = init_states, []
    for i in range(len(data[0] if isinstance(data, list) else data)):
        output, states = body([x[i] for x in data] if isinstance(data, list) else data[i], states)
        outputs.append(output)
    return _stacked(outputs), states


def while_loop(cond, func, loop_vars, max_iterations=None):
    """Run ``output, loop_vars = func(*loop_vars)`` while ``cond(*loop_vars)`` holds; give the outputs, stacked, and the variables.

    As in MXNet, the stacked outputs are `max_iterations` long; here what no step wrote is 0.
    """
    if max_iterations is None:
        raise ValueError("while_loop: max_iterations must be given: the outputs are so long")
    outputs = []
    while len(outputs) < max_iterations and cond(*loop_vars):
        output, loop_vars = func(*loop_vars)
        outputs.append(output)
        loop_vars = loop_vars if isinstance(loop_vars, list | tuple) else [loop_vars]
    if not outputs:
        return [], loop_vars
    missing = max_iterations - len(outputs)
    blank = [x * 0 for x in outputs[-1]] if isinstance(outputs[-1], list | tuple) else outputs[-1] * 0
    return _stacked(outputs + [blank] * missing), loop_vars


def cond(pred, then_func, else_func):
    """Call one of two functions, as the predicate says."""
    return then_func() if bool(pred) else else_func()


def _stacked(outputs):
    """Stack arrays along a new axis 0; of lists of arrays, those that stand in one place."""
    if isinstance(outputs[0], list | tuple):
        return [_stacked(list(column)) for column in zip(*outputs, strict=True)]
    return ops.concat(*[ops.reshape(x, shape=(1, *x.shape)) for x in outputs], axis=0)
