"""The functions that are methods of NDArray too."""

from . import functions, ops
from .ndarray import NDArray

METHODS = [
    "abs", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctanh", "argmax", "argmax_channel", "argmin", "argsort", "broadcast_axes",
    "broadcast_like", "broadcast_to", "cbrt", "ceil", "clip", "cos", "cosh", "degrees", "depth_to_space", "diag", "dot", "exp",
    "expand_dims", "expm1", "fix", "flatten", "flip", "floor", "log", "log10", "log1p", "log2", "log_softmax", "max", "mean", "min",
    "nanprod", "nansum", "norm", "one_hot", "ones_like", "pad", "pick", "prod", "radians", "rcbrt", "reciprocal", "relu", "repeat",
    "reshape_like", "rint", "round", "rsqrt", "shape_array", "sigmoid", "sign", "sin", "sinh", "size_array", "slice", "slice_axis",
    "slice_like", "softmax", "softmin", "sort", "space_to_depth", "split", "split_v2", "sqrt", "square", "squeeze", "sum", "swapaxes",
    "take", "tan", "tanh", "tile", "topk", "trunc", "zeros_like",
]  # fmt: skip

for name in METHODS:
    setattr(NDArray, name, getattr(functions, name))


def reshape(self, *shape, **kwargs):
    """Give the same elements in another shape, as ``x.reshape(2, -1)`` or ``x.reshape((2, -1))``; see `nd.reshape`.

    It is the same memory, as in MXNet.
    """
    if shape:
        kwargs["shape"] = shape[0] if len(shape) == 1 else shape
    return ops.reshape(self, shape=functions.shape.new_shape(self, **kwargs))


def transpose(self, *axes, **kwargs):
    """Permute the axes, as ``x.transpose(1, 0)`` or ``x.transpose((1, 0))``; without arguments, reverse them."""
    if axes:
        kwargs["axes"] = axes[0] if len(axes) == 1 and isinstance(axes[0], list | tuple) else axes
    return functions.transpose(self, **kwargs)


NDArray.reshape, NDArray.transpose = reshape, transpose
