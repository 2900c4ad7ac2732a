"""What several test modules share: the golden data, and the check that a call has changed nothing."""

import contextlib
import json
from pathlib import Path

import numpy as np

from mxedu import gluon, initializer, lr_scheduler, optimizer
from mxedu.autograd.tape import Leaf
from mxedu.nd import NDArray, streams

DATA = Path(__file__).parent / "data"
GOLDEN = json.loads((DATA / "mxnet-1.9.1.json").read_text())
ARRAYS = np.load(DATA / "mxnet-1.9.1.npz")

# Objects that are looked into, attribute by attribute; everything else is compared as a value.
OPENED = (
    gluon.Block, gluon.Parameter, gluon.ParameterDict, gluon.Trainer, initializer.Initializer, lr_scheduler.LRScheduler,
    optimizer.Optimizer, optimizer.Updater,
)  # fmt: skip


def golden(kind):
    """The golden cases of a kind ('losses', 'random', ...), as parameters of a test."""
    return {"argvalues": GOLDEN["misc"].get(kind) or GOLDEN[kind], "ids": lambda case: case["id"]}


def _values(path, x):
    """Give (path, value) for every number, array and name reachable from x."""
    if isinstance(x, np.ndarray):
        yield path, (x.dtype.str, x.shape, x.tobytes())
    elif isinstance(x, NDArray):
        yield from _values(path, x._data)
        yield from _values(f"{path}.node", x._node)
    elif isinstance(x, Leaf):
        yield f"{path}.identity", id(x)
        yield from _values(path, {"gradient": x.gradient, "fresh": x.fresh, "grad_req": x.grad_req})
    elif isinstance(x, np.random.RandomState):
        yield from _values(path, x.get_state())
    elif isinstance(x, dict):
        yield f"{path}.keys", list(x)
        for key, value in x.items():
            yield from _values(f"{path}.{key}", value)
    elif isinstance(x, list | tuple):
        yield f"{path}.length", len(x)
        for i, value in enumerate(x):
            yield from _values(f"{path}[{i}]", value)
    elif isinstance(x, OPENED):
        yield f"{path}.type", type(x)
        if isinstance(x, optimizer.Optimizer):
            yield from _values(f"{path}._index_update_count", x._index_update_count)
        # A table only remembers where these things lie.
        yield from _values(path, {name: value for name, value in vars(x).items() if name not in ("_table", "_refused", "_counts")})
    else:
        yield path, x


def snapshot(*things):
    """Everything that can be seen of the things, and where the random streams stand, as {path: value}."""
    return dict(_values("", [*things, {"random": {"seed": streams._seed, **streams._engines}}]))


@contextlib.contextmanager
def unchanged(*things):
    """Assert that the `with` block leaves nets, trainers, optimizers, schedulers, arrays and the random streams as they are."""
    before = snapshot(*things)
    yield
    after = snapshot(*things)
    changed = [path for path in before | after if before.get(path) != after.get(path) or (path in before) != (path in after)]
    assert not changed, f"changed: {', '.join(changed)}"
