"""The answers of the chapter on the Trainer."""

import math

import numpy as np

from ..exercise import Exercise

__all__ = ["ANSWERS"]


def _largest_rate():
    """Give 2 / lambda for the second moments of four features uniform in [0, 1) and a constant 1."""
    h = np.full((5, 5), 1 / 4) + np.eye(5) / 12
    h[4, :] = h[:, 4] = 1 / 2
    h[4, 4] = 1
    return 2 / np.linalg.eigvalsh(h)[-1]


def _farthest_start(low=0.03218353, high=2.29715986):
    """Give how far along the largest eigenvector the mean loss of the Trainer chapter, at rate 1, still falls three times."""
    change = [x * (1 - x) ** 4 * ((1 - x) ** 2 - 1) for x in (low, high)]  # of the third step, for parts of length 1
    return math.sqrt(-change[0] / change[1])


ANSWERS = {
    "trainer.1": Exercise("step(n) divides the gradient by n; give both numbers in a list", lambda: [2 - 0.3 * 10 / 5, 2 - 0.3 * 10 / 1]),
    "trainer.2": Exercise("write the 5 x 5 matrix of second moments down and take numpy.linalg.eigvalsh", _largest_rate),
    "trainer.3": Exercise("how often has the gradient been divided by 8?", lambda: 8),
    "trainer.4": Exercise(
        "rescale_grad divides the gradient only; give the wrong number and the right one in a list",
        lambda: [1 - 0.1 * (8 + 0.5) / 8, 1 - 0.1 * (8 / 8 + 0.5)],
    ),
    "trainer.5": Exercise("the third step decides: by (8) it changes the loss by two terms, and at s they cancel", _farthest_start),
}
