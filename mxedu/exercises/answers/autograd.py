"""The answers of the chapter on automatic differentiation."""

import numpy as np

from ..exercise import Exercise

__all__ = ["ANSWERS"]


def _by_hand(a=2.0, b=3.0):
    """Give the derivatives of (p + b) b by p = a b, by a and by b."""
    return [b, b * b, 2 * a * b + 2 * b]


def _inverse():
    """Give the derivative of d / (ad - bc) by a, b, c and d, at the matrix 1 2 / 0 1."""
    a, b, c, d = 1.0, 2.0, 0.0, 1.0
    determinant = a * d - b * c
    return [-d * d / determinant**2, d * c / determinant**2, d * b / determinant**2, -b * c / determinant**2]


def _second_difference(delta=2.0**-53):
    """Give the step at which h**2 / 12 and 4 delta / h**2 are equal, and their sum there."""
    h = (48 * delta) ** (1 / 4)
    return [h, h**2 / 12 + 4 * delta / h**2]


def _checkpoints(n=10_000):
    """Give the length of a segment that needs the least memory, the states kept then, and the steps computed again."""
    states, k = min((n // k + k - 1, k) for k in range(1, n + 1) if n % k == 0)
    return [k, states, n - n // k]


def _hessian_vector():
    """Give the second derivatives of abc + tanh(ab) at (1, 1/2, 2), times (1, -1, 1)."""
    a, b, c = 1.0, 0.5, 2.0
    t = np.tanh(a * b)
    first, second = 1 - t * t, -2 * t * (1 - t * t)
    mixed = c + first + a * b * second
    hessian = np.array([[b * b * second, mixed, b], [mixed, a * a * second, a], [b, a, 0]])
    return hessian @ [1.0, -1.0, 1.0]


ANSWERS = {
    "autograd.1": Exercise("visit y, then s, then p; b is used three times, and its shares add up", _by_hand, 1e-9),
    "autograd.2": Exercise("d(AV) = dA V + A dV = 0; then move V to the other side of the inner product, row by row", _inverse, 1e-9),
    "autograd.3": Exercise(
        "the vjp of a sum hands the same array to both operands; follow which names share it; give [bar x, bar z]",
        lambda: [2.0, 2.0],
        1e-9,
    ),
    "autograd.4": Exercise("h**2 / 12 + 4 delta / h**2: where are the two terms equal? give [h, bound]", _second_difference, 5e-3),
    "autograd.5": Exercise("n/k checkpoints and k - 1 states inside a segment; give [k, states, steps again]", _checkpoints, 1e-9),
    "autograd.6": Exercise("a result that started from (x, v) carries its derivative along v; so does a gradient", _hessian_vector),
}
