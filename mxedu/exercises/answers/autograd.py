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


def _hessian_vector():
    """Give the second derivatives of abc + tanh(ab) at (1, 1/2, 2), times (1, -1, 1)."""
    a, b, c = 1.0, 0.5, 2.0
    t = np.tanh(a * b)
    first, second = 1 - t * t, -2 * t * (1 - t * t)
    mixed = c + first + a * b * second
    hessian = np.array([[b * b * second, mixed, b], [mixed, a * a * second, a], [b, a, 0]])
    return hessian @ [1.0, -1.0, 1.0]


ANSWERS = {
    "autograd.1": Exercise("in which order are the three results visited, and how often is each operand used?", _by_hand, 1e-9),
    "autograd.2": Exercise("solve for dV, keep the order of the factors, and go on as section 5 does for AB", _inverse, 1e-9),
    "autograd.3": Exercise(
        "write down `bar` before and after each visit: which arrays are new? give [bar x, bar z]",
        lambda: [2.0, 2.0],
        1e-9,
    ),
    "autograd.4": Exercise("which term of the bound grows as h shrinks, and which one falls? give [h, bound]", _second_difference, 5e-3),
    "autograd.5": Exercise("try f = a * b by hand first: what does each number of the backward pass carry?", _hessian_vector),
}
