"""From a scalar update rule to the loop that runs it.

A rule is one short function of scalars, written as the paper writes it: assignments and a return. The same text has four lives:

1. `kernel(prologue, rule)` compiles it with Numba, fused with the treatment of the gradient, to one pass over memory;
2. called as it stands, on numpy.float64 numbers, it is the specification;
3. `over(...)` runs it over other meanings of its five names, on NumPy arrays (``rule.over(**NUMPY)``) or on symbols;
4. a reader's own rule is compared with it.

For these to be one thing, a rule may use + - * /, the names sqrt, abs, min, max, sign, and nothing else. `Rule` reads the text at
decoration and says in words what breaks this (`mxedu.optimizer.text`). All update loops of the package are in this file.
"""

import functools
import os
import threading
import types

import numba as nb
import numpy as np
from numba.extending import register_jitable

from .text import read, refusal

__all__ = ["NUMPY", "Rule", "Scalar", "apply", "kernel", "over", "rule", "sign", "sqrt"]

sqrt = np.sqrt


@register_jitable
def sign(x):
    """Give -1, 0 or 1. A zero keeps its sign, as in Numba; np.sign(-0.0) is 0.0."""
    return np.sign(x) if x != 0 else x


# What the five names mean in each life. min and max are Python's: where an operand is NaN, the first wins.
PYTHON = {"sqrt": sqrt, "abs": abs, "sign": sign, "min": min, "max": max}
NUMPY = {
    "sqrt": np.sqrt,
    "abs": np.abs,
    "sign": lambda x: np.where(x == 0, x, np.sign(x)),
    "min": lambda a, b: np.where(b < a, b, a),  # np.minimum lets NaN win from either side
    "max": lambda a, b: np.where(b > a, b, a),
}


def over(f, **names):
    """Give the same code as `f` with other meanings of the global names it uses."""
    return types.FunctionType(f.__code__, {**f.__globals__, **names}, f.__name__, f.__defaults__, f.__closure__)


class Scalar:
    """A function of scalars whose text has been read and found to mean the same in every life.

    Parameters
    ----------
    f : function
        Assignments and one return; see the module's text.
    outputs : int
        How many numbers it must return.

    Raises
    ------
    ValueError
        If the text holds anything a rule may not, in words that say what to write instead.
    """

    def __init__(self, f, outputs=1):
        self.parameters = read(f, outputs)
        # Only the five names: whatever `sqrt` or `min` mean where f was written, here they mean these.
        self.f = types.FunctionType(f.__code__, {"__builtins__": {}, **PYTHON}, f.__name__)
        self.__name__, self.__doc__, self.__module__, self.__wrapped__ = f.__name__, f.__doc__, f.__module__, f

    def __call__(self, *arguments):
        """Run the text as plain Python."""
        return self.f(*arguments)

    def over(self, **names):
        """Give the same bytecode over other meanings of sqrt, abs, sign, min and max."""
        return over(self.f, **names)

    @functools.cached_property
    def jitted(self):
        """The function compiled for use inside a loop. NumPy's division (no exception) is what lets the loop vectorise."""
        return nb.njit(self.f, error_model="numpy")

    def __repr__(self):
        return f"<{type(self).__name__.lower()} {self.__name__}({', '.join(self.parameters)})>"


class Rule(Scalar):
    """A scalar update rule ``f(w, g, *states, *scalars) -> (w, *states)``; made by the decorator `rule`.

    Attributes
    ----------
    states : tuple of str
        The names of the arrays it keeps, zero before the first step.
    scalars : tuple of str
        The names of the numbers it takes after them.
    """

    def __init__(self, f, states):
        super().__init__(f, outputs=1 + len(states))
        expected = ("w", "g", *states)
        if self.parameters[: len(expected)] != expected:
            raise refusal(f, None, f"the parameters must begin with {', '.join(expected)}: weight, gradient, then the states by name")
        if len(states) not in LOOPS:
            raise refusal(f, None, f"{len(states)} states are more than the {max(LOOPS)} for which rule.py has a loop: add one to LOOPS")
        self.states = tuple(states)
        self.scalars = self.parameters[len(expected) :]


def rule(*states):
    """Make a `Rule` of a function; the arguments name the states it keeps.

    Examples
    --------
    >>> from mxedu.optimizer import rule
    >>> @rule("mom")
    ... def momentum(w, g, mom, lr, mu):
    ...     mom = mu * mom - lr * g
    ...     w = w + mom
    ...     return w, mom
    >>> momentum(1.0, 2.0, 0.0, 0.5, 0.9)
    (0.0, -1.0)
    """
    if len(states) == 1 and callable(states[0]):
        raise TypeError('@rule takes the names of the states: write @rule() for none, @rule("m", "v") for two')
    return lambda f: Rule(f, states)


# The loops: one for each number of states, each with what cuts its states to a chunk. Never `a, b = states`: Numba 0.68.1 loses
# writes to a and b when that stands before a prange.


def _loop0(prologue, rule):
    def sweep(w, g, states, treatment, scalars):
        for i in range(w.size):
            w[i] = rule(w[i], prologue(w[i], g[i], *treatment), *scalars)

    def cut(states, start, stop):
        return states

    return sweep, cut


def _loop1(prologue, rule):
    def sweep(w, g, states, treatment, scalars):
        a = states[0]
        for i in range(w.size):
            w[i], a[i] = rule(w[i], prologue(w[i], g[i], *treatment), a[i], *scalars)

    def cut(states, start, stop):
        return (states[0][start:stop],)

    return sweep, cut


def _loop2(prologue, rule):
    def sweep(w, g, states, treatment, scalars):
        a = states[0]
        b = states[1]
        for i in range(w.size):
            w[i], a[i], b[i] = rule(w[i], prologue(w[i], g[i], *treatment), a[i], b[i], *scalars)

    def cut(states, start, stop):
        return states[0][start:stop], states[1][start:stop]

    return sweep, cut


def _loop3(prologue, rule):
    def sweep(w, g, states, treatment, scalars):
        a = states[0]
        b = states[1]
        c = states[2]
        for i in range(w.size):
            w[i], a[i], b[i], c[i] = rule(w[i], prologue(w[i], g[i], *treatment), a[i], b[i], c[i], *scalars)

    def cut(states, start, stop):
        return states[0][start:stop], states[1][start:stop], states[2][start:stop]

    return sweep, cut


LOOPS = {0: _loop0, 1: _loop1, 2: _loop2, 3: _loop3}

# Above this size a team of threads pays (measured: float32 Adam, 1e5 elements .37 ns serial, .22 with two threads); each thread runs
# the serial loop over fixed chunks, so the bits do not depend on how many threads there are.
THREADED_FROM = 100_000
CHUNK = 65_536
_team = threading.Lock()


def _leave_the_team():
    """In a forked child OpenMP's threads are gone and starting them would end the process: hold the lock, so every loop is serial."""
    global _team
    _team = threading.Lock()
    _team.acquire()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_the_team)


class Kernel:
    """A prologue and a rule, fused and compiled: called, it updates weights and states in place, in one pass over memory.

    Parameters
    ----------
    prologue : Scalar
        ``(w, g, *treatment) -> g``: rescaling, clipping and weight decay of the gradient.
    rule : Rule
        The update.
    """

    def __init__(self, prologue, rule):
        sweep, cut = LOOPS[len(rule.states)](prologue.jitted, rule.jitted)
        serial = nb.njit(sweep, error_model="numpy", nogil=True)
        cut = nb.njit(cut)

        def chunks(w, g, states, treatment, scalars):
            for k in nb.prange((w.size + CHUNK - 1) // CHUNK):
                start, stop = k * CHUNK, min((k + 1) * CHUNK, w.size)
                serial(w[start:stop], g[start:stop], cut(states, start, stop), treatment, scalars)

        self.serial = serial
        self.parallel = nb.njit(chunks, error_model="numpy", nogil=True, parallel=True)  # compiled when first needed: 0.9 s

    def __call__(self, w, g, states, treatment, scalars):
        """Update `w` and `states`, contiguous one-dimensional arrays of one dtype; the tuples of scalars have that dtype too."""
        # Two Python threads must not start the team at once: whoever comes second goes alone.
        if w.size < THREADED_FROM or not _team.acquire(blocking=False):
            self.serial(w, g, states, treatment, scalars)
            return
        try:
            self.parallel(w, g, states, treatment, scalars)
        finally:
            _team.release()


@functools.cache
def kernel(prologue, rule):
    """Give the kernel of a prologue and a rule; it is compiled at its first call with each dtype."""
    return Kernel(prologue, rule)


def apply(run, w, g, states, treatment, scalars):
    """Run a kernel on one parameter. It takes writable contiguous vectors of one dtype; what is none is copied in and out."""
    dtype = treatment[0].dtype
    for x in (w, g, *states):
        if (x.dtype is not dtype and x.dtype != dtype) or not x.flags.carray:  # an unpickled array has a dtype object of its own
            # np.array, not np.ascontiguousarray: a read-only gradient too must become what the kernel was compiled for.
            copies = [np.array(x, dtype, order="C") for x in (w, g, *states)]
            run(copies[0].reshape(-1), copies[1].reshape(-1), tuple([x.reshape(-1) for x in copies[2:]]), treatment, scalars)
            for x, copy in zip((w, *states), (copies[0], *copies[2:]), strict=True):
                x[...] = copy
            return
    run(w.reshape(-1), g.reshape(-1), tuple([x.reshape(-1) for x in states]) if states else (), treatment, scalars)
