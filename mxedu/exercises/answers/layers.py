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
        "the loss is averaged over the two outputs, and relu's mask comes before (2); give two rows", _masked_gradient, 1e-9
    ),
    "layers.2": Exercise(
        "both weights of the single unit are c times those of the others, and the outputs must agree", lambda: math.sqrt(4)
    ),
    "layers.3": Exercise("how probable is it that one layer is off, and that none of twenty is?", lambda: 1 - (15 / 16) ** 20),
    "layers.4": Exercise("square the series of tanh; E z**4 = 3 q**2; then 1/q grows evenly; give [c, q]", _bent_signal, 2e-3),
    "layers.5": Exercise("read what Xavier does with the root when rnd_type is 'gaussian'; give [factor, magnitude]", lambda: [3**10, 1]),
}
