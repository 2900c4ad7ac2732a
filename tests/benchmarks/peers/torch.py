"""PyTorch: its default on the CPU, which is a loop over the tensors, and what has to be asked for."""

import os

import torch
import work

torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))

VERSION = torch.__version__
KINDS = {"torch": {}, "torch foreach": {"foreach": True}, "torch fused": {"fused": True}}

OPTIMIZERS = {
    "sgd": (torch.optim.SGD, {}),
    "momentum": (torch.optim.SGD, {"momentum": work.MOMENTUM}),
    "adam": (torch.optim.Adam, {"betas": (work.BETA1, work.BETA2), "eps": work.EPSILON}),
    "nag": (torch.optim.SGD, {"momentum": work.MOMENTUM, "nesterov": True}),
    "adagrad": (torch.optim.Adagrad, {"eps": 1e-7}),
    "rmsprop": (torch.optim.RMSprop, {"alpha": 0.9}),
    "centred rmsprop": (torch.optim.RMSprop, {"alpha": 0.9, "momentum": 0.9, "centered": True}),
    "adadelta": (torch.optim.Adadelta, {"rho": 0.9, "eps": 1e-5}),
    "adamax": (torch.optim.Adamax, {}),
    "nadam": (torch.optim.NAdam, {}),
    "adamw": (torch.optim.AdamW, {"weight_decay": 0.01, "eps": 1e-6}),
}


LACKING = {  # NAG's foreach changes the gradient: the next step would begin with another one
    "torch foreach": {"nag"},
    "torch fused": {"rmsprop", "centred rmsprop", "adadelta", "adamax", "nadam"},
}


def kinds(name):
    """Give the kinds of an optimizer that race."""
    return {label: kind for label, kind in KINDS.items() if name not in LACKING.get(label, ())}


class Step(work.Contestant):
    """A step of an optimizer on tensors that have their gradients."""

    def __init__(self, name, kind, parameters, first):
        self.name, self.kind, self.parameters, self.first = name, kind, parameters, first

    def reset(self):
        with torch.no_grad():
            for parameter, first in zip(self.parameters, self.first, strict=True):
                parameter.copy_(first)
        optimizer, arguments = OPTIMIZERS[self.name]
        self.optimizer = optimizer(self.parameters, lr=work.LEARNING_RATE, **arguments, **self.kind)

    def run(self, steps):
        for _ in range(steps):
            self.optimizer.step()

    def weights(self):
        return torch.cat([p.detach().reshape(-1) for p in self.parameters]).numpy()


class Iteration(Step):
    """Forward, backward and a step."""

    def __init__(self, name, kind, net, loss, X, y, first):
        super().__init__(name, kind, list(net.parameters()), first)
        self.net, self.loss, self.X, self.y = net, loss, X, y

    def run(self, steps):
        for _ in range(steps):
            self.optimizer.zero_grad()
            self.loss(self.net(self.X), self.y).backward()
            self.optimizer.step()


def step(name, kinds, first, gradients):
    """Give contestants that share their tensors: they take turns, and each begins with the first weights."""
    first, gradients = (list(map(torch.from_numpy, x)) for x in (first, gradients))
    parameters = [torch.nn.Parameter(x.clone()) for x in first]
    for parameter, g in zip(parameters, gradients, strict=True):
        parameter.grad = g
    return {label: Step(name, kind, parameters, first) for label, kind in kinds.items()}


def tutorial(kind):
    X, y, *first = map(torch.from_numpy, work.tutorial())

    def loss(output, y):
        return 0.5 * torch.nn.functional.mse_loss(output, y)

    return Iteration("sgd", kind, torch.nn.Linear(4, 1), loss, X, y.reshape(8, 1), first)


def perceptron(kind, *size):
    X, y, layers = work.perceptron(*size)
    modules = [x for w, _ in layers for x in (torch.nn.Linear(*reversed(w.shape)), torch.nn.ReLU())]
    net, first = torch.nn.Sequential(*modules[:-1]), [torch.from_numpy(x) for layer in layers for x in layer]
    return Iteration("adam", kind, net, torch.nn.CrossEntropyLoss(), torch.from_numpy(X), torch.from_numpy(y), first)


def make(name, n):
    """Give the contestants in a work, by name."""
    if name == "iteration":
        return {label: tutorial(kind) for label, kind in KINDS.items()}
    if name in work.PERCEPTRONS:
        return {label: perceptron(kind, *work.PERCEPTRONS[name]) for label, kind in KINDS.items()}
    if name == "step":
        return step("adam", KINDS, *work.many())
    if name not in OPTIMIZERS:
        return {}
    return step(name, kinds(name), *([x] for x in work.data(n)))
