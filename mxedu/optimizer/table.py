"""A step for all parameters of a Trainer at once: a table of addresses, so that no Python object is touched for each of them.

For a thousand small weights the arithmetic takes 50 us, and Python 1 to 2 us for each (measured). So where the weights, gradients and
states lie, and which weights have the same count, learning rate and decay, is found out once, and again when something has been
replaced (`mxedu.autograd.epoch`). The table keeps its arrays alive, so its addresses are never those of something else.
"""

import numba
import numpy as np

from ..autograd.epoch import EPOCH
from .kernel import THREADED_FROM, kernel
from .optimizer import Optimizer
from .step import check, learning_rate, numbers_of, parts

__all__ = ["Impossible", "Table"]

# What a class must have from Optimizer for its steps to be sweeps of one kernel.
PLAIN = "move", "sweep", "rates", "factors", "update", "update_multi_precision", "create_state_multi_precision"


def _has_from_optimizer(optimizer, name):
    return getattr(type(optimizer), name) is getattr(Optimizer, name) and name not in vars(optimizer)


class Impossible(Exception):
    """There can be no table of these weights."""


class Table:
    """The weights that an updater is to update at every step, with their gradients and states.

    Parameters
    ----------
    updater : Updater
        Whose optimizer and states are meant.
    indices, weights : lists
        The weights, NDArrays with a gradient.
    before : Table, optional
        The one that this one replaces.

    Raises
    ------
    Impossible
        If a step on these is not a sweep of one kernel over contiguous arrays. Nothing has been changed then.
    """

    def __init__(self, updater, indices, weights, before=None):
        optimizer = updater.optimizer
        if numba.config.DISABLE_JIT or optimizer.kept or not all(_has_from_optimizer(optimizer, name) for name in PLAIN):
            raise Impossible
        states = updater.prepared(indices, weights)
        self.updater, self.indices = updater, indices
        self.made = {i: state for i, state in zip(indices, states, strict=True) if i not in updater.states}  # kept once a step is made
        self.rule, self.prologue = optimizer.rule, optimizer.prologue
        self.arrays = []
        for index, weight, state in zip(indices, weights, states, strict=True):
            check(index, weight, weight._node.gradient)
            row = weight._data, weight._node.gradient._data, *parts(optimizer, index, weight, state)[0]
            w = row[0]
            if w.dtype.char not in "fd" or not all([x.flags.carray and x.dtype == w.dtype and x.shape == w.shape for x in row]):
                raise Impossible
            self.arrays.append(row)
        self.flags, self.cleared = bytearray(len(indices)), bytes(len(indices))
        flags = memoryview(self.flags)
        for i, weight in enumerate(weights):
            weight._node.lend(flags[i : i + 1], before and before.flags)
        self.groups, self.steps = None, 0
        self.epoch = EPOCH[0]

    def current(self):
        """Whether the arrays, and the rule, are still those of the table."""
        optimizer = self.updater.optimizer
        return self.epoch == EPOCH[0] and optimizer.rule is self.rule and optimizer.prologue is self.prologue

    def settle(self):
        """Write the steps made since to the optimizer's counts, and let it go: whoever reads them may change them."""
        optimizer = self.updater.optimizer
        for i in self.indices if self.steps else ():
            optimizer._counts[i] = optimizer._counts.get(i, self.begin) + self.steps
        self.groups, self.steps = None, 0
        optimizer._table = None

    def _group(self):
        """Put together what has the same count, factors and dtype: [(count, factors, like, addresses, sizes, large arrays)]."""
        optimizer, groups = self.updater.optimizer, {}
        optimizer._settle()  # the steps of another table, made before
        optimizer._table, self.begin = self, optimizer.begin_num_update
        for index, arrays in zip(self.indices, self.arrays, strict=True):
            count = optimizer._counts.get(index, self.begin)
            groups.setdefault((count, *optimizer.factors(index), arrays[0].dtype), []).append(arrays)
        self.groups = []
        for (count, lr_mult, wd_mult, dtype), rows in groups.items():
            small = [row for row in rows if row[0].size < THREADED_FROM]
            addresses = np.array([[x.__array_interface__["data"][0] for x in row] for row in small], np.uintp)
            sizes = np.array([row[0].size for row in small], np.intp)
            large = [[x.reshape(-1) for x in row] for row in rows if row[0].size >= THREADED_FROM]
            self.groups.append((count, lr_mult, wd_mult, np.empty(0, dtype), addresses.reshape(len(small), len(rows[0])), sizes, large))

    def step(self):
        """Make a step, and clear the flags; give whether it was made, since a scheduler may replace what is in the table.

        What fails has changed nothing.
        """
        optimizer = self.updater.optimizer
        if self.groups is None:
            self._group()
        num_update = max(optimizer.num_update, *[group[0] + self.steps + 1 for group in self.groups])
        lr = learning_rate(optimizer, num_update)
        if not self.current():
            return False
        if self.groups is None:  # the scheduler has read the counts
            self._group()
        jobs, steps = [], self.steps + 1
        for count, lr_mult, wd_mult, like, *rows in self.groups:
            t, rate, decay = count + steps, lr * lr_mult, optimizer.wd * wd_mult
            jobs.append((like, *rows, numbers_of(optimizer, self.rule, t, rate, decay, like.dtype, {})))
        self.steps += 1
        if self.groups is None:  # scalars() has read the counts
            self.settle()
        optimizer.num_update = num_update
        if self.made:
            dict.update(self.updater.states, self.made)  # which replaces nothing, so the epoch goes on
            self.made = {}
        run = kernel(self.prologue, self.rule)
        for like, addresses, sizes, large, (treatment, scalars) in jobs:
            if sizes.size:
                run.rows(addresses, sizes, like, treatment, scalars)
            for w, g, *states in large:
                run(w, g, tuple(states), treatment, scalars)
        self.flags[:] = self.cleared
        return True
