"""Optimizers against the trajectories of MXNet 1.9.1, of MXNet 2.0 and of PyTorch: for each case, whether it agrees, or why not."""

import numpy as np
import pytest

import mxedu
from mxedu import optimizer
from tests.trajectories import load, run

LOOSE = {"ftrl": 1e-4, "ftml": 1e-4}


def excess(name, case, arrays, stored, steps, make=None):
    """Give the optimizer, and by how much the worst weight is further off than float32 explains; above 0, the case disagrees."""
    extra = case.get("extra") or {}
    opt, path = run(mxedu, case, arrays, steps, make)
    atol = 5e-3 if extra.get("fp16") else LOOSE.get(case["optimizer"].lower(), 2e-5)
    worst = -np.inf
    for i, p in enumerate(case["params"]):
        expected = arrays[f"{case['id']}/p{p}"].astype("f8")
        got = np.array([path[t][i] for t in stored], "f8")
        worst = max(worst, float((np.abs(got - expected) - 2e-5 * np.abs(expected) - atol).max()))
    return opt, worst


@pytest.fixture(autouse=True)
def silence(request, monkeypatch):
    """Take the noise from SGLD where it was taken when the case was recorded."""
    case = getattr(request.node, "callspec", None) and request.node.callspec.params["case"]
    if case and (case.get("extra") or {}).get("nonoise"):
        monkeypatch.setattr(optimizer.sgld, "normal", lambda shape, dtype: mxedu.nd.zeros(shape))


# MXNet 1.9.1. It is reproduced, but for the departures that the classes name.

STORED = "NAG: the stored momentum has the decay of the moved weight in 1.9.1"
IGNORED = "AdaDelta: 1.9.1 ignores learning_rate and reports 0.01; here the default 1.0 is in force"
SHARED = "Nadam: 1.9.1 has one product for all parameters"
BOUNDS = "wd and clip_gradient must not be negative, nor clip_gradient 0"
LATE = "LBSGD: 1.9.1 reads the schedule before it counts the update"
BASE = "a learning_rate passed beside a schedule becomes its base_lr; in 1.9.1 not for Ftrl, and PolyScheduler ignores it"
UNCOUNTED = "Test: 1.9.1 does not count its updates, and so reports another learning rate"

DEPARTURES = {
    "mxnet-1.9.1": {
        "nag-02": STORED, **{f"adadelta-{i:02}": IGNORED for i in range(4)}, **{f"nadam-{i:02}": SHARED for i in range(3)},
    },
    "mxnet-1.9.1-wide": {
        **{f"nag-{i:02}": STORED for i in (2, 3, 5, 7, 9, 10, 11, 14)},
        **{f"adadelta-{i:02}": IGNORED for i in range(15) if i not in (1, 4)},
        **{f"nadam-{i}": SHARED for i in (14, 15)}, **{f"{name}-18": BOUNDS for name in ("sgd", "ccsgd", "nag")},
        "sgd-22": BOUNDS, "sgd-23": BOUNDS, "sgd-21": BASE, "ftrl-16": BASE,
        **{f"lbsgd-{i:02}": LATE for i in (5, 6, 7, 8, 32, 33, 34)}, "lbsgd-39": "an unknown warmup_strategy is refused",
        **{f"test-{i:02}": UNCOUNTED for i in (5, 6, 7, 8)},
    },
}  # fmt: skip
NUMBERS_AGREE = {  # the weights are the same, and only what is reported differs
    "mxnet-1.9.1": {"adadelta-00", "adadelta-01", "adadelta-02"},
    "mxnet-1.9.1-wide": {"adadelta-00", "adadelta-12", "adadelta-13", *(f"test-{i:02}" for i in (5, 6, 7, 8))},
}


def cases(name):
    """Give the cases of a set as parameters of a test, each with what `excess` takes."""
    found, *rest = load(name)
    return pytest.mark.parametrize(("case", "recorded"), [pytest.param(c, (name, *rest), id=f"{name}:{c['id']}") for c in found])


def check_mxnet(case, recorded):
    name, arrays, stored, steps = recorded
    if case["id"] in DEPARTURES[name]:
        try:
            opt, worst = excess(name, case, arrays, stored, steps)
        except ValueError:
            assert DEPARTURES[name][case["id"]] == BOUNDS or "refused" in DEPARTURES[name][case["id"]]
            return
        if case["id"] in NUMBERS_AGREE[name]:
            assert worst <= 0
            assert opt.learning_rate != pytest.approx(case["learning_rate_after"])
        else:
            assert worst > 0, "this case agrees: take it from the list"
        return
    opt, worst = excess(name, case, arrays, stored, steps)
    assert worst <= 0
    assert opt.learning_rate == pytest.approx(case["learning_rate_after"])
    if case["optimizer"] != "test":
        assert opt.num_update == case["final_num_update"]


@cases("mxnet-1.9.1")
def test_trajectory_of_mxnet(case, recorded):
    check_mxnet(case, recorded)


@cases("mxnet-1.9.1-wide")
def test_more_trajectories_of_mxnet(case, recorded):
    check_mxnet(case, recorded)


# MXNet 2.0, with its defaults and names; a reason where its equations are others. Where only the place of the decay differs, the
# rule with 2.0's prologue agrees.

PLACE = "2.0 adds the decay after the clip"
OUTSIDE = "2.0 has epsilon outside the root"
MXNET2 = {
    "sgd-00": {}, "sgd-01": {}, "nag-00": {"learning_rate": 0.1, "momentum": 0.9}, "nag-01": {}, "signum-00": {}, "signum-01": {},
    "signum-02": {}, "dcasgd-00": {"learning_rate": 0.1}, "dcasgd-01": "2.0 squares the decay too", "ftml-00": PLACE, "ftrl-00": {},
    "adam-00": {}, "adam-01": PLACE,
    "adamw-00": "2.0 scales the decay by the bias corrections, and decays the moved weight",
    "adamw-01": "2.0 decays the moved weight", "adabelief-00": {}, "adabelief-01": {}, "adabelief-02": {},
    "adagrad-00": {"eps": 1e-12}, "adagrad-01": f"{OUTSIDE}, and the decay in the gradient",
    "adadelta-00": {"epsilon": 1e-6}, "adadelta-01": "2.0 has the decay in the gradient",
    "adamax-00": {}, "adamax-01": "2.0 has an epsilon, and adds the decay after the clip",
    "nadam-00": "2.0 has one product for all parameters", "nadam-01": "2.0 has one product for all parameters", "nadam-02": {},
    "rmsprop-00": {"epsilon": 1e-16}, "rmsprop-01": f"{OUTSIDE}, and adds the decay after the clip", "rmsprop-02": PLACE,
    "lars-00": {"eps": 1e-8}, "lars-01": {"eps": 1e-8}, "lamb-00": {}, "lamb-01": {}, "lans-00": {},
    "lans-01": "2.0 takes the moved weight in the second direction", "sgld-00": {},
}  # fmt: skip
RENAMED = {"rmsprop": {"rho": "gamma1", "momentum": "gamma2"}, "adagrad": {"epsilon": "eps"}, "adamax": {"epsilon": None}}


@cases("mxnet-2.0")
def test_trajectory_of_mxnet_2(case, recorded):
    key, (name, arrays, stored, steps) = case["optimizer"].lower(), recorded
    names = RENAMED.get(key, {})
    kwargs = {names.get(k, k): v for k, v in case["kwargs"].items() if names.get(k, k)}
    entry = MXNET2[case["id"]]
    agrees = isinstance(entry, dict)
    case = {**case, "kwargs": {**kwargs, **(entry if agrees else {})}}
    _, worst = excess(name, case, arrays, stored, steps)
    assert (worst <= 0) == agrees
    if entry == PLACE:
        placed = type("Placed", (optimizer.registry._registry[key],), {"prologue": optimizer.clip_then_decay})
        assert excess(name, case, arrays, stored, steps, placed)[1] <= 0


# PyTorch: the name here and further arguments, and where the numbers differ, why.

ABSENT = "mxedu has no such optimizer"
ROOT = "PyTorch adds epsilon to the root, and not inside it"
TORCH = {
    "sgd-00": ("sgd", {}), "sgd-01": ("sgd", {}), "sgd-02": ("nag", {}), "sgd-03": ("sgd", {}, "no dampening"),
    "sgd-04": ("sgd", {"rescale_grad": -1.0}), "adam-00": ("adam", {}), "adam-01": ("adam", {}, "no AMSGrad"),
    "adam-02": ("adam", {}, "PyTorch adds epsilon to the root of the corrected v"), "adam-03": ("adamw", {"epsilon": 1e-8}),
    "adamw-00": ("adamw", {"epsilon": 1e-8, "wd": 0.01}), "adamw-01": ("adamw", {"epsilon": 1e-8}, "no AMSGrad"),
    "adamax-00": ("adamax", {}), "adamax-01": ("adamax", {"epsilon": None}, "no epsilon"),
    "nadam-00": ("nadam", {"learning_rate": 0.002}), "nadam-01": ("nadam", {}), "nadam-02": ("nadam", {}, "no decoupled decay in Nadam"),
    "adagrad-00": ("adagrad", {"eps": 1e-20}), "adagrad-01": ("adagrad", {"epsilon": None}, f"{ROOT}; no lr_decay"),
    "adadelta-00": ("adadelta", {"epsilon": 1e-6}), "adadelta-01": ("adadelta", {}, "PyTorch has the decay in the gradient"),
    "rmsprop-00": ("rmsprop", {"learning_rate": 0.01, "gamma1": 0.99, "epsilon": 1e-16}), "rmsprop-01": ("rmsprop", {}, ROOT),
    "rmsprop-02": ("rmsprop", {"momentum": None, "gamma1": 0.99, "epsilon": 1e-16}, "no momentum in the plain form"),
    "rmsprop-03": ("rmsprop", {"momentum": None, "gamma1": 0.99, "gamma2": 0.5, "epsilon": 1e-16}),
    **{f"{name}-{i:02}": (ABSENT,) for name in ("radam", "muon") for i in range(3)},
    **{f"{name}-{i:02}": (ABSENT,) for name in ("adafactor", "asgd", "rprop") for i in range(2)},
}  # fmt: skip
OF_TORCH = {
    "lr": "learning_rate", "momentum": "momentum", "weight_decay": "wd", "eps": "epsilon", "alpha": "gamma1", "rho": "rho",
    "momentum_decay": "schedule_decay", "centered": "centered",
}  # fmt: skip
UNDERSTOOD = {"nesterov", "maximize", "decoupled_weight_decay", "betas"}  # what name and arguments above stand for


@cases("torch-2.13")
def test_trajectory_of_pytorch(case, recorded):
    (key, *more), (name, arrays, stored, steps) = TORCH[case["id"]], recorded
    if key == ABSENT:
        assert case["optimizer"].lower() not in optimizer.registry._registry
        return
    changes, *why = more
    assert why or not case["kwargs"].keys() - OF_TORCH.keys() - UNDERSTOOD
    kwargs = {OF_TORCH[k]: v for k, v in case["kwargs"].items() if k in OF_TORCH}
    kwargs |= dict(zip(("beta1", "beta2"), case["kwargs"].get("betas", ()), strict=False))
    kwargs = {k: v for k, v in (kwargs | changes).items() if v is not None}
    _, worst = excess(name, {**case, "optimizer": key, "kwargs": kwargs}, arrays, stored, steps)
    assert (worst <= 0) == (not why)


def test_every_case_has_its_line():
    for name, table in ("mxnet-2.0", MXNET2), ("torch-2.13", TORCH):
        assert {c["id"] for c in load(name)[0]} == set(table)
