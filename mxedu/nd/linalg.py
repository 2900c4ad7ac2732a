"""What MXNet keeps under `nd.linalg`: products of (stacks of) matrices."""

from .function import function
from .functions.linear import matrix_product

__all__ = ["gemm", "gemm2", "syrk"]


@function
def gemm2(A, B, transpose_a=False, transpose_b=False, alpha=1.0):
    """Give alpha A B for matrices, or stacks of as many matrices."""
    product = matrix_product("gemm2", A, B, transpose_a, transpose_b, axes=2)
    return product if alpha == 1 else product * alpha


@function
def gemm(A, B, C, transpose_a=False, transpose_b=False, alpha=1.0, beta=1.0):
    """Give alpha A B + beta C for matrices, or stacks of as many matrices."""
    return gemm2(A, B, transpose_a, transpose_b, alpha) + C * beta


@function
def syrk(A, transpose=False, alpha=1.0):
    """Give alpha A A^T, or with `transpose` alpha A^T A."""
    return gemm2(A, A, transpose, not transpose, alpha)
