"""Dividing batches among contexts, and limiting the norm of gradients."""

import math
import warnings

import numpy as np

from .. import validate
from ..base import ShapeError
from ..nd import NDArray, array
from ..nd.functions.shape import axes_of
from ..nd.kernels import sum_of_squares

__all__ = ["clip_global_norm", "split_and_load", "split_data"]


def split_data(data, num_slice, batch_axis=0, even_split=True):
    """Give parts of a batch, as a list.

    Parameters
    ----------
    data : NDArray
        The batch.
    num_slice : int
        How many parts.
    batch_axis : int, default 0
        The axis along which the samples lie.
    even_split : bool, default True
        Whether parts must be of one size; if not, the first ones may have one sample more.

    Raises
    ------
    ValueError
        If the batch has too few samples, or cannot be divided evenly and should be.
    """
    (batch_axis,) = axes_of("split_data", data, batch_axis)
    size = data.shape[batch_axis]
    validate.integer("num_slice", num_slice, low=1)
    if size < num_slice:
        raise ShapeError(f"data with shape {data.shape} has too few samples for num_slice={num_slice}: use a larger batch or fewer slices")
    if even_split and size % num_slice:
        raise ShapeError(
            f"data with shape {data.shape} cannot be evenly split into {num_slice} slices along axis {batch_axis}: use a batch size "
            f"that is a multiple of {num_slice}, or even_split=False"
        )
    step, longer = divmod(size, num_slice)
    ends = [i * step + min(i, longer) for i in range(num_slice + 1)]
    lead = (slice(None),) * batch_axis
    return [data[(*lead, slice(a, b))] for a, b in zip(ends, ends[1:], strict=False)]


def split_and_load(data, ctx_list, batch_axis=0, even_split=True):
    """Give parts of a batch, one on each context.

    Examples
    --------
    >>> import mxedu as mx
    >>> [x.shape for x in mx.gluon.utils.split_and_load(mx.nd.ones((4, 3)), [mx.cpu(0), mx.cpu(1)])]
    [(2, 3), (2, 3)]
    """
    if not isinstance(data, NDArray):
        data = array(data, ctx=ctx_list[0])
    parts = split_data(data, len(ctx_list), batch_axis, even_split) if len(ctx_list) > 1 else [data]
    return [part.as_in_context(ctx) for part, ctx in zip(parts, ctx_list, strict=True)]


def clip_global_norm(arrays, max_norm, check_isfinite=True):
    """Scale arrays in place so that the Euclidean norm of all their elements together is at most `max_norm`.

    Parameters
    ----------
    arrays : list of NDArray
        Such as the gradients of all parameters, between `Trainer.allreduce_grads` and `Trainer.update`.
    max_norm : float
        The limit; above 0.
    check_isfinite : bool, default True
        Whether to warn when the norm is not finite (the arrays stay as they are then), and to give it as a number.

    Returns
    -------
    numpy.float32 or NDArray
        The norm before; an array of shape (1,) without `check_isfinite`.

    Examples
    --------
    >>> from mxedu import gluon, nd
    >>> g = [nd.array([3.0]), nd.array([4.0])]
    >>> float(gluon.utils.clip_global_norm(g, 1.0)), [round(float(x), 4) for x in g]
    (5.0, [0.6, 0.8])
    """
    validate.real("max_norm", max_norm, above=0)
    if not arrays:
        raise ValueError("arrays is empty: give at least one")
    for x in arrays:
        if not isinstance(x, NDArray):
            raise TypeError(f"arrays must be a list of NDArrays, got a {type(x).__name__}")
        if x._data.dtype.kind != "f":
            raise TypeError(f"arrays must hold floating-point numbers, got {x._data.dtype}: use x.astype('float32')")
    norm = math.sqrt(math.fsum(sum_of_squares(x._data) for x in arrays))
    if check_isfinite and not math.isfinite(norm):
        warnings.warn(f"the norm is {norm}: some gradient is NaN or infinite; nothing is clipped", stacklevel=2)
    elif (scale := max_norm / (norm + 1e-8)) < 1.0:
        for x in arrays:
            x *= scale
    return np.float32(norm) if check_isfinite else NDArray(np.array([norm], np.float32))
