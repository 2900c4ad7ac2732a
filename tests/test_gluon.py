"""Blocks, parameters, Dense, Sequential and L2Loss."""

import copy
import json
import threading
import warnings

import numpy as np
import pytest

from mxedu import autograd, gluon, init, lr_scheduler, nd, optimizer, random
from mxedu.autograd import gradcheck
from mxedu.gluon import nn
from tests.helpers import ARRAYS, golden, unchanged


class Net(gluon.Block):
    """Two layers, the second named by its parent."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.outer = nn.Dense(3, in_units=2)
        with self.name_scope():
            self.inner = nn.Dense(1, in_units=3)
            self.scale = self.params.get("scale", shape=(1,), init="ones")

    def forward(self, x):
        return self.inner(self.outer(x)) * self.scale.data()


@pytest.fixture(autouse=True)
def fresh_names():
    """Start the counters of names anew, whatever other tests have made."""
    from mxedu.gluon import names

    counts, names.names.counts = names.names.counts, {}
    yield
    names.names.counts = counts


def started(net, initializer=None):
    net.initialize(initializer)
    return net


def names(net, select=None):
    return list(net.collect_params(select))


# Names.


def test_names_count_by_class():
    assert [nn.Dense(1).name, nn.Dense(1).name, nn.Sequential().name, nn.Dense(1).prefix] == ["dense0", "dense1", "sequential0", "dense2_"]
    assert nn.Dense(1, prefix="out_").weight.name == "out_weight"
    assert gluon.loss.L2Loss().name == "l2loss0"


def test_name_scopes():
    net = Net()
    assert names(net) == ["net0_scale", "dense0_weight", "dense0_bias", "net0_dense0_weight", "net0_dense0_bias"]
    assert Net().inner.name == "net1_dense0"
    with net.name_scope():
        assert nn.Dense(1).name == "net0_dense1"
        assert nn.Dense(1, prefix="x_").name == "net0_x"
        with net.inner.name_scope():
            assert nn.Dense(1).name == "net0_dense0_dense0"
        assert nn.Dense(1).name == "net0_dense2"
    assert nn.Dense(1).name == "dense2"


def test_name_scope_closes_after_an_error():
    with pytest.raises(KeyError), Net().name_scope():
        raise KeyError
    assert nn.Sequential().name == "sequential0"


def test_each_thread_counts_for_itself():
    made = []
    thread = threading.Thread(target=lambda: made.append(nn.Dense(1).name))
    with Net().name_scope():
        thread.start()
        thread.join()
    assert made == ["dense0"]


# What is shown.


def test_reprs():
    net = nn.Sequential()
    net.add(nn.Dense(2, activation="relu", in_units=4), nn.Dense(1, use_bias=False), Net())
    assert repr(net) == (
        "Sequential(\n"
        "  (0): Dense(4 -> 2, Activation(relu))\n"
        "  (1): Dense(None -> 1, linear)\n"
        "  (2): Net(\n"
        "    (outer): Dense(2 -> 3, linear)\n"
        "    (inner): Dense(3 -> 1, linear)\n"
        "  )\n"
        ")"
    )
    assert repr(net[1].collect_params()) == "dense1_ (\n  Parameter dense1_weight (shape=(1, 0), dtype=float32)\n)"
    assert repr(gluon.ParameterDict()) == "(\n\n)"
    assert repr(gluon.loss.L2Loss(weight=0.3)) == "L2Loss(batch_axis=0, w=0.3)"


# Attributes.


def test_attributes_register():
    net = gluon.Block()
    net.layer, net.number = nn.Dense(1), 3
    net.parameter = gluon.Parameter("p_weight", shape=(1,))
    assert names(net) == ["p_weight", "dense0_weight", "dense0_bias"]
    net.layer, net.number = nn.Sequential(), "three"
    assert names(net) == ["p_weight"]


@pytest.mark.parametrize(
    "change, words",
    [
        (lambda net: setattr(net, "outer", 3), "attribute outer of net0 is a Dense and cannot become a int"),
        (lambda net: setattr(net, "outer", gluon.Parameter("p")), "attribute outer of net0 is a Dense and cannot become a Parameter"),
        (lambda net: setattr(net.outer, "weight", nd.ones(1)), "parameter dense0_weight and cannot become a NDArray: use set_data"),
        (lambda net: setattr(net.outer, "weight", gluon.Parameter("p")), "dense0_weight and cannot become a Parameter: use set_data"),
        (lambda net: net.register_child(3), "a child of net0 must be a Block, got int 3"),
        (lambda net: net.register_child(nn.Dense), "a child of net0 must be a Block, got type"),
    ],
)
def test_attributes_keep_their_type(change, words):
    net = started(Net())
    with unchanged(net), pytest.raises(TypeError, match=words):
        change(net)


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: gluon.Block()(nd.ones(1)), r"Block must define forward"),
        (lambda: gluon.Parameter("w", shape=1, init=init.Initializer()).initialize(), r"Initializer must define _init_weight\(name, arr\)"),
        (lambda: lr_scheduler.LRScheduler()(1), r"LRScheduler must define after_warmup\(num_update\)"),
        (lambda: type("Mine", (optimizer.Optimizer,), {"rule": optimizer.sgd.sgd})().scalars(1, 1.0, 0.0), r"Mine must define scalars"),
    ],
)
def test_what_a_subclass_must_define(call, words):
    with pytest.raises(NotImplementedError, match=words):
        call()


# Collecting, sharing.


def test_collect_params_selects():
    net = Net()
    assert names(net, ".*weight|.*scale") == ["net0_scale", "dense0_weight", "net0_dense0_weight"]
    assert names(net, "net0_dense") == ["net0_dense0_weight", "net0_dense0_bias"]
    assert names(net, "weight") == []


def test_two_parameters_of_one_name():
    net = nn.Sequential()
    net.add(nn.Dense(1, prefix="a_"), nn.Dense(1, prefix="a_"))
    with pytest.raises(ValueError, match="two different parameters have the name 'a_weight': give their blocks different prefixes"):
        net.collect_params()


def test_sharing():
    first = nn.Dense(3, in_units=3)
    second = nn.Dense(3, params=first.params)
    net = nn.Sequential()
    net.add(first, second, first)
    started(net)
    assert second.weight is first.weight
    assert second.bias is first.bias
    assert names(net) == ["dense0_weight", "dense0_bias"]
    # Gradients of all uses add up.
    x, one = nd.array([[1.0, 2.0, 3.0]]), nd.array(np.eye(3))
    first.weight.set_data(one)
    with autograd.record():
        y = net(x)
    y.backward()
    assert first.bias.grad().asnumpy().tolist() == [3, 3, 3]


def test_sharing_before_the_shape_is_known():
    first = nn.Dense(3)
    second = nn.Dense(3, params=first.params, in_units=5)
    assert first.weight.shape == (3, 5)
    started(first)
    assert second(nd.ones((1, 5))).shape == (1, 3)


@pytest.mark.parametrize(
    "options, words",
    [
        ({"units": 4, "in_units": 2}, r"parameter dense0_weight has shape \(3, 2\) .* cannot become \(4, 2\)"),
        ({"units": 4}, r"parameter dense0_weight has shape \(3, 2\) .* cannot become \(4, 2\)"),
        ({"units": 3, "dtype": "float64"}, "shared parameter dense0_weight is float32, but float64"),
    ],
)
def test_sharing_with_what_does_not_fit(options, words):
    first = started(nn.Dense(3, in_units=2))
    with unchanged(first), pytest.raises(ValueError, match=words):
        nn.Dense(params=first.params, **options)


def test_parameter_dicts():
    net = Net()
    params = net.collect_params()
    assert len(params) == 5 and "dense0_bias" in params and "bias" not in params
    assert params["dense0_bias"] is net.outer.bias
    assert [p.name for p in params.values()] == [name for name, p in params.items()] == list(params.keys())
    made = gluon.ParameterDict("a_")
    assert made.get("weight", shape=(2,)) is made.get("weight") is made["a_weight"]
    params.setattr("lr_mult", 0.5)
    assert {p.lr_mult for p in params.values()} == {0.5}


# Initialisation.


def test_deferred_initialisation():
    net = started(nn.Dense(2))
    assert net.weight.shape == (2, 0)
    with pytest.raises(gluon.DeferredInitializationError, match="'dense0_weight'.*first forward pass"):
        net.weight.data()
    assert net.bias.data().asnumpy().tolist() == [0, 0]
    assert net(nd.ones((3, 2, 2))).shape == (3, 2)
    assert net.weight.shape == (2, 4)
    assert repr(net) == "Dense(4 -> 2, linear)"


def test_deferred_weights_are_drawn_at_the_first_forward():
    random.seed(5)
    expected = nd.random.uniform(-0.07, 0.07, shape=(2, 3)).asnumpy()
    net = started(nn.Dense(2))
    random.seed(5)
    net(nd.ones((1, 3)))
    assert np.array_equal(net.weight.data(), expected)


@pytest.mark.parametrize("flatten, units", [(True, 6), (False, 3)])
def test_an_empty_batch_makes_the_shape_known(flatten, units):
    net = started(nn.Dense(4, flatten=flatten))
    out = net(nd.ones((0, 2, 3)))
    assert net.weight.shape == (4, units)
    assert out.shape == ((0, 4) if flatten else (0, 2, 4))


def test_whose_initializer_counts():
    net = nn.Dense(1, in_units=2, weight_initializer=init.Constant(3), bias_initializer="ones")
    started(net, init.Constant(9))
    assert net.weight.data().asnumpy().tolist() == [[3, 3]]
    assert net.bias.data().asnumpy().tolist() == [1]
    net.weight.initialize(init.Constant([[4, 5]]), force_reinit=True)
    assert net.weight.data().asnumpy().tolist() == [[4, 5]]


def test_an_initializer_of_the_net_serves_every_parameter_without_one():
    """As in MXNet 1.9.1: the ending of the name counts only where an initializer is called directly."""
    net = started(nn.Dense(1, in_units=2, bias_initializer=None), init.Constant(9))
    assert net.weight.data().asnumpy().tolist() == [[9, 9]]
    assert net.bias.data().asnumpy().tolist() == [9]
    for name, expected in (("x_weight", 9), ("x_bias", 0), ("x_gamma", 1), ("x_running_mean", 0), ("x_running_var", 1)):
        array = nd.full(2, 5)
        init.Constant(9)(name, array)
        assert array.asnumpy().tolist() == [expected] * 2


@pytest.mark.parametrize(
    "name, kind, attributes",
    [
        ("zeros", init.Zero, {}), ("Zero", init.Zero, {}), ("ones", init.One, {}), ("one", init.One, {}),
        ("uniform", init.Uniform, {"scale": 0.07}), ("normal", init.Normal, {"sigma": 0.01}),
        ("xavier", init.Xavier, {"rnd_type": "uniform", "factor_type": "avg", "magnitude": 3}),
    ],
)  # fmt: skip
def test_initializers_by_name(name, kind, attributes):
    made = gluon.Parameter("x_weight", init=name).init
    assert type(made) is kind
    assert made.dumps() == json.dumps([kind.__name__.lower(), attributes])
    assert init.create(made.dumps()) == made


@pytest.mark.parametrize(
    "make, error, words",
    [
        (lambda: init.Uniform(-1), ValueError, "scale must be .* at least 0"),
        (lambda: init.Normal("1"), TypeError, "sigma must be a finite number"),
        (lambda: init.Xavier("cauchy"), ValueError, "rnd_type must be 'uniform' or 'gaussian', got 'cauchy'"),
        (lambda: init.Xavier(factor_type="mid"), ValueError, "factor_type must be 'avg', 'in' or 'out', got 'mid'"),
        (lambda: init.Xavier(magnitude=-3), ValueError, "magnitude must be .* at least 0"),
        (
            lambda: started(nn.Dense(2, bias_initializer=init.Constant([1, 2, 3]))),
            ValueError,
            r"value of Constant has shape \(3,\).* dense0_bias",
        ),
    ],
)
def test_bad_initializers(make, error, words):
    with pytest.raises(error, match=words):
        make()


@pytest.mark.parametrize("initializer", ["glorot", 3, init.Xavier], ids=str)
def test_a_net_with_an_unknown_initializer_is_not_half_initialised(initializer):
    net = nn.Sequential()
    net.add(nn.Dense(2, in_units=2, weight_initializer="ones"), nn.Dense(1, in_units=2))
    with unchanged(net), pytest.raises(ValueError, match="unknown initializer .*: give an Initializer or one of the names .*xavier"):
        net.initialize(initializer)


# Values and gradients of parameters.


def test_set_data_writes_in_place():
    net = started(nn.Dense(1, in_units=2))
    weight = net.weight.data()
    net.weight.set_data(nd.array([[1, 2]]))
    assert weight.asnumpy().tolist() == [[1, 2]]
    net.weight.set_data(np.array([[3, 4]]))
    assert net.weight.data() is weight
    assert weight.dtype == np.float32


def test_set_data_while_deferred_makes_the_shape_known():
    net = started(nn.Dense(1))
    data = nd.array([[1, 2, 3]])
    net.weight.set_data(data)
    data[:] = 0
    with unchanged(net), pytest.raises(ValueError, match=r"dense0_weight has shape \(1, 3\)"):
        net(nd.ones((1, 2)))
    assert net(nd.ones((1, 3))).asnumpy().tolist() == [[6]]


def test_gradients_of_parameters():
    net = started(nn.Dense(1, in_units=2, weight_initializer="ones"))
    assert net.weight.grad().asnumpy().tolist() == [[0, 0]]
    with autograd.record():
        y = net(nd.array([[1, 2], [3, 4]]))
    y.backward()
    assert net.weight.grad().asnumpy().tolist() == [[4, 6]]
    assert [g.asnumpy().tolist() for g in net.bias.list_grad()] == [[2]]
    assert net.bias.list_data()[0] is net.bias.data()
    net.collect_params().zero_grad()
    assert net.weight.grad().asnumpy().tolist() == [[0, 0]]


def test_grad_req():
    net = started(nn.Dense(1, in_units=1, weight_initializer="ones"))

    def backward():
        with autograd.record():
            y = net(nd.array([[3.0]]))
        y.backward()
        return net.bias.grad().asscalar()

    net.collect_params().setattr("grad_req", "add")
    assert [backward(), backward()] == [1, 2]
    net.weight.grad_req = "null"
    with pytest.raises(RuntimeError, match="'dense0_weight' because grad_req='null': set grad_req='write'"):
        net.weight.grad()
    assert net.weight.data().grad is None
    assert backward() == 3
    net.weight.grad_req = "write"
    assert net.weight.grad().asscalar() == 0
    backward()
    assert net.weight.grad().asscalar() == 3


def test_zero_grad_before_there_is_a_gradient():
    net = started(nn.Dense(1))
    net.bias.grad_req = "null"
    with unchanged(net):
        net.collect_params().zero_grad()


def test_a_parameter_that_is_not_differentiable():
    parameter = gluon.Parameter("x_weight", shape=(1,), differentiable=False)
    parameter.grad_req = "write"
    assert parameter.grad_req == "null"


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda p: setattr(p, "grad_req", "sum"), "grad_req of parameter x_weight must be 'write', 'add' or 'null', got 'sum'"),
        (lambda p: setattr(p, "shape", (2, 3)), r"parameter x_weight has shape \(2,\) .* cannot become \(2, 3\)"),
        (lambda p: setattr(p, "shape", (3,)), r"parameter x_weight has shape \(2,\) .* cannot become \(3,\)"),
        (lambda p: setattr(p, "lr_mult", -1), "lr_mult must be .* at least 0"),
        (lambda p: setattr(p, "wd_mult", float("inf")), "wd_mult must be a finite number"),
        (lambda p: p.initialize("glorot", force_reinit=True), "unknown initializer 'glorot'"),
        (
            lambda p: gluon.Parameter("y_weight", shape=(0, 2)).initialize(),
            r"y_weight has the unknown shape \(0, 2\): .*allow_deferred_init=True",
        ),
    ],
)
def test_parameters_refuse(call, words):
    parameter = gluon.Parameter("x_weight", shape=2)
    parameter.initialize()
    with unchanged(parameter), pytest.raises(ValueError, match=words):
        call(parameter)


# Dense.

ACTIVATIONS = {
    None: lambda x: x,
    "relu": lambda x: x * (x > 0),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "softrelu": lambda x: np.log(1 + np.exp(x)),
    "softsign": lambda x: x / (1 + np.abs(x)),
    "tanh": np.tanh,
}


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
@pytest.mark.parametrize("use_bias", [True, False], ids=["bias", "no bias"])
@pytest.mark.parametrize("flatten, shape", [(True, (4, 6)), (True, (4, 2, 3)), (False, (4, 6)), (False, (2, 4, 6)), (False, (6,))], ids=str)
def test_dense(activation, use_bias, flatten, shape):
    rng = np.random.default_rng(2)
    x, w, b = rng.normal(size=shape), rng.normal(size=(3, 6)), rng.normal(size=3)
    net = started(nn.Dense(3, activation, use_bias, flatten, dtype="float64"))
    rows = x.reshape(4, 6) if flatten else x
    net.weight.set_data(w)
    if use_bias:
        net.bias.set_data(b)
    else:
        assert net.bias is None
    expected = ACTIVATIONS[activation](rows @ w.T + (b if use_bias else 0))
    np.testing.assert_allclose(net(nd.array(x, dtype="float64")), expected, rtol=1e-13, atol=1e-14)
    gradcheck(net, nd.array(x, dtype="float64"))
    # The gradients of weight and bias, by differences along the gradients themselves.
    u = nd.array(rng.normal(size=expected.shape), dtype="float64")
    for parameter in net.collect_params().values():
        with autograd.record():
            y = net(nd.array(x, dtype="float64"))
        y.backward(u)
        values, g, h = parameter.data().asnumpy(), parameter.grad().asnumpy(), 1e-6
        sides = []
        for step in (h, -h):
            parameter.set_data(values + step * g)
            sides.append(float((net(nd.array(x, dtype="float64")) * u).sum()))
        parameter.set_data(values)
        assert (sides[0] - sides[1]) / (2 * h) == pytest.approx(np.sum(g * g), rel=1e-6)


@pytest.mark.parametrize(
    "options, error, words",
    [
        ({"units": 0}, ValueError, "units must be an integer of at least 1, got 0"),
        ({"units": 2.0}, TypeError, "units must be an integer of at least 1, got float 2.0"),
        ({"units": 1, "in_units": -1}, ValueError, "in_units must be an integer of at least 0, got -1"),
        ({"units": 1, "activation": "selu"}, ValueError, "activation must be None or one of relu, .*, got 'selu'"),
        ({"units": 1, "dtype": "float31"}, TypeError, "float31"),
        ({"units": 1, "weight_initializer": "glorot"}, ValueError, "unknown initializer 'glorot'"),
    ],
)
def test_dense_refuses(options, error, words):
    with pytest.raises(error, match=words):
        nn.Dense(**options)


def test_numpys_integers_are_units():
    assert nn.Dense(np.int64(2), in_units=np.int32(3)).weight.shape == (2, 3)


# Sequential.


def test_sequential():
    net = nn.Sequential()
    layers = [nn.Dense(n) for n in (3, 2, 1)]
    net.add(layers[0])
    net.add(*layers[1:])
    started(net)
    assert len(net) == 3
    assert net[0] is layers[0] and net[-1] is layers[2]
    x = nd.ones((2, 4))
    out = net(x)
    assert out.shape == (2, 1)
    assert isinstance(net[1:], nn.Sequential)
    assert np.array_equal(net[1:](net[:1](x)), out)
    assert names(net[1:]) == names(layers[1]) + names(layers[2])
    with pytest.raises(IndexError):
        net[3]


def test_sequential_adds_all_or_none():
    net = nn.Sequential()
    with unchanged(net), pytest.raises(TypeError, match="a child of sequential0 must be a Block, got str 'tanh'"):
        net.add(nn.Dense(1), "tanh")


# Losses.


@pytest.mark.parametrize("case", **golden("losses"))
def test_golden_losses(case):
    pred, *others = [None if name is None else nd.array(ARRAYS[f"misc/loss_in/{name}"]) for name in case["args"]]
    pred.attach_grad()
    with autograd.record():
        value = getattr(gluon.loss, case["class"])(**case["kwargs"])(pred, *others)
    value.backward()
    rtol = 1e-5 if "Softmax" in case["class"] or "KLDiv" in case["class"] else 1e-6  # MXNet's log_softmax is good to 8e-6 only
    np.testing.assert_allclose(value, ARRAYS[f"misc/{case['id']}/value"], rtol=rtol, atol=1e-7)
    if f"misc/{case['id']}/grad" in ARRAYS:
        np.testing.assert_allclose(pred.grad, ARRAYS[f"misc/{case['id']}/grad"], rtol=rtol, atol=1e-7)


@pytest.mark.parametrize(
    "shape, batch_axis", [((4,), 0), ((4, 1), 0), ((4, 2, 3), 0), ((2, 4, 3), 1), ((2, 3, 4), -1), ((0, 2), 0)], ids=str
)
@pytest.mark.parametrize("weighted", [False, True])
def test_l2_loss(shape, batch_axis, weighted):
    rng = np.random.default_rng(3)
    pred, label = rng.normal(size=(2, *shape))
    sample_weight = rng.normal(size=[n if i == batch_axis % len(shape) else 1 for i, n in enumerate(shape)]) if weighted else None
    loss = gluon.loss.L2Loss(weight=0.7, batch_axis=batch_axis)

    def values(pred):
        weights = None if sample_weight is None else nd.array(sample_weight, dtype="float64")
        return loss(pred, nd.array(label.ravel(), dtype="float64"), weights)

    squares = 0.35 * (label - pred) ** 2 * (1 if sample_weight is None else sample_weight)
    expected = squares.mean(axis=tuple(i for i in range(len(shape)) if i != batch_axis % len(shape)))
    np.testing.assert_allclose(values(nd.array(pred, dtype="float64")), expected, rtol=1e-13)
    gradcheck(values, nd.array(pred, dtype="float64"))


def test_the_label_has_a_gradient_too():
    loss = gluon.loss.L2Loss()
    gradcheck(loss, nd.array([[1.0], [2.0]], dtype="float64"), nd.array([0.5, 3.0], dtype="float64"))


def test_a_number_as_sample_weight():
    loss = gluon.loss.L2Loss()
    assert loss(nd.array([[2.0]]), nd.array([0.0]), 3).asnumpy().tolist() == [6]


def test_no_warnings_from_a_first_step_in_float64():
    """The whole way in another dtype."""
    net = started(nn.Dense(1, dtype="float64"))
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.5})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with autograd.record():
            loss = gluon.loss.L2Loss()(net(nd.ones((2, 3), dtype="float64")), nd.ones(2, dtype="float64"))
        loss.backward()
        trainer.step(2)
    assert net.weight.data().dtype == np.float64
    assert net.weight.grad().dtype == np.float64


def test_a_copied_net_trains_on_its_own():
    net = nn.Dense(1, in_units=2)
    net.initialize()
    twin = copy.deepcopy(net)
    before = net.weight.data().asnumpy()
    with autograd.record():
        loss = twin(nd.ones((1, 2)))
    loss.backward()
    gluon.Trainer(twin.collect_params(), "sgd", {"learning_rate": 1}).step(1)
    assert np.array_equal(net.weight.data().asnumpy(), before)
    np.testing.assert_allclose(twin.weight.data().asnumpy(), before - 1, rtol=1e-6)


def test_sharing_parameters_does_not_add_any_to_the_block_they_come_from():
    source = nn.Dense(1, use_bias=False, in_units=2, prefix="q_")
    taker = nn.Dense(1, in_units=2, params=source.params)
    assert taker.weight is source.weight
    assert list(source.collect_params().keys()) == ["q_weight"]
    assert list(taker.collect_params().keys()) == ["q_weight", "q_bias"]


def test_a_block_without_super_init_is_told_so():
    class Forgetful(gluon.Block):
        def __init__(self):
            self.layer = nn.Dense(1)

    with pytest.raises(RuntimeError, match=r"super\(\).__init__\(\) in Forgetful"):
        Forgetful()


def test_set_data_of_a_single_number():
    parameter = gluon.Parameter("x_weight", shape=())
    parameter.initialize(init.One())
    parameter.set_data(nd.array(3.0))
    assert parameter.data().asscalar() == 3.0


# Blocks: hooks, summaries, what fails half-way.


def test_hooks_see_inputs_and_outputs_until_they_are_detached():
    net, seen = started(nn.Dense(2, in_units=3)), []
    before = net.register_forward_pre_hook(lambda block, inputs: seen.append(("in", block, inputs[0].shape)))
    with net.register_forward_hook(lambda block, inputs, output: seen.append(("out", block, output.shape))):
        net(nd.ones((4, 3)))
    before.detach()
    before.detach()
    net(nd.ones((4, 3)))
    assert seen == [("in", net, (4, 3)), ("out", net, (4, 2))]


def test_summary_counts_each_block_and_parameter_once(capsys):
    net, shared = nn.HybridSequential(), nn.Dense(3, in_units=3)
    net.add(shared, nn.BatchNorm(), shared)
    net.initialize()
    net.summary(nd.ones((2, 3)))
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[3:-5]] == ["Input", "Dense-1", "BatchNorm-2", "Dense-3", "HybridSequential-4"]
    assert lines[-4:-1] == ["Total params: 24", "Trainable params: 18", "Non-trainable params: 6"]
    assert not shared._hooks


def test_apply_goes_from_the_leaves_up():
    net = nn.Sequential()
    net.add(nn.Dense(1), nn.Flatten())
    order = []
    assert net.apply(lambda block: order.append(type(block).__name__)) is net
    assert order == ["Dense", "Flatten", "Sequential"]


def test_children_do_not_take_each_others_names_and_go_when_deleted():
    net = Net()
    net.register_child(nn.Dense(1), "1")
    net.register_child(nn.Dense(1))
    assert len(net._children) == 4
    del net.outer
    assert "outer" not in net._children
    with pytest.raises(AttributeError):
        _ = net.outer


def test_containers_of_blocks_are_warned_of():
    class Listed(gluon.Block):
        def __init__(self):
            super().__init__()
            self.layers = [nn.Dense(1)]

    with pytest.warns(UserWarning, match="Listed.layers holds Blocks, which are not registered: use nn.Sequential or register_child"):
        Listed().collect_params()


def test_a_first_forward_that_fails_leaves_the_layer_waiting():
    layer = nn.Dense(2, weight_initializer=init.Constant([[1, 2, 3]] * 2))
    layer.initialize()
    with pytest.raises(ValueError, match=r"value of Constant has shape \(2, 3\)"):
        layer(nd.ones((1, 4)))
    assert layer.weight.shape == (2, 0)
    assert layer(nd.ones((1, 3))).asnumpy().tolist() == [[6, 6]]


@pytest.mark.parametrize(
    "make",
    [
        lambda: nn.Dropout(2), lambda: nn.Embedding(0, 1), lambda: nn.BatchNorm(epsilon=-1), lambda: nn.LeakyReLU(-1),
        lambda: nn.GroupNorm(0), lambda: gluon.loss.HuberLoss(rho=0), lambda: gluon.loss.L2Loss("1"), lambda: nn.PReLU(in_channels=0),
        lambda: gluon.loss.LogisticLoss(label_format="odd"), lambda: gluon.loss.SDMLLoss(smoothing_parameter=1),
    ],
)  # fmt: skip
def test_a_refused_constructor_uses_up_no_name(make):
    from mxedu.gluon import names

    before = dict(names.names.counts)
    with pytest.raises((TypeError, ValueError)):
        make()
    assert names.names.counts == before


@pytest.mark.parametrize("shape, error", [((-1, 2), ValueError), (("2",), TypeError), ((1.5,), TypeError)])
def test_lengths_of_parameters_are_checked(shape, error):
    with pytest.raises(error, match=r"each length of shape \(0: unknown\) must be an integer"):
        gluon.Parameter("w", shape=shape)


def test_numpys_integers_are_lengths():
    assert gluon.Parameter("w", shape=(np.int64(2), np.int32(3))).shape == (2, 3)
    assert gluon.Parameter("w", shape=np.int64(2)).shape == (2,)


def test_set_data_survives_initialize():
    layer = nn.Dense(1, use_bias=False)
    layer.initialize()
    layer.weight.set_data(nd.array([[5, 6]]))
    layer.initialize()
    assert layer(nd.ones((1, 2))).asscalar() == 11


def test_loaded_values_come_before_a_parameters_own_initializer():
    net = nn.Dense(2, in_units=1, prefix="dense_")
    net.initialize(init.Load({"dense_bias": nd.array([5, 6]), "arg:dense_weight": nd.array([[1], [2]])}))
    assert net(nd.ones((1, 1))).asnumpy().tolist() == [[6, 8]]
    with pytest.raises(ValueError, match="param has no 'dense_weight': give default_init too"):
        net.initialize(init.Load({}), force_reinit=True)


def test_a_block_of_ones_own_learns_its_shapes_from_the_functions_it_calls():
    class Mine(gluon.HybridBlock):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.weight = self.params.get("weight", shape=(2, 0), allow_deferred_init=True)
            self.gamma = self.params.get("gamma", shape=(0,), init="ones", allow_deferred_init=True)
            self.beta = self.params.get("beta", shape=(0,), init="zeros", allow_deferred_init=True)
            self.slope = self.params.get("slope", shape=(0,), init="zeros", allow_deferred_init=True)

        def hybrid_forward(self, F, x, weight, gamma, beta, slope):
            y = F.FullyConnected(x, weight, num_hidden=2, no_bias=True)
            return F.LeakyReLU(F.LayerNorm(y, gamma=gamma, beta=beta), slope, act_type="prelu") + 0 * weight.sum()

    net = started(Mine())
    assert net(nd.ones((4, 3))).shape == (4, 2)
    assert [p.shape for p in net.collect_params().values()] == [(2, 3), (2,), (2,), (2,)]
    assert np.array_equal(net(nd.ones((4, 3))), net(nd.ones((4, 3))))


def test_a_shape_that_nothing_settles_is_asked_for():
    class Mine(gluon.HybridBlock):
        def __init__(self):
            super().__init__()
            self.weight = self.params.get("weight", shape=(0, 2), allow_deferred_init=True)

        def hybrid_forward(self, F, x, weight):
            return F.dot(x, weight)

    with pytest.raises(gluon.DeferredInitializationError, match="weight"):
        started(Mine())(nd.ones((1, 3)))


def test_training_goes_on_after_pickling_as_before():
    net = started(nn.Dense(300, in_units=200))
    copied = copy.deepcopy(net)
    weight, node = copied.weight.data()._data, copied.weight.data()._node
    assert weight.ctypes.data % 64 == node.gradient._data.ctypes.data % 64 == 0
    assert np.array_equal(weight, net.weight.data())


def test_a_layer_can_change_what_it_inherits():
    class Scaled(gluon.loss.L2Loss):
        def hybrid_forward(self, F, pred, label, sample_weight=None):
            return 3 * super().hybrid_forward(F, pred, label, sample_weight)

    class Clipped(nn.Dense):
        def hybrid_forward(self, F, x, weight, bias=None):
            return F.clip(super().hybrid_forward(F, x, weight, bias), -1, 1)

    p, y = nd.array([[2.0]]), nd.array([[0.0]])
    assert Scaled()(p, y).asscalar() == 3 * gluon.loss.L2Loss()(p, y).asscalar() == 6
    layer = Clipped(2)
    layer.initialize(init.Constant(5))
    assert layer(nd.ones((1, 3))).asnumpy().tolist() == [[1, 1]]
    assert layer.weight.shape == (2, 3)


def test_an_empty_prefix_is_that_of_the_surrounding_scope():
    net = nn.HybridSequential(prefix="outer_")
    with net.name_scope():
        net.add(nn.Dense(1, prefix=""))
    assert list(net.collect_params()) == ["outer_weight", "outer_bias"]


def test_an_initializer_may_override_call():
    class Sevens(init.Initializer):
        def __call__(self, desc, arr):
            arr[:] = 7

    layer = nn.Dense(1, in_units=2)
    layer.initialize(Sevens())
    assert layer.weight.data().asnumpy().tolist() == [[7, 7]]


def test_learning_shapes_draws_nothing():
    """Unknown shapes are read with zeros, so a first call draws what a later one does."""

    def drawn(in_units):
        random.seed(3)
        net = nn.HybridSequential()
        net.add(nn.Dense(4, in_units=in_units), nn.Dropout(0.5))
        net.initialize()
        with autograd.train_mode():
            return net(nd.ones((2, 3))).asnumpy()

    assert np.array_equal(drawn(0) != 0, drawn(3) != 0)


def test_names_that_older_code_uses(tmp_path):
    """`save_params` and `load_params`; and `_apply_weighting`, which losses of one's own call."""

    class Quartic(gluon.loss.Loss):
        def __init__(self, weight=2.0, batch_axis=0, **kwargs):
            super().__init__(weight, batch_axis, **kwargs)

        def hybrid_forward(self, F, pred, label, sample_weight=None):
            losses = gluon.loss._apply_weighting(F, (pred - label) ** 4, self._weight, sample_weight)
            return F.mean(losses, axis=self._batch_axis, exclude=True)

    pred, label = nd.array([[1.0, 2.0], [3.0, 4.0]]), nd.zeros((2, 2))
    assert Quartic()(pred, label, nd.array([[1.0], [0.5]])).asnumpy().tolist() == [17, 168.5]
    net, other = nn.Dense(2, in_units=3), nn.Dense(2, in_units=3)
    net.initialize()
    net.save_params(str(tmp_path / "net"))
    other.load_params(str(tmp_path / "net"))
    assert np.array_equal(other.weight.data(), net.weight.data())
