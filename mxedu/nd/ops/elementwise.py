"""Mathematics of one operand, element by element."""

import math

import numpy as np

from ..primitive import Primitive
from .arithmetic import greater, less, multiply, where

__all__ = [
    "absolute", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctanh", "cbrt", "ceil", "cos", "cosh", "degrees", "exp", "expm1",
    "floor", "hard_sigmoid", "log", "log10", "log1p", "log2", "radians", "reciprocal", "relu", "rint", "round", "sigmoid", "sign", "sin",
    "sinh", "softrelu", "sqrt", "square", "tan", "tanh", "trunc",
]  # fmt: skip


def _elementwise(forward, vjp):
    """Make an operator of a function of one array and its vjp."""
    op = Primitive(forward)
    op.backward(vjp)
    return op


def _flat(forward):
    """Make an operator of a step function: its derivative is taken to be 0 everywhere."""
    return _elementwise(forward, lambda g, out, x: multiply(g, 0.0))


exp = _elementwise(np.exp, lambda g, out, x: g * out)
expm1 = _elementwise(np.expm1, lambda g, out, x: g * (out + 1.0))
log = _elementwise(np.log, lambda g, out, x: g / x)
log2 = _elementwise(np.log2, lambda g, out, x: g / (x * math.log(2)))
log10 = _elementwise(np.log10, lambda g, out, x: g / (x * math.log(10)))
log1p = _elementwise(np.log1p, lambda g, out, x: g / (x + 1.0))
sqrt = _elementwise(np.sqrt, lambda g, out, x: g * 0.5 / out)  # infinite at 0
cbrt = _elementwise(np.cbrt, lambda g, out, x: g / (out * out * 3.0))
square = _elementwise(np.square, lambda g, out, x: g * (x * 2.0))
reciprocal = _elementwise(lambda x: np.divide(1.0, x), lambda g, out, x: -g * (out * out))
absolute = _elementwise(np.abs, lambda g, out, x: g * sign(x))  # 0 at 0

sin = _elementwise(np.sin, lambda g, out, x: g * cos(x))
cos = _elementwise(np.cos, lambda g, out, x: -g * sin(x))
tan = _elementwise(np.tan, lambda g, out, x: g * (out * out + 1.0))
arcsin = _elementwise(np.arcsin, lambda g, out, x: g / sqrt(1.0 - x * x))
arccos = _elementwise(np.arccos, lambda g, out, x: -g / sqrt(1.0 - x * x))
arctan = _elementwise(np.arctan, lambda g, out, x: g / (x * x + 1.0))
sinh = _elementwise(np.sinh, lambda g, out, x: g * cosh(x))
cosh = _elementwise(np.cosh, lambda g, out, x: g * sinh(x))
tanh = _elementwise(np.tanh, lambda g, out, x: g * (1.0 - out * out))
arcsinh = _elementwise(np.arcsinh, lambda g, out, x: g / sqrt(x * x + 1.0))
arccosh = _elementwise(np.arccosh, lambda g, out, x: g / sqrt(x * x - 1.0))
arctanh = _elementwise(np.arctanh, lambda g, out, x: g / (1.0 - x * x))
degrees = _elementwise(np.degrees, lambda g, out, x: g * (180 / math.pi))
radians = _elementwise(np.radians, lambda g, out, x: g * (math.pi / 180))

sign = _flat(np.sign)
floor = _flat(np.floor)
ceil = _flat(np.ceil)
trunc = _flat(np.trunc)


@_flat
def rint(x):
    """Give the nearest integer; halves go down, as in MXNet."""
    return np.ceil(x - 0.5)


@_flat
def round(x):
    """Give the nearest integer; halves go away from 0, as in MXNet."""
    whole = np.trunc(x)
    return whole + np.sign(x) * (np.abs(x - whole) >= 0.5)


@Primitive
def sigmoid(x):
    """Give 1 / (1 + e**-x), without overflow for large negative x."""
    e = np.exp(-np.abs(x))  # never overflows, and loses nothing in the left tail
    return np.where(np.greater_equal(x, 0), 1.0, e) / (1.0 + e)


@Primitive
def hard_sigmoid(x, alpha=0.2, beta=0.5):
    """Give alpha x + beta, limited to the interval from 0 to 1."""
    return np.clip(alpha * x + beta, 0, 1)


@Primitive
def relu(x):
    """Give max(x, 0). Its derivative at 0 is taken to be 0."""
    return np.maximum(x, 0)


@Primitive
def softrelu(x):
    """Give log(1 + e**x), the smooth form of relu."""
    return np.maximum(x, 0) + np.log1p(np.exp(np.abs(x) * -1.0))  # np.logaddexp takes six times as long


sigmoid.backward(lambda g, out, x: g * (out * (1.0 - out)))
hard_sigmoid.backward(lambda g, out, x, alpha=0.2, beta=0.5: where(multiply(greater(out, 0), less(out, 1)), g * alpha, 0.0))
relu.backward(lambda g, out, x: g * greater(x, 0))
softrelu.backward(lambda g, out, x: g * sigmoid(x))
