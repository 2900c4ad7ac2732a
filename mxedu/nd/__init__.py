"""Arrays that autograd can differentiate through: creation, functions, random draws. The functions are those of MXNet's `nd`."""

from . import contrib, functions, linalg, methods, random
from . import functions as op
from .files import load, load_frombuffer, save
from .functions import *  # noqa: F403
from .ndarray import NDArray
from .random import normal, shuffle, uniform

random_exponential, random_gamma, random_normal, random_poisson = random.exponential, random.gamma, random.normal, random.poisson
random_randint, random_uniform = random.randint, random.uniform
sample_exponential, sample_gamma, sample_multinomial, sample_normal = random.exponential, random.gamma, random.multinomial, random.normal
sample_poisson, sample_uniform = random.poisson, random.uniform

__all__ = [
    "NDArray", "contrib", "linalg", "load", "load_frombuffer", "methods", "normal", "op", "random", "random_exponential", "random_gamma",
    "random_normal", "random_poisson",
    "random_randint", "random_uniform", "sample_exponential", "sample_gamma", "sample_multinomial", "sample_normal", "sample_poisson",
    "sample_uniform", "save", "shuffle", "uniform", *functions.__all__,
]  # fmt: skip
