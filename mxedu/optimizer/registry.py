"""Optimizers by name."""

import warnings

from ..validate import did_you_mean
from .optimizer import Optimizer

__all__ = ["create", "register"]

_registry = {}


def register(cls):
    """Make an optimizer class known under its name in lower case; warns when that replaces another class.

    Raises
    ------
    TypeError
        If it is not a subclass of Optimizer.
    """
    if not (isinstance(cls, type) and issubclass(cls, Optimizer)):
        raise TypeError(f"register takes a subclass of Optimizer, got {cls!r}")
    name = cls.__name__.lower()
    if name in _registry:
        warnings.warn(f"the optimizer {name!r} registered before ({_registry[name]}) is replaced by {cls}", stacklevel=2)
    _registry[name] = cls
    return cls


def create(name, **kwargs):
    """Make an optimizer by its registered name, in any case.

    Examples
    --------
    >>> from mxedu import optimizer
    >>> optimizer.create("Adam", learning_rate=0.1).learning_rate
    0.1
    """
    if not isinstance(name, str):
        known = ", ".join(sorted(_registry))
        raise TypeError(f"optimizer must be a name ({known}) or an instance such as SGD(learning_rate=0.1), got {name!r}")
    if name.lower() not in _registry:
        hint = did_you_mean(name.lower(), _registry)
        raise ValueError(f"optimizer {name!r} is unknown.{hint} Registered are {', '.join(sorted(_registry))}.")
    return _registry[name.lower()](**kwargs)


# As MXNet has them too.
Optimizer.opt_registry, Optimizer.register, Optimizer.create_optimizer = _registry, staticmethod(register), staticmethod(create)
