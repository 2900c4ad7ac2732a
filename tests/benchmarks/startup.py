"""How long a reader waits: fresh processes, timed from their first statement; bytecode is cached, machine code is not."""

import importlib.util
import os
import subprocess
import sys

import race

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
WITHOUT_SCIPY = 'import sys; sys.modules["scipy"] = None'  # Numba imports it where it can
MODULES = {"torch": "torch", "jax with optax": "jax", "MXNet": "mxnet"}


def waits(interpreters):
    """Give what is timed, by name: interpreter, what to do before, and the code."""
    own = {"import numba": "import numba", "import mxedu": "import mxedu", "import to first step": STEP}
    found = {name: (sys.executable, WITHOUT_SCIPY, code) for name, code in own.items()}
    if importlib.util.find_spec("scipy"):
        found["import to first step, with SciPy"] = sys.executable, "", STEP
    return found | {f"import {MODULES[x]}": (interpreters[x], "", f"import {MODULES[x]}") for x in MODULES if x in interpreters}


def environment(before):
    """Give the environment without what would cache machine code, or keep bytecode from being cached."""
    return {k: v for k, v in before.items() if not k.startswith("NUMBA_") and k != "PYTHONDONTWRITEBYTECODE"}


def wait(interpreter, before, code, variables):
    """Give the seconds that the code takes in a process of its own."""
    code = f"{before}\nimport time; start = time.perf_counter()\n{code}\nprint(time.perf_counter() - start)"
    run = subprocess.run([interpreter, "-c", code], env=variables, check=True, capture_output=True, text=True)
    return float(run.stdout.splitlines()[-1])


def measure(interpreters, repeats=3):
    """Give the seconds of each wait, by name; peers are imported by the interpreters given. The first round writes the bytecode."""
    variables, timed = environment(os.environ), waits(interpreters)
    rounds = [{name: wait(*how, variables) for name, how in timed.items()} for _ in range(1 + repeats)]
    return {name: race.summary([r[name] for r in rounds[1:]]) for name in timed}
