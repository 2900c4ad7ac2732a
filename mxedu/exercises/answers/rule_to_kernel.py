"""The answers of the chapter on the way from a rule to machine code."""

import numpy as np

from ...optimizer.rule import rule, sqrt
from ..exercise import Exercise

__all__ = ["ANSWERS"]

DIVISION, ROOT, BANDWIDTH = 0.10, 0.17, 100  # of the exercises: ns, ns, bytes a ns


def _bytes():
    """Give the bytes a weight of AdaGrad, FTML and Adam in float32, and of Adam in float64."""
    return [size * (2 * (1 + states) + 1) for states, size in ((1, 4), (3, 4), (2, 4), (2, 8))]


@rule("v")
def rms(w, g, v, lr, beta, epsilon, one):
    """One step of RMSProp."""
    v = beta * v + (one - beta) * (g * g)
    w = w - lr * g / (sqrt(v) + epsilon)
    return w, v


def _ftrl():
    """Give the ns a weight of Ftrl's memory, of its arithmetic, and of that with one division left."""
    return [4 * 7 / BANDWIDTH, 3 * DIVISION + 2 * ROOT, DIVISION + 2 * ROOT]


def _lamb():
    """Give LAMB's bytes a weight: the rule with states m, v, u; the norms of w and u; the step, which reads u and moves w."""
    passes = [4 * (2 * 4 + 1), 4 * 2, 4 * 3]
    return [sum(passes), sum(passes) / BANDWIDTH]


def _sums():
    """Give the float32 sums of 2**24 and eight ones: in one chunk, and in three chunks of three whose sums are added in order."""
    x = np.array([2**24, *[1] * 8], np.float32)
    return [np.add.accumulate(x)[-1], np.add.accumulate([np.add.accumulate(part)[-1] for part in np.split(x, 3)])[-1]]


ANSWERS = {
    "rule_to_kernel.1": Exercise("count the states, then use (2); a float64 has 8 bytes instead of 4", _bytes, 1e-9),
    "rule_to_kernel.2": Exercise("two things are refused; the number 1 and the root have names", lambda: rms),
    "rule_to_kernel.3": Exercise("(2) with two states; three divisions and two roots; x / lr and x * (1 / lr)", _ftrl, 1e-9),
    "rule_to_kernel.4": Exercise("(2) for the rule with its three states; then read two arrays; then (2) without a state", _lamb, 1e-9),
    "rule_to_kernel.5": Exercise("above 2**24 only even numbers exist, and a tie goes to the multiple of 4", _sums, 1e-12),
}
