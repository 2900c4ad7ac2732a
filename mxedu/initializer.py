"""How parameters get their first values."""

import numpy as np

from . import validate
from .nd import random

__all__ = ["Constant", "Initializer", "Normal", "One", "Uniform", "Xavier", "Zero", "create"]


class Initializer:
    """The base: ``fill(name, data)`` writes first values to a numpy array.

    Called as the initializer of a whole net, a parameter whose name ends in `bias` or `beta` gets zeros and in `gamma` ones,
    as in MXNet; a parameter's own initializer is asked as it is.
    """

    def fill(self, name, data):
        """Write the first values of the parameter `name` to the numpy array `data`."""
        raise NotImplementedError(f"{type(self).__name__} must define fill(name, data)")

    def __call__(self, name, data):
        """Write first values as the suffix of the name asks."""
        if name.endswith(("bias", "beta")):
            data[...] = 0
        elif name.endswith("gamma"):
            data[...] = 1
        elif name.endswith("weight"):
            self.fill(name, data)
        else:
            raise ValueError(
                f"the parameter {name!r} ends in neither weight, bias, gamma nor beta, so no rule says how to start it: "
                "give it an initializer of its own, Parameter(..., init=...)"
            )


class Constant(Initializer):
    """All elements equal `value`, a number or an array of the parameter's shape."""

    def __init__(self, value):
        self.value = value

    def fill(self, name, data):
        """Write the value."""
        value = np.asarray(self.value)
        if value.shape not in ((), data.shape):
            raise ValueError(f"value of Constant has shape {value.shape}, but {name} has {data.shape}: give it that shape, or a number")
        data[...] = value


class Zero(Constant):
    """All elements 0."""

    def __init__(self):
        super().__init__(0.0)


class One(Constant):
    """All elements 1."""

    def __init__(self):
        super().__init__(1.0)


class Uniform(Initializer):
    """Uniform in [-scale, scale)."""

    def __init__(self, scale=0.07):
        self.scale = validate.real("scale", scale, low=0)

    def fill(self, name, data):
        """Draw from MXNet's seeded streams."""
        data[...] = random.uniform(-self.scale, self.scale, data.shape)._data


class Normal(Initializer):
    """Normal with mean 0 and standard deviation `sigma`."""

    def __init__(self, sigma=0.01):
        self.sigma = validate.real("sigma", sigma, low=0)

    def fill(self, name, data):
        """Draw from MXNet's seeded streams."""
        data[...] = random.normal(0, self.sigma, data.shape)._data


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
        if rnd_type not in ("uniform", "gaussian"):
            raise ValueError(f"rnd_type must be 'uniform' or 'gaussian', got {rnd_type!r}")
        if factor_type not in ("avg", "in", "out"):
            raise ValueError(f"factor_type must be 'avg', 'in' or 'out', got {factor_type!r}")
        self.rnd_type, self.factor_type = rnd_type, factor_type
        self.magnitude = validate.real("magnitude", magnitude, low=0)

    def fill(self, name, data):
        """Draw from MXNet's seeded streams."""
        if data.ndim < 2:
            raise ValueError(f"Xavier needs at least two axes, but {name} has shape {data.shape}: give it another initializer")
        area = int(np.prod(data.shape[2:]))
        fan_in, fan_out = data.shape[1] * area, data.shape[0] * area
        scale = np.sqrt(self.magnitude / {"avg": (fan_in + fan_out) / 2, "in": fan_in, "out": fan_out}[self.factor_type])
        draw = random.uniform(-scale, scale, data.shape) if self.rnd_type == "uniform" else random.normal(0, scale, data.shape)
        data[...] = draw._data


_by_name = {
    "zeros": Zero, "zero": Zero, "ones": One, "one": One, "uniform": Uniform, "normal": Normal, "xavier": Xavier,
}  # fmt: skip


def create(initializer):
    """Give an initializer for a name, or the initializer itself."""
    if isinstance(initializer, Initializer):
        return initializer
    if isinstance(initializer, str) and initializer.lower() in _by_name:
        return _by_name[initializer.lower()]()
    raise ValueError(f"unknown initializer {initializer!r}: give an Initializer or one of the names {', '.join(sorted(_by_name))}")
