"""How long a reader waits: fresh processes, timed from their first statement; bytecode is cached, machine code is not."""

import os
import subprocess
import sys

STEP = """
from mxedu import autograd, gluon, nd
X, y = nd.random.uniform(shape=(8, 4)), nd.random.uniform(shape=(8,))
net = gluon.nn.Dense(1)
net.initialize()
with autograd.record():
    loss = gluon.loss.L2Loss()(net(X), y)
loss.backward()
gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 1}).step(8)
"""
WAITS = {"import numba": "import numba", "import mxedu": "import mxedu", "import to first step": STEP}


def environment(before):
    """Give the environment without what would cache machine code, or keep bytecode from being cached."""
    return {k: v for k, v in before.items() if not k.startswith("NUMBA_") and k != "PYTHONDONTWRITEBYTECODE"}


def wait(code, variables):
    """Give the seconds that the code takes in a process of its own."""
    code = f"import time; start = time.perf_counter()\n{code}\nprint(time.perf_counter() - start)"
    run = subprocess.run([sys.executable, "-c", code], env=variables, check=True, stdout=subprocess.PIPE, text=True)
    return float(run.stdout)


def measure(repeats):
    """Give the seconds of each wait, a list by name; the first round, which writes the bytecode, does not count."""
    variables = environment(os.environ)
    rounds = [{name: wait(code, variables) for name, code in WAITS.items()} for _ in range(1 + repeats)]
    return {name: [r[name] for r in rounds[1:]] for name in WAITS}
