"""The table of addresses: whatever is called in whatever order, a Trainer with it does what one does that looks at each parameter."""

import contextlib
import copy
import gc
import pickle
import warnings
import weakref

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mxedu import autograd, gluon, nd, optimizer
from mxedu.gluon import trainer as trainers
from mxedu.optimizer.table import Impossible, Table

pytestmark = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="without the JIT there is no table")

SHAPES = (3,), (2, 2), (5,), (1,)


def impossible(*arguments):
    raise Impossible


class World:
    """Parameters with two Trainers, which may share one of them, with or without tables."""

    def __init__(self, tables, folder, name, kwargs, shared):
        self.tables, self.file, self.random = tables, str(folder / f"tables-{tables}"), np.random.default_rng(0)
        self.parameters = []
        for i, shape in enumerate(SHAPES):
            p = gluon.Parameter(f"p{i}_weight", shape=shape, allow_deferred_init=True)
            p.initialize(init="zeros")
            p.set_data(nd.array(self.random.standard_normal(shape)))
            self.parameters.append(p)
        first = self.parameters[: 3 if shared else 2]
        self.trainers = [gluon.Trainer(ps, name, dict(kwargs)) for ps in (first, self.parameters[2:])]

    def do(self, action, i, x):
        """Carry an action out; give the error it raises, if it does."""
        p, trainer = self.parameters[i % len(SHAPES)], self.trainers[i % 2]
        with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if not self.tables:
                patch.setattr(trainers, "Table", impossible)
            try:
                getattr(self, action)(p, trainer, x)
            except Exception as error:
                return f"{type(error).__name__}: {error}".replace(self.file, "the file")

    def backward(self, p, trainer, x):
        with autograd.record():
            loss = sum((q.data() * nd.array(self.random.standard_normal(q.shape), dtype=q.dtype)).sum() for q in self.trained())
        loss.backward()

    def backward_of_one(self, p, trainer, x):
        with autograd.record():
            loss = (p.data() * x).sum()
        loss.backward()

    def trained(self):
        return [p for p in self.parameters if p.grad_req != "null" and np.dtype(p.dtype) == np.float32]

    def step(self, p, trainer, x):
        trainer.step(1 + abs(x))

    def both_step(self, p, trainer, x):
        self.backward(p, trainer, x)
        for trainer in self.trainers:
            trainer.step(1)
            self.backward(p, trainer, x)

    def step_what_is_new(self, p, trainer, x):
        trainer.step(1, ignore_stale_grad=True)

    def set_data(self, p, trainer, x):
        p.set_data(nd.full(p.shape, x))

    def cast(self, p, trainer, x):
        p.cast("float64" if x > 0 else "float32")

    def start_again(self, p, trainer, x):
        p.initialize(init="ones", force_reinit=True)

    def freeze(self, p, trainer, x):
        p.grad_req = "null"

    def thaw(self, p, trainer, x):
        p.grad_req = "write" if x > 0 else "add"

    def multiply_rate(self, p, trainer, x):
        p.lr_mult = abs(x)

    def multiply_decay(self, p, trainer, x):
        p.wd_mult = abs(x)

    def attach_grad(self, p, trainer, x):
        p.data().attach_grad()

    def mark(self, p, trainer, x):
        autograd.mark_variables(p.data(), nd.full(p.shape, x, dtype=p.dtype))

    def zero_grad(self, p, trainer, x):
        p.zero_grad()

    def set_rate(self, p, trainer, x):
        trainer.set_learning_rate(abs(x))

    def set_momentum(self, p, trainer, x):
        trainer.optimizer.momentum = 0.5 if x > 0 else 0.0

    def clip(self, p, trainer, x):
        trainer.optimizer.clip_gradient = x

    def fail(self, p, trainer, x):
        trainer.optimizer.lr_scheduler = (lambda t: -1.0) if x > 0 else None

    def replace_state(self, p, trainer, x):
        states = trainer._updater.states
        states.update({i: trainer.optimizer.create_state(i, trainer._params[i].data()) for i in states})

    def forget_states(self, p, trainer, x):
        trainer._updater.states = {}

    def count(self, p, trainer, x):
        trainer.optimizer._index_update_count[0] = 7

    def save(self, p, trainer, x):
        trainer.save_states(self.file)

    def load(self, p, trainer, x):
        trainer.load_states(self.file)

    def new_trainer(self, p, trainer, x):
        i = self.trainers.index(trainer)
        self.trainers[i] = gluon.Trainer(list(trainer._params), type(trainer.optimizer)(learning_rate=0.1))
        gc.collect()

    def seen(self):
        """Give all that can be seen, as bytes and numbers."""
        for p in self.parameters:
            yield p.data().asnumpy().tobytes(), str(p.dtype), p.data()._fresh_grad if p.grad_req != "null" else None
            with contextlib.suppress(RuntimeError):
                yield p.grad().asnumpy().tobytes()
        for trainer in self.trainers:
            yield trainer.optimizer.num_update, trainer.optimizer.rescale_grad
            for i, state in sorted(trainer._updater.states.items()):
                parts = state if isinstance(state, tuple) else () if state is None else (state,)
                yield i, [x.asnumpy().tobytes() for x in parts]
        # Last, and not after every action: reading the counts makes a table look at them again.


ACTIONS = [name for name, x in vars(World).items() if callable(x) and name not in ("__init__", "do", "trained", "seen")]
# Steps that a table can make are drawn more often than what may stop it.
DRAWN = st.one_of(st.just("both_step"), st.sampled_from(["backward", "step", "both_step"]), st.sampled_from(ACTIONS))


def test_a_failing_step_makes_no_states(tmp_path):
    step = ("both_step", 0, 1.0)
    compare(tmp_path, ("sgd", {}), False, [step, ("set_momentum", 0, 0.5), ("fail", 0, 0.5), step])
    compare(tmp_path, ("sgd", {"momentum": 0.9}), False, [step, ("clip", 0, -0.5), ("forget_states", 0, 1.0), step])


@settings(max_examples=150, deadline=None, database=None)
@given(
    st.sampled_from([("sgd", {"momentum": 0.9, "wd": 0.1}), ("sgd", {}), ("adam", {"wd": 0.1}), ("ftml", {})]),
    st.booleans(),
    st.lists(st.tuples(DRAWN, st.integers(0, 3), st.sampled_from([0.5, -0.5, 2.0])), min_size=3, max_size=14),
)
def test_with_and_without_tables(tmp_path_factory, method, shared, actions):
    compare(tmp_path_factory.mktemp("states"), method, shared, actions)


def compare(folder, method, shared, actions):
    """Carry actions out with and without tables, and compare all that can be seen after each."""
    fast, slow = World(True, folder, *method, shared), World(False, folder, *method, shared)
    for action, i, x in actions:
        assert fast.do(action, i, x) == slow.do(action, i, x), action
        assert list(fast.seen()) == list(slow.seen()), action
    for a, b in zip(fast.trainers, slow.trainers, strict=True):
        assert a.optimizer._index_update_count == b.optimizer._index_update_count


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("i", range(4))
def test_what_comes_between_the_gradients_and_the_step(action, i, tmp_path):
    """A table is ready, all gradients have come, and then something happens before the step."""
    for x in (0.5, -0.5):
        ready = [("both_step", 0, 1.0), ("both_step", 0, 1.0)]
        step = [("step", 0, 1.0), ("step", 1, 1.0)]
        for method in ("sgd", {"momentum": 0.9, "wd": 0.1}), ("sgd", {"wd": 0.1}):
            compare(tmp_path, method, False, [*ready, (action, i, x), *step, ("both_step", 0, 1.0)])
        compare(tmp_path, method, True, [*ready, (action, i, x), *step])


@pytest.mark.parametrize("second", ACTIONS)
@pytest.mark.parametrize("first", ["freeze", "cast", "new_trainer", "start_again", "forget_states"])
def test_two_changes_with_steps_between(first, second, tmp_path):
    steps = [("both_step", 0, 1.0), ("both_step", 0, 1.0)]
    compare(tmp_path, ("adam", {}), False, [*steps, (first, 1, 0.5), *steps, (second, 1, -0.5), *steps])


def small_and_large(shapes, name="adam", **kwargs):
    parameters = []
    for i, shape in enumerate(shapes):
        p = gluon.Parameter(f"p{i}_weight", shape=shape)
        p.initialize()
        parameters.append(p)
    return parameters, gluon.Trainer(parameters, name, kwargs or None)


def give_gradients(parameters, seed):
    rng = np.random.default_rng(seed)
    for p in parameters:
        p.grad()[:] = nd.array(rng.standard_normal(p.shape))
        p.data()._fresh_grad = True


@pytest.mark.parametrize("name", ["sgd", "nag", "adam", "ftml", "adamw", "signum"])
def test_rows_have_the_bits_of_single_calls(name):
    """Small and large, empty and of one element, of several rates: the table's kernel against one call for each weight."""
    shapes = [(1,), (7, 3), (200_000,), (16,), (100_001,), (64, 64)]
    parameters, trainer = small_and_large(shapes, name, learning_rate=0.1, wd=0.01)
    parameters[1].lr_mult, parameters[3].wd_mult = 0.5, 0.0
    alone = [p.data().copy() for p in parameters]
    by_hand = optimizer.get_updater(optimizer.create(name, learning_rate=0.1, wd=0.01))
    by_hand.optimizer.set_lr_mult({1: 0.5})
    by_hand.optimizer.set_wd_mult({3: 0.0})
    for seed in range(3):
        give_gradients(parameters, seed)
        by_hand(list(range(6)), [p.grad().copy() for p in parameters], alone)
        trainer.step(1)
    assert trainer._table is not None
    for p, w in zip(parameters, alone, strict=True):
        assert np.array_equal(p.data().asnumpy(), w.asnumpy())
        assert not p.data()._fresh_grad


def test_a_table_is_used_and_not_made_anew(monkeypatch):
    parameters, trainer = small_and_large([(3,)] * 5)
    made = []
    original = Table.__init__
    monkeypatch.setattr(Table, "__init__", lambda self, *arguments: made.append(1) or original(self, *arguments))
    for seed in range(5):
        give_gradients(parameters, seed)
        trainer.step(1)
        parameters[0].set_data(nd.ones(3))  # writes where the weight lies
        trainer.set_learning_rate(0.5 / (seed + 1))
    assert len(made) == 1
    assert trainer.optimizer._index_update_count == dict.fromkeys(range(5), 5)


def test_two_trainers_do_not_spoil_each_others_tables(monkeypatch):
    worlds = [small_and_large([(3,)] * 2), small_and_large([(3,)] * 2)]

    def steps(n):
        for seed in range(n):
            for parameters, trainer in worlds:
                give_gradients(parameters, seed)
                trainer.step(1)

    steps(2)
    worlds[0][0][0].lr_mult = 0.5  # both may look again, once
    steps(1)
    tables = [trainer._table for _, trainer in worlds]
    steps(3)
    assert [trainer._table for _, trainer in worlds] == tables


def test_what_has_been_replaced_is_left_alone():
    """An array that was a parameter's once keeps its bits, and its memory is not written to."""
    parameters, trainer = small_and_large([(1000,)] * 3)
    give_gradients(parameters, 0)
    trainer.step(1)
    old = [p.data() for p in parameters]
    kept = [w.asnumpy().copy() for w in old]
    for p in parameters:
        p.initialize(init="ones", force_reinit=True)
    give_gradients(parameters, 1)
    trainer.step(1)
    for w, values, p in zip(old, kept, parameters, strict=True):
        assert np.array_equal(w.asnumpy(), values)
        assert not (p.data().asnumpy() == 1).any()


def test_an_optimizer_with_steps_of_its_own_has_no_table():
    for name in ("lamb", "sgld", "nadam", "groupadagrad"):
        parameters, trainer = small_and_large([(3, 2)] * 2, name)
        give_gradients(parameters, 0)
        trainer.step(1)
        assert trainer._table is None


# What a reader of the code tried.


class Odd(optimizer.SGD):
    """Its states have the layout that is set."""

    def create_state(self, index, weight):
        return nd.NDArray(self.layout)


@pytest.mark.parametrize("cut", [lambda base: base[:4][::-1], lambda base: base[:8:2], lambda base: base[4:8]])
def test_states_of_any_layout_are_written_where_they_lie(cut):
    base = np.zeros(8, np.float32)
    parameters, trainer = small_and_large([(4,)], Odd(learning_rate=1.0, momentum=0.5))
    trainer.optimizer.layout = cut(base)
    for seed in range(2):
        give_gradients(parameters, seed)
        trainer.step(1)
    written = np.zeros(8, bool)
    cut(written)[:] = True
    assert np.array_equal(base != 0, written)


def test_states_of_another_size_need_a_move_of_their_own():
    class Small(optimizer.SGD):
        def state_shape(self, shape):
            return (1,)

    parameters, trainer = small_and_large([(50,)], Small(momentum=0.5))
    before = parameters[0].data().asnumpy()
    give_gradients(parameters, 0)
    with pytest.raises(ValueError, match="Small.state_shape gives states of another size: define move too"):
        trainer.step(1)
    assert np.array_equal(parameters[0].data().asnumpy(), before)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_a_trainer_with_a_table_is_copied(copied):
    parameters, trainer = small_and_large([(3,), (2,)], "sgd", learning_rate=0.5)
    give_gradients(parameters, 0)
    trainer.step(1)
    parameters[1].lr_mult = 0.0
    others, other = copied((parameters, trainer))
    frozen, moved = others[1].data().asnumpy(), others[0].data().asnumpy()
    original = parameters[0].data().asnumpy()
    give_gradients(others, 1)
    other.step(1)
    assert np.array_equal(others[1].data().asnumpy(), frozen)
    assert not np.array_equal(others[0].data().asnumpy(), moved)
    assert np.array_equal(parameters[0].data().asnumpy(), original)
    assert other.optimizer._index_update_count == {0: 2, 1: 2}


@pytest.mark.parametrize("reads", [True, False])
def test_a_schedule_may_look_at_the_optimizer_and_change_factors(reads):
    parameters, trainer = small_and_large([(1,)], "sgd")
    seen = []

    def schedule(t):
        if reads:
            seen.append(dict(trainer.optimizer._index_update_count))
        parameters[0].lr_mult = 1.0 if t < 3 else 0.0
        return 1.0

    trainer.optimizer.lr_scheduler = schedule
    parameters[0].set_data(nd.zeros(1))
    path = []
    for _ in range(4):
        parameters[0].grad()[:] = 1
        parameters[0].data()._fresh_grad = True
        trainer.step(1)
        path.append(parameters[0].data().asscalar())
    assert path == [-1, -2, -2, -2]
    assert trainer.optimizer._index_update_count == {0: 4}
    if reads:
        assert seen[0] == {} and seen[-1] == {0: 3}


def test_scalars_may_read_the_counts():
    class Curious(optimizer.Adam):
        def scalars(self, t, lr, wd):
            if t == 3:
                copy.deepcopy(self)
            return super().scalars(t, lr, wd)

    parameters, trainer = small_and_large([(3,), (2,)], Curious())
    for seed in range(5):
        give_gradients(parameters, seed)
        trainer.step(1)
    assert trainer.optimizer._index_update_count == {0: 5, 1: 5}
    assert trainer.optimizer.num_update == 5


def test_a_first_step_that_fails_leaves_no_states():
    parameters, trainer = small_and_large([(1,)], "dcasgd", learning_rate=1.0, lamda=0.5)
    trainer.optimizer.lr_scheduler = lambda t: -1.0
    give_gradients(parameters, 0)
    with pytest.raises(ValueError, match="lr_scheduler"):
        trainer.step(1)
    trainer.optimizer.lr_scheduler = None
    parameters[0].set_data(nd.full((1,), 10))
    g = parameters[0].grad().asscalar()
    trainer.step(1)
    assert parameters[0].data().asscalar() == np.float32(10) - np.float32(g)


def test_settings_that_are_read_when_a_table_is_made():
    parameters, trainer = small_and_large([(1,)], "sgd", learning_rate=1.0)
    give_gradients(parameters, 0)
    trainer.step(1)
    trainer.optimizer.begin_num_update = 100
    give_gradients(parameters, 1)
    trainer.step(1)
    assert trainer.optimizer._index_update_count == {0: 2}
    trainer.optimizer.param_dict = {}
    trainer.optimizer.set_lr_mult({0: 0.0})
    before = parameters[0].data().asscalar()
    give_gradients(parameters, 2)
    trainer.step(1)
    assert parameters[0].data().asscalar() == before


def test_replaced_arrays_are_let_go():
    parameters, trainer = small_and_large([(1000,)], "sgd")
    give_gradients(parameters, 0)
    trainer.step(1)
    old = weakref.ref(parameters[0].data())
    parameters[0].cast("float16")
    for _ in range(2):
        parameters[0].data()._fresh_grad = True
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            trainer.step(1)
    gc.collect()
    assert old() is None and trainer._table is None and trainer.optimizer._table is None


def test_states_of_another_dtype_are_not_loaded(tmp_path):
    parameters, trainer = small_and_large([(3,)], "sgd", momentum=0.5)
    give_gradients(parameters, 0)
    trainer.step(1)
    trainer.save_states(str(tmp_path / "x"))
    parameters[0].cast("float64")
    other = gluon.Trainer(parameters, "sgd", {"momentum": 0.5})
    with pytest.raises(TypeError, match="states of dtype float32 for parameter p0_weight of dtype float64"):
        other.load_states(str(tmp_path / "x"))
    assert other._updater.states == {}
