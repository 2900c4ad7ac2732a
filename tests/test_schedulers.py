"""Schedules against MXNet's, and what a learning rate passed beside one does."""

import numpy as np
import pytest

from mxedu import lr_scheduler, nd, optimizer
from tests.helpers import ARRAYS, golden, unchanged

Cosine, Factor, MultiFactor, Poly = (
    lr_scheduler.CosineScheduler, lr_scheduler.FactorScheduler, lr_scheduler.MultiFactorScheduler, lr_scheduler.PolyScheduler,
)  # fmt: skip


@pytest.mark.parametrize("case", **golden("schedulers"))
@pytest.mark.parametrize("order", [1, -1], ids=["forwards", "backwards"])
def test_golden_schedules_in_any_order(case, order):
    schedule = getattr(lr_scheduler, case["class"])(**case["kwargs"])
    times = range(201)[::order]
    with unchanged(schedule):
        rates = [schedule(t) for t in times]
    np.testing.assert_allclose(rates, ARRAYS[f"sched/{case['id']}"][::order], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("make", [lambda **kw: Cosine(10, **kw), lambda **kw: Poly(10, **kw), lambda **kw: Factor(4, 0.5, **kw)])
def test_base_lr_is_live(make):
    """Changing base_lr later does what passing it does, in the warm-up and after it."""
    changed, made = make(base_lr=1.0, warmup_steps=3), make(base_lr=0.3, warmup_steps=3)
    changed.base_lr = 0.3
    assert [changed(t) for t in range(12)] == [made(t) for t in range(12)]


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
    "schedule, before, rates",
    [
        (Factor(2, 0.1, base_lr=1), 1, [1, 1, 0.1, 0.1, 0.01, 0.01]),
        (Cosine(4, base_lr=1, warmup_steps=2), 0, [0.5, 1, 0.5, 0, 0]),
    ],
)
def test_training_asks_from_update_1(schedule, before, rates):
    """The property reads the rate of update 0 before the first step, then that of the last one made."""
    sgd, w = optimizer.SGD(lr_scheduler=schedule), nd.array([0.0], dtype="float64")
    update, moves, seen = optimizer.get_updater(sgd), [], []
    assert sgd.learning_rate == before
    for _ in rates:
        start = w.asscalar()
        update(0, nd.array([-1.0], dtype="float64"), w)
        moves.append(w.asscalar() - start)
        seen.append(sgd.learning_rate)
    np.testing.assert_allclose(moves, rates, rtol=0, atol=1e-15)
    np.testing.assert_allclose(seen, rates, rtol=0, atol=1e-15)
