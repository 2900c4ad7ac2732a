"""MXNet's functions above the operators: their gradients to second order, and what they refuse."""

import numpy as np
import pytest

from mxedu import autograd, nd
from mxedu.autograd import gradcheck
from mxedu.base import MXNetError

rng = np.random.default_rng(0)


def draw(*shape, positive=False):
    """Distinct numbers, none near 0 and none near another."""
    n = int(np.prod(shape))
    x = (rng.permutation(n) - n // 2) * 0.13 + 0.031
    return nd.array(np.exp(x) if positive else x, dtype="float64").reshape(shape)


def wide(x):
    return nd.array(x, dtype="float64")


VECTOR = [wide([1.3, 0.7, 2.1]), wide([0.2, -0.4, 0.1])]
FUNCTIONS = {
    "prod of all": (lambda x: x.prod(), [draw(3, 2)]),
    "prod along axes": (lambda x: nd.prod(x, axis=(0, 2)), [draw(3, 2, 3)]),
    "prod with zeros": (lambda x: nd.prod(x, axis=1), [wide([[0.0, 2, 3], [0, 0, 5], [1, 2, 3]])]),
    "norm": (lambda x: nd.norm(x, axis=1), [draw(3, 2)]),
    "norm of order 1": (lambda x: nd.norm(x, ord=1), [draw(3, 2)]),
    "nansum": (lambda x: nd.nansum(nd.where(nd.array([[1, 0, 1], [1, 1, 0]]), x, x * 0 + np.nan), axis=0), [draw(2, 3)]),
    "nanprod": (lambda x: nd.nanprod(x), [draw(2, 3)]),
    "mean with exclude": (lambda x: nd.mean(x * x, axis=1, exclude=True), [draw(2, 3)]),
    "moments": (lambda x: nd.moments(x, axes=(0,))[1], [draw(4, 2)]),
    "tile": (lambda x: nd.tile(x, (2, 1, 3)), [draw(2, 2)]),
    "repeat": (lambda x: nd.repeat(x, 3, axis=1), [draw(2, 2)]),
    "flip": (lambda x: nd.flip(x, axis=(0, 1)), [draw(2, 3)]),
    "stack": (lambda x, y: nd.stack(x, y, axis=1), [draw(2, 3), draw(2, 3)]),
    "split": (lambda x: nd.split(x, 3, axis=1)[1], [draw(2, 3)]),
    "moveaxis": (lambda x: nd.moveaxis(x, 0, 2), [draw(2, 3, 2)]),
    "pad by edges": (lambda x: nd.pad(x, "edge", (1, 1, 0, 2)), [draw(2, 3)]),
    "pad by reflection": (lambda x: nd.pad(x, "reflect", (1, 1, 0, 2)), [draw(2, 3)]),
    "depth_to_space": (lambda x: nd.depth_to_space(x, 2), [draw(1, 4, 2, 2)]),
    "space_to_depth": (lambda x: nd.space_to_depth(x, 2), [draw(1, 1, 4, 4)]),
    "broadcast_like": (lambda x: nd.broadcast_like(x, nd.ones((2, 3))), [draw(1, 3)]),
    "take": (lambda x: nd.take(x, nd.array([[0, 2], [2, 9]]), axis=1), [draw(2, 3)]),
    "pick": (lambda x: nd.pick(x, nd.array([2, 0])), [draw(2, 3)]),
    "gather_nd": (lambda x: nd.gather_nd(x, nd.array([[0, 1, 0], [1, 0, 1]])), [draw(2, 2)]),
    "scatter_nd": (lambda x: nd.scatter_nd(x, nd.array([[0, 1], [1, 0]]), shape=(2, 2)), [draw(2)]),
    "where": (lambda x, y: nd.where(nd.array([1, 0]), x, y), [draw(2, 3), draw(2, 3)]),
    "sort": (lambda x: nd.sort(x, axis=0, is_ascend=False), [draw(4, 2)]),
    "topk": (lambda x: nd.topk(x, k=2, ret_typ="value"), [draw(2, 4)]),
    "diag of a vector": (lambda x: nd.diag(x, k=1), [draw(3)]),
    "diag of a matrix": (lambda x: nd.diag(x, k=-1), [draw(3, 4)]),
    "dot transposed": (lambda x, y: nd.dot(x, y, transpose_b=True), [draw(2, 3), draw(4, 3)]),
    "batch_dot": (lambda x, y: nd.batch_dot(x, y, transpose_a=True), [draw(2, 3, 2), draw(2, 3, 2)]),
    "khatri_rao": (lambda x, y: nd.khatri_rao(x, y), [draw(2, 3), draw(2, 3)]),
    "gemm": (lambda a, b, c: nd.linalg.gemm(a, b, c, alpha=2.0, beta=0.5), [draw(2, 3), draw(3, 2), draw(2, 2)]),
    "FullyConnected": (nd.FullyConnected, [draw(2, 3), draw(4, 3), draw(4)]),
    "FullyConnected of the last axis": (lambda x, w: nd.FullyConnected(x, w, flatten=False), [draw(2, 2, 3), draw(4, 3)]),
    "leaky": (lambda x: nd.LeakyReLU(x, slope=0.1), [draw(2, 3)]),
    "prelu": (lambda x, g: nd.LeakyReLU(x, g, act_type="prelu"), [draw(2, 3), wide([0.1, 0.2, 0.3])]),
    "elu": (lambda x: nd.LeakyReLU(x, act_type="elu", slope=0.7), [draw(2, 3)]),
    "selu": (lambda x: nd.LeakyReLU(x, act_type="selu"), [draw(2, 3)]),
    "gelu": (lambda x: nd.LeakyReLU(x, act_type="gelu"), [draw(2, 3)]),
    "softsign": (nd.softsign, [draw(2, 3)]),
    "softmin": (lambda x: nd.softmin(x, axis=0, temperature=2.0), [draw(2, 3)]),
    "softmax of some": (lambda x: nd.softmax(x, nd.array([2, 3]), use_length=True), [draw(2, 3)]),
    "softmax_cross_entropy": (lambda x: nd.softmax_cross_entropy(x, nd.array([2, 0])), [draw(2, 3)]),
    "SoftmaxActivation": (lambda x: nd.SoftmaxActivation(x, mode="channel"), [draw(2, 3)]),
    "Embedding": (lambda w: nd.Embedding(nd.array([1, 1, 0]), w), [draw(2, 3)]),
    "SequenceMask": (lambda x: nd.SequenceMask(x, nd.array([1, 2]), True), [draw(3, 2)]),
    "SequenceLast": (lambda x: nd.SequenceLast(x, nd.array([1, 2]), True), [draw(3, 2)]),
    "SequenceReverse": (lambda x: nd.SequenceReverse(x, nd.array([1, 2]), True), [draw(3, 2)]),
    "smooth_l1": (lambda x: nd.smooth_l1(x, scalar=2.0), [draw(2, 4)]),
    "LayerNorm": (nd.LayerNorm, [draw(2, 3), *VECTOR]),
    "InstanceNorm": (nd.InstanceNorm, [draw(2, 3, 4), *VECTOR]),
    "GroupNorm": (lambda x, g, b: nd.GroupNorm(x, g, b, num_groups=3), [draw(2, 6, 2), *VECTOR]),
    "L2Normalization": (nd.L2Normalization, [draw(2, 3)]),
    "boolean_mask": (lambda x: nd.contrib.boolean_mask(x, nd.array([1, 0, 1])), [draw(3, 2)]),
    "boolean_mask of the last axis": (lambda x: nd.contrib.boolean_mask(x, nd.array([1, 0, 1]), axis=-1), [draw(2, 3)]),
    "concat of the last axis": (lambda x, y: nd.concat(x, y, x, dim=-1), [draw(2, 3), draw(2, 1)]),
    "where with a number": (lambda x: nd.where(nd.array([1, 0]), 1.5, x), [draw(2, 3)]),
    "index_copy": (lambda x, y: nd.contrib.index_copy(x, nd.array([1]), y), [draw(3, 2), draw(1, 2)]),
    "foreach": (lambda x: nd.contrib.foreach(lambda row, s: (s * row, s + row), x, nd.ones(2, dtype="float64"))[0], [draw(3, 2)]),
    "rsqrt": (nd.rsqrt, [draw(2, 3, positive=True)]),
    "rcbrt": (nd.rcbrt, [draw(2, 3, positive=True)]),
    "add_n": (nd.add_n, [draw(2), draw(2), draw(2)]),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function_against_differences(name):
    f, inputs = FUNCTIONS[name]
    gradcheck(f, *inputs)


def batch_norm(x, gamma, beta):
    moving = nd.zeros(3, dtype="float64"), nd.ones(3, dtype="float64")
    with autograd.train_mode():
        return nd.BatchNorm(x, gamma, beta, *moving, fix_gamma=False)


def test_batch_norm_against_differences():
    gradcheck(batch_norm, draw(4, 3), *VECTOR)


def test_batch_norm_keeps_moving_averages_in_training_only():
    x, moving = draw(8, 3), (nd.zeros(3, dtype="float64"), nd.ones(3, dtype="float64"))
    arguments = x, nd.ones(3, dtype="float64"), nd.zeros(3, dtype="float64"), *moving
    nd.BatchNorm(*arguments)
    assert moving[0].asnumpy().tolist() == [0, 0, 0]
    with autograd.train_mode():
        out = nd.BatchNorm(*arguments, momentum=0.75)
    raw = x.asnumpy()
    np.testing.assert_allclose(moving[0], 0.25 * raw.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(moving[1], 0.75 + 0.25 * raw.var(axis=0), rtol=1e-12)
    np.testing.assert_allclose(out, (raw - raw.mean(axis=0)) / np.sqrt(raw.var(axis=0) + 1e-3), rtol=1e-12)


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_batch_norm_keeps_the_dtype(dtype, training):
    x = nd.array([[1, 2, 300], [3, 6, 900]], dtype=dtype)
    x.attach_grad()
    moving = nd.zeros(3), nd.ones(3)
    with autograd.record(train_mode=training):
        y = nd.BatchNorm(x, nd.ones(3), nd.zeros(3), *moving, eps=1e-3)
    y.backward()
    raw = x.asnumpy().astype(np.float64)
    mean, variance = (raw.mean(axis=0), raw.var(axis=0)) if training else (0, 1)
    assert y.dtype == x.grad.dtype == np.dtype(dtype)
    assert moving[0].dtype is np.float32
    np.testing.assert_allclose(y, (raw - mean) / np.sqrt(variance + 1e-3), rtol=1e-3)
    if training:  # 300**2 is more than float16 holds
        np.testing.assert_allclose(moving[1], 0.9 + 0.1 * variance, rtol=1e-6)


def test_dropout_keeps_the_mean():
    with autograd.train_mode():
        kept = nd.Dropout(nd.ones((1000, 100)), p=0.2).asnumpy()
        rows = nd.Dropout(nd.ones((200, 50)), p=0.5, axes=(1,)).asnumpy()
    assert set(np.unique(kept)) == {0, np.float32(1.25)}
    assert abs(kept.mean() - 1) < 5 * np.sqrt(0.25 / 1e5)
    assert (rows == rows[:, :1]).all()
    assert 0 < (rows == 0).mean() < 1


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: nd.sum([1, 2]), r"sum: data must be an NDArray, got list: wrap it with nd.array"),
        (lambda: nd.concat([nd.ones(1), nd.ones(1)]), r"concat: data must be an NDArray, got list.*unpack lists"),
        (lambda: nd.ones((2, 3)).sum(axis=2), r"sum: axis 2 is not one of an array of shape \(2, 3\)"),
        (lambda: nd.ones((2, 3)) + nd.ones(4), r"add: .*operands of shape \(2, 3\) and \(4,\)"),
        (lambda: nd.elemwise_add(nd.ones((2, 3)), nd.ones(3)), "must be the same; use broadcast_add"),
        (lambda: nd.split(nd.ones((2, 5)), 2), r"axis 1 of shape \(2, 5\) cannot be divided into 2 equal parts"),
        (lambda: nd.squeeze(nd.ones((2, 1)), axis=0), r"axis 0 of an array of shape \(2, 1\) has not length 1"),
        (lambda: nd.transpose(nd.ones((2, 1)), axes=(0, 0)), r"axes \(0, 0\) must name each axis"),
        (lambda: nd.reshape(nd.ones((2, 3)), (-4, 4, 2, -1)), "splits the length 2"),
        (lambda: nd.reshape(nd.ones(3), (0, 0)), "copies a length with 0"),
        (lambda: nd.reshape(nd.ones(3), (-3,)), "merges two lengths"),
        (lambda: nd.pick(nd.ones((2, 3)), nd.ones(3)), r"index must have shape \(2,\) or \(2, 1\), .* got \(3,\)"),
        (lambda: nd.batch_dot(nd.ones((2, 3, 4)), nd.ones((3, 4, 2))), r"\(batch, n, k\) and \(batch, k, m\) are needed"),
        (lambda: nd.FullyConnected(nd.ones((2, 3)), nd.ones((4, 2)), num_hidden=4), r"weight of shape \(4, 2\) does not fit data"),
        (lambda: nd.GroupNorm(nd.ones((2, 4, 2)), nd.ones(3), nd.ones(3), num_groups=3), "num_groups=3 must divide the 4 channels"),
        (lambda: nd.sum(nd.ones(3), out=nd.ones(2)), r"out must have shape \[\(1,\)\], got \[\(2,\)\]"),
        (lambda: nd.ones(3).copyto(nd.ones(2)), r"shape \(3,\) cannot be copied into one of shape \(2,\)"),
        (lambda: nd.topk(nd.ones(3), k=5), "k must be from 0"),
        (lambda: nd.topk(nd.ones(3), ret_typ="best"), "ret_typ must be"),
        (lambda: nd.norm(nd.ones(3), ord=3), "ord must be 1 or 2"),
        (lambda: nd.take(nd.ones(3), nd.array([0]), mode="skip"), "mode must be"),
        (lambda: nd.Activation(nd.ones(3), "gelu"), "act_type must be one of"),
        (lambda: nd.LeakyReLU(nd.ones(3), act_type="relu"), "act_type must be leaky"),
        (lambda: nd.Dropout(nd.ones(3), p=1.1), "p must be a finite number at least 0 and at most 1"),
        (lambda: nd.pad(nd.ones(3), "wrap", (1, 1)), "mode must be"),
        (lambda: nd.pad(nd.ones((2, 2)), "constant", (1, 1)), "pad_width needs two numbers for each axis"),
        (lambda: nd.split_v2(nd.ones(5), 2), r"axis 0 of shape \(5,\) cannot be divided into 2 equal parts"),
        (lambda: nd.split_v2(nd.ones(7), 4), "cannot be divided into 4 equal parts"),
        (lambda: nd.split_v2(nd.ones(2), 3), "cannot be divided into 3 equal parts"),
        (lambda: nd.split_v2(nd.ones(2), 0), "indices_or_sections must be an integer of at least 1, got 0"),
        (lambda: nd.Dropout(nd.ones(3, dtype="int32")), r"Dropout: data must be of floating point, got dtype int32: use data.astype"),
        (lambda: nd.linalg.gemm2(nd.ones((2, 3, 4)), nd.ones((4, 5))), r"gemm2: shapes \(2, 3, 4\) and \(4, 5\) do not fit"),
        (lambda: nd.linalg.gemm2(nd.ones(4), nd.ones((4, 5))), r"gemm2: shapes \(4,\) and \(4, 5\) do not fit"),
        (lambda: nd.FullyConnected(nd.ones((2, 3)), nd.ones((4, 3)), nd.ones(1)), r"bias must have shape \(4,\) .* got \(1,\)"),
        (lambda: nd.FullyConnected(nd.ones((2, 3)), nd.ones((4, 3)), nd.ones((1, 4))), r"bias must have shape \(4,\) .* got \(1, 4\)"),
        (lambda: nd.contrib.boolean_mask(nd.ones((2, 3)), nd.ones(2), axis=-1), r"index must have shape \(3,\).* got \(2,\)"),
        (lambda: nd.reshape(nd.ones((2, 3)), (-4, 2)), r"shape \(-4, 2\) splits with -4, which needs .* two lengths after it"),
        (lambda: nd.reshape(nd.ones(3), (0, -4, 1, 2)), r"shape \(0, -4, 1, 2\) splits with -4, which needs a length of \(3,\)"),
        (lambda: nd.reshape(nd.ones((2, 3)), (-4, 0, -1, 3)), "splits with -4, .* not 0 and not both -1"),
        (lambda: nd.reshape(nd.ones((2, 3)), (-4, -1, -1, 3)), "splits with -4, .* not 0 and not both -1"),
        (lambda: nd.flatten(nd.array(3.0)), r"flatten: data must have an axis 0, .* use reshape\(\(1, 1\)\)"),
        (lambda: nd.concat(), "concat: data must be one or more NDArrays, got none"),
        (lambda: nd.add_n(), "add_n: args must be one or more NDArrays, got none"),
        (lambda: nd.concat(nd.ones((2, 3)), nd.ones(3)), r"concat: axis 1 is not one of an array of shape \(3,\): they are -1 to 0"),
        (lambda: nd.topk(nd.ones(3), axis=5), "topk: axis 5 is not one of"),
        (lambda: nd.argsort(nd.ones(3), axis=5), "argsort: axis 5 is not one of"),
        (lambda: nd.slice(nd.ones((2, 3)), (0,), (1, 2)), r"begin and end must be of one length, .* got \[0\], \[1, 2\]"),
        (lambda: nd.slice(nd.ones(3), (0,), (2,), (1, 1)), "and step not longer"),
        (lambda: nd.BatchNorm(*[nd.ones(3)] * 5, axis=5), r"BatchNorm: axis 5 is not one of .*: they are -1 to 0"),
        (lambda: nd.BatchNorm(nd.ones((2, 3), dtype="int32"), *[nd.ones(3)] * 4), "BatchNorm: data must be of floating point"),
        (lambda: nd.sum(nd.array(3.0), axis=0), r"axis 0 is not one of an array of shape \(\): it has none"),
        (lambda: nd.LeakyReLU(nd.ones(3), act_type="prelu"), "act_type 'prelu' needs gamma"),
        (lambda: nd.SequenceMask(nd.ones((2, 3)), use_sequence_length=True), "SequenceMask: sequence_length must be an NDArray"),
        (lambda: nd.SequenceLast(nd.ones((2, 3)), use_sequence_length=True), "SequenceLast: sequence_length must be an NDArray"),
        (lambda: nd.SequenceReverse(nd.ones((2, 3)), use_sequence_length=True), "SequenceReverse: sequence_length must be an NDArray"),
        (lambda: nd.where(nd.array([1, 0]), 1.0, 2.0), "x or y must be an NDArray, got 1.0 and 2.0: use nd.full"),
        (lambda: nd.add([1, 2], [3, 4]), r"cannot be combined with list \[1, 2\]: use a number"),
        (lambda: nd.expand_dims(nd.ones(3), (0, 1)), r"axis must be an integer, got \(0, 1\)"),
    ],
)
def test_bad_arguments_in_words(call, words):
    with pytest.raises((TypeError, ValueError), match=words):
        call()


@pytest.mark.parametrize("shape", [(1, 2), (1,), (2, 1, 1)])
def test_pick_refuses_an_index_of_another_layout(shape):
    """So did MXNet 1.9.1, in SoftmaxCrossEntropyLoss too, which takes labels of shape (n,) and (n, 1)."""
    with pytest.raises(MXNetError, match=r"index must have shape \(2,\) or \(2, 1\)"):
        nd.pick(nd.ones((2, 3)), nd.ones(shape))


@pytest.mark.parametrize(
    "data, index, axis, expected",
    [
        ((2, 3), [2, 0], -1, [2, 3]),
        ((2, 3), [[2], [0]], 1, [2, 3]),
        ((2, 3), [[1, 0, 1]], 0, [3, 1, 5]),
        ((2, 2, 2), [[[1], [0]], [[0], [1]]], -1, [[1, 2], [4, 7]]),
        ((2, 2, 2), [[1, 0], [0, 1]], 1, [[2, 1], [4, 7]]),
        ((3,), [2], -1, [2]),  # of shape (1,), as MXNet 1.9.1 gives it
    ],
)
def test_pick(data, index, axis, expected):
    x = nd.arange(np.prod(data)).reshape(data)
    got = nd.pick(x, nd.array(index), axis=axis)
    assert got.shape == np.shape(expected)
    assert got.asnumpy().tolist() == expected
    kept = nd.pick(x, nd.array(index), axis=axis, keepdims=True)
    assert kept.asnumpy().tolist() == np.expand_dims(expected, axis).tolist() if len(data) > 1 else kept.shape == (1,)


ROW = np.arange(1.0, 4, dtype=np.float32).reshape(1, 3)
COPIES = {
    "flatten": nd.flatten,
    "expand_dims": lambda x: nd.expand_dims(x, 0),
    "squeeze": nd.squeeze,
    "reshape": lambda x: nd.reshape(x, (3, 1)),
    "reshape_like": lambda x: nd.reshape_like(x, nd.ones((3, 1))),
    "Dropout": nd.Dropout,
    "Dropout of none": lambda x: nd.Dropout(x, p=0),
    "add_n": nd.add_n,
    "khatri_rao": nd.khatri_rao,
    "prod": lambda x: nd.prod(nd.reshape(x, (3, 1)) if isinstance(x, np.ndarray) else x.reshape(3, 1), axis=1),
    "stack": nd.stack,
    "split": lambda x: nd.split(x, 1),
    "SequenceMask": nd.SequenceMask,
}


@pytest.mark.parametrize("recorded", [False, True])
@pytest.mark.parametrize("name", COPIES)
def test_functions_do_not_give_the_callers_memory(name, recorded):
    x = nd.array(ROW)
    x.attach_grad()
    with autograd.record(train_mode=False) if recorded else autograd.pause():
        y = COPIES[name](x)
    assert not np.shares_memory(x._data, y._data)
    assert np.array_equal(y.asnumpy().ravel(), ROW.ravel())
    if recorded:
        y.backward()
        assert (x.grad.asnumpy() == 1).all()
    else:
        given = ROW.copy()
        COPIES[name](given)[:] = 9
        assert np.array_equal(given, ROW)


@pytest.mark.parametrize(
    "view",
    [
        lambda x: x.reshape(3, 1), lambda x: x.reshape(shape=(-1,)), lambda x: x.flatten(inplace=True),
        lambda x: x.expand_dims(0, inplace=True), lambda x: x.squeeze(inplace=True),
    ],
)  # fmt: skip
def test_views_on_request(view):
    """Which MXNet 1.9.1 gives here too."""
    x = nd.array(ROW)
    view(x)[:] = 9
    assert (x.asnumpy() == 9).all()


def test_errors_of_shapes_are_mxnets_and_numpys():
    for error in (MXNetError, ValueError):
        with pytest.raises(error):
            nd.ones((2, 3)) * nd.ones((2, 2))


def test_out_receives_the_result_and_is_given_back():
    out = nd.zeros(2)
    assert nd.sum(nd.ones((2, 3)), axis=1, out=out) is out
    assert out.asnumpy().tolist() == [3, 3]
    parts = [nd.zeros((2, 1)), nd.zeros((2, 1))]
    nd.split(nd.array([[1, 2], [3, 4]]), 2, out=parts)
    assert parts[1].asnumpy().tolist() == [[2], [4]]


def test_special_functions():
    """Values of Abramowitz and Stegun, tables 6.1, 6.2 and 7.1."""
    x = nd.array([1.0, 1.5, 2.0], dtype="float64")
    np.testing.assert_allclose(nd.gamma(x), [1, 0.8862269255, 1], rtol=1e-9)
    np.testing.assert_allclose(nd.gammaln(nd.array([0.5, 10], dtype="float64")), [0.5723649429, 12.8018274801], rtol=1e-9)
    np.testing.assert_allclose(nd.ops.polygamma(x, n=0), [-0.5772156649, 0.0364899740, 0.4227843351], rtol=1e-8)
    np.testing.assert_allclose(nd.ops.polygamma(x, n=1), [1.6449340668, 0.9348022005, 0.6449340668], rtol=1e-9)
    np.testing.assert_allclose(nd.erf(nd.array([0.5, 1], dtype="float64")), [0.5204998778, 0.8427007929], rtol=1e-9)


def test_gamma_functions_of_negative_numbers():
    """Values that mpmath gives with 30 digits."""
    x = nd.array([-0.5, -2.5, -10.3, -100000.5, -1e-3], dtype="float64")
    gradients = [0.03648997397857652, 1.103156640645243, 4.662403493582087, 11.512935464924395, 999.4211381978913]
    values = [1.2655121234846454, -0.056243716497674054, -14.457515440024208, -1051303.8336357186, 6.908333317515028]
    x.attach_grad()
    with autograd.record():
        y = nd.gammaln(x)
    y.backward()
    np.testing.assert_allclose(y, values, rtol=1e-12)
    np.testing.assert_allclose(x.grad, gradients, rtol=1e-12)
    np.testing.assert_allclose(nd.ops.polygamma(x[:3], n=1), [8.934802200544679, 9.539246644989124, 14.986887065722637], rtol=1e-12)
    np.testing.assert_allclose(nd.ops.polygamma(x[:3], n=2), [-0.82879664423432, -0.1082040516417274, 68.82898861103696], rtol=1e-12)


@pytest.mark.parametrize("x", [-1e20, -np.inf, -1.0, -1e6])
def test_gamma_functions_at_poles(x):
    x = nd.array([x])
    x.attach_grad()
    for f, value in (nd.gammaln, np.inf), (nd.gamma, np.nan):
        with autograd.record():
            y = f(x)
        y.backward()
        np.testing.assert_equal(y.asscalar(), np.float32(value))
        assert np.isnan(x.grad.asscalar())


def test_erfinv_inverts_erf():
    y = np.concatenate([-np.geomspace(1e-300, 1 - 1e-15, 40), [0.0], 1 - np.geomspace(1e-15, 1, 40)])
    np.testing.assert_allclose(nd.erf(nd.erfinv(nd.array(y, dtype="float64"))), y, rtol=1e-13, atol=1e-300)
    assert nd.erfinv(nd.array([1, -1, 2])).asnumpy().tolist()[:2] == [np.inf, -np.inf]


@pytest.mark.parametrize("dtype", ["int32", "int8", "bool"])
def test_integers_and_booleans(dtype):
    x = nd.array([[1, 0, 1]], dtype=dtype)
    assert nd.where(x, x, x).dtype == x.dtype
    assert nd.sum(nd.array([1, 2], dtype="int32")).dtype is np.int32
    assert (x + 1.5).asnumpy().tolist() == [[2.5, 1.5, 2.5]]
    assert nd.mean(x.astype("float32")).asscalar() == np.float32(2 / 3)
    assert nd.where(x, 1.0, x.astype("float32")).asnumpy().tolist() == [[1, 0, 1]]
    weight = nd.array([1.0, 2.0, 3.0])
    weight.attach_grad()
    with autograd.record():
        y = (weight * x).sum()
    y.backward()
    assert weight.grad.asnumpy().tolist() == [1, 0, 1]


def test_empty_arrays():
    x = nd.zeros((0, 3))
    x.attach_grad()
    with autograd.record():
        y = nd.softmax(nd.concat(x, x, dim=0)).sum() + nd.sum(nd.sort(x)) + nd.prod(x, axis=0).sum()
    y.backward()
    assert x.grad.shape == (0, 3)
    assert y.asscalar() == 3


def test_scatter_of_slices_and_of_index_arrays():
    """An element named twice is added twice; slices, numbers, None and ... name none twice."""
    g = np.arange(1.0, 7).reshape(2, 3)
    assert nd.ops.scatter(g[:, :2], key=([0, 0], slice(1, 3)), shape=(2, 3)).tolist() == [[0, 5, 7], [0, 0, 0]]
    for key in [(slice(None), slice(None, None, -1)), (..., slice(0, 2)), (None, 1), (0, np.int64(2)), slice(1, 2), -1]:
        expected = np.zeros((2, 3))
        part = g[key]
        expected[key] += part
        assert np.array_equal(nd.ops.scatter(part, key=key, shape=(2, 3)), expected)


def test_the_backward_of_concat_is_not_quadratic():
    """The bounds of the operands are counted once: 4000 of them took 0.6 s, and 0.1 s since."""
    g = np.arange(6.0).reshape(3, 2)
    unseen = [None] * 2  # so the gradient of one operand does not look at the others
    assert [nd.ops.concat.vjps[i](g, None, *unseen, axis=0, cuts=[0, 1, 3]).tolist() for i in (0, 1)] == [[[0, 1]], [[2, 3], [4, 5]]]


@pytest.mark.parametrize("axis", [0, -1])
def test_lengths_that_are_numpys(axis):
    x = nd.ones((2, 2))
    assert nd.tile(x, np.int64(2)).shape == (2, 4)
    assert [part.shape for part in nd.split_v2(nd.ones(4), np.int64(2), axis=axis)] == [(2,), (2,)]
    assert nd.slice(nd.ones(4), np.int64(1), np.int64(3)).shape == (2,)
    assert nd.broadcast_axis(nd.ones((1, 2)), axis=0, size=np.int64(3)).shape == (3, 2)
