"""Compiled loops over arrays that are no update rules."""

import math

import numba as nb
import numpy as np

__all__ = ["sum_of_squares"]

BLOCK = 16_384


@nb.njit(nogil=True, fastmath={"reassoc", "contract"})
def _of_block(x):
    # Only here may terms be added in another order, and fused with their products, in float64.
    total = 0.0
    for i in range(x.size):
        total += np.float64(x[i]) * np.float64(x[i])
    return total


@nb.njit(nogil=True)
def _of_blocks(x):
    sums = np.empty((x.size + BLOCK - 1) // BLOCK)
    for k in range(sums.size):
        sums[k] = _of_block(x[k * BLOCK : (k + 1) * BLOCK])
    return sums


def sum_of_squares(x):
    """Give the sum of the squares of a numpy array's elements, in float64.

    Blocks are summed one by one and added exactly, so that the order of the blocks does not matter.
    """
    flat = np.ascontiguousarray(x).reshape(-1)
    if flat.dtype not in (np.float32, np.float64):
        flat = flat.astype(np.float32)
    try:
        return math.fsum(_of_blocks(flat).tolist())
    except OverflowError:  # of finite terms whose sum is beyond float64
        return math.inf
