"""NDArray: MXNet's conventions over NumPy's arithmetic."""

import copy
import math
import operator
import pickle
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from mxedu import autograd, nd
from mxedu.base import DtypeError
from tests.helpers import unchanged

MATRIX = np.array([[1.0, -2.0, 3.0], [0.5, 4.0, -6.0]], np.float32)


def same(got, expected, dtype=np.float32):
    """Assert that an NDArray has the numbers, the shape and the dtype expected."""
    expected = np.asarray(expected, dtype)
    assert isinstance(got, nd.NDArray)
    assert got.dtype == dtype
    assert got.shape == expected.shape
    assert np.array_equal(got.asnumpy(), expected)


# Making arrays.


@pytest.mark.parametrize(
    "source",
    [[1, 2], (1.0, 2.0), np.array([1, 2]), np.array([1.0, 2.0]), [np.float64(1), np.float32(2)]],
    ids=["ints", "floats", "numpy ints", "numpy float64", "numpy scalars"],
)
def test_array_is_float32_unless_told(source):
    same(nd.array(source), [1, 2])
    same(nd.array(source, dtype="float64"), [1, 2], np.float64)
    same(nd.array(source, dtype=np.int32), [1, 2], np.int32)


def test_array_of_an_ndarray_keeps_its_dtype_and_copies():
    x = nd.array([1, 2], dtype="float64")
    y = nd.array(x)
    y[0] = 9
    same(x, [1, 2], np.float64)
    same(y, [9, 2], np.float64)


@pytest.mark.parametrize(
    "make, expected",
    [
        (lambda: nd.zeros((2, 1)), [[0], [0]]),
        (lambda: nd.zeros(2), [0, 0]),
        (lambda: nd.ones((1, 2)), [[1, 1]]),
        (lambda: nd.full((2,), 1.5), [1.5, 1.5]),
        (lambda: nd.arange(3), [0, 1, 2]),
        (lambda: nd.arange(1, 2, 0.25), [1, 1.25, 1.5, 1.75]),
        (lambda: nd.zeros_like(nd.array(MATRIX)), np.zeros((2, 3))),
        (lambda: nd.ones_like(nd.array(MATRIX)), np.ones((2, 3))),
        (lambda: nd.array(3.0), 3.0),
        (lambda: nd.zeros((0, 2)), np.zeros((0, 2))),
    ],
)
def test_creation(make, expected):
    same(make(), expected)


@pytest.mark.parametrize(
    "make",
    [
        lambda dtype: nd.zeros(2, dtype=dtype), lambda dtype: nd.ones(2, dtype=dtype), lambda dtype: nd.full(2, 1, dtype=dtype),
        lambda dtype: nd.empty(2, dtype=dtype), lambda dtype: nd.arange(2, dtype=dtype),
        lambda dtype: nd.zeros_like(nd.ones(2, dtype=dtype)),
    ],
)  # fmt: skip
def test_creation_in_another_dtype(make):
    assert make("int32").dtype == np.int32
    assert make(np.float64).dtype == np.float64


def test_attributes():
    x = nd.array(MATRIX)
    assert (x.shape, x.size, x.ndim, x.dtype, len(x)) == ((2, 3), 6, 2, np.float32, 2)
    same(x.T, MATRIX.T)
    assert [row.shape for row in x] == [(3,), (3,)]
    assert x.wait_to_read() is None


@pytest.mark.parametrize(
    "x, text",
    [
        (nd.zeros((8, 4)), f"\n{np.zeros((8, 4))}\n<NDArray 8x4 @cpu(0)>"),
        (nd.array([1, 2.5]), "\n[1.  2.5]\n<NDArray 2 @cpu(0)>"),
        (nd.array([1, 2], dtype="int32"), "\n[1 2]\n<NDArray 2 @cpu(0)>"),
        (nd.array(3.0), "\n3.0\n<NDArray  @cpu(0)>"),
    ],
)
def test_repr_is_mxnets(x, text):
    assert repr(x) == str(x) == text


# To Python and NumPy.


def test_conversions_to_numbers():
    x = nd.array([2.75])
    assert (float(x), int(x), x.asscalar(), bool(x), bool(nd.zeros(1))) == (2.75, 2, 2.75, True, False)
    assert isinstance(x.asscalar(), np.float32)
    assert [10, 20, 30][nd.array([1], dtype="int64")] == 20


@pytest.mark.parametrize(
    "convert, error, words",
    [
        (float, ValueError, "asscalar: the array has shape \\(2, 3\\)"),
        (int, ValueError, "asscalar: the array has shape"),
        (bool, ValueError, "truth value .* ambiguous.* use asnumpy"),
        (operator.index, TypeError, "dtype float32 cannot be used as an index"),
    ],
)
def test_conversions_that_are_refused(convert, error, words):
    with pytest.raises(error, match=words):
        convert(nd.array(MATRIX))


def test_numpy_reads_ndarrays():
    x = nd.array(MATRIX)
    assert np.asarray(x).dtype == np.float32
    assert np.asarray(x, dtype="float64").dtype == np.float64
    assert np.array_equal(np.concatenate([x, x]), np.concatenate([MATRIX, MATRIX]))
    assert np.array_equal(np.exp(x), np.exp(MATRIX))
    assert np.shares_memory(np.array(x, copy=False), np.array(x.detach(), copy=False))
    with pytest.raises(ValueError, match="Unable to avoid copy"):
        np.array(x, dtype="float64", copy=False)


@pytest.mark.parametrize("take", [nd.NDArray.asnumpy, np.asarray, np.array, nd.NDArray.copy, copy.deepcopy])
def test_copies_do_not_share_memory(take):
    x = nd.array([1.0, 2.0])
    take(x)[0] = 9
    same(x, [1, 2])


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32"])
def test_pickle_round_trip(dtype):
    x = nd.array([[1, 2], [3, 4]], dtype=dtype)
    same(pickle.loads(pickle.dumps(x)), [[1, 2], [3, 4]], np.dtype(dtype).type)


def test_pickle_of_a_variable_is_a_constant():
    x = nd.ones(2)
    x.attach_grad()
    assert pickle.loads(pickle.dumps(x)).grad is None


def test_astype():
    x = nd.array([1.5, -2.5])
    same(x.astype("int32"), [1, -2], np.int32)
    assert x.astype("float32", copy=False) is x
    assert x.astype("float32") is not x


# Arithmetic.

BINARY = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow]
COMPARISONS = [operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge]


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.data())
@pytest.mark.parametrize("op", BINARY + COMPARISONS)
def test_operators_broadcast_as_numpys_do(op, data):
    shapes = data.draw(npst.mutually_broadcastable_shapes(num_shapes=2, min_side=0, max_dims=3, max_side=3)).input_shapes
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    a, b = (rng.integers(1, 4, shape).astype(np.float32) for shape in shapes)
    expected = op(a, b)
    for left, right in [(nd.array(a), nd.array(b)), (nd.array(a), b), (a, nd.array(b))]:
        same(op(left, right), expected)


@pytest.mark.parametrize("number", [3, 2.5, True, np.float64(2.5), np.float32(2.5), np.int64(3), np.True_, Fraction(5, 2)], ids=repr)
@pytest.mark.parametrize("op", BINARY + COMPARISONS)
def test_operators_with_numbers_keep_the_dtype(op, number):
    for dtype in (np.float32, np.float64):
        x = np.array([1.0, 2.5, 3.0], dtype)
        plain = dtype(float(number))
        # NumPy's power of an array and its power of a number may round the last digit differently.
        for got, expected in [(op(nd.array(x, dtype=dtype), number), op(x, plain)), (op(number, nd.array(x, dtype=dtype)), op(plain, x))]:
            assert got.dtype == dtype
            np.testing.assert_allclose(got, expected.astype(dtype), rtol=2 * np.finfo(dtype).eps)


def test_a_float64_numpy_array_makes_the_result_float64():
    assert (nd.ones(2) + np.ones(2)).dtype == (np.ones(2) * nd.ones(2)).dtype == np.float64


def test_negative_and_absolute():
    x = nd.array(MATRIX)
    same(-x, -MATRIX)
    same(abs(x), np.abs(MATRIX))


@pytest.mark.parametrize("other", [[1.0, 2.0, 3.0], "a", 1j, {}], ids=str)
@pytest.mark.parametrize("op", [operator.add, operator.eq, operator.iadd])
def test_operands_that_are_refused(op, other):
    x = nd.array(MATRIX)
    with unchanged(x), pytest.raises(TypeError, match="cannot be combined with .* use a number, an NDArray or a numpy array"):
        op(x, other)


def test_shapes_that_do_not_broadcast():
    with pytest.raises(ValueError, match=r"\(2,3\) \(2,\)"):
        nd.array(MATRIX) + nd.ones(2)


def test_comparison_with_none():
    x = nd.array(MATRIX)
    assert (x == None) is False  # noqa: E711
    assert (x != None) is True  # noqa: E711


def test_arrays_are_hashed_by_identity():
    x, y = nd.ones(1), nd.ones(1)
    assert len({x, y, x}) == 2


@pytest.mark.parametrize("op", [operator.iadd, operator.isub, operator.imul, operator.itruediv])
@pytest.mark.parametrize(
    "other", [2.0, np.float64(2), nd.array([1, 2, 4]), np.array([1.0, 2.0, 4.0])], ids=["float", "scalar", "nd", "numpy"]
)
def test_in_place_operators_write_to_the_same_memory(op, other):
    x = nd.array(MATRIX)
    view, plain = x.detach(), np.asarray(other, np.float32)
    assert op(x, other) is x
    same(view, op(MATRIX.copy(), plain))


@pytest.mark.parametrize(
    "write, error",
    [
        (lambda x: operator.iadd(x, nd.ones((2, 2, 3))), ValueError),
        (lambda x: operator.iadd(x.astype("int32"), 0.5), TypeError),
        (lambda x: x.__setitem__(5, 1), IndexError),
        (lambda x: x.__setitem__(0, [1, 2]), ValueError),
    ],
)
def test_failed_writes_change_nothing(write, error):
    x = nd.array(MATRIX)
    with unchanged(x), pytest.raises(error):
        write(x)


# Indexing.

KEYS = [
    0, -1, slice(None), slice(1, None), slice(None, None, -1), (1, 2), (slice(None), 1), (..., 0), (None, 1), ([1, 0, 1],),
    ([0, 1], [2, 0]), np.array([1, 1]), MATRIX > 0,
]  # fmt: skip


@pytest.mark.parametrize("recorded", [False, True])
@pytest.mark.parametrize("key", KEYS, ids=str)
def test_indexing_is_numpys_with_numbers_as_vectors(key, recorded):
    x = nd.array(MATRIX)
    x.attach_grad()
    with autograd.record() if recorded else autograd.pause():
        same(x[key], np.atleast_1d(MATRIX[key]))


def test_float_arrays_index_as_integers():
    same(nd.array([1, 2, 3])[nd.array([1, 0, 1])], [2, 1, 2])
    same(nd.array(MATRIX)[nd.array([1]), np.array([2.0])], [-6])


def test_a_basic_index_is_a_view_unless_it_is_recorded():
    x = nd.array(MATRIX)
    x[1][:] = 0
    same(x, [[1, -2, 3], [0, 0, 0]])
    x.attach_grad()
    with autograd.record():
        y = x[0]
    y[:] = 0
    same(x, [[1, -2, 3], [0, 0, 0]])


@pytest.mark.parametrize("key", [*KEYS, nd.array([1, 0])], ids=str)
@pytest.mark.parametrize("value", [7, nd.array([7]), np.array(7.0)], ids=["number", "nd", "numpy"])
def test_assignment(key, value):
    x, expected = nd.array(MATRIX), MATRIX.copy()
    x[key] = value
    expected[[1, 0] if isinstance(key, nd.NDArray) else key] = 7
    same(x, expected)


def test_assignment_broadcasts_lists():
    x = nd.zeros((2, 3))
    x[:] = [1, 2, 3]
    same(x, [[1, 2, 3], [1, 2, 3]])


def test_index_out_of_bounds():
    with pytest.raises(IndexError, match="index 5 is out of bounds for axis 0 with size 2"):
        nd.array(MATRIX)[5]


# Shapes.


@pytest.mark.parametrize(
    "function, expected",
    [
        (lambda x: x.reshape(3, 2), MATRIX.reshape(3, 2)),
        (lambda x: x.reshape((3, -1)), MATRIX.reshape(3, 2)),
        (lambda x: nd.reshape(x, (6,)), MATRIX.ravel()),
        (lambda x: x.transpose(), MATRIX.T),
        (lambda x: x.transpose(1, 0), MATRIX.T),
        (lambda x: nd.transpose(x, (-1, 0)), MATRIX.T),
        (lambda x: x.flatten(), MATRIX),
        (lambda x: x.reshape(1, 2, 3).flatten(), MATRIX.reshape(1, 6)),
        (lambda x: x[0].flatten(), MATRIX[0][:, None]),
        (lambda x: x.broadcast_to((2, 2, 3)), [MATRIX, MATRIX]),
        (lambda x: nd.broadcast_to(x[:, :1], [2, 2]), MATRIX[:, [0, 0]]),
    ],
)
def test_shape_functions(function, expected):
    same(function(nd.array(MATRIX)), expected)


@pytest.mark.parametrize(
    "function, words",
    [
        (lambda x: x.reshape(2, 2), r"reshape: an array of shape \(2, 3\) has 6 elements and cannot have shape \(2, 2\)"),
        (lambda x: nd.reshape(x, (7,)), r"reshape: an array of shape \(2, 3\) has 6 elements and cannot have shape \(7,\)"),
        (lambda x: x.reshape(4, -1), "has 6 elements and cannot have shape"),
    ],
)
def test_reshape_refuses_other_sizes(function, words):
    with pytest.raises(ValueError, match=words):
        function(nd.array(MATRIX))


# Reductions and mathematics.


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("axis", [None, 0, 1, -1, (0, 1), (0,)], ids=str)
@pytest.mark.parametrize("name", ["sum", "mean", "max", "min"])
def test_reductions_are_numpys_with_numbers_as_vectors(name, axis, keepdims):
    x = nd.array(MATRIX)
    expected = np.atleast_1d(getattr(np, name)(MATRIX, axis=axis, keepdims=keepdims))
    for got in (getattr(x, name)(axis, keepdims), getattr(nd, name)(x, axis=axis, keepdims=keepdims)):
        assert got.shape == expected.shape
        np.testing.assert_allclose(got, expected, rtol=1e-6)


def test_norm_and_argmax():
    x = nd.array([[3.0, 0.0], [0.0, -4.0]])
    same(x.norm(), [5])
    same(nd.norm(x), [5])
    same(x.argmax(), [0])
    same(x.argmax(axis=1), [0, 0])
    same(x.argmax(axis=0), [0, 0])


def test_reductions_of_empty_arrays():
    same(nd.zeros((0, 2)).sum(axis=0), [0, 0])
    same(nd.zeros((2, 0)).mean(axis=0), [])
    assert np.isnan(nd.zeros((0,)).mean().asscalar())
    with pytest.raises(ValueError, match="maximum which has no identity"):
        nd.zeros((0,)).max()


@pytest.mark.parametrize(
    "name, expected",
    [
        ("exp", np.exp), ("log", np.log), ("sqrt", np.sqrt), ("square", np.square), ("abs", np.abs), ("sign", np.sign), ("tanh", np.tanh),
        ("log1p", np.log1p), ("sigmoid", lambda x: 1 / (1 + np.exp(-x))), ("relu", lambda x: x * (x > 0)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_elementwise_functions(name, expected, dtype):
    x = np.array([-2.5, -0.5, 0.0, 0.5, 3.0], dtype)
    x = np.abs(x) + 1 if name in ("log", "sqrt", "log1p") else x
    got = getattr(nd, name)(nd.array(x, dtype=dtype))
    assert got.dtype == dtype
    np.testing.assert_allclose(got, expected(x), rtol=4 * np.finfo(dtype).eps)
    if hasattr(nd.NDArray, name):
        assert np.array_equal(getattr(nd.array(x, dtype=dtype), name)(), got)


def test_sigmoid_and_softrelu_of_large_numbers():
    x = nd.array([-1000.0, 1000.0])
    same(nd.sigmoid(x), [0, 1])
    same(nd.Activation(x, "softrelu"), [0, 1000])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_softrelu_has_both_tails(dtype):
    x = np.array([-15.0, -5.5, -1.0, 0.0, 1.0, 5.5, 15.0], dtype)
    expected = [math.log1p(math.exp(v)) for v in x]
    got = nd.Activation(nd.array(x, dtype=dtype), "softrelu")
    assert got.dtype == dtype
    np.testing.assert_allclose(got, expected, rtol=3 * np.finfo(dtype).eps, atol=np.finfo(dtype).smallest_subnormal)


def test_sigmoid_of_integers():
    assert nd.sigmoid(nd.array([0, 40], dtype="int32")).asnumpy().tolist() == [0.5, 1.0]


def test_functions_of_several_arrays():
    a, b = nd.array([1, 5, 3]), nd.array([2, 4, 3])
    same(nd.maximum(a, b), [2, 5, 3])
    same(nd.minimum(a, 2), [1, 2, 2])
    same(nd.power(a, 2), [1, 25, 9])
    same(nd.where(a > b, a, 0), [0, 5, 0])
    same(nd.clip(a, 2, 4), [2, 4, 3])
    same(a.clip(a_min=2, a_max=4), [2, 4, 3])


@pytest.mark.parametrize("transpose_b", [False, True])
@pytest.mark.parametrize("transpose_a", [False, True])
@pytest.mark.parametrize(
    "a, b", [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)), ((2, 4, 3), (3, 2)), ((2, 0), (0, 3)), ((0,), (0,))]
)
def test_dot(a, b, transpose_a, transpose_b):
    """The last axis of a against the first of b, after reversing the axes of what is to be transposed."""
    rng = np.random.default_rng(0)
    x, y = rng.integers(-3, 4, a), rng.integers(-3, 4, b)
    given_x, given_y = x.T if transpose_a else x, y.T if transpose_b else y
    expected = np.atleast_1d(np.tensordot(x, y, axes=1))
    same(nd.dot(nd.array(given_x), nd.array(given_y), transpose_a, transpose_b), expected)
    if not (transpose_a or transpose_b):
        same(nd.array(x) @ nd.array(y), expected)


@pytest.mark.parametrize(
    "a, b, options, words",
    [
        ((2, 3), (4, 2), {}, r"\(2, 3\) and \(4, 2\) do not fit: 3 elements against 4"),
        ((2, 3), (3, 2), {"transpose_a": True}, r"\(2, 3\) and \(3, 2\) do not fit: 2 elements against 3"),
        ((2, 3), (3, 2), {"transpose_b": True}, r"\(2, 3\) and \(3, 2\) do not fit: 3 elements against 2"),
        ((2, 3), (), {}, r"need at least one axis; use \*"),
    ],
)
def test_dot_refuses_what_does_not_fit(a, b, options, words):
    with pytest.raises(ValueError, match=f"dot: shapes .*{words}"):
        nd.dot(nd.ones(a), nd.ones(b), **options)


def test_sigmoid_has_both_tails():
    x = np.array([-80.0, -20.0, -1.0, 0.0, 1.0, 20.0])
    np.testing.assert_allclose(nd.array(x).sigmoid().asnumpy(), 1 / (1 + np.exp(-x)), rtol=1e-6)


def test_the_mean_of_float16_does_not_overflow():
    mean = nd.ones((100_000,), dtype="float16").mean()
    assert mean.dtype is np.float16 and mean.asscalar() == 1


def test_the_gradient_of_a_float16_mean_does_not_underflow():
    x = nd.ones((100_000,), dtype="float16")
    x.attach_grad()
    with autograd.record():
        mean = x.mean()
    mean.backward(nd.array([10.0], dtype="float16"))
    assert x.grad.dtype is np.float16
    assert set(x.grad.asnumpy()) == {np.float16(1e-4)}


def test_integers_in_place_name_the_remedy():
    x = nd.array([4, 6], dtype="int32")
    with unchanged(x), pytest.raises(DtypeError, match=r"dtype int32 cannot be changed in place: .* Write x = x / y instead of x /= y"):
        x /= 2


def test_powers_of_numbers():
    assert (nd.power(2, 3), nd.power(2.0, -1)) == (8, 0.5)


def test_a_numpy_matrix_times_an_array():
    product = np.eye(2, dtype="float32") @ nd.array([[1.0, 2.0], [3.0, 4.0]])
    assert isinstance(product, nd.NDArray) and product.asnumpy().tolist() == [[1, 2], [3, 4]]


def test_copies_are_copies():
    x = nd.array([1.0])
    for y in (x.copy(), copy.copy(x), copy.deepcopy(x)):
        y[:] = 5
    assert x.asscalar() == 1.0
