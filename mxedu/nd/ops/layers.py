"""What layers and losses do often enough to be worth one operator."""

import numpy as np

from ..primitive import Primitive
from .arithmetic import unbroadcast
from .elementwise import exp
from .reduce import mean, sum
from .shape import reshape

__all__ = ["dense", "half_mean_square", "half_squared_error", "log_softmax", "softmax", "softmax_cross_entropy"]


@Primitive
def dense(x, weight, bias):
    """Give x W^T + b for rows x."""
    out = x.dot(weight.T)  # np.matmul takes twice as long on small matrices
    out += bias
    return out


dense.backward(
    lambda g, out, x, weight, bias: g.dot(weight),
    lambda g, out, x, weight, bias: g.T.dot(x),
    lambda g, out, x, weight, bias: sum(g, axis=0),
)


@Primitive
def half_squared_error(pred, label):
    """Give (label - pred)**2 / 2."""
    difference = label - pred
    return difference * difference * 0.5


half_squared_error.backward(
    lambda g, out, pred, label: unbroadcast(g * (pred - label), pred),
    lambda g, out, pred, label: unbroadcast(g * (label - pred), label),
)


@Primitive
def half_mean_square(pred, label, axes):
    """Give the mean of (label - pred)**2 / 2 over the axes; the label, of as many elements, may have another shape."""
    difference = label.reshape(pred.shape) - pred
    return mean.forward(difference * difference * 0.5, axis=axes)


def _slope(g, out, pred, label, axes):
    """Pull a gradient back to the prediction, and the label's is its negative."""
    return mean.vjps[0](g, out, pred, axis=axes) * (pred - (label if label.shape == pred.shape else reshape(label, shape=pred.shape)))


half_mean_square.backward(
    _slope,
    lambda g, out, pred, label, axes: reshape(-_slope(g, out, pred, label, axes), shape=label.shape),
)


@Primitive
def softmax(x, axis=-1):
    """Give exp(x) along the axis divided by its sum."""
    e = np.exp(x - np.maximum.reduce(x, axis=axis, keepdims=True, initial=-np.inf))
    return e / np.add.reduce(e, axis=axis, keepdims=True)


@Primitive
def log_softmax(x, axis=-1):
    """Give the logarithm of the softmax, which does not underflow."""
    x = x - np.maximum.reduce(x, axis=axis, keepdims=True, initial=-np.inf)
    return x - np.log(np.add.reduce(np.exp(x), axis=axis, keepdims=True))


softmax.backward(lambda g, out, x, axis=-1: (g - sum(g * out, axis=axis, keepdims=True)) * out)
log_softmax.backward(lambda g, out, x, axis=-1: g - exp(out) * sum(g, axis=axis, keepdims=True))


@Primitive
def softmax_cross_entropy(x, labels):
    """Give minus the logarithm of each row's softmax at its label; the labels are a vector of column numbers."""
    x = x - np.maximum.reduce(x, axis=1, keepdims=True, initial=-np.inf)
    return np.log(np.add.reduce(np.exp(x), axis=1)) - x[np.arange(len(x)), labels]


@Primitive
def _softmax_excess(x, labels):
    """Give each row's softmax, less 1 at its label."""
    p = softmax.forward(x)
    p[np.arange(len(x)), labels] -= 1
    return p


softmax_cross_entropy.backward(lambda g, out, x, labels: _softmax_excess(x, labels=labels) * reshape(g, shape=(len(x), 1)))
_softmax_excess.backward(lambda g, out, x, labels: softmax.vjps[0](g, softmax(x), x))
