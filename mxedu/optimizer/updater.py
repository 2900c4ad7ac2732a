"""An optimizer and the states of what it updates."""

from .. import serialization
from ..nd import NDArray
from .optimizer import listed
from .states import pack, unpack

__all__ = ["Updater", "get_updater"]


class Updater:
    """An optimizer together with the states of the parameters it updates, by index."""

    def __init__(self, optimizer):
        self.optimizer = optimizer
        self.states = {}

    def __call__(self, index, grad, weight):
        """Update one weight or a list of weights in place; states are made at the first update of an index."""
        indices, weights, grads, _ = listed(index, weight, grad, None)
        known = self.states
        if not all(map(known.__contains__, indices)):
            made = {
                i: self.optimizer.create_state_multi_precision(i, weight)
                for i, weight in zip(indices, weights, strict=True)
                if i not in known and isinstance(weight, NDArray)
            }
            known = {**known, **made}
        states = [known.get(i) for i in indices]
        self.optimizer.update_multi_precision(indices, weights, grads, states)
        self.states = known

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
