"""What MXNet keeps under `nd.linalg`: products of (stacks of) matrices."""

from . import ops
from .function import function

__all__ = ["gemm", "gemm2", "syrk"]


@function
def gemm2(A, B, transpose_a=False, transpose_b=False, alpha=1.0):
    """Give alpha A B for matrices, or stacks of as many matrices."""
    product = ops.matmul(ops.turned(A) if transpose_a else A, ops.turned(B) if transpose_b else B)
    return product if alpha == 1 else product * alpha


@function
def gemm(A, B, C, transpose_a=False, transpose_b=False, alpha=1.0, beta=1.0):
    """Give alpha A B + beta C for matrices, or stacks of as many matrices."""
    return gemm2(A, B, transpose_a, transpose_b, alpha) + C * beta


@function
def syrk(A, transpose=False, alpha=1.0):
    """Give alpha A A^T, or with `transpose` alpha A^T A."""
    return gemm2(A, A, transpose, not transpose, alpha)
