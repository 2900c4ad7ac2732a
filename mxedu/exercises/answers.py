"""The answers to the book's exercises, computed, with a hint for each."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..optimizer.adam import adam
from ..optimizer.sgd import momentum


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


def _farthest_start(low=0.03218353, high=2.29715986):
    """Give how far along the largest eigenvector the mean loss of the Trainer chapter, at rate 1, still falls three times."""
    change = [x * (1 - x) ** 4 * ((1 - x) ** 2 - 1) for x in (low, high)]  # of the third step, for parts of length 1
    return math.sqrt(-change[0] / change[1])


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


def _coasting(beta1=0.9, beta2=0.999):
    """Give how far Adam goes on after its gradient has vanished, in multiples of its last step."""
    ratio = beta1 / math.sqrt(beta2)
    return ratio / (1 - ratio)


def _least_correction(beta1=0.9, beta2=0.999):
    """Give the step at which Adam's correction of the rate is least, and that least value."""
    value, step = min((math.sqrt(1 - beta2**t) / (1 - beta1**t), t) for t in range(1, 10_000))
    return [step, value]


ANSWERS = {
    "trainer.1": Exercise("step(n) divides the gradient by n; give both numbers in a list", lambda: [2 - 0.3 * 10 / 5, 2 - 0.3 * 10 / 1]),
    "trainer.2": Exercise("write the 5 x 5 matrix of second moments down and take numpy.linalg.eigvalsh", _largest_rate),
    "trainer.3": Exercise("how often has the gradient been divided by 8?", lambda: 8),
    "trainer.4": Exercise(
        "rescale_grad divides the gradient only; give the wrong number and the right one in a list",
        lambda: [1 - 0.1 * (8 + 0.5) / 8, 1 - 0.1 * (8 / 8 + 0.5)],
    ),
    "trainer.5": Exercise("the third step decides: by (8) it changes the loss by two terms, and at s they cancel", _farthest_start),
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
    "adam.1": Exercise("m_2 = 0.9 m_1 + 0.1 g_2; then divide by 1 - 0.9**2", lambda: [-11 / 19, 4999 / 1999]),
    "adam.2": Exercise(
        "the shares of the ages below h add up to one half where beta**h = 1/2", lambda: [math.log(0.5) / math.log(0.99), 0.99 / 0.01]
    ),
    "adam.3": Exercise("k zeros later m has fallen by beta1**k, and the root of v by beta2**(k/2)", _coasting, 2e-3),
    "adam.4": Exercise("a_t is (3) over eta, the inverse of (14), and section 9 says where (14) is largest", _least_correction, 3e-3),
    "adam.5": Exercise("run it with check_twin, then with constant gradients between 1e-8 and 1e-2", lambda: adam),
}
