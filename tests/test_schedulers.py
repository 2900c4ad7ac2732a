"""Schedules against MXNet's and torch's, against naive loops, and what a learning rate passed beside one does."""

import ast
import inspect
import json
import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import pyplot as plt

from mxedu import autograd, gluon, lab, lr_scheduler, nd, optimizer
from mxedu.lr_scheduler import (
    ChainedScheduler,
    CosineRestartScheduler,
    CyclicalScheduler,
    LRScheduler,
    OneCycleScheduler,
    PlateauScheduler,
    TriangularScheduler,
    WarmupStableDecayScheduler,
)
from tests.helpers import ARRAYS, DATA, golden, unchanged

Cosine, Factor, MultiFactor, Poly = (
    lr_scheduler.CosineScheduler, lr_scheduler.FactorScheduler, lr_scheduler.MultiFactorScheduler, lr_scheduler.PolyScheduler,
)  # fmt: skip


def rates(schedule, updates):
    """The rates of the updates 0, 1, ..., updates."""
    return [schedule(t) for t in range(updates + 1)]


def close(got, expected):
    """Assert that rates differ by rounding at most."""
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-13)


# What MXNet has.


@pytest.mark.parametrize("case", **golden("schedulers"))
@pytest.mark.parametrize("order", [1, -1], ids=["forwards", "backwards"])
def test_golden_schedules_in_any_order(case, order):
    schedule = getattr(lr_scheduler, case["class"])(**case["kwargs"])
    times = range(201)[::order]
    with unchanged(schedule):
        got = [schedule(t) for t in times]
    np.testing.assert_allclose(got, ARRAYS[f"sched/{case['id']}"][::order], rtol=1e-12, atol=1e-12)


WARMUP = "warmup_steps=0, warmup_begin_lr=0, warmup_mode='linear'"


@pytest.mark.parametrize(
    "cls, signature",
    [
        (LRScheduler, f"(base_lr=0.01, {WARMUP})"),
        (Factor, f"(step, factor=1, stop_factor_lr=1e-08, base_lr=0.01, {WARMUP})"),
        (MultiFactor, f"(step, factor=1, base_lr=0.01, {WARMUP})"),
        (Poly, f"(max_update, base_lr=0.01, pwr=2, final_lr=0, {WARMUP})"),
        (Cosine, f"(max_update, base_lr=0.01, final_lr=0, {WARMUP})"),
    ],
)
def test_arguments_are_mxnets(cls, signature):
    """As inspect.signature gives them in MXNet 1.9.1."""
    assert str(inspect.signature(cls)) == signature


@pytest.mark.parametrize("name", lr_scheduler.__all__)
def test_defaults_are_documented(name):
    """Each default is in the docstring of the class, or else in that of a class above it."""
    classes = [cls for cls in getattr(lr_scheduler, name).__mro__ if issubclass(cls, LRScheduler)]
    for parameter in inspect.signature(classes[0]).parameters.values():
        if parameter.default is not inspect.Parameter.empty:
            said = [re.search(rf"^{parameter.name} : .*, default (\S+)$", inspect.getdoc(cls), re.MULTILINE) for cls in classes]
            assert parameter.default == ast.literal_eval(next(filter(None, said))[1])


class TestWarmup:
    def test_the_rates_are_mxnets(self):
        """MXNet 1.9.1 gives 0.1, 0.2, 0.4 for the linear one."""
        close([LRScheduler(0.5, 4, 0.1).get_warmup_lr(t) for t in (0, 1, 3)], [0.1, 0.2, 0.4])
        close([LRScheduler(0.5, 4, 0.1, "constant").get_warmup_lr(t) for t in (0, 3)], [0.1, 0.1])

    def test_it_leads_to_the_present_base_lr(self):
        schedule = LRScheduler(0.5, 4, 0.1)
        assert schedule.warmup_final_lr == 0.5
        schedule.base_lr = 0.9
        assert schedule.warmup_final_lr == 0.9
        assert schedule.get_warmup_lr(2) == 0.5

    @pytest.mark.parametrize("t", [4, 5])
    def test_there_is_none_after_its_end(self, t):
        with pytest.raises(ValueError, match=f"num_update must be less than warmup_steps, which is 4, got {t}"):
            LRScheduler(0.5, 4, 0.1).get_warmup_lr(t)

    def test_a_class_written_for_mxnet_asks_for_it(self):
        class Half(LRScheduler):
            def __call__(self, t):
                return self.get_warmup_lr(t) if t < self.warmup_steps else self.warmup_final_lr / 2

        assert rates(Half(1.0, 2), 3) == [0, 0.5, 0.5, 0.5]
        assert optimizer.SGD(learning_rate=4.0, lr_scheduler=Half(1.0, 0)).learning_rate == 2.0

    def test_a_class_that_gives_no_rates_says_so(self):
        class Idle(LRScheduler):
            pass

        with pytest.raises(NotImplementedError, match=r"Idle must define after_warmup\(num_update\), or __call__"):
            Idle()(1)


# What torch has, where its equations are the same: its epoch is our update.

TORCH = json.loads((DATA / "torch-schedulers.json").read_text())
AS_TORCH = {
    "linearlr-03": Factor(1, base_lr=0.1, warmup_steps=50, warmup_begin_lr=0.02),
    "cosineannealingwarmrestarts-07": CosineRestartScheduler(20, cycle_mult=2, base_lr=0.1, final_lr=0.001),
    "cycliclr-08": CyclicalScheduler(40, max_lr=0.1, base_lr=0.01),
    "cycliclr-09": CyclicalScheduler(40, max_lr=0.1, base_lr=0.01, inc_fraction=15 / 40, cycle_factor=0.5),
    "cycliclr-10": CyclicalScheduler(40, max_lr=0.1, base_lr=0.01, update_factor=0.99),
    # torch's three phases end at 0.2 * 201 - 1, 2 * 0.2 * 201 - 2 and 200.
    "onecyclelr-12": OneCycleScheduler(200, cycle_length=78.4, max_lr=0.5, base_lr=0.5 / 25, final_lr=0.5 / 25 / 1e4),
    # After epoch 170 torch's cosine rises again.
    "sequentiallr-16": ChainedScheduler([Poly(20, base_lr=0.01, pwr=1, final_lr=0.1), Cosine(150, base_lr=0.1)], [20]),
}


@pytest.mark.parametrize("name", AS_TORCH)
def test_rates_are_torchs(name):
    updates = 170 if name == "sequentiallr-16" else 200
    close(rates(AS_TORCH[name], updates), np.load(DATA / "torch-schedulers.npz")[name][: updates + 1])


def test_plateaus_are_torchs():
    schedule, seen = PlateauScheduler(0.5, patience=5, cooldown=3, stop_factor_lr=0.001, base_lr=0.1), []
    for t in range(201):
        seen.append(schedule(t))
        schedule.update(1 / (1 + min(t, 30)) if t < 60 else 0.5 if t < 120 else 0.01)
    close(seen, np.load(DATA / "torch-schedulers.npz")["reducelronplateau-13"])


def test_all_of_torchs_rates_are_compared():
    assert {case["id"] for case in TORCH["cases"]} == {*AS_TORCH, "reducelronplateau-13"}


# Formulas written a second time, as knots and loops.

shared = settings(deadline=None, max_examples=50)
length, rate, factor = st.integers(1, 12), st.floats(0, 1), st.floats(0.1, 1)


@shared
@given(length=st.floats(0.5, 30), part=st.floats(0.05, 0.95), base=rate, rise=rate)
def test_a_triangle_has_three_knots(length, part, base, rise):
    schedule = TriangularScheduler(length, base + rise, base, part)
    close(rates(schedule, 40), np.interp(range(41), [0, part * length, length], [base, base + rise, base]))


@shared
@given(up=length, down=length, base=rate, rise=rate, by_cycle=factor, by_update=factor)
def test_cycles_are_walks_up_and_down(up, down, base, rise, by_cycle, by_update):
    walk, highest = [], rise
    while len(walk) <= 40:
        for part in [i / up for i in range(up)] + [i / down for i in range(down, 0, -1)]:
            walk.append(base + part * highest)
            highest *= by_update
        highest *= by_cycle
    close(rates(CyclicalScheduler(up + down, base + rise, base, up / (up + down), by_cycle, by_update), 40), walk[:41])


@shared
@given(cycle=st.floats(0.5, 30), rest=length, base=rate, rise=rate, final=rate)
def test_one_cycle_has_four_knots(cycle, rest, base, rise, final):
    end = math.ceil(cycle) + rest
    knots = np.interp(range(end + 10), [0, cycle / 2, cycle, end], [base, base + rise, base, final])
    close(rates(OneCycleScheduler(end, cycle, base + rise, base, final), end + 9), knots)


@shared
@given(warmup=length, stable=st.integers(0, 12), decay=length, begin=rate, rise=rate, final=rate)
def test_warmup_stable_decay_has_four_knots(warmup, stable, decay, begin, rise, final):
    times, base = np.cumsum([0, warmup, stable, decay]), begin + rise
    schedule = WarmupStableDecayScheduler(int(times[-1]), decay, base, final, warmup, begin)
    close(rates(schedule, times[-1] + 9), np.interp(range(times[-1] + 10), times, [begin, base, base, final]))


@shared
@given(first=length, mult=st.integers(1, 3), base=rate, final=rate, warmup=st.integers(0, 5))
def test_restarts_are_counted(first, mult, base, final, warmup):
    expected, since, present = [base * t / warmup for t in range(warmup)], 0, first
    while len(expected) <= 60:
        expected.append(final + 0.5 * (base - final) * (1 + math.cos(since / present * math.pi)))
        since += 1
        if since == present:
            since, present = 0, present * mult
    close(rates(CosineRestartScheduler(first, mult, base, final, warmup), 60), expected[:61])


def test_cycles_need_not_be_whole():
    """Lengths 1.5, 2.25, 3.375, ...: the fourth update is 0.25 after the end of the second cycle."""
    assert CosineRestartScheduler(1.5, 1.5, base_lr=1.0)(4) == pytest.approx(0.5 + 0.5 * math.cos(math.pi * 0.25 / 3.375), rel=1e-12)
    assert CosineRestartScheduler(1.5, base_lr=1.0)(4) == pytest.approx(0.5 + 0.5 * math.cos(math.pi / 1.5), rel=1e-12)


@shared
@given(turns=st.lists(length, max_size=4))
def test_a_chain_is_its_schedules_end_to_end(turns):
    def numbered(k):
        return lambda t: (k, t)

    schedule, k = ChainedScheduler([numbered(k) for k in range(len(turns) + 1)], turns), len(turns)
    expected = [(i, t) for i, turn in enumerate(turns) for t in range(1, turn + 1)] + [(k, t) for t in range(1, 6)]
    assert [schedule(t) for t in range(1, sum(turns) + 6)] == expected
    assert schedule(0) == (0, 0)


@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("threshold", [0, 1])
@pytest.mark.parametrize("cooldown", [0, 2])
@pytest.mark.parametrize("patience", [0, 1, 3])
def test_plateaus_are_found_in_the_history(patience, cooldown, threshold, mode):
    """The metric wanders in steps of 1, so that an improvement is at times just the threshold."""
    schedule = PlateauScheduler(0.5, patience, mode, threshold, cooldown, base_lr=1.0)
    walk = np.cumsum(np.random.default_rng(patience).integers(-1, 2, 60)) * (1 if mode == "max" else -1)
    record, since, expected = None, 0, 1.0
    for i, metric in enumerate(walk):
        if record is None or (metric > record + threshold if mode == "max" else metric < record - threshold):
            record, since = metric, max(since, i)
        elif i - since > patience:
            since, expected = i + cooldown, expected / 2
        schedule.update(metric)
        assert schedule(i) == max(expected, 1e-8)


# Ends and joints.

CONTINUOUS = {
    "cosine": lambda n, m, low, high: Cosine(n + m, high, low, n, low),
    "cyclical": lambda n, m, low, high: CyclicalScheduler(n + m, high, low, n / (n + m), 0.5, 0.9),
    "one cycle": lambda n, m, low, high: OneCycleScheduler(2 * n + m, 2 * n, high, low, low / 10),
    "poly": lambda n, m, low, high: Poly(n + m, high, 3, low, n, low),
    "triangular": lambda n, m, low, high: TriangularScheduler(n + m, high, low, n / (n + m)),
    "warm-up, stable, decay": lambda n, m, low, high: WarmupStableDecayScheduler(2 * n + m, m, high, low, n, low),
}


@pytest.mark.parametrize("make", CONTINUOUS.values(), ids=CONTINUOUS)
@shared
@given(n=length, m=length, low=rate, rise=rate)
def test_ends_and_no_jumps(make, n, m, low, rise):
    """All begin at low and reach high at n; whole counts, where the pieces meet, are looked at from both sides."""
    high = low + rise
    schedule = make(n, m, low, high)
    assert schedule(0) == low
    assert schedule(n) == pytest.approx(low + rise * 0.9**n if type(schedule) is CyclicalScheduler else high, rel=1e-12)
    for t in range(1, 50):
        assert low / 10 <= schedule(t) <= high * (1 + 1e-12)
        assert schedule(t - 1e-9) == pytest.approx(schedule(t), abs=1e-7)
        assert schedule(t + 1e-9) == pytest.approx(schedule(t), abs=1e-7)


@pytest.mark.parametrize(
    "schedule, end, final",
    [
        (OneCycleScheduler(20, 16, 1.0, 0.1, final_lr=0.01), 20, 0.01),
        (TriangularScheduler(16, 1.0, 0.1), 16, 0.1),
        (WarmupStableDecayScheduler(20, 4, 1.0, final_lr=0.01), 20, 0.01),
    ],
)
def test_the_last_rate_stays(schedule, end, final):
    assert [schedule(t) for t in (end, end + 1, 10**9)] == [final] * 3


def test_a_restart_jumps():
    schedule = CosineRestartScheduler(10, cycle_mult=2, base_lr=1.0)
    for end in (10, 30, 70):
        assert schedule(end - 1e-6) < 1e-9
        assert schedule(end) == 1.0


def test_cycles_of_one_length_are_not_counted_one_by_one():
    """A loop over the cycles would take minutes."""
    assert CosineRestartScheduler(3, base_lr=1.0)(3 * 10**9) == 1.0


# All of them.

EVERY = {
    "chained": lambda base: ChainedScheduler([Factor(1, base_lr=base), CosineRestartScheduler(4, base_lr=base)], [5]),
    "cosine": lambda base: Cosine(10, base, warmup_steps=3),
    "cyclical": lambda base: CyclicalScheduler(7, max_lr=1.0, base_lr=base, cycle_factor=0.5, update_factor=0.9),
    "factor": lambda base: Factor(4, 0.5, base_lr=base, warmup_steps=3),
    "multi-factor": lambda base: MultiFactor([4, 8], 0.5, base_lr=base, warmup_steps=3),
    "nested": lambda base: ChainedScheduler([EVERY["chained"](base), EVERY["plateau"](base)], [9]),
    "one cycle": lambda base: OneCycleScheduler(12, 9, max_lr=1.0, base_lr=base),
    "plateau": lambda base: PlateauScheduler(0.5, patience=1, base_lr=base, warmup_steps=3),
    "poly": lambda base: Poly(10, base, warmup_steps=3),
    "restarts": lambda base: CosineRestartScheduler(4, 2, base, warmup_steps=3),
    "triangular": lambda base: TriangularScheduler(9, max_lr=1.0, base_lr=base),
    "warm-up, stable, decay": lambda base: WarmupStableDecayScheduler(12, 4, base, warmup_steps=3),
}
every = pytest.mark.parametrize("make", EVERY.values(), ids=EVERY)


def members(schedule):
    """The schedule, or those in a chain."""
    return [m for s in schedule.schedulers for m in members(s)] if isinstance(schedule, ChainedScheduler) else [schedule]


def test_every_class_is_there():
    assert {type(make(0.3)).__name__ for make in EVERY.values()} | {"LRScheduler"} == set(lr_scheduler.__all__)


@every
def test_rates_do_not_depend_on_what_was_asked_before(make):
    schedule = make(0.3)
    forwards = rates(make(0.3), 30)
    with unchanged(schedule):
        shuffled = {t: schedule(t) for t in np.random.default_rng(0).permutation(31)}
    assert [shuffled[t] for t in range(31)] == forwards


@every
def test_base_lr_is_live(make):
    """Changing base_lr later does what passing it does, in the warm-up and after it."""
    changed = make(0.7)
    assert changed.base_lr == 0.7
    for schedule in members(changed):
        schedule.base_lr = 0.3
    assert rates(changed, 30) == rates(make(0.3), 30)
    assert changed.base_lr == 0.3


def make_trainer(schedule):
    """A weight at 0 and its trainer, by plain SGD."""
    weight = gluon.Parameter("weight", shape=(1,), dtype="float64", init="zeros")
    weight.initialize()
    return weight, gluon.Trainer([weight], "sgd", {"lr_scheduler": schedule})


def train(weight, trainer, steps):
    """Step with the gradient -1, so that the weight is the sum of the rates; tell the plateaus a loss that does not fall."""
    for _ in range(steps):
        with autograd.record():
            head = -weight.data()
        head.backward()
        trainer.step(1)
        for schedule in members(trainer.optimizer.lr_scheduler):
            if isinstance(schedule, PlateauScheduler):
                schedule.update(2.0)
    return weight.data().asscalar()


@every
def test_a_trainer_saves_and_loads_it(make, tmp_path):
    """A training goes on with the settings and the memory it had, though the new scheduler was made with another rate."""
    weight, trainer = make_trainer(make(0.3))
    moved = train(weight, trainer, 6)
    trainer.save_states(tmp_path / "states")
    other, resumed = make_trainer(make(0.7))
    resumed.load_states(tmp_path / "states")
    other.set_data(weight.data())
    with unchanged(resumed.optimizer.lr_scheduler):
        assert resumed.learning_rate == trainer.learning_rate
    assert train(other, resumed, 10) == train(weight, trainer, 10) > moved
    assert [vars(m) for m in members(resumed.optimizer.lr_scheduler)] == [vars(m) for m in members(trainer.optimizer.lr_scheduler)]


def test_a_trainer_with_another_chain_refuses_the_states(tmp_path):
    _, trainer = make_trainer(EVERY["chained"](0.3))
    trainer.save_states(tmp_path / "states")
    _, other = make_trainer(EVERY["nested"](0.3))
    with unchanged(other), pytest.raises(ValueError, match="schedulers FactorScheduler, CosineRestartScheduler, but there is Chained"):
        other.load_states(tmp_path / "states")


# What is refused.


@pytest.mark.parametrize(
    "make, error, name",
    [
        (lambda: Factor(0), ValueError, "step must be an integer of at least 1"),
        (lambda: Factor(2.5), TypeError, "step must be an integer of at least 1"),
        (lambda: Factor(5, factor=1.1), ValueError, "factor must be .* at most 1"),
        (lambda: Factor(5, factor=0), ValueError, "factor must be .* greater than 0"),
        (lambda: Factor(5, stop_factor_lr=-1), ValueError, "stop_factor_lr must be .* at least 0"),
        (lambda: MultiFactor([5, 5]), ValueError, "step must be an increasing list"),
        (lambda: MultiFactor([5, 3]), ValueError, "step must be an increasing list"),
        (lambda: MultiFactor([]), ValueError, "step must be an increasing list"),
        (lambda: MultiFactor(5), TypeError, "step must be an increasing list"),
        (lambda: MultiFactor([0, 3]), ValueError, "step must be an integer of at least 1"),
        (lambda: MultiFactor([3], factor=2), ValueError, "factor must be .* at most 1"),
        (lambda: Poly(0), ValueError, "max_update .* must be an integer of at least 1"),
        (lambda: Poly(5.0), TypeError, "max_update .* must be an integer of at least 1"),
        (lambda: Poly(5, pwr=0), ValueError, "pwr must be .* greater than 0"),
        (lambda: Cosine(5, final_lr=-1), ValueError, "final_lr must be .* at least 0"),
        (lambda: Cosine(-1), ValueError, "max_update .* must be an integer of at least 1"),
        (lambda: Cosine(5, base_lr="1"), TypeError, "base_lr must be a finite number"),
        (lambda: Cosine(5, base_lr=float("nan")), ValueError, "base_lr must be a finite number"),
        (lambda: Cosine(5, base_lr=0.1, warmup_begin_lr=0.2), ValueError, "warmup_begin_lr .* must be .* at most 0.1"),
        (lambda: Cosine(5, warmup_steps=-1), ValueError, "warmup_steps must be an integer of at least 0"),
        (lambda: Cosine(5, warmup_steps=1.5), TypeError, "warmup_steps must be an integer of at least 0"),
        (lambda: Cosine(5, warmup_mode="cubic"), ValueError, "warmup_mode must be 'linear' or 'constant'"),
        # Row 68 of MXNet's misuses: no way is left between the end of the warm-up and max_update.
        (lambda: Poly(10, warmup_steps=10), ValueError, r"max_update \(more than warmup_steps\) must be .* at least 11"),
        (lambda: Cosine(10, warmup_steps=12), ValueError, r"max_update \(more than warmup_steps\) must be .* at least 13"),
        (lambda: TriangularScheduler(0, 1.0), ValueError, "cycle_length must be .* greater than 0"),
        (lambda: TriangularScheduler(10, 0.1, base_lr=0.2), ValueError, r"max_lr \(at least base_lr\) must be .* at least 0.2"),
        (lambda: TriangularScheduler(10, 1.0, inc_fraction=0), ValueError, "inc_fraction must be .* greater than 0"),
        (lambda: TriangularScheduler(10, 1.0, inc_fraction=1), ValueError, "inc_fraction must be .* less than 1"),
        (lambda: CyclicalScheduler("10", 1.0), TypeError, "cycle_length must be a finite number"),
        (lambda: CyclicalScheduler(10, 1.0, cycle_factor=2), ValueError, "cycle_factor must be .* at most 1"),
        (lambda: CyclicalScheduler(10, 1.0, update_factor=0), ValueError, "update_factor must be .* greater than 0"),
        (lambda: CyclicalScheduler(10, 1.0, update_factor=2), ValueError, "update_factor must be .* at most 1"),
        (lambda: OneCycleScheduler(10, 10, 1.0), ValueError, r"cycle_length \(less than max_update\) must be .* less than 10"),
        (lambda: OneCycleScheduler(10.5, 5, 1.0), TypeError, "max_update must be an integer of at least 1"),
        (lambda: OneCycleScheduler(10, 5, 1.0, final_lr=-1), ValueError, "final_lr must be .* at least 0"),
        (lambda: CosineRestartScheduler(-1), ValueError, "cycle_length must be .* greater than 0"),
        (lambda: CosineRestartScheduler(10, cycle_mult=0.5), ValueError, "cycle_mult must be .* at least 1"),
        (lambda: CosineRestartScheduler(10, final_lr=-1), ValueError, "final_lr must be .* at least 0"),
        (lambda: WarmupStableDecayScheduler(10, 0), ValueError, "decay_steps must be an integer of at least 1"),
        (lambda: WarmupStableDecayScheduler(10, 6, warmup_steps=5), ValueError, "must be at most max_update, which is 10, got 5 \\+ 6"),
        (lambda: ChainedScheduler(Factor(2), []), TypeError, "schedulers must be a list of schedulers"),
        (lambda: ChainedScheduler([Factor(2), 0.1], [3]), TypeError, "schedulers must be a list of schedulers"),
        (lambda: ChainedScheduler([], []), ValueError, "schedulers is empty"),
        (lambda: ChainedScheduler([Factor(2), Factor(3)], 4), TypeError, "lengths must be a list of numbers of updates, got int 4"),
        (lambda: ChainedScheduler([Factor(2)], [4]), ValueError, "lengths must have an entry for each .* got 1 entries for 1 schedulers"),
        (lambda: ChainedScheduler([Factor(2), Factor(3)], [0]), ValueError, "each entry of lengths must be an integer of at least 1"),
        (lambda: PlateauScheduler(1), ValueError, "factor must be .* less than 1"),
        (lambda: PlateauScheduler(0), ValueError, "factor must be .* greater than 0"),
        (lambda: PlateauScheduler(patience=-1), ValueError, "patience must be an integer of at least 0"),
        (lambda: PlateauScheduler(mode="least"), ValueError, "mode must be 'min' or 'max', got 'least'"),
        (lambda: PlateauScheduler(threshold=-1), ValueError, "threshold must be .* at least 0"),
        (lambda: PlateauScheduler(cooldown=1.5), TypeError, "cooldown must be an integer of at least 0"),
        (lambda: PlateauScheduler(stop_factor_lr=-1), ValueError, "stop_factor_lr must be .* at least 0"),
    ],
)
def test_bad_arguments_are_refused_by_name(make, error, name):
    with pytest.raises(error, match=name):
        make()


def test_a_tuple_of_steps_will_do():
    assert [MultiFactor((2, 4), 0.5, base_lr=1.0)(t) for t in (2, 3, 5)] == [1.0, 0.5, 0.25]


@pytest.mark.parametrize("make", [optimizer.SGD, optimizer.Adam])
class TestWithOptimizers:
    def test_the_class_default_leaves_base_lr_alone(self, make):
        schedule = Cosine(10, base_lr=0.4)
        made = make(lr_scheduler=schedule)
        assert schedule.base_lr == 0.4
        assert made.learning_rate == 0.4

    def test_a_learning_rate_passed_becomes_base_lr(self, make):
        schedule = Cosine(10, base_lr=0.4)
        made = make(learning_rate=0.2, lr_scheduler=schedule)
        assert schedule.base_lr == 0.2
        assert made.learning_rate == 0.2
        assert schedule(5) == pytest.approx(0.1, rel=1e-15)

    def test_any_callable_will_do(self, make):
        made = make(lr_scheduler=lambda t: 0.5**t)
        update, w, g = optimizer.get_updater(made), nd.array([1.0], dtype="float64"), nd.array([1.0], dtype="float64")
        seen = []
        for _ in range(3):
            update(0, g, w)
            seen.append(made.learning_rate)
        assert seen == [0.5, 0.25, 0.125]
        # Of a constant gradient SGD and Adam both move by the learning rate: 1 - 0.5 - 0.25 - 0.125.
        assert w.asscalar() == pytest.approx(0.125, abs=1e-6)

    def test_what_is_not_callable_is_refused(self, make):
        with pytest.raises(TypeError, match="lr_scheduler must be callable"):
            make(lr_scheduler=0.1)


@pytest.mark.parametrize(
    "schedule, before, used",
    [
        (Factor(2, 0.1, base_lr=1), 1, [1, 1, 0.1, 0.1, 0.01, 0.01]),
        (Cosine(4, base_lr=1, warmup_steps=2), 0, [0.5, 1, 0.5, 0, 0]),
    ],
)
def test_training_asks_from_update_1(schedule, before, used):
    """The property reads the rate of update 0 before the first step, then that of the last one made."""
    sgd, w = optimizer.SGD(lr_scheduler=schedule), nd.array([0.0], dtype="float64")
    update, moves, seen = optimizer.get_updater(sgd), [], []
    assert sgd.learning_rate == before
    for _ in used:
        start = w.asscalar()
        update(0, nd.array([-1.0], dtype="float64"), w)
        moves.append(w.asscalar() - start)
        seen.append(sgd.learning_rate)
    np.testing.assert_allclose(moves, used, rtol=0, atol=1e-15)
    np.testing.assert_allclose(seen, used, rtol=0, atol=1e-15)


def test_a_learning_rate_beside_a_chain_is_refused():
    chain = ChainedScheduler([Factor(1, base_lr=0.3), Cosine(9, base_lr=0.2)], [5])
    assert chain.base_lr == 0.3
    with unchanged(chain), pytest.raises(AttributeError, match="base_lr of a ChainedScheduler cannot be assigned: assign it to its"):
        optimizer.SGD(learning_rate=0.1, lr_scheduler=chain)
    assert optimizer.Adam(lr_scheduler=chain).learning_rate == 0.3


class TestPlateau:
    @pytest.mark.parametrize(
        "metric, error",
        [(math.nan, ValueError), (math.inf, ValueError), ("0.5", TypeError), (("loss", 0.5), TypeError), (nd.array([0.5]), TypeError)],
    )
    def test_what_is_no_number_is_refused(self, metric, error):
        schedule = PlateauScheduler()
        schedule.update(np.float32(0.5))
        with unchanged(schedule), pytest.raises(error, match="metric must be a finite number"):
            schedule.update(metric)

    def test_the_rate_stops_falling(self):
        schedule = PlateauScheduler(0.1, patience=0, stop_factor_lr=0.05, base_lr=1.0)
        seen = []
        for _ in range(2000):
            schedule.update(1)
            seen.append(schedule(0))
        assert seen == [1.0, 0.1] + [0.05] * 1998

    def test_it_never_raises_the_rate(self):
        schedule = PlateauScheduler(0.1, patience=0, stop_factor_lr=0.05, base_lr=0.01)
        schedule.update(1)
        schedule.update(1)
        assert schedule(0) == 0.01


class TestPlot:
    @pytest.fixture(autouse=True)
    def closed(self):
        yield
        plt.close("all")

    def test_one_schedule(self):
        assert lab.plot_schedule(Factor(2, 0.5, base_lr=1.0), 5) is None
        (line,) = plt.gca().lines
        assert line.get_xydata().tolist() == [[1, 1], [2, 1], [3, 0.5], [4, 0.5], [5, 0.25]]
        assert (plt.gca().get_xlabel(), plt.gca().get_ylabel()) == ("update", "learning rate")
        assert plt.gca().get_legend() is None

    def test_several_in_one_picture(self):
        _, (left, right) = plt.subplots(1, 2)
        lab.plot_schedule({"steps": Factor(1, 0.5, base_lr=1.0), "a function": lambda t: 2 * t}, updates=3, ax=left)
        assert [line.get_ydata().tolist() for line in left.lines] == [[1, 0.5, 0.25], [2, 4, 6]]
        assert [text.get_text() for text in left.get_legend().get_texts()] == ["steps", "a function"]
        assert not right.lines
