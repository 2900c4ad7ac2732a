"""What the base of all optimizers promises, each of them keeps; and one optimizer has one module, chapter, twin and row."""

import pathlib

import numpy as np
import pytest

from mxedu import gluon, lab, nd, optimizer
from mxedu.lab.mutants import MUTANTS
from mxedu.lab.subjects import SUBJECTS
from tests.helpers import unchanged

# What the base class promises.


def test_counts_advance_together_before_the_rate_is_read():
    asked = []
    update = optimizer.get_updater(optimizer.SGD(lr_scheduler=lambda t: asked.append(t) or 0.1))
    update([0, 1], [nd.ones(1), nd.ones(1)], [nd.ones(1), nd.ones(1)])
    update([0, 1], [nd.ones(1), nd.ones(1)], [nd.ones(1), nd.ones(1)])
    assert asked == [1, 2]


def test_arrays_of_any_layout():
    rng = np.random.default_rng(0)
    base, g = rng.standard_normal((6, 8)).astype("f4"), rng.standard_normal((8, 6)).astype("f4")
    turned, plain = nd.NDArray(base.copy().T), nd.array(base.T.copy())
    for w in (turned, plain):
        optimizer.get_updater(optimizer.SGD(learning_rate=0.1, momentum=0.9))(0, nd.array(g), w)
    assert not turned._data.flags.c_contiguous
    assert np.array_equal(turned.asnumpy(), plain.asnumpy())
    assert not np.array_equal(turned.asnumpy(), base.T)


def test_parameters_gradients_and_states_begin_at_a_cache_line():
    parameter = gluon.Parameter("x_weight", shape=(1000, 7))
    parameter.initialize()
    states = optimizer.Adam().create_state(0, parameter.data())
    for array in (parameter.data(), parameter.grad(), *states):
        assert array._data.ctypes.data % 64 == 0


@pytest.mark.parametrize("shape", [(), (0,), (3, 0)])
def test_scalar_and_empty_weights(shape):
    w = nd.ones(shape)
    optimizer.get_updater(optimizer.Adam(learning_rate=0.5))(0, nd.ones(shape), w)
    np.testing.assert_allclose(w.asnumpy(), np.full(shape, 0.5), rtol=1e-5)


def test_nan_passes_and_spoils_nothing_else():
    w = nd.ones(3)
    optimizer.get_updater(optimizer.Adam(learning_rate=0.5, clip_gradient=1.0))(0, nd.array([1, np.nan, 0]), w)
    assert np.array_equal(np.isnan(w.asnumpy()), [False, True, False])
    assert w.asnumpy()[2] == 1.0


def test_float16_without_master_weights_warns():
    update = optimizer.get_updater(optimizer.SGD())
    with pytest.warns(UserWarning, match="multi_precision"):
        update(0, nd.ones(2, dtype="float16"), nd.ones(2, dtype="float16"))


def test_an_optimizer_of_ones_own():
    @optimizer.rule("m")
    def signum(w, g, m, lr, beta, one):
        m = beta * m + (one - beta) * g
        w = w - lr * sign(m)  # noqa: F821 (rules have this name)
        return w, m

    class Lion0(optimizer.Optimizer):
        rule = signum

        def __init__(self, beta=0.9, **kwargs):
            super().__init__(**kwargs)
            self.beta = beta

        def scalars(self, t, lr, wd):
            return lr, self.beta, 1

    optimizer.register(Lion0)
    w = nd.array([1.0, 1.0, 1.0])
    optimizer.get_updater(optimizer.create("lion0", learning_rate=0.25))(0, nd.array([3.0, 0.0, -0.1]), w)
    assert w.asnumpy().tolist() == [0.75, 1.0, 1.25]
    with pytest.warns(UserWarning, match="lion0"):
        optimizer.register(Lion0)


# Misuse of an optimizer itself: refused before anything has changed.


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ((nd.ones(1000),), r"must be 1 arrays \(mom\) of shape \(2,\) and dtype float32, .* but has \['\(1000,\) float32'\]"),
        ((), r"must be 1 arrays .* but has \[\]"),
        (None, r"must be 1 arrays .* but has \[\]"),
    ],
)
def test_a_state_that_does_not_fit(state, words):
    opt, w = optimizer.SGD(momentum=0.9), nd.ones(2)
    with unchanged(opt, w), pytest.raises(ValueError, match=words):
        opt.update(0, w, nd.ones(2), state)


def test_an_index_cannot_change_its_shape():
    update = optimizer.get_updater(optimizer.SGD(momentum=0.9))
    update(0, nd.ones(2), nd.ones(2))
    with unchanged(update), pytest.raises(ValueError, match="does the index stand for another weight too"):
        update(0, nd.ones(1000), nd.ones(1000))
    with unchanged(update), pytest.raises(ValueError, match="an index occurs twice"):
        update([1, 1], [nd.ones(2), nd.ones(2)], [nd.ones(2), nd.ones(2)])


def test_plain_sgd_needs_no_state():
    w = nd.ones(1)
    optimizer.SGD(learning_rate=0.5).update(0, w, nd.ones(1), None)
    assert w.asscalar() == 0.5


def test_a_read_only_weight_changes_nothing_else():
    w = nd.ones(2, dtype="float16")
    update = optimizer.get_updater(optimizer.Adam(multi_precision=True))
    update(0, nd.ones(2, dtype="float16"), w)
    w._data.flags.writeable = False
    with unchanged(update), pytest.raises(ValueError, match="read-only"):
        update(0, nd.ones(2, dtype="float16"), w)


def test_a_read_only_gradient_is_read():
    w, g = nd.ones(2), nd.ones(2)
    g._data.flags.writeable = False
    optimizer.get_updater(optimizer.SGD(learning_rate=0.5))(0, g, w)
    assert w.asnumpy().tolist() == [0.5, 0.5]


def test_long_doubles_are_refused_and_not_rounded():
    w = nd.NDArray(np.ones(2, np.longdouble))
    with pytest.raises(TypeError, match="only float16, float32 and float64"):
        optimizer.get_updater(optimizer.SGD())(0, w, w.copy())


def test_numpy_hyper_parameters_do_not_make_the_scalars_float32():
    opt = optimizer.Adam(learning_rate=np.float32(0.5), beta2=np.float32(0.5))
    assert all(type(x) in (int, float, np.float64) for x in opt.scalars(3, opt.learning_rate, 0.0))


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({}, "rule must be a Rule, got None"),
        ({"rule": lambda w, g, lr: w}, r"decorate the function with @rule"),
        ({"rule": optimizer.sgd.sgd, "scalars": lambda self, t, lr, wd: lr}, r"scalars must give a tuple, got 0.01; for one .*\(x,\)"),
        ({"rule": optimizer.sgd.sgd, "scalars": lambda self, t, lr, wd: (lr, wd)}, "scalars gave 2 numbers for <rule sgd"),
        ({"rule": optimizer.sgd.sgd}, r"Mine must define scalars\(t, lr, wd\)"),
    ],
)
def test_the_likeliest_mistakes_in_an_optimizer_of_ones_own(members, words):
    mine = type("Mine", (optimizer.Optimizer,), members)
    with pytest.raises((TypeError, ValueError, NotImplementedError), match=words):
        optimizer.get_updater(mine())(0, nd.ones(1), nd.ones(1))


# One optimizer = one module = one chapter = one twin = one row of the table.

ROOT = pathlib.Path(__file__).parent.parent
# The second rule of a module: a subject with a twin and a row, and no module of its own.
RULES_BESIDE_A_MODULE = {"momentum": "sgd", "signsgd": "signum", "centred_rmsprop": "rmsprop"}
# Modules whose chapters are still to be written. This set only shrinks.
AWAITED = {
    "adabelief", "adadelta", "adagrad", "adamax", "adamw", "dcasgd", "ftml", "ftrl", "groupadagrad", "lamb", "lans", "lars", "lbsgd",
    "nadam", "rmsprop", "sgld",
}  # fmt: skip


def test_the_sets_are_equal():
    shared = {
        "__init__", "kernel", "layerwise", "operators", "optimizer", "prologue", "registry", "rule", "states", "step", "table",
        "test", "text", "updater",
    }  # fmt: skip
    modules = {p.stem for p in (ROOT / "mxedu" / "optimizer").glob("*.py")} - shared
    chapters = {p.stem for p in (ROOT / "book" / "optimizers").glob("*.ipynb")}
    subjects = set(SUBJECTS) - set(RULES_BESIDE_A_MODULE)
    assert modules == (chapters - set(RULES_BESIDE_A_MODULE)) | AWAITED == subjects
    assert not chapters & AWAITED
    assert modules <= set(optimizer.registry._registry)
    assert set(SUBJECTS) == set(lab.symmetry.TABLE) == set(MUTANTS)
    for name in SUBJECTS:
        assert callable(getattr(lab.naive, name))
        assert SUBJECTS[name][0] == RULES_BESIDE_A_MODULE.get(name, name)


@pytest.mark.parametrize("path", sorted((ROOT / "mxedu" / "optimizer").glob("*.py")), ids=lambda p: p.name)
def test_a_module_names_its_chapter_and_fits_its_house(path):
    lines = path.read_text().splitlines()
    assert len(lines) <= 310
    if path.stem in SUBJECTS:
        assert 40 <= len(lines) <= 125
        chapter = "still to be written" if path.stem in AWAITED else f"book/optimizers/{path.stem}.ipynb"
        assert any(f"Chapter: {chapter}." in line for line in lines)

def test_momentum_may_be_set_in_mid_run():
    """A buffer once made is kept, so that the step stays (2) and (3), for a momentum of 0 too."""
    sgd = optimizer.SGD(learning_rate=0.5, momentum=0.5)
    update, w, g = optimizer.get_updater(sgd), nd.array([0.0]), nd.array([1.0])
    update(0, g, w)  # mom = -0.5
    sgd.momentum = 0.0
    update(0, g, w)  # mom = -0.5
    sgd.momentum = 0.5
    update(0, g, w)  # mom = -0.75
    assert w.asnumpy().tolist() == [-1.75]
