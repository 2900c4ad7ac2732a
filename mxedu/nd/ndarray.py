"""NDArray: a numpy array with MXNet's conventions and a place in autograd's graph."""

import functools
import numbers

import numpy as np

from .. import autograd
from ..autograd.modes import STATE, owner
from ..autograd.tape import Leaf, set_node
from ..base import DtypeError, MXNetError, ShapeError
from ..context import Context, cpu, resolve
from . import ops
from .memory import aligned_zeros
from .primitive import Variable

__all__ = ["NDArray", "on", "operand"]

IN_PLACE = (
    "Cannot write in place {what} of shape {shape} inside `autograd.record()`: its gradient would be wrong. Write the "
    "out-of-place form (x = x + y instead of x += y; a new array instead of x[key] = y), or write outside record(), "
    "after backward."
)


def operand(x):
    """Give what an operator takes: a variable, a number, or a numpy array."""
    if type(x) in (NDArray, float, int) or isinstance(x, (NDArray, np.ndarray, bool)):  # noqa: UP038 (a union takes twice the time)
        return x
    if isinstance(x, numbers.Real | np.bool):  # numpy's scalars: as plain numbers they leave the dtype to the array
        return x.item() if isinstance(x, np.generic) else float(x)
    raise TypeError(f"an NDArray cannot be combined with {type(x).__name__} {x!r}: use a number, an NDArray or a numpy array")


def compared(operator, a, b):
    """Give a comparison of two operands as 0 and 1 in the dtype of the first array; it has a gradient, 0."""
    out = operator(a, b)
    return ops.still(a, b, value=out._data.astype((a if isinstance(a, NDArray) else b)._data.dtype))


class NDArray(Variable):
    """An array on the CPU. Operators broadcast as NumPy's do; comparisons give floats; full reductions have shape (1,).

    Dtypes promote as NumPy's do, so that integers with fractions give fractions; MXNet cuts these off, and refuses mixed dtypes.

    Made by `nd.array`, `nd.zeros` and the like, not by calling this class. `asnumpy()` gives a copy of the data. Most functions of
    `nd` are methods too: ``x.sum(axis=1)`` is ``nd.sum(x, axis=1)``.

    Examples
    --------
    >>> from mxedu import nd
    >>> x = nd.array([[1, 2], [3, 4]])
    >>> print(x * 10 + 1)
    <BLANKLINE>
    [[11. 21.]
     [31. 41.]]
    <NDArray 2x2 @cpu(0)>
    """

    __slots__ = ()
    _context = cpu()  # of the arrays of this class; see `on`
    __array_priority__ = 1000.0  # numpy_array + nd_array is ours to do
    __hash__ = object.__hash__

    # What it is.

    @property
    def shape(self):
        """The lengths of the axes."""
        return self._data.shape

    @property
    def size(self):
        """The number of elements."""
        return self._data.size

    @property
    def ndim(self):
        """The number of axes."""
        return self._data.ndim

    @property
    def dtype(self):
        """The NumPy type of an element, such as numpy.float32."""
        return self._data.dtype.type

    @property
    def context(self):
        """Where the array lives."""
        return self._context

    ctx = context

    @property
    def stype(self):
        """How the array is stored: 'default', which means dense."""
        return "default"

    @property
    def T(self):
        """The array with its axes reversed."""
        return ops.transpose(self)

    def __len__(self):
        return len(self._data)

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __repr__(self):
        return f"\n{self._data}\n<NDArray {'x'.join(map(str, self.shape))} @{self._context}>"

    __str__ = __repr__

    def __reduce__(self):
        return _restore, (self._data, self._context)

    # To and from NumPy and Python.

    def asnumpy(self):
        """Give a copy as a numpy array."""
        return self._data.copy()

    def __array__(self, dtype=None, copy=None):
        return np.array(self._data, dtype=dtype, copy=copy is not False)

    def asscalar(self):
        """Give the only element as a NumPy scalar; ValueError if there are several."""
        if self.size != 1:
            raise ValueError(f"asscalar: the array has shape {self.shape}, but only an array of one element is a scalar")
        return self._data.reshape(-1)[0]

    def __float__(self):
        return float(self.asscalar())

    def __int__(self):
        return int(self.asscalar())

    def __index__(self):
        if self._data.dtype.kind not in "iu":
            raise TypeError(f"an NDArray of dtype {self._data.dtype} cannot be used as an index")
        return int(self.asscalar())

    def __bool__(self):
        if self.size != 1:
            raise ValueError(f"the truth value of an array of shape {self.shape} is ambiguous: compare, then use asnumpy().all() or .any()")
        return bool(self.asscalar())

    def astype(self, dtype, copy=True):
        """Give the array in another dtype; itself if `copy` is False and the dtype is the same."""
        if not copy and self._data.dtype == np.dtype(dtype):
            return self
        return ops.cast(self, dtype=dtype)

    def copy(self):
        """Give a copy."""
        return ops.multiply(self, 1) if self._recorded() else type(self)(self._data.copy())

    __copy__ = copy

    def as_in_context(self, context):
        """Give the array itself if it lives there, else a copy that does; gradients flow back through it."""
        return self if context == self._context else self.copyto(context)

    def copyto(self, other):
        """Copy to a context, or into another array of the same shape; give the copy."""
        if isinstance(other, Context):
            copy = self.copy()
            copy.__class__ = on(resolve(other))
            return copy
        if not isinstance(other, NDArray):
            raise TypeError(f"copyto: other must be an NDArray or a Context such as mx.cpu(), got {type(other).__name__}")
        if other.shape != self.shape:
            raise ShapeError(f"copyto: an array of shape {self.shape} cannot be copied into one of shape {other.shape}")
        other[...] = self
        return other

    def tostype(self, stype):
        """Give the array: all arrays are dense."""
        if stype != "default":
            raise ValueError(f"stype must be 'default': mxedu has dense arrays only, got {stype!r}")
        return self

    def as_nd_ndarray(self):
        """Give the array itself."""
        return self

    def wait_to_read(self):
        """Return at once: nothing is asynchronous here."""

    # Autograd.

    def _recorded(self):
        return STATE.recording and self._node is not None

    def attach_grad(self, grad_req="write", stype=None):
        """Make this array a variable: `backward` will write its gradient to `.grad`. Cuts the graph that led here."""
        set_node(self, Leaf(type(self)(aligned_zeros(self.shape, self.dtype)), grad_req))

    @property
    def grad(self):
        """The gradient that the last backward wrote, or None if the array is no variable."""
        return self._node.gradient if isinstance(self._node, Leaf) and self._node.grad_req != "null" else None

    @property
    def _fresh_grad(self):
        return isinstance(self._node, Leaf) and self._node.fresh

    @_fresh_grad.setter
    def _fresh_grad(self, fresh):
        self._node.fresh = fresh

    def detach(self):
        """Give the same memory as a constant: no gradient flows through it."""
        return type(self)(self._data)

    def backward(self, out_grad=None, retain_graph=False, train_mode=True):
        """Write gradients to the variables this array was computed from; see `autograd.backward`."""
        autograd.backward([self], [out_grad], retain_graph, train_mode)

    # Indexing.

    @staticmethod
    def _key(key):
        """NumPy's form of a key. Float arrays index as integers, as in MXNet."""
        if isinstance(key, tuple):
            return tuple(map(NDArray._key, key))
        if isinstance(key, NDArray):
            key = key._data
        if isinstance(key, np.ndarray) and key.dtype.kind == "f":
            key = key.astype(np.intp)
        return key

    def __getitem__(self, key):
        key = self._key(key)
        if self._recorded():
            out = ops.getitem(self, key=key)
        else:
            data = self._data[key]
            out = type(self)(data if data.flags.c_contiguous else data.copy())  # as in MXNet: a piece in one run shares its memory
        return ops.reshape(out, shape=(1,)) if out._data.ndim == 0 else out  # MXNet's indexing never gives a 0-d array

    def __setitem__(self, key, value):
        self._check_write(value)
        if isinstance(value, NDArray):
            value = value._data[0] if value.shape == (1,) else value._data  # y[i] has shape (1,) and must fit one element
        self._data[self._key(key)] = value

    def _check_write(self, value):
        """Refuse to change what autograd has seen, or to hide a recorded value from it."""
        if not STATE.recording:
            return
        in_graph = self._node is not None or id(owner(self._data)) in STATE.read
        if in_graph or getattr(value, "_node", None) is not None:
            what = "to an array that is part of a computational graph" if in_graph else "a recorded value to an array"
            raise MXNetError(IN_PLACE.format(what=what, shape=self.shape))

    def _in_place(self, function, other):
        self._check_write(other)
        other = operand(other)
        try:
            with np.errstate(all="ignore"):
                function(self._data, other._data if isinstance(other, NDArray) else other, out=self._data, casting="same_kind")
        except ValueError as error:
            raise ShapeError(f"an array of shape {self.shape} cannot be changed in place: {error}") from None
        except TypeError as error:
            raise DtypeError(
                f"an array of dtype {self._data.dtype} cannot be changed in place: {error}. Write x = x / y instead of x /= y, which makes "
                "a new array, or use astype first"
            ) from None
        return self

    def __iadd__(self, other):
        return self._in_place(np.add, other)

    def __isub__(self, other):
        return self._in_place(np.subtract, other)

    def __imul__(self, other):
        return self._in_place(np.multiply, other)

    def __itruediv__(self, other):
        return self._in_place(np.divide, other)

    def __imod__(self, other):
        return self._in_place(np.mod, other)

    # Arithmetic.

    def __add__(self, other):
        return ops.add(self, operand(other))

    def __radd__(self, other):
        return ops.add(operand(other), self)

    def __sub__(self, other):
        return ops.subtract(self, operand(other))

    def __rsub__(self, other):
        return ops.subtract(operand(other), self)

    def __mul__(self, other):
        return ops.multiply(self, operand(other))

    def __rmul__(self, other):
        return ops.multiply(operand(other), self)

    def __truediv__(self, other):
        return ops.divide(self, operand(other))

    def __rtruediv__(self, other):
        return ops.divide(operand(other), self)

    def __mod__(self, other):
        return ops.mod(self, operand(other))

    def __rmod__(self, other):
        return ops.mod(operand(other), self)

    def __pow__(self, other):
        return ops.power(self, operand(other))

    def __rpow__(self, other):
        return ops.power(operand(other), self)

    def __neg__(self):
        return ops.negative(self)

    def __abs__(self):
        return ops.absolute(self)

    def __matmul__(self, other):
        return self.dot(other)

    def __rmatmul__(self, other):
        return NDArray(other).dot(self)

    # Comparisons give 0 and 1 in the array's dtype.

    def _compare(self, operator, other):
        return compared(operator, self, operand(other))

    def __eq__(self, other):
        return False if other is None else self._compare(ops.equal, other)

    def __ne__(self, other):
        return True if other is None else self._compare(ops.not_equal, other)

    def __gt__(self, other):
        return self._compare(ops.greater, other)

    def __ge__(self, other):
        return self._compare(ops.greater_equal, other)

    def __lt__(self, other):
        return self._compare(ops.less, other)

    def __le__(self, other):
        return self._compare(ops.less_equal, other)


@functools.cache
def on(context):
    """Give the class of the arrays in a context: NDArray for cpu(0), else a subclass that differs from it in nothing else."""
    return NDArray if context == cpu() else type("NDArray", (NDArray,), {"__slots__": (), "_context": context, "__module__": __name__})


def _restore(data, context):
    """Make an array from what was pickled."""
    return on(context)(data)
