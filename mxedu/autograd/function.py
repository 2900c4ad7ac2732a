"""Functions with a gradient of one's own."""

import numpy as np

from ..base import ShapeError
from .modes import STATE, is_training, note_reading, pause
from .tape import Node

__all__ = ["Function"]


class _Gradients(dict):
    """The gradients of the outputs of a call, by their number; those that come later are added."""

    def __add__(self, other):
        return _Gradients({i: self[i] + other[i] if i in self and i in other else self.get(i, other.get(i)) for i in {*self, *other}})


class _Output(Node):
    """One output of a call, its only parent."""

    __slots__ = ("number",)

    def __init__(self, call, number):
        super().__init__([call])
        self.number = number

    def pull(self, i, g):
        """Hand the gradient of this output on."""
        return _Gradients({self.number: g})


class _Call(Node):
    """One recorded call of a `Function`."""

    __slots__ = ("function", "inputs", "kind", "outputs", "pulled")

    def __init__(self, inputs, function, outputs):
        super().__init__([x._node for x in inputs])
        self.function, self.kind = function, type(outputs[0])
        self.inputs = [x._data.shape for x in inputs]
        self.outputs = [(x._data.shape, x._data.dtype) for x in outputs]
        self.pulled = None

    def pull(self, i, g):
        """Give the gradient of input i: the user's function gives those of all inputs at once, when the first is asked for."""
        if self.pulled is None or self.pulled[0] is not g:
            self.pulled = g, self._backward(g)
        return self.pulled[1][i]

    def _backward(self, g):
        raw = not any(isinstance(x, self.kind) for x in g.values())
        given = [g[i] if i in g else np.zeros(*output) for i, output in enumerate(self.outputs)]
        given = [x if isinstance(x, self.kind) else self.kind(x.copy()) for x in given]
        function = self.function
        saved, function.saved_tensors = function.saved_tensors, self._saved(function.saved_tensors)
        try:
            if raw:
                with pause(train_mode=is_training()):
                    results = function.backward(*given)
            else:
                results = function.backward(*given)
        finally:
            function.saved_tensors = saved
        results = list(results) if isinstance(results, list | tuple) else [results]
        name = f"{type(function).__name__}.backward"
        if len(results) != len(self.inputs):
            raise ValueError(f"{name} must give a gradient for each of {len(self.inputs)} inputs, gave {len(results)}")
        for i, (x, shape) in enumerate(zip(results, self.inputs, strict=True)):
            if not isinstance(x, self.kind):
                raise TypeError(f"{name} must give NDArrays, gave {type(x).__name__} for input {i}: give zeros where there is no gradient")
            if x._data.shape != shape:
                raise ShapeError(f"{name} gave a gradient of shape {x._data.shape} for input {i} of shape {shape}: they must be the same")
        return [x._data if raw else x for x in results]

    def _saved(self, tensors):
        """Give what was saved, outputs with their place in the graph: kept with it they would keep the graph alive."""
        wrapped = []
        for x in tensors:
            number = self.function._outputs.get(id(x))
            wrapped.append(x if number is None else self.kind(x._data, _Output(self, number)))
        return tuple(wrapped)

    def free(self):
        """Forget inputs and what was saved."""
        self.parents = self.function = self.pulled = None


class Function:
    """A function whose gradient is not computed by autograd but given.

    A subclass defines ``forward(self, *inputs)``, which gives an array or several, and ``backward(self, *output_grads)``, which gives
    the gradients of the inputs, as many as there are. An object is called once. With ``autograd.grad(..., create_graph=True)`` what
    `backward` does is recorded, and so can be differentiated in turn.

    Examples
    --------
    >>> from mxedu import autograd, nd
    >>> class Sigmoid(autograd.Function):
    ...     def forward(self, x):
    ...         y = 1 / (1 + nd.exp(-x))
    ...         self.save_for_backward(y)
    ...         return y
    ...     def backward(self, dy):
    ...         (y,) = self.saved_tensors
    ...         return dy * y * (1 - y)
    >>> x = nd.zeros(1)
    >>> x.attach_grad()
    >>> with autograd.record():
    ...     y = Sigmoid()(x)
    >>> y.backward()
    >>> float(x.grad)
    0.25
    """

    saved_tensors = ()
    _called = False
    _outputs = {}  # by id, the numbers of the arrays that `forward` gave; those that were saved are among `saved_tensors`

    def save_for_backward(self, *tensors):
        """Keep arrays for `backward`, which finds them in `saved_tensors`."""
        self.saved_tensors = tensors

    def __call__(self, *inputs):
        """Compute the outputs, and record the call."""
        if self._called:
            raise RuntimeError(f"this {type(self).__name__} has been called, and keeps what that call saved: make a new one for each call")
        self._called = True
        for i, x in enumerate(inputs):
            if not hasattr(x, "_node"):
                raise TypeError(f"input {i} of {type(self).__name__} must be an NDArray, got {type(x).__name__}: keep numbers in __init__")
        with pause(train_mode=is_training()):
            result = self.forward(*inputs)
        outputs = list(result) if isinstance(result, list | tuple) else [result]
        if STATE.recording and any(x._node is not None for x in inputs):
            note_reading([*inputs, *self.saved_tensors])
            self._outputs = {id(x): i for i, x in enumerate(outputs)}
            call = _Call(inputs, self, outputs)
            # New wrappers: what `forward` gave may be an input, or have been saved.
            outputs = [type(x)(x._data.copy() if any(x is y for y in inputs) else x._data, _Output(call, i)) for i, x in enumerate(outputs)]
        return tuple(outputs) if isinstance(result, list | tuple) else outputs[0]

    def forward(self, *inputs):
        """Compute the outputs."""
        raise NotImplementedError(f"{type(self).__name__} must define forward(self, *inputs)")

    def backward(self, *output_grads):
        """Compute the gradients of the inputs."""
        raise NotImplementedError(f"{type(self).__name__} must define backward(self, *output_grads)")
