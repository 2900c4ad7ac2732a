"""MXNet: the kernels of its optimizers, and whole works in the words that mxedu shares with it."""

import mxnet as mx
import work

VERSION = mx.__version__
LR = work.LEARNING_RATE


def sgd(t, w, g):
    mx.nd.sgd_update(w, g, lr=LR, out=w)


def momentum(t, w, g, mom):
    mx.nd.sgd_mom_update(w, g, mom, lr=LR, momentum=work.MOMENTUM, out=w)


def adam(t, w, g, m, v):
    lr = LR * (1 - work.BETA2**t) ** 0.5 / (1 - work.BETA1**t)
    mx.nd.adam_update(w, g, m, v, lr=lr, beta1=work.BETA1, beta2=work.BETA2, epsilon=work.EPSILON, out=w)


# Called as they are: `mx.optimizer.SGD` takes another kernel, made for many tensors, and up to twice the time for one.
UPDATES = {"sgd": sgd, "momentum": momentum, "adam": adam}


class Kernel(work.Contestant):
    def __init__(self, name, n):
        self.update = UPDATES[name]
        self.first, self.g = map(mx.nd.array, work.data(n))
        self.w, *self.states = [mx.nd.zeros(n) for _ in range(work.WRITTEN[name])]

    def reset(self):
        self.w[:] = self.first
        for x in self.states:
            x[:] = 0
        self.t = 0
        mx.nd.waitall()

    def run(self, steps):
        for _ in range(steps):
            self.t += 1
            self.update(self.t, self.w, self.g, *self.states)
        self.w.wait_to_read()

    def weights(self):
        return self.w.asnumpy()


def make(name, n):
    """Give the contestants in a work, by name."""
    words = mx.autograd, mx.gluon, mx.nd
    if name == "iteration":
        return {"MXNet": work.GluonIteration(*words)}
    if name == "step":
        return {"MXNet": work.GluonStep(*words[1:])}
    if name in work.PERCEPTRONS:
        return {"MXNet": work.GluonPerceptron(*words, *work.PERCEPTRONS[name])}
    return {"MXNet": Kernel(name, n)} if name in UPDATES else {}
