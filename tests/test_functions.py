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
        (lambda: nd.split(nd.ones((2, 5)), 2), r"axis 1 of shape \(2, 5\) cannot be divided into num_outputs=2"),
        (lambda: nd.squeeze(nd.ones((2, 1)), axis=0), r"axis 0 of an array of shape \(2, 1\) has not length 1"),
        (lambda: nd.transpose(nd.ones((2, 1)), axes=(0, 0)), r"axes \(0, 0\) must name each axis"),
        (lambda: nd.reshape(nd.ones((2, 3)), (-4, 4, 2, -1)), "splits the length 2"),
        (lambda: nd.reshape(nd.ones(3), (0, 0)), "copies a length with 0"),
        (lambda: nd.reshape(nd.ones(3), (-3,)), "merges two lengths"),
        (lambda: nd.pick(nd.ones((2, 3)), nd.ones(3)), r"index of shape \(3,\) does not fit"),
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
        (lambda: nd.Dropout(nd.ones(3), p=1.0), "p must be a finite number at least 0 and less than 1"),
        (lambda: nd.pad(nd.ones(3), "wrap", (1, 1)), "mode must be"),
        (lambda: nd.pad(nd.ones((2, 2)), "constant", (1, 1)), "pad_width needs two numbers for each axis"),
    ],
)
def test_bad_arguments_in_words(call, words):
    with pytest.raises((TypeError, ValueError), match=words):
        call()


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
