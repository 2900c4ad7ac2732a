"""MyGrad: gradients on NumPy's arrays. It has no optimizers; those of `numpy_optimizers` make the steps."""

import mygrad
import numpy as np
import numpy_optimizers
import work
from mygrad.nnet import relu, softmax_crossentropy

VERSION = mygrad.__version__

mygrad.turn_memory_guarding_off()  # its documentation: this "can speed up computations involving many small tensors substantially"


def squares(layers, X, y):
    """Give the tutorial's loss."""
    ((w, b),) = layers
    return 0.5 * mygrad.mean((X @ w + b - y) ** 2)


def cross_entropy(layers, X, y):
    """Give a perceptron's loss."""
    *hidden, (w, b) = layers
    for v, c in hidden:
        X = relu(X @ v + c)
    return softmax_crossentropy(X @ w + b, y)


class Iteration(work.Contestant):
    """Forward, backward and a step. Weights are kept as (inputs, outputs), as a matrix product takes them."""

    def __init__(self, name, loss, layers, X, y):
        self.update, self.states = getattr(numpy_optimizers, name), work.WRITTEN[name] - 1
        self.loss, self.first, self.X, self.y = loss, layers, X, y

    def reset(self):
        self.layers = [(mygrad.tensor(w.T.copy()), mygrad.tensor(b)) for w, b in self.first]
        parameters = [x for layer in self.layers for x in layer]
        self.parameters = [(w, [np.zeros_like(w.data) for _ in range(self.states + 1)]) for w in parameters]
        self.t = 0

    def run(self, steps):
        for _ in range(steps):
            self.loss(self.layers, self.X, self.y).backward()
            self.t += 1
            for w, arrays in self.parameters:
                self.update(self.t, w.data, w.grad, *arrays)

    def weights(self):
        return np.concatenate([x.reshape(-1) for w, b in self.layers for x in (w.data.T, b.data)])


def make(name, n):
    """Give the contestants in a work, by name."""
    if name == "iteration":
        X, y, *layer = work.tutorial()
        return {"mygrad": Iteration("sgd", squares, [layer], X, y.reshape(8, 1))}
    if name in work.PERCEPTRONS:
        X, y, layers = work.perceptron(*work.PERCEPTRONS[name])
        return {"mygrad": Iteration("adam", cross_entropy, layers, X, y)}
    return {}
