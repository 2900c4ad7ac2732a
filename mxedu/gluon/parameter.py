"""Parameters of layers: weights with a gradient, an initializer and multipliers, made when their shape is known."""

import re
import warnings
from collections import OrderedDict

import numpy as np

from .. import initializer, validate
from ..nd import NDArray
from ..nd.memory import aligned_zeros

__all__ = ["DeferredInitializationError", "Parameter", "ParameterDict"]


class DeferredInitializationError(RuntimeError):
    """The parameter's values are not there yet, because its shape is not known before the first forward pass."""


class Parameter:
    """A weight of a layer.

    Parameters
    ----------
    name : str
        Its name.
    grad_req : {'write', 'add', 'null'}, default 'write'
        Whether a gradient replaces the old one, is added to it, or is not computed (the parameter is frozen).
    shape : int or tuple of int, optional
        Its shape; 0 stands for a length that is not known yet.
    dtype : str or type, default 'float32'
        The type of its elements.
    lr_mult, wd_mult : float, default 1.0
        Factors of the learning rate and of the weight decay for this parameter; they count at every update.
    init : Initializer or str, optional
        Its own initializer, which comes before the one passed to `initialize`.
    allow_deferred_init : bool, default False
        Whether `initialize` may wait for the shape.
    differentiable : bool, default True
        If False, it has no gradient: grad_req is 'null'.
    """

    def __init__(
        self, name, grad_req="write", shape=None, dtype="float32", lr_mult=1.0, wd_mult=1.0, init=None, allow_deferred_init=False,
        differentiable=True,
    ):  # fmt: skip
        self.name = name
        self.dtype = np.dtype(dtype).name
        self.lr_mult, self.wd_mult = lr_mult, wd_mult
        self.init = None if init is None else initializer.create(init)
        self._allow_deferred_init = allow_deferred_init
        self._shape = (shape,) if isinstance(shape, int) else None if shape is None else tuple(shape)
        self._data = None
        self._pending = None  # the initializer, or the data, that waits for the shape
        self._differentiable = differentiable
        self._grad_req = "null"
        self.grad_req = grad_req

    def __repr__(self):
        return f"Parameter {self.name} (shape={self.shape}, dtype={self.dtype})"

    @property
    def shape(self):
        """The shape; 0 where it is not known. May be set once to fill in what is unknown."""
        return self._shape

    @shape.setter
    def shape(self, shape):
        if self._shape is not None and (
            len(shape) != len(self._shape) or any(old not in (0, new) for old, new in zip(self._shape, shape, strict=True))
        ):
            raise ValueError(f"shape: parameter {self.name} has shape {self._shape} (0: unknown), which cannot become {tuple(shape)}")
        self._shape = tuple(shape)

    @property
    def lr_mult(self):
        """The factor of the learning rate, at least 0."""
        return self._lr_mult

    @lr_mult.setter
    def lr_mult(self, value):
        self._lr_mult = validate.real("lr_mult", value, low=0)

    @property
    def wd_mult(self):
        """The factor of the weight decay, at least 0."""
        return self._wd_mult

    @wd_mult.setter
    def wd_mult(self, value):
        self._wd_mult = validate.real("wd_mult", value, low=0)

    @property
    def grad_req(self):
        """How gradients are taken in: 'write', 'add' or 'null'."""
        return self._grad_req

    @grad_req.setter
    def grad_req(self, grad_req):
        if grad_req not in ("write", "add", "null"):
            raise ValueError(f"grad_req of parameter {self.name} must be 'write', 'add' or 'null', got {grad_req!r}")
        grad_req = grad_req if self._differentiable else "null"
        if grad_req != self._grad_req:
            self._grad_req = grad_req
            self._attach_grad()

    def __setstate__(self, state):
        """Restore a copied or unpickled parameter; arrays travel without their gradients."""
        self.__dict__.update(state)
        self._attach_grad()

    def _attach_grad(self):
        if self._data is None:
            return
        if self._grad_req == "null":
            self._data._node = None
        else:
            self._data.attach_grad(self._grad_req)

    # Initialisation.

    def initialize(self, init=None, ctx=None, default_init=None, force_reinit=False):
        """Give the parameter its first values, now or when its shape is known.

        Parameters
        ----------
        init : Initializer or str, optional
            What to start with. Default: the parameter's own `init`, then `default_init`.
        ctx : optional
            Accepted for MXNet's sake: everything is on the CPU.
        default_init : Initializer or str, optional
            What to start with where nothing else is said. Default: Uniform(0.07).
        force_reinit : bool, default False
            Start again a parameter that has values.
        """
        if self._data is not None and not force_reinit:
            message = f"Parameter '{self.name}' is already initialized, ignoring. Set force_reinit=True to re-initialize."
            warnings.warn(message, stacklevel=2)
            return
        own = self.init if init is None else initializer.create(init)
        if own is not None:
            fill = own.fill
        else:
            fill = initializer.create("uniform" if default_init is None else default_init)
        if self._unknown_shape():
            if not self._allow_deferred_init:
                raise ValueError(f"parameter {self.name} has the unknown shape {self._shape}: give its shape, or allow_deferred_init=True")
            self._data, self._pending = None, fill
        else:
            self._start(fill)

    def _unknown_shape(self):
        return self._shape is None or 0 in self._shape

    def _start(self, fill):
        """Make the array and write the first values, a function of (name, array) or an array."""
        data = aligned_zeros(self._shape, self.dtype)
        if isinstance(fill, np.ndarray):
            if fill.shape != data.shape:
                raise ValueError(f"data set for parameter {self.name} has shape {fill.shape}, but the net needs {data.shape}")
            data[...] = fill
        else:
            fill(self.name, data)
        self._data, self._pending = NDArray(data), None
        self._attach_grad()

    def _finish_deferred_init(self):
        if self._pending is not None:
            self._start(self._pending)

    # Values.

    def _missing(self):
        """The error for values that are not there."""
        if self._pending is not None:
            return DeferredInitializationError(
                f"Parameter '{self.name}' has not been initialized yet because initialization was deferred: its shape {self.shape} "
                "becomes known in the first forward pass. Pass one batch of data through the network before. If you did, its layer was "
                "not used in that pass: use it, or remove it. Giving the shape (in_units for Dense) avoids waiting."
            )
        return RuntimeError(
            f"Parameter '{self.name}' has not been initialized. Call net.initialize() before a forward pass and before the Trainer is "
            "made, and collect parameters with net.collect_params(), which has those of nested blocks too, not net.params."
        )

    def data(self, ctx=None):
        """Give the values, as the array itself: writing to it in place changes the parameter."""
        if self._data is None:
            raise self._missing()
        return self._data

    def grad(self, ctx=None):
        """Give the gradient: zeros before the first backward."""
        data = self.data()
        if self._grad_req == "null":
            raise RuntimeError(f"Cannot get the gradient of parameter '{self.name}' because grad_req='null': set grad_req='write'")
        return data.grad

    def list_data(self):
        """Give [data()]: there is one device."""
        return [self.data()]

    def list_grad(self):
        """Give [grad()]: there is one device."""
        return [self.grad()]

    def zero_grad(self):
        """Set the gradient to zero, as grad_req='add' needs before each new sum."""
        if self._data is not None and self._grad_req != "null":
            self._data._node.gradient._data[...] = 0

    def set_data(self, data):
        """Write new values, an array of the parameter's shape."""
        values = data._data if isinstance(data, NDArray) else np.asarray(data)
        if self._data is None and self._pending is None:
            raise self._missing()
        known = self._shape is not None and len(values.shape) == len(self._shape)
        if self._shape is not None and not (known and all(n in (0, m) for n, m in zip(self._shape, values.shape, strict=True))):
            raise ValueError(f"set_data: parameter {self.name} has shape {self._shape} (0: unknown), but the data has {values.shape}")
        if self._data is None:
            self._shape, self._pending = values.shape, values.copy()
        else:
            self._data[...] = NDArray(values)


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
        self._shared = {} if shared is None else shared

    @property
    def prefix(self):
        """What `get` puts before names."""
        return self._prefix

    def __repr__(self):
        lines = "".join(f"  {p!r}\n" for p in self.values())
        return f"{self._prefix + ' ' if self._prefix else ''}(\n{lines})"

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
        if np.dtype(kwargs.get("dtype", parameter.dtype)).name != parameter.dtype:
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

    def initialize(self, init=None, ctx=None, verbose=False, force_reinit=False):
        """Give all parameters their first values; `init` serves those without an initializer of their own."""
        init = initializer.create("uniform" if init is None else init)
        for parameter in self.values():
            parameter.initialize(None, ctx, init, force_reinit)

    def zero_grad(self):
        """Set all gradients to zero."""
        for parameter in self.values():
            parameter.zero_grad()

    def setattr(self, name, value):
        """Set an attribute of all parameters, such as grad_req, lr_mult or wd_mult."""
        for parameter in self.values():
            setattr(parameter, name, value)
