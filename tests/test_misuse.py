"""What goes wrong when MXNet is misused, and what is said about it here.

The numbers are those of a table of 70 typical misuses of MXNet 1.9.1.
"""

import types

import numpy as np
import pytest

import mxedu.optimizer.registry as registry
from mxedu import autograd, gluon, init, lr_scheduler, nd, optimizer, random
from mxedu.gluon import Trainer
from mxedu.gluon.nn import Dense
from tests.helpers import unchanged

# Tests of gluon, autograd, schedulers, files, data and metrics (69, and a part of 50), contexts.
ELSEWHERE = {10} | {30, 32, 33, 37, 38} | {16, 17, 18, 19, 67, 68} | {53, 54} | {69} | {70}
ALLOWED = {4, 21, 27, 47, 48, 49, 56, 58, 59, 61, 65, 66}  # tests of their own, below


def forward_backward(net, x, y):
    with autograd.record():
        loss = gluon.loss.L2Loss()(net(x), y)
    loss.backward()
    return loss


@pytest.fixture
def world():
    """Nets before, half-way through and after initialisation, and a Trainer that has made a step and has new gradients."""
    w = types.SimpleNamespace()
    random.seed(0)
    w.x, w.y = nd.random.uniform(shape=(8, 4)), nd.random.uniform(shape=(8,))
    w.raw, w.deferred, w.net = (Dense(1, prefix=f"{name}_") for name in ("raw", "deferred", "net"))
    w.deferred.initialize()
    w.net.initialize()
    w.frozen = gluon.Parameter("frozen_weight", grad_req="null", shape=(2,))
    w.frozen.initialize()
    w.params = w.net.collect_params()
    forward_backward(w.net, w.x, w.y)
    w.trainer = Trainer(w.params, "sgd", {"learning_rate": 1, "momentum": 0.9, "wd": 0.1})
    w.scheduled = Trainer(w.params, "adam", {"lr_scheduler": lr_scheduler.CosineScheduler(10, base_lr=0.5)})
    w.early = Trainer(w.deferred.collect_params(), "sgd")
    w.falling = Trainer(w.params, "sgd", {"lr_scheduler": lambda t: -1.0})
    w.silent = Trainer(w.params, "adam", {"lr_scheduler": lambda t: None})
    w.trainer.step(8)
    forward_backward(w.net, w.x, w.y)
    return w


def recorded(call):
    """Make the call, which takes the net's output too, inside `autograd.record()`."""

    def inside(w):
        with autograd.record():
            call(w, w.net(w.x))

    return inside


def sgd(**kwargs):
    return lambda w: Trainer(w.params, "sgd", kwargs)


def adam(**kwargs):
    return lambda w: optimizer.Adam(**kwargs)


ONE = nd.ones(1)
L2 = gluon.loss.L2Loss()
# row, call, error, what it says: first the name of what is wrong, then the remedy
ROWS = [
    (1, lambda w: w.early.step(8), gluon.DeferredInitializationError, "'deferred_weight'.*Pass one batch of data through the network"),
    (6, lambda w: Trainer(w.raw.collect_params(), "sgd"), RuntimeError, r"'raw_bias' has not been initialized.*net.initialize\(\)"),
    (7, lambda w: w.raw(w.x), RuntimeError, r"'raw_weight' has not been initialized.*net.initialize\(\)"),
    (7, lambda w: w.raw.weight.data(), RuntimeError, r"'raw_weight' has not been initialized.*net.initialize\(\)"),
    (8, lambda w: w.deferred.weight.data(), gluon.DeferredInitializationError, "'deferred_weight'.*in_units"),
    (8, lambda w: w.deferred.weight.grad(), gluon.DeferredInitializationError, "'deferred_weight'.*in_units"),
    (9, lambda w: w.frozen.grad(), RuntimeError, "'frozen_weight' because grad_req='null': set grad_req='write'"),
    (11, lambda w: Trainer(w.params, "sgdd"), ValueError, "optimizer 'sgdd' is unknown. Did you mean 'sgd'\\? Registered are adab.* sgd"),
    (12, lambda w: Trainer(w.params, None), TypeError, r"optimizer must be a name \(.*sgd.*\) or an instance such as SGD\(.*, got None"),
    (12, lambda w: Trainer(w.params, optimizer.SGD), TypeError, r"optimizer must be a name .* or an instance such as SGD\("),
    (13, lambda w: Trainer(w.params), TypeError, "missing 1 required positional argument: 'optimizer'"),
    (14, sgd(lr=1), TypeError, "SGD got an unexpected argument 'lr'. Did you mean 'learning_rate'\\? It takes momentum"),
    (14, adam(momentum=0.9), TypeError, "Adam got an unexpected argument 'momentum'.* It takes learning_rate, beta1"),
    (15, lambda w: w.scheduled.set_learning_rate(0.1), UserWarning, "is given by lr_scheduler.*change the scheduler's base_lr"),
    (20, sgd(learning_rate=-1), ValueError, "learning_rate must be a finite number at least 0, got -1"),
    (20, lambda w: w.trainer.set_learning_rate(-0.1), ValueError, "learning_rate must be a finite number at least 0, got -0.1"),
    (22, sgd(learning_rate="0.1"), TypeError, "learning_rate must be a finite number at least 0, got str '0.1'"),
    (22, lambda w: w.trainer.set_learning_rate("0.1"), TypeError, "learning_rate must be a finite number at least 0, got str"),
    (23, lambda w: Trainer(w.params, optimizer.SGD(), {"wd": 1}), ValueError, r"optimizer_params must be None .* pass them to SGD\("),
    (24, lambda w: Trainer([ONE], "sgd"), ValueError, r"params must hold Parameters only, but has a NDArray: use net.collect_params\(\)"),
    (25, lambda w: Trainer(w.net, "sgd"), ValueError, r"params must be a dict.* got Dense: use net.collect_params\(\)"),
    (25, lambda w: Trainer(w.net.weight, "sgd"), ValueError, r"params must be a dict.* got Parameter: use net.collect_params\(\)"),
    (25, lambda w: Trainer(w.params.values(), "sgd"), ValueError, r"params must be a dict.*list\(...\) for the values of a dict"),
    (29, lambda w: Trainer(w.deferred.collect_params(), w.trainer.optimizer), ValueError,
        r"optimizer already serves .*\(net_bias, net_weight\).*make an instance of SGD for each Trainer"),
    (29, lambda w: Trainer(w.params, w.trainer.optimizer), ValueError, r"has made steps .*make an instance of SGD for each Trainer"),
    (26, lambda w: Trainer([], "sgd"), ValueError, "params is empty"),
    (26, lambda w: Trainer({}, "sgd"), ValueError, "params is empty"),
    (31, lambda w: L2(w.net(w.x), w.y).backward(), RuntimeError, r"head is not in a computational graph.*with autograd.record\(\)"),
    (31, recorded(lambda w, out: nd.square(w.x).backward()), RuntimeError, r"head is not in a computational graph.*attach_grad\(\)"),
    (34, recorded(lambda w, out: w.net.weight.data().__iadd__(1)), RuntimeError, r"Cannot write in place.*outside record\(\)"),
    (34, recorded(lambda w, out: w.net.weight.set_data(nd.ones((1, 4)))), RuntimeError, r"Cannot write in place.*outside record\(\)"),
    (34, recorded(lambda w, out: w.y.__setitem__(slice(None), out[:, 0])), RuntimeError, "Cannot write in place.*out-of-place form"),
    (35, recorded(lambda w, out: w.trainer.step(8)), RuntimeError, r"step inside autograd.record\(\).*end the `with` block before step"),
    (36, recorded(lambda w, out: out.backward(nd.ones((9, 1)))), ValueError, r"head_grads: .* \(9, 1\), but the head has shape \(8, 1\)"),
    (39, lambda w: w.net(nd.ones((8, 5))), ValueError, r"net takes 4 inputs, but the input has shape \(8, 5\)"),
    (40, lambda w: L2(w.net(w.x), nd.ones(7)), ValueError, r"label of shape \(7,\) does not fit the prediction of shape \(8, 1\)"),
    (40, lambda w: L2(w.net(w.x), nd.ones(9)), ValueError, r"label of shape \(9,\) does not fit .*as many elements"),
    (40, lambda w: L2(w.net(w.x), w.y, w.y), ValueError, r"sample_weight of shape \(8,\) does not fit .*sample_weight.reshape\(-1, 1\)"),
    (40, lambda w: gluon.loss.L2Loss(batch_axis=2)(w.net(w.x), w.y), ValueError, r"batch_axis is 2, but .*give an axis that it has"),
    (41, lambda w: w.net(w.x.asnumpy()), TypeError, r"input of net must be an NDArray, got ndarray: wrap it with nd.array\(x\)"),
    (41, lambda w: w.deferred([[1.0]]), TypeError, r"input of deferred must be an NDArray, got list: wrap it with nd.array\(x\)"),
    (41, lambda w: L2(w.net(w.x), [0.0] * 8), TypeError, r"input of l2loss\d+ must be an NDArray, got list: wrap it"),
    (42, lambda w: w.net(w.x.astype("float64")), TypeError, r"net has float32 weights, .* float64: use x.astype\('float32'\)"),
    (42, lambda w: w.deferred(w.x.astype("float64")), TypeError, "deferred has float32 weights.*or make the layer with dtype='float64'"),
    (43, lambda w: w.net.weight.set_data(nd.ones((1, 5))), ValueError, r"parameter net_weight has shape \(1, 4\).*data has \(1, 5\)"),
    (43, lambda w: w.raw.weight.set_data(nd.ones((1, 4))), RuntimeError, r"'raw_weight' has not been initialized.*net.initialize\(\)"),
    (43, lambda w: w.deferred.weight.set_data(nd.ones((2, 4))), ValueError, r"deferred_weight has shape \(1, 0\) \(0: unknown\)"),
    (44, lambda w: w.trainer.step(0), ValueError, "batch_size must be a finite number greater than 0, got 0"),
    (45, lambda w: w.trainer.step(-8), ValueError, "batch_size must be a finite number greater than 0, got -8"),
    (45, lambda w: w.trainer.step("8"), TypeError, "batch_size must be a finite number greater than 0, got str '8'"),
    (45, lambda w: w.trainer.step(float("nan")), ValueError, "batch_size must be a finite number greater than 0, got nan"),
    (45, lambda w: w.trainer.step(), TypeError, "missing 1 required positional argument: 'batch_size'"),
    (46, lambda w: w.trainer.step(nd.array([8])), TypeError, "batch_size must be a finite number greater than 0, got NDArray"),
    (50, lambda w: w.raw.initialize("foo"), ValueError, "unknown initializer 'foo': give an Initializer or one of the names .*xavier"),
    (50, lambda w: Dense(1, activation="foo"), ValueError, "activation must be None or one of relu, .*, got 'foo'"),
    (51, lambda w: Dense(0), ValueError, "units must be an integer of at least 1, got 0"),
    (51, lambda w: Dense(-1), ValueError, "units must be an integer of at least 1, got -1"),
    (52, lambda w: gluon.Parameter("x_weight", shape=2).initialize(init.Xavier()), ValueError, "x_weight .*give it another initializer"),
    (52, lambda w: init.Uniform()("x_foo", nd.ones(2)), ValueError, "'x_foo' .* give the parameter an initializer of its own"),
    (55, lambda w: setattr(w.trainer, "learning_rate", 3), AttributeError, r"learning_rate of a Trainer.*call set_learning_rate\(lr\)"),
    (57, lambda w: optimizer.SGD().update(3, np.ones(1), ONE, ()), TypeError, "weight of parameter 3 must be an NDArray.*nd.array"),
    (57, lambda w: w.trainer._updater([0, 1], [w.net.bias.grad(), np.ones((1, 4))], [w.net.bias.data(), w.net.weight.data()]),
        TypeError, "grad of parameter 1 must be an NDArray, got ndarray: wrap it with nd.array"),
    (60, lambda w: Trainer([w.net.bias], "groupadagrad").step(8), ValueError, r"weight must have two axes.*got shape \(1,\): use AdaGrad"),
    (60, lambda w: optimizer.GroupAdaGrad(wd=0.1), ValueError, "wd must be 0: GroupAdaGrad has no weight decay, got 0.1; AdaGrad has"),
    (62, sgd(clip_gradient=0.0), ValueError, r"clip_gradient \(None for no clipping\) must be .* greater than 0, got 0.0"),
    (63, adam(clip_gradient=-1.0), ValueError, r"clip_gradient \(None for no clipping\) must be .* greater than 0, got -1.0"),
    (64, sgd(momentum=-0.5), ValueError, "momentum must be a finite number at least 0 and less than 1, got -0.5"),
    # Not in the table.
    (None, sgd(momentum=1), ValueError, "momentum must be .* less than 1, got 1"),
    (None, sgd(wd=-0.1), ValueError, "wd must be .* at least 0"),
    (None, sgd(rescale_grad=float("inf")), ValueError, "rescale_grad must be a finite number"),
    (None, sgd(begin_num_update=1.0), TypeError, "begin_num_update must be an integer of at least 0, got float 1.0"),
    (None, adam(beta1=1), ValueError, "beta1 must be .* less than 1, got 1"),
    (None, adam(beta2=-0.1), ValueError, "beta2 must be .* at least 0"),
    (None, adam(epsilon="small"), TypeError, "epsilon must be .* got str 'small'"),
    (None, lambda w: w.falling.step(8), ValueError, "lr_scheduler must be a finite number at least 0, got -1.0"),
    (None, lambda w: w.silent.step(8), TypeError, "lr_scheduler must be a finite number at least 0, got NoneType"),
    (None, lambda w: optimizer.SGD().update(0, nd.ones(2), nd.ones(3), ()), ValueError, r"grad of parameter 0 .*\(3,\), .*\(2,\)"),
    (None, lambda w: optimizer.SGD().update(0, nd.ones(2, dtype="int32"), ONE, ()), TypeError, "weight of parameter 0 has dtype int32"),
    (None, lambda w: optimizer.SGD(learning_rate=0.3, momentum=2, lr_scheduler=w.scheduled.optimizer.lr_scheduler),
        ValueError, "momentum must be .* less than 1, got 2"),
    (None, lambda w: random.seed(1.5), TypeError, "seed_state must be an integer, got 1.5"),
    (None, lambda w: nd.random.uniform(2, 1), ValueError, "low must not exceed high, got low=2, high=1"),
    (None, lambda w: nd.random.uniform(dtype="int32"), ValueError, "dtype must be float16, float32 or float64, got int32"),
    (None, lambda w: nd.random.uniform(shape=(2, -1)), ValueError, r"shape must have no negative lengths, got \(2, -1\)"),
    (None, lambda w: nd.random.normal(scale=-1), ValueError, "scale .* must not be negative, got -1"),
    (None, lambda w: w.net(nd.array(1.0)), ValueError, r"input of net must have a batch axis.*x.reshape\(1, 1\)"),
]  # fmt: skip


@pytest.mark.parametrize("row, call, error, words", ROWS, ids=lambda x: str(x) if x is None or isinstance(x, int) else "")
def test_misuse(world, row, call, error, words):
    with unchanged(vars(world)), pytest.raises(error, match=words):
        call(world)
    # The failed call has spoiled nothing: the step that was due can be made.
    world.trainer.step(8)


def test_every_row_has_a_place():
    here = ({getattr(row, "values", row)[0] for row in ROWS} - {None}) | {2, 3, 5, 28} | ALLOWED
    assert here | ELSEWHERE == set(range(1, 71))


# Stale gradients: rows 2 to 5 and 28.

STALE = r"no new gradient since the last step for {}\. Was backward called.*ignore_stale_grad=True"


@pytest.mark.parametrize("row", [2, 3, 28])
def test_stale_gradients(world, row):
    world.trainer.step(8)
    if row == 2:
        with autograd.record():
            world.net(world.x)
    trainer = world.scheduled if row == 28 else world.trainer
    for error in (gluon.StaleGradientError, UserWarning, RuntimeError):
        with unchanged(vars(world)), pytest.raises(error, match=STALE.format("net_bias, net_weight")):
            trainer.step(8)
    with unchanged(vars(world)):
        trainer.step(8, ignore_stale_grad=True)  # row 4


def test_a_layer_that_was_not_used(world):
    """Row 5: all stale parameters are named, and no flag is cleared, so a second call says the same."""
    unused = Dense(1, prefix="also_")
    net = gluon.nn.Sequential()
    net.add(world.net, unused)
    net.initialize(force_reinit=True)
    unused(world.x)
    trainer = Trainer(net.collect_params(), "sgd", {"learning_rate": 1, "momentum": 0.9})
    forward_backward(world.net, world.x, world.y)
    for _ in range(2):
        with unchanged(net, trainer), pytest.raises(UserWarning, match=STALE.format("also_bias, also_weight")):
            trainer.step(8)
    before = world.net.weight.data().copy()
    with unchanged(unused):
        trainer.step(8, ignore_stale_grad=True)
    assert np.array_equal(world.net.weight.data(), before - world.net.weight.grad() / 8)
    assert trainer.optimizer._index_update_count == {2: 1, 3: 1}


# What is allowed.


def test_a_frozen_parameter_is_left_alone(world):
    world.net.bias.grad_req = "null"
    before = world.net.weight.data().copy()
    with unchanged(world.net.bias):
        world.trainer.step(8)
    assert not np.array_equal(world.net.weight.data(), before)


def test_a_learning_rate_of_0_is_allowed(world):
    """Row 21."""
    trainer = Trainer(world.params, "sgd", {"learning_rate": 0})
    weight = world.net.weight.data()
    before = weight.copy()
    trainer.step(8)
    assert np.array_equal(weight, before)
    assert trainer.learning_rate == 0


def test_a_parameter_named_twice_is_trained_once(world):
    """Row 27."""
    weight = world.net.weight
    expected = weight.data() - weight.grad() / 8
    Trainer([weight, world.net.bias, weight], "sgd", {"learning_rate": 1}).step(8)
    assert np.array_equal(weight.data(), expected)


@pytest.mark.parametrize("rescale_grad, batch_size", [(0.5, 8), (1.0, 16), (1, 1.5)])
def test_rescale_grad_is_multiplied(world, rescale_grad, batch_size):
    """Rows 45 and 47."""
    weight = world.net.weight
    expected = weight.data() - weight.grad() * np.float32(rescale_grad / batch_size)
    trainer = Trainer(world.params, "sgd", {"learning_rate": 1, "rescale_grad": rescale_grad})
    trainer.step(batch_size)
    assert np.array_equal(weight.data(), expected)
    assert trainer.optimizer.rescale_grad == rescale_grad / batch_size


def test_nan_gradients_are_applied(world):
    """Row 48."""
    world.net.weight.grad()[0] = nd.array([np.nan, np.inf, 0.0, 8.0])
    start = world.net.weight.data().asnumpy()
    Trainer(world.params, "sgd", {"learning_rate": 1}).step(8)
    np.testing.assert_equal(world.net.weight.data().asnumpy(), [[np.nan, -np.inf, start[0, 2], start[0, 3] - 1]])


def trained(name, gradients, **kwargs):
    """Give the weight after a step for each gradient, from 1."""
    w, update = nd.ones(1), optimizer.get_updater(optimizer.create(name, **kwargs))
    for g in gradients:
        update(0, nd.array([g]), w)
    return w.asscalar()


def test_dcasgd_takes_momentum():
    """Row 58: without compensation it is SGD with momentum."""
    gradients = [1.0, -0.5, 2.0]
    expected = trained("sgd", gradients, learning_rate=0.5, momentum=0.5)
    assert trained("dcasgd", gradients, learning_rate=0.5, momentum=0.5, lamda=0.0) == expected


def test_signsgd_takes_both_decays():
    """Row 59: (1 - 0.5 (0.25 + 0.5)) - 0.5."""
    assert trained("signum", [3.0], learning_rate=0.5, momentum=0.0, wd=0.25, wd_lh=0.5) == 0.125


def test_adamax_leaves_a_weight_without_gradient():
    """Row 65."""
    assert trained("adamax", [0.0, 0.0], learning_rate=0.5) == 1.0
    assert trained("adamax", [0.0, 1.0], learning_rate=0.5) < 1.0


@pytest.mark.parametrize("g", [1.0, 0.1, 1234.5])
def test_a_constant_gradient_gives_centred_rmsprop_no_nan(g):
    """Row 66: the variance falls to 0, and rounding makes it negative, but its root is taken of max(., 0) + epsilon."""
    w = trained("rmsprop", [g] * 300, learning_rate=1e-6, centered=True, epsilon=1e-12)
    assert np.isfinite(w) and w < 1.0


def test_a_poisson_loss_in_full_is_recorded():
    """Row 61: the derivative of exp(p) - y p is exp(p) - y; Stirling's part does not depend on p."""
    pred, label = nd.array([0.5, 1.0]), nd.array([3.0, 0.0])
    pred.attach_grad()
    with autograd.record():
        loss = gluon.loss.PoissonNLLLoss(compute_full=True)(pred, label)
    loss.backward()
    np.testing.assert_allclose(pred.grad, (np.exp([0.5, 1.0]) - [3, 0]) / 2, rtol=1e-6)


def test_initialising_twice_warns(world):
    """Row 49: once for each parameter."""
    with unchanged(world.net), pytest.warns(UserWarning) as caught:
        world.net.initialize()
    words = "Parameter 'net_{}' is already initialized, ignoring. Set force_reinit=True to re-initialize."
    assert [str(w.message) for w in caught] == [words.format("weight"), words.format("bias")]


def test_registering_a_name_twice_warns(monkeypatch):
    """Row 56."""
    monkeypatch.setattr(registry, "_registry", dict(registry._registry))
    replacement = type("SGD", (optimizer.SGD,), {})
    with pytest.warns(UserWarning, match="optimizer 'sgd' registered before .* is replaced"):
        optimizer.register(replacement)
    assert type(optimizer.create("sgd")) is replacement
    with pytest.raises(TypeError, match="register takes a subclass of Optimizer, got 3"):
        optimizer.register(3)


# The check that nothing has changed can itself fail.

CHANGES = {
    r"net\._own\.weight\._data\b": lambda w: w.net.weight.data().__setitem__(0, np.nextafter(w.net.weight.data()[0], np.float32(9))),
    r"net\._own\.bias\._data\.node\.gradient": lambda w: w.net.bias.grad().__iadd__(1),
    r"bias\._data\.node\.fresh": lambda w: setattr(w.net.bias.data(), "_fresh_grad", False),
    r"bias\._data\.node\.identity": lambda w: w.net.bias.data().attach_grad(),
    r"trainer\._updater\._states\.1": lambda w: w.trainer._updater.states[1].__iadd__(1e-6),
    r"scheduled\._updater\._states\.keys": lambda w: w.scheduled._updater.states.update({0: ()}),
    r"trainer\._optimizer\._index_update_count\.0": lambda w: w.trainer.optimizer._index_update_count.update({0: 7}),
    r"trainer\._optimizer\.num_update": lambda w: setattr(w.trainer.optimizer, "num_update", 7),
    r"trainer\._optimizer\.rescale_grad": lambda w: setattr(w.trainer.optimizer, "rescale_grad", 7),
    r"trainer\._optimizer\._lr": lambda w: w.trainer.set_learning_rate(0.5),
    r"lr_scheduler\.base_lr": lambda w: setattr(w.scheduled.optimizer.lr_scheduler, "base_lr", 7),
    r"weight\._lr_mult": lambda w: setattr(w.net.weight, "lr_mult", 0.5),
    r"deferred\._own\.weight\._shape": lambda w: setattr(w.deferred.weight, "shape", (1, 7)),
    r"raw\._own\.weight\._pending": lambda w: w.raw.initialize(),
    r"net\._children\.keys": lambda w: w.net.register_child(Dense(1)),
    r"random\.0\[2\]": lambda w: nd.random.uniform(),
    r"random\.seed": lambda w: random.seed(3),
}


@pytest.mark.parametrize("path", CHANGES)
def test_unchanged_sees(world, path):
    with pytest.raises(AssertionError, match=f"changed: .*{path}"), unchanged(vars(world)):
        CHANGES[path](world)
