"""The answers of the chapter on Signum and signSGD."""

import math

import numpy as np

from ...optimizer.signum import signum
from ..exercise import Exercise

__all__ = ["ANSWERS"]


def _by_hand():
    """Give the weights after gradients 4, 0 and -1 from w = 1 at lr = 1/4, mu = 1/2."""
    w, mom, path = 1.0, 0.0, []
    for g in (4.0, 0.0, -1.0):
        mom = 0.5 * mom - 0.5 * g
        w += 0.25 * np.sign(mom)
        path.append(w)
    return path


def _normal(x):
    """Give the probability that a standard normal is below x."""
    return math.erfc(-x / math.sqrt(2)) / 2


def _how_many(s=0.5, wanted=0.95):
    """Give how many normal gradients must be averaged, and how many must vote, for the sign to be right this often."""

    def vote(m, p):
        return sum(math.comb(m, k) * p**k * (1 - p) ** (m - k) for k in range(m // 2 + 1, m + 1))

    averaged, voting = 1, 1
    while _normal(s * math.sqrt(averaged)) < wanted:
        averaged += 1
    while vote(voting, _normal(s)) < wanted:
        voting += 2
    return [averaged, voting]


def _noisy_wall(target=5.0, sigma=5.0):
    """Give the weight in [0, 1] at which the mean sign balances a decoupled decay of 1."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if math.erf((target - middle) / (sigma * math.sqrt(2))) > middle:
            low = middle
        else:
            high = middle
    return low


ANSWERS = {
    "signum.1": Exercise("work out the buffer exactly before you take its sign, at every step; give [w_1, w_2, w_3]", _by_hand, 1e-9),
    "signum.2": Exercise("section 11 has the probability of a right sign for the mean and for the vote; give [n, M]", _how_many),
    "signum.3": Exercise("at that weight the mean of the sign, from (10) with the minimum at 5, cancels the decay", _noisy_wall),
    "signum.4a": Exercise("write down both buffers, step by step; give [theirs, ours]", lambda: [0.0, -0.2], 1e-9),
    "signum.4": Exercise("compare the first line with (1)", lambda: signum),
    "signum.5": Exercise("write sign(p_t) with the two errors beside it, and sum over many steps; mind the sign", lambda: -1 / 4),
}
