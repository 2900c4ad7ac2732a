"""How fast can it be at all? Loops that move the bytes of an optimizer and do little else, and loops that only divide or take roots.

A pass over memory reads and writes some arrays and only reads some others: Adam's (3, 1) are w, m, v and g. There is no telling which loop
a processor likes best, so a few are raced, and the fastest is the probe. If anything that does real work is faster, the probe was bad.
"""

import ast
import functools
import inspect
import textwrap

import numba as nb
import numpy as np
import race
import work

CHUNK = 65_536  # elements; what a thread goes through at a time

# What is compiled: the order of the elements (one after the other, or two halves at once), the operation on them, and their type; as
# integers the same bytes take other instructions. "step" computes more than is needed: what asks for memory a little more slowly may get it
# sooner (measured on Zen 4, 1e6 elements, the minima: 2 to 9% sooner than "add", which the kernel of momentum beats too).
LOOPS = [("forward", "add", np.float32), ("forward", "add", np.uint64), ("halves", "add", np.float32), ("forward", "step", np.float32)]
NUMBERS = {"c": np.float32(0.9), "d": np.float32(0.01), "bound": np.float32(1e30)}


def names(k, r):
    """Give names of the k arrays that are written, and of the r that are only read."""
    return [f"w{j}" for j in range(k)], [f"g{j}" for j in range(r)]


def operation(kind, k, r, i):
    """Give the text of what is done to the elements at i."""
    written, read = [[f"{x}[{i}]" for x in group] for group in names(k, r)]
    total = f"({' + '.join(read)})"
    if k == 0:
        return f"total += {total}"
    if kind == "add":
        return f"{', '.join(written)} = {', '.join(f'{x} + {total}' for x in written)}"
    return "; ".join([f"s = min(max({total}, -bound), bound) + d * {written[0]}", *[f"{x} = {x} - c * {x} - d * s" for x in written]])


def text(order, kind, k, r):
    """Give the text of a loop over k arrays that it writes and r that it only reads; it gives the sum of these, if k is 0."""
    parameters = ", ".join(sum(names(k, r), []))
    steps = [operation(kind, k, r, i) for i in (("i",) if order == "forward" else ("i", "half + i"))]
    return f"""
def loop({parameters}):
    total = g0.dtype.type(0)
    half = g0.size // 2
    for i in range({"g0.size" if order == "forward" else "half"}):
        {"; ".join(steps)}
    return total
"""


def compiled(source, name, scope, **options):
    exec(source, scope)
    return nb.njit(error_model="numpy", **options)(scope[name])


def in_chunks(loop, k, r):
    """Give the loop on several threads, each of which goes through some chunks."""
    arrays = sum(names(k, r), [])
    source = f"""
def chunks({", ".join(arrays)}):
    for c in prange((g0.size + {CHUNK - 1}) // {CHUNK}):
        start, stop = c * {CHUNK}, (c + 1) * {CHUNK}
        loop({", ".join(f"{x}[start:stop]" for x in arrays)})
"""
    return compiled(source, "chunks", {"loop": loop, "prange": nb.prange}, parallel=True)


def numpy_whole(*arrays):
    *written, g = arrays
    for w in written:
        np.add(w, g, out=w)


@functools.cache
def loops(k, r, parallel=False):
    """Give (name, loop, type of the elements) of the loops over k arrays that are written and r that are only read."""
    made = [("NumPy add", numpy_whole, np.float32)] if k and r == 1 and not parallel else []
    for order, kind, dtype in LOOPS:
        if k == 0 and kind != "add":
            continue
        fastmath = {"reassoc"} if k == 0 else False  # or the sum would go element by element
        loop = compiled(text(order, kind, k, r), "loop", dict(NUMBERS), fastmath=fastmath)
        made.append((f"{order} {kind} {dtype.__name__}", in_chunks(loop, k, r) if parallel else loop, dtype))
    for _, loop, dtype in made:
        check(loop, k, r, dtype, 2 * CHUNK + 1000 if parallel else 1000)
    return made


def check(loop, k, r, dtype, n):
    """Assert that a loop writes every element of k arrays, reads every element of all, and leaves the others as they are."""

    def effect(arrays):
        arrays, before = arrays.copy(), arrays
        total = loop(*arrays)
        assert (arrays[k:] == before[k:]).all(), "a probe must leave what it only reads as it is"
        return arrays[:k] if k else np.array([[total]])

    before = np.random.default_rng(1).integers(1, 100, (k + r, n)).astype(dtype)
    plain = effect(before)
    for j in range(k + r):
        for elements in [slice(None)] if k else range(n):
            other = before.copy()
            other[j, elements] += dtype(100)
            assert (effect(other) != plain).any(axis=0).all(), f"a probe does not read all of array {j}"
    for w, x in zip(plain[:k], before, strict=False):
        assert (w != x).mean() > 0.9, "a probe does not write all it should"  # by chance some numbers stay the same


class Probe(work.Contestant):
    """One loop over arrays that the contestants share."""

    def __init__(self, loop, dtype, k, r, threads, first, w, g, others):
        self.loop, self.threads, self.first, self.w, self.others = loop, threads, first, w, others
        arrays = [w, *others]
        self.seen = [x.view(dtype) for x in (*arrays[:k], g, *arrays[k : k + r - 1])]

    def reset(self):
        self.w[:] = self.first
        for x in self.others:
            x.fill(0)
        nb.set_num_threads(self.threads)

    def run(self, steps):
        for _ in range(steps):
            self.loop(*self.seen)


def probes(k, r, threads, first, w, g, others):
    """Give all probes of a pass on these arrays, by name."""
    return {f"{name} ({k}, {r})": Probe(loop, dtype, k, r, threads, first, w, g, others) for name, loop, dtype in loops(k, r, threads > 1)}


# The other limit is arithmetic: divisions and roots share a slow unit in every processor.


@nb.njit(error_model="numpy")
def divide(x, v, repeats):
    for _ in range(repeats):
        for i in range(x.size):
            x[i] = v[i] / (x[i] + v[i])


@nb.njit(error_model="numpy")
def root(x, v, repeats):
    for _ in range(repeats):
        for i in range(x.size):
            x[i] = np.sqrt(x[i] + v[i])


class Arithmetic(work.Contestant):
    """An operation on numbers that stay in the first-level cache, and of a sane size."""

    def __init__(self, loop):
        self.loop, self.x, self.v = loop, *np.full((2, 2048), 0.5, np.float32)

    def reset(self):
        self.x.fill(0.5)

    def run(self, steps):
        self.loop(self.x, self.v, steps)


def arithmetic(seconds=1):
    """Give what one division, and what one root costs: {'divisions': {'median': seconds, ...}, 'roots': ...}."""
    times = race.race({"divisions": Arithmetic(divide), "roots": Arithmetic(root)}, (1, 2000), seconds)
    return {name: t | {key: t[key] / 2048 for key in ("median", "min")} for name, t in times.items()}


def operations(rule, known):
    """Count the divisions and the roots in the text of a rule that have to be computed for each weight.

    What depends on known names only does not; what is written twice is computed once.
    """
    known, divisions, roots = set(known), set(), set()
    for statement in ast.parse(textwrap.dedent(inspect.getsource(rule.__wrapped__))).body[0].body:
        for node in ast.walk(statement):
            match node:
                case ast.BinOp(op=ast.Div()) if not variables(node) <= known:
                    divisions.add(ast.unparse(node))
                case ast.Call(func=ast.Name(id="sqrt"), args=[x]) if not variables(x) <= known:
                    roots.add(ast.unparse(node))
        if isinstance(statement, ast.Assign):
            target = {statement.targets[0].id}
            known = known | target if variables(statement.value) <= known else known - target
    return {"divisions": len(divisions), "roots": len(roots)}


def variables(node):
    return {x.id for x in ast.walk(node) if isinstance(x, ast.Name)}
