"""Programs that users write against MXNet 1.9.1, run against mxedu: the results are those that the real MXNet gave."""

import json
import warnings

import numpy as np
import pytest

import mxedu
from tests.programs.encode import AREAS, RESULTS, decode_array, load, run

PROGRAMS = {f"{area}.{name}": program for area in AREAS for name, program in load(area).items()}
RECORDED = {
    f"{path.stem}.{name}": result for path in sorted(RESULTS.glob("*.json")) for name, result in json.loads(path.read_text()).items()
}

# Relative and absolute; float16 may differ in its last place, every other dtype (not listed) not at all.
TOLERANCES = {"float16": (1e-3, 1e-6), "float32": (1e-5, 1e-6), "float64": (1e-9, 1e-9)}

# Where mxedu does otherwise on purpose, or cannot do the same.
DIFFERENT = {
    "nd_math.mixed_dtypes_are_refused": "float32 + float64 is float64, as in NumPy",
    "nd_more.sums_of_squares_of_several_arrays": "multi_sum_sq is a helper of MXNet's LARS",
    "nd_more.softmax_in_older_spellings": "SoftmaxOutput, a loss that ignores the gradient of what follows it, is of MXNet's symbols",
    "metric.metric_strings_and_config": "the name in a config is the one that was given, so that create(config) gives the same metric",
    "loss.gradient_of_softmax_cross_entropy_through_a_net": "MXNet's softmax there is good to 1e-6 only, and the net makes 4e-6 of it",
    "nd_nn.update_of_adam_with_decoupled_decay": "adamw_update overwrites the gradient there, so that the second step scales it twice",
}


def differences(expected, got, path="result"):
    """Give, one by one, a line on each place where two encoded results differ."""
    if isinstance(expected, dict) and isinstance(got, dict) and "array" in expected and "array" in got:
        for key in ("kind", "dtype"):
            if expected[key] != got[key]:
                yield f"{path}: {key} {got[key]}, not {expected[key]}"
        x, y = decode_array(expected), decode_array(got)
        if x.shape != y.shape:
            yield f"{path}: shape {y.shape}, not {x.shape}"
        elif not np.allclose(y, x, *TOLERANCES.get(expected["dtype"], (0, 0)), equal_nan=True):
            yield f"{path}:\n{y}\nnot\n{x}"
    elif type(expected) is not type(got):
        yield f"{path}: {got!r}, not {expected!r}"
    elif isinstance(expected, dict):
        if list(expected) != list(got):
            yield f"{path}: keys {list(got)}, not {list(expected)}"
        for key in expected.keys() & got.keys():
            yield from differences(expected[key], got[key], path if key == "dict" else f"{path}[{key!r}]")
    elif isinstance(expected, list):
        if len(expected) != len(got):
            yield f"{path}: {len(got)} items, not {len(expected)}"
        for i, (x, y) in enumerate(zip(expected, got, strict=False)):
            yield from differences(x, y, f"{path}[{i}]")
    elif isinstance(expected, float):
        if not np.isclose(got, expected, *TOLERANCES["float32"], equal_nan=True):
            yield f"{path}: {got!r}, not {expected!r}"
    elif expected != got:
        yield f"{path}: {got!r}, not {expected!r}"


@pytest.mark.parametrize("name", PROGRAMS)
def test_program_gives_what_mxnet_gives(name):
    if name not in RECORDED:
        pytest.fail(f"{name} has no recorded result: run tests/programs/record.py with MXNet", pytrace=False)
    found = outcome(name)
    if name in DIFFERENT:
        assert found, "this program gives what MXNet gives: take it from the list"
    elif found:
        pytest.fail(f"{name}: {found}", pytrace=False)


def outcome(name):
    """Give the first difference of a program from MXNet, or the error that it ends with, or nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            got = run(PROGRAMS[name], mxedu)
        except Exception as error:
            if name in DIFFERENT:
                return repr(error)
            raise
    return next(differences(RECORDED[name], got), None)


def test_every_recorded_result_belongs_to_a_program():
    assert RECORDED.keys() == PROGRAMS.keys()
