"""A step for all parameters of a Trainer at once: a table of addresses, so that no Python object is touched for each of them.

For a thousand small weights the arithmetic takes 50 us, and Python 1 to 2 us for each (measured). So where the weights, gradients and
states lie, and which weights have the same count, learning rate and decay, is found out once, and again when something has been
replaced (`mxedu.autograd.epoch`). The table keeps its arrays alive, so its addresses are never those of something else.
"""

import numba
import numpy as np

from ..autograd.epoch import EPOCH
from ..nd import NDArray
from .kernel import THREADED_FROM, kernel
from .optimizer import Optimizer
from .step import check, learning_rate, numbers_of, parts

__all__ = ["Table"]

# What a class must have from Optimizer for its steps to be sweeps of one kernel.
PLAIN = "move", "sweep", "rates", "factors", "update", "update_multi_precision", "create_state_multi_precision"


class Table:
    """The weights that an updater is to update at every step, with their gradients and states.

    Parameters
    ----------
    updater : Updater
        Whose optimizer and states are meant; it must be `possible`.
    indices, weights : lists
        The weights, NDArrays with a gradient.
    before : Table, optional
        The one that this one replaces.
    """

    def __init__(self, updater, indices, weights, before=None):
        self.updater, self.indices = updater, indices
        states = updater.prepared(indices, weights)
        self.made = {i: state for i, state in zip(indices, states, strict=True) if i not in updater.states}  # kept once a step is made
        optimizer = updater.optimizer
        self.rule, self.prologue = optimizer.rule, optimizer.prologue
        self.arrays = []
        for index, weight, state in zip(indices, weights, states, strict=True):
            check(index, weight, weight._node.gradient)
            self.arrays.append((weight._data, weight._node.gradient._data, *parts(optimizer, index, weight, state)[0]))
        self.flags = np.zeros(len(indices), np.uint8)
        flags = memoryview(self.flags)
        for i, weight in enumerate(weights):
            weight._node.lend(flags[i : i + 1], before and before.flags)
        self.groups, self.steps = None, 0
        self.epoch = EPOCH[0]

    @staticmethod
    def possible(updater, weights):
        """Whether the steps of an updater on these weights are sweeps of one kernel over contiguous arrays."""
        optimizer = updater.optimizer
        return (
            not numba.config.DISABLE_JIT
            and not optimizer.kept
            and all(getattr(type(optimizer), name) is getattr(Optimizer, name) for name in PLAIN)
            and all(type(w) is NDArray and w._data.dtype.char in "fd" for w in weights)
            and all(x.flags.carray and x.dtype == w._data.dtype for w in weights for x in (w._data, w._node.gradient._data))
        )

    def current(self):
        """Whether the arrays, and the rule, are still those of the table."""
        optimizer = self.updater.optimizer
        return self.epoch == EPOCH[0] and optimizer.rule is self.rule and optimizer.prologue is self.prologue

    def settle(self):
        """Write the steps made since to the optimizer's counts."""
        counts, begin = self.updater.optimizer._counts, self.updater.optimizer.begin_num_update
        for i in self.indices if self.steps else ():
            counts[i] = counts.get(i, begin) + self.steps
        self.groups, self.steps = None, 0

    def _group(self):
        """Put together what has the same count, factors and dtype: [(count, factors, like, addresses, sizes, large arrays)]."""
        optimizer, groups = self.updater.optimizer, {}
        if optimizer._table is not None:
            optimizer._table.settle()  # it may be another, made before
        optimizer._table = self
        for index, arrays in zip(self.indices, self.arrays, strict=True):
            count = optimizer._counts.get(index, optimizer.begin_num_update)
            groups.setdefault((count, *optimizer.factors(index), arrays[0].dtype), []).append(arrays)
        self.groups = []
        for (count, lr_mult, wd_mult, dtype), rows in groups.items():
            small = [row for row in rows if row[0].size < THREADED_FROM]
            addresses = np.array([[x.__array_interface__["data"][0] for x in row] for row in small], np.uintp)
            sizes = np.array([row[0].size for row in small], np.intp)
            large = [[x.reshape(-1) for x in row] for row in rows if row[0].size >= THREADED_FROM]
            self.groups.append((count, lr_mult, wd_mult, np.empty(0, dtype), addresses.reshape(len(small), len(rows[0])), sizes, large))

    def step(self):
        """Make a step, and clear the flags. What fails has changed nothing."""
        optimizer = self.updater.optimizer
        if self.groups is None:
            self._group()
        steps = self.steps + 1
        num_update = max(optimizer.num_update, *[group[0] + steps for group in self.groups])
        lr, wd, jobs = learning_rate(optimizer, num_update), optimizer.wd, []
        for count, lr_mult, wd_mult, like, *rows in self.groups:
            jobs.append((like, *rows, numbers_of(optimizer, self.rule, count + steps, lr * lr_mult, wd * wd_mult, like.dtype, {})))
        self.steps, optimizer.num_update = steps, num_update
        if self.made:
            dict.update(self.updater.states, self.made)  # which replaces nothing, so the epoch goes on
            self.made = {}
        run = kernel(self.prologue, self.rule)
        for like, addresses, sizes, large, (treatment, scalars) in jobs:
            if sizes.size:
                run.rows(addresses, sizes, like, treatment, scalars)
            for w, g, *states in large:
                run(w, g, tuple(states), treatment, scalars)
        self.flags[:] = 0
