"""The work that is measured: constants and data, equal for all contestants, and the form of a contestant. Needs NumPy only.

Every turn of a contestant starts anew: the same weights, states of zero. So values stay in a sane range however often it is
measured (weights move by 25 at most; gradients lie between 0.5 and 1.5 in absolute value, so no state becomes denormal), and
all contestants must end at the same weights, which is checked before anything is timed.
"""

import time

import numpy as np

LEARNING_RATE, MOMENTUM, BETA1, BETA2, EPSILON = 0.01, 0.9, 0.9, 0.999, 1e-8

# Of each optimizer, the arrays that it reads and writes; the gradient it only reads.
WRITTEN = {"sgd": 1, "momentum": 2, "adam": 3}

# All other optimizers: mxedu's class, its arguments, and the passes over memory that its equations need, each as (arrays that are read and
# written, arrays that are only read). A layer's norm must be known before its weights move, so what takes norms needs two passes.
OTHERS = {
    "nag": ("NAG", {"momentum": MOMENTUM}, [(2, 1)]),
    "signum": ("Signum", {"momentum": MOMENTUM}, [(2, 1)]),
    "signsgd": ("Signum", {"momentum": 0.0}, [(1, 1)]),
    "sgld": ("SGLD", {}, [(1, 2)]),
    "dcasgd": ("DCASGD", {"momentum": MOMENTUM}, [(3, 1)]),
    "ftml": ("FTML", {}, [(4, 1)]),
    "ftrl": ("Ftrl", {}, [(3, 1)]),
    "adagrad": ("AdaGrad", {}, [(2, 1)]),
    "groupadagrad": ("GroupAdaGrad", {}, [(1, 1)]),
    "rmsprop": ("RMSProp", {}, [(2, 1)]),
    "centred rmsprop": ("RMSProp", {"centered": True}, [(4, 1)]),
    "adadelta": ("AdaDelta", {}, [(3, 1)]),
    "adamax": ("Adamax", {}, [(3, 1)]),
    "nadam": ("Nadam", {}, [(3, 1)]),
    "adabelief": ("AdaBelief", {}, [(3, 1)]),
    "adamw": ("AdamW", {"wd": 0.01}, [(3, 1)]),
    "lars": ("LARS", {"momentum": MOMENTUM}, [(0, 2), (2, 1)]),
    "lbsgd": ("LBSGD", {"momentum": MOMENTUM}, [(3, 1)]),
    "lamb": ("LAMB", {}, [(2, 2), (1, 2)]),
    "lans": ("LANS", {}, [(0, 1), (2, 2), (1, 3)]),
}

# Of each size, the steps in a turn: first untimed ones, which bring the data into the caches that hold it, then timed ones.
STEPS = {10_000: (50, 100), 1_000_000: (4, 5), 50_000_000: (1, 2)}
MANY = 1000, 100  # tensors, and weights of each
LAYERS, BATCH = (64, 128, 64, 10), 64  # of the perceptron
LARGE_LAYERS, LARGE_BATCH = (784, 1024, 1024, 10), 256
PERCEPTRONS = {"perceptron": (LAYERS, BATCH), "large perceptron": (LARGE_LAYERS, LARGE_BATCH)}


def aligned(n, after=0):
    """Give n float32 zeros that begin so many bytes after the begin of a cache line; every page has been touched."""
    memory = np.empty(4 * n + 128, np.uint8)
    start = -memory.ctypes.data % 64 + after
    array = memory[start : start + 4 * n].view(np.float32)
    array.fill(0)
    return array


def data(n):
    """Give n weights from 1 to 2, and gradients from 0.5 to 1.5 of either sign; a million are drawn, and repeated if need be."""
    random, drawn = np.random.default_rng(0), min(n, 1_000_000)
    w, g = aligned(n), aligned(n)
    w[:] = np.resize(random.uniform(1, 2, drawn).astype(np.float32), n)
    g[:] = np.resize((random.uniform(0.5, 1.5, drawn) * random.choice([-1, 1], drawn)).astype(np.float32), n)
    return w, g


def tutorial():
    """Give X, y and the first weight and bias of the tutorial's iteration: Dense(1) on 8 samples of 4 features."""
    random = np.random.default_rng(0)
    return [random.uniform(size=shape).astype(np.float32) for shape in ((8, 4), (8,), (1, 4), (1,))]


def many():
    """Give first weights and gradients of the many small tensors, a row each."""
    random = np.random.default_rng(0)
    return [random.uniform(0.5, 1.5, MANY).astype(np.float32) for _ in range(2)]


def perceptron(layers=LAYERS, batch=BATCH):
    """Give samples, classes, and (weight, bias) of each layer of a perceptron."""
    random = np.random.default_rng(0)
    X = random.standard_normal((batch, layers[0])).astype(np.float32)
    y = random.integers(0, layers[-1], batch)
    pairs = zip(layers, layers[1:], strict=False)
    return X, y, [((random.standard_normal((m, n)) / n**0.5).astype(np.float32), np.zeros(m, np.float32)) for n, m in pairs]


class Contestant:
    """Something that makes steps of an optimizer, one after the other."""

    def reset(self):
        """Go back to the first weights and states of zero."""
        raise NotImplementedError

    def run(self, steps):
        """Make so many steps and wait for their end."""
        raise NotImplementedError

    def weights(self):
        """Give the weights as one float32 vector."""
        raise NotImplementedError

    def result(self, steps):
        """Give the weights after so many steps."""
        self.reset()
        self.run(steps)
        return np.array(self.weights(), np.float32).reshape(-1)

    def turn(self, untimed, timed):
        """Give the seconds of a step: by the clock, and of the processor on all threads."""
        self.reset()
        self.run(untimed)
        clock, processor = time.perf_counter(), time.process_time()
        self.run(timed)
        return (time.perf_counter() - clock) / timed, (time.process_time() - processor) / timed


class OnArrays(Contestant):
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


class GluonIteration(Contestant):
    """The tutorial's full iteration, in the words that mxedu and MXNet share."""

    def __init__(self, autograd, gluon, nd):
        self.autograd, self.nd = autograd, nd
        self.X, self.y, *self.first = map(nd.array, tutorial())
        self.net, self.loss = gluon.nn.Dense(1), gluon.loss.L2Loss()
        self.net.initialize()
        self.net(self.X)
        self.trainer = gluon.Trainer(self.net.collect_params(), "sgd", {"learning_rate": LEARNING_RATE})

    def reset(self):
        for parameter, first in zip((self.net.weight, self.net.bias), self.first, strict=True):
            parameter.set_data(first)

    def run(self, steps):
        for _ in range(steps):
            with self.autograd.record():
                loss = self.loss(self.net(self.X), self.y)
            loss.backward()
            self.trainer.step(8)
        self.net.weight.data().asnumpy()  # MXNet works in the background; this waits

    def weights(self):
        return np.append(self.net.weight.data().asnumpy(), self.net.bias.data().asnumpy())


class GluonStep(Contestant):
    """Trainer.step with Adam on many small tensors, whose gradients have come already."""

    def __init__(self, gluon, nd):
        first, gradients = many()
        self.nd, self.first, self.gluon = nd, list(map(nd.array, first)), gluon
        self.parameters = [gluon.Parameter(f"p{i}_weight", shape=(MANY[1],)) for i in range(MANY[0])]
        for parameter, g in zip(self.parameters, gradients, strict=True):
            parameter.initialize()
            parameter.grad()[:] = nd.array(g)

    def reset(self):
        for parameter, w in zip(self.parameters, self.first, strict=True):
            parameter.set_data(w)
        self.trainer = self.gluon.Trainer(self.parameters, "adam", {"learning_rate": LEARNING_RATE})

    def run(self, steps):
        """Make so many steps; give the seconds that they took, without what marks the gradients as new."""
        seconds = 0.0
        for _ in range(steps):
            for parameter in self.parameters:
                parameter.data()._fresh_grad = True
            self.nd.waitall()
            start = time.perf_counter()
            self.trainer.step(1)
            self.nd.waitall()
            seconds += time.perf_counter() - start
        return seconds

    def turn(self, untimed, timed):
        self.reset()
        self.run(untimed)
        clock, processor = time.perf_counter(), time.process_time()
        seconds = self.run(timed)
        busy = (time.process_time() - processor) / (time.perf_counter() - clock)
        return seconds / timed, seconds / timed * busy

    def weights(self):
        return np.concatenate([p.data().asnumpy() for p in self.parameters])


class GluonPerceptron(Contestant):
    """A full iteration of a perceptron with softmax cross-entropy and Adam."""

    def __init__(self, autograd, gluon, nd, layers=LAYERS, batch=BATCH):
        X, y, self.first = perceptron(layers, batch)
        self.batch = batch
        self.autograd, self.gluon, self.nd, self.X, self.y = autograd, gluon, nd, nd.array(X), nd.array(y)
        self.net, self.loss = gluon.nn.HybridSequential(), gluon.loss.SoftmaxCrossEntropyLoss()
        for n, m in zip(layers[:-2], layers[1:], strict=False):
            self.net.add(gluon.nn.Dense(m, activation="relu", in_units=n))
        self.net.add(gluon.nn.Dense(layers[-1], in_units=layers[-2]))
        self.net.initialize()

    def reset(self):
        for layer, (w, b) in zip(self.net, self.first, strict=True):
            layer.weight.set_data(self.nd.array(w))
            layer.bias.set_data(self.nd.array(b))
        self.trainer = self.gluon.Trainer(self.net.collect_params(), "adam", {"learning_rate": LEARNING_RATE})

    def run(self, steps):
        for _ in range(steps):
            with self.autograd.record():
                loss = self.loss(self.net(self.X), self.y)
            loss.backward()
            self.trainer.step(self.batch)
        self.net[0].weight.data().asnumpy()

    def weights(self):
        return np.concatenate([x.data().asnumpy().reshape(-1) for layer in self.net for x in (layer.weight, layer.bias)])
