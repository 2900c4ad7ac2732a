"""Autograd: every operator against finite differences, the values at kinks, and the rules of recording."""

import gc
import threading
import weakref

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from mxedu import autograd, nd
from mxedu.autograd import gradcheck
from mxedu.base import MXNetError
from mxedu.nd import ops
from mxedu.nd.primitive import Operation, Primitive
from tests.helpers import unchanged

# Every operator against differences.
#
# A case draws operands and gives (function, numpy arrays). Numbers are distinct, within and between operands, and away from 0, by far
# more than the step of the differences, so no draw comes near a kink.

SIDES = {"min_side": 0, "max_side": 3}


def numbers(draw, shape, offset=0.0):
    """Distinct numbers of both signs, at least 0.02 from each other and from 0; other offsets (below 0.1) give other numbers."""
    n = int(np.prod(shape))
    order = draw(st.permutations(range(n)))
    return ((np.array(order, np.float64) - n // 2) * 0.12 + 0.02 + offset).reshape(shape)


def shape(draw, min_dims=0):
    return draw(npst.array_shapes(min_dims=min_dims, max_dims=3, **SIDES))


def unary(f, positive=False, within=None, offset=0.0):
    """A function of one array, whose elements `within` moves into its domain."""
    within = np.exp if positive else within or (lambda x: x)
    return lambda draw: (f, [within(numbers(draw, shape(draw), offset))])


def binary(f, positive=False, offset=0.05):
    """A function of two arrays of broadcastable shapes, or of an array and a number."""

    def case(draw):
        shapes = draw(npst.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, **SIDES)).input_shapes
        a, b = numbers(draw, shapes[0]), numbers(draw, shapes[1], offset)
        a = np.exp(a) if positive else a
        how = draw(st.sampled_from(["arrays", "number first", "number second"]))
        if how == "number first":
            return lambda b: f(1.53, b), [b]
        if how == "number second":
            return lambda a: f(a, -1.53), [a]
        return f, [a, b]

    return case


def power(draw):
    """Positive bases to any powers; any base to integer powers."""
    if draw(st.booleans()):
        return binary(ops.power, positive=True)(draw)
    exponent = draw(st.sampled_from([3, 2, 1, 0, -1, 2.0]))
    return lambda a: ops.power(a, exponent), [numbers(draw, shape(draw))]


def where(draw):
    shapes = draw(npst.mutually_broadcastable_shapes(num_shapes=3, max_dims=3, **SIDES)).input_shapes
    condition = nd.array(draw(npst.arrays(np.float64, shapes[0], elements=st.sampled_from([0.0, 1.0]))))
    return lambda a, b: ops.where(condition, a, b), [numbers(draw, shapes[1]), numbers(draw, shapes[2])]


def clip(draw):
    return lambda x: ops.clip(x, a_min=-0.13, a_max=0.19), [numbers(draw, shape(draw))]


def broadcast(draw):
    drawn = draw(npst.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, **SIDES))
    return drawn.input_shapes[0], drawn.result_shape


def broadcast_to(draw):
    small, large = broadcast(draw)
    return lambda x: ops.broadcast_to(x, shape=large), [numbers(draw, small)]


def sum_to(draw):
    small, large = broadcast(draw)
    return lambda x: ops.sum_to(x, shape=small), [numbers(draw, large)]


def reshape(draw):
    old = shape(draw)
    new = draw(st.permutations(old)) + draw(st.sampled_from([[], [1]]))
    return lambda x: ops.reshape(x, shape=tuple(new)), [numbers(draw, old)]


def transpose(draw):
    old = shape(draw)
    axes = draw(st.none() | st.permutations([i - draw(st.sampled_from([0, len(old)])) for i in range(len(old))]))
    return lambda x: ops.transpose(x, axes=axes), [numbers(draw, old)]


def cast(draw):
    return lambda x: ops.cast(ops.square(x), dtype="float64"), [numbers(draw, shape(draw))]


def key(draw, of):
    """A basic index, a mask, or integers (with repetitions, which gradients must add up)."""
    keys = npst.basic_indices(of, allow_newaxis=True)
    if of:
        keys = keys | npst.arrays(bool, of)
        if all(of):
            keys = keys | npst.integer_array_indices(of, result_shape=npst.array_shapes(max_dims=2, max_side=4))
    return draw(keys)


def getitem(draw):
    old = shape(draw)
    chosen = key(draw, old)
    return lambda x: ops.getitem(x, key=chosen), [numbers(draw, old)]


def scatter(draw):
    old = shape(draw)
    chosen = key(draw, old)
    return lambda g: ops.scatter(g, key=chosen, shape=old), [numbers(draw, np.zeros(old)[chosen].shape)]


def reduction(f, has_identity=True):
    def case(draw):
        old = shape(draw) if has_identity else draw(npst.array_shapes(max_dims=3, max_side=3))
        axes = st.none()
        if old:
            axis = st.integers(-len(old), len(old) - 1)
            axes |= axis | st.lists(axis, unique_by=lambda a: a % len(old)).map(tuple)
        options = {"axis": draw(axes), "keepdims": draw(st.booleans())}
        return lambda x: f(x, **options), [numbers(draw, old)]

    return case


def mean(draw):
    """Of an empty set of numbers there is no mean."""
    f, (x,) = reduction(ops.mean)(draw)
    return (f, [x]) if x.size else (ops.mean, [np.ones(2)])


def matmul(draw):
    n, k, m = draw(st.tuples(*[st.integers(0, 3)] * 3))
    stack = draw(st.sampled_from([(), (2,), (2, 2)]))
    return ops.matmul, [numbers(draw, (*stack, n, k)), numbers(draw, (*stack, k, m))]


def polygamma(draw):
    n = draw(st.integers(0, 2))
    return lambda x: ops.polygamma(x, n=n), [np.exp(numbers(draw, shape(draw)))]


def mod(draw):
    """Remainders of both signs, none of them near 0, where they jump."""
    return binary(ops.mod, offset=0.0537)(draw)


def along(f):
    """A function along one axis of an array that is not empty."""

    def case(draw):
        x = numbers(draw, draw(npst.array_shapes(max_dims=3, max_side=3)))
        axis = draw(st.integers(-x.ndim, x.ndim - 1))
        return lambda x: f(x, axis=axis), [x]

    return case


def still(draw):
    old = shape(draw)
    value = numbers(draw, old)
    return lambda x, y: ops.still(x, y, value=value), [numbers(draw, old), numbers(draw, shape(draw), 0.05)]


def concat(draw):
    first = shape(draw, min_dims=1)
    axis = draw(st.integers(-len(first), len(first) - 1))
    arrays = []
    for offset in (0.0, 0.03, 0.06)[: draw(st.integers(1, 3))]:
        lengths = list(first)
        lengths[axis] = draw(st.integers(0, 2))
        arrays.append(numbers(draw, tuple(lengths), offset))
    return lambda *xs: ops.concat(*xs, axis=axis), arrays


def pad(draw):
    old = shape(draw)
    before, after = (tuple(draw(st.integers(0, 2)) for _ in old) for _ in range(2))
    return lambda x: ops.pad(x, before=before, after=after, value=0.7), [numbers(draw, old)]


def dense(draw):
    n, k, m = draw(st.tuples(*[st.integers(0, 3)] * 3))
    return ops.dense, [numbers(draw, (n, k)), numbers(draw, (m, k)), numbers(draw, (m,))]


def half_mean_square(draw):
    n, m, k = draw(st.tuples(*[st.integers(1, 3)] * 3))
    other = draw(st.sampled_from([(n, m, k), (n * m, k), (n * m * k,)]))
    axes = draw(st.sampled_from([(1, 2), (0,), (), (0, 1, 2)]))
    return lambda x, y: ops.half_mean_square(x, y, axes=axes), [numbers(draw, (n, m, k)), numbers(draw, other)]


def softmax_cross_entropy(draw):
    n, m = draw(st.tuples(st.integers(0, 3), st.integers(1, 4)))
    labels = np.array([draw(st.integers(0, m - 1)) for _ in range(n)], dtype=np.intp)
    return lambda x: ops.softmax_cross_entropy(x, labels=labels), [numbers(draw, (n, m))]


CASES = {
    "absolute": unary(ops.absolute), "add": binary(ops.add), "broadcast_to": broadcast_to, "cast": cast, "clip": clip, "dense": dense,
    "divide": binary(ops.divide), "exp": unary(ops.exp), "getitem": getitem, "log": unary(ops.log, positive=True),
    "log1p": unary(ops.log1p, positive=True), "matmul": matmul, "max": reduction(ops.max, has_identity=False),
    "maximum": binary(ops.maximum), "mean": mean, "min": reduction(ops.min, has_identity=False), "minimum": binary(ops.minimum),
    "multiply": binary(ops.multiply), "negative": unary(ops.negative), "power": power, "relu": unary(ops.relu), "reshape": reshape,
    "scatter": scatter, "sigmoid": unary(ops.sigmoid), "sign": unary(ops.sign), "softrelu": unary(ops.softrelu),
    "sqrt": unary(ops.sqrt, positive=True), "square": unary(ops.square),
    "half_mean_square": half_mean_square, "half_squared_error": binary(ops.half_squared_error), "subtract": binary(ops.subtract),
    "sum": reduction(ops.sum),
    "sum_to": sum_to, "tanh": unary(ops.tanh), "transpose": transpose, "where": where,
    "arccos": unary(ops.arccos, within=np.sin), "arccosh": unary(ops.arccosh, within=lambda x: 1.1 + np.exp(x)),
    "arcsin": unary(ops.arcsin, within=lambda x: np.sin(x / 2)), "arcsinh": unary(ops.arcsinh), "arctan": unary(ops.arctan),
    "arctanh": unary(ops.arctanh, within=lambda x: np.tanh(x / 2)), "cbrt": unary(ops.cbrt, positive=True),
    "ceil": unary(ops.ceil, offset=0.013), "concat": concat, "cos": unary(ops.cos), "cosh": unary(ops.cosh), "cumsum": along(ops.cumsum),
    "degrees": unary(ops.degrees), "erf": unary(ops.erf), "erfinv": unary(ops.erfinv, within=lambda x: np.tanh(x / 2)),
    "expm1": unary(ops.expm1), "floor": unary(ops.floor, offset=0.013), "gamma": unary(ops.gamma, positive=True),
    "gammaln": unary(ops.gammaln, positive=True), "hard_sigmoid": unary(ops.hard_sigmoid, within=lambda x: 3 * x),
    "hypot": binary(ops.hypot), "log10": unary(ops.log10, positive=True), "log2": unary(ops.log2, positive=True),
    "log_softmax": along(ops.log_softmax), "mod": mod, "pad": pad, "polygamma": polygamma, "radians": unary(ops.radians),
    "reciprocal": unary(ops.reciprocal), "rint": unary(ops.rint, offset=0.013), "round": unary(ops.round, offset=0.013),
    "sin": unary(ops.sin), "sinh": unary(ops.sinh), "softmax": along(ops.softmax),
    "softmax_cross_entropy": softmax_cross_entropy, "tan": unary(ops.tan, within=lambda x: x / 2),
    "still": still, "trunc": unary(ops.trunc, offset=0.013),
}  # fmt: skip


def test_no_operator_is_forgotten():
    differentiable = {name for name, x in vars(ops).items() if isinstance(x, Primitive) and x.vjps}
    assert set(CASES) == differentiable
    assert len(differentiable) > 30


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.data())
@pytest.mark.parametrize("name", CASES)
def test_operator_against_differences(name, data):
    f, arrays = CASES[name](data.draw)
    gradcheck(f, *(nd.array(x, dtype="float64") for x in arrays))


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.data())
@pytest.mark.parametrize("name", sorted(set(CASES) - {"cast", "still"}))
def test_gradients_have_the_dtype_of_their_operand(name, data):
    f, arrays = CASES[name](data.draw)
    xs = [nd.array(x, dtype="float32") for x in arrays]
    for x in xs:
        x.attach_grad()
    with autograd.record():
        out = f(*xs)
        first = autograd.grad(out, xs, create_graph=True)
        total = sum((nd.sum(g * g) for g in first), nd.sum(xs[0]))
    second = autograd.grad(total, xs)
    assert {x.dtype for x in [out, *first, *second]} == {np.float32}


# The methods above the operators, where they do more than call them.


@pytest.mark.parametrize(
    "a, b, transposed",
    [
        ((3,), (3,), {}),
        ((2, 3), (3,), {}),
        ((3,), (3, 2), {}),
        ((2, 1, 3), (3, 2), {}),
        ((3, 2), (4, 3), {"transpose_a": 1, "transpose_b": 1}),
    ],
)
def test_dot_against_differences(a, b, transposed):
    rng = np.random.default_rng(1)
    x, y = (nd.array(rng.normal(size=shape), dtype="float64") for shape in (a, b))
    gradcheck(lambda x, y: nd.dot(x, y, **transposed), x, y)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x.norm(), lambda x: x.mean() * x[0], lambda x: x.flatten().max(axis=1), lambda x: x.copy() * x, lambda x: 2**x,
        lambda x: (1 / x - x) ** 2, lambda x: x[nd.array([1, 1])].exp(), lambda x: x.T @ x, lambda x: -abs(x) * x,
        lambda x: x.astype("float64") * x,
    ],
)  # fmt: skip
def test_methods_against_differences(f):
    gradcheck(f, nd.array([[0.3, -0.8], [1.2, 0.5]], dtype="float64"))


def test_zero_as_an_exponent_against_differences():
    """The slope b * a**(b - 1) is 0 at b = 0, but its own slope there is 1 / a."""
    gradcheck(nd.power, nd.array([2.0, 0.5, 3.0], dtype="float64"), nd.array([0.0, 0.0, 1.0], dtype="float64"))


def test_astype_passes_the_gradient():
    x = variable([1, 2])
    with autograd.record():
        y = x.astype("float64") * 3
    y.backward()
    assert y.dtype == np.float64
    assert x.grad.dtype == np.float32
    assert x.grad.asnumpy().tolist() == [3, 3]
    with autograd.record():
        assert autograd.grad(x.astype("float64") * 3, x, create_graph=True)[0].dtype == np.float32


# Values at kinks, exactly.


def variable(values, grad_req="write", dtype="float32"):
    x = nd.array(values, dtype=dtype)
    x.attach_grad(grad_req)
    return x


@pytest.mark.parametrize(
    "f, values, gradients",
    [
        (nd.abs, [[-2, 0, 3]], [[-1, 0, 1]]),
        (nd.relu, [[-2, 0, 3]], [[0, 0, 1]]),
        (nd.sign, [[-2, 0, 3]], [[0, 0, 0]]),
        (lambda x: x.clip(-1, 1), [[-2, -1, 0, 1, 2]], [[0, 1, 1, 1, 0]]),
        (nd.maximum, [[1, 2, 3], [3, 2, 1]], [[0, 1, 1], [1, 0, 0]]),
        (nd.minimum, [[1, 2, 3], [3, 2, 1]], [[1, 1, 0], [0, 0, 1]]),
        (nd.max, [[1, 3, 3]], [[0, 1, 1]]),
        (nd.min, [[1, 3, 1]], [[1, 0, 1]]),
        (lambda x: x.max(axis=1), [[[1, 1], [0, 2]]], [[[1, 1], [0, 1]]]),
        (lambda x: x**0, [[0, 2]], [[0, 0]]),
        (nd.power, [[0, 2], [0, 0]], [[0, 0], [0, np.log(2)]]),
        (lambda x: x**2, [[0, -2]], [[0, -4]]),
        (lambda x: x**1, [[0, 2]], [[1, 1]]),
        (nd.power, [[0, 2], [3, 3]], [[0, 12], [0, 8 * np.log(2)]]),
        (nd.where, [[1, 0], [5, 6], [7, 8]], [[0, 0], [1, 0], [0, 1]]),
    ],
)
def test_subgradients(f, values, gradients):
    xs = [variable(v, dtype="float64") for v in values]
    with autograd.record():
        y = f(*xs)
    y.backward()
    for x, g in zip(xs, gradients, strict=True):
        np.testing.assert_allclose(x.grad, g, rtol=1e-15, atol=0)


@pytest.mark.parametrize("f, gradient", [(nd.sqrt, np.inf), (nd.norm, np.nan)])
def test_infinite_slopes(f, gradient):
    x = variable([0.0])
    with autograd.record():
        y = f(x)
    with np.errstate(divide="ignore", invalid="ignore"):
        y.backward()
    np.testing.assert_equal(x.grad.asscalar(), np.float32(gradient))


# Gradcheck can fail.


def primitive(forward, vjp):
    made = Primitive(forward)
    made.backward(vjp)
    return made


def constant(x):
    """Hide from autograd that x depends on anything."""
    return x.detach() if isinstance(x, nd.NDArray) else x


wrong_square = primitive(lambda x: 3 * x * x, lambda g, out, x: g * (5 * x))
WRONG = {
    "first order": (primitive(np.exp, lambda g, out, x: 1.001 * (g * out)), "first"),
    "first order, one element": (primitive(np.exp, lambda g, out, x: g * out * np.array([1, 1, 0.99])), "first"),
    "second order": (primitive(lambda x: x**3, lambda g, out, x: g * wrong_square(x)), "second"),
    "second order, nothing recorded": (primitive(np.exp, lambda g, out, x: constant(g) * constant(out)), "second"),
}


@pytest.mark.parametrize("f, order", WRONG.values(), ids=WRONG)
def test_gradcheck_sees_wrong_rules(f, order):
    x = nd.array([0.5, -0.3, 1.1], dtype="float64")
    with pytest.raises(AssertionError, match=f"gradcheck: (the )?{order} derivative is .* by autograd, .* by differences"):
        gradcheck(f, x)
    if order == "second":
        gradcheck(f, x, order=1)


def test_gradcheck_wants_float64():
    with pytest.raises(TypeError, match="input 1 has dtype float32; use float64"):
        gradcheck(nd.maximum, nd.array([1.0], dtype="float64"), nd.array([1.0]))


def test_gradcheck_leaves_its_inputs_alone():
    x = variable([1.0, 2.0], dtype="float64")
    with unchanged(x):
        gradcheck(nd.tanh, x)


# Higher orders.


def test_third_order():
    x = variable([2.0, -1.0], dtype="float64")
    with autograd.record():
        y = x**4
        for expected in ([32, -4], [48, 12]):
            [y] = autograd.grad(y, x, create_graph=True)
            assert y.asnumpy().tolist() == expected
    y.backward()
    assert x.grad.asnumpy().tolist() == [48, -24]


def test_mixed_second_order():
    x, y = variable([2.0]), variable([3.0])
    with autograd.record():
        [dx] = autograd.grad(x * x * y, x, create_graph=True)
    assert autograd.grad(dx, [y])[0].asscalar() == 4


# The interface.


def recorded(f, *xs):
    with autograd.record():
        return f(*xs)


def test_heads_add_up():
    x = variable([1.0, 2.0])
    with autograd.record():
        a, b = x * 2, x * x
    autograd.backward([a, b, b])
    assert x.grad.asnumpy().tolist() == [6, 10]


@pytest.mark.parametrize("head_grads", [nd.array([3.0, 5.0]), [nd.array([3.0, 5.0])]])
def test_head_gradients(head_grads):
    x = variable([1.0, 2.0])
    autograd.backward(recorded(nd.square, x), head_grads)
    assert x.grad.asnumpy().tolist() == [6, 20]
    assert autograd.grad(recorded(nd.square, x), x, head_grads)[0].asnumpy().tolist() == [6, 20]


def test_a_head_gradient_of_none_is_ones():
    x = variable([1.0, 2.0])
    with autograd.record():
        a, b = x * 2, x * x
    autograd.backward([a, b], [nd.array([10.0, 10.0]), None])
    assert x.grad.asnumpy().tolist() == [22, 24]
    recorded(nd.square, x).backward(nd.array([1.0, 0.5]))
    assert x.grad.asnumpy().tolist() == [2, 2]


def test_two_backwards_need_retain_graph():
    x = variable([3.0])
    y = recorded(nd.square, x)
    y.backward(retain_graph=True)
    x.grad[:] = 0
    y.backward()
    assert x.grad.asscalar() == 6
    with unchanged(x), pytest.raises(RuntimeError, match="not in a computational graph.*retain_graph=True"):
        y.backward()


def test_a_head_above_a_freed_graph():
    x = variable([3.0])
    with autograd.record():
        y = x * x
        z = y * 2
    y.backward()
    with unchanged(x), pytest.raises(RuntimeError, match="freed by an earlier backward.*retain_graph=True"):
        z.backward()


@pytest.mark.parametrize("make", [lambda x: x * 2, lambda x: recorded(lambda: nd.ones(1) * 2)], ids=["not recording", "no variable"])
def test_what_was_not_recorded(make):
    x = variable([3.0])
    y = make(x)
    with unchanged(x), pytest.raises(RuntimeError, match=r"head is not in a computational graph.*autograd.record\(\).*attach_grad\(\)"):
        y.backward()


@pytest.mark.parametrize(
    "call, error, words",
    [
        (lambda y, x: y.backward(nd.ones(3)), ValueError, r"head_grads.* shape \(3,\), but the head has shape \(2,\)"),
        (lambda y, x: y.backward(nd.ones((1, 2))), ValueError, r"head_grads.* shape \(1, 2\), but the head has shape \(2,\)"),
        (lambda y, x: autograd.backward([y, y], [nd.ones(2)]), ValueError, "head_grads has 1 entries for 2 heads"),
        (lambda y, x: y.backward(np.ones(2)), TypeError, r"head_grads must be NDArrays, got ndarray: use nd.array"),
        (lambda y, x: y.backward(2.0), TypeError, "head_grads must be NDArrays, got float"),
        (lambda y, x: autograd.backward([]), ValueError, "heads is empty"),
        (lambda y, x: autograd.backward(np.ones(2)), TypeError, "heads must be NDArrays, got ndarray"),
        (lambda y, x: autograd.grad(y, 3), TypeError, "variables must be NDArrays, got int"),
        (lambda y, x: autograd.grad(y, [x, nd.ones(2)]), RuntimeError, r"variable is not in a computational graph.*attach_grad\(\)"),
        (lambda y, x: x.attach_grad("overwrite"), ValueError, "grad_req must be 'write', 'add' or 'null', got 'overwrite'"),
        (
            lambda y, x: autograd.mark_variables([nd.ones(2), x], [nd.ones(2), nd.ones(1)]),
            ValueError,
            r"gradients: .* shape \(2,\).*\(1,\)",
        ),
        (lambda y, x: autograd.mark_variables([x], [nd.ones(2)], ["add", "add"]), ValueError, "grad_reqs.* 1 variables need as many"),
        (lambda y, x: autograd.mark_variables([x], [nd.ones(2)], "sum"), ValueError, "grad_req must be"),
    ],
)
def test_bad_calls_change_nothing(call, error, words):
    x = variable([1.0, 2.0])
    y = recorded(nd.square, x)
    y.backward(retain_graph=True)
    with unchanged(x), pytest.raises(error, match=words):
        call(y, x)
    y.backward()  # and the graph is still there
    assert x.grad.asnumpy().tolist() == [2, 4]


def test_marking_fails_for_all_or_none():
    x, y = nd.ones(2), nd.ones(2)
    with unchanged(x, y), pytest.raises(ValueError, match="gradients"):
        autograd.mark_variables([x, y], [nd.ones(2), nd.ones(3)])
    assert x.grad is None


def test_a_backward_that_fails_half_way_changes_no_gradient():
    def fail(g, out, x):
        raise ZeroDivisionError

    broken = primitive(np.exp, fail)
    x, y = variable([1.0]), variable([2.0])
    with autograd.record():
        first = broken(x)
        last = y * 2  # newer than `first`, so pulled back before it
    with unchanged(x, y), pytest.raises(ZeroDivisionError):
        autograd.backward([first, last])
    last.backward()
    assert y.grad.asscalar() == 2


@pytest.mark.parametrize("grad_req, after_one, after_two", [("write", 2, 3), ("add", 2, 5)])
def test_grad_req(grad_req, after_one, after_two):
    x = variable([1.0], grad_req)
    for factor, expected in [(2.0, after_one), (3.0, after_two)]:
        recorded(lambda f=factor: x * f).backward()
        assert x.grad.asscalar() == expected


def test_a_variable_that_drops_gradients_shows_none():
    x = variable([1.0], "null")
    recorded(lambda: x * 2).backward()
    assert x.grad is None


def test_mark_variables():
    x, y, gradients = nd.ones(2), nd.ones(1), [nd.zeros(2), nd.full(1, 10)]
    autograd.mark_variables([x, y], gradients, ["write", "add"])
    recorded(lambda: x * y * 3).backward()
    assert [g.asnumpy().tolist() for g in gradients] == [[3, 3], [16]]


def test_integer_variables():
    for grad_req in ("write", "add"):
        x = variable([2, 3], grad_req, dtype="int32")
        recorded(lambda x=x: x * 1.0).backward()
        assert x.grad.dtype == np.int32
        assert x.grad.asnumpy().tolist() == [1, 1]


def test_grad_before_and_after_attach_grad():
    x = nd.ones(2)
    assert x.grad is None
    x.attach_grad()
    assert x.grad.asnumpy().tolist() == [0, 0]


def test_grad_writes_to_no_variable():
    x = variable([1.0])
    y = recorded(nd.square, x)
    with unchanged(x):
        assert autograd.grad(y, x)[0].asscalar() == 2


def test_grad_frees_unless_told():
    x = variable([1.0])
    y = recorded(nd.square, x)
    autograd.grad(y, x, retain_graph=True)
    autograd.grad(y, x)
    with pytest.raises(RuntimeError, match="retain_graph"):
        autograd.grad(y, x)


def test_grad_of_what_the_head_does_not_reach():
    x, y = variable([1.0]), variable([2.0, 3.0])
    assert [g.asnumpy().tolist() for g in autograd.grad(recorded(nd.square, x), [x, y])] == [[2], [0, 0]]


def test_grad_of_an_intermediate():
    x = variable([3.0])
    with autograd.record():
        y = x * x
        z = y * y
    assert [g.asscalar() for g in autograd.grad(z, [y, x, z])] == [18, 108, 1]


def test_gradients_returned_are_arrays_of_their_own():
    a, b, head = variable([1.0]), variable([2.0]), nd.ones(1)
    da, db = autograd.grad(recorded(lambda: a + b), [a, b], head)
    da += 1
    assert (db.asscalar(), head.asscalar()) == (1, 1)


def test_gradients_returned_have_the_dtype_of_the_variable():
    x = variable([1.0, 2.0])
    assert autograd.grad(recorded(lambda: x * np.ones(2)), x)[0].dtype == np.float32


def test_backward_of_a_leaf_gives_ones():
    x = variable([3.0, 4.0])
    x.backward()
    assert x.grad.asnumpy().tolist() == [1, 1]


def test_a_variable_not_reached_keeps_its_gradient():
    x, y = variable([1.0]), variable([1.0])
    with unchanged(y):
        recorded(nd.square, x).backward()
    assert (x._fresh_grad, y._fresh_grad) == (True, False)


def test_attach_grad_on_an_intermediate_cuts_the_graph():
    x = variable([2.0])
    with autograd.record():
        y = x * x
        y.attach_grad()
        z = y * 3
    z.backward()
    assert (x.grad.asscalar(), y.grad.asscalar()) == (0, 3)


def test_detach():
    x = variable([2.0])
    recorded(lambda: x * x.detach()).backward()
    assert x.grad.asscalar() == 2


def test_pause():
    x = variable([2.0])
    with autograd.record():
        with autograd.pause():
            y = x * x
        z = x * y
    z.backward()
    assert x.grad.asscalar() == 4


# Modes.


@pytest.mark.parametrize(
    "scope, modes",
    [
        (lambda: autograd.record(), (True, True)),
        (lambda: autograd.record(train_mode=False), (True, False)),
        (lambda: autograd.pause(), (False, False)),
        (lambda: autograd.pause(train_mode=True), (False, True)),
        (lambda: autograd.predict_mode(), (None, False)),
        (lambda: autograd.train_mode(), (None, True)),
    ],
)
@pytest.mark.parametrize("around", [(False, False), (True, True)], ids=str)
def test_modes(scope, modes, around):
    def now():
        return autograd.is_recording(), autograd.is_training()

    assert now() == (False, False)
    with autograd.record() if around[0] else autograd.pause():
        with pytest.raises(KeyError), scope():
            assert now() == (around[0] if modes[0] is None else modes[0], modes[1])
            raise KeyError
        assert now() == around
    assert now() == (False, False)


def test_one_scope_may_be_entered_twice():
    scope = autograd.record()
    with scope:
        with scope:
            pass
        assert autograd.is_recording()
    assert not autograd.is_recording()


def test_setting_modes_gives_the_old_ones():
    try:
        assert (autograd.set_recording(True), autograd.set_training(True)) == (False, False)
        assert (autograd.is_recording(), autograd.is_training()) == (True, True)
    finally:
        assert (autograd.set_recording(False), autograd.set_training(False)) == (True, True)


def test_backward_does_not_record():
    x = variable([1.0])
    with autograd.record():
        y = x * x
        [g] = autograd.grad(y, x)
    assert g._node is None


def test_each_thread_has_its_own_modes():
    seen = []

    def other():
        seen.append(autograd.is_recording())
        autograd.set_recording(False)
        autograd.set_training(False)

    with autograd.record():
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        assert seen == [False]
        assert autograd.is_recording() and autograd.is_training()


def test_two_threads_differentiate_at_once():
    both, results = threading.Barrier(2, timeout=60), {}

    def work(factor):
        x = variable([1.0])
        with autograd.record():
            both.wait()
            y = x * factor
            both.wait()
        y.backward()
        results[factor] = x.grad.asscalar()

    threads = [threading.Thread(target=work, args=(factor,)) for factor in (2.0, 3.0)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {2.0: 2.0, 3.0: 3.0}


# Size and memory.


@pytest.fixture
def pulls(monkeypatch):
    """Count how often a gradient is pulled through an operation."""
    count, pull = [0], Operation.pull

    def counted(self, i, g):
        count[0] += 1
        return pull(self, i, g)

    monkeypatch.setattr(Operation, "pull", counted)
    return count


def test_a_deep_chain(pulls):
    x = variable([1.0])
    with autograd.record():
        y = x
        for _ in range(10_000):
            y = y * 1.0
    y.backward()
    assert x.grad.asscalar() == 1
    assert pulls == [10_000]


def test_a_deep_chain_dropped_without_backward():
    x = variable([1.0])
    with autograd.record():
        y = x
        for _ in range(50_000):
            y = y + 1.0
    del y  # would overflow the stack, were it freed recursively


def test_shared_results_are_pulled_once(pulls):
    """2**40 paths lead through 40 doublings; there are 80 operands."""
    x = variable([1.0], dtype="float64")
    with autograd.record():
        y = x
        for _ in range(40):
            y = y + y
    y.backward()
    assert x.grad.asscalar() == 2.0**40
    assert pulls == [80]


def test_in_any_graph_every_operand_is_pulled_once(pulls):
    rng = np.random.default_rng(0)
    x = variable([1.0], dtype="float64")
    ys, slopes = [x], [1]
    with autograd.record():
        for _ in range(30):
            i, j = rng.integers(len(ys), size=2)
            ys.append(ys[i] + ys[j])
            slopes.append(slopes[i] + slopes[j])
    autograd.backward(ys[1:])
    assert x.grad.asscalar() == sum(slopes[1:])
    assert pulls == [60]


@pytest.fixture
def no_collector():
    gc.disable()
    yield
    gc.enable()


def test_backward_frees_the_graph(no_collector):
    x = variable([1.0, 2.0])
    with autograd.record():
        y = nd.exp(x)
        z = nd.square(y)
    data = weakref.ref(y._data)
    del y
    assert data() is not None
    z.backward()
    assert data() is None


@pytest.mark.parametrize("drop", ["unused", "second order"])
def test_a_graph_that_goes_out_of_sight_is_freed_without_the_collector(no_collector, drop):
    x = variable([1.0, 2.0])
    with autograd.record():
        y = nd.exp(x)
        z = nd.square(y)
        if drop == "second order":
            [g] = autograd.grad(z, x, create_graph=True)
            g.backward(retain_graph=True)
            del g
    data = weakref.ref(y._data)
    del y, z
    assert data() is None


# In-place writes.

REMEDY = r"Cannot write in place.*inside `autograd.record\(\)`.*out-of-place form.*outside record\(\), after backward"
WRITES = {
    "iadd": lambda a, b: a.__iadd__(b), "isub": lambda a, b: a.__isub__(b), "imul": lambda a, b: a.__imul__(b),
    "itruediv": lambda a, b: a.__itruediv__(b), "assign all": lambda a, b: a.__setitem__(slice(None), b),
    "assign one": lambda a, b: a.__setitem__(0, b[0]),
}  # fmt: skip


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("what", ["variable", "intermediate", "recorded value into a constant"])
def test_in_place_writes_are_refused_while_recording(write, what):
    x, constant = variable([2.0, 4.0]), nd.array([1.0, 1.0])
    with autograd.record():
        y = x * x
        target, value = {"variable": (x, constant), "intermediate": (y, constant), "recorded value into a constant": (constant, y)}[what]
        with unchanged(x, constant), pytest.raises(RuntimeError, match=REMEDY):
            write(target, value)
    y.backward()
    assert x.grad.asnumpy().tolist() == [4, 8]


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("scope", [autograd.pause, autograd.predict_mode])
def test_in_place_writes_are_allowed_otherwise(write, scope):
    x, plain = variable([2.0, 4.0]), np.array([2.0, 4.0])
    with scope():
        write(x, nd.array([2.0, 2.0]))
    write(plain, np.array([2.0, 2.0]))
    assert x.asnumpy().tolist() == plain.tolist()
    assert x.grad is not None


def test_constants_may_be_written_while_recording():
    with autograd.record():
        c = nd.ones(2)
        c += 1
        c[0] = 5
    assert c.asnumpy().tolist() == [5, 2]


def test_a_constant_of_the_graph_is_not_written_to_while_it_is_recorded():
    x, c = nd.array([2.0]), nd.array([1.0])
    x.attach_grad()
    with autograd.record():
        y = x * c
        with pytest.raises(RuntimeError, match="part of a computational graph"):
            c += 1
        with autograd.pause():
            assert not autograd.is_recording()
    y.backward()
    assert x.grad.asscalar() == 1.0
    with autograd.record():
        c += 1  # a new record has not seen it yet
        y = x * c
    y.backward()
    assert x.grad.asscalar() == 2.0


def test_gradients_are_arrays_of_their_own_in_the_dtype_of_the_variable():
    a, b = nd.array([1.0, 2.0]), nd.array([3.0, 4.0])
    a.attach_grad()
    b.attach_grad()
    for create_graph in (False, True):
        with autograd.record():
            ga, gb = autograd.grad((a + b) * np.ones(2), [a, b], create_graph=create_graph)
        assert not np.may_share_memory(ga._data, gb._data)
        assert ga.dtype is gb.dtype is np.float32


@pytest.mark.parametrize("order", [0, 3])
def test_gradcheck_refuses_orders_it_does_not_check(order):
    with pytest.raises(ValueError, match="order must be 1 or 2"):
        gradcheck(lambda x: x * x, nd.array([1.0], dtype="float64"), order=order)


@pytest.mark.parametrize("view", [lambda x: x[0:1], lambda x: x.detach(), lambda x: x.reshape(1, 2), lambda x: x])
@pytest.mark.parametrize("constant", [True, False])
def test_memory_that_was_read_is_not_written_through_another_array(view, constant):
    x, c = variable([1.0, 2.0]), nd.array([3.0, 4.0])
    with autograd.record():
        y = x * c if constant else x * x
        with autograd.pause(), autograd.record():
            pass  # a record within the record forgets nothing
        with pytest.raises(MXNetError, match="Cannot write in place"):
            view(c if constant else x)[...] = 9
    y.backward()
    assert x.grad.asnumpy().tolist() == ([3, 4] if constant else [2, 4])
    view(c)[...] = 9


def test_setting_the_mode_by_hand_keeps_the_same_memory():
    x, c = variable([1.0]), nd.array([3.0])
    for _ in range(2):
        autograd.set_recording(True)
        x * c
        with pytest.raises(MXNetError, match="Cannot write in place"):
            c += 1
        autograd.set_recording(False)
        c += 1  # what the finished recording has read is forgotten


# Functions with a gradient of one's own.


class Scaled(autograd.Function):
    """x and y to (x y, x + y), with honest gradients, and `factor` on that of x."""

    def __init__(self, factor=1.0):
        self.factor = factor

    def forward(self, x, y):
        self.save_for_backward(x, y)
        return x * y, x + y

    def backward(self, d_product, d_sum):
        x, y = self.saved_tensors
        return self.factor * (d_product * y + d_sum), d_product * x + d_sum


def both(x, y):
    product, total = Scaled()(x, y)
    return product * product + total


def test_a_function_has_the_gradient_that_it_gives():
    x, y = variable([2.0]), variable([5.0])
    product, total = recorded(lambda: Scaled(factor=10)(x, y))
    autograd.backward([product, total], [nd.array([1.0]), nd.array([3.0])])
    assert [x.grad.asscalar(), y.grad.asscalar()] == [10 * (5 + 3), 2 + 3]


def test_a_function_against_differences_to_second_order():
    rng = np.random.default_rng(0)
    gradcheck(both, *(nd.array(rng.normal(size=(2, 3)), dtype="float64") for _ in range(2)))


def test_an_output_that_is_not_used_has_no_gradient():
    x, y = variable([2.0]), variable([5.0])
    recorded(lambda: Scaled()(x, y)[1]).backward()
    assert [x.grad.asscalar(), y.grad.asscalar()] == [1, 1]


def test_a_function_may_give_back_its_input():
    class Same(autograd.Function):
        def forward(self, x):
            return x

        def backward(self, g):
            return g * 7

    x = variable([2.0])
    y = recorded(lambda: Same()(x))
    y.backward()
    assert y is not x
    assert x.grad.asscalar() == 7


def test_a_graph_with_a_function_is_walked_twice_on_demand():
    x, y = variable([2.0], "add"), variable([5.0], "add")
    z = recorded(lambda: both(x, y))
    z.backward(retain_graph=True)
    z.backward()
    assert x.grad.asscalar() == 2 * (2 * 2 * 25 + 1)


@pytest.mark.parametrize(
    "members, error, words",
    [
        ({}, NotImplementedError, r"Mine must define forward\(self, \*inputs\)"),
        ({"forward": lambda self, x: x * 2}, NotImplementedError, r"Mine must define backward"),
        ({"forward": lambda self, x: x * 2, "backward": lambda self, g: [g, g]}, ValueError, "gradient for each of 1 inputs, gave 2"),
        ({"forward": lambda self, x: x * 2, "backward": lambda self, g: None}, TypeError, "gave NoneType for input 0: give zeros"),
        (
            {"forward": lambda self, x: x * 2, "backward": lambda self, g: nd.ones(2)},
            ValueError,
            r"gave a gradient of shape \(2,\) for input 0 of shape \(1,\)",
        ),
    ],
)
def test_functions_that_are_not_complete(members, error, words):
    x = variable([1.0])
    with unchanged(x), pytest.raises(error, match=words):
        recorded(lambda: type("Mine", (autograd.Function,), members)()(x)).backward()


def test_a_function_refuses_numbers_and_notes_what_it_has_saved():
    x, c = variable([1.0]), nd.array([2.0])
    with pytest.raises(TypeError, match="input 1 of Scaled must be an NDArray, got float: keep numbers in __init__"):
        Scaled()(x, 2.0)
    with autograd.record():
        product, _ = Scaled()(x, c)
        with pytest.raises(MXNetError, match="Cannot write in place"):
            c[:] = 9
    product.backward()
    assert x.grad.asscalar() == 2


def test_the_head_gradient_is_not_the_functions_to_change():
    class Doubles(autograd.Function):
        def forward(self, x):
            return x * 2

        def backward(self, g):
            g *= 2
            return g

    x, head = variable([1.0]), nd.array([5.0])
    recorded(lambda: Doubles()(x)).backward(head)
    assert [head.asscalar(), x.grad.asscalar()] == [5, 10]


def test_a_saved_output_does_not_keep_the_graph_alive(no_collector):
    class Exp(autograd.Function):
        def forward(self, x):
            y = nd.exp(x)
            self.save_for_backward(y)
            return y

        def backward(self, g):
            (y,) = self.saved_tensors
            return g * y

    gradcheck(lambda x: Exp()(x), nd.array([0.3, -0.4], dtype="float64"))
    x = variable([1.0])
    y = recorded(lambda: Exp()(x * 1))
    node = weakref.ref(y)
    del y
    assert node() is None


def test_a_gradient_that_does_not_fit_its_variable_changes_nothing():
    x, y = variable([1.0]), variable([1.0, 2.0])
    primitive = Primitive(lambda a, b: a + b.sum())
    primitive.backward(lambda g, out, a, b: g, lambda g, out, a, b: g)  # the second lacks a broadcast
    with unchanged(x, y), pytest.raises(MXNetError, match=r"gradient of shape \(1,\) came back to a variable of shape \(2,\)"):
        recorded(lambda: primitive(x, y)).backward()


def test_a_function_is_called_once():
    function = Scaled()
    function(nd.ones(1), nd.ones(1))
    with pytest.raises(RuntimeError, match="make a new one for each call"):
        function(nd.ones(1), nd.ones(1))


def test_comparisons_pass_a_gradient_of_zero():
    """They depend on their operands, by steps: the graph is kept, and the derivative is 0."""
    x = nd.array([-1.0, 2.0, 3.0])
    x.attach_grad()
    for f in (lambda x: x > 0, lambda x: x == 2, nd.BlockGrad, nd.argmax, lambda x: nd.one_hot(x, 4), nd.zeros_like, nd.sign):
        x.grad[:] = 7
        with autograd.record():
            y = f(x)
        y.backward()
        assert x.grad.asnumpy().tolist() == [0, 0, 0]
    with autograd.record():
        y = (x * (x > 0)).sum() + nd.BlockGrad(x * x).sum()
    y.backward()
    assert x.grad.asnumpy().tolist() == [0, 1, 1]


def test_gradients_give_infinities_without_warnings():
    x = nd.array([0.0])
    x.attach_grad()
    with autograd.record():
        y = nd.sqrt(x)
    [dy] = autograd.grad(y, x, retain_graph=True)
    y.backward()
    assert float(dy) == float(x.grad) == np.inf


def test_arithmetic_gives_infinities_without_warnings():
    """As in MXNet, and with warnings as errors."""
    x = nd.array([0.0, 1000.0])
    assert nd.log(x).asnumpy()[0] == -np.inf
    assert nd.exp(x).asnumpy()[1] == np.inf
    x.attach_grad()
    with autograd.record():
        y = nd.sqrt(x)
    y.backward()
    assert x.grad.asnumpy()[0] == np.inf
    x /= 0
    assert np.isnan(x.asnumpy()[0]) and x.asnumpy()[1] == np.inf


def test_ties_with_a_number_give_the_gradient_to_the_array():
    """Printed by MXNet 1.9.1, whichever stands first; a tie of two arrays goes to the first."""
    x = nd.array([-1.0, 0.0, 2.0])
    x.attach_grad()
    for f, expected in (
        (lambda: nd.maximum(0, x), [0, 1, 1]), (lambda: nd.maximum(x, 0), [0, 1, 1]), (lambda: nd.minimum(0, x), [1, 1, 0]),
        (lambda: nd.maximum(nd.zeros(3), x), [0, 0, 1]),
    ):  # fmt: skip
        with autograd.record():
            y = f()
        y.backward()
        assert x.grad.asnumpy().tolist() == expected


def test_log_probabilities_of_what_was_drawn_have_gradients():
    """The policy gradient: 1/p at what was drawn, added up."""
    p = nd.array([[0.3, 0.7], [0.5, 0.5]])
    p.attach_grad()
    with autograd.record():
        drawn, logp = nd.random.multinomial(p, shape=5, get_prob=True)
        loss = logp.sum()
    loss.backward()
    np.testing.assert_allclose(logp, np.log(np.take_along_axis(p.asnumpy(), drawn.asnumpy(), axis=1)), rtol=1e-6)
    counts = np.array([np.bincount(row, minlength=2) for row in drawn.asnumpy()])
    np.testing.assert_allclose(p.grad, counts / p.asnumpy(), rtol=1e-6)
