"""Arrays that autograd can differentiate through: creation, operators, random draws."""

from . import random
from .ndarray import NDArray, arange, array, empty, full, ones, ones_like, zeros, zeros_like
from .ops import absolute as abs
from .ops import exp, log, log1p, maximum, minimum, power, relu, sigmoid, sign, softrelu, sqrt, square, tanh, where

__all__ = [
    "NDArray", "abs", "arange", "array", "broadcast_to", "clip", "dot", "empty", "exp", "full", "log", "log1p", "max", "maximum", "mean",
    "min", "minimum", "norm", "ones", "ones_like", "power", "random", "relu", "reshape", "sigmoid", "sign", "softrelu", "sqrt", "square",
    "sum", "tanh", "transpose", "where", "zeros", "zeros_like",
]  # fmt: skip

# Where MXNet's convention differs from NumPy's, the function is the method.
broadcast_to, clip, dot, reshape, transpose = NDArray.broadcast_to, NDArray.clip, NDArray.dot, NDArray.reshape, NDArray.transpose
sum, mean, max, min, norm = NDArray.sum, NDArray.mean, NDArray.max, NDArray.min, NDArray.norm
