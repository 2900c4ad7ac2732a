"""Recorded trajectories of optimizers, and the same run again: by mxedu, or by MXNet 1.9.1 (`tests/data/record.py`)."""

import json
from pathlib import Path

import numpy as np

DATA = Path(__file__).parent / "data"


def load(name):
    """Give (cases, arrays, steps that are stored, number of steps) of a set."""
    recorded = json.loads((DATA / f"{name}.json").read_text())
    steps = recorded["meta"]["steps"]
    return recorded["cases"], np.load(DATA / f"{name}.npz"), recorded["meta"].get("stored", list(range(steps))), steps


def run(mx, case, arrays, steps, make=None):
    """Give the optimizer, and the weights of each parameter after each step.

    Parameters
    ----------
    mx : module
        mxedu, or what it is compared with.
    case : dict
        Name and arguments of the optimizer, the parameters it is run on, and in `extra` schedule, multipliers, names, dtype, noise.
    arrays : dict of numpy arrays
        Start and gradients.
    steps : int
        How many.
    make : callable, optional
        Makes the optimizer of its arguments. Default: as the case says.
    """
    extra, kwargs = case.get("extra") or {}, dict(case["kwargs"])
    if extra.get("sched"):
        kwargs["lr_scheduler"] = getattr(mx.lr_scheduler, extra["sched"]["name"])(**extra["sched"]["kwargs"])
    if extra.get("idx2name"):
        kwargs["param_idx2name"] = {int(k): v for k, v in extra["idx2name"].items()}
    opt = make(**kwargs) if make else mx.optimizer.create(case["optimizer"], **kwargs)
    for key, set_mult in (("lr_mult", opt.set_lr_mult), ("wd_mult", opt.set_wd_mult)):
        if extra.get(key):
            set_mult({int(k): v for k, v in extra[key].items()})
    if "seed" in extra:
        mx.random.seed(extra["seed"])
    dtype = "float16" if extra.get("fp16") else "float32"
    weights = [mx.nd.array(arrays[f"init/p{p}"], dtype=dtype) for p in case["params"]]
    update, path = mx.optimizer.get_updater(opt), []
    for t in range(steps):
        update(list(case["params"]), [mx.nd.array(arrays[f"grad/p{p}"][t], dtype=dtype) for p in case["params"]], weights)
        path.append([w.asnumpy().astype("f4") for w in weights])
    return opt, path
