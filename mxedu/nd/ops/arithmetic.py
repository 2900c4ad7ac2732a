"""Arithmetic, comparison, choice: operators of one or two operands that broadcast."""

import numpy as np

from ..primitive import Primitive

__all__ = [
    "add", "broadcast_to", "clip", "divide", "equal", "greater", "greater_equal", "less", "less_equal", "logical_and", "logical_not",
    "logical_or", "logical_xor", "maximum", "minimum", "multiply", "negative", "not_equal", "subtract", "sum_to", "where",
]  # fmt: skip


@Primitive
def sum_to(x, shape):
    """Sum over the axes along which an array of `shape` was broadcast to the shape of `x`."""
    lead = x.ndim - len(shape)
    axes = tuple(range(lead)) + tuple(i + lead for i, n in enumerate(shape) if n == 1 and x.shape[i + lead] != 1)
    return np.add.reduce(x, axis=axes, keepdims=True).reshape(shape)


@Primitive
def broadcast_to(x, shape):
    """Repeat `x` along axes of length 1, and along new leading axes, until it has `shape`."""
    out = np.empty(shape, x.dtype)
    out[...] = x
    return out


sum_to.backward(lambda g, out, x, shape: broadcast_to(g, shape=x.shape))
broadcast_to.backward(lambda g, out, x, shape: sum_to(g, shape=x.shape))


def unbroadcast(g, operand):
    """Give the gradient of an operand that was broadcast to the shape of g; a number is never asked for one."""
    return g if g.shape == operand.shape else sum_to(g, shape=operand.shape)


# Arithmetic. Operands broadcast; Python numbers take the other operand's dtype.


@Primitive
def add(a, b):
    """Give a + b."""
    return np.add(a, b)


add.backward(
    lambda g, out, a, b: unbroadcast(g, a),
    lambda g, out, a, b: unbroadcast(g, b),
)


@Primitive
def subtract(a, b):
    """Give a - b."""
    return np.subtract(a, b)


subtract.backward(
    lambda g, out, a, b: unbroadcast(g, a),
    lambda g, out, a, b: unbroadcast(-g, b),
)


@Primitive
def multiply(a, b):
    """Give a * b."""
    return np.multiply(a, b)


multiply.backward(
    lambda g, out, a, b: unbroadcast(g * b, a),
    lambda g, out, a, b: unbroadcast(g * a, b),
)


@Primitive
def divide(a, b):
    """Give a / b."""
    return np.divide(a, b)


divide.backward(
    lambda g, out, a, b: unbroadcast(g / b, a),
    lambda g, out, a, b: unbroadcast(-g * (a / b / b), b),
)


@Primitive
def negative(x):
    """Give -x."""
    return np.negative(x)


negative.backward(lambda g, out, x: -g)


@Primitive
def maximum(a, b):
    """Give the larger of a and b, elementwise; of two equal elements, a's carries the gradient."""
    return np.maximum(a, b)


@Primitive
def minimum(a, b):
    """Give the smaller of a and b, elementwise; of two equal elements, a's carries the gradient."""
    return np.minimum(a, b)


maximum.backward(
    lambda g, out, a, b: unbroadcast(where(greater_equal(a, b), g, 0.0), a),
    lambda g, out, a, b: unbroadcast(where(greater_equal(a, b), 0.0, g), b),
)
minimum.backward(
    lambda g, out, a, b: unbroadcast(where(less_equal(a, b), g, 0.0), a),
    lambda g, out, a, b: unbroadcast(where(less_equal(a, b), 0.0, g), b),
)


# Comparisons and logic: no gradient, and they record nothing. (`compared`, in nd/ndarray.py, gives those of NDArrays the gradient 0.)


@Primitive
def equal(a, b):
    """Whether a == b, elementwise."""
    return np.equal(a, b)


@Primitive
def not_equal(a, b):
    """Whether a != b, elementwise."""
    return np.not_equal(a, b)


@Primitive
def greater(a, b):
    """Whether a > b, elementwise."""
    return np.greater(a, b)


@Primitive
def greater_equal(a, b):
    """Whether a >= b, elementwise."""
    return np.greater_equal(a, b)


@Primitive
def less(a, b):
    """Whether a < b, elementwise."""
    return np.less(a, b)


@Primitive
def less_equal(a, b):
    """Whether a <= b, elementwise."""
    return np.less_equal(a, b)


logical_and = Primitive(np.logical_and)
logical_or = Primitive(np.logical_or)
logical_xor = Primitive(np.logical_xor)
logical_not = Primitive(np.logical_not)


@Primitive
def where(condition, a, b):
    """Take a where the condition holds, else b. A condition holds where it is not zero."""
    return np.where(condition, a, b)


where.backward(
    lambda g, out, condition, a, b: unbroadcast(multiply(g, 0.0), condition),
    lambda g, out, condition, a, b: unbroadcast(where(condition, g, 0.0), a),
    lambda g, out, condition, a, b: unbroadcast(where(condition, 0.0, g), b),
)


@Primitive
def clip(x, a_min, a_max):
    """Limit x to the interval from a_min to a_max; the gradient passes at both ends."""
    return np.clip(x, a_min, a_max)


clip.backward(
    lambda g, out, x, a_min, a_max: where(multiply(greater_equal(x, a_min), less_equal(x, a_max)), g, 0.0),
)
