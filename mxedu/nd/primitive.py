"""What turns a function of numpy arrays into an operator that autograd can differentiate."""

import functools

import numpy as np
from numpy import ndarray

from ..autograd.modes import STATE, note_reading
from ..autograd.tape import Leaf, Node, next_birth
from ..base import ShapeError

new = object.__new__


class Variable:
    """A numpy array and the node that recorded how it was computed (None: it is a constant)."""

    __slots__ = ("__weakref__", "_data", "_node")

    def __init__(self, data, node=None):
        self._data = np.asarray(data)
        self._node = node


class Operation(Node):
    """One recorded call of a primitive."""

    __slots__ = ("arguments", "kind", "options", "raw", "result", "vjps")

    def __init__(self, parents, vjps, arguments, raw, options, result, kind):
        # The base class's two lines, without its call: this runs at every recorded operation.
        self.parents = parents
        self.birth = next_birth()
        self.vjps = vjps
        self.arguments = arguments
        self.raw = raw
        self.options = options
        self.result = result
        self.kind = kind

    def pull(self, i, g):
        """Apply the vjp of operand `i`: on plain numpy arrays if `g` is one, else on recorded arrays, which records it in turn."""
        if isinstance(g, Variable):
            # A new wrapper: had the node kept the first, each would keep the other alive.
            return self.vjps[i](g, self.kind(self.result, self), *self.arguments, **self.options)
        return self.vjps[i](g, self.result, *self.raw, **self.options)

    def free(self):
        """Forget operands and result."""
        self.parents = self.arguments = self.raw = self.result = None


class _Each:
    """The vjps of an operator with any number of operands."""

    def __init__(self, vjp):
        self.vjp = vjp

    def __getitem__(self, i):
        return functools.partial(self.vjp, i)


class Primitive:
    """An operator: NumPy's semantics forward, and one vjp for each operand beside it.

    Called on numpy arrays and numbers it is the forward function; called on at least one `Variable` it returns a variable, and
    records when recording is on and an operand depends on a variable. ``vjps[i](g, out, *operands, **options)`` gives the gradient
    of operand i, itself written in primitives: run on numpy arrays it is the backward pass, run on variables it is recorded, and so
    derivatives of every order come from one text. Operands are positional, options are keywords.
    """

    def __init__(self, forward):
        self.forward = forward
        self.vjps = ()
        self.__name__ = forward.__name__
        self.__doc__ = forward.__doc__
        self.__module__ = getattr(forward, "__module__", None)
        self.__wrapped__ = forward

    def __call__(self, *operands, **options):
        """Run the forward function, and record it where that is called for."""
        for x in operands:
            if isinstance(x, Variable):
                kind = type(x)
                break
        else:
            return self.forward(*operands, **options)
        recorded = False
        raw, parents, outside = [], [], []  # outside the graph so far: constants and variables
        for x in operands:
            if isinstance(x, Variable):
                node = x._node
                if node is None:
                    outside.append(x)
                else:
                    recorded = True
                    if type(node) is Leaf:
                        outside.append(x)
                raw.append(x._data)
                parents.append(node)
            else:
                raw.append(x)
                parents.append(None)
        try:
            if STATE.open:
                out = self.forward(*raw, **options)
            else:
                with np.errstate(all="ignore"):  # NaN and infinity come without warnings; while recording, the scope sees to it
                    out = self.forward(*raw, **options)
        except ValueError as error:
            shapes = " and ".join(str(x.shape) for x in raw if isinstance(x, ndarray))
            raise ShapeError(f"{self.__name__}: {error} (operands of shape {shapes})") from None
        result = new(kind)
        result._data = out if type(out) is ndarray else np.asarray(out)  # a reduction to one number gives a NumPy scalar
        result._node = None
        if recorded and self.vjps and STATE.recording:
            note_reading(outside)
            result._node = Operation(parents, self.vjps, operands, raw, options, result._data, kind)
        return result

    def __repr__(self):
        return f"<operator {self.__name__}>"

    def backward(self, *vjps):
        """Set the vjps, one for each operand."""
        self.vjps = vjps

    def backward_of_each(self, vjp):
        """Set one vjp for any number of operands: it takes the operand's number before what vjps take."""
        self.vjps = _Each(vjp)
