"""Parameters by name."""

import re
from collections import OrderedDict

import numpy as np

from .. import initializer
from ..nd import load, save
from .parameter import Constant, Parameter, contexts_of

__all__ = ["ParameterDict"]


def named_arrays(filename):
    """Give the arrays by name that a file of parameters holds."""
    arrays = load(filename)
    if not isinstance(arrays, dict):
        raise ValueError(f"the file {filename!r} holds a list of arrays, not parameters by name")
    return arrays


def load_into(parameters, arrays, filename, ctx, allow_missing, ignore_extra, cast_dtype, dtype_source):
    """Write arrays to the parameters of the same names. Everything is checked first: what cannot be loaded whole changes nothing.

    Raises
    ------
    ValueError
        If names are missing or too many, or shapes or dtypes differ.
    MXNetError
        If there is no such context.
    """
    if dtype_source not in ("current", "saved"):
        raise ValueError(f"dtype_source must be 'current' or 'saved', got {dtype_source!r}")
    missing, extra = [n for n in parameters if n not in arrays], [n for n in arrays if n not in parameters]
    if missing and not allow_missing:
        raise ValueError(f"the file {filename!r} has no {', '.join(missing)}; it has {', '.join(arrays)}: pass allow_missing=True to go on")
    if extra and not ignore_extra:
        raise ValueError(f"the file {filename!r} has {', '.join(extra)}, which the net has not: pass ignore_extra=True to pass over that")
    contexts = None if ctx is None else contexts_of(ctx)
    present = [(parameters[n], arrays[n]._data) for n in parameters if n in arrays]
    for parameter, values in present:
        parameter._check_load(values, cast_dtype, f"the file {filename!r}")
    for parameter, values in present:
        parameter._load(values, contexts, dtype_source if cast_dtype else "current")


def _filled(shape, known):
    """Give the shape with its zeros, which stand for unknown lengths, replaced by those of a known one."""
    if known is None or len(known) != len(shape):
        return shape
    return tuple(n or k for n, k in zip(shape, known, strict=True))


class ParameterDict:
    """Parameters by name, in the order in which they were added.

    Parameters
    ----------
    prefix : str, default ''
        What `get` puts before the names it is given.
    """

    def __init__(self, prefix="", shared=None):
        self._prefix = prefix
        self._params = OrderedDict()
        self._shared = {} if shared is None else shared  # parameters of other blocks, which `get` looks up too

    @property
    def prefix(self):
        """What `get` puts before names."""
        return self._prefix

    def __repr__(self):
        lines = "\n".join(f"  {p!r}" for p in self.values())
        return f"{self._prefix + ' ' if self._prefix else ''}(\n{lines}\n)"

    def __getitem__(self, name):
        return self._params[name]

    def __iter__(self):
        return iter(self._params)

    def __len__(self):
        return len(self._params)

    def __contains__(self, name):
        return name in self._params

    def keys(self):
        """Give the names."""
        return self._params.keys()

    def values(self):
        """Give the parameters."""
        return self._params.values()

    def items(self):
        """Give pairs of name and parameter."""
        return self._params.items()

    def get(self, name, **kwargs):
        """Give the parameter prefix + name, made with `Parameter(prefix + name, **kwargs)` if there is none.

        One that is there must fit the shape and the dtype asked for; lengths that it does not know yet are filled in.
        """
        name = self._prefix + name
        if name not in self._params and name in self._shared:
            self._params[name] = self._shared[name]
        if name not in self._params:
            self._params[name] = Parameter(name, **kwargs)
            return self._params[name]
        parameter, shape = self._params[name], kwargs.get("shape")
        if np.dtype(kwargs.get("dtype", parameter.dtype)) != np.dtype(parameter.dtype):
            raise ValueError(f"dtype: the shared parameter {name} is {parameter.dtype}, but {kwargs['dtype']} is asked for")
        if shape is not None:
            parameter.shape = _filled(shape, parameter.shape)
        return parameter

    def update(self, other, select=None):
        """Add the parameters of another dict, those whose name matches `select`; two parameters of one name are an error."""
        for name, parameter in other.items():
            if select is not None and not re.match(select, name):
                continue
            if self._params.setdefault(name, parameter) is not parameter:
                raise ValueError(f"two different parameters have the name {name!r}: give their blocks different prefixes")

    def get_constant(self, name, value=None):
        """Give the constant prefix + name, made of `value` if there is none; one that is there must have that value."""
        name = self._prefix + name
        known = self._params.get(name, self._shared.get(name) if name in self._shared else None)
        if known is None:
            if value is None:
                raise KeyError(f"there is no constant {name!r}: give its value to make it")
            known = Constant(name, value)
        elif not isinstance(known, Constant):
            raise ValueError(f"{name!r} is a parameter and not a constant: use get, or another name")
        elif value is not None and not np.array_equal(np.asarray(value, known.dtype), known.value._data):
            raise ValueError(f"the constant {name!r} has another value: use another name")
        self._params[name] = known
        return known

    def initialize(self, init=None, ctx=None, verbose=False, force_reinit=False):
        """Give all parameters their first values; `init` serves those without an initializer of their own."""
        init = initializer.create("uniform" if init is None else init)
        for parameter in self.values():
            parameter.initialize(None, ctx, init, force_reinit)

    def zero_grad(self):
        """Set all gradients to zero."""
        for parameter in self.values():
            parameter.zero_grad()

    def reset_ctx(self, ctx):
        """Move all parameters to other contexts."""
        for parameter in self.values():
            parameter.reset_ctx(ctx)

    def list_ctx(self):
        """Give all contexts on which parameters live."""
        return list(dict.fromkeys(context for parameter in self.values() for context in parameter.list_ctx()))

    def save(self, filename, strip_prefix=""):
        """Save the values of all parameters, by name, without a prefix that all of them have."""
        for name in self.keys():
            if not name.startswith(strip_prefix):
                raise ValueError(f"strip_prefix is {strip_prefix!r}, but the parameter {name!r} does not begin with it")
        save(filename, {name.removeprefix(strip_prefix): p.list_data()[0] for name, p in self.items()})

    def load(
        self, filename, ctx=None, allow_missing=False, ignore_extra=False, restore_prefix="", cast_dtype=False, dtype_source="current"
    ):
        """Load values of parameters by name, which have been saved without `restore_prefix`; see `Block.load_parameters`."""
        arrays = {restore_prefix + name: x for name, x in named_arrays(filename).items()}
        load_into(dict(self.items()), arrays, filename, ctx, allow_missing, ignore_extra, cast_dtype, dtype_source)

    def setattr(self, name, value):
        """Set an attribute of all parameters, such as grad_req, lr_mult or wd_mult."""
        for parameter in self.values():
            setattr(parameter, name, value)
