"""Every optimizer against witnesses that share no code with it: twins, MXNet's trajectories, symmetries; and each mutant killed."""

import json
import pathlib

import numba
import numpy as np
import pytest
import sympy

from mxedu import gluon, lab, lr_scheduler, nd, optimizer
from mxedu.lab.mutants import MUTANTS, mutated, verdict
from mxedu.lab.subjects import SUBJECTS
from mxedu.optimizer.rule import NUMPY
from tests.helpers import unchanged

DATA = pathlib.Path(__file__).parent / "data"
GOLDEN = json.loads((DATA / "mxnet-1.9.1.json").read_text())
ARRAYS = np.load(DATA / "mxnet-1.9.1.npz")
BIG = 1000 if numba.config.DISABLE_JIT else 100_007

names = pytest.mark.parametrize("name", SUBJECTS)


# The naive twin, in float64 and float32.

TREATMENTS = {"plain": {}, "decay": {"wd": 0.1}, "all": {"wd": 0.3, "clip": 0.5, "rescale": 0.25}}
RATES = {"constant": 0.01, "falling": lambda t: 0.01 / t}
RENAMED = {"clip": "clip_gradient", "rescale": "rescale_grad"}


def against_the_twin(subject, dtype="float64"):
    """Give, for each treatment, rate, parameter and step, the weight and that of the twin."""
    weights, gradients = lab.hard_case()
    weights = [np.float64(w.astype(dtype)) for w in weights]
    gradients = [[g if g is None else np.float64(g.astype(dtype)) for g in step] for step in gradients]
    twin = getattr(lab.naive, subject.name)
    for treatment in TREATMENTS.values():
        for rate in RATES.values():
            given = {"lr_scheduler": rate} if callable(rate) else {"learning_rate": rate}
            path = lab.run(subject, weights, gradients, dtype, **given, **{RENAMED.get(k, k): v for k, v in treatment.items()})
            for i, w0 in enumerate(weights):
                if callable(rate) and i == 2:
                    continue  # a schedule counts the steps of the optimizer, and this parameter skips some
                expected = twin(w0, [step[i] for step in gradients], lr=rate, **treatment)
                yield w0, [step[i] for step in path], expected


def check_twin(subject):
    """Compare with the twin in float64."""
    for _, got, expected in against_the_twin(subject):
        np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-12)


@names
def test_twin_in_float64(name):
    check_twin(lab.subject(name))


@names
def test_twin_in_float32(name):
    for w0, got, expected in against_the_twin(lab.subject(name), "float32"):
        steps = np.diff([w0, *expected], axis=0)
        travelled = np.abs(w0) + np.cumsum(np.abs(steps), axis=0)
        assert np.all(np.abs(np.array(got) - expected) <= 50 * np.finfo(np.float32).eps * travelled)


@names
def test_the_weight_that_is_never_updated_keeps_its_bits(name):
    weights, gradients = lab.hard_case()
    assert np.array_equal(lab.run(lab.subject(name), weights, gradients)[-1][3], weights[3])


# The kernel is its rule, bit for bit.

HYPER = {
    "sgd": ({"learning_rate": 0.1}, (0.1,)),
    "momentum": ({"learning_rate": 0.1, "momentum": 0.9}, (0.1, 0.9)),
    "adam": ({"learning_rate": 0.1}, (0.1 * np.sqrt(1 - 0.999**3) / (1 - 0.9**3), 0.9, 0.999, 1e-8, 1)),
}


@names
@pytest.mark.parametrize("n", [1, 1000, BIG])
def test_the_float32_kernel_has_the_bits_of_the_rule_on_numpy(name, n):
    hyper, scalars = HYPER[name]
    subject = lab.subject(name)
    rng = np.random.default_rng(n)
    w, g, *states = rng.standard_normal((2 + len(subject.rule.states), n)).astype(np.float32)
    if n > 1:
        for x in (w, g, *states):
            x[rng.integers(0, n, 20)] = rng.choice([np.nan, np.inf, -np.inf, 0.0, -0.0], 20)
    if name == "adam":
        states[1] = np.abs(states[1])
    opt = subject.make(**hyper, wd=0.01, clip_gradient=1.5, rescale_grad=0.25, begin_num_update=2)
    arrays = nd.array(w), nd.array(g), tuple(map(nd.array, states))
    with np.errstate(all="ignore"):
        opt.update(0, *arrays)
        treated = subject.prologue.over(**NUMPY)(w, g, np.float32(0.25), np.float32(1.5), np.float32(0.01))
        expected = subject.rule.over(**NUMPY)(w, treated, *states, *map(np.float32, scalars))
    expected = expected if subject.rule.states else (expected,)
    for got, want in zip((arrays[0], *arrays[2]), expected, strict=True):
        assert want.dtype == np.float32
        assert np.array_equal(np.isnan(got.asnumpy()), np.isnan(want))
        sane = ~np.isnan(want)
        assert np.array_equal(got.asnumpy()[sane].view("i4"), want[sane].view("i4"))


# The whole step on symbols is the boxed equation of the module.


def whole_step(subject, numbers):
    """Run prologue and rule on symbols; give the results with the symbols by name."""
    symbols = {s: sympy.Symbol(s, real=True) for s in ("w", "g", *subject.rule.states)}
    r, wd = sympy.symbols("r lambda", positive=True)
    treated = lab.on_symbols(subject.prologue)(symbols["w"], symbols["g"], r, sympy.oo, wd)
    gradient = r * symbols["g"] + wd * symbols["w"]
    results = lab.on_symbols(subject.rule)(symbols["w"], treated, *list(symbols.values())[2:], *numbers)
    return results, gradient, symbols


def check_equations(subject):
    """Compare the whole step, on symbols, with the equations of the module's docstring."""
    eta, mu, beta1, beta2, epsilon = sympy.symbols("eta mu beta1 beta2 epsilon", positive=True)
    t = sympy.Symbol("t", positive=True, integer=True)
    if subject.name == "sgd":
        w1, G, s = whole_step(subject, lab.on_symbols(subject.scalars)(t, eta))
        equations = [w1 - (s["w"] - eta * G)]
    elif subject.name == "momentum":
        (w1, mom1), G, s = whole_step(subject, lab.on_symbols(subject.scalars)(t, eta, mu))
        mom = mu * s["mom"] - eta * G
        equations = [mom1 - mom, w1 - (s["w"] + mom)]
    else:
        (w1, m1, v1), G, s = whole_step(subject, lab.on_symbols(subject.scalars)(t, eta, beta1, beta2, epsilon))
        m, v = beta1 * s["m"] + (1 - beta1) * G, beta2 * s["v"] + (1 - beta2) * G**2
        rate = eta * sympy.sqrt(1 - beta2**t) / (1 - beta1**t)
        equations = [m1 - m, v1 - v, w1 - (s["w"] - rate * m / (sympy.sqrt(v) + epsilon))]
    for difference in equations:
        assert sympy.simplify(difference) == 0


@names
def test_the_whole_step_on_symbols_is_the_equation(name):
    check_equations(lab.subject(name))


# MXNet 1.9.1's trajectories.


@pytest.mark.parametrize("case", GOLDEN["cases"], ids=lambda case: case["id"])
def test_trajectory_of_mxnet(case):
    extra, kwargs = case["extra"], dict(case["kwargs"])
    if extra.get("sched"):
        kwargs["lr_scheduler"] = getattr(lr_scheduler, extra["sched"]["name"])(**extra["sched"]["kwargs"])
    if extra.get("idx2name"):
        kwargs["param_idx2name"] = {int(k): v for k, v in extra["idx2name"].items()}
    opt = optimizer.create(case["optimizer"], **kwargs)
    for key, set_mult in (("lr_mult", opt.set_lr_mult), ("wd_mult", opt.set_wd_mult)):
        if extra.get(key):
            set_mult({int(k): v for k, v in extra[key].items()})
    dtype, atol = ("float16", 5e-3) if extra.get("fp16") else ("float32", 2e-5)
    weights = [nd.array(ARRAYS[f"init/p{p}"], dtype=dtype) for p in case["params"]]
    update = optimizer.get_updater(opt)
    for t in range(20):
        update(case["params"], [nd.array(ARRAYS[f"grad/p{p}"][t], dtype=dtype) for p in case["params"]], weights)
        for p, w in zip(case["params"], weights, strict=True):
            np.testing.assert_allclose(w.asnumpy().astype(float), ARRAYS[f"{case['id']}/p{p}"][t], rtol=2e-5, atol=atol)
    assert opt.learning_rate == pytest.approx(case["learning_rate_after"])
    assert opt.num_update == case["final_num_update"]


# Symmetries and mutants.


def check_symmetries(subject):
    """Compare the symmetries measured with the table's row."""
    row = lab.symmetry.row(subject, learning_rate=0.01, **({"epsilon": 0} if subject.name == "adam" else {}))
    assert {name for name, holds in row.items() if holds} == lab.symmetry.TABLE[subject.name]


@names
def test_symmetries(name):
    check_symmetries(lab.subject(name))


@pytest.mark.parametrize(("name", "mutant"), [(name, mutant) for name in MUTANTS for mutant in MUTANTS[name]])
def test_every_mutant_is_killed(name, mutant):
    assert verdict(check_twin, mutated(name, MUTANTS[name][mutant])) == "kills"


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
        ((nd.ones(1000),), r"must be 1 arrays of the weight's shape \(2,\), .* but has \[\(1000,\)\]"),
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
    ],
)
def test_the_likeliest_mistakes_in_an_optimizer_of_ones_own(members, words):
    mine = type("Mine", (optimizer.Optimizer,), members)
    with pytest.raises((TypeError, ValueError), match=words):
        optimizer.get_updater(mine())(0, nd.ones(1), nd.ones(1))


# One optimizer = one module = one chapter = one twin = one row of the table.

ROOT = pathlib.Path(__file__).parent.parent
RULES_BESIDE_A_MODULE = {"momentum": "sgd"}  # the second rule of a module: a subject with a twin and a row, and no module of its own


def test_the_sets_are_equal():
    shared = {"__init__", "optimizer", "prologue", "registry", "rule", "states", "text", "updater"}
    modules = {p.stem for p in (ROOT / "mxedu" / "optimizer").glob("*.py")} - shared
    chapters = {p.stem for p in (ROOT / "book" / "optimizers").glob("*.ipynb")}
    subjects = set(SUBJECTS) - set(RULES_BESIDE_A_MODULE)
    assert modules == chapters == subjects
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
        assert any(f"book/optimizers/{path.stem}.ipynb" in line for line in lines)

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
