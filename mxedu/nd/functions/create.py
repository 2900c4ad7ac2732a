"""New arrays. `ctx` is where they live, by default the current context."""

import numpy as np

from ...context import resolve
from ..function import function, like
from ..ndarray import NDArray, on

__all__ = [
    "arange", "array", "empty", "eye", "from_numpy", "full", "linspace", "ones", "ones_like", "waitall", "zeros", "zeros_like",
]  # fmt: skip


def _new(array, ctx):
    return on(resolve(ctx))(array)


def array(source_array, ctx=None, dtype=None):
    """Copy numbers into a new array.

    Parameters
    ----------
    source_array : NDArray, numpy array, number or nested sequence of numbers
        The elements.
    ctx : Context, optional
        Where it lives.
    dtype : str or type, optional
        Default: the dtype of an NDArray, float32 for everything else.
    """
    if dtype is None:
        dtype = source_array.dtype if isinstance(source_array, NDArray) else np.float32
    return _new(np.array(source_array, dtype=dtype), ctx)


def from_numpy(ndarray, zero_copy=True):
    """Give the memory of a numpy array as an NDArray, or a copy of it."""
    return NDArray(ndarray if zero_copy else ndarray.copy())


def empty(shape, ctx=None, dtype=None):
    """Give a new array of unspecified elements."""
    return _new(np.empty(shape, dtype or np.float32), ctx)


def zeros(shape, ctx=None, dtype=None, stype=None):
    """Give a new array of zeros."""
    return _new(np.zeros(shape, dtype or np.float32), ctx)


def ones(shape, ctx=None, dtype=None):
    """Give a new array of ones."""
    return _new(np.ones(shape, dtype or np.float32), ctx)


def full(shape, val, ctx=None, dtype="float32", out=None):
    """Give a new array filled with `val`, or fill `out`."""
    if out is not None:
        out[...] = val
        return out
    return _new(np.full(shape, val, dtype), ctx)


def arange(start, stop=None, step=1.0, repeat=1, infer_range=None, ctx=None, dtype="float32"):
    """Give the numbers from start (default 0) up to, without, stop, each `repeat` times."""
    start, stop = (0, start) if stop is None else (start, stop)
    return _new(np.repeat(np.arange(start, stop, step), repeat).astype(dtype), ctx)


def linspace(start, stop, num, endpoint=True, ctx=None, dtype="float32"):
    """Give `num` numbers at equal distances from start to stop; without `endpoint`, up to one distance before it."""
    return _new(np.linspace(start, stop, num, endpoint).astype(dtype), ctx)


def eye(N, M=0, k=0, ctx=None, dtype=None):
    """Give an N by M (0: N by N) matrix with ones in the k-th diagonal and zeros elsewhere."""
    return _new(np.eye(N, M or N, k, dtype or np.float32), ctx)


@function
def zeros_like(data):
    """Give zeros of the shape and dtype of `data`."""
    return like(data, np.zeros_like(data._data))


@function
def ones_like(data):
    """Give ones of the shape and dtype of `data`."""
    return like(data, np.ones_like(data._data))


def waitall():
    """Return at once: nothing is asynchronous here."""
