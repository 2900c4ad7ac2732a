"""The contestants that run in this process: mxedu, and NumPy written by hand."""

import numpy as np
import probe
import work

import mxedu
from mxedu import autograd, gluon, nd, optimizer
from mxedu.optimizer.kernel import kernel


def make_optimizer(name):
    if name == "adam":
        return optimizer.Adam(learning_rate=work.LEARNING_RATE, beta1=work.BETA1, beta2=work.BETA2, epsilon=work.EPSILON)
    return optimizer.SGD(learning_rate=work.LEARNING_RATE, momentum=work.MOMENTUM if name == "momentum" else 0.0)


class OnArrays(work.Contestant):
    """A contestant that updates the arrays `w` and `states` from `g`."""

    def __init__(self, first, w, g, states):
        self.first, self.w, self.g, self.states, self.t = first, w, g, states, 0

    def reset(self):
        self.w[:] = self.first
        for x in self.states:
            x.fill(0)
        self.t = 0

    def weights(self):
        return self.w


class KernelAlone(OnArrays):
    """The loop that mxedu compiles of a rule, on one thread."""

    def __init__(self, name, *arrays):
        super().__init__(*arrays)
        made = make_optimizer(name)
        self.sweep = kernel(made.prologue, made.rule).serial
        self.treatment = np.float32(made.rescale_grad), np.float32(np.inf), np.float32(made.wd)
        self.scalars = [tuple(map(np.float32, made.scalars(t, work.LEARNING_RATE, made.wd))) for t in range(1, 200)]

    def run(self, steps):
        w, g, states, sweep, treatment = self.w, self.g, tuple(self.states), self.sweep, self.treatment
        for scalars in self.scalars[self.t : self.t + steps]:
            sweep(w, g, states, treatment, scalars)
        self.t += steps


class Update(OnArrays):
    """mxedu's Optimizer.update on an NDArray, kept on one thread: what a step of the optimizers of others compares with."""

    def __init__(self, name, *arrays):
        super().__init__(*arrays)
        mxedu.set_num_threads(1)
        self.name = name
        self.wrapped = nd.NDArray(self.w), nd.NDArray(self.g), tuple(map(nd.NDArray, self.states))

    def reset(self):
        super().reset()
        self.optimizer = make_optimizer(self.name)

    def run(self, steps):
        for _ in range(steps):
            self.optimizer.update(0, *self.wrapped)


class NumPyKernel(OnArrays):
    """NumPy in place, without temporaries."""

    def __init__(self, name, *arrays):
        super().__init__(*arrays)
        self.step = getattr(self, name)
        self.scratch = np.zeros_like(self.w)

    def run(self, steps):
        for _ in range(steps):
            self.t += 1
            self.step(self.w, self.g, *self.states, self.scratch)

    def sgd(self, w, g, x):
        np.multiply(g, work.LEARNING_RATE, out=x)
        np.subtract(w, x, out=w)

    def momentum(self, w, g, mom, x):
        np.multiply(mom, work.MOMENTUM, out=mom)
        np.multiply(g, work.LEARNING_RATE, out=x)
        np.subtract(mom, x, out=mom)
        np.add(w, mom, out=w)

    def adam(self, w, g, m, v, x):
        np.multiply(m, work.BETA1, out=m)
        np.multiply(g, 1 - work.BETA1, out=x)
        np.add(m, x, out=m)
        np.multiply(v, work.BETA2, out=v)
        np.multiply(g, g, out=x)
        np.multiply(x, 1 - work.BETA2, out=x)
        np.add(v, x, out=v)
        np.sqrt(v, out=x)
        np.add(x, work.EPSILON, out=x)
        np.divide(m, x, out=x)
        np.multiply(x, work.LEARNING_RATE * (1 - work.BETA2**self.t) ** 0.5 / (1 - work.BETA1**self.t), out=x)
        np.subtract(w, x, out=w)


class NumPyIteration(work.Contestant):
    """The tutorial's iteration with its derivatives worked out by hand."""

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


def kernels(name, n):
    """Give the contestants and the probes on n weights, by name. They share their arrays, so none is luckier in its memory."""
    first, g = work.data(n)
    states = work.WRITTEN[name] - 1
    shared = first, work.aligned(n), g, [work.aligned(n) for _ in range(states)]
    w, other_g, *others = [work.aligned(n, after=16) for _ in range(2 + states)]  # as NumPy places large arrays
    other_g[:] = g
    contestants = {
        "mxedu kernel": KernelAlone(name, *shared),
        "mxedu kernel, unaligned": KernelAlone(name, first, w, other_g, others),
        "mxedu update": Update(name, *shared),
        "NumPy in place": NumPyKernel(name, *shared),
    }
    return contestants, probe.probes(*shared)


def whole(name):
    """Give the contestants of what is more than a kernel, by name."""
    if name == "step":
        return {"mxedu": work.GluonStep(gluon, nd)}
    if name == "perceptron":
        return {"mxedu": work.GluonPerceptron(autograd, gluon, nd)}
    return {"mxedu": work.GluonIteration(autograd, gluon, nd), "NumPy by hand": NumPyIteration()}
