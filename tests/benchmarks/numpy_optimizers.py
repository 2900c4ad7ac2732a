"""Optimizers by hand, in NumPy: in place, without temporaries; `t` counts the steps from 1, `x` is room for what lies between."""

import numpy as np
import work


def sgd(t, w, g, x):
    np.multiply(g, work.LEARNING_RATE, out=x)
    np.subtract(w, x, out=w)


def momentum(t, w, g, mom, x):
    np.multiply(mom, work.MOMENTUM, out=mom)
    np.multiply(g, work.LEARNING_RATE, out=x)
    np.subtract(mom, x, out=mom)
    np.add(w, mom, out=w)


def adam_rate(t):
    """Give the learning rate of a step, with Adam's corrections."""
    return work.LEARNING_RATE * (1 - work.BETA2**t) ** 0.5 / (1 - work.BETA1**t)


def adam(t, w, g, m, v, x):
    np.multiply(m, work.BETA1, out=m)
    np.multiply(g, 1 - work.BETA1, out=x)
    np.add(m, x, out=m)
    np.multiply(v, work.BETA2, out=v)
    np.multiply(g, g, out=x)
    np.multiply(x, 1 - work.BETA2, out=x)
    np.add(v, x, out=v)
    np.sqrt(v, out=x)
    np.add(x, work.EPSILON, out=x)
    np.divide(m, x, out=x)
    np.multiply(x, adam_rate(t), out=x)
    np.subtract(w, x, out=w)
