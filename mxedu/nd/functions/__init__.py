"""MXNet's functions of arrays, with MXNet's conventions: reductions of shape (1,), comparisons that give floats, reshape codes."""

from . import create, index, layers, linear, math, normalization, reduce, shape
from .create import *  # noqa: F403
from .index import *  # noqa: F403
from .layers import *  # noqa: F403
from .linear import *  # noqa: F403
from .math import *  # noqa: F403
from .normalization import *  # noqa: F403
from .reduce import *  # noqa: F403
from .shape import *  # noqa: F403

__all__ = [name for room in (create, index, layers, linear, math, normalization, reduce, shape) for name in room.__all__]
