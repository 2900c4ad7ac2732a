"""Layers."""

from .. import validate
from ..nd import NDArray, ops
from .block import Block, check_block, check_input

__all__ = ["Dense", "Sequential"]

ACTIVATIONS = {
    "relu": ops.relu,
    "sigmoid": ops.sigmoid,
    "softrelu": ops.softrelu,
    "softsign": lambda x: x / (1.0 + ops.absolute(x)),
    "tanh": ops.tanh,
}


class Dense(Block):
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
        if activation is not None and activation not in ACTIVATIONS:
            raise ValueError(f"activation must be None or one of {', '.join(ACTIVATIONS)}, got {activation!r}")
        super().__init__(**kwargs)
        self._units, self._activation, self._flatten = units, activation, flatten
        self.weight = self.params.get(
            "weight", shape=(units, in_units), dtype=dtype, init=weight_initializer, allow_deferred_init=True
        )
        self.bias = self.params.get("bias", shape=(units,), dtype=dtype, init=bias_initializer) if use_bias else None

    def infer_shape(self, x):
        """Read the number of inputs from the first input."""
        self._check(x)
        self.weight.shape = (self._units, _product(x.shape[1:]) if self._flatten else x.shape[-1])

    def _check(self, x):
        """Refuse an input that no weight could take."""
        check_input(self, x)
        if not x.shape:
            raise ValueError(f"the input of {self.name} must have a batch axis, got a single number: use x.reshape(1, 1)")
        if x.dtype.__name__ != self.weight.dtype:
            raise TypeError(
                f"{self.name} has {self.weight.dtype} weights, but its input is {x.dtype.__name__}: "
                f"use x.astype({self.weight.dtype!r}), or make the layer with dtype={x.dtype.__name__!r}"
            )

    def forward(self, x):
        """Compute the output, of shape (len(x), units), or x.shape[:-1] + (units,) without flatten."""
        weight = self.weight.data()
        if not isinstance(x, NDArray) or x._data.dtype != weight._data.dtype or x._data.ndim == 0:
            self._check(x)
        shape = x._data.shape
        lead = shape[:1] if self._flatten else shape[:-1]
        rows = x
        if len(shape) != 2:
            rows = ops.reshape(x, shape=(_product(lead), _product(shape[len(lead) :])))
        if rows.shape[1] != weight.shape[1]:
            raise ValueError(f"{self.name} takes {weight.shape[1]} inputs, but the input has shape {shape}")
        if self.bias is None:
            out = ops.matmul(rows, ops.transpose(weight))
        else:
            out = ops.dense(rows, weight, self.bias.data())
        if self._activation is not None:
            out = ACTIVATIONS[self._activation](out)
        return out if len(lead) == 1 else ops.reshape(out, shape=(*lead, self._units))

    def __repr__(self):
        return f"Dense({self.weight.shape[1] or None} -> {self._units}, {self._activation_repr()})"

    def _activation_repr(self):
        return f"Activation({self._activation})" if self._activation else "linear"


def _product(numbers):
    product = 1
    for n in numbers:
        product *= n
    return product


class Sequential(Block):
    """Blocks one after the other.

    Examples
    --------
    >>> from mxedu import gluon
    >>> net = gluon.nn.Sequential()
    >>> net.add(gluon.nn.Dense(4, activation="tanh"), gluon.nn.Dense(1))
    >>> net
    Sequential(
      (0): Dense(None -> 4, Activation(tanh))
      (1): Dense(None -> 1, linear)
    )
    """

    def add(self, *blocks):
        """Append blocks."""
        for block in blocks:
            check_block(self, block)
        for block in blocks:
            self.register_child(block)

    def forward(self, x):
        """Pass x through the blocks in turn."""
        for block in self._children.values():
            x = block(x)
        return x

    def __len__(self):
        return len(self._children)

    def __getitem__(self, key):
        """Give the block at an index, or a Sequential of a slice, which shares the blocks."""
        blocks = list(self._children.values())[key]
        if not isinstance(key, slice):
            return blocks
        part = Sequential(prefix=self._prefix)
        part.add(*blocks)
        return part
