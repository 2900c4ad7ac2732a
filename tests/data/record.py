"""Record the trajectories of a set again, with MXNet 1.9.1: python tests/data/record.py mxnet-1.9.1-wide."""

import sys
import warnings
from pathlib import Path

import mxnet
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.trajectories import DATA, load, run  # noqa: E402


def main(name):
    """Run all cases of a set, and write their trajectories beside its starts and gradients."""
    warnings.simplefilter("ignore")
    cases, arrays, stored, steps = load(name)
    found = {key: arrays[key] for key in arrays.files if key.startswith(("init/", "grad/"))}
    sgld = sys.modules[mxnet.optimizer.SGLD.__module__]
    normal = sgld.normal
    for case in cases:
        sgld.normal = (lambda *_, shape, **__: mxnet.nd.zeros(shape)) if case["extra"].get("nonoise") else normal
        path = run(mxnet, case, arrays, steps)[1]
        for i, p in enumerate(case["params"]):
            found[f"{case['id']}/p{p}"] = np.array([path[t][i] for t in stored])
    for key in found:
        print(key, float(np.abs(found[key] - arrays[key]).max())) if not np.array_equal(found[key], arrays[key]) else None
    np.savez_compressed(DATA / f"{name}.npz", **found)


if __name__ == "__main__":
    main(sys.argv[1])
