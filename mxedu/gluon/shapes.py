"""Shapes of parameters, read off the first call of the functions of `nd` that a HybridBlock passes them to."""

from math import prod

from .. import nd
from .parameter import Parameter

__all__ = ["ShapeReader"]


def _fully_connected(data, weight=None, bias=None, num_hidden=None, no_bias=False, flatten=True, **_):
    inputs = prod(data.shape[1:]) if flatten else data.shape[-1]
    return [(weight, (num_hidden, inputs)), (bias, (num_hidden,))]


def _embedding(data, weight=None, input_dim=None, output_dim=None, **_):
    return [(weight, (input_dim, output_dim))]


def _normalization(default_axis):
    def rule(data, *vectors, axis=default_axis, **named):
        vectors = [*vectors, *(named.get(name) for name in ("gamma", "beta", "moving_mean", "moving_var"))]
        return [(vector, (data.shape[axis],)) for vector in vectors]

    return rule


def _prelu(data, gamma=None, **_):
    return [(gamma, (data.shape[1],))]


# What the shapes of the parameters are, by the name of the function and from its arguments.
RULES = {
    "FullyConnected": _fully_connected, "Embedding": _embedding, "BatchNorm": _normalization(1), "LayerNorm": _normalization(-1),
    "InstanceNorm": _normalization(1), "LeakyReLU": _prelu,
}  # fmt: skip


class ShapeReader:
    """Stands in for `mxedu.nd` in a first call of `hybrid_forward`, made for its sake, whose parameters of unknown shape come as they are.

    Where one is passed to a function that settles its shape, it gets that shape, and the call goes on with zeros.
    """

    def __init__(self, context):
        self._context, self._zeros = context, {}

    def __getattr__(self, name):
        function = getattr(nd, name)
        if not callable(function):
            return function

        def call(*args, **kwargs):
            waiting = [x for x in (*args, *kwargs.values()) if isinstance(x, Parameter)]
            if waiting and name in RULES:
                for parameter, shape in RULES[name](*args, **kwargs):
                    if isinstance(parameter, Parameter):
                        parameter.shape = shape
            return function(*map(self._array, args), **{key: self._array(x) for key, x in kwargs.items()})

        return call

    def _array(self, x):
        """Give zeros for a parameter, anything else as it is."""
        if not isinstance(x, Parameter):
            return x
        if x not in self._zeros:
            self._zeros[x] = nd.zeros(x.shape, ctx=self._context, dtype=x.dtype)
        return self._zeros[x]
