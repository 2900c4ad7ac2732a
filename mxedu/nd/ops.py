"""The operators: each with its forward, in NumPy's semantics, and its vjps beside it.

A vjp takes the gradient of the result, the result and the operands, and gives the gradient of one operand (one function for each
operand, in order). It is written in the operators of this module, so it runs on numpy arrays and on recorded arrays alike.
Conventions of MXNet (sums of shape (1,), comparisons that give floats) belong to NDArray, not here.
"""

import builtins
import functools
import math

import numpy as np

from .primitive import Primitive


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


def _like(g, operand):
    """Give the gradient of an operand that was broadcast to the shape of g; a number is never asked for one."""
    return g if g.shape == operand.shape else sum_to(g, shape=operand.shape)


# Arithmetic. Operands broadcast; Python numbers take the other operand's dtype.


@Primitive
def add(a, b):
    """Give a + b."""
    return np.add(a, b)


add.backward(
    lambda g, out, a, b: _like(g, a),
    lambda g, out, a, b: _like(g, b),
)


@Primitive
def subtract(a, b):
    """Give a - b."""
    return np.subtract(a, b)


subtract.backward(
    lambda g, out, a, b: _like(g, a),
    lambda g, out, a, b: _like(-g, b),
)


@Primitive
def multiply(a, b):
    """Give a * b."""
    return np.multiply(a, b)


multiply.backward(
    lambda g, out, a, b: _like(g * b, a),
    lambda g, out, a, b: _like(g * a, b),
)


@Primitive
def divide(a, b):
    """Give a / b."""
    return np.divide(a, b)


divide.backward(
    lambda g, out, a, b: _like(g / b, a),
    lambda g, out, a, b: _like(-g * (a / b / b), b),
)


@Primitive
def power(a, b):
    """Give a to the power of b."""
    return np.power(a, b)


# A number stays a Python number in the two factors below: NumPy's float64 would make a float32 gradient float64.


def _power_slope(a, b):
    """Give b * a**(b - 1). Where b is 0 that is 0 for every a, also for a = 0."""
    if isinstance(b, int | float):
        return b * power(a, b - 1.0 if b else 0.0)
    return b * power(where(multiply(equal(a, 0), equal(b, 0)), 1.0, a), b - 1.0)


def _power_log(a):
    """Give log(a), and for a = 0, where a**b does not change with b > 0, 0."""
    if isinstance(a, int | float):
        return float(np.log(a)) if a else 0.0
    return log(where(not_equal(a, 0), a, 1.0))


power.backward(
    lambda g, out, a, b: _like(g * _power_slope(a, b), a),
    lambda g, out, a, b: _like(g * (out * _power_log(a)), b),
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
    lambda g, out, a, b: _like(where(greater_equal(a, b), g, 0.0), a),
    lambda g, out, a, b: _like(where(greater_equal(a, b), 0.0, g), b),
)
minimum.backward(
    lambda g, out, a, b: _like(where(less_equal(a, b), g, 0.0), a),
    lambda g, out, a, b: _like(where(less_equal(a, b), 0.0, g), b),
)


# Comparisons: no gradient, and they record nothing.


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


@Primitive
def sign(x):
    """Give -1, 0 or 1: the sign of x. Its derivative is taken to be 0 everywhere."""
    return np.sign(x)


sign.backward(lambda g, out, x: multiply(g, 0.0))


@Primitive
def where(condition, a, b):
    """Take a where the condition holds, else b. A condition holds where it is not zero."""
    return np.where(condition, a, b)


where.backward(
    lambda g, out, condition, a, b: _like(multiply(g, 0.0), condition),
    lambda g, out, condition, a, b: _like(where(condition, g, 0.0), a),
    lambda g, out, condition, a, b: _like(where(condition, 0.0, g), b),
)


# Elementwise mathematics.


@Primitive
def exp(x):
    """Give e to the power of x."""
    return np.exp(x)


@Primitive
def log(x):
    """Give the natural logarithm of x."""
    return np.log(x)


@Primitive
def log1p(x):
    """Give log(1 + x), exact also for small x."""
    return np.log1p(x)


@Primitive
def sqrt(x):
    """Give the square root of x. Its derivative at 0 is infinite."""
    return np.sqrt(x)


@Primitive
def square(x):
    """Give x * x."""
    return np.square(x)


@Primitive
def absolute(x):
    """Give the absolute value of x. Its derivative at 0 is taken to be 0."""
    return np.abs(x)


@Primitive
def tanh(x):
    """Give the hyperbolic tangent of x."""
    return np.tanh(x)


@Primitive
def sigmoid(x):
    """Give 1 / (1 + e**-x), without overflow for large negative x."""
    e = np.exp(-np.abs(x))  # never overflows, and loses nothing in the left tail
    return np.where(np.greater_equal(x, 0), 1.0, e) / (1.0 + e)


@Primitive
def relu(x):
    """Give max(x, 0). Its derivative at 0 is taken to be 0."""
    return np.maximum(x, 0)


@Primitive
def softrelu(x):
    """Give log(1 + e**x), the smooth form of relu."""
    return np.logaddexp(x, 0.0)


exp.backward(lambda g, out, x: g * out)
log.backward(lambda g, out, x: g / x)
log1p.backward(lambda g, out, x: g / (x + 1.0))
sqrt.backward(lambda g, out, x: g * 0.5 / out)
square.backward(lambda g, out, x: g * (x * 2.0))
absolute.backward(lambda g, out, x: g * sign(x))
tanh.backward(lambda g, out, x: g * (1.0 - out * out))
sigmoid.backward(lambda g, out, x: g * (out * (1.0 - out)))
relu.backward(lambda g, out, x: where(greater(x, 0), g, 0.0))
softrelu.backward(lambda g, out, x: g * sigmoid(x))


@Primitive
def clip(x, a_min, a_max):
    """Limit x to the interval from a_min to a_max; the gradient passes at both ends."""
    return np.clip(x, a_min, a_max)


clip.backward(
    lambda g, out, x, a_min, a_max: where(multiply(greater_equal(x, a_min), less_equal(x, a_max)), g, 0.0),
)


# Shape.


@Primitive
def reshape(x, shape):
    """Give the same elements, in the same order, in another shape."""
    return x.reshape(shape)


reshape.backward(lambda g, out, x, shape: reshape(g, shape=x.shape))


@Primitive
def transpose(x, axes=None):
    """Permute the axes; without `axes`, reverse them. A copy, as in MXNet."""
    return x.transpose(axes).copy()


def _inverse(axes):
    return None if axes is None else tuple(np.argsort([a % len(axes) for a in axes]))


transpose.backward(lambda g, out, x, axes=None: transpose(g, axes=_inverse(axes)))


@Primitive
def cast(x, dtype):
    """Give x in another dtype."""
    return x.astype(dtype)


cast.backward(lambda g, out, x, dtype: cast(g, dtype=x.dtype))


@Primitive
def getitem(x, key):
    """Give x[key], as a copy."""
    return np.array(x[key])


@Primitive
def scatter(g, key, shape):
    """Give zeros of `shape` with `g` added at [key]; an element named twice is added twice."""
    out = np.zeros(shape, g.dtype)
    np.add.at(out, key, g)
    return out


getitem.backward(lambda g, out, x, key: scatter(g, key=key, shape=x.shape))
scatter.backward(lambda g, out, x, key, shape: getitem(g, key=key))


# Reductions. `axis` is None (all axes), an int or a tuple.


@Primitive
def sum(x, axis=None, keepdims=False):
    """Add up the elements along the axes."""
    return np.add.reduce(x, axis=axis, keepdims=keepdims)


@Primitive
def mean(x, axis=None, keepdims=False):
    """Average the elements along the axes."""
    if x.dtype == np.float16:  # whose sums overflow
        return mean.forward(x.astype(np.float32), axis, keepdims).astype(np.float16)
    total = np.add.reduce(x, axis=axis, keepdims=keepdims)
    count = x.size // builtins.max(total.size, 1)
    return total if count == 1 and total.dtype.kind == "f" else np.divide(total, count)


@Primitive
def max(x, axis=None, keepdims=False):
    """Give the largest element along the axes; every tied element gets the whole gradient."""
    return np.maximum.reduce(x, axis=axis, keepdims=keepdims)


@Primitive
def min(x, axis=None, keepdims=False):
    """Give the smallest element along the axes; every tied element gets the whole gradient."""
    return np.minimum.reduce(x, axis=axis, keepdims=keepdims)


@functools.cache
def _kept_shape(shape, axis):
    """Give the shape of a reduction that keeps the reduced axes, as axes of length 1."""
    axes = range(len(shape)) if axis is None else {a % len(shape) for a in (axis if isinstance(axis, tuple) else (axis,))}
    return tuple(1 if i in axes else n for i, n in enumerate(shape))


def _kept(y, x, axis, keepdims):
    """Give back to a reduction of x the axes it lost."""
    return y if keepdims else reshape(y, shape=_kept_shape(x.shape, axis))


def _spread(g, x, axis, keepdims):
    """Give every element of x the gradient of the reduction that it went into."""
    g = _kept(g, x, axis, keepdims)
    return g if g.shape == x.shape else broadcast_to(g, shape=x.shape)


def _extremum_backward(g, out, x, axis=None, keepdims=False):
    at_extremum = equal(x, _kept(out, x, axis, keepdims))
    return where(at_extremum, _spread(g, x, axis, keepdims), 0.0)


def _mean_backward(g, out, x, axis=None, keepdims=False):
    count = x.size // builtins.max(out.size, 1)
    return _spread(g if count == 1 else g / count, x, axis, keepdims)


sum.backward(lambda g, out, x, axis=None, keepdims=False: _spread(g, x, axis, keepdims))
mean.backward(_mean_backward)
max.backward(_extremum_backward)
min.backward(_extremum_backward)


# Linear algebra, and what layers and losses do often enough to be worth one operator.


@Primitive
def matmul(a, b):
    """Give the product of two matrices."""
    return np.matmul(a, b)


matmul.backward(
    lambda g, out, a, b: matmul(g, b.T),
    lambda g, out, a, b: matmul(a.T, g),
)


def dot(a, b, transpose_a=False, transpose_b=False):
    """Sum the products over the last axis of `a` and the first axis of `b`."""
    a = transpose(a) if transpose_a else a
    b = transpose(b) if transpose_b else b
    if len(a.shape) == 2 and len(b.shape) == 2:
        return matmul(a, b)
    k, rows, columns = a.shape[-1], a.shape[:-1], b.shape[1:]
    product = matmul(reshape(a, shape=(math.prod(rows), k)), reshape(b, shape=(k, math.prod(columns))))
    return reshape(product, shape=rows + columns)


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
    lambda g, out, pred, label: _like(g * (pred - label), pred),
    lambda g, out, pred, label: _like(g * (label - pred), label),
)
