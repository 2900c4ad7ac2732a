"""Products of matrices."""

import math

import numpy as np

from ..primitive import Primitive
from .shape import reshape, transpose

__all__ = ["dot", "matmul", "turned"]


@Primitive
def matmul(a, b):
    """Give the product of two matrices, or of two stacks of as many matrices."""
    return np.matmul(a, b)


def turned(x):
    """Exchange the last two axes."""
    n = len(x.shape)
    return x.T if n == 2 else transpose(x, axes=(*range(n - 2), n - 1, n - 2))


matmul.backward(
    lambda g, out, a, b: matmul(g, turned(b)),
    lambda g, out, a, b: matmul(turned(a), g),
)


def dot(a, b, transpose_a=False, transpose_b=False):
    """Sum the products over the last axis of `a` and the first axis of `b`."""
    a = transpose(a) if transpose_a else a
    b = transpose(b) if transpose_b else b
    if len(a.shape) == 2 and len(b.shape) == 2:
        return matmul(a, b)
    k, rows, columns = a.shape[-1], a.shape[:-1], b.shape[1:]
    product = matmul(reshape(a, shape=(math.prod(rows), k)), reshape(b, shape=(k, math.prod(columns))))
    return reshape(product, shape=rows + columns)
