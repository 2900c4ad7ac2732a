"""How fast can the bytes be moved at all? Loops that read and write the arrays of an optimizer and compute next to nothing.

SGD reads w, g and writes w; momentum and Adam do the same with their states too. There is no telling which loop a processor
likes best, so many are raced, and the fastest is the probe. If anything that does real work is faster, the probe was bad.
"""

import functools
import itertools
import statistics
import time

import numba as nb
import numpy as np
import work

BLOCK = 2048  # float32 numbers: four blocks fit into 32 KiB, a first-level cache


# What is done to an element: (w, g, *states) -> (w, *states). Each result costs one addition at most.


def add1(w, g):
    return w + g


def add2(w, g, a):
    return w + g, a + g


def add3(w, g, a, b):
    return w + g, a + g, b + g


def rotate1(w, g):
    return g - w


def rotate2(w, g, a):
    return a, w + g


def rotate3(w, g, a, b):
    return a, b, w + g


# How the elements are gone through: in order, or as two halves at once.


def forward1(op):
    def loop(w, g):
        for i in range(w.size):
            w[i] = op(w[i], g[i])

    return loop


def forward2(op):
    def loop(w, g, a):
        for i in range(w.size):
            w[i], a[i] = op(w[i], g[i], a[i])

    return loop


def forward3(op):
    def loop(w, g, a, b):
        for i in range(w.size):
            w[i], a[i], b[i] = op(w[i], g[i], a[i], b[i])

    return loop


def halves1(op):
    def loop(w, g):
        h = w.size // 2
        for i in range(h):
            w[i], w[i + h] = op(w[i], g[i]), op(w[i + h], g[i + h])

    return loop


def halves2(op):
    def loop(w, g, a):
        h = w.size // 2
        for i in range(h):
            w[i], a[i] = op(w[i], g[i], a[i])
            w[i + h], a[i + h] = op(w[i + h], g[i + h], a[i + h])

    return loop


def halves3(op):
    def loop(w, g, a, b):
        h = w.size // 2
        for i in range(h):
            w[i], a[i], b[i] = op(w[i], g[i], a[i], b[i])
            w[i + h], a[i + h], b[i + h] = op(w[i + h], g[i + h], a[i + h], b[i + h])

    return loop


# Or array by array: fewer streams at a time. In blocks, so that the gradient is read from memory once.


@nb.njit(error_model="numpy")
def add_to(w, g):
    for i in range(w.size):
        w[i] += g[i]


@nb.njit(error_model="numpy")
def blocks(w, g, *states):
    for start in range(0, w.size, BLOCK):
        part = g[start : start + BLOCK]
        for a in (w,) + states:  # noqa: RUF005 (Numba knows no starred tuple)
            add_to(a[start : start + BLOCK], part)


def numpy_whole(w, g, *states):
    for a in (w, *states):
        np.add(a, g, out=a)


def numpy_blocks(w, g, *states):
    for start in range(0, w.size, 8 * BLOCK):
        numpy_whole(w[start : start + 8 * BLOCK], g[start : start + 8 * BLOCK], *[a[start : start + 8 * BLOCK] for a in states])


OPS = {1: (add1, rotate1), 2: (add2, rotate2), 3: (add3, rotate3)}
LOOPS = {1: (forward1, halves1), 2: (forward2, halves2), 3: (forward3, halves3)}


@functools.cache
def loops(k):
    """Give (name, loop, type of the elements) of all loops that write k arrays."""
    made = [(f.__name__, f, np.float32) for f in (blocks, numpy_whole, numpy_blocks)]
    for loop, op, fastmath in itertools.product(LOOPS[k], OPS[k], (False, True)):
        name = f"{loop.__name__[:-1]} {op.__name__[:-1]}"
        compiled = nb.njit(loop(nb.njit(op, error_model="numpy")), error_model="numpy", fastmath=fastmath)
        if fastmath:
            made.append((name + " fastmath", compiled, np.float32))
        else:  # integers: the same bytes, other instructions
            made += [(name, compiled, np.float32), (name + " uint64", compiled, np.uint64)]
    for _, loop, dtype in made:
        check(loop, k, dtype)
    return made


def check(loop, k, dtype):
    """Assert that a loop writes every element of w and the states, and reads every element of every array."""

    def written(arrays):
        arrays = arrays.copy()
        g = arrays[1].copy()
        loop(*arrays)
        assert (arrays[1] == g).all(), "a probe must leave the gradient as it is"
        return np.delete(arrays, 1, axis=0)

    before = np.random.default_rng(1).integers(1, 100, (k + 1, 1000)).astype(dtype)
    plain = written(before)
    for j in range(k + 1):
        other = before.copy()
        other[j] += dtype(100)
        assert (written(other) != plain).any(axis=0).all(), f"a probe does not read all of array {j}"
    for w, x in zip(plain, np.delete(before, 1, axis=0), strict=True):
        assert (w != x).mean() > 0.9, "a probe does not write all it should"  # by chance some numbers stay the same


class Probe(work.Contestant):
    """One loop over arrays that the contestants share."""

    def __init__(self, loop, dtype, first, w, g, states):
        self.loop, self.first, self.w, self.states = loop, first, w, states
        self.seen = [x.view(dtype) for x in (w, g, *states)]

    def reset(self):
        self.w[:] = self.first
        for x in self.states:
            x.fill(0)

    def run(self, steps):
        for _ in range(steps):
            self.loop(*self.seen)


def probes(first, w, g, states):
    """Give all probes on these arrays, by name."""
    return {name: Probe(loop, dtype, first, w, g, states) for name, loop, dtype in loops(1 + len(states))}


# The other limit: what a step computes. Adam needs one division and one root a weight, which share a slow unit in every processor.


@nb.njit(error_model="numpy")
def divide_and_root(m, v, repeats):
    for _ in range(repeats):
        for i in range(m.size):
            m[i] = m[i] / (np.sqrt(v[i]) + v[i])


def arithmetic(repeats=2000, turns=15):
    """Give the seconds that a division and a root take, on arrays that stay in the first-level cache: {'median', 'min'}."""
    v, seconds = np.full(BLOCK, 0.381966, np.float32), []  # sqrt(v) + v = 1: m neither grows nor vanishes
    for turn in range(turns + 1):
        m = np.ones(BLOCK, np.float32)
        start = time.perf_counter()
        divide_and_root(m, v, repeats)
        if turn:  # the first one compiles
            seconds.append((time.perf_counter() - start) / (repeats * BLOCK))
    return {"median": statistics.median(seconds), "min": min(seconds)}
