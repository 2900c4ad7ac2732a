"""The answers to the book's exercises, computed, with a hint for each."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Exercise:
    """An exercise: a hint, a function that computes the answer, and the relative error allowed (rounding by hand)."""

    hint: str
    answer: Callable
    rtol: float = 1e-3


def _largest_rate():
    """Give 2 / lambda for the second moments of four features uniform in [0, 1) and a constant 1."""
    h = np.full((5, 5), 1 / 4) + np.eye(5) / 12
    h[4, :] = h[:, 4] = 1 / 2
    h[4, 4] = 1
    return 2 / np.linalg.eigvalsh(h)[-1]


ANSWERS = {
    "trainer.1": Exercise("step(n) divides the gradient by n; give both numbers in a list", lambda: [2 - 0.3 * 10 / 5, 2 - 0.3 * 10 / 1]),
    "trainer.2": Exercise("write the 5 x 5 matrix of second moments down and take numpy.linalg.eigvalsh", _largest_rate),
    "trainer.3": Exercise("how often has the gradient been divided by 8?", lambda: 8**2 / 8),
    "trainer.4": Exercise(
        "rescale_grad divides the gradient only; give the wrong number and the right one in a list",
        lambda: [1 - 0.1 * (8 + 0.5) / 8, 1 - 0.1 * (8 / 8 + 0.5)],
    ),
}
