"""An optimizer and the states of what it updates."""

from .. import serialization
from ..autograd.epoch import touch
from ..nd import NDArray
from .optimizer import Optimizer
from .states import pack, unpack
from .step import listed

__all__ = ["Updater", "get_updater"]


def _telling(name):
    """Give the method of dict of this name, but one that begins a new epoch."""
    original = getattr(dict, name)

    def method(self, *arguments, **named):
        touch()
        return original(self, *arguments, **named)

    return method


class States(dict):
    """States by index; when one is replaced, tables of addresses are not used any more."""

    __setitem__, __delitem__, __ior__ = map(_telling, ("__setitem__", "__delitem__", "__ior__"))
    clear, pop, popitem, setdefault, update = map(_telling, ("clear", "pop", "popitem", "setdefault", "update"))


class Updater:
    """An optimizer together with the states of the parameters it updates, by index."""

    def __init__(self, optimizer):
        self.optimizer = optimizer
        self.states = {}

    @property
    def states(self):
        """The states by index; a dict that is set is copied."""
        return self._states

    @states.setter
    def states(self, states):
        touch()
        self._states = States(states)

    def __call__(self, index, grad, weight):
        """Update one weight or a list of weights in place; states are made at the first update of an index."""
        indices, weights, grads, _ = listed(index, weight, grad, None)
        optimizer, states = self.optimizer, self.prepared(indices, weights)
        made = {i: state for i, state in zip(indices, states, strict=True) if i not in self.states}
        before = dict(optimizer._index_update_count) if made else {}
        try:
            if type(optimizer).update_multi_precision is Optimizer.update_multi_precision:
                optimizer.update_multi_precision(indices, weights, grads, states)
            else:  # written for MXNet, which gives it one parameter at a time
                for arguments in zip(indices, weights, grads, states, strict=True):
                    optimizer.update_multi_precision(*arguments)
        except BaseException:
            now = optimizer._index_update_count
            made = {i: state for i, state in made.items() if now.get(i) != before.get(i)}  # of steps that were begun
            raise
        finally:
            if made:
                self.states.update(made)

    def prepared(self, indices, weights):
        """Give the states of weights, made anew for indices that have none; they are kept only when a step is made."""
        known, create = self.states, self.optimizer.create_state_multi_precision
        return [
            known[i] if i in known else create(i, weight) if isinstance(weight, NDArray) else None
            for i, weight in zip(indices, weights, strict=True)
        ]

    def get_states(self, dump_optimizer=False):
        """Give the states, and on demand counts and settings of the optimizer, as bytes: a file as `mxedu.serialization` describes."""
        arrays, header = pack(self, dump_optimizer)
        return serialization.dump("trainer states", arrays, **header)

    def set_states(self, data):
        """Take the states that `get_states` gave; with them the counts and settings of the optimizer, if they are there."""
        unpack(self, *serialization.parse(data, "trainer states", "the states"))


def get_updater(optimizer):
    """Give an `Updater` for an optimizer."""
    return Updater(optimizer)
