"""Contestants without a framework: derivatives worked out by hand, in NumPy, and in Numba as one function."""

import importlib.util

import numba as nb
import numpy as np
import numpy_optimizers
import work


class NumPyKernel(work.OnArrays):
    """NumPy in place, without temporaries."""

    def __init__(self, name, *arrays):
        super().__init__(*arrays)
        self.step = getattr(numpy_optimizers, name)
        self.scratch = np.zeros_like(self.w)

    def run(self, steps):
        for _ in range(steps):
            self.t += 1
            self.step(self.t, self.w, self.g, *self.states, self.scratch)


class NumPyIteration(work.Contestant):
    """The tutorial's iteration."""

    def __init__(self):
        self.X, self.y, *self.first = work.tutorial()
        self.y = self.y.reshape(8, 1)

    def reset(self):
        self.w, self.b = (x.copy() for x in self.first)

    def run(self, steps):
        X, y, w, b = self.X, self.y, self.w, self.b
        for _ in range(steps):
            difference = X @ w.T + b - y
            self.loss = 0.5 * (difference * difference).reshape(8)
            w -= work.LEARNING_RATE / 8 * (difference.T @ X)
            b -= work.LEARNING_RATE / 8 * difference.sum()

    def weights(self):
        return np.append(self.w, self.b)


@nb.njit(error_model="numpy")
def iteration(X, y, w, b, rate, loss):
    samples, features = X.shape
    gradient = np.zeros_like(w)
    total = np.float32(0)
    for i in range(samples):
        difference = b[0] - y[i, 0]
        for j in range(features):
            difference += X[i, j] * w[0, j]
        loss[i] = np.float32(0.5) * difference * difference
        total += difference
        for j in range(features):
            gradient[0, j] += difference * X[i, j]
    for j in range(features):
        w[0, j] -= rate * gradient[0, j]
    b[0] -= rate * total


class NumbaIteration(NumPyIteration):
    """The tutorial's iteration as one compiled function."""

    def run(self, steps):
        self.loss = np.empty(8, np.float32)
        for _ in range(steps):
            iteration(self.X, self.y, self.w, self.b, np.float32(work.LEARNING_RATE / 8), self.loss)


class NumPyPerceptron(work.Contestant):
    """An iteration of the perceptron; Adam goes over one vector of all parameters."""

    def __init__(self):
        self.X, self.y, layers = work.perceptron()
        self.first = np.concatenate([x.reshape(-1) for layer in layers for x in layer])
        self.w, self.g, self.m, self.v, self.scratch = (work.aligned(self.first.size) for _ in range(5))
        self.layers, self.gradients = (tuple(self.parts(vector, layers)) for vector in (self.w, self.g))
        self.samples = np.arange(len(self.y))

    def parts(self, vector, layers):
        """Give views of a vector, (weight, bias) of each layer."""
        start = 0
        for w, b in layers:
            middle, stop = start + w.size, start + w.size + b.size
            yield vector[start:middle].reshape(w.shape), vector[middle:stop]
            start = stop

    def reset(self):
        self.w[:] = self.first
        self.m.fill(0)
        self.v.fill(0)
        self.t = 0

    def weights(self):
        return self.w

    def run(self, steps):
        for _ in range(steps):
            self.t += 1
            self.differentiate()
            numpy_optimizers.adam(self.t, self.w, self.g, self.m, self.v, self.scratch)

    def differentiate(self):
        """Compute the loss and its gradient."""
        values = [self.X]
        for w, b in self.layers:
            values.append(values[-1] @ w.T + b)
            if w is not self.layers[-1][0]:
                np.maximum(values[-1], 0, out=values[-1])
        p = np.exp(values[-1] - values[-1].max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        self.loss = -np.log(p[self.samples, self.y])
        p[self.samples, self.y] -= 1
        p /= len(self.y)
        for j in (2, 1, 0):
            of_w, of_b = self.gradients[j]
            np.dot(p.T, values[j], out=of_w)
            p.sum(0, out=of_b)
            if j:
                p = (p @ self.layers[j][0]) * (values[j] > 0)


@nb.njit(error_model="numpy")
def perceptron(y, layers, gradients, values, differences, loss, w, g, m, v, rate, beta1, beta2, epsilon):
    """Make an iteration; `values` begin with the samples, `differences` are the derivatives by the others."""
    for j in range(3):
        z, b = values[j + 1], layers[j][1]
        np.dot(values[j], layers[j][0].T, z)
        for i in range(z.shape[0]):
            for k in range(z.shape[1]):
                z[i, k] += b[k]
                if j < 2:
                    z[i, k] = max(z[i, k], np.float32(0))
    scores, d = values[3], differences[2]
    for i in range(y.size):
        top, total = scores[i].max(), np.float32(0)
        for k in range(scores.shape[1]):
            d[i, k] = np.exp(scores[i, k] - top)
            total += d[i, k]
        loss[i] = np.log(total) + top - scores[i, y[i]]
        for k in range(scores.shape[1]):
            d[i, k] /= total * y.size
        d[i, y[i]] -= np.float32(1 / y.size)
    for j in range(2, -1, -1):
        d, (of_w, of_b) = differences[j], gradients[j]
        np.dot(d.T, values[j], of_w)
        of_b[:] = 0
        for i in range(d.shape[0]):
            for k in range(d.shape[1]):
                of_b[k] += d[i, k]
        if j:
            before = differences[j - 1]
            np.dot(d, layers[j][0], before)
            for i in range(before.shape[0]):
                for k in range(before.shape[1]):
                    before[i, k] *= values[j][i, k] > 0
    for i in range(w.size):
        m[i] = beta1 * m[i] + (np.float32(1) - beta1) * g[i]
        v[i] = beta2 * v[i] + (np.float32(1) - beta2) * (g[i] * g[i])
        w[i] -= rate * m[i] / (np.sqrt(v[i]) + epsilon)


class NumbaPerceptron(NumPyPerceptron):
    """An iteration of the perceptron as one compiled function."""

    def __init__(self):
        super().__init__()
        others = [np.zeros((len(self.y), b.size), np.float32) for _, b in self.layers]
        self.values, self.differences = (self.X, *others), tuple(map(np.zeros_like, others))
        self.loss = np.zeros(len(self.y), np.float32)

    def run(self, steps):
        settings = [np.float32(x) for x in (work.BETA1, work.BETA2, work.EPSILON)]
        arrays = self.y, self.layers, self.gradients, self.values, self.differences, self.loss, self.w, self.g, self.m, self.v
        for _ in range(steps):
            self.t += 1
            perceptron(*arrays, np.float32(numpy_optimizers.adam_rate(self.t)), *settings)


def iterations():
    return {"NumPy by hand": NumPyIteration(), "Numba by hand": NumbaIteration()}


def perceptrons(name):
    """Give the contestants of a perceptron: of the small one only. Numba needs SciPy for products of matrices."""
    if name != "perceptron":
        return {}
    with_numba = {"Numba by hand": NumbaPerceptron()} if importlib.util.find_spec("scipy") else {}
    return {"NumPy by hand": NumPyPerceptron()} | with_numba
