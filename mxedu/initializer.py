"""How parameters get their first values, drawn from MXNet's seeded streams."""

import json
import re
import warnings

import numpy as np

from . import validate
from .base import ShapeError
from .nd import NDArray, load, random

__all__ = [
    "Bilinear", "Constant", "InitDesc", "Initializer", "LSTMBias", "Load", "MSRAPrelu", "Mixed", "Normal", "One", "Orthogonal", "Uniform",
    "Xavier", "Zero", "create", "register",
]  # fmt: skip


class InitDesc(str):
    """The name of a parameter, with `attrs` and the `global_init` of the whole net."""

    def __new__(cls, name, attrs=None, global_init=None):
        """Make the name."""
        desc = super().__new__(cls, name)
        desc.attrs, desc.global_init = attrs or {}, global_init
        return desc


class Initializer:
    """The base. A subclass defines ``_init_weight(name, arr)``, which writes first values to the NDArray `arr`.

    Parameters get what `_init_weight` gives, whatever their name: a layer names the initializers of its biases itself. Only a call,
    ``initializer(name, arr)``, goes by the name's ending, as in MXNet: weight, bias, gamma, beta and the moving averages.

    Parameters
    ----------
    **kwargs
        What the initializer was made with, for `dumps`.
    """

    def __init__(self, **kwargs):
        self._kwargs = kwargs

    def dumps(self):
        """Give name and arguments as JSON, from which `create` makes an equal initializer."""
        return json.dumps([type(self).__name__.lower(), self._kwargs])

    def __eq__(self, other):
        return type(self) is type(other) and self._kwargs == other._kwargs

    def __hash__(self):
        return hash(type(self))

    def __call__(self, desc, arr):
        """Write first values as the ending of the name asks."""
        for ending, method in _ENDINGS.items():
            if desc.lower().endswith(ending):
                getattr(self, method)(desc, arr)
                return
        self._init_default(desc, arr)

    def _init_weight(self, name, arr):
        raise NotImplementedError(f"{type(self).__name__} must define _init_weight(name, arr)")

    def _init_zero(self, name, arr):
        arr[...] = 0

    def _init_one(self, name, arr):
        arr[...] = 1

    _init_bias = _init_beta = _init_zero
    _init_gamma = _init_one

    def _init_default(self, name, arr):
        raise ValueError(
            f"the name {name!r} ends in none of {', '.join(_ENDINGS)}, so no rule says how to start it: give the parameter an initializer "
            "of its own"
        )


_ENDINGS = {
    "weight": "_init_weight", "bias": "_init_bias", "gamma": "_init_gamma", "beta": "_init_beta", "running_mean": "_init_zero",
    "moving_mean": "_init_zero", "running_var": "_init_one", "moving_var": "_init_one", "moving_avg": "_init_zero", "min": "_init_zero",
    "max": "_init_zero",
}  # fmt: skip
_by_name = {}


def register(cls):
    """Make an initializer class known under its name in lower case."""
    if not (isinstance(cls, type) and issubclass(cls, Initializer)):
        raise TypeError(f"register takes a subclass of Initializer, got {cls!r}")
    name = cls.__name__.lower()
    if name in _by_name:
        warnings.warn(f"the initializer {name!r} registered before is replaced by {cls}", stacklevel=2)
    _by_name[name] = cls
    return cls


def create(initializer, **kwargs):
    """Give an initializer for a name, or for what `dumps` gave; an initializer is given back as it is.

    Examples
    --------
    >>> from mxedu import init
    >>> init.create("normal", sigma=0.3).sigma, init.create('["uniform", {"scale": 0.1}]').scale
    (0.3, 0.1)
    """
    if isinstance(initializer, Initializer | Mixed | Load):
        return initializer
    if isinstance(initializer, str) and initializer.startswith("["):
        initializer, kwargs = json.loads(initializer)
    if isinstance(initializer, str) and initializer.lower() in _by_name:
        return _by_name[initializer.lower()](**kwargs)
    raise ValueError(f"unknown initializer {initializer!r}: give an Initializer or one of the names {', '.join(sorted(_by_name))}")


@register
class Constant(Initializer):
    """All elements equal `value`, a number or an array of the parameter's shape."""

    def __init__(self, value):
        super().__init__(value=value)
        self.value = value

    def _init_weight(self, name, arr):
        shape = np.shape(self.value)
        if shape not in ((), arr.shape):
            raise ShapeError(f"value of Constant has shape {shape}, but {name} has {arr.shape}: give it that shape, or a number")
        arr[...] = self.value


@register
class Zero(Initializer):
    """All elements 0."""

    def __init__(self):
        super().__init__()

    _init_weight = Initializer._init_zero


@register
class One(Initializer):
    """All elements 1."""

    def __init__(self):
        super().__init__()

    _init_weight = Initializer._init_one


_by_name |= {"zeros": Zero, "ones": One}


@register
class Uniform(Initializer):
    """Uniform in [-scale, scale)."""

    def __init__(self, scale=0.07):
        super().__init__(scale=scale)
        self.scale = validate.real("scale", scale, low=0)

    def _init_weight(self, name, arr):
        arr[...] = random.uniform(-self.scale, self.scale, arr.shape, arr.dtype)


@register
class Normal(Initializer):
    """Normal with mean 0 and standard deviation `sigma`."""

    def __init__(self, sigma=0.01):
        super().__init__(sigma=sigma)
        self.sigma = validate.real("sigma", sigma, low=0)

    def _init_weight(self, name, arr):
        arr[...] = random.normal(0, self.sigma, arr.shape, arr.dtype)


@register
class Xavier(Initializer):
    """Scaled so that a layer keeps the variance of what passes through it (Glorot and Bengio, AISTATS 2010).

    Parameters
    ----------
    rnd_type : {'uniform', 'gaussian'}, default 'uniform'
        Uniform in [-s, s) or normal with deviation s, for s = sqrt(magnitude / n).
    factor_type : {'avg', 'in', 'out'}, default 'avg'
        Whether n is the number of inputs, of outputs, or their average.
    magnitude : float, default 3
        The factor under the root.
    """

    def __init__(self, rnd_type="uniform", factor_type="avg", magnitude=3):
        super().__init__(rnd_type=rnd_type, factor_type=factor_type, magnitude=magnitude)
        if rnd_type not in ("uniform", "gaussian"):
            raise ValueError(f"rnd_type must be 'uniform' or 'gaussian', got {rnd_type!r}")
        if factor_type not in ("avg", "in", "out"):
            raise ValueError(f"factor_type must be 'avg', 'in' or 'out', got {factor_type!r}")
        self.rnd_type, self.factor_type = rnd_type, factor_type
        self.magnitude = validate.real("magnitude", magnitude, low=0)

    def _init_weight(self, name, arr):
        if arr.ndim < 2:
            raise ShapeError(f"{type(self).__name__} needs two axes or more, but {name} has shape {arr.shape}: give it another initializer")
        area = int(np.prod(arr.shape[2:]))
        fan_in, fan_out = arr.shape[1] * area, arr.shape[0] * area
        scale = np.sqrt(self.magnitude / {"avg": (fan_in + fan_out) / 2, "in": fan_in, "out": fan_out}[self.factor_type])
        if self.rnd_type == "uniform":
            arr[...] = random.uniform(-scale, scale, arr.shape, arr.dtype)
        else:
            arr[...] = random.normal(0, scale, arr.shape, arr.dtype)


@register
class MSRAPrelu(Xavier):
    """Xavier's with the variance that a leaky rectifier of this slope asks for (He et al., arXiv:1502.01852, equation (15))."""

    def __init__(self, factor_type="avg", slope=0.25):
        super().__init__("gaussian", factor_type, 2 / (1 + validate.real("slope", slope) ** 2))
        self._kwargs = {"factor_type": factor_type, "slope": slope}


@register
class Orthogonal(Initializer):
    """`scale` times a matrix with orthonormal rows or columns, from the singular vectors of a random one (Saxe et al., arXiv:1312.6120).

    Parameters
    ----------
    scale : float, default 1.414
        The factor.
    rand_type : {'uniform', 'normal'}, default 'uniform'
        The distribution of the random matrix.
    """

    def __init__(self, scale=1.414, rand_type="uniform"):
        super().__init__(scale=scale, rand_type=rand_type)
        if rand_type not in ("uniform", "normal"):
            raise ValueError(f"rand_type must be 'uniform' or 'normal', got {rand_type!r}")
        self.scale, self.rand_type = validate.real("scale", scale, above=0), rand_type

    def _init_weight(self, name, arr):
        shape = arr.shape[0], int(np.prod(arr.shape[1:]))
        draws = random.uniform(-1, 1, shape) if self.rand_type == "uniform" else random.normal(0, 1, shape)
        u, _, v = np.linalg.svd(draws._data, full_matrices=False)
        arr[...] = NDArray(self.scale * (u if u.shape == shape else v).reshape(arr.shape))


@register
class Bilinear(Initializer):
    """The weights with which a transposed convolution interpolates linearly along two axes."""

    def __init__(self):
        super().__init__()

    def _init_weight(self, name, arr):
        n = arr.shape[-1]
        f = -(-n // 2)
        triangle = 1 - np.abs(np.arange(n) / f - (2 * f - 1 - f % 2) / (2 * f))
        arr[...] = NDArray(np.broadcast_to(np.outer(triangle[: arr.shape[-2]], triangle), arr.shape).astype(np.float32))


@register
class LSTMBias(Initializer):
    """Zeros, but for the second of four equal parts, the forget gates: `forget_bias`."""

    def __init__(self, forget_bias=1.0):
        super().__init__(forget_bias=forget_bias)
        self.forget_bias = validate.real("forget_bias", forget_bias)

    def _init_weight(self, name, arr):
        n = arr.shape[0] // 4
        arr[...] = 0
        arr[n : 2 * n] = self.forget_bias

    _init_bias = _init_weight


class Mixed:
    """The initializer of the first pattern that the name matches.

    Parameters
    ----------
    patterns : list of str
        Regular expressions, such as ['bias', '.*'].
    initializers : list of Initializer
        As many.
    """

    def __init__(self, patterns, initializers):
        if len(patterns) != len(initializers):
            raise ValueError(f"patterns and initializers must be as many, got {len(patterns)} and {len(initializers)}")
        self.map = [(re.compile(p), create(i)) for p, i in zip(patterns, initializers, strict=True)]

    def __call__(self, name, arr):
        """Write first values with the initializer of the name."""
        for pattern, initializer in self.map:
            if pattern.match(name):
                initializer(name, arr)
                return
        raise ValueError(f"the name {name!r} matches no pattern: add '.*' as the last one")

    _init_weight = __call__


class Load:
    """The arrays of a dict or a file, by name; `default_init` for names that are not there.

    Parameters
    ----------
    param : dict of str to NDArray, or str
        The arrays, or the file that `nd.save` wrote them to. A prefix arg: or aux: of the names is left out.
    default_init : Initializer, optional
        What starts other parameters. Default: they are an error.
    verbose : bool, default False
        Accepted for MXNet's sake.
    """

    def __init__(self, param, default_init=None, verbose=False):
        arrays = param if isinstance(param, dict) else load(param)
        self.param = {name.removeprefix("arg:").removeprefix("aux:"): x for name, x in arrays.items()}
        self.default_init = default_init

    def __call__(self, name, arr):
        """Write the values of this name."""
        if name in self.param:
            if self.param[name].shape != arr.shape:
                raise ShapeError(f"param {name!r} has shape {self.param[name].shape}, but the parameter has {arr.shape}")
            arr[...] = self.param[name]
        elif self.default_init is not None:
            self.default_init(name, arr)
        else:
            raise ValueError(f"param has no {name!r}: give default_init too")

    _init_weight = __call__
