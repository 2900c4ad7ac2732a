"""Metrics by name."""

import warnings

from .base import EvalMetric

__all__ = ["alias", "register"]

known = {}


def register(klass, name=None):
    """Make a metric class known to `create`; a decorator. Warns when another class had that name.

    Parameters
    ----------
    klass : type
        A subclass of EvalMetric.
    name : str, optional
        The name, in any case. Default: that of the class.

    Raises
    ------
    TypeError
        If it is not a subclass of EvalMetric.
    """
    if not (isinstance(klass, type) and issubclass(klass, EvalMetric)):
        raise TypeError(f"register takes a subclass of EvalMetric, got {klass!r}")
    name = (name or klass.__name__).lower()
    if name in known:
        warnings.warn(f"the metric {name!r} registered before ({known[name]}) is replaced by {klass}", stacklevel=2)
    known[name] = klass
    return klass


def alias(*aliases):
    """Give a decorator that makes a metric class known under these names; see `register`."""

    def known_as(klass):
        for name in aliases:
            register(klass, name)
        return klass

    return known_as
