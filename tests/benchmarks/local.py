"""The contestants that are mxedu's, and the arrays that all in this process share."""

import math

import handwritten
import numpy as np
import work

import mxedu
from mxedu import autograd, gluon, nd, optimizer
from mxedu.optimizer.kernel import kernel

BASIC = {
    "sgd": ("SGD", {}),
    "momentum": ("SGD", {"momentum": work.MOMENTUM}),
    "adam": ("Adam", {"beta1": work.BETA1, "beta2": work.BETA2, "epsilon": work.EPSILON}),
}


def make_optimizer(name):
    """Give a new optimizer of this name, of `work.WRITTEN` or `work.OTHERS`."""
    kind, arguments = BASIC[name] if name in BASIC else work.OTHERS[name][:2]
    return getattr(optimizer, kind)(learning_rate=work.LEARNING_RATE, **arguments)


def arrays(n, states):
    """Give first weights, weights, gradients and states, which the contestants share, so that none is luckier in its memory."""
    first, g = work.data(n)
    return first, work.aligned(n), g, [work.aligned(n) for _ in range(states)]


class KernelAlone(work.OnArrays):
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


class Update(work.OnArrays):
    """mxedu's Optimizer.update: what a step of the optimizers of others compares with."""

    def __init__(self, make, threads, first, w, g, states):
        super().__init__(first, w, g, states)
        self.make, self.threads = make, threads
        made = make()
        shape = (1000, w.size // 1000) if isinstance(made, optimizer.GroupAdaGrad) else w.shape  # which goes by rows
        self.wrapped = [nd.NDArray(x.reshape(shape)) for x in (w, g)]
        each = made.state_shape(shape)
        self.states = [x[: math.prod(each)].reshape(each) for x in states[: len(made.states)]]

    def reset(self):
        super().reset()
        mxedu.set_num_threads(self.threads)
        self.optimizer = self.make()
        if isinstance(self.optimizer, optimizer.DCASGD):
            self.states[1][:] = self.first  # the weights before
        kept = [dict(self.optimizer.kept)] if self.optimizer.kept else []
        self.state = (*map(nd.NDArray, self.states), *kept)

    def run(self, steps):
        for _ in range(steps):
            self.optimizer.update(0, *self.wrapped, self.state)


class Langevin(optimizer.SGLD):
    """SGLD with noise that has been drawn already."""

    def __init__(self, noise):
        super().__init__(learning_rate=work.LEARNING_RATE)
        self.noise = noise

    def move(self, w, g, states, treatment, scalars, at):
        optimizer.Optimizer.move(self, w, g, [self.noise], treatment, scalars, at)


class Draws(work.Contestant):
    """Nothing but SGLD's noise."""

    def __init__(self, n):
        self.n = n

    def reset(self):
        pass

    def run(self, steps):
        for _ in range(steps):
            nd.random.normal(shape=(self.n,))


def kernels(name, shared):
    """Give the contestants that make the steps of sgd, momentum or adam on one thread, by name."""
    first, w, g, states = shared
    shared = first, w, g, states[: work.WRITTEN[name] - 1]
    other_w, other_g, *others = [work.aligned(w.size, after=16) for _ in range(1 + work.WRITTEN[name])]  # as NumPy places large arrays
    other_g[:] = g
    return {
        "mxedu kernel": KernelAlone(name, *shared),
        "mxedu kernel, unaligned": KernelAlone(name, first, other_w, other_g, others),
        "mxedu update": update(name, 1, shared),
        "NumPy in place": handwritten.NumPyKernel(name, *shared),
    }


def update(name, threads, shared):
    return Update(lambda: make_optimizer(name), threads, *shared)


def langevin(shared):
    """Give SGLD in two parts."""
    *_, states = shared
    return {"without draws": Update(lambda: Langevin(states[-1]), 1, *shared), "draws alone": Draws(states[-1].size)}


def whole(name):
    """Give the contestants of what is more than a kernel, by name, on one thread."""
    mxedu.set_num_threads(1)
    if name == "step":
        return {"mxedu": work.GluonStep(gluon, nd)}
    if name == "iteration":
        return {"mxedu": work.GluonIteration(autograd, gluon, nd)} | handwritten.iterations()
    return {"mxedu": work.GluonPerceptron(autograd, gluon, nd, *work.PERCEPTRONS[name])} | handwritten.perceptrons(name)
