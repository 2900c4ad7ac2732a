"""What layers compute: affine maps, activations, softmax, dropout, embedding, masks of sequences. See `normalization` for normalisation."""

import math

import numpy as np

from ... import validate
from ...autograd.modes import STATE
from ...base import ShapeError
from .. import ops, random
from ..function import check_floats, function, unary
from .index import integers, pick, take
from .reduce import scalar_like
from .shape import axes_of

__all__ = [
    "Activation", "Dropout", "Embedding", "FullyConnected", "LeakyReLU", "SequenceLast", "SequenceMask", "SequenceReverse",
    "SoftmaxActivation", "hard_sigmoid", "log_softmax", "relu", "sigmoid", "softmax", "softmax_cross_entropy", "softmin", "softsign",
]  # fmt: skip


@function
def FullyConnected(data, weight, bias=None, num_hidden=None, no_bias=False, flatten=True):
    """Give ``x W^T + b`` for the rows x of the data: all axes but the first made one, or (without `flatten`) the last axis."""
    lead = data.shape[:1] if flatten else data.shape[:-1]
    inputs = math.prod(data.shape[len(lead) :])
    if weight.ndim != 2 or weight.shape[1] != inputs or num_hidden not in (None, weight.shape[0]):
        raise ShapeError(f"FullyConnected: weight of shape {weight.shape} does not fit data of shape {data.shape}, num_hidden={num_hidden}")
    no_bias = no_bias or bias is None
    if not no_bias and bias.shape != weight.shape[:1]:
        raise ShapeError(f"FullyConnected: bias must have shape {weight.shape[:1]} for weight of shape {weight.shape}, got {bias.shape}")
    x = data if data.ndim == 2 else ops.reshape(data, shape=(math.prod(lead), inputs))
    out = ops.matmul(x, weight.T) if no_bias else ops.dense(x, weight, bias)
    return out if len(lead) == 1 else ops.reshape(out, shape=(*lead, weight.shape[0]))


# Activations.

relu = unary("relu", ops.relu, "max(x, 0)")
sigmoid = unary("sigmoid", ops.sigmoid, "1 / (1 + exp(-x))")


def _softsign(x):
    return x / (1.0 + ops.absolute(x))


softsign = unary("softsign", _softsign, "x / (1 + abs(x))")
ACTIVATIONS = {"relu": ops.relu, "sigmoid": ops.sigmoid, "softrelu": ops.softrelu, "softsign": _softsign, "tanh": ops.tanh}


@function
def Activation(data, act_type):
    """Apply an activation by its name: relu, sigmoid, softrelu, softsign or tanh."""
    if act_type not in ACTIVATIONS:
        raise ValueError(f"act_type must be one of {', '.join(ACTIVATIONS)}, got {act_type!r}")
    return ACTIVATIONS[act_type](data)


@function
def hard_sigmoid(data, alpha=0.2, beta=0.5):
    """Give alpha x + beta of each element, limited to the interval from 0 to 1."""
    return ops.hard_sigmoid(data, alpha=alpha, beta=beta)


def _elu(data, slope):
    # expm1 sees no large x, whose infinity times the other branch's 0 would be NaN in the backward pass.
    return ops.where(ops.greater(data, 0), data, ops.expm1(ops.minimum(data, 0.0)) * slope)


SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772  # Klambauer et al., 2017, arXiv:1706.02515, equation (14)


@function
def LeakyReLU(data, gamma=None, act_type="leaky", slope=0.25, lower_bound=0.125, upper_bound=0.334):
    """Apply a rectifier that lets something through for x < 0.

    Parameters
    ----------
    data : NDArray
        The x.
    gamma : NDArray, optional
        For 'prelu': the factor of x < 0, one number or one for each channel (axis 1).
    act_type : {'leaky', 'prelu', 'elu', 'selu', 'gelu', 'rrelu'}
        leaky: slope x; elu: slope (exp(x) - 1); selu: elu with the constants of self-normalising nets; gelu: x times the normal
        distribution function of x, for every x; rrelu: a random slope within the bounds in training, else their mean.
    slope : float, default 0.25
        See above.
    lower_bound, upper_bound : float
        See above.
    """
    if act_type == "leaky":
        return ops.where(ops.greater(data, 0), data, data * slope)
    if act_type == "prelu":
        if gamma is None:
            raise TypeError("LeakyReLU: act_type 'prelu' needs gamma, an NDArray of one slope or of one for each channel")
        channels = gamma if gamma.size == 1 or data.ndim == 1 else ops.reshape(gamma, shape=(-1, *(1,) * (data.ndim - 2)))
        return ops.where(ops.greater(data, 0), data, data * channels)
    if act_type == "elu":
        return _elu(data, slope)
    if act_type == "selu":
        return _elu(data, SELU_ALPHA) * SELU_SCALE
    if act_type == "gelu":
        return data * (ops.erf(data * math.sqrt(0.5)) + 1.0) * 0.5
    if act_type == "rrelu":
        slopes = random.uniform(lower_bound, upper_bound, data.shape) if STATE.training else (lower_bound + upper_bound) / 2
        return ops.where(ops.greater(data, 0), data, data * slopes)
    raise ValueError(f"act_type must be leaky, prelu, elu, selu, gelu or rrelu, got {act_type!r}")


# Softmax.


def _softmax(name, op, what):
    def f(data, length=None, axis=-1, temperature=None, dtype=None, use_length=False):
        if length is not None:
            return _masked_softmax(name, op, data, length, axis, temperature)
        axes_of(name, data, axis)
        x = data if dtype is None else data.astype(dtype)
        return op(x if temperature is None else x / temperature, axis=axis)

    f.__name__, f.__doc__ = name, f"Give {what} along an axis, after dividing by the temperature; with `length`, of its first elements."
    return function(f)


def _masked_softmax(name, op, data, length, axis, temperature):
    """Give the softmax of the first `length` elements along an axis, and 0 for the others."""
    (axis,) = axes_of(name, data, axis)
    place = np.arange(data.shape[axis]).reshape([-1 if i == axis else 1 for i in range(data.ndim)])
    inside = place < np.expand_dims(integers(length), axis)
    x = ops.where(inside, data if temperature is None else data / temperature, -np.inf)
    return ops.where(inside, op(x, axis=axis), 0.0)


softmax = _softmax("softmax", ops.softmax, "exp(x) divided by its sum")
_log_softmax = _softmax("log_softmax", ops.log_softmax, "the logarithm of the softmax")


@function
def log_softmax(data, axis=-1, temperature=None, dtype=None, use_length=False, length=None):
    """Give the logarithm of the softmax along an axis; see `softmax`, whose arguments stand in another order, as in MXNet."""
    return _log_softmax(data, length, axis, temperature, dtype, use_length)


@function
def softmin(data, axis=-1, temperature=None, dtype=None):
    """Give the softmax of -x along an axis."""
    return softmax(-data, None, axis, temperature, dtype)


@function
def SoftmaxActivation(data, mode="instance"):
    """Give the softmax of each sample, or (mode 'channel') along axis 1."""
    if mode == "channel":
        return softmax(data, axis=1)
    return ops.reshape(softmax(ops.reshape(data, shape=(data.shape[0], -1))), shape=data.shape)


@function
def softmax_cross_entropy(data, label):
    """Give the sum over the rows of -log softmax(row)[label], of shape (1,)."""
    return scalar_like(ops.sum(-pick(ops.log_softmax(data, axis=-1), label)))


# Dropout, embedding, sequences.


@function
def Dropout(data, p=0.5, mode="training", axes=(), cudnn_off=False):
    """In training, set each element to 0 with probability p and divide the others by 1 - p; along `axes`, all or none."""
    check_floats("Dropout", data)
    validate.real("p", p, low=0, high=1)
    if mode not in ("training", "always"):
        raise ValueError(f"mode must be 'training' or 'always', got {mode!r}")
    if p == 0 or not (STATE.training or mode == "always"):
        return data.copy()
    shared = axes_of("Dropout", data, axes) if axes else ()
    draws = random.uniform(shape=tuple(1 if i in shared else n for i, n in enumerate(data.shape)))._data
    kept = (draws < np.float32(1 - p)).astype(data.dtype) / data.dtype(1 - p or 1)  # for p = 1, all zeros
    return ops.multiply(data, kept)


@function
def Embedding(data, weight, input_dim=None, output_dim=None, dtype="float32", sparse_grad=False):
    """Give the rows of `weight` that the data name; an index out of range means the first or the last row."""
    return take(weight, data)


def _positions(data, axis):
    """Give the places along the sequence axis (0 or 1), to be compared with the lengths along the other one."""
    if axis not in (0, 1):
        raise ValueError(f"axis of a sequence must be 0 or 1, got {axis!r}")
    place = np.arange(data.shape[axis])
    return place[:, None] if axis == 0 else place[None, :]


def _lengths(name, sequence_length):
    """Give the lengths of sequences as integers."""
    if sequence_length is None:
        raise TypeError(f"{name}: sequence_length must be an NDArray where use_sequence_length is True, got None")
    return integers(sequence_length)


@function
def SequenceMask(data, sequence_length=None, use_sequence_length=False, value=0.0, axis=0):
    """Set what lies beyond the length of each sequence to `value`; sequences lie along axis 0 (or 1), one for each index of the other."""
    if not use_sequence_length:
        return data.copy()
    lengths = np.expand_dims(_lengths("SequenceMask", sequence_length), axis)
    inside = (_positions(data, axis) < lengths).reshape(*data.shape[:2], *(1,) * (data.ndim - 2))
    return ops.where(inside, data, float(value))


@function
def SequenceLast(data, sequence_length=None, use_sequence_length=False, axis=0):
    """Give the last element of each sequence."""
    n = data.shape[1 - axis]
    last = _lengths("SequenceLast", sequence_length) - 1 if use_sequence_length else np.full(n, data.shape[axis] - 1)
    return ops.getitem(data, key=(last, np.arange(n)) if axis == 0 else (np.arange(n), last))


@function
def SequenceReverse(data, sequence_length=None, use_sequence_length=False, axis=0):
    """Reverse each sequence, along axis 0; what lies beyond its length stays."""
    place = _positions(data, 0)
    lengths = _lengths("SequenceReverse", sequence_length)[None, :] if use_sequence_length else np.full((1, data.shape[1]), data.shape[0])
    return ops.getitem(data, key=(np.where(place < lengths, lengths - 1 - place, place), np.arange(data.shape[1])[None, :]))
