"""Normalisation: subtract a mean, divide by a deviation, scale and shift."""

import numpy as np

from ...autograd.modes import STATE
from ...base import ShapeError
from .. import ops
from ..function import check_floats, function
from .shape import axes_of

__all__ = [
    "BatchNorm", "GroupNorm", "InstanceNorm", "L2Normalization", "LayerNorm",
]  # fmt: skip


def _normalised(data, axes, eps):
    """Give (x - mean) / sqrt(variance + eps) along axes, with mean and variance."""
    mean = ops.mean(data, axis=axes, keepdims=True)
    centred = data - mean
    variance = ops.mean(ops.square(centred), axis=axes, keepdims=True)
    return centred / ops.sqrt(variance + eps), mean, variance


def _laid_along(x, axis, ndim):
    """Give a vector the shape that lies along an axis."""
    return ops.reshape(x, shape=tuple(x.size if i == axis else 1 for i in range(ndim)))


@function
def BatchNorm(
    data, gamma, beta, moving_mean, moving_var, eps=1e-3, momentum=0.9, fix_gamma=True, use_global_stats=False, output_mean_var=False,
    axis=1, cudnn_off=False,
):  # fmt: skip
    """Normalise each channel over the batch, and keep moving averages of its mean and variance (Ioffe and Szegedy, arXiv:1502.03167).

    In training the batch's own mean and variance are used, and ``moving = momentum * moving + (1 - momentum) * batch``; otherwise
    the moving ones. With `fix_gamma` gamma counts as 1.
    """
    check_floats("BatchNorm", data)
    (axis,) = axes_of("BatchNorm", data, axis)
    dtype = data.dtype
    data = data.astype("float32") if dtype is np.float16 else data  # the moving averages are float32 then
    others = tuple(i for i in range(data.ndim) if i != axis)
    if STATE.training and not use_global_stats:
        out, mean, variance = _normalised(data, others, eps)
        for moving, batch in (moving_mean, mean), (moving_var, variance):
            moving._data[...] = momentum * moving._data + (1 - momentum) * batch._data.reshape(-1)
    else:
        mean, variance = (_laid_along(x.detach(), axis, data.ndim) for x in (moving_mean, moving_var))
        out = (data - mean) / ops.sqrt(variance + eps)
    scale = gamma.detach() * 0 + 1 if fix_gamma else gamma
    out = (out * _laid_along(scale, axis, data.ndim) + _laid_along(beta, axis, data.ndim)).astype(dtype, copy=False)
    return [out, ops.reshape(mean, shape=(-1,)), ops.reshape(variance, shape=(-1,))] if output_mean_var else out


@function
def LayerNorm(data, gamma, beta, axis=-1, eps=1e-5, output_mean_var=False):
    """Normalise each sample along an axis (Ba, Kiros and Hinton, arXiv:1607.06450)."""
    (axis,) = axes_of("LayerNorm", data, axis)
    out, mean, variance = _normalised(data, (axis,), eps)
    out = out * _laid_along(gamma, axis, data.ndim) + _laid_along(beta, axis, data.ndim)
    return [out, mean, ops.sqrt(variance + eps)] if output_mean_var else out


@function
def InstanceNorm(data, gamma, beta, eps=1e-3):
    """Normalise each channel (axis 1) of each sample over what remains (Ulyanov et al., arXiv:1607.08022)."""
    out, _, _ = _normalised(data, tuple(range(2, data.ndim)), eps)
    return out * _laid_along(gamma, 1, data.ndim) + _laid_along(beta, 1, data.ndim)


@function
def GroupNorm(data, gamma, beta, num_groups=1, eps=1e-5, output_mean_var=False):
    """Normalise groups of channels (axis 1) of each sample (Wu and He, arXiv:1803.08494); gamma and beta have one number a group."""
    if data.shape[1] % num_groups:
        raise ShapeError(f"GroupNorm: num_groups={num_groups} must divide the {data.shape[1]} channels of data of shape {data.shape}")
    grouped = ops.reshape(data, shape=(data.shape[0], num_groups, int(np.prod(data.shape[1:])) // num_groups))
    out, mean, variance = _normalised(grouped, (2,), eps)
    out = ops.reshape(out * _laid_along(gamma, 1, 3) + _laid_along(beta, 1, 3), shape=data.shape)
    if not output_mean_var:
        return out
    return [out, *(ops.reshape(x, shape=(-1, num_groups)) for x in (mean, ops.sqrt(variance + eps)))]


@function
def L2Normalization(data, eps=1e-10, mode="instance"):
    """Divide by the Euclidean norm: of each sample, of each place's channels (axis 1), or (mode 'spatial') of each channel."""
    axes = {"instance": range(1, data.ndim), "channel": (1,), "spatial": range(2, data.ndim)}
    if mode not in axes:
        raise ValueError(f"L2Normalization: mode must be one of {', '.join(axes)}, got {mode!r}")
    return data / ops.sqrt(ops.sum(ops.square(data), axis=tuple(axes[mode]), keepdims=True) + eps)
