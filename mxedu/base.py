"""The errors that code written for MXNet catches."""

__all__ = ["DtypeError", "MXNetError", "ShapeError"]


class MXNetError(RuntimeError):
    """What MXNet raises where one of its operators or its graph is misused."""


class DtypeError(MXNetError, TypeError):
    """Operands whose dtypes do not fit."""


class ShapeError(MXNetError, ValueError):
    """Operands whose shapes do not fit: an MXNetError there, a ValueError in NumPy."""
