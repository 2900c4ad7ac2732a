"""What is saved of a training: the states of the parameters, the counts, the settings of optimizer and scheduler, as plain data."""

from ..nd import NDArray
from ..nd.memory import aligned_copy

__all__ = ["check", "pack", "unpack"]

PLAIN = (type(None), bool, int, float, str)
NOT_SETTINGS = {"param_dict", "idx2name", "lr_mult", "wd_mult", "_index_update_count", "rescale_grad"}


def pack(updater, dump_optimizer):
    """Give (arrays by name, the rest as plain data) for an updater."""
    arrays = {}

    def structure(state, name):
        """Give the form of a state, with names in the places of arrays."""
        if isinstance(state, NDArray):
            arrays[name] = state._data
            return name
        if isinstance(state, tuple):
            return [structure(part, f"{name}.{i}") for i, part in enumerate(state)]
        if isinstance(state, list):
            return {"list": [structure(part, f"{name}.{i}") for i, part in enumerate(state)]}
        if isinstance(state, dict) and all(isinstance(key, str) for key in state):
            return {"dict": {key: structure(part, f"{name}.{key}") for key, part in state.items()}}
        if isinstance(state, PLAIN):
            return None if state is None else {"value": state}
        raise TypeError(
            f"the state of parameter {name} holds a {type(state).__name__}: only arrays, numbers, and tuples, lists or dicts of these "
            "are saved"
        )

    header = {"states": [[index, structure(state, str(index))] for index, state in updater.states.items()]}
    if dump_optimizer:
        optimizer = updater.optimizer
        header["optimizer"] = {
            "class": type(optimizer).__name__, "settings": _settings(optimizer), "counts": list(optimizer._index_update_count.items()),
        }  # fmt: skip
    return arrays, header


def _is_scheduler(x):
    return hasattr(x, "__dict__") and not isinstance(x, type) and callable(x) and not hasattr(x, "__code__")


def _settings(x):
    """Give the attributes of an optimizer or scheduler that are plain data, or schedulers, or lists of these."""
    found = {}
    for name, value in vars(x).items():
        if name in NOT_SETTINGS:
            continue
        if isinstance(value, PLAIN) or (isinstance(value, list | tuple) and all(isinstance(v, PLAIN) for v in value)):
            found[name] = value
        elif _is_scheduler(value):
            found[name] = {"class": type(value).__name__, "settings": _settings(value)}
        elif isinstance(value, list | tuple) and all(map(_is_scheduler, value)):
            found[name] = [{"class": type(v).__name__, "settings": _settings(v)} for v in value]
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
    """Give what `unpack` will set: (states by index, settings as (object, attribute, value), counts or None).

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
        return states, [], None
    optimizer = updater.optimizer
    if saved["class"] != type(optimizer).__name__:
        raise ValueError(
            f"{where} belong to an optimizer {saved['class']}, but this one is {type(optimizer).__name__}: make it with that optimizer"
        )
    return states, list(_pairs(optimizer, saved["settings"], where)), dict(saved["counts"])


def unpack(updater, arrays, header):
    """Set an updater to what `pack` gave of one; everything is checked first."""
    states, settings, counts = check(updater, arrays, header)
    updater.states = states
    for x, name, value in settings:
        setattr(x, name, tuple(value) if isinstance(getattr(x, name, None), tuple) else value)
    if counts is not None:
        updater.optimizer._index_update_count = counts
