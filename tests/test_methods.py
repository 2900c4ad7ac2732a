"""Every update rule against witnesses that share no code with it: its twin, its equations, its symmetries; and each mutant killed."""

import inspect
import itertools

import numba
import numpy as np
import pytest

import mxedu
from mxedu import lab, nd
from mxedu.lab.mutants import MUTANTS, mutated, verdict
from mxedu.lab.subjects import SUBJECTS, drawing
from mxedu.optimizer import get_updater
from mxedu.optimizer.optimizer import Optimizer
from mxedu.optimizer.rule import NUMPY
from tests.equations import check_equations

BIG = 1000 if numba.config.DISABLE_JIT else 100_007

names = pytest.mark.parametrize("name", SUBJECTS)


# The naive twin, in float64 and float32.

TREATMENTS = {"plain": {}, "decay": {"wd": 0.1}, "all": {"wd": 0.3, "clip": 0.5, "rescale": 0.25}}
RATES = {"constant": 0.01, "falling": lambda t: 0.01 / t}
RENAMED = {"clip": "clip_gradient", "rescale": "rescale_grad"}
# Arguments beside the subject's defaults that make more of a rule visible: one run for each set.
FURTHER = {
    "signum": [{"wd_lh": 0.5}],
    "signsgd": [{"wd_lh": 0.5}],
    "dcasgd": [{"lamda": 1e-5}],  # the default diverges on gradients of 1000
    "rmsprop": [{"clip_weights": 1.0}],
    "centred_rmsprop": [{"clip_weights": 1.0, "gamma2": 0.8}],
    "adabelief": [{}, {"correct_bias": False}],
    "adamw": [{}, {"correct_bias": False}],
    "lbsgd": [
        {}, {"warmup_strategy": "sqrt"}, {"warmup_strategy": "power2", "warmup_epochs": 3, "updates_per_epoch": 12, "begin_epoch": 1},
    ],
    "lars": [{}, {"eta": 0.1, "eps": 0.1, "momentum_correction": False}],
    "lamb": [{}, {"lower_bound": 2.0, "upper_bound": 2.2}, {"bias_correction": False}],
    "lans": [{}, {"lower_bound": 2.0, "upper_bound": 2.2}],
}  # fmt: skip
WARMUPS = {"linear": lambda x: x, "power2": lambda x: x**2, "sqrt": np.sqrt}


def in_other_words(name, hyper):
    """Give what the twin is told in other words."""
    if name != "lbsgd":
        return {}
    shape = WARMUPS[hyper.get("warmup_strategy", "linear")]
    begun, end = hyper.get("begin_epoch", 0) * hyper["updates_per_epoch"], hyper["warmup_epochs"] * hyper["updates_per_epoch"]
    return {"warmup": lambda t: 1 + (hyper["batch_scale"] - 1) * shape(min((t + begun) / end, 1))}


def against_the_twin(subject, dtype="float64"):
    """Give, for each set of arguments, treatment, rate, parameter and step, the weight and that of the twin."""
    weights, gradients = lab.hard_case(matrices=subject.name == "groupadagrad")
    sets = FURTHER.get(subject.name, [{}])
    if dtype == "float64":
        weights[1][...] = gradients[0][0][...] = 0  # norms of 0: of a weight, and of a gradient
    else:
        sets = sets[:1]  # the rounding of 1 - beta2, 1.3e-5 of it in float32, would show beside weights of 0, and without corrections
    yield from beside_the_twin(subject, weights, gradients, dtype, sets, TREATMENTS, RATES)


def beside_the_twin(subject, weights, gradients, dtype, sets, treatments, rates):
    """Do so for these weights and gradients."""
    weights = [np.float64(w.astype(dtype)) for w in weights]
    gradients = [[g if g is None else np.float64(g.astype(dtype)) for g in step] for step in gradients]
    twin = getattr(lab.naive, subject.name)
    told = inspect.signature(twin).parameters
    for further, treatment, rate in itertools.product(sets, treatments.values(), rates.values()):
        hyper = {**subject.defaults, **further}
        treatment = {k: v for k, v in treatment.items() if k in told}
        given = {"lr_scheduler": rate} if callable(rate) else {"learning_rate": rate}
        draws = []
        rng = np.random.default_rng(1)
        with drawing(subject, lambda shape, dtype, rng=rng, draws=draws: draws.append(rng.standard_normal(shape)) or draws[-1]):
            path = lab.run(subject, weights, gradients, dtype, **given, **hyper, **{RENAMED.get(k, k): v for k, v in treatment.items()})
        owners = [i for step in gradients for i, g in enumerate(step) if g is not None]
        for i, w0 in enumerate(weights):
            if callable(rate) and i == 2:
                continue  # a schedule counts the steps of the optimizer, and this parameter skips some
            noise = {"noise": [x for x, owner in zip(draws, owners, strict=True) if owner == i]} if draws else {}
            more = {**{k: v for k, v in hyper.items() if k in told}, **in_other_words(subject.name, hyper), **noise}
            expected = twin(w0, [step[i] for step in gradients], lr=rate, **more, **treatment)
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
    check_twin_in_float32(against_the_twin(lab.subject(name), "float32"))


def check_twin_in_float32(pairs):
    for w0, got, expected in pairs:
        steps = np.diff([w0, *expected], axis=0)
        travelled = np.abs(w0) + np.cumsum(np.abs(steps), axis=0)
        assert np.all(np.abs(np.array(got) - expected) <= 50 * np.finfo(np.float32).eps * travelled)


@names
def test_the_weight_that_is_never_updated_keeps_its_bits(name):
    weights, gradients = lab.hard_case(matrices=name == "groupadagrad")
    assert np.array_equal(lab.run(lab.subject(name), weights, gradients)[-1][3], weights[3])


# The kernel is its rule, bit for bit.

M, V = 1 / (1 - 0.9**3), 1 / (1 - 0.999**3)  # bias corrections of the third step
MU = [0.9 * (1 - 0.5 * 0.96 ** (0.004 * t)) for t in (3, 4)]
NUMBERS = {  # of each rule at the third step, learning rate 0.1, wd 0.01, default arguments otherwise
    "sgd": (0.1,),
    "momentum": (0.1, 0.9),
    "nag": (0.1, 0.9),
    "signum": (0.1, 0.9, 1.0, 1),
    "signsgd": (0.1, 1 - 0.1 * 0.01),
    "sgld": (0.05, np.sqrt(0.1)),
    "dcasgd": (0.1, 0.01, 0.9, 0.04),
    "ftml": ((1 - 0.6**3) / 0.1, 0.6, 0.999, V, 1e-8, 1),
    "ftrl": (0.1, 0.01, 0.01, 1.0, 0),
    "adagrad": (0.1, 0.01, 1e-7),
    "groupadagrad": (0.1, 1e-5),
    "rmsprop": (0.1, 0.9, 1e-8, np.inf, 1),
    "centred_rmsprop": (0.1, 0.9, 0.9, 1e-8, np.inf, 0, 1),
    "adadelta": (0.1, 0.01, 0.9, 1e-5, 1),
    "adam": (0.1 * M / np.sqrt(V), 0.9, 0.999, 1e-8, 1),
    "adamax": (0.1 * M, 0.9, 0.999, 2.0**-126, 1),
    "nadam": (0.1, 0.9, 0.999, (1 - MU[0]) / (1 - MU[0]), MU[1] / (1 - MU[0] * MU[1]), V, 1e-8, 1),  # the product begins at this step
    "adabelief": (0.1, 0.9, 0.999, M, V, 1e-6, 1),
    "adamw": (0.1, 0.01, 0.9, 0.999, M, V, 1e-6, 1),
    "lbsgd": (0.1 * (1 + 2 * 3 / 20), 0.9),
    "lamb": (0.01, 0.9, 0.999, M, V, 1e-6, 1),
    "lans": (0.01, 0.9, 0.999, M, V, 1e-6, 1),
}


@names
@pytest.mark.parametrize("n", [1, 1000, BIG])
def test_the_float32_kernel_has_the_bits_of_the_rule_on_numpy(name, n, monkeypatch):
    subject, sweeps = lab.subject(name), []
    original = Optimizer.sweep

    def sweep(prologue, rule, w, g, states, treatment, scalars, rows=False):
        before = [np.array(x) for x in (w, g, *states)]
        original(prologue, rule, w, g, states, treatment, scalars, rows)
        sweeps.append((prologue, rule, before, [np.array(x) for x in (w, *states)], treatment, scalars, rows))

    monkeypatch.setattr(Optimizer, "sweep", staticmethod(sweep))
    rng = np.random.default_rng(n)
    shape = (1, n) if name == "groupadagrad" else (n,)
    opt = subject.make(
        learning_rate=0.1, clip_gradient=1.5, rescale_grad=0.25, begin_num_update=2, **({} if name == "groupadagrad" else {"wd": 0.01})
    )
    w, g = rng.standard_normal((2, *shape)).astype(np.float32)
    state = opt.create_state(0, nd.array(w))
    state = () if state is None else (state,) if isinstance(state, nd.NDArray) else state
    *arrays, kept = state if opt.kept else (*state, {})
    for states_name, x in zip(opt.states, arrays, strict=True):
        x[:] = rng.standard_normal(x.shape)
        if states_name in "vnsud":
            x[:] = x.abs()  # sums of squares, and their roots
    if n > 1:
        for x in (w, g, *(x._data for x in arrays)):
            x.reshape(-1)[rng.integers(0, x.size, 20)] = rng.choice([np.nan, np.inf, -np.inf, 0.0, -0.0], 20)
    if name == "lbsgd":
        kept["updates"] = 2
    with np.errstate(all="ignore"):
        opt.update(0, nd.array(w), nd.array(g), state if len(state) != 1 or opt.kept else state[0])
        check_bits(sweeps)
    if name != "lars":  # its rate depends on the norms
        assert sweeps[0][5] == tuple(map(np.float32, NUMBERS[name]))
    assert sweeps[0][1] is subject.rule and sweeps[0][4][1:] == (np.float32(1.5), np.float32(opt.wd))


def check_bits(sweeps):
    """Compare what kernels did with the same rules on NumPy float32, bit by bit where the result is a number."""
    assert sweeps
    for prologue, rule, (w, g, *states), after, treatment, scalars, rows in sweeps:
        treated = prologue.over(**NUMPY)(w, g, *treatment)
        if rows:
            states = *states, np.mean(np.float64(treated) ** 2, axis=1, keepdims=True).astype(np.float32)
        expected = rule.over(**NUMPY)(w, treated, *states, *scalars)
        for got, want in zip(after, expected if rule.states else (expected,), strict=not rows):
            assert want.dtype == got.dtype == np.float32
            want = want.reshape(got.shape)
            assert np.array_equal(np.isnan(got), np.isnan(want))
            sane = ~np.isnan(want)
            assert np.array_equal(got[sane].view("i4"), want[sane].view("i4"))


@names
def test_the_twin_above_the_size_from_which_threads_are_used(name):
    """Each state is seen in the weights of the steps after the one that wrote it."""
    rng = np.random.default_rng(0)
    weights, gradients = [rng.uniform(1, 2, above(name))], [[rng.standard_normal(above(name))] for _ in range(4)]
    check_twin_in_float32(beside_the_twin(lab.subject(name), weights, gradients, "float32", [{}], {"plain": {}}, {"constant": 0.01}))


def above(name):
    """Give the shape of a weight for which threads are used, if it is compiled."""
    rows = 2 if numba.config.DISABLE_JIT else 401
    return (rows, 500) if name == "groupadagrad" else (rows * 500,)


@names
def test_one_thread_and_several_give_the_same_bits(name):
    """States too."""
    rng, found = np.random.default_rng(0), []
    w, g = rng.standard_normal((2, *above(name))).astype(np.float32)
    for n in (1, numba.config.NUMBA_NUM_THREADS):
        mxedu.set_num_threads(n)
        opt, weight = lab.subject(name).make(), nd.array(w)
        mxedu.random.seed(0)
        update = get_updater(opt)
        for _ in range(3):
            update(0, nd.array(g), weight)
        state = update.states[0]
        parts = state if isinstance(state, tuple) else () if state is None else (state,)
        found.append([weight.asnumpy(), *(x.asnumpy() for x in parts if isinstance(x, nd.NDArray))])
    for one, several in zip(*found, strict=True):
        assert np.array_equal(one, several)
    assert not np.array_equal(found[0][0], w)


@names
def test_the_whole_step_on_symbols_is_the_equation(name):
    check_equations(lab.subject(name))


# Symmetries and mutants.


def check_symmetries(subject):
    """Compare the symmetries measured with the table's row."""
    row = lab.symmetry.row(subject, **{"learning_rate": 0.01, **lab.symmetry.EXACT.get(subject.name, {})})
    assert {name for name, holds in row.items() if holds} == lab.symmetry.TABLE[subject.name]


@names
def test_symmetries(name):
    check_symmetries(lab.subject(name))


@names
def test_a_copy_without_a_mutant_passes(name):
    check_twin(mutated(name, []))


@pytest.mark.parametrize(("name", "mutant"), [(name, mutant) for name in MUTANTS for mutant in MUTANTS[name]])
def test_every_mutant_is_killed(name, mutant):
    assert verdict(check_twin, mutated(name, MUTANTS[name][mutant])) == "kills"
