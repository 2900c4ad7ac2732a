"""A rule is one text: it is refused when it could mean two things, and it means the same in each of its lives."""

import functools
import multiprocessing
import os
import threading
import types

import numba
import numpy as np
import pytest

import mxedu
from mxedu.optimizer import kernel as module
from mxedu.optimizer import rule, sign, sqrt
from mxedu.optimizer import rule as decorator
from mxedu.optimizer.kernel import CHUNK, LOOPS, THREADED_FROM, Kernel, kernel
from mxedu.optimizer.rule import NUMPY, Scalar

JIT = not numba.config.DISABLE_JIT
BIG = 100_007 if JIT else 1000


def refused(states, f):
    with pytest.raises(ValueError) as error:
        rule(*states)(f)
    return str(error.value)


def literal(w, g, lr):
    w = w - 0.5 * lr * g
    return w


def branch(w, g, lr):
    if g:
        w = w - lr * g
    return w


def conditional(w, g, lr):
    w = w - lr * g if lr else w
    return w


def comparison(w, g, lr):
    w = w - lr * (g > lr)
    return w


def loop(w, g, lr):
    for _ in g:
        w = w - lr
    return w


def unknown_name(w, g, lr):
    w = w - lr * gradient  # noqa: F821
    return w


def unknown_function(w, g, lr):
    w = w - lr * exp(g)  # noqa: F821
    return w


def module_function(w, g, lr):
    w = w - lr * np.sqrt(g)
    return w


def wrong_arity(w, g, lr):
    w = w - min(g, lr, w)
    return w


def power(w, g, lr):
    w = w - lr * g**lr
    return w


def in_place(w, g, lr):
    w -= lr * g
    return w


def subscript(w, g, lr):
    w = w - lr[g]
    return w


def no_return(w, g, lr):
    w = w - lr * g


def too_many(w, g, lr):
    return w, g


def default(w, g, lr=None):
    return w


def misnamed(weight, gradient, lr):
    return weight


def two_targets(w, g, lr):
    w = a = g  # noqa: F841
    return w


def hides_min(w, g, min):
    w = min * g
    sqrt = w  # noqa: F841
    return w


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (literal, "literal 0.5"),
        (branch, "branches"),
        (conditional, "branches"),
        (comparison, "compares"),
        (loop, "loops"),
        (unknown_name, "unknown name gradient"),
        (unknown_function, "unknown function exp"),
        (module_function, "np.sqrt"),
        (wrong_arity, "calls min with 3 arguments instead of 2"),
        (power, "g * g"),
        (in_place, "m = beta * m"),
        (subscript, "lr[g]"),
        (no_return, "return"),
        (too_many, "returns 2 numbers instead of 1"),
        (default, "without defaults"),
        (misnamed, "must begin with w, g"),
        (two_targets, "only assignments"),
        (hides_min, "another meaning"),
    ],
)
def test_a_bad_rule_is_refused_in_words(f, words):
    message = refused([], f)
    assert words in message
    assert f.__name__ in message


def test_the_number_of_outputs_follows_the_states():
    def one_state(w, g, m, lr):
        return w

    assert "returns 1 numbers instead of 2" in refused(["m"], one_state)


def test_states_come_after_w_and_g():
    def swapped(w, g, lr, m):
        return w, m

    assert "w, g, m" in refused(["m"], swapped)


@pytest.mark.parametrize(("n", "error"), [(0, ValueError), (10_000, ValueError), (1.5, TypeError), (True, TypeError)])
def test_a_number_of_threads_that_cannot_be(n, error):
    with pytest.raises(error, match="n must be"):
        mxedu.set_num_threads(n)


def test_more_states_than_there_are_loops_for():
    def five(w, g, a, b, c, d, e):
        return w, a, b, c, d, e

    assert "5 states" in refused(["a", "b", "c", "d", "e"], five)


def test_a_parameter_cannot_be_named_as_a_function():
    def hides_abs(w, g, abs):
        return w - abs(g)

    assert "gives the name abs another meaning" in refused([], hides_abs)


def test_a_rule_takes_nothing_from_the_function_around_it():
    factor = 2.0

    def closed(w, g, lr):
        w = w - factor * g
        return w

    assert "takes factor from the function around it" in refused([], closed)


def test_one_output_is_not_a_tuple():
    def trailing(w, g, lr):
        return (w - lr * g,)

    assert "holds `(w - lr * g,)`" in refused([], trailing)


def test_other_decorators_would_run_another_text():
    @functools.wraps(sgd_text)
    def wrapped(w, g, lr):
        return w

    for f in (wrapped, rule()(sgd_text), functools.partial(sgd_text, lr=1)):
        with pytest.raises(TypeError, match="plain function, with no other decorator"):
            rule()(f)


def sgd_text(w, g, lr):
    w = w - lr * g
    return w


def test_a_rule_without_source_is_refused():
    space = {}
    exec("def f(w, g, lr):\n    return w", space)
    assert "source" in refused([], space["f"])


def test_a_lambda_is_refused():
    assert "def" in refused([], lambda w, g: w)


def test_the_decorator_needs_parentheses():
    with pytest.raises(TypeError, match=r"@rule\(\)"):

        @decorator
        def bare(w, g, lr):
            return w


@rule("a", "b", "c")
def everything(w, g, a, b, c, lr, beta, one):
    """Use each operator and each name that rules may use."""
    a = max(beta * a, abs(g))
    b = min(b + g * g, a)
    c = sign(g) * sqrt(abs(c) + b)
    w = w - lr * c / (sqrt(a) + one)
    return w, a, b, c


@Scalar
def limited(w, g, r, c, wd):
    """A prologue."""
    return min(max(r * g, -c), c) + wd * w


def special(n, rng, dtype):
    """Normal numbers with NaN, infinities and both zeros among them."""
    x = rng.standard_normal(n).astype(dtype)
    x[rng.integers(0, n, n // 50)] = 0.0
    x[rng.integers(0, n, n // 50)] = -0.0
    x[rng.integers(0, n, n // 100)] = np.nan
    x[rng.integers(0, n, n // 100)] = np.inf
    x[rng.integers(0, n, n // 100)] = -np.inf
    return x


def same_bits(a, b):
    """Equal bit for bit, any NaN for any other."""
    bits = f"i{a.itemsize}"
    return a.dtype == b.dtype and bool(np.all((a.view(bits) == b.view(bits)) | (np.isnan(a) & np.isnan(b))))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n", [1, 333, BIG])
def test_kernel_and_numpy_give_the_same_bits(n, dtype):
    rng = np.random.default_rng(n)
    arrays = [special(n, rng, dtype) if n > 1 else rng.standard_normal(1).astype(dtype) for _ in range(5)]
    treatment, scalars = tuple(map(dtype, (0.25, 1.5, 0.01))), tuple(map(dtype, (0.1, 0.9, 1)))
    w, g, *states = [x.copy() for x in arrays]
    with np.errstate(all="ignore"):
        kernel(limited, everything)(w, g, tuple(states), treatment, scalars)
        clipped = limited.over(**NUMPY)(arrays[0], arrays[1], *treatment)
        expected = everything.over(**NUMPY)(arrays[0], clipped, *arrays[2:], *scalars)
    assert same_bits(g, arrays[1])
    for name, got, want in zip(("w", *everything.states), (w, *states), expected, strict=True):
        assert same_bits(got, want.astype(dtype)), name


def test_plain_python_is_the_same_text():
    rng = np.random.default_rng(0)
    columns = [special(500, rng, np.float64) for _ in range(5)]
    scalars = tuple(map(np.float64, (0.1, 0.9, 1.0)))
    with np.errstate(all="ignore"):
        together = everything.over(**NUMPY)(*columns, *scalars)
        one_by_one = np.array([everything(*row, *scalars) for row in zip(*columns, strict=True)]).T
    for a, b in zip(together, one_by_one, strict=True):
        assert same_bits(a, b)


def test_where_an_operand_is_nan_min_and_max_take_the_first():
    def smaller(w, g):
        return min(w, g)

    nan, one = np.array([np.nan, 1.0]), np.array([1.0, np.nan])
    rule_ = rule()(smaller)
    got = nan.copy()
    kernel(passing, rule_)(got, one, (), (), ())
    assert same_bits(got, nan)
    assert same_bits(rule_.over(**NUMPY)(nan, one), nan)
    assert np.isnan(rule_(*map(np.float64, (np.nan, 1.0))))


@Scalar
def passing(w, g):
    """The gradient as it is."""
    return g


def finite_arrays(n):
    """Five arrays on which `everything` stays finite: positive, and so are the roots."""
    return list(np.random.default_rng(3).uniform(0.1, 1.0, (5, n)).astype(np.float32))


TREATMENT = tuple(map(np.float32, (1, np.inf, 0)))
SCALARS = tuple(map(np.float32, (0.1, 0.9, 1)))


def test_the_number_of_threads_does_not_change_a_bit():
    n = 3 * CHUNK + 17 if JIT else 1000
    assert not JIT or n > THREADED_FROM
    runs = []
    for run in (kernel(limited, everything).serial, kernel(limited, everything).parallel):
        w, g, *states = finite_arrays(n)
        run(w, g, tuple(states), TREATMENT, SCALARS)
        runs.append([w, *states])
    for a, b in zip(*runs, strict=True):
        assert same_bits(a, b)
    assert not same_bits(runs[0][0], finite_arrays(n)[0])


def update_big(result):
    w, g, *states = finite_arrays(THREADED_FROM + 5 if JIT else 1000)
    kernel(limited, everything)(w, g, tuple(states), TREATMENT, SCALARS)
    result.append(float(w.sum(dtype=np.float64)))


@pytest.mark.parametrize("seconds", [1e-4, 1e-2])
def test_after_a_team_has_stalled_loops_are_serial_for_some_time(seconds, monkeypatch):
    calls, k, clock = [], Kernel(limited, everything, LOOPS[3]), [100.0]

    def parallel(*_):
        calls.append("parallel")
        clock[0] += seconds

    k.serial, k.parallel = lambda *_: calls.append("serial"), parallel
    monkeypatch.setattr(module, "time", types.SimpleNamespace(monotonic=lambda: clock[0]))
    monkeypatch.setattr(module, "_alone_until", 0.0)
    monkeypatch.setattr(module, "_threads", 2)
    w, g, *states = finite_arrays(THREADED_FROM + 5)
    for later in 0.0, module.PAUSE / 2, module.PAUSE:
        clock[0] += later
        k(w, g, tuple(states), TREATMENT, SCALARS)
    assert calls == ["parallel", "serial" if seconds > 1e-3 else "parallel", "parallel"]


def test_two_python_threads_at_once():
    expected, results = [], []
    update_big(expected)
    threads = [threading.Thread(target=update_big, args=(results,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert np.isfinite(expected[0])
    assert results == expected * 4


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # that it is risky is the point
def test_a_forked_child_updates_too():
    expected = []
    update_big(expected)  # the parent has started its team
    read, write = multiprocessing.Pipe(duplex=False)

    def child():
        result = []
        update_big(result)
        write.send(result)

    process = multiprocessing.get_context("fork").Process(target=child)
    process.start()
    assert read.poll(30)
    assert read.recv() == expected
    process.join()
    assert process.exitcode == 0
