"""The Trainer against MXNet 1.9.1: its tutorial, cell by cell, and whole trainings."""

import numpy as np
import pytest

import mxedu as mx
from mxedu import autograd, gluon, lr_scheduler, nd, optimizer
from tests.helpers import ARRAYS, golden

SAME = 2e-7  # the last digit of a float32 depends on the BLAS


@pytest.fixture(scope="module")
def tutorial():
    """The tutorial's code, with what each of its cells leaves behind."""
    mx.random.seed(0)
    seen = {}
    loss = gluon.loss.L2Loss()
    # A top-level block is numbered by the counter of its thread: the prefix stands for a fresh program.
    net = gluon.nn.Dense(1, prefix="dense0_")
    seen["reprs"] = [repr(loss), repr(net)]
    seen["initialize"] = net.initialize()
    seen["deferred"] = repr(net.weight)
    batch_size = 8
    X = nd.random.uniform(shape=(batch_size, 4))
    y = nd.random.uniform(shape=(batch_size,))
    seen["data"] = X, y

    def forward_backward():
        with autograd.record():
            l = loss(net(X), y)  # noqa: E741
        l.backward()
        return l

    seen["loss"] = forward_backward()
    seen["known"] = [repr(net), repr(net.weight), repr(net.collect_params())]
    trainer = gluon.Trainer(net.collect_params(), optimizer="sgd", optimizer_params={"learning_rate": 1})
    cur_weight = net.weight.data().copy()
    seen["weight"], seen["grads"] = cur_weight.asnumpy(), [net.weight.grad().asnumpy(), net.bias.grad().asnumpy()]
    seen["rate"], seen["step"] = trainer.learning_rate, trainer.step(batch_size)
    seen["stepped"] = net.weight.data().copy()
    seen["by hand"] = cur_weight - net.weight.grad() * 1 / 8
    trainer = gluon.Trainer(net.collect_params(), optimizer=optimizer.Adam(learning_rate=1))
    forward_backward()
    trainer.step(batch_size)
    seen["adam"] = net.weight.data().asnumpy()
    seen["rates"] = [trainer.learning_rate, trainer.set_learning_rate(0.1), trainer.learning_rate]
    return seen


def test_what_is_shown(tutorial):
    assert tutorial["reprs"] == ["L2Loss(batch_axis=0, w=1.0)", "Dense(None -> 1, linear)"]
    assert tutorial["initialize"] is None and tutorial["step"] is None
    assert tutorial["deferred"] == "Parameter dense0_weight (shape=(1, 0), dtype=float32)"
    weight, bias = "Parameter dense0_weight (shape=(1, 4), dtype=float32)", "Parameter dense0_bias (shape=(1,), dtype=float32)"
    assert tutorial["known"] == ["Dense(4 -> 1, linear)", weight, f"dense0_ (\n  {weight}\n  {bias}\n)"]
    assert tutorial["loss"].shape == (8,)
    assert str(tutorial["data"][1]).endswith("\n<NDArray 8 @cpu(0)>")
    assert tutorial["data"][0].dtype is np.float32


def test_the_draws(tutorial):
    X, y = tutorial["data"]
    assert str(X.asnumpy()[0]) == "[0.5488135  0.5928446  0.71518934 0.84426576]"
    assert str(y.asnumpy()[:3]) == "[0.0202184  0.36824155 0.83261985]"
    assert str(tutorial["weight"]) == "[[ 0.06700657 -0.00369488  0.0418822   0.0421275 ]]"


def test_gradient_and_step(tutorial):
    weight, bias = tutorial["grads"]
    np.testing.assert_allclose(weight, [[-2.0153334, -1.7310852, -2.4385147, -2.0308747]], rtol=SAME)
    np.testing.assert_allclose(bias, [-4.166481], rtol=SAME)
    np.testing.assert_allclose(tutorial["stepped"].asnumpy(), [[0.31892323, 0.21269077, 0.34669656, 0.29598683]], atol=SAME)
    assert np.array_equal(tutorial["by hand"].asnumpy(), tutorial["stepped"].asnumpy())


def test_adam_and_rates(tutorial):
    np.testing.assert_allclose(tutorial["adam"], [[-0.6810826, -0.7873151, -0.65330917, -0.7040191]], atol=SAME)
    assert type(tutorial["rate"]) is int and tutorial["rate"] == 1
    assert tutorial["rates"] == [1, None, 0.1]


@pytest.mark.parametrize("case", **golden("trainers"))
def test_training(case):
    data = {name: ARRAYS[f"misc/trainer_in/{name}"] for name in ("X", "y", "W1", "b1", "W2", "b2", "wl")}
    if case["model"] == "linear":
        net = gluon.nn.Dense(1, in_units=4)
        parameters, values = [net.weight, net.bias], ["wl", "b2"]
    else:
        net = gluon.nn.Sequential()
        net.add(gluon.nn.Dense(6, activation="tanh", in_units=4), gluon.nn.Dense(1, in_units=6))
        parameters, values = [net[0].weight, net[0].bias, net[1].weight, net[1].bias], ["W1", "b1", "W2", "b2"]
    net.initialize()
    for parameter, name in zip(parameters, values, strict=True):
        parameter.set_data(nd.array(data[name]))
    kwargs = dict(case["kwargs"])
    if case.get("sched"):
        kwargs["lr_scheduler"] = getattr(lr_scheduler, case["sched"]["name"])(**case["sched"]["kwargs"])
    trainer = gluon.Trainer(net.collect_params(), case["optimizer"], kwargs)
    loss = gluon.loss.L2Loss()
    assert trainer.learning_rate == pytest.approx(case["learning_rate"][0])
    for t in range(case["steps"]):
        with autograd.record():
            losses = loss(net(nd.array(data["X"])), nd.array(data["y"]))
        losses.backward()
        trainer.step(case["batch_size"])
        np.testing.assert_allclose(losses.asnumpy(), ARRAYS[f"misc/{case['id']}/loss"][t], rtol=2e-5, atol=1e-4)
        trained = np.concatenate([p.data().asnumpy().ravel() for p in parameters])
        np.testing.assert_allclose(trained, ARRAYS[f"misc/{case['id']}/params"][t], rtol=2e-5, atol=1e-4)
        assert trainer.learning_rate == pytest.approx(case["learning_rate"][t + 1])


def test_rescale_grad_is_multiplied():
    weight = gluon.Parameter("weight", shape=(1,), init="zeros")
    weight.initialize()
    trainer = gluon.Trainer([weight], "sgd", {"learning_rate": 1, "rescale_grad": 0.5})
    with autograd.record():
        head = weight.data() * 16
    head.backward()
    trainer.step(8)
    assert weight.data().asscalar() == -1.0


def test_multipliers_count_at_every_update():
    first, second = (gluon.Parameter(name, shape=(1,), init="zeros") for name in ("a_weight", "b_weight"))
    for parameter in (first, second):
        parameter.initialize()
    trainer = gluon.Trainer([first, second], "sgd", {"learning_rate": 1})
    for lr_mult in (2.0, 0.5):
        first.lr_mult = lr_mult
        with autograd.record():
            head = first.data() + second.data()
        head.backward()
        trainer.step(1)
    assert [first.data().asscalar(), second.data().asscalar()] == [-2.5, -2.0]
