"""The frameworks that mxedu is compared with, each in a process of its own, and in its own environment where need be.

    python peers.py torch      serves requests, one line of JSON each, on standard input
    start("torch", [...])      starts that, in the first of some interpreters that can import it

This file is the server and the client, so that the contestants of others are written as ours are.
"""

import json
import os
import subprocess
import sys

import numpy as np
import work


def torch_contestants():
    import torch

    torch.set_num_threads(1)

    def optimizer(name, parameters, flags):
        if name == "adam":
            return torch.optim.Adam(parameters, work.LEARNING_RATE, (work.BETA1, work.BETA2), work.EPSILON, **flags)
        return torch.optim.SGD(parameters, work.LEARNING_RATE, work.MOMENTUM if name == "momentum" else 0.0, **flags)

    class Kernel(work.Contestant):
        def __init__(self, name, n, **flags):
            self.name, self.flags = name, flags
            self.first, g = map(torch.from_numpy, work.data(n))
            self.w = torch.nn.Parameter(self.first.clone())
            self.w.grad = g

        def reset(self):
            with torch.no_grad():
                self.w.copy_(self.first)
            self.optimizer = optimizer(self.name, [self.w], self.flags)

        def run(self, steps):
            for _ in range(steps):
                self.optimizer.step()

        def weights(self):
            return self.w.detach().numpy()

    class Iteration(work.Contestant):
        def __init__(self, **flags):
            self.X, y, *self.first = map(torch.from_numpy, work.tutorial())
            self.y = y.reshape(8, 1)
            self.net = torch.nn.Linear(4, 1)
            self.optimizer = optimizer("sgd", self.net.parameters(), flags)

        def reset(self):
            with torch.no_grad():
                for parameter, first in zip(self.net.parameters(), self.first, strict=True):
                    parameter.copy_(first)

        def run(self, steps):
            for _ in range(steps):
                self.optimizer.zero_grad()
                loss = 0.5 * torch.nn.functional.mse_loss(self.net(self.X), self.y)
                loss.backward()
                self.optimizer.step()

        def weights(self):
            return torch.cat([p.detach().reshape(-1) for p in self.net.parameters()]).numpy()

    class Step(work.Contestant):
        def __init__(self, **flags):
            first, gradients = work.many()
            self.first, self.flags = [torch.from_numpy(x) for x in first], flags
            self.parameters = [torch.nn.Parameter(x.clone()) for x in self.first]
            for parameter, g in zip(self.parameters, gradients, strict=True):
                parameter.grad = torch.from_numpy(g)

        def reset(self):
            with torch.no_grad():
                for parameter, x in zip(self.parameters, self.first, strict=True):
                    parameter.copy_(x)
            self.optimizer = optimizer("adam", self.parameters, self.flags)

        def run(self, steps):
            for _ in range(steps):
                self.optimizer.step()

        def weights(self):
            return torch.cat([p.detach() for p in self.parameters]).numpy()

    class Perceptron(work.Contestant):
        def __init__(self, **flags):
            X, y, self.first = work.perceptron()
            self.X, self.y, self.flags = torch.from_numpy(X), torch.from_numpy(y), flags
            linear = [torch.nn.Linear(n, m) for n, m in zip(work.LAYERS, work.LAYERS[1:], strict=False)]
            self.net = torch.nn.Sequential(*[x for layer in linear for x in (layer, torch.nn.ReLU())][:-1])
            self.linear, self.loss = linear, torch.nn.CrossEntropyLoss()

        def reset(self):
            with torch.no_grad():
                for layer, (w, b) in zip(self.linear, self.first, strict=True):
                    layer.weight.copy_(torch.from_numpy(w))
                    layer.bias.copy_(torch.from_numpy(b))
            self.optimizer = optimizer("adam", self.net.parameters(), self.flags)

        def run(self, steps):
            for _ in range(steps):
                self.optimizer.zero_grad()
                self.loss(self.net(self.X), self.y).backward()
                self.optimizer.step()

        def weights(self):
            return torch.cat([x.detach().reshape(-1) for layer in self.linear for x in (layer.weight, layer.bias)]).numpy()

    kinds = {"torch": {}, "torch foreach": {"foreach": True}, "torch fused": {"fused": True}}
    whole = {"iteration": Iteration, "step": Step, "perceptron": Perceptron}

    def make(name, n):
        return {kind: whole[name](**flags) if name in whole else Kernel(name, n, **flags) for kind, flags in kinds.items()}

    return torch.__version__, make


def jax_contestants():
    # Without affinity the flags still leave it up to two threads (measured: 1.5 to 1.9 processors busy).
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    os.environ["JAX_PLATFORMS"] = "cpu"
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    import jax
    import optax

    class Kernel(work.Contestant):
        def __init__(self, name, n):
            if name == "adam":
                rule = optax.adam(work.LEARNING_RATE, work.BETA1, work.BETA2, work.EPSILON)
            else:
                rule = optax.sgd(work.LEARNING_RATE, work.MOMENTUM if name == "momentum" else None)

            def step(w, state, g):
                updates, state = rule.update(g, state, w)
                return optax.apply_updates(w, updates), state

            self.step, self.init = jax.jit(step, donate_argnums=(0, 1)), rule.init
            self.first, g = work.data(n)
            self.g = jax.numpy.array(g)

        def reset(self):
            self.w = jax.numpy.array(self.first)  # a copy, which the first step may overwrite
            self.state = self.init(self.w)
            jax.block_until_ready((self.w, self.state))

        def run(self, steps):
            w, state, g, step = self.w, self.state, self.g, self.step
            for _ in range(steps):
                w, state = step(w, state, g)
            self.w, self.state = jax.block_until_ready((w, state))

        def weights(self):
            return np.asarray(self.w)

    def make(name, n):
        return {"optax": Kernel(name, n)} if name in work.WRITTEN else {}

    return f"{jax.__version__}, optax {optax.__version__}", make


def mxnet_contestants():
    os.environ["OMP_NUM_THREADS"] = "1"
    import mxnet as mx

    class Kernel(work.Contestant):
        def __init__(self, name, n):
            self.name = name
            self.first, self.g = map(mx.nd.array, work.data(n))
            self.w, *self.states = [mx.nd.zeros(n) for _ in range(work.WRITTEN[name])]

        def reset(self):
            self.w[:] = self.first
            for x in self.states:
                x[:] = 0
            self.t = 0
            mx.nd.waitall()

        def run(self, steps):
            lr = work.LEARNING_RATE
            for _ in range(steps):
                self.t += 1
                if self.name == "adam":
                    lr = work.LEARNING_RATE * (1 - work.BETA2**self.t) ** 0.5 / (1 - work.BETA1**self.t)
                    mx.nd.adam_update(
                        self.w, self.g, *self.states, lr=lr, beta1=work.BETA1, beta2=work.BETA2, epsilon=work.EPSILON, out=self.w
                    )
                elif self.name == "momentum":
                    mx.nd.sgd_mom_update(self.w, self.g, *self.states, lr=lr, momentum=work.MOMENTUM, out=self.w)
                else:
                    mx.nd.sgd_update(self.w, self.g, lr=lr, out=self.w)
            self.w.wait_to_read()

        def weights(self):
            return self.w.asnumpy()

    def make(name, n):
        if name == "step":
            return {"MXNet": work.GluonStep(mx.gluon, mx.nd)}
        whole = {"iteration": work.GluonIteration, "perceptron": work.GluonPerceptron}
        return {"MXNet": whole[name](mx.autograd, mx.gluon, mx.nd) if name in whole else Kernel(name, n)}

    return mx.__version__, make


LIBRARIES = {"torch": torch_contestants, "jax with optax": jax_contestants, "MXNet": mxnet_contestants}


def serve(library):
    """Answer requests until the input ends."""
    answers, sys.stdout = sys.stdout, sys.stderr  # what a library prints is no answer

    def answer(x):
        print(json.dumps(x), file=answers, flush=True)

    try:
        version, make = LIBRARIES[library]()
    except ImportError as error:
        return answer({"missing": str(error)})
    answer({"version": version})
    contestants = {}
    for line in sys.stdin:
        request, *arguments = json.loads(line)
        if request == "make":
            contestants.clear()
            contestants.update(make(*arguments))
            answer(list(contestants))
        elif request == "result":
            name, steps, path = arguments
            np.save(path, contestants[name].result(steps))
            answer("saved")
        elif request == "turn":
            name, untimed, timed = arguments
            answer(contestants[name].turn(untimed, timed))


class Peer:
    """The client's side of a process that serves a library."""

    def __init__(self, library, interpreter):
        self.process = subprocess.Popen(
            [interpreter, __file__, library], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.answer = self._read()

    def _read(self):
        line = self.process.stdout.readline()
        if not line:
            return {"missing": f"its process ended with code {self.process.wait()}"}
        return json.loads(line)

    def ask(self, *request):
        print(json.dumps(request), file=self.process.stdin, flush=True)
        answer = self._read()
        if isinstance(answer, dict):
            raise RuntimeError(f"{request}: {answer['missing']}")
        return answer

    def make(self, name, n):
        """Give the contestants of this library in a work, by name."""
        return {kind: Remote(self, kind) for kind in self.ask("make", name, n)}

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


class Remote(work.Contestant):
    """A contestant in another process."""

    def __init__(self, peer, kind):
        self.peer, self.kind = peer, kind

    def result(self, steps, path):
        self.peer.ask("result", self.kind, steps, str(path))
        return np.load(path)

    def turn(self, untimed, timed):
        return tuple(self.peer.ask("turn", self.kind, untimed, timed))


def start(library, interpreters):
    """Give a Peer in the first interpreter that has the library, or None."""
    for interpreter in interpreters:
        peer = Peer(library, interpreter)
        if "version" in peer.answer:
            return peer
        peer.stop()
    return None


if __name__ == "__main__":
    serve(sys.argv[1])
