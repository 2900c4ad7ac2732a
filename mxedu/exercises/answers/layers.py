"""The answers of the chapter on layers and losses."""

import math

import numpy as np

from ..exercise import Exercise

__all__ = ["ANSWERS"]


def _masked_gradient():
    """Give the gradient of the weight of a Dense layer of two relus under L2Loss."""
    x, w, b, label = np.array([2.0, -1.0]), np.array([[1.0, 3.0], [-2.0, 1.0]]), np.array([2.0, 0.0]), np.array([3.0, -1.0])
    z = w @ x + b
    return np.outer((np.maximum(z, 0) - label) / 2 * (z > 0), x)


def _bent_signal(layers=20, first=0.04, bend=2.0):
    """Give the coefficient of q**2 for tanh, and q after some layers by dq/dl = -bend q**2."""
    return [bend, 1 / (1 / first + bend * layers)]


ANSWERS = {
    "layers.1": Exercise(
        "go back one step at a time: through the loss, through relu, then into the weight; give two rows", _masked_gradient, 1e-9
    ),
    "layers.2": Exercise("write down the output of both nets first, then the gradients of both", lambda: math.sqrt(4)),
    "layers.3": Exercise("begin with a single layer and an input that is not 0", lambda: 1 - (15 / 16) ** 20),
    "layers.4": Exercise("two terms of tanh z will do; give [c, q]", _bent_signal, 2e-3),
    "layers.5": Exercise(
        "the source of Xavier is printed in section 9, and one zigzag is computed in section 10; give [factor, magnitude]",
        lambda: [3**10 * 0.75**5, 1],
    ),
}
