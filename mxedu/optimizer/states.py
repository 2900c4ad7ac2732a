"""What is saved of a training: the states of the parameters, the counts, the settings of optimizer and scheduler, as plain data."""

import numpy as np

from ..nd import NDArray
from ..nd.memory import aligned_copy

__all__ = ["check", "pack", "unpack"]

PLAIN = (type(None), bool, int, float, str)
BY_INDEX = "idx2name", "lr_mult", "wd_mult", "_index_update_count"  # dicts, by index or name
NOT_SETTINGS = {"param_dict", "_counts", "_table", *BY_INDEX}


def pack(updater, dump_optimizer):
    """Give (arrays by name, the rest as plain data) for an updater."""
    arrays = {}

    def structure(state, name, path):
        """Give the form of a state, with names in the places of arrays; its path is for the message."""
        if isinstance(state, NDArray):
            arrays[name] = state._data
            return name
        if isinstance(state, tuple):
            return [structure(part, f"{name}.{i}", f"{path}.{i}") for i, part in enumerate(state)]
        if isinstance(state, list):
            return {"list": [structure(part, f"{name}.{i}", f"{path}.{i}") for i, part in enumerate(state)]}
        if isinstance(state, dict) and all(isinstance(key, str) for key in state):
            return {"dict": {key: structure(part, f"{name}.{i}", f"{path}.{key}") for i, (key, part) in enumerate(state.items())}}
        state = _plain(state)
        if isinstance(state, PLAIN):
            return None if state is None else {"value": state}
        raise TypeError(
            f"the state of parameter {path} holds a {type(state).__name__}: only arrays, numbers, and tuples, lists or dicts of these "
            "are saved"
        )

    # Arrays are named by the place of their index, not by the index: 0 and "0" are two.
    header = {"states": [[_plain(index), structure(x, str(i), index)] for i, (index, x) in enumerate(updater.states.items())]}
    if dump_optimizer:
        optimizer = updater.optimizer
        header["optimizer"] = {
            "class": type(optimizer).__name__, "settings": _settings(optimizer),
            "by_index": {name: [[_plain(i), _plain(x)] for i, x in getattr(optimizer, name).items()] for name in BY_INDEX},
        }  # fmt: skip
    return arrays, header


def _plain(x):
    """Give NumPy's numbers as Python's."""
    return x.item() if isinstance(x, np.generic) else x


def _is_scheduler(x):
    return hasattr(x, "__dict__") and not isinstance(x, type) and callable(x) and not hasattr(x, "__code__")


def _settings(x):
    """Give the attributes of an optimizer or scheduler that are plain data, or schedulers, or lists of these."""
    found = {}
    for name, value in vars(x).items():
        if name in NOT_SETTINGS:
            continue
        value = _plain(value)
        if isinstance(value, PLAIN) or (isinstance(value, list | tuple) and all(isinstance(v, PLAIN) for v in value)):
            found[name] = value
        elif _is_scheduler(value):
            found[name] = {"class": type(value).__name__, "settings": _settings(value)}
        elif isinstance(value, list | tuple) and all(map(_is_scheduler, value)):
            found[name] = [{"class": type(v).__name__, "settings": _settings(v)} for v in value]
        elif isinstance(value, NDArray | np.ndarray | list | tuple | dict) or hasattr(value, "create_state"):
            raise TypeError(
                f"the attribute {name} of {type(x).__name__} is a {type(value).__name__} and would not be saved: only numbers, words, "
                "lists of these, and schedulers are; what goes on from step to step belongs in the states that create_state gives"
            )
    return found


def _pairs(x, settings, where):
    """Give (object, attribute, value) for all plain settings; ValueError where the schedulers are not those that were saved."""
    for name, value in settings.items():
        own = getattr(x, name, None)
        if isinstance(value, dict):
            value, own = [value], [own]
        if not (isinstance(value, list) and value and isinstance(value[0], dict)):
            if _is_scheduler(own):
                raise ValueError(f"{where} has no {name}, but there is a {type(own).__name__}: make the optimizer as it was saved")
            yield x, name, value
            continue
        classes = [type(o).__name__ for o in own] if isinstance(own, list | tuple) else []
        if classes != [v["class"] for v in value]:
            raise ValueError(
                f"{where} was saved with {name} {', '.join(v['class'] for v in value)}, but there is {', '.join(classes) or own}: make the "
                "optimizer with the scheduler that it had"
            )
        for o, v in zip(own, value, strict=True):
            yield from _pairs(o, v["settings"], where)


def check(updater, arrays, header, where="the states"):
    """Give what `unpack` will set: (states by index, settings as (object, attribute, value)).

    Raises
    ------
    ValueError
        If the optimizer or a scheduler is of another class than the one that was saved.
    """

    def state(form):
        """Give the state of a form: the reverse of `pack`."""
        match form:
            case None:
                return None
            case str():
                return NDArray(aligned_copy(arrays[form]))
            case {"list": parts}:
                return [state(part) for part in parts]
            case {"dict": parts}:
                return {key: state(part) for key, part in parts.items()}
            case {"value": value}:
                return value
        return tuple(state(part) for part in form)

    states = {index: state(form) for index, form in header["states"]}
    saved = header.get("optimizer")
    if saved is None:
        return states, []
    optimizer = updater.optimizer
    if saved["class"] != type(optimizer).__name__:
        raise ValueError(
            f"{where} belong to an optimizer {saved['class']}, but this one is {type(optimizer).__name__}: make it with that optimizer"
        )
    by_index = [(optimizer, name, dict(pairs)) for name, pairs in saved["by_index"].items()]
    return states, [*_pairs(optimizer, saved["settings"], where), *by_index]


def unpack(updater, arrays, header):
    """Set an updater to what `pack` gave of one; everything is checked first."""
    states, settings = check(updater, arrays, header)
    updater.states = states
    for x, name, value in settings:
        setattr(x, name, tuple(value) if isinstance(getattr(x, name, None), tuple) else value)
