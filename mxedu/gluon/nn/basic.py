"""Layers: affine maps, dropout, embedding, and functions as layers."""

from math import prod

import numpy as np

from ... import nd, validate
from ...base import DtypeError, ShapeError
from ...nd import NDArray, ops
from ..block import Block, HybridBlock, check_input
from .activations import ACTIVATIONS, check_activation

__all__ = ["Dense", "Dropout", "Embedding", "Flatten", "HybridLambda", "Lambda"]


class Dense(HybridBlock):
    """A fully connected layer: ``activation(x W^T + b)`` for the rows x of its input.

    Parameters
    ----------
    units : int
        The number of outputs, at least 1.
    activation : {'relu', 'sigmoid', 'softrelu', 'softsign', 'tanh'}, optional
        What follows the affine map. Default: nothing.
    use_bias : bool, default True
        Whether there is a b.
    flatten : bool, default True
        Whether all axes of the input but the first become one; if not, the layer works on the last axis.
    dtype : str, default 'float32'
        The type of weight and bias.
    weight_initializer : Initializer or str, optional
        Default: what `initialize` is given.
    bias_initializer : Initializer or str, default 'zeros'
        How the bias starts.
    in_units : int, default 0
        The number of inputs; 0: it is read from the first input.
    **kwargs
        What `Block` takes: prefix and params.

    Attributes
    ----------
    weight : Parameter
        W, of shape (units, in_units).
    bias : Parameter or None
        b, of shape (units,).

    Examples
    --------
    >>> from mxedu import gluon, nd
    >>> net = gluon.nn.Dense(2, weight_initializer="ones")
    >>> net.initialize()
    >>> print(net(nd.array([[1, 2, 3]])).asnumpy())
    [[6. 6.]]
    >>> net
    Dense(3 -> 2, linear)
    """

    def __init__(
        self, units, activation=None, use_bias=True, flatten=True, dtype="float32", weight_initializer=None, bias_initializer="zeros",
        in_units=0, **kwargs,
    ):  # fmt: skip
        units = validate.integer("units", units, low=1)
        in_units = validate.integer("in_units", in_units, low=0)
        if activation is not None:
            check_activation("activation must be None or", activation)
        super().__init__(**kwargs)
        self._units, self._activation, self._flatten = units, activation, flatten
        self.weight = self.params.get(
            "weight", shape=(units, in_units), dtype=dtype, init=weight_initializer, allow_deferred_init=True
        )
        self.bias = self.params.get("bias", shape=(units,), dtype=dtype, init=bias_initializer) if use_bias else None

    def infer_shape(self, x):
        """Read the number of inputs from the first input."""
        self._check(x)
        self.weight.shape = (self._units, prod(x.shape[1:]) if self._flatten else x.shape[-1])

    def _check(self, x):
        """Refuse an input that no weight could take."""
        check_input(self, x)
        if not x.shape:
            raise ValueError(f"the input of {self.name} must have a batch axis, got a single number: use x.reshape(1, 1)")
        kind = np.dtype(self.weight.dtype).name
        if x.dtype.__name__ != kind:
            raise DtypeError(
                f"{self.name} has {kind} weights, but its input is {x.dtype.__name__}: "
                f"use x.astype({kind!r}), or make the layer with dtype={x.dtype.__name__!r}"
            )

    def forward(self, x):
        """Do as `HybridBlock.forward` does, in fewer steps."""
        context = getattr(x, "_context", None)
        return self.hybrid_forward(nd, x, self.weight.data(context), None if self.bias is None else self.bias.data(context))

    def hybrid_forward(self, F, x, weight, bias=None):
        """Compute the output, of shape (len(x), units), or x.shape[:-1] + (units,) without flatten."""
        if not isinstance(x, NDArray) or x._data.dtype != weight._data.dtype or x._data.ndim == 0:
            self._check(x)
        shape, units, inputs = x._data.shape, *weight._data.shape
        lead = shape[:1] if self._flatten else shape[:-1]
        rows = x if len(shape) == 2 else ops.reshape(x, shape=(prod(lead), prod(shape[len(lead) :])))
        if rows._data.shape[1] != inputs:
            raise ShapeError(f"{self.name} takes {inputs} inputs, but the input has shape {shape}")
        out = ops.matmul(rows, ops.transpose(weight)) if bias is None else ops.dense(rows, weight, bias)
        if self._activation is not None:
            out = ACTIVATIONS[self._activation](out)
        return out if len(lead) == 1 else ops.reshape(out, shape=(*lead, units))

    def __repr__(self):
        return f"{type(self).__name__}({self.weight.shape[1] or None} -> {self._units}, {self._activation_repr()})"

    def _activation_repr(self):
        return f"Activation({self._activation})" if self._activation else "linear"


class Dropout(HybridBlock):
    """In training, set each element to 0 with probability `rate` and divide the others by 1 - rate; else, do nothing.

    Parameters
    ----------
    rate : float
        The probability, from 0 to 1.
    axes : tuple of int, default ()
        Axes along which all elements are dropped together.

    Examples
    --------
    >>> from mxedu import autograd, gluon, nd, random
    >>> random.seed(0)
    >>> with autograd.train_mode():
    ...     print(gluon.nn.Dropout(0.4)(nd.ones(4)).asnumpy().round(2))
    [1.67 1.67 0.   0.  ]
    """

    def __init__(self, rate, axes=(), **kwargs):
        rate = validate.real("rate", rate, low=0, high=1)
        super().__init__(**kwargs)
        self._rate, self._axes = rate, axes

    def hybrid_forward(self, F, x):
        """Compute the output, of the input's shape."""
        return F.Dropout(x, self._rate, axes=self._axes)

    def __repr__(self):
        return f"Dropout(p = {self._rate}, axes={self._axes})"


class Embedding(HybridBlock):
    """Turn integers into vectors: i becomes row i of the weight.

    Parameters
    ----------
    input_dim : int
        How many integers there are, from 0.
    output_dim : int
        How long the vectors are.
    dtype : str, default 'float32'
        Of the vectors.
    weight_initializer : Initializer or str, optional
        How they start.
    sparse_grad : bool, default False
        Accepted for MXNet's sake: all gradients are dense.
    """

    def __init__(self, input_dim, output_dim, dtype="float32", weight_initializer=None, sparse_grad=False, **kwargs):
        shape = validate.integer("input_dim", input_dim, low=1), validate.integer("output_dim", output_dim, low=1)
        super().__init__(**kwargs)
        self._shape = shape
        self.weight = self.params.get("weight", shape=self._shape, dtype=dtype, init=weight_initializer, allow_deferred_init=True)

    def hybrid_forward(self, F, x, weight):
        """Compute the output, of shape x.shape + (output_dim,)."""
        return F.Embedding(x, weight)

    def __repr__(self):
        return f"Embedding({self._shape[0]} -> {self._shape[1]}, {self.weight.dtype})"


class Flatten(HybridBlock):
    """Make one axis of all axes but the first."""

    def hybrid_forward(self, F, x):
        """Compute the output, a matrix."""
        return F.flatten(x)

    def __repr__(self):
        return "Flatten"


class Lambda(Block):
    """A function, or the function of `nd` with a name, as a block without parameters."""

    def __init__(self, function, prefix=None):
        super().__init__(prefix=prefix)
        self._function = _function(function)
        self._function_name = function if isinstance(function, str) else function.__name__

    def forward(self, *inputs):
        """Call the function."""
        return self._function(*inputs)

    def __repr__(self):
        return f"{type(self).__name__}({self._function_name})"


class HybridLambda(HybridBlock):
    """The same as `Lambda`, for a function that takes F, which is `mxedu.nd`, before its inputs."""

    def __init__(self, function, prefix=None):
        super().__init__(prefix=prefix)
        named = isinstance(function, str)
        call = _function(function)
        self._function = (lambda F, *inputs: call(*inputs)) if named else call
        self._function_name = function if named else function.__name__

    def forward(self, *inputs):
        """Call the function."""
        return self._function(nd, *inputs)

    __repr__ = Lambda.__repr__


def _function(function):
    """Give the function that an argument `function` means."""
    if isinstance(function, str):
        if function not in nd.__all__:
            raise ValueError(f"function must be a callable or the name of a function of nd, and there is no nd.{function}")
        return getattr(nd, function)
    if not callable(function):
        raise TypeError(f"function must be a callable or the name of a function of nd, got {type(function).__name__}")
    return function
