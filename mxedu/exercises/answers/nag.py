"""The answers of the chapter on Nesterov's method."""

import numpy as np

from ...optimizer.nag import nag
from ..exercise import Exercise

__all__ = ["ANSWERS"]


def _by_hand():
    """Give the weights after gradients 4, 0 and -8 from w = 1 at lr = 1/4, mu = 1/2."""
    w, mom, path = 1.0, 0.0, []
    for g in (4.0, 0.0, -8.0):
        mom = 0.5 * mom - 0.25 * g
        w += 0.5 * mom - 0.25 * g
        path.append(w)
    return path


def _steepest(mu=0.9, reach=1.8):
    """Give the limit of the rate times L, and by what the steepest mode grows in a step at a rate beyond it."""
    a = 1 - reach
    return [2 * (1 + mu) / (1 + 2 * mu), np.abs(np.roots([1, -(1 + mu) * a, mu * a])).max()]


def _shift(before=0.5, after=0.9, steps=10, eta=0.1):
    """Give how far the look-ahead form's point and the package's weight part when mu changes, at gradient 1."""
    buffer = -eta * (1 - before**steps) / (1 - before)
    return (before - after) * buffer


def _ripples(kappa=100, assumed=10_000):
    """Give the factor a step and the period of the slowest mode at rate 1/L when mu belongs to another kappa."""
    a, s = 1 - 1 / kappa, assumed**-0.5
    mu = (1 - s) / (1 + s)
    return [np.sqrt(mu * a), 2 * np.pi / np.arccos((1 + mu) * a / (2 * np.sqrt(mu * a)))]


ANSWERS = {
    "nag.1": Exercise("the step is mu times the new buffer, less lr times the gradient; give [w_1, w_2, w_3]", _by_hand, 1e-9),
    "nag.2": Exercise(
        "put mu = 0.9 into (9); 1 - eta L is -0.8: solve p(z) = 0; give [limit of eta L, size of the larger root] to four digits",
        _steepest,
    ),
    "nag.3": Exercise("by (12) the difference is (old mu - new mu) times the buffer, and a constant gradient lets it stay", _shift),
    "nag.4": Exercise("give w_1 first; then: in which order do (1) and (2) stand?", lambda: nag),
    "nag.5": Exercise(
        "complex roots have the size sqrt(mu a), and half their sum is sqrt(mu a) times the cosine of their angle; give [factor, period]",
        _ripples,
    ),
}
