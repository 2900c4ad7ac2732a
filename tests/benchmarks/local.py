"""The contestants that are mxedu's, and the arrays that all in this process share."""

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


class Step(work.Contestant):
    """Trainer.step on one parameter: what a step of the optimizers of others compares with."""

    def __init__(self, make, threads, first, g):
        self.make, self.threads = make, threads
        # GroupAdaGrad goes by rows.
        shape = (1000, first.size // 1000) if isinstance(make(), optimizer.GroupAdaGrad) else first.shape
        self.first = nd.NDArray(first.reshape(shape))
        self.parameter = gluon.Parameter("weight", shape=shape)
        self.parameter.initialize()
        self.parameter.grad()[:] = g.reshape(shape)

    def reset(self):
        mxedu.set_num_threads(self.threads)
        self.parameter.set_data(self.first)
        self.trainer = gluon.Trainer([self.parameter], self.make())

    def run(self, steps):
        weight, step = self.parameter.data(), self.trainer.step
        for _ in range(steps):
            weight._fresh_grad = True
            step(1)

    def weights(self):
        return self.parameter.data().asnumpy()


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
        "mxedu step": step(name, 1, shared),
        "NumPy in place": handwritten.NumPyKernel(name, *shared),
    }


def step(name, threads, shared):
    first, _, g, _ = shared
    return Step(lambda: make_optimizer(name), threads, first, g)


def langevin(shared):
    """Give SGLD in two parts."""
    first, _, g, states = shared
    return {"without draws": Step(lambda: Langevin(states[-1]), 1, first, g), "draws alone": Draws(states[-1].size)}


def whole(name):
    """Give the contestants of what is more than a kernel, by name, on one thread."""
    mxedu.set_num_threads(1)
    if name == "step":
        return {"mxedu": work.GluonStep(gluon, nd)}
    if name == "iteration":
        return {"mxedu": work.GluonIteration(autograd, gluon, nd)} | handwritten.iterations()
    return {"mxedu": work.GluonPerceptron(autograd, gluon, nd, *work.PERCEPTRONS[name])} | handwritten.perceptrons(name)
