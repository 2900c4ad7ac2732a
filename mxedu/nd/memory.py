"""Where arrays begin."""

import math

import numpy as np

CACHE_LINE = 64


def aligned_copy(array):
    """Copy a numpy array to one that begins at a cache line."""
    copy = aligned_zeros(array.shape, array.dtype)
    copy[...] = array
    return copy


def aligned_zeros(shape, dtype):
    """Give zeros that begin at a cache line.

    NumPy's large arrays begin 16 bytes after one, so that every vector of 64 bytes lies across two lines. Kernels then take 1.4 times
    as long (measured: float32 Adam and SGD on 1e6 weights). Parameters, gradients and states are made here.
    """
    dtype = np.dtype(dtype)
    size = math.prod(shape) * dtype.itemsize
    buffer = np.zeros(size + CACHE_LINE, np.uint8)
    start = -buffer.ctypes.data % CACHE_LINE
    return buffer[start : start + size].view(dtype).reshape(shape)
