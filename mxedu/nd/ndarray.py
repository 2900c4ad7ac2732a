"""NDArray: a numpy array with MXNet's conventions and a place in autograd's graph."""

import numbers

import numpy as np

from .. import autograd
from ..autograd.tape import STATE, Leaf
from . import ops
from .memory import aligned_zeros
from .primitive import Variable

__all__ = ["NDArray", "arange", "array", "empty", "full", "ones", "ones_like", "zeros", "zeros_like"]

IN_PLACE = (
    "Cannot write in place {what} of shape {shape} inside `autograd.record()`: its gradient would be wrong. Write the "
    "out-of-place form (x = x + y instead of x += y; a new array instead of x[key] = y), or write outside record(), or under "
    "autograd.pause()."
)


def _operand(x):
    """Give what an operator takes: a variable, a number, or a numpy array."""
    if type(x) in (NDArray, float, int) or isinstance(x, (NDArray, np.ndarray, bool)):  # noqa: UP038 (a union takes twice the time)
        return x
    if isinstance(x, numbers.Real | np.bool):  # numpy's scalars: as plain numbers they leave the dtype to the array
        return x.item() if isinstance(x, np.generic) else float(x)
    raise TypeError(f"an NDArray cannot be combined with {type(x).__name__} {x!r}: use a number, an NDArray or a numpy array")


def _scalar_like(out):
    """Full reductions have shape (1,) in MXNet, not ()."""
    return ops.reshape(out, shape=(1,)) if out._data.ndim == 0 else out


class NDArray(Variable):
    """An array on the CPU. Operators broadcast as NumPy's do; comparisons give floats; full reductions have shape (1,).

    Made by `nd.array`, `nd.zeros` and the like, not by calling this class. `asnumpy()` gives a copy of the data.

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
    def T(self):
        """The array with its axes reversed."""
        return ops.transpose(self)

    def __len__(self):
        return len(self._data)

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __repr__(self):
        return f"\n{self._data}\n<NDArray {'x'.join(map(str, self.shape))} @cpu(0)>"

    __str__ = __repr__

    def __reduce__(self):
        return NDArray, (self._data,)

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
        return ops.multiply(self, 1) if self._recorded() else NDArray(self._data.copy())

    __copy__ = copy

    def wait_to_read(self):
        """Return at once: nothing is asynchronous here."""

    # Autograd.

    def _recorded(self):
        return STATE.recording and self._node is not None

    def attach_grad(self, grad_req="write", stype=None):
        """Make this array a variable: `backward` will write its gradient to `.grad`. Cuts the graph that led here."""
        self._node = Leaf(NDArray(aligned_zeros(self.shape, self.dtype)), grad_req)

    @property
    def grad(self):
        """The gradient that the last backward wrote, or None if the array is no variable."""
        return self._node.gradient if isinstance(self._node, Leaf) else None

    @property
    def _fresh_grad(self):
        return isinstance(self._node, Leaf) and self._node.fresh

    @_fresh_grad.setter
    def _fresh_grad(self, fresh):
        self._node.fresh = fresh

    def detach(self):
        """Give the same memory as a constant: no gradient flows through it."""
        return NDArray(self._data)

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
            out = NDArray(self._data[key])
        return _scalar_like(out)

    def __setitem__(self, key, value):
        self._check_write(value)
        if isinstance(value, NDArray):
            value = value._data[0] if value.shape == (1,) else value._data  # y[i] has shape (1,) and must fit one element
        self._data[self._key(key)] = value

    def _check_write(self, value):
        """Refuse to change what autograd has seen, or to hide a recorded value from it."""
        if not STATE.recording:
            return
        in_graph = self._node is not None or self._record == STATE.record
        if in_graph or getattr(value, "_node", None) is not None:
            what = "to an array that is part of a computational graph" if in_graph else "a recorded value to an array"
            raise RuntimeError(IN_PLACE.format(what=what, shape=self.shape))

    def _in_place(self, function, other):
        self._check_write(other)
        other = _operand(other)
        function(self._data, other._data if isinstance(other, NDArray) else other, out=self._data, casting="same_kind")
        return self

    def __iadd__(self, other):
        return self._in_place(np.add, other)

    def __isub__(self, other):
        return self._in_place(np.subtract, other)

    def __imul__(self, other):
        return self._in_place(np.multiply, other)

    def __itruediv__(self, other):
        return self._in_place(np.divide, other)

    # Arithmetic.

    def __add__(self, other):
        return ops.add(self, _operand(other))

    def __radd__(self, other):
        return ops.add(_operand(other), self)

    def __sub__(self, other):
        return ops.subtract(self, _operand(other))

    def __rsub__(self, other):
        return ops.subtract(_operand(other), self)

    def __mul__(self, other):
        return ops.multiply(self, _operand(other))

    def __rmul__(self, other):
        return ops.multiply(_operand(other), self)

    def __truediv__(self, other):
        return ops.divide(self, _operand(other))

    def __rtruediv__(self, other):
        return ops.divide(_operand(other), self)

    def __pow__(self, other):
        return ops.power(self, _operand(other))

    def __rpow__(self, other):
        return ops.power(_operand(other), self)

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
        return operator(self, _operand(other)).astype(self._data.dtype)

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

    # Shape.

    def reshape(self, *shape):
        """Give the same elements in another shape; one length may be -1."""
        shape = tuple(shape[0]) if len(shape) == 1 and isinstance(shape[0], list | tuple) else shape
        if shape.count(-1) == 0 and int(np.prod(shape)) != self.size:
            raise ValueError(f"reshape: an array of shape {self.shape} has {self.size} elements and cannot have shape {shape}")
        return ops.reshape(self, shape=shape)

    def flatten(self):
        """Give a matrix: axis 0 stays, the others become one."""
        return ops.reshape(self, shape=(self.shape[0], int(np.prod(self.shape[1:]))))

    def transpose(self, *axes):
        """Permute the axes; without arguments, reverse them."""
        axes = tuple(axes[0]) if len(axes) == 1 and isinstance(axes[0], list | tuple) else axes
        return ops.transpose(self, axes=axes or None)

    def broadcast_to(self, shape):
        """Repeat along axes of length 1, and along new leading axes, until the array has `shape`."""
        return ops.broadcast_to(self, shape=tuple(shape))

    # Reductions.

    def sum(self, axis=None, keepdims=False):
        """Add up along the axes (None: all; the result then has shape (1,))."""
        return _scalar_like(ops.sum(self, axis=axis, keepdims=keepdims))

    def mean(self, axis=None, keepdims=False):
        """Average along the axes (None: all; the result then has shape (1,))."""
        return _scalar_like(ops.mean(self, axis=axis, keepdims=keepdims))

    def max(self, axis=None, keepdims=False):
        """Give the largest element along the axes (None: all; the result then has shape (1,))."""
        return _scalar_like(ops.max(self, axis=axis, keepdims=keepdims))

    def min(self, axis=None, keepdims=False):
        """Give the smallest element along the axes (None: all; the result then has shape (1,))."""
        return _scalar_like(ops.min(self, axis=axis, keepdims=keepdims))

    def norm(self):
        """Give the Euclidean norm of all elements, of shape (1,)."""
        return ops.sqrt(ops.square(self).sum())

    def argmax(self, axis=None):
        """Give the index of the largest element along the axis, as floats."""
        out = np.argmax(self._data, axis=axis)
        return NDArray(np.atleast_1d(out).astype(np.float32))

    # Mathematics.

    def dot(self, other, transpose_a=False, transpose_b=False):
        """Sum the products over the last axis of this array and the first axis of the other."""
        b = other if isinstance(other, NDArray) else NDArray(other)
        if not (self.ndim and b.ndim):
            raise ValueError(f"dot: shapes {self.shape} and {b.shape} do not fit: both need at least one axis; use * with numbers")
        inner = self.shape[0] if transpose_a else self.shape[-1], b.shape[-1] if transpose_b else b.shape[0]
        if inner[0] != inner[1]:
            raise ValueError(f"dot: shapes {self.shape} and {b.shape} do not fit: {inner[0]} elements against {inner[1]}")
        return _scalar_like(ops.dot(self, b, transpose_a, transpose_b))

    def exp(self):
        """Give e to the power of each element."""
        return ops.exp(self)

    def log(self):
        """Give the natural logarithm of each element."""
        return ops.log(self)

    def sqrt(self):
        """Give the square root of each element."""
        return ops.sqrt(self)

    def square(self):
        """Give the square of each element."""
        return ops.square(self)

    def abs(self):
        """Give the absolute value of each element."""
        return ops.absolute(self)

    def sign(self):
        """Give the sign of each element: -1, 0 or 1."""
        return ops.sign(self)

    def tanh(self):
        """Give the hyperbolic tangent of each element."""
        return ops.tanh(self)

    def sigmoid(self):
        """Give 1 / (1 + e**-x) of each element."""
        return ops.sigmoid(self)

    def relu(self):
        """Give max(x, 0) of each element."""
        return ops.relu(self)

    def clip(self, a_min, a_max):
        """Limit each element to the interval from a_min to a_max."""
        return ops.clip(self, a_min=a_min, a_max=a_max)


def array(source, dtype=None):
    """Copy numbers into a new array.

    Parameters
    ----------
    source : NDArray, numpy array, number or nested sequence of numbers
        The elements.
    dtype : str or type, optional
        Default: the dtype of an NDArray, float32 for everything else.
    """
    if dtype is None:
        dtype = source.dtype if isinstance(source, NDArray) else np.float32
    return NDArray(np.array(source, dtype=dtype))


def empty(shape, dtype="float32"):
    """Give a new array of unspecified elements."""
    return NDArray(np.empty(shape, dtype))


def zeros(shape, dtype="float32"):
    """Give a new array of zeros."""
    return NDArray(np.zeros(shape, dtype))


def ones(shape, dtype="float32"):
    """Give a new array of ones."""
    return NDArray(np.ones(shape, dtype))


def full(shape, val, dtype="float32"):
    """Give a new array filled with `val`."""
    return NDArray(np.full(shape, val, dtype))


def arange(start, stop=None, step=1.0, dtype="float32"):
    """Give the numbers from start (default 0) up to, without, stop."""
    return NDArray(np.arange(start, stop, step, dtype) if stop is not None else np.arange(0, start, step, dtype))


def zeros_like(data):
    """Give zeros of the shape and dtype of `data`."""
    return NDArray(np.zeros_like(data._data))


def ones_like(data):
    """Give ones of the shape and dtype of `data`."""
    return NDArray(np.ones_like(data._data))
