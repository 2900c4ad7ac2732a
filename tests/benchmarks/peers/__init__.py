"""The frameworks that mxedu is compared with, each in a process of its own, in an environment that has it.

`start("torch", interpreters, threads)` starts `server.py` in the first of some environments that can import the library; the
contestants that it makes are then used like those of this process. What a library contends with is in the module of its name.
"""

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import work

LIBRARIES = {"torch": "torch", "jax with optax": "jax", "mygrad": "mygrad", "MXNet": "mxnet"}  # each with its module here

# Where the mathematics differs, whatever the arguments, so that the weights cannot agree.
DIFFERS = {
    ("jax with optax", "nadam"): "the momentum is constant, not warmed up",
}


def environment(threads):
    """Give the variables that keep a process to so many threads, whichever library it serves."""
    many = "false" if threads == 1 else "true"
    return os.environ | {
        "PYTHONPATH": str(Path(__file__).parents[1]),
        "OMP_NUM_THREADS": str(threads),
        "OPENBLAS_NUM_THREADS": str(threads),
        "XLA_FLAGS": f"--xla_cpu_multi_thread_eigen={many} intra_op_parallelism_threads={threads}",
        "JAX_PLATFORMS": "cpu",
    }


class Peer:
    """The client's side of a process that serves a library."""

    def __init__(self, library, interpreter, threads):
        self.process = subprocess.Popen(
            [interpreter, "-m", "peers.server", library], env=environment(threads),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
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
        """Give the contestants of this library in a work, by name; none if it does not have that work."""
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


def start(library, interpreters, threads=1):
    """Give a Peer in the first interpreter that has the library, or None."""
    for interpreter in interpreters:
        peer = Peer(library, interpreter, threads)
        if "version" in peer.answer:
            return peer
        peer.stop()
    return None
