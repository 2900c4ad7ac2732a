"""Parameters of layers: weights with a gradient, an initializer and multipliers, made when their shape is known."""

import warnings

import numpy as np

from .. import initializer, validate
from ..autograd.epoch import touch
from ..autograd.tape import set_node
from ..base import MXNetError, ShapeError
from ..context import current_context, resolve
from ..nd import NDArray
from ..nd.memory import aligned_copy, aligned_zeros
from ..nd.ndarray import on

__all__ = ["Constant", "DeferredInitializationError", "Parameter"]


class DeferredInitializationError(MXNetError):
    """The parameter's values are not there yet, because its shape is not known before the first forward pass."""


class Parameter:
    """A weight of a layer.

    On several contexts it has one array each, with a gradient of its own. They share their memory, so that a step updates all of
    them at once.

    Parameters
    ----------
    name : str
        Its name.
    grad_req : {'write', 'add', 'null'}, default 'write'
        Whether a gradient replaces the old one, is added to it, or is not computed (the parameter is frozen).
    shape : int or tuple of int, optional
        Its shape; 0 stands for a length that is not known yet.
    dtype : str or type, default numpy.float32
        The type of its elements.
    lr_mult, wd_mult : float, default 1.0
        Factors of the learning rate and of the weight decay for this parameter; they count at every update.
    init : Initializer or str, optional
        Its own initializer, which comes before the one passed to `initialize`.
    allow_deferred_init : bool, default False
        Whether `initialize` may wait for the shape.
    differentiable : bool, default True
        If False, it has no gradient: grad_req is 'null'.
    stype, grad_stype : {'default'}
        Accepted for MXNet's sake: all arrays are dense.
    """

    def __init__(
        self, name, grad_req="write", shape=None, dtype=np.float32, lr_mult=1.0, wd_mult=1.0, init=None, allow_deferred_init=False,
        differentiable=True, stype="default", grad_stype="default",
    ):  # fmt: skip
        self.name = name
        self.dtype = dtype
        self.lr_mult, self.wd_mult = lr_mult, wd_mult
        self.init = None if init is None else initializer.create(init)
        self._allow_deferred_init = allow_deferred_init
        self._shape = None if shape is None else _lengths(shape)
        self._data = None  # the array on the first context; all of them are in _replicas
        self._replicas = []
        self._contexts = []  # where it lives, or will live
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
        shape = _lengths(shape)
        if not fits(self._shape, shape):
            raise ShapeError(f"shape: parameter {self.name} has shape {self._shape} (0: unknown), which cannot become {shape}")
        self._shape = shape

    @property
    def dtype(self):
        """The type of the elements, as it was given; `cast` changes it."""
        return self._dtype

    @dtype.setter
    def dtype(self, dtype):
        np.dtype(dtype)  # raises if it is none
        self._dtype = dtype

    @property
    def lr_mult(self):
        """The factor of the learning rate, at least 0."""
        return self._lr_mult

    @lr_mult.setter
    def lr_mult(self, value):
        self._lr_mult = validate.real("lr_mult", value, low=0)
        touch()

    @property
    def wd_mult(self):
        """The factor of the weight decay, at least 0."""
        return self._wd_mult

    @wd_mult.setter
    def wd_mult(self, value):
        self._wd_mult = validate.real("wd_mult", value, low=0)
        touch()

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
            touch()
            self._grad_req = grad_req
            self._attach_grad()

    def __setstate__(self, state):
        """Restore a copied or unpickled parameter; arrays travel without their gradients."""
        self.__dict__.update(state)
        if self._data is not None:
            self._place(aligned_copy(self._data._data.astype(self.dtype, copy=False)), self._contexts)

    def _attach_grad(self):
        for x in self._replicas:
            if self._grad_req == "null":
                set_node(x, None)
            else:
                x.attach_grad(self._grad_req)

    # Initialisation.

    def initialize(self, init=None, ctx=None, default_init=None, force_reinit=False):
        """Give the parameter its first values, now or when its shape is known.

        Parameters
        ----------
        init : Initializer or str, optional
            What to start with. Default: the parameter's own `init`, then `default_init`.
        ctx : Context or list of Context, optional
            Where it lives. Default: the current context.
        default_init : Initializer or str, optional
            What to start with where nothing else is said. Default: Uniform(0.07).
        force_reinit : bool, default False
            Start again a parameter that has values.
        """
        if self._data is not None and not force_reinit:
            message = f"Parameter '{self.name}' is already initialized, ignoring. Set force_reinit=True to re-initialize."
            warnings.warn(message, stacklevel=2)
            return
        if isinstance(self._pending, np.ndarray) and not force_reinit:
            return  # set_data has given its values already
        contexts = contexts_of(ctx)
        fill = self.init if init is None else initializer.create(init)
        if fill is None or (init is None and isinstance(default_init, initializer.Load) and self.name in default_init.param):
            fill = initializer.create("uniform" if default_init is None else default_init)
        if self._unknown_shape():
            if not self._allow_deferred_init:
                raise ValueError(f"parameter {self.name} has the unknown shape {self._shape}: give its shape, or allow_deferred_init=True")
            touch()
            self._data, self._replicas, self._contexts, self._pending = None, [], contexts, fill
        else:
            self._start(fill, contexts)

    def _unknown_shape(self):
        return self._shape is None or 0 in self._shape

    def _start(self, fill, contexts):
        """Make the array and write the first values: those of an initializer, or a numpy array."""
        data = aligned_zeros(self._shape, self.dtype)
        if isinstance(fill, np.ndarray):
            if fill.shape != data.shape:
                raise ShapeError(f"data set for parameter {self.name} has shape {fill.shape}, but the net needs {data.shape}")
            data[...] = fill
        else:
            # An initializer that defines __call__ itself is called; the base's would go by the name's ending.
            write = fill if type(fill).__call__ is not initializer.Initializer.__call__ else fill._init_weight
            write(initializer.InitDesc(self.name), NDArray(data))
        self._place(data, contexts)
        self._pending = None

    def _place(self, data, contexts):
        """Make the arrays of the contexts, which share the memory of a numpy array, and their gradients."""
        touch()
        self._contexts = contexts
        self._replicas = [on(context)(data) for context in contexts]
        self._data = self._replicas[0]
        self._attach_grad()

    def _finish_deferred_init(self):
        if self._pending is not None:
            self._start(self._pending, self._contexts)

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
        """Give the values on a context, as the array itself: writing to it in place changes the parameter."""
        data = self._data
        if data is None:
            raise self._missing()
        if ctx is data._context or (ctx is None and len(self._replicas) == 1):
            return data
        ctx = current_context() if ctx is None else ctx
        for x in self._replicas:
            if x._context == ctx:
                return x
        raise RuntimeError(f"Parameter '{self.name}' was not initialized on context {ctx}. It was only initialized on {self._contexts}.")

    def grad(self, ctx=None):
        """Give the gradient on a context: zeros before the first backward."""
        data = self.data(ctx)
        if self._grad_req == "null":
            raise RuntimeError(f"Cannot get the gradient of parameter '{self.name}' because grad_req='null': set grad_req='write'")
        return data.grad

    def list_data(self):
        """Give the arrays of all contexts."""
        self._check_initialized()
        return list(self._replicas)

    def list_grad(self):
        """Give the gradients of all contexts."""
        self._check_initialized()
        return [self.grad(context) for context in self._contexts]

    def list_ctx(self):
        """Give the contexts on which it lives, or will live when its shape is known."""
        if self._data is None and self._pending is None:
            raise self._missing()
        return list(self._contexts)

    def _check_initialized(self):
        if self._data is None:
            raise self._missing()

    def reset_ctx(self, ctx):
        """Move to other contexts."""
        contexts = contexts_of(ctx)
        self.list_ctx()
        self._contexts = contexts
        if self._data is not None:
            self._place(self._data._data, contexts)

    def cast(self, dtype):
        """Convert values and gradient to another dtype."""
        self.dtype = dtype
        if self._data is not None:
            self._place(aligned_copy(self._data._data.astype(self.dtype, copy=False)), self._contexts)

    def zero_grad(self):
        """Set the gradient to zero, as grad_req='add' needs before each new sum."""
        if self._grad_req != "null":
            for x in self._replicas:
                x._node.gradient._data[...] = 0

    def set_data(self, data):
        """Write new values, an array of the parameter's shape."""
        values = data._data if isinstance(data, NDArray) else np.asarray(data)
        if self._data is None and self._pending is None:
            raise self._missing()
        if not fits(self._shape, values.shape):
            raise ShapeError(f"set_data: parameter {self.name} has shape {self._shape} (0: unknown), but the data has {values.shape}")
        if self._data is None:
            self._shape, self._pending = values.shape, values.copy()
        else:
            self._data[...] = NDArray(values)

    def _check_load(self, values, cast_dtype, source):
        """Raise if `_load` could not take these values, a numpy array that comes from a file."""
        if not fits(self._shape, values.shape):
            raise ShapeError(f"{source}: parameter {self.name} has shape {self._shape} (0: unknown), but the file has {values.shape}")
        if values.dtype != np.dtype(self.dtype) and not cast_dtype:
            kind = np.dtype(self.dtype)
            raise ValueError(f"{source}: parameter {self.name} is {kind}, the file has {values.dtype}: pass cast_dtype=True to convert")

    def _load(self, values, contexts, dtype_source):
        """Take values from a file; `contexts` is where to live, None for where it lives, or the current context."""
        if dtype_source == "saved":
            self.cast(values.dtype)
        self._shape = values.shape
        if self._data is None or contexts is not None:
            self._start(values, contexts or self._contexts or contexts_of(None))
        else:
            self._data._data[...] = values


class Constant(Parameter):
    """A parameter that is not trained: it keeps its value, and its gradient is not computed.

    Parameters
    ----------
    name : str
        Its name.
    value : NDArray or nested sequence of numbers
        Its value.
    """

    def __init__(self, name, value):
        self.value = value if isinstance(value, NDArray) else NDArray(np.array(value, np.float32))
        init = initializer.Constant(self.value._data)
        super().__init__(name, grad_req="null", shape=self.value.shape, dtype=self.value.dtype, init=init, differentiable=False)

    def __repr__(self):
        return f"Constant {self.name} (shape={self.shape}, dtype={self.dtype})"


def fits(known, shape):
    """Whether a shape agrees with a known one, in which 0 stands for a length that is not known, and None for no knowledge."""
    return known is None or (len(known) == len(shape) and all(n in (0, m) for n, m in zip(known, shape, strict=True)))


def _lengths(shape):
    """Give a shape, an int or several, as a tuple of lengths."""
    shape = [shape] if isinstance(shape, int | np.integer) else shape
    return tuple(validate.integer("each length of shape (0: unknown)", n, low=0) for n in shape)


def contexts_of(ctx):
    """Give the list of contexts that an argument `ctx` means."""
    contexts = [resolve(c) for c in (ctx if isinstance(ctx, list | tuple) else [ctx])]
    if not contexts or len(set(contexts)) != len(contexts):
        raise ValueError(f"ctx must be a Context or a list of different ones, got {ctx!r}")
    return contexts
