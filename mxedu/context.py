"""Contexts: where an array lives. All of them are the memory of this machine; their numbers keep apart the parts of a divided batch."""

import functools
import threading

from . import validate
from .base import MXNetError

__all__ = ["Context", "cpu", "cpu_pinned", "current_context", "gpu", "num_gpus"]

KINDS = {"cpu": 1, "gpu": 2, "cpu_pinned": 3}


class Context:
    """A place for arrays, such as cpu(0). In a `with` block it is where new arrays are made.

    Parameters
    ----------
    device_type : {'cpu', 'gpu', 'cpu_pinned'} or Context
        The kind of device. No array can be made on a 'gpu': there is none here.
    device_id : int, default 0
        Its number.

    Examples
    --------
    >>> import mxedu as mx
    >>> with mx.cpu(1):
    ...     x = mx.nd.ones(2)
    >>> x.context
    cpu(1)
    """

    _open = threading.local()

    def __init__(self, device_type, device_id=0):
        if isinstance(device_type, Context):
            device_type, device_id = device_type.device_type, device_type.device_id
        if device_type not in KINDS:
            raise ValueError(f"device_type must be one of {', '.join(KINDS)}, got {device_type!r}")
        self.device_type = device_type
        self.device_id = validate.integer("device_id", device_id, low=0)

    @property
    def device_typeid(self):
        """The number of the kind of device."""
        return KINDS[self.device_type]

    def __eq__(self, other):
        return isinstance(other, Context) and (self.device_type, self.device_id) == (other.device_type, other.device_id)

    def __hash__(self):
        return hash((self.device_type, self.device_id))

    def __repr__(self):
        return f"{self.device_type}({self.device_id})"

    def __enter__(self):
        _stack().append(self)
        return self

    def __exit__(self, *exception):
        _stack().pop()


def _stack():
    """Give the contexts whose `with` blocks are open in this thread."""
    if not hasattr(Context._open, "stack"):
        Context._open.stack = []
    return Context._open.stack


@functools.cache
def cpu(device_id=0):
    """Give the context of a logical CPU."""
    return Context("cpu", device_id)


@functools.cache
def cpu_pinned(device_id=0):
    """Give the context of a CPU's pinned memory, which is like any other here."""
    return Context("cpu_pinned", device_id)


@functools.cache
def gpu(device_id=0):
    """Give the context of a GPU; no array can be made there."""
    return Context("gpu", device_id)


def current_context():
    """Give the context in which arrays are made now: that of the innermost `with` block, else cpu(0)."""
    stack = _stack()
    return stack[-1] if stack else cpu()


def num_gpus():
    """Give the number of GPUs: 0."""
    return 0


def resolve(ctx):
    """Give the context that an argument `ctx` means.

    Parameters
    ----------
    ctx : Context or None
        None: the current one.

    Raises
    ------
    TypeError
        If it is no context.
    MXNetError
        If there is no such device.
    """
    if ctx is None:
        ctx = current_context()
    if not isinstance(ctx, Context):
        raise TypeError(f"ctx must be a Context such as mx.cpu(), got {type(ctx).__name__} {ctx!r}")
    if ctx.device_type == "gpu":
        raise MXNetError(f"ctx is {ctx!r}, but mxedu has no GPU: use mx.cpu()")
    return ctx
