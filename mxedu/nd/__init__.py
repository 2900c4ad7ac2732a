"""Arrays that autograd can differentiate through: creation, functions, random draws. The functions are those of MXNet's `nd`."""

from . import contrib, functions, linalg, methods, random
from . import functions as op
from .files import load, load_frombuffer, save
from .functions import *  # noqa: F403
from .ndarray import NDArray
from .random import normal, sample_normal, shuffle, uniform

random_exponential, random_gamma, random_normal = random.random_exponential, random.random_gamma, random.random_normal
random_poisson, random_randint, random_uniform = random.random_poisson, random.random_randint, random.random_uniform
sample_exponential, sample_gamma, sample_poisson, sample_uniform = random_exponential, random_gamma, random_poisson, random_uniform
sample_multinomial = random.multinomial

__all__ = [
    "NDArray", "contrib", "linalg", "load", "load_frombuffer", "methods", "normal", "op", "random", "random_exponential", "random_gamma",
    "random_normal", "random_poisson",
    "random_randint", "random_uniform", "sample_exponential", "sample_gamma", "sample_multinomial", "sample_normal", "sample_poisson",
    "sample_uniform", "save", "shuffle", "uniform", *functions.__all__,
]  # fmt: skip
