"""What an exercise is."""

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Exercise"]


@dataclass(frozen=True)
class Exercise:
    """An exercise: a hint, a function that computes the answer, and the relative error allowed (rounding by hand)."""

    hint: str
    answer: Callable
    rtol: float = 1e-3
