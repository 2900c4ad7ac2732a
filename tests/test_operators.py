"""The update operators of `nd`: MXNet's numbers and signatures, what they write and leave, and that their steps are the optimizers'."""

import inspect
import json
import math
import re

import numpy as np
import pytest

import mxedu
from mxedu import autograd, cpu, nd, optimizer
from mxedu.base import MXNetError
from mxedu.nd import contrib
from mxedu.optimizer import operators
from tests.helpers import DATA, unchanged

RECORDED = json.loads((DATA / "operators.json").read_text())
SIGNATURES, EXAMPLES = RECORDED["signatures"], RECORDED["examples"]
FIRST = {case["operator"]: case for case in reversed(EXAMPLES)}  # of each operator, a call with nothing but what must be given
ALL = list(SIGNATURES)


def find(name):
    """The operator of a name such as contrib.adamw_update."""
    place, _, last = name.rpartition(".")
    return getattr(getattr(nd, place) if place else nd, last)


def prepared(case, dtype="float32", **changes):
    """The arrays of a case, and the numbers, of which some may be others."""
    return {k: nd.array(x, dtype=dtype) for k, x in case["arrays"].items()}, {**case["parameters"], **changes}


def close(x, expected):
    np.testing.assert_allclose(x.asnumpy(), np.float32(expected), rtol=2e-5, atol=2e-6)


# Numbers and signatures.


@pytest.mark.parametrize("how", ["new", "in place", "to another", "positional"])
@pytest.mark.parametrize("case", EXAMPLES, ids=lambda case: f"{case['operator']} {case['parameters']}")
def test_numbers_and_what_is_written(case, how):
    operator, (arrays, numbers) = find(case["operator"]), prepared(case)
    before = {k: x.asnumpy() for k, x in arrays.items()}
    out = {"in place": arrays["weight"], "to another": nd.ones((2, 3))}.get(how)
    result = operator(*arrays.values(), **numbers) if how == "positional" else operator(out=out, **arrays, **numbers)
    assert result is out or out is None and result is not arrays["weight"]
    close(result, case["result"])
    for k, x in arrays.items():
        if k in case["states"] and not (case["operator"] == "nag_mom_update" and numbers.get("wd")):
            close(x, case["states"][k])
        elif k not in case["states"] and x is not out:
            assert x.asnumpy().tobytes() == before[k].tobytes()


def test_nag_stores_the_momentum_of_its_step():
    """MXNet does so only where the weight stays: [0.39, 0.34]; with out=weight it stores [0.37545, 0.3302]."""
    for where in None, 0, 1:
        w, g, mom, other = nd.array([1.0, 2.0]), nd.array([0.1, 0.1]), nd.array([0.5, 0.5]), nd.zeros((2,))
        nd.nag_mom_update(w, g, mom, lr=0.1, momentum=0.9, wd=0.5, out=where if where is None else [w, other][where])
        close(mom, [0.39, 0.34])


@pytest.mark.parametrize("name", ALL)
def test_signatures_are_mxnets(name):
    f = find(name)
    assert f.__name__ == name.removeprefix("contrib.") and f.__doc__.startswith("Make ")
    ours = {p.name: p.default for p in inspect.signature(f).parameters.values()}
    assert list(ours) == list(SIGNATURES[name])
    for parameter, default in SIGNATURES[name].items():
        if default == "required":
            assert ours[parameter] in (inspect.Parameter.empty, None)
        else:
            assert ours[parameter] == default
    assert {p for p, d in SIGNATURES[name].items() if d == "required" and ours[p] is None} == ({"t"} if name == "ftml_update" else set())


def test_they_are_where_mxnet_has_them():
    assert {name for name in nd.__all__ if name.endswith("_update")} == set(ALL) - {"contrib.adamw_update"}
    assert [name for name in contrib.__all__ if name.endswith("_update")] == ["adamw_update"]
    for name in ALL:
        assert find(name) is getattr(operators, name.removeprefix("contrib."))
    assert mxedu.ndarray.sgd_update is nd.sgd_update


@pytest.mark.parametrize("name", ALL)
def test_no_limit(name):
    """A limit of 0 is none, as MXNet says, and not, as it does, one that makes all 0."""
    limits = [p for p in SIGNATURES[name] if p.startswith("clip")]
    arrays, numbers = prepared(FIRST[name], epsilon=0.1)
    numbers = {k: x for k, x in numbers.items() if k in SIGNATURES[name]}
    plain = find(name)(**{k: x.copy() for k, x in arrays.items()}, **numbers).asnumpy()
    for value in 0, -0.3, None, 100:
        got = find(name)(**{k: x.copy() for k, x in arrays.items()}, **numbers, **dict.fromkeys(limits, value))
        assert got.asnumpy().tobytes() == plain.tobytes()


def test_weights_are_limited():
    w, g = nd.array([3.0, -3.0, 0.0]), nd.zeros((3,))
    assert nd.rmsprop_update(w, g, nd.zeros((3,)), lr=0.1, clip_weights=2).asnumpy().tolist() == [2, -2, 0]
    states = [nd.zeros((3,)) for _ in range(3)]
    assert nd.rmspropalex_update(w, g, *states, lr=0.1, clip_weights=2).asnumpy().tolist() == [2, -2, 0]


# AdamW's operator.


@pytest.mark.parametrize("scale", [0, 0.0, math.nan, math.inf, -math.inf, np.float32("nan"), np.float64("inf")])
@pytest.mark.parametrize("wrap", [lambda x: x, lambda x: nd.array([x]), lambda x: nd.array([[x]])], ids=["number", "array", "matrix"])
def test_adamw_is_skipped_after_an_overflow(scale, wrap):
    (w, g, m, v), other = [nd.array([x, 2.0]) for x in (1.0, 2.0, 3.0, 4.0)], nd.array([7.0, 8.0])
    with unchanged(w, g, m, v, other):
        new = nd.contrib.adamw_update(w, g, m, v, wrap(scale), lr=0.1, eta=1)
        assert nd.contrib.adamw_update(w, g, m, v, wrap(scale), lr=0.1, eta=1, out=w) is w
        assert nd.contrib.adamw_update(w, g, m, v, wrap(scale), lr=0.1, eta=1, out=other) is other
    assert new is not w and new._data is not w._data and new.asnumpy().tolist() == [1, 2]


@pytest.mark.parametrize("scale", [-1, 2.5, np.float32(0.5), 1e-30])
def test_adamw_scales_by_a_number_or_an_array(scale):
    results = []
    for r in scale, nd.array([scale]):
        w, g, m, v = (nd.array([x, 2.0]) for x in (1.0, 2.0, 3.0, 4.0))
        results.append([x.asnumpy().tolist() for x in (nd.contrib.adamw_update(w, g, m, v, r, 0.1, 0.5, wd=0.1), m, v)])
    assert results[0] == results[1]
    np.testing.assert_allclose(results[0][1], 0.9 * np.array([3, 2]) + 0.1 * float(scale) * np.array([2, 2]), rtol=1e-6)


def test_adamw_leaves_the_gradient_where_mxnet_overwrites_it():
    """The program of tests/programs, with the overwriting done by hand, gives MXNet's numbers."""
    w, g, m, v = nd.array([1.0, -2.0]), nd.array([0.5, 4.0]), nd.zeros((2,)), nd.zeros((2,))
    for _ in range(3):
        nd.contrib.adamw_update(w, g, m, v, nd.array([0.5]), out=w, lr=0.1, eta=0.9, beta1=0.9, beta2=0.99, epsilon=1e-6, wd=0.1)
        g *= 0.5
    close(w, [0.45643634, -1.8042861])


# The optimizers of the same names.


def corrected(t):
    return 0.1 * math.sqrt(1 - 0.99**t) / (1 - 0.8**t)


COMMON = {"wd": 0.1, "rescale_grad": 0.5, "clip_gradient": 0.7}
ADAM = {"beta1": 0.8, "beta2": 0.99, "epsilon": 1e-3}
SAME = {
    "sgd_update": (optimizer.SGD, {"learning_rate": 0.1}, {"lr": 0.1}),
    "sgd_mom_update": (optimizer.SGD, {"learning_rate": 0.1, "momentum": 0.9}, {"lr": 0.1, "momentum": 0.9}),
    "nag_mom_update": (optimizer.NAG, {"learning_rate": 0.1, "momentum": 0.9}, {"lr": 0.1, "momentum": 0.9}),
    "adam_update": (optimizer.Adam, {"learning_rate": 0.1, **ADAM}, {"lr": corrected, **ADAM}),
    "rmsprop_update": (
        optimizer.RMSProp, {"learning_rate": 0.1, "gamma1": 0.8, "clip_weights": 1.5}, {"lr": 0.1, "gamma1": 0.8, "clip_weights": 1.5}
    ),
    "rmspropalex_update": (
        optimizer.RMSProp, {"learning_rate": 0.1, "centered": True, "gamma1": 0.8, "gamma2": 0.7, "epsilon": 0.1},
        {"lr": 0.1, "gamma1": 0.8, "gamma2": 0.7, "epsilon": 0.1},
    ),
    "ftrl_update": (optimizer.Ftrl, {"learning_rate": 0.1, "lamda1": 0.2, "beta": 0.5}, {"lr": 0.1, "lamda1": 0.2, "beta": 0.5}),
    "ftml_update": (
        optimizer.FTML, {"learning_rate": 0.1, "beta1": 0.7, "beta2": 0.9}, {"lr": 0.1, "beta1": 0.7, "beta2": 0.9, "t": lambda t: t}
    ),
    "signsgd_update": (optimizer.Signum, {"learning_rate": 0.1, "momentum": 0}, {"lr": 0.1}),
    "signum_update": (
        optimizer.Signum, {"learning_rate": 0.1, "momentum": 0.8, "wd_lh": 0.2}, {"lr": 0.1, "momentum": 0.8, "wd_lh": 0.2}
    ),
    "contrib.adamw_update": (optimizer.AdamW, {"learning_rate": 0.1, "correct_bias": False, **ADAM}, {"eta": 0.1, "lr": 1, **ADAM}),
}  # fmt: skip


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("name", ALL)
def test_steps_are_those_of_the_optimizer(name, dtype):
    """Bit for bit, whatever the dtype, also where the weight goes from one new array to the next."""
    make, arguments, numbers = SAME[name]
    theirs = make(**arguments, **COMMON)
    common = {("clip_grad" if name == "ftml_update" and k == "clip_gradient" else k): x for k, x in COMMON.items()}
    rng = np.random.default_rng(0)
    w = nd.array(rng.normal(size=(3, 4)), dtype=dtype)
    a, b = w.copy(), w.copy()
    of_theirs = theirs.create_state(0, w)
    states = [[nd.zeros((3, 4), dtype=dtype) for _ in theirs.states] for _ in range(2)]
    for t in range(1, 8):
        g = nd.array(rng.normal(size=(3, 4)) * (rng.random((3, 4)) < 0.8), dtype=dtype)
        theirs.update(0, w, g, of_theirs)
        now = {k: x(t) if callable(x) else x for k, x in numbers.items()} | common
        find(name)(a, g, *states[0], out=a, **now)
        b = find(name)(b, g, *states[1], **now)
        assert b.dtype == a.dtype == w.dtype
        kept = [] if of_theirs is None else [of_theirs] if isinstance(of_theirs, nd.NDArray) else of_theirs
        for x, *others in [(w, a, b), *zip(kept, *states, strict=True)]:
            assert {y.asnumpy().tobytes() for y in others} == {x.asnumpy().tobytes()}


def test_arrays_may_be_parts_of_others_and_in_any_context():
    x, mom = nd.arange(12).reshape((3, 4)), nd.zeros((3, 4))
    nd.sgd_mom_update(x[1], nd.ones((4,)), mom[1], lr=1, out=x[1])
    assert x.asnumpy().tolist() == [[0, 1, 2, 3], [3, 4, 5, 6], [8, 9, 10, 11]] and mom.asnumpy().sum() == -4
    w = nd.ones((2,), ctx=cpu(1))
    assert nd.sgd_update(w, nd.ones((2,), ctx=cpu(1)), lr=0.5).context == cpu(1)
    g = nd.array([1.0, 2.0])
    assert nd.sgd_update(g, g, lr=0.5, out=g) is g and g.asnumpy().tolist() == [0.5, 1.0]


# What is refused: each fault is put into a call of each operator.

FAULTS = {
    "no lr": (lambda a, n: n.pop("lr"), TypeError, r"missing a required argument: 'lr'; it takes \(weight, grad, .*lr.*out=None"),
    "no gradient": (lambda a, n: a.pop("grad"), TypeError, r"missing a required argument: 'grad'; it takes \(weight, grad,"),
    "unknown": (lambda a, n: n.update(learning_rate=1), TypeError, "unexpected keyword argument 'learning_rate'; it takes .*lr"),
    "a numpy weight": (lambda a, n: a.update(weight=np.ones((2, 3))), TypeError, "weight must be an NDArray, got ndarray: .*nd.array"),
    "a numpy gradient": (lambda a, n: a.update(grad=np.ones((2, 3))), TypeError, "grad must be an NDArray, got ndarray: .*nd.array"),
    "out in a list": (lambda a, n: n.update(out=[a["weight"]]), TypeError, "out must be an NDArray, got list"),
    "an integer weight": (
        lambda a, n: a.update(weight=nd.ones((2, 3), dtype="int32")), TypeError, "weight must be of dtype float16, .*, got int32: .*astype"
    ),
    "a gradient's dtype": (lambda a, n: a.update(grad=a["grad"].astype("float64")), TypeError, "grad must .* float32.* got float64"),
    "out's dtype": (lambda a, n: n.update(out=a["weight"].astype("float16")), MXNetError, "out must be of dtype float32.* got float16"),
    "a gradient's shape": (lambda a, n: a.update(grad=nd.ones((3, 2))), ValueError, r"grad must have .* shape \(2, 3\), got \(3, 2\)"),
    "out's shape": (lambda a, n: n.update(out=nd.ones((6,))), MXNetError, r"out must have .* shape \(2, 3\), got \(6,\)"),
    "a word for lr": (lambda a, n: n.update(lr="0.1"), TypeError, "lr must be a finite number.*, got str '0.1'"),
    "None for lr": (lambda a, n: n.update(lr=None), TypeError, "lr must be a finite number.*, got NoneType"),
    "an array for lr": (lambda a, n: n.update(lr=nd.array([0.1])), TypeError, "lr must be a finite number.*, got NDArray"),
    "NaN for lr": (lambda a, n: n.update(lr=math.nan), ValueError, "lr must be a finite number.*, got nan"),
    "a word for wd": (lambda a, n: n.update(wd="much"), TypeError, "wd must be a finite number, got str"),
    "a word for rescale_grad": (lambda a, n: n.update(rescale_grad="1"), TypeError, "rescale_grad.* must be a finite number, got str"),
    "read-only out": (lambda a, n: n.update(out=read_only()), ValueError, "out is read-only.*copy"),
}  # fmt: skip


def read_only():
    x = nd.ones((2, 3))
    x._data.flags.writeable = False
    return x


def test_what_is_only_read_may_be_read_only():
    assert nd.sgd_update(read_only(), read_only(), lr=0.5).asnumpy().tolist() == [[0.5] * 3] * 2


def refuse(name, arrays, numbers, error, message):
    given = [x for x in numbers.values() if isinstance(x, nd.NDArray)]
    pattern = re.compile(rf"{name.removeprefix('contrib.')}: .*{message}", re.S)
    with unchanged(arrays, given), pytest.raises(error, match=pattern):
        find(name)(**{**arrays, **numbers})


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", ALL)
def test_a_wrong_call_changes_nothing(name, fault):
    spoil, error, message = FAULTS[fault]
    arrays, numbers = prepared(FIRST[name])
    if "rescale_grad" in arrays:
        numbers["rescale_grad"] = arrays.pop("rescale_grad")
    numbers.setdefault("out", arrays["weight"])
    spoil(arrays, numbers)
    refuse(name, arrays, numbers, error, message)


@pytest.mark.parametrize("name, state", [(case["operator"], state) for case in FIRST.values() for state in case["states"]])
def test_a_wrong_state_changes_nothing(name, state):
    for wrong, error, message in [
        (nd.zeros((3, 2)), MXNetError, rf"{state} must have the weight's shape \(2, 3\), got \(3, 2\): nd.zeros_like\(weight\) has it"),
        (nd.zeros((2, 3), dtype="float64"), MXNetError, f"{state} must be of dtype float32.*, got float64"),
        (np.zeros((2, 3), np.float32), TypeError, f"{state} must be an NDArray, got ndarray"),
        (None, TypeError, f"{state} must be an NDArray, got NoneType"),
        (read_only(), ValueError, f"{state} is read-only"),
    ]:
        arrays, numbers = prepared(FIRST[name])
        refuse(name, arrays | {state: wrong}, numbers | {"out": arrays["weight"]}, error, message)


@pytest.mark.parametrize(
    "name, wrong, message",
    [
        ("sgd_mom_update", {"momentum": 1}, "momentum must be a finite number at least 0 and less than 1, got 1"),
        ("sgd_update", {"clip_gradient": "0.1"}, "clip_gradient .None for no limit. must be a finite number, got str"),
        ("ftml_update", {"clip_grad": [1]}, "clip_grad .None for no limit. must be a finite number, got list"),
        ("ftml_update", {"clip_gradient": 1}, "unexpected keyword argument 'clip_gradient'; it takes .*clip_grad="),
        ("ftml_update", {"t": 0}, "t must be an integer of at least 1, got 0"),
        ("ftml_update", {"t": None}, "t must be an integer of at least 1, got NoneType"),
        ("ftml_update", {"lr": 0}, "lr must be a finite number greater than 0"),
        ("ftml_update", {"epsilon": 0}, "epsilon must be a finite number greater than 0"),
        ("ftrl_update", {"lr": 0}, "lr must be a finite number greater than 0"),
        ("ftrl_update", {"beta": 0}, "beta must be a finite number greater than 0"),
        ("ftrl_update", {"lamda1": -1}, "lamda1 must be a finite number at least 0"),
        ("adam_update", {"beta1": 1.0}, "beta1 must be a finite number at least 0 and less than 1"),
        ("adam_update", {"beta2": -0.1}, "beta2 must be a finite number at least 0 and less than 1"),
        ("adam_update", {"epsilon": -1}, "epsilon must be a finite number at least 0"),
        ("rmsprop_update", {"gamma1": 1.5}, "gamma1 must be a finite number at least 0 and less than 1"),
        ("rmsprop_update", {"clip_weights": "1"}, "clip_weights .None for no limit. must be a finite number, got str"),
        ("rmspropalex_update", {"gamma2": 1.5}, "gamma2 must be a finite number at least 0 and less than 1"),
        ("signum_update", {"wd_lh": None}, "wd_lh must be a finite number, got NoneType"),
        ("contrib.adamw_update", {"eta": None}, "eta must be a finite number, got NoneType"),
        ("contrib.adamw_update", {"rescale_grad": nd.ones((2,))}, "rescale_grad .or an NDArray of one. must be .*, got NDArray"),
    ],
)
def test_a_wrong_number_changes_nothing(name, wrong, message):
    arrays, numbers = prepared(FIRST[name])
    refuse(name, arrays, {**numbers, "out": arrays["weight"], **wrong}, (TypeError, ValueError), message)


def test_rates_and_decays_may_be_negative():
    """As in MXNet: an operator also climbs."""
    assert nd.sgd_update(nd.array([1.0]), nd.array([1.0]), lr=-0.5, wd=-2).asnumpy().tolist() == [0.5]


@pytest.mark.parametrize("name", ALL)
def test_an_update_is_not_recorded(name):
    arrays, numbers = prepared(FIRST[name])
    arrays["weight"].attach_grad()
    with autograd.record():
        with unchanged(arrays), pytest.raises(MXNetError, match=r"inside autograd.record\(\).*end the `with` block"):
            find(name)(**arrays, **numbers)
        with autograd.pause():
            find(name)(**arrays, **numbers, out=arrays["weight"])
