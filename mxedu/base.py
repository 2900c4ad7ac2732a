"""The errors that code written for MXNet catches."""

__all__ = ["MXNetError", "ShapeError"]


class MXNetError(RuntimeError):
    """What MXNet raises where one of its operators or its graph is misused."""


class ShapeError(MXNetError, ValueError):
    """Operands whose shapes do not fit: an MXNetError there, a ValueError in NumPy."""
