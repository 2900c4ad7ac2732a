"""The file of a training's states."""

import numpy as np

from .. import serialization
from ..base import DtypeError, ShapeError
from ..nd import NDArray, streams
from ..optimizer import states
from .parameter import fits

__all__ = ["load", "save"]

KIND = "trainer states"


def save(fname, updater):
    """Save the states of an updater, and where the random streams stand."""
    arrays, header = states.pack(updater, dump_optimizer=True)
    seed, *engines = streams.get_state()
    name, words, position, has_gauss, gauss = np.random.get_state()
    arrays |= dict(zip(("random/engines", "random/words", "random/positions"), engines, strict=True))
    arrays["random/numpy"] = words
    header["random"] = {"seed": seed, "numpy": [name, position, has_gauss, gauss]}
    serialization.write(fname, serialization.dump(KIND, arrays, **header))


def load(fname, updater, parameters):
    """Set an updater and the random streams to what a file holds; what does not fit raises, and changes nothing."""
    arrays, header = serialization.read(fname, KIND)
    where = f"the file {str(fname)!r}"
    try:
        found, _ = states.check(updater, arrays, header, where)
        random = header["random"]
        engines = [arrays[f"random/{name}"] for name in ("engines", "words", "positions")]
        numpys = (random["numpy"][0], arrays["random/numpy"], *random["numpy"][1:])
        seed = int(random["seed"])
    except (KeyError, TypeError, IndexError) as error:
        raise serialization.FileError(f"{where} is damaged: it lacks {error}") from None
    for index, state in found.items():
        if not isinstance(index, int) or not 0 <= index < len(parameters):
            raise ValueError(f"{where} has states of parameter {index!r}, but this Trainer has {len(parameters)} parameters")
        parameter = parameters[index]
        for x in _leaves(state) if updater.optimizer.rule is not None else ():
            if not fits(updater.optimizer.state_shape(parameter.shape), x.shape):
                raise ShapeError(f"{where} has states of shape {x.shape} for parameter {parameter.name} of shape {parameter.shape}")
            kind = np.dtype(parameter.dtype)
            if kind != np.float16 and x._data.dtype != kind:  # beside float16 there may be copies in float32
                found = f"{x._data.dtype} for parameter {parameter.name} of dtype {kind}"
                raise DtypeError(f"{where} has states of dtype {found}: cast the net first")
    try:
        np.random.RandomState().set_state(numpys)
        streams.set_state(seed, *engines)
    except (ValueError, TypeError, IndexError) as error:
        raise serialization.FileError(f"{where} is damaged: its random streams make no sense ({error})") from None
    np.random.set_state(numpys)
    states.unpack(updater, arrays, header)


def _leaves(state):
    """Give all arrays of a state."""
    if isinstance(state, NDArray):
        yield state
    for part in state if isinstance(state, list | tuple) else state.values() if isinstance(state, dict) else ():
        yield from _leaves(part)
