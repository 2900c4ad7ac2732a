"""Mathematics, element by element."""

import functools

import numpy as np

from ...base import ShapeError
from .. import ops
from ..function import binary, function, like, unary
from ..ndarray import NDArray

__all__ = [
    "BlockGrad", "Cast", "ElementWiseSum", "MakeLoss", "abs", "add", "add_n", "all_finite", "arccos", "arccosh", "arcsin", "arcsinh",
    "arctan", "arctanh", "broadcast_add", "broadcast_div", "broadcast_equal", "broadcast_greater", "broadcast_greater_equal",
    "broadcast_hypot", "broadcast_lesser", "broadcast_lesser_equal", "broadcast_logical_and", "broadcast_logical_or",
    "broadcast_logical_xor", "broadcast_maximum", "broadcast_minimum", "broadcast_minus", "broadcast_mod", "broadcast_mul",
    "broadcast_not_equal", "broadcast_plus", "broadcast_power", "broadcast_sub", "cast", "cbrt", "ceil", "clip", "cos", "cosh", "degrees",
    "divide", "elemwise_add", "elemwise_div", "elemwise_mul", "elemwise_sub", "equal", "erf", "erfinv", "exp", "expm1", "fix", "floor",
    "gamma", "gammaln", "greater", "greater_equal", "identity", "lesser", "lesser_equal", "log", "log10", "log1p", "log2", "logical_and",
    "logical_not", "logical_or", "logical_xor", "make_loss", "maximum", "minimum", "modulo", "multiply", "negative", "not_equal", "power",
    "radians", "rcbrt", "reciprocal", "rint", "round", "rsqrt", "sign", "sin", "sinh", "smooth_l1", "sqrt", "square", "stop_gradient",
    "subtract", "tan", "tanh", "true_divide", "trunc",
]  # fmt: skip

abs = unary("abs", ops.absolute, "the absolute value")
sign = unary("sign", ops.sign, "the sign, -1, 0 or 1,")
negative = unary("negative", ops.negative, "the negative")
reciprocal = unary("reciprocal", ops.reciprocal, "the reciprocal")
square = unary("square", ops.square, "the square")
sqrt = unary("sqrt", ops.sqrt, "the square root")
rsqrt = unary("rsqrt", lambda x: ops.reciprocal(ops.sqrt(x)), "the reciprocal of the square root")
cbrt = unary("cbrt", ops.cbrt, "the cube root")
rcbrt = unary("rcbrt", lambda x: ops.reciprocal(ops.cbrt(x)), "the reciprocal of the cube root")
exp = unary("exp", ops.exp, "the exponential")
expm1 = unary("expm1", ops.expm1, "the exponential less 1, exact also for small elements,")
log = unary("log", ops.log, "the natural logarithm")
log2 = unary("log2", ops.log2, "the logarithm to base 2")
log10 = unary("log10", ops.log10, "the logarithm to base 10")
log1p = unary("log1p", ops.log1p, "log(1 + x), exact also for small elements x,")
sin = unary("sin", ops.sin, "the sine")
cos = unary("cos", ops.cos, "the cosine")
tan = unary("tan", ops.tan, "the tangent")
arcsin = unary("arcsin", ops.arcsin, "the inverse sine")
arccos = unary("arccos", ops.arccos, "the inverse cosine")
arctan = unary("arctan", ops.arctan, "the inverse tangent")
sinh = unary("sinh", ops.sinh, "the hyperbolic sine")
cosh = unary("cosh", ops.cosh, "the hyperbolic cosine")
tanh = unary("tanh", ops.tanh, "the hyperbolic tangent")
arcsinh = unary("arcsinh", ops.arcsinh, "the inverse hyperbolic sine")
arccosh = unary("arccosh", ops.arccosh, "the inverse hyperbolic cosine")
arctanh = unary("arctanh", ops.arctanh, "the inverse hyperbolic tangent")
degrees = unary("degrees", ops.degrees, "the angle in degrees")
radians = unary("radians", ops.radians, "the angle in radians")
floor = unary("floor", ops.floor, "the integer below")
ceil = unary("ceil", ops.ceil, "the integer above")
trunc = unary("trunc", ops.trunc, "the integer towards 0")
fix = unary("fix", ops.trunc, "the integer towards 0")
rint = unary("rint", ops.rint, "the nearest integer, halves down,")
round = unary("round", ops.round, "the nearest integer, halves away from 0,")
erf = unary("erf", ops.erf, "the error function")
erfinv = unary("erfinv", ops.erfinv, "the inverse of the error function")
gamma = unary("gamma", ops.gamma, "the gamma function")
gammaln = unary("gammaln", ops.gammaln, "the logarithm of the gamma function's absolute value")
logical_not = unary("logical_not", lambda x: like(x, np.logical_not(x._data).astype(x.dtype)), "whether it is 0, as 0 or 1,")
identity = unary("identity", lambda x: x.copy(), "a copy")
stop_gradient = unary("stop_gradient", lambda x: like(x, x._data.copy()), "a copy, whose gradient is 0,")
BlockGrad = stop_gradient
make_loss = MakeLoss = unary("make_loss", lambda x: x.copy(), "a copy (what follows counts in its gradient, unlike in MXNet)")


def _array_first(op):
    """Make a symmetric operator whose ties give the gradient to the array where the other operand is a number."""

    def f(a, b):
        return op(a, b) if isinstance(a, NDArray) else op(b, a)

    f.forward = op.forward
    return f


_BINARY = {
    "add": (ops.add, "the sum"),
    "subtract": (ops.subtract, "the difference"),
    "multiply": (ops.multiply, "the product"),
    "divide": (ops.divide, "the quotient"),
    "modulo": (ops.mod, "the remainder, with the divisor's sign"),
    "power": (ops.power, "the first to the power of the second"),
    "maximum": (_array_first(ops.maximum), "the larger"),
    "minimum": (_array_first(ops.minimum), "the smaller"),
    "hypot": (ops.hypot, "the hypotenuse of a right triangle with these legs"),
}
_COMPARISONS = {
    "equal": (ops.equal, "whether they are equal"),
    "not_equal": (ops.not_equal, "whether they differ"),
    "greater": (ops.greater, "whether the first is larger"),
    "greater_equal": (ops.greater_equal, "whether the first is not smaller"),
    "lesser": (ops.less, "whether the first is smaller"),
    "lesser_equal": (ops.less_equal, "whether the first is not larger"),
    "logical_and": (ops.logical_and, "whether both differ from 0"),
    "logical_or": (ops.logical_or, "whether one of them differs from 0"),
    "logical_xor": (ops.logical_xor, "whether just one of them differs from 0"),
}


def _number_or_array(name):
    """Make the function that takes numbers too, such as maximum(x, 0)."""
    comparison = name in _COMPARISONS
    return binary(name, *(_COMPARISONS if comparison else _BINARY)[name], comparison, numbers=True)


def _arrays(name, of):
    """Make the function of two arrays, such as broadcast_add."""
    comparison = of in _COMPARISONS
    return binary(name, *(_COMPARISONS if comparison else _BINARY)[of], comparison)


add = _number_or_array("add")
subtract = _number_or_array("subtract")
multiply = _number_or_array("multiply")
divide = true_divide = _number_or_array("divide")
modulo = _number_or_array("modulo")
power = _number_or_array("power")
maximum = _number_or_array("maximum")
minimum = _number_or_array("minimum")
equal = _number_or_array("equal")
not_equal = _number_or_array("not_equal")
greater = _number_or_array("greater")
greater_equal = _number_or_array("greater_equal")
lesser = _number_or_array("lesser")
lesser_equal = _number_or_array("lesser_equal")
logical_and = _number_or_array("logical_and")
logical_or = _number_or_array("logical_or")
logical_xor = _number_or_array("logical_xor")

broadcast_add = broadcast_plus = _arrays("broadcast_add", "add")
broadcast_sub = broadcast_minus = _arrays("broadcast_sub", "subtract")
broadcast_mul = _arrays("broadcast_mul", "multiply")
broadcast_div = _arrays("broadcast_div", "divide")
broadcast_mod = _arrays("broadcast_mod", "modulo")
broadcast_power = _arrays("broadcast_power", "power")
broadcast_maximum = _arrays("broadcast_maximum", "maximum")
broadcast_minimum = _arrays("broadcast_minimum", "minimum")
broadcast_hypot = _arrays("broadcast_hypot", "hypot")
broadcast_equal = _arrays("broadcast_equal", "equal")
broadcast_not_equal = _arrays("broadcast_not_equal", "not_equal")
broadcast_greater = _arrays("broadcast_greater", "greater")
broadcast_greater_equal = _arrays("broadcast_greater_equal", "greater_equal")
broadcast_lesser = _arrays("broadcast_lesser", "lesser")
broadcast_lesser_equal = _arrays("broadcast_lesser_equal", "lesser_equal")
broadcast_logical_and = _arrays("broadcast_logical_and", "logical_and")
broadcast_logical_or = _arrays("broadcast_logical_or", "logical_or")
broadcast_logical_xor = _arrays("broadcast_logical_xor", "logical_xor")


def _same_shapes(name, of):
    """Make the function of two arrays of one shape, such as elemwise_add."""
    op, what = _BINARY[of]

    def f(lhs, rhs):
        if lhs.shape != rhs.shape:
            raise ShapeError(f"{name}: the shapes {lhs.shape} and {rhs.shape} must be the same; use broadcast_{name[9:]} to broadcast")
        return op(lhs, rhs)

    f.__name__, f.__doc__ = name, f"Give {what} of two arrays of one shape, element by element."
    return function(f)


elemwise_add = _same_shapes("elemwise_add", "add")
elemwise_sub = _same_shapes("elemwise_sub", "subtract")
elemwise_mul = _same_shapes("elemwise_mul", "multiply")
elemwise_div = _same_shapes("elemwise_div", "divide")


@function
def add_n(*args):
    """Give the sum of arrays of one shape."""
    return functools.reduce(elemwise_add, args) if len(args) > 1 else args[0].copy()


ElementWiseSum = add_n


@function
def clip(data, a_min, a_max):
    """Limit each element to the interval from a_min to a_max; the gradient passes at both ends."""
    return ops.clip(data, a_min=a_min, a_max=a_max)


@function
def cast(data, dtype):
    """Give the array in another dtype."""
    return data.astype(dtype)


Cast = cast


@function
def smooth_l1(data, scalar=1.0):
    """Give x**2 s**2 / 2 where abs(x) < 1 / s**2, else abs(x) - 1 / (2 s**2): s is `scalar`."""
    s2 = float(scalar) ** 2
    size = ops.absolute(data)
    return ops.where(ops.less(size, 1 / s2), ops.square(data) * (0.5 * s2), size - 0.5 / s2)


@function
def all_finite(data, init_output=True):
    """Give 1 if every element is finite, else 0, in an array of shape (1,)."""
    return like(data, np.array([np.isfinite(data._data).all()], np.float32))
