"""What makes one of MXNet's functions of a Python function of NDArrays."""

import functools
import inspect

import numpy as np

from ..base import DtypeError, ShapeError
from . import ops
from .ndarray import NDArray, compared, operand

__all__ = ["function"]


def function(f=None, *, numbers=False):
    """Decorate a function of arrays with what all of MXNet's take: `out`, `name`, and numpy arrays as operands.

    Parameters
    ----------
    f : function
        Its first parameter (or all of ``*data``) is an NDArray.
    numbers : bool, default False
        Whether positional arguments may be numbers too.
    """
    if f is None:
        return functools.partial(function, numbers=numbers)
    first, *_ = inspect.signature(f).parameters.values()
    variadic = first.kind is first.VAR_POSITIONAL

    @functools.wraps(f)
    def call(*args, out=None, name=None, **kwargs):
        if variadic and not args:
            raise TypeError(f"{f.__name__}: {first.name} must be one or more NDArrays, got none")
        args = [NDArray(x) if isinstance(x, np.ndarray) else x for x in args]
        if not numbers:
            for x in args if variadic else args[:1] or [kwargs.get(first.name)]:
                if not isinstance(x, NDArray):
                    raise TypeError(
                        f"{f.__name__}: {first.name} must be an NDArray, got {type(x).__name__}: wrap it with nd.array"
                        + (", and unpack lists, as in concat(*arrays)" if variadic else "")
                    )
        result = f(*args, **kwargs)
        return result if out is None else _write(f.__name__, result, out)

    return call


def _write(name, result, out):
    """Write what a function gave to the array, or the arrays, that the caller holds."""
    results, outs = ([x] if isinstance(x, NDArray) else list(x) for x in (result, out))
    if [x.shape for x in results] != [x.shape for x in outs]:
        raise ShapeError(f"{name}: out must have shape {[x.shape for x in results]}, got {[x.shape for x in outs]}")
    for x, y in zip(results, outs, strict=True):
        y[...] = x
    return out


def check_floats(name, data):
    """Refuse an array of integers where fractions are computed."""
    if data._data.dtype.kind != "f":
        raise DtypeError(f"{name}: data must be of floating point, got dtype {data._data.dtype}: use data.astype('float32')")


def like(data, array):
    """Give a numpy array that was computed from `data`, but does not follow its small changes, as an NDArray with the gradient 0."""
    return ops.still(data, value=array)


def unary(name, op, what):
    """Make the function that applies an operator to each element."""

    def f(data):
        return op(data)

    f.__name__, f.__doc__ = name, f"Give {what} of each element."
    return function(f)


def binary(name, op, what, comparison=False, numbers=False):
    """Make the function of two arrays that broadcast; a comparison gives 0 and 1 in the dtype of the first."""

    def f(lhs, rhs):
        lhs, rhs = operand(lhs), operand(rhs)
        if not isinstance(lhs, NDArray) and not isinstance(rhs, NDArray):
            return np.asarray(op.forward(lhs, rhs)).item()
        return compared(op, lhs, rhs) if comparison else op(lhs, rhs)

    f.__name__, f.__doc__ = name, f"Give {what}, element by element. Shapes broadcast."
    return function(f, numbers=numbers)
