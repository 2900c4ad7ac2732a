"""The answers to the book's exercises, computed, with a hint for each."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Exercise:
    """An exercise: a hint, a function that computes the answer, and the relative error allowed (rounding by hand)."""

    hint: str
    answer: Callable
    rtol: float = 1e-3


ANSWERS = {}
