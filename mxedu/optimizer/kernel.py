"""From a prologue and a rule to the loop that runs them: one pass over memory, compiled by Numba. All update loops are in this file."""

import functools
import os
import threading
import time

import numba as nb
import numpy as np
from numba.core import types
from numba.extending import intrinsic

from .. import validate

__all__ = ["apply", "kernel", "set_num_threads"]


@intrinsic
def _at(typing, address, n, like):
    """Give the n elements at an address as an array of the dtype of `like`."""
    kind = types.Array(like.dtype, 1, "C")

    def generate(context, builder, signature, arguments):
        from numba.np.arrayobj import populate_array  # slow to import, and needed by compilations only

        address, n, _ = arguments
        pointer = builder.inttoptr(address, context.get_value_type(types.CPointer(like.dtype)))
        itemsize = context.get_constant(types.intp, context.get_abi_sizeof(context.get_data_type(like.dtype)))
        array = context.make_array(kind)(context, builder)
        populate_array(array, data=pointer, shape=(n,), strides=(itemsize,), itemsize=itemsize, meminfo=None)
        return array._getvalue()

    return kind(address, n, like), generate


_compiled = functools.partial(nb.njit, error_model="numpy", nogil=True)


# The loops: one for each number of states, each with what cuts its states to a chunk, and the loop over a table of addresses.
# Never `a, b = states`: Numba 0.68.1 loses writes to a and b when that stands before a prange.


def _loop0(prologue, rule):
    @_compiled
    def sweep(w, g, states, treatment, scalars):
        for i in range(w.size):
            w[i] = rule(w[i], prologue(w[i], g[i], *treatment), *scalars)

    def cut(states, start, stop):
        return states

    def rows(addresses, sizes, like, treatment, scalars):
        for k in range(sizes.size):
            row, n = addresses[k], sizes[k]
            sweep(_at(row[0], n, like), _at(row[1], n, like), (), treatment, scalars)

    return sweep, cut, rows


def _loop1(prologue, rule):
    @_compiled
    def sweep(w, g, states, treatment, scalars):
        a = states[0]
        for i in range(w.size):
            w[i], a[i] = rule(w[i], prologue(w[i], g[i], *treatment), a[i], *scalars)

    def cut(states, start, stop):
        return (states[0][start:stop],)

    def rows(addresses, sizes, like, treatment, scalars):
        for k in range(sizes.size):
            row, n = addresses[k], sizes[k]
            states = (_at(row[2], n, like),)
            sweep(_at(row[0], n, like), _at(row[1], n, like), states, treatment, scalars)

    return sweep, cut, rows


def _loop2(prologue, rule):
    @_compiled
    def sweep(w, g, states, treatment, scalars):
        a = states[0]
        b = states[1]
        for i in range(w.size):
            w[i], a[i], b[i] = rule(w[i], prologue(w[i], g[i], *treatment), a[i], b[i], *scalars)

    def cut(states, start, stop):
        return states[0][start:stop], states[1][start:stop]

    def rows(addresses, sizes, like, treatment, scalars):
        for k in range(sizes.size):
            row, n = addresses[k], sizes[k]
            states = (_at(row[2], n, like), _at(row[3], n, like))
            sweep(_at(row[0], n, like), _at(row[1], n, like), states, treatment, scalars)

    return sweep, cut, rows


def _loop3(prologue, rule):
    @_compiled
    def sweep(w, g, states, treatment, scalars):
        a = states[0]
        b = states[1]
        c = states[2]
        for i in range(w.size):
            w[i], a[i], b[i], c[i] = rule(w[i], prologue(w[i], g[i], *treatment), a[i], b[i], c[i], *scalars)

    def cut(states, start, stop):
        return states[0][start:stop], states[1][start:stop], states[2][start:stop]

    def rows(addresses, sizes, like, treatment, scalars):
        for k in range(sizes.size):
            row, n = addresses[k], sizes[k]
            states = (_at(row[2], n, like), _at(row[3], n, like), _at(row[4], n, like))
            sweep(_at(row[0], n, like), _at(row[1], n, like), states, treatment, scalars)

    return sweep, cut, rows


def _loop4(prologue, rule):
    @_compiled
    def sweep(w, g, states, treatment, scalars):
        a = states[0]
        b = states[1]
        c = states[2]
        d = states[3]
        for i in range(w.size):
            w[i], a[i], b[i], c[i], d[i] = rule(w[i], prologue(w[i], g[i], *treatment), a[i], b[i], c[i], d[i], *scalars)

    def cut(states, start, stop):
        return states[0][start:stop], states[1][start:stop], states[2][start:stop], states[3][start:stop]

    def rows(addresses, sizes, like, treatment, scalars):
        for k in range(sizes.size):
            row, n = addresses[k], sizes[k]
            states = (_at(row[2], n, like), _at(row[3], n, like), _at(row[4], n, like), _at(row[5], n, like))
            sweep(_at(row[0], n, like), _at(row[1], n, like), states, treatment, scalars)

    return sweep, cut, rows


def _by_rows(prologue, rule):
    """Give the loop over the rows of a matrix. Of the rule's two states one is kept, a column; the other is a row's mean square."""

    @nb.njit(error_model="numpy", nogil=True, fastmath={"reassoc", "contract"})  # the terms of this sum, in float64, may change places
    def mean_square(w, g, treatment):
        total = 0.0
        for j in range(w.size):
            x = np.float64(prologue(w[j], g[j], *treatment))
            total += x * x
        return total / w.size

    @_compiled
    def sweep(w, g, states, treatment, scalars):
        column = states[0]
        for i in range(w.shape[0]):
            n = column[i, 0]
            q = w.dtype.type(mean_square(w[i], g[i], treatment))
            after = n
            for j in range(w.shape[1]):
                w[i, j], after, _ = rule(w[i, j], prologue(w[i, j], g[i, j], *treatment), n, q, *scalars)
            column[i, 0] = after

    def cut(states, start, stop):
        return (states[0][start:stop],)

    return sweep, cut, None


LOOPS = {0: _loop0, 1: _loop1, 2: _loop2, 3: _loop3, 4: _loop4}

# Above this size a team of threads pays (measured: float32 Adam, 1e5 elements .37 ns serial, .22 with two threads); each thread runs
# the serial loop over fixed chunks, so the bits do not depend on how many threads there are.
THREADED_FROM = 100_000
CHUNK = 65_536
_team = threading.Lock()
_threads = nb.config.NUMBA_NUM_THREADS

# A team waits for its last thread, which on a busy machine may get no processor for a while (measured, with a busy process on each of
# two cores: one step of 1e6 weights in three took 12 ms instead of 0.3). After a step so slow, loops stay serial for some time.
STALLED = 1e-3, 5e-9  # seconds, and seconds for each weight: several times what any kernel takes
PAUSE = 0.25  # seconds
_alone_until = 0.0


def set_num_threads(n):
    """Let update kernels use at most n threads on large weights; at first as many as there are processors.

    The weights come out the same, to the last bit.

    Raises
    ------
    TypeError, ValueError
        If it is no integer from 1 to the number of processors (`numba.config.NUMBA_NUM_THREADS`).

    Examples
    --------
    >>> import mxedu, numba
    >>> mxedu.set_num_threads(1)
    >>> mxedu.set_num_threads(numba.config.NUMBA_NUM_THREADS)  # as at first
    """
    global _threads
    n = validate.integer("n", n, low=1)
    if n > nb.config.NUMBA_NUM_THREADS:
        raise ValueError(f"n must be at most {nb.config.NUMBA_NUM_THREADS}, the number of threads that numba has, got {n}")
    _threads = n


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
    loop : function
        One of `LOOPS`, or `_by_rows`.

    Attributes
    ----------
    rows : function
        ``(addresses, sizes, like, treatment, scalars)``: the same for many small arrays. Each row of `addresses` says where the
        weights, gradients and states of one lie, contiguous, of the dtype of `like`; the caller keeps them alive.
    """

    def __init__(self, prologue, rule, loop):
        serial, cut, rows = loop(prologue.jitted, rule.jitted)
        cut = nb.njit(cut)

        def chunks(w, g, states, treatment, scalars):
            n = w.shape[0]
            length = max(CHUNK * n // w.size, 1)  # CHUNK weights, or as many rows as hold them
            for k in nb.prange((n + length - 1) // length):
                start, stop = k * length, min((k + 1) * length, n)
                serial(w[start:stop], g[start:stop], cut(states, start, stop), treatment, scalars)

        self.serial = serial
        self.rows = rows and _compiled(rows)
        self.parallel = _compiled(chunks, parallel=True)  # compiled when first needed: 0.9 s

    def __call__(self, w, g, states, treatment, scalars):
        """Update `w` and `states`, contiguous arrays of one dtype, vectors unless it goes by rows; the scalars have that dtype too."""
        global _alone_until
        # Two Python threads must not start the team at once: whoever comes second goes alone.
        if w.size < THREADED_FROM or _threads == 1 or time.monotonic() < _alone_until or not _team.acquire(blocking=False):
            self.serial(w, g, states, treatment, scalars)
            return
        try:
            nb.set_num_threads(_threads)
            start = time.monotonic()
            self.parallel(w, g, states, treatment, scalars)
            end = time.monotonic()
            if end - start > STALLED[0] + STALLED[1] * w.size:  # or it had to be compiled, which does no harm
                _alone_until = end + PAUSE
        finally:
            _team.release()


@functools.cache
def kernel(prologue, rule, rows=False):
    """Give the kernel of a prologue and a rule, on request that over rows; it is compiled at its first call with each dtype."""
    return Kernel(prologue, rule, _by_rows if rows else LOOPS[len(rule.states)])


def apply(run, w, g, states, treatment, scalars, rows=False):
    """Run a kernel on one parameter. It takes writable contiguous arrays of one dtype; what is none is copied in and out.

    Kernels see vectors; with `rows` they see the arrays as they are.
    """
    dtype = treatment[0].dtype
    arrays = w, *states
    for x in (g, *arrays):
        if (x.dtype is not dtype and x.dtype != dtype) or not x.flags.carray:  # an unpickled array has a dtype object of its own
            # np.array, not np.ascontiguousarray: a read-only gradient too must become what the kernel was compiled for.
            g, w, *states = [np.array(x, dtype, order="C") for x in (g, *arrays)]
            apply(run, w, g, states, treatment, scalars, rows)
            for x, copy in zip(arrays, (w, *states), strict=True):
                x[...] = copy
            return
    if not rows:
        w, g, *states = [x.reshape(-1) for x in (w, g, *states)]
    run(w, g, tuple(states), treatment, scalars)
