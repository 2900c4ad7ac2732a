"""Powers, remainders, hypotenuses: operators of two operands whose derivatives need the mathematics of one."""

import numpy as np

from ..primitive import Primitive
from .arithmetic import divide, equal, multiply, not_equal, unbroadcast, where
from .elementwise import floor, log

__all__ = ["hypot", "mod", "power"]


@Primitive
def power(a, b):
    """Give a to the power of b."""
    return a**b  # squares, roots and reciprocals are quicker than in np.power


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
    lambda g, out, a, b: unbroadcast(g * _power_slope(a, b), a),
    lambda g, out, a, b: unbroadcast(g * (out * _power_log(a)), b),
)


@Primitive
def mod(a, b):
    """Give the remainder of a / b, with the sign of b."""
    return np.mod(a, b)


mod.backward(
    lambda g, out, a, b: unbroadcast(g, a),
    lambda g, out, a, b: unbroadcast(-g * floor(divide(a, b)), b),
)


@Primitive
def hypot(a, b):
    """Give sqrt(a**2 + b**2), without overflow on the way."""
    return np.hypot(a, b)


hypot.backward(
    lambda g, out, a, b: unbroadcast(g * (a / out), a),
    lambda g, out, a, b: unbroadcast(g * (b / out), b),
)
