"""Functions with a gradient of one's own."""

import numpy as np

from .tape import STATE, Node, is_training, pause

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

    __slots__ = ("function", "kind", "outputs", "pulled")

    def __init__(self, parents, function, outputs):
        super().__init__(parents)
        self.function, self.kind = function, type(outputs[0])
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
        given = [x if isinstance(x, self.kind) else self.kind(x) for x in given]
        if raw:
            with pause(train_mode=is_training()):
                results = self.function.backward(*given)
        else:
            results = self.function.backward(*given)
        results = results if isinstance(results, list | tuple) else [results]
        name = type(self.function).__name__
        if len(results) != len(self.parents):
            raise ValueError(f"{name}.backward must give a gradient for each of {len(self.parents)} inputs, gave {len(results)}")
        return [x._data if raw else x for x in results]

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

    def save_for_backward(self, *tensors):
        """Keep arrays for `backward`, which finds them in `saved_tensors`."""
        self.saved_tensors = tensors

    def __call__(self, *inputs):
        """Compute the outputs, and record the call."""
        if self._called:
            raise RuntimeError(f"this {type(self).__name__} has been called, and keeps what that call saved: make a new one for each call")
        self._called = True
        with pause(train_mode=is_training()):
            result = self.forward(*inputs)
        outputs = list(result) if isinstance(result, list | tuple) else [result]
        parents = [x._node for x in inputs]
        if STATE.recording and any(parent is not None for parent in parents):
            outputs = [type(x)(x._data.copy()) if any(x is y for y in inputs) else x for x in outputs]
            call = _Call(parents, self, outputs)
            for i, x in enumerate(outputs):
                x._node = _Output(call, i)
        return outputs if isinstance(result, list | tuple) else outputs[0]

    def forward(self, *inputs):
        """Compute the outputs."""
        raise NotImplementedError(f"{type(self).__name__} must define forward(self, *inputs)")

    def backward(self, *output_grads):
        """Compute the gradients of the inputs."""
        raise NotImplementedError(f"{type(self).__name__} must define backward(self, *output_grads)")
