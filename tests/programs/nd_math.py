"""Programs on mx.nd: arithmetic, comparisons, element-wise mathematics."""

import numpy as np


def arithmetic_of_two_arrays(mx):
    x = mx.nd.array([[1, -2, 3], [4, 5, -6]])
    y = mx.nd.array([[2, 4, -0.5], [8, 0.25, 3]])
    return x + y, x - y, x * y, x / y, x**2, -x, abs(x)


def arithmetic_with_a_number_on_either_side(mx):
    x = mx.nd.array([1.0, 2.0, 4.0])
    return x + 1, 1 + x, x - 0.5, 0.5 - x, x * 3, 3 * x, x / 2, 2 / x, x**3, 2**x, x**0.5


def remainders_have_the_sign_of_the_divisor(mx):
    x = mx.nd.array([-5.0, -2.5, 2.5, 5.0])
    y = mx.nd.array([3.0, -2.0, 2.0, -3.0])
    return x % 3, x % -3, 7 % y, x % y, mx.nd.modulo(x, y), mx.nd.broadcast_mod(x, mx.nd.array([3]))


def arithmetic_in_place(mx):
    x = mx.nd.ones((2, 3))
    same = x
    x += 3
    x *= mx.nd.array([[1, 2, 3], [4, 5, 6]])
    x -= mx.nd.ones((2, 3))
    x /= 2
    x %= 4
    return same, same is x


def in_place_addition_broadcasts(mx):
    x = mx.nd.zeros((2, 3))
    x += mx.nd.array([1, 2, 3])
    x *= mx.nd.array([[1], [10]])
    return x


def broadcasting_of_operators(mx):
    column, row = mx.nd.array([[1], [2]]), mx.nd.array([[10, 20, 30]])
    vector, one = mx.nd.array([1, 2, 3]), mx.nd.array([5])
    return column + row, column * row, row - vector, vector / column, column**row, mx.nd.ones((2, 2, 3)) + vector, one + vector


def arithmetic_functions_take_arrays_and_numbers(mx):
    nd = mx.nd
    x, y = nd.array([[1, 2], [3, 4]]), nd.array([[10], [20]])
    both = nd.add(x, y), nd.subtract(x, y), nd.multiply(x, y), nd.divide(x, y), nd.true_divide(x, y), nd.power(x, nd.array([2, 3]))
    numbers = nd.add(x, 2), nd.subtract(10, x), nd.multiply(2, x), nd.divide(x, 4), nd.divide(4, x), nd.power(x, 2), nd.power(2, x)
    return both, numbers, nd.add(2, 3), nd.negative(x)


def broadcast_functions(mx):
    nd = mx.nd
    x, y = nd.array([[1.0, 2.0, 3.0]]), nd.array([[2.0], [4.0]])
    sums = nd.broadcast_add(x, y), nd.broadcast_plus(x, y), nd.broadcast_sub(x, y), nd.broadcast_minus(x, y)
    products = nd.broadcast_mul(x, y), nd.broadcast_div(x, y), nd.broadcast_power(x, y), nd.broadcast_mod(y, x)
    return sums, products, nd.broadcast_maximum(x, y), nd.broadcast_minimum(lhs=x, rhs=y)


def elementwise_functions(mx):
    nd = mx.nd
    x, y = nd.array([[1.0, 2.0], [3.0, 4.0]]), nd.array([[2.0, 2.0], [0.5, 8.0]])
    return nd.elemwise_add(x, y), nd.elemwise_sub(x, y), nd.elemwise_mul(x, y), nd.elemwise_div(lhs=x, rhs=y)


def elementwise_functions_refuse_to_broadcast(mx):
    try:
        mx.nd.elemwise_add(mx.nd.ones((2, 3)), mx.nd.ones((1, 3))).wait_to_read()
    except mx.base.MXNetError:
        return "refused"
    return "accepted"


def shapes_that_do_not_broadcast_are_refused(mx):
    words = []
    for shape in ((2,), (4, 3), (3, 1), (2, 1), (1, 1, 3)):
        try:
            words.append((mx.nd.ones((2, 3)) + mx.nd.ones(shape)).shape)
        except mx.base.MXNetError:
            words.append("refused")
    return words


def sum_of_a_list_of_arrays(mx):
    nd = mx.nd
    x, y, z = nd.array([1, 2]), nd.array([10, 20]), nd.array([100, 200])
    return nd.add_n(x, y, z), nd.ElementWiseSum(x, y), nd.add_n(x), sum([x, y, z])


def larger_and_smaller_of_two(mx):
    nd = mx.nd
    x, y = nd.array([[1.0, 5.0, 3.0]]), nd.array([[2.0], [4.0]])
    return nd.maximum(x, y), nd.minimum(x, y), nd.maximum(x, 2), nd.maximum(2, x), nd.minimum(x, 2.5), nd.minimum(2.5, x), nd.maximum(2, 7)


def comparisons_give_floats(mx):
    x, y = mx.nd.array([1, 2, 3]), mx.nd.array([3, 2, 1])
    return x == y, x != y, x > y, x >= y, x < y, x <= y, x == 2, x != 2, x > 1.5, x >= 2, x < 2, 2 <= x


def comparison_functions(mx):
    nd = mx.nd
    x, y = nd.array([[1, 2, 3]]), nd.array([[2], [3]])
    named = nd.equal(x, y), nd.not_equal(x, y), nd.greater(x, y), nd.greater_equal(x, y), nd.lesser(x, y), nd.lesser_equal(x, y)
    broadcast = nd.broadcast_equal(x, y), nd.broadcast_greater(x, y), nd.broadcast_lesser_equal(x, y), nd.broadcast_not_equal(x, y)
    return named, broadcast, nd.equal(x, 2), nd.greater(2, x), nd.lesser(x, 3), nd.broadcast_greater_equal(x, y), nd.broadcast_lesser(x, y)


def comparisons_keep_the_dtype_of_the_operands(mx):
    whole = mx.nd.array([1, 2, 3], dtype="int32")
    double = mx.nd.array([1, 2, 3], dtype="float64")
    return whole == 2, whole > mx.nd.array([3, 1, 3], dtype="int32"), double < 2.5, double >= double


def logical_functions(mx):
    nd = mx.nd
    x, y = nd.array([0, 0, 1, 2]), nd.array([0, 3, 0, -1])
    named = nd.logical_and(x, y), nd.logical_or(x, y), nd.logical_xor(x, y), nd.logical_not(x)
    return named, nd.broadcast_logical_and(x, nd.array([1])), nd.broadcast_logical_or(x, y), nd.broadcast_logical_xor(x, y)


def counting_right_answers(mx):
    scores = mx.nd.array([[0.1, 0.9], [0.8, 0.2], [0.3, 0.7], [0.6, 0.4]])
    labels = mx.nd.array([1, 0, 0, 0])
    right = scores.argmax(axis=1) == labels
    return right, right.sum().asscalar(), right.mean().asscalar()


def integer_arithmetic(mx):
    x, y = mx.nd.array([7, -7, 9], dtype="int32"), mx.nd.array([2, 3, -4], dtype="int32")
    return x + y, x - y, x * y, x + 1, 10 - x, x * 3, -x, abs(x), mx.nd.maximum(x, y), x**2


def arithmetic_keeps_float64_and_float16(mx):
    double = mx.nd.array([0.1, 0.2, 0.3], dtype="float64")
    half = mx.nd.array([0.5, 1.5, 2.5], dtype="float16")
    return double * 3, double + double, mx.nd.exp(double), half * 2, half + half, 1 / half


def mixed_dtypes_are_refused(mx):
    try:
        (mx.nd.ones((2,)) + mx.nd.ones((2,), dtype="float64")).wait_to_read()
    except mx.base.MXNetError:
        return "refused"
    return "accepted"


def strings_and_lists_as_operands_are_refused(mx):
    words = []
    for other in ("1", [1, 2], None):
        try:
            mx.nd.ones((2,)) + other
            words.append("accepted")
        except TypeError:
            words.append("refused")
    return words


def exponentials_and_logarithms(mx):
    nd = mx.nd
    x = nd.array([0.1, 0.5, 1.0, 2.0, 10.0])
    functions = nd.exp(x), nd.expm1(x), nd.log(x), nd.log2(x), nd.log10(x), nd.log1p(x)
    return functions, x.exp(), x.log(), x.log1p(), x.expm1(), x.log2(), x.log10()


def roots_and_powers(mx):
    nd = mx.nd
    x = nd.array([0.25, 1.0, 2.0, 27.0])
    return nd.sqrt(x), nd.rsqrt(x), nd.cbrt(x), nd.square(x), nd.reciprocal(x), x.sqrt(), x.square(), x.cbrt(), x.reciprocal()


def rounding(mx):
    nd = mx.nd
    x = nd.array([-2.7, -1.5, -0.5, -0.2, 0.0, 0.2, 0.5, 1.5, 2.5, 2.7])
    functions = nd.round(x), nd.rint(x), nd.floor(x), nd.ceil(x), nd.trunc(x), nd.fix(x)
    return functions, x.round(), x.rint(), x.floor(), x.ceil(), x.trunc(), x.fix()


def signs_and_absolute_values(mx):
    x = mx.nd.array([-3.0, -0.0, 0.0, 2.0])
    return mx.nd.sign(x), x.sign(), mx.nd.abs(x), x.abs(), abs(x)


def clipping(mx):
    x = mx.nd.array([-3.0, -1.0, 0.0, 1.0, 3.0])
    return mx.nd.clip(x, -1, 1), mx.nd.clip(x, a_min=0, a_max=2.5), x.clip(-2, 2), x.clip(a_min=0, a_max=10)


def clipping_into_the_array_itself(mx):
    x = mx.nd.array([-3.0, 0.5, 3.0])
    result = mx.nd.clip(x, -1, 1, out=x)
    return x, result is x


def trigonometry(mx):
    nd = mx.nd
    x = nd.array([-0.9, -0.3, 0.0, 0.4, 0.8])
    waves = nd.sin(x), nd.cos(x), nd.tan(x), nd.arcsin(x), nd.arccos(x), nd.arctan(x)
    return waves, nd.degrees(x), nd.radians(x * 90), x.sin(), x.cos(), x.tan(), x.arctan()


def hyperbolic_functions(mx):
    nd = mx.nd
    x = nd.array([-0.9, -0.3, 0.0, 0.4, 0.8])
    return nd.sinh(x), nd.cosh(x), nd.tanh(x), nd.arcsinh(x), nd.arccosh(x + 2), nd.arctanh(x), x.tanh(), x.sinh(), x.cosh()


def error_and_gamma_functions(mx):
    nd = mx.nd
    x = nd.array([0.1, 0.5, 0.9])
    return nd.erf(x), nd.erf(-x), nd.gamma(x + 1), nd.erf(nd.array([0.0, 3.0]))


def squashing_functions(mx):
    nd = mx.nd
    x = nd.array([-20.0, -1.5, 0.0, 0.5, 20.0])
    return nd.relu(x), nd.sigmoid(x), nd.tanh(x), nd.softsign(x), x.relu(), x.sigmoid()


def results_written_into_an_array_given(mx):
    x, out = mx.nd.array([1.0, 4.0, 9.0]), mx.nd.zeros((3,))
    result = mx.nd.sqrt(x, out=out)
    kept = out.copy()
    mx.nd.elemwise_add(x, out, out=out)
    return kept, out, result is out


def infinities_and_nans(mx):
    x = mx.nd.array([-1.0, 0.0, 1.0])
    contrib = mx.nd.contrib
    y = mx.nd.array([float("nan"), float("inf"), -float("inf"), 2.0])
    return mx.nd.log(x), 1 / x, mx.nd.sqrt(x), contrib.isnan(y), contrib.isinf(y), contrib.isfinite(y)


def smooth_l1_with_several_widths(mx):
    x = mx.nd.array([-2.0, -0.5, 0.0, 0.05, 1.0, 3.0])
    return mx.nd.smooth_l1(x), mx.nd.smooth_l1(x, scalar=2.0), mx.nd.smooth_l1(x, scalar=0.5)


def identity_and_stopped_gradients_are_the_same_numbers(mx):
    x = mx.nd.array([[1.0, 2.0]])
    return mx.nd.identity(x), mx.nd.stop_gradient(x), mx.nd.BlockGrad(x), x.detach()


def numpy_scalars_as_operands(mx):
    x = mx.nd.array([1.0, 2.0])
    return x * np.float32(2), np.float32(2) * x, x + np.float64(0.5), x - np.int64(1), x ** np.int32(2), x == np.float32(2), x * True


def methods_of_one_argument(mx):
    x = mx.nd.array([0.2, 0.5, 0.9])
    names = "abs sign round rint floor ceil trunc fix square sqrt rsqrt cbrt exp expm1 log log1p log2 log10".split()
    names += "reciprocal relu sigmoid tanh sin cos tan arcsin arccos arctan degrees radians".split()
    names += "sinh cosh arcsinh arctanh zeros_like ones_like flatten".split()
    return {name: getattr(x, name)() for name in names}


def functions_of_the_same_name_as_methods(mx):
    x = mx.nd.array([[0.2, 0.5, 0.9], [1.5, -2.5, 3.0]])
    names = "abs sign round rint floor ceil trunc fix square cbrt exp expm1 relu sigmoid tanh".split()
    names += "sin cos arctan degrees radians sinh".split()
    return all((getattr(mx.nd, name)(x) == getattr(x, name)()).min().asscalar() == 1 for name in names)
