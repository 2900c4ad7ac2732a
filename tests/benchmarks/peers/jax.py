"""JAX with optax, compiled: steps of optax's optimizers, and whole iterations, loss, gradient and step in one function."""

import functools
import os

import jax
import numpy as np
import optax
import work
from jax import numpy as jnp

VERSION = f"{jax.__version__}, optax {optax.__version__}"

# The flags of `environment` alone still leave it up to two threads (measured: 1.5 to 1.9 processors busy).
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-int(os.environ["OMP_NUM_THREADS"]) :])

OPTIMIZERS = {
    "sgd": optax.sgd,
    "momentum": functools.partial(optax.sgd, momentum=work.MOMENTUM),
    "adam": functools.partial(optax.adam, b1=work.BETA1, b2=work.BETA2, eps=work.EPSILON),
    "nag": functools.partial(optax.sgd, momentum=work.MOMENTUM, nesterov=True),
    "signum": functools.partial(optax.signum, beta=work.MOMENTUM),
    "signsgd": optax.sign_sgd,
    "adagrad": functools.partial(optax.adagrad, initial_accumulator_value=0.0, eps=1e-7),
    "rmsprop": functools.partial(optax.rmsprop, decay=0.9),
    "centred rmsprop": functools.partial(optax.rmsprop, decay=0.9, momentum=0.9, centered=True),
    "adadelta": functools.partial(optax.adadelta, rho=0.9, eps=1e-5),
    "adamax": optax.adamax,
    "nadam": optax.nadam,
    "adabelief": functools.partial(optax.adabelief, eps=1e-6, eps_root=1e-6),
    "adamw": functools.partial(optax.adamw, eps=1e-6, weight_decay=0.01),
    "lars": functools.partial(optax.lars, momentum=work.MOMENTUM),
    "lamb": functools.partial(optax.lamb, eps=1e-6),
}


def squares(layers, X, y):
    """Give the tutorial's loss."""
    ((w, b),) = layers
    return 0.5 * jnp.mean((X @ w.T + b - y) ** 2)


def cross_entropy(layers, X, y):
    """Give a perceptron's loss."""
    *hidden, (w, b) = layers
    for v, c in hidden:
        X = jax.nn.relu(X @ v.T + c)
    return optax.softmax_cross_entropy_with_integer_labels(X @ w.T + b, y).mean()


class Compiled(work.Contestant):
    """Steps of an optimizer; `gradient(w, *data)` is compiled with it. What is written may take the place of what is read."""

    def __init__(self, name, gradient, first, *data):
        rule = OPTIMIZERS[name](work.LEARNING_RATE)

        def step(w, state, *data):
            updates, state = rule.update(gradient(w, *data), state, w)
            return optax.apply_updates(w, updates), state

        self.step, self.init = jax.jit(step, donate_argnums=(0, 1)), rule.init
        self.first, self.data = first, jax.tree.map(jnp.array, data)

    def reset(self):
        self.w = self.state = None  # frees the old ones
        self.w = jax.tree.map(jnp.array, self.first)  # copies, which the first step may overwrite
        self.state = self.init(self.w)
        jax.block_until_ready((self.w, self.state))

    def run(self, steps):
        w, state, data, step = self.w, self.state, self.data, self.step
        for _ in range(steps):
            w, state = step(w, state, *data)
        self.w, self.state = jax.block_until_ready((w, state))

    def weights(self):
        return np.concatenate([np.asarray(x).reshape(-1) for x in jax.tree.leaves(self.w)])


def make(name, n):
    """Give the contestants in a work, by name."""
    if name == "iteration":
        X, y, *layer = work.tutorial()
        return {"jax jit": Compiled("sgd", jax.grad(squares), [layer], X, y.reshape(8, 1))}
    if name in work.PERCEPTRONS:
        X, y, layers = work.perceptron(*work.PERCEPTRONS[name])
        return {"jax jit": Compiled("adam", jax.grad(cross_entropy), layers, X, y)}
    if name not in OPTIMIZERS:
        return {}
    first, g = work.data(n)
    return {"optax": Compiled(name, lambda w, g: g, first, g)}
