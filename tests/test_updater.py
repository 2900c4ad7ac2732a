"""An optimizer called by hand, subclassed, copied and saved, as MXNet's users do."""

import copy
import pickle
import threading

import numpy as np
import pytest

from mxedu import autograd, cpu, gluon, lr_scheduler, nd, optimizer
from mxedu.base import MXNetError
from mxedu.optimizer import get_updater
from tests.helpers import unchanged


def trained(parameter, trainer, batch_size=1):
    with autograd.record():
        loss = (parameter.data() * 2).sum()
    loss.backward()
    trainer.step(batch_size)


def parameter(shape=(3,), **kwargs):
    p = gluon.Parameter("x_weight", shape=shape, init="ones", **kwargs)
    p.initialize()
    return p


def test_no_update_inside_record():
    w, g = nd.ones(3), nd.ones(3)
    w.attach_grad()
    update = get_updater(optimizer.SGD(learning_rate=0.1))
    with autograd.record():
        loss = (w * w).sum()
        with unchanged(w, update), pytest.raises(MXNetError, match="inside autograd.record.* end the `with` block"):
            update(0, g, w)
    loss.backward()
    assert w.grad.asnumpy().tolist() == [2, 2, 2]


@pytest.mark.parametrize("arguments", [([0, 1], nd.ones((2, 3)), nd.ones((2, 3))), ([0, 1], [nd.ones(3)], [nd.ones(3)])])
def test_lists_must_be_lists_of_one_length(arguments):
    update = get_updater(optimizer.SGD())
    with unchanged(update), pytest.raises(ValueError, match="must be a list of 2, one for each index"):
        update(*arguments)


def test_threads_that_share_an_updater_lose_no_state():
    update = get_updater(optimizer.SGD(momentum=0.9))
    seen = update.states
    for base in range(0, 80, 4):
        barrier = threading.Barrier(4)

        def work(i, barrier=barrier):
            barrier.wait()
            update(i, nd.ones(3), nd.ones(3))

        threads = [threading.Thread(target=work, args=(base + i,)) for i in range(4)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
    assert sorted(update.states) == list(range(80))
    assert update.states is seen


def test_what_raises_half_way_keeps_the_states_of_what_has_moved():
    class Fails(optimizer.Adam):
        def update(self, index, weight, grad, state):
            super().update(index, weight, grad, state)
            if index == 1 and self.num_update == 1:
                raise RuntimeError("the second")

    update, weights = get_updater(Fails(learning_rate=0.1)), [nd.ones(1), nd.ones(1)]
    with pytest.raises(RuntimeError):
        update([0, 1], [nd.ones(1)] * 2, weights)
    assert sorted(update.states) == [0, 1]
    assert update.states[0][0].asscalar() == pytest.approx(0.1)


def test_a_rate_of_ones_own_by_index():
    class Layerwise(optimizer.SGD):
        def _get_lr(self, index):
            return super()._get_lr(index) * (0.5 if index == 0 else 1.0)

    class Undecayed(optimizer.SGD):
        def _get_wd(self, index):
            return 0.0 if index == 0 else super()._get_wd(index)

    for cls, kwargs, expected in (
        (Layerwise, {"learning_rate": 0.5}, [0.75, 0.5]),
        (Layerwise, {"lr_scheduler": lambda t: 0.5 * t}, [0.75, 0.5]),
        (Undecayed, {"learning_rate": 0.5, "wd": 0.5}, [0.5, 0.25]),
    ):
        weights = [nd.ones(1), nd.ones(1)]
        get_updater(cls(**kwargs))([0, 1], [nd.ones(1)] * 2, weights)
        assert [w.asscalar() for w in weights] == expected


def test_update_multi_precision_of_ones_own_gets_one_parameter_at_a_time():
    class Mine(optimizer.Optimizer):
        def create_state(self, index, weight):
            return None

        def update(self, index, weight, grad, state):
            self._update_count(index)
            weight -= self._get_lrs([index])[0] * grad * self._get_wds([index])[0]

        def update_multi_precision(self, index, weight, grad, state):
            self.update(index, weight, grad, state)

    weights = [nd.ones(1), nd.ones(1)]
    get_updater(Mine(learning_rate=0.5, wd=0.5))([0, 1], [nd.ones(1)] * 2, weights)
    assert [w.asscalar() for w in weights] == [0.75, 0.75]


def test_arguments_may_be_positional_as_in_mxnet():
    class Mine(optimizer.SGD):
        def __init__(self):
            self.momentum, self._buffered = 0.0, False
            optimizer.Optimizer.__init__(self, 0.5, None, 0.25)

    assert (Mine().rescale_grad, Mine().wd) == (0.5, 0.25)
    with pytest.raises(ValueError, match="sym must be None"):
        optimizer.SGD(sym="net")


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_a_copy_of_an_optimizer_has_no_parameters(copied):
    p, sgd = parameter((1000, 100)), optimizer.SGD(learning_rate=0.1, momentum=0.5)
    gluon.Trainer([p], sgd)
    assert len(pickle.dumps(sgd)) < 2000
    twin = copied(sgd)
    assert (twin.momentum, twin.learning_rate, twin.param_dict) == (0.5, 0.1, {})
    trained(p, gluon.Trainer([p], twin))


# What is saved.


def test_all_settings_are_saved():
    one = get_updater(optimizer.SGD(learning_rate=0.5, wd=0.5, rescale_grad=0.5, param_idx2name={0: "a_bias", 1: "a_weight"}))
    one.optimizer.set_lr_mult({"a_weight": 0.5})
    one.optimizer.lr = np.float32(0.25)
    two = get_updater(optimizer.SGD())
    two.set_states(one.get_states(dump_optimizer=True))
    paths = []
    for update in (one, two):
        weights = [nd.ones(2), nd.ones(2)]
        update([0, 1], [nd.ones(2)] * 2, weights)
        paths.append([w.asnumpy().tolist() for w in weights])
    assert paths[0] == paths[1] == [[0.875] * 2, [0.875] * 2]


def test_indices_of_any_kind_are_saved():
    one, two = get_updater(optimizer.SGD(momentum=0.5)), get_updater(optimizer.SGD(momentum=0.5))
    for number, index in enumerate((0, "0", np.int64(3)), 1):
        one(index, nd.full((1,), number), nd.ones(1))
    one.states["b"], one.states["b.0"] = (nd.full((1,), 8), nd.ones(1)), nd.full((1,), 9)
    two.set_states(one.get_states(dump_optimizer=True))
    assert two.states.keys() == one.states.keys()
    for index in (0, "0", 3):
        assert two.states[index].asscalar() == one.states[index].asscalar()
    assert two.states[0].asscalar() != two.states["0"].asscalar()
    assert (two.states["b"][0].asscalar(), two.states["b.0"].asscalar()) == (8, 9)
    assert two.optimizer._index_update_count == one.optimizer._index_update_count


@pytest.mark.parametrize("value", [{0: 1.0}, np.ones(2), nd.ones(2), [nd.ones(2)], optimizer.SGD()], ids=lambda x: type(x).__name__)
def test_what_would_be_lost_is_refused(value):
    sgd = optimizer.SGD()
    sgd.mine = value
    with pytest.raises(TypeError, match="the attribute mine of SGD is a .* and would not be saved.* create_state"):
        get_updater(sgd).get_states(dump_optimizer=True)


# Settings and states that do not fit.


@pytest.mark.parametrize(
    ("name", "kwargs", "setting", "value", "words"),
    [
        ("sgd", {}, "clip_gradient", 0, r"clip_gradient \(None for no clipping\) must be greater than 0"),
        ("sgd", {}, "clip_gradient", -1.0, r"clip_gradient \(None for no clipping\) must be greater than 0"),
        ("rmsprop", {}, "clip_weights", -1.0, r"clip_weights \(None for no limit\) must be a finite number greater than 0"),
        ("sgd", {}, "momentum", 0.9, "has a setting or the weight's dtype been changed since"),
        ("rmsprop", {}, "centered", True, r"3 arrays \(v, m, mom\).* has a setting .* been changed since"),
    ],
)
def test_settings_changed_in_mid_run(name, kwargs, setting, value, words):
    w, update = nd.ones(3), get_updater(optimizer.create(name, **kwargs))
    update(0, nd.ones(3), w)
    setattr(update.optimizer, setting, value)
    with unchanged(update, w), pytest.raises(ValueError, match=words):
        update(0, nd.ones(3), w)


def test_states_of_another_dtype():
    w, update = nd.ones(3), get_updater(optimizer.SGD(momentum=0.9))
    update.states[0] = nd.zeros(3, dtype="int32")
    with unchanged(update, w), pytest.raises(ValueError, match="dtype float32.* but has .*int32"):
        update(0, nd.ones(3), w)


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"keep": lambda self, t, lr, last: None}, "Mine.keep must give a dict of last, got None"),
        ({"keep": lambda self, t, lr, last: {"last": 1.0, "more": 2.0}}, "Mine.keep must give a dict of last"),
        ({}, "Mine must define keep"),
        (
            {"keep": lambda self, t, lr, last: {"last": lr}, "scalars": lambda self, t, lr, wd, last: (None,)},
            "scalars must give numbers, got None",
        ),
    ],
)
def test_mistakes_with_kept_numbers(members, words):
    base = {"rule": optimizer.sgd.sgd, "kept": {"last": 0.0}, "scalars": lambda self, t, lr, wd, last: (lr,)}
    update, w = get_updater(type("Mine", (optimizer.Optimizer,), {**base, **members})()), nd.ones(3)
    with unchanged(update, w), pytest.raises((TypeError, NotImplementedError), match=words):
        update(0, nd.ones(3), w)


# The Trainer.


def test_update_on_several_contexts_needs_the_sum():
    p = gluon.Parameter("x_weight", shape=(1,), init="ones")
    p.initialize(ctx=[cpu(0), cpu(1)])
    trainer = gluon.Trainer([p], "sgd", {"learning_rate": 0.125})

    def backward():
        with autograd.record():
            losses = [x * factor for x, factor in zip(p.list_data(), (2, 4), strict=True)]
        autograd.backward(losses)

    backward()
    with unchanged(trainer, p), pytest.raises(ValueError, match="call allreduce_grads first, or step instead"):
        trainer.update(1)
    trainer.allreduce_grads()
    trainer.update(1)
    assert [x.asscalar() for x in p.list_data()] == [0.25, 0.25]
    backward()
    with pytest.raises(ValueError, match="allreduce_grads first"):
        trainer.update(1)
    trainer.allreduce_grads()
    backward()  # new gradients, which have not been added up
    with pytest.raises(ValueError, match="allreduce_grads first"):
        trainer.update(1)


def test_what_mxnets_own_tests_look_at():
    trainer = gluon.Trainer([parameter()], "sgd", {"momentum": 0.9, "lr_scheduler": lr_scheduler.FactorScheduler(2)})
    trained(trainer._params[0], trainer)
    assert trainer._updaters[0].states[0].shape == (3,)
    assert (trainer._kvstore, trainer._kv_initialized, len(trainer._params_to_init)) == (None, True, 0)


def test_a_rate_from_a_mixin():
    class Frozen:
        def _get_lr(self, index):
            return 0.0

    w = nd.ones(1)
    get_updater(type("Mine", (Frozen, optimizer.SGD), {})(learning_rate=0.5))(0, nd.ones(1), w)
    assert w.asscalar() == 1


@pytest.mark.parametrize("momentum", [0.0, 0.5])
def test_multi_precision_comes_too_late(momentum):
    w, update = nd.ones(1, dtype="float16"), get_updater(optimizer.SGD(momentum=momentum))
    with pytest.warns(UserWarning, match="multi_precision"):
        update(0, nd.ones(1, dtype="float16"), w)
    update.optimizer.multi_precision = True
    with unchanged(update, w), pytest.raises(ValueError, match="multi_precision was not set when it was made"):
        update(0, nd.ones(1, dtype="float16"), w)
