"""The programs of this folder and the JSON form of their results: what the recorder and tests/test_programs.py share.

An area is a module of this folder; a program is a public function of it, given `mx` (MXNet or mxedu). Its result is written as JSON:
an array as {"array": nested list, "dtype": name, "kind": "NDArray" or "numpy"} ("shape" too, if it is empty), a dict as {"dict": ...},
a tuple as a list, NumPy's scalars as plain numbers. Floats are written as the shortest text that gives their own dtype's number back.
"""

import importlib.util
import inspect
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parent
RESULTS = FOLDER.parent / "data" / "programs"
AREAS = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem not in ("__init__", "encode", "record"))


def load(area):
    """The programs of an area by name, in the order in which they are written."""
    spec = importlib.util.spec_from_file_location(f"programs_{area}", FOLDER / f"{area}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {
        name: f
        for name, f in vars(module).items()
        if inspect.isfunction(f) and f.__module__ == module.__name__ and not name.startswith("_")
    }


def run(program, mx):
    """The encoded result of a program, started from seed 0."""
    mx.random.seed(0)
    np.random.seed(0)
    return encode(program(mx))


def _number(x):
    return float(str(x)) if isinstance(x, np.floating) else x.item()


def _nested(x):
    return _number(x[()]) if x.ndim == 0 else [_nested(row) for row in x]


def encode(value):
    """Give a program's result as JSON's types."""
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, np.generic):
        return _number(value)
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, (tuple, list)):
        return [encode(v) for v in value]
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise TypeError(f"a program's dict needs strings as keys, not {list(value)}")
        return {"dict": {key: encode(v) for key, v in value.items()}}
    kind = "numpy" if isinstance(value, np.ndarray) else "NDArray"
    if kind == "NDArray" and not hasattr(value, "asnumpy"):
        raise TypeError(f"a program returns arrays, numbers, strings, None, and lists or dicts of them, not {type(value)}")
    data = value if kind == "numpy" else value.asnumpy()
    code = {"array": _nested(np.asarray(data)), "dtype": data.dtype.name, "kind": kind}
    return code if data.size else {**code, "shape": list(data.shape)}


def decode_array(code):
    """Give the NumPy array that an encoded array stands for."""
    x = np.array(code["array"], code["dtype"])
    return x.reshape(code["shape"]) if "shape" in code else x
