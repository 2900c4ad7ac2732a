"""Products of matrices."""

from ...base import ShapeError
from .. import ops
from ..function import function
from ..ndarray import NDArray
from .reduce import scalar_like

__all__ = [
    "batch_dot", "dot", "khatri_rao",
]  # fmt: skip


@function
def dot(lhs, rhs, transpose_a=False, transpose_b=False, forward_stype=None):
    """Sum the products over the last axis of `lhs` and the first axis of `rhs`; `transpose_a` and `transpose_b` reverse axes before.

    Examples
    --------
    >>> from mxedu import nd
    >>> print(nd.dot(nd.array([[1, 2], [3, 4]]), nd.array([1, 10])).asnumpy())
    [21. 43.]
    """
    rhs = rhs if isinstance(rhs, NDArray) else NDArray(rhs)
    if not (lhs.ndim and rhs.ndim):
        raise ShapeError(f"dot: shapes {lhs.shape} and {rhs.shape} do not fit: both need at least one axis; use * with numbers")
    inner = lhs.shape[0] if transpose_a else lhs.shape[-1], rhs.shape[-1] if transpose_b else rhs.shape[0]
    if inner[0] != inner[1]:
        raise ShapeError(f"dot: shapes {lhs.shape} and {rhs.shape} do not fit: {inner[0]} elements against {inner[1]}")
    return scalar_like(ops.dot(lhs, rhs, transpose_a, transpose_b))


def matrix_product(name, lhs, rhs, transpose_a, transpose_b, axes):
    """Multiply matrices, or stacks of as many matrices: arrays of at least so many axes."""
    fit = lhs.ndim == rhs.ndim >= axes
    if fit:
        a = ops.turned(lhs) if transpose_a else lhs
        b = ops.turned(rhs) if transpose_b else rhs
        fit = a.shape[:-2] == b.shape[:-2] and a.shape[-1] == b.shape[-2]
    if not fit:
        raise ShapeError(
            f"{name}: shapes {lhs.shape} and {rhs.shape} do not fit: "
            + ("(batch, n, k) and (batch, k, m) are needed" if axes == 3 else "(..., n, k) and (..., k, m) are needed")
            + (", after transposing" if transpose_a or transpose_b else "")
        )
    return ops.matmul(a, b)


@function
def batch_dot(lhs, rhs, transpose_a=False, transpose_b=False, forward_stype=None):
    """Multiply two stacks of matrices, matrix by matrix."""
    return matrix_product("batch_dot", lhs, rhs, transpose_a, transpose_b, axes=3)


@function
def khatri_rao(*args):
    """Give the Khatri-Rao product: Kronecker products, column by column."""
    result, *others = args
    if not others:
        return result.copy()
    for x in others:
        columns = result.shape[1]
        product = ops.reshape(result, shape=(-1, 1, columns)) * ops.reshape(x, shape=(1, -1, columns))
        result = ops.reshape(product, shape=(-1, columns))
    return result
