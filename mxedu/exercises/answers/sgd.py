"""The answers of the chapter on SGD."""

from ...optimizer.sgd import momentum
from ..exercise import Exercise

__all__ = ["ANSWERS"]


def _momentum_by_hand():
    """Give the weights after gradients 4, 0 and -8 from w = 1 at lr = 1/4, mu = 1/2."""
    w, mom, path = 1.0, 0.0, []
    for g in (4.0, 0.0, -8.0):
        mom = 0.5 * mom - 0.25 * g
        w += mom
        path.append(w)
    return path


def _momentum_floor(eta=0.1, mu=0.9, curvature=2.0, sigma=1.5):
    """Give the stationary variance of momentum on a noisy quadratic."""
    return eta * sigma**2 * (1 + mu) / (curvature * (1 - mu) * (2 * (1 + mu) - eta * curvature))


def _rate_drop(mu=0.9, steps=30, high=0.1, low=0.01):
    """Give how far the two forms of momentum part one step after the rate drops, and in the end."""
    buffer = (1 - mu**steps) / (1 - mu)
    return [(high - low) * mu * buffer, (high - low) * mu / (1 - mu) * buffer]


ANSWERS = {
    "sgd.1": Exercise("a zero gradient does not stop the buffer; give [w_1, w_2, w_3]", _momentum_by_hand, 1e-9),
    "sgd.2": Exercise("the mean of B curvatures has the same expectation and 1/B of the variance; use (15)", lambda: 2 / (1 + 1 / 4)),
    "sgd.3": Exercise(
        "write E w², E w mom and E mom² after a step in terms of those before it: three linear equations", _momentum_floor, 1e-2
    ),
    "sgd.4": Exercise(
        "only what is in the buffer at step 30 differs: it goes on at rate 0.1 in one form and 0.01 in the other; "
        "give [after step 31, limit]",
        _rate_drop,
        2e-3,
    ),
    "sgd.5a": Exercise("go through the two lines in their order; the second uses the mom of the first", lambda: -(1 + 0.9) * 0.1),
    "sgd.5": Exercise("compare the first step from an empty buffer with (2) and (3)", lambda: momentum),
}
