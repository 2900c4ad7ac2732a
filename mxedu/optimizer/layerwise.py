"""What the layer-wise methods share: norms of a layer, the trust ratio, room for a direction, and the step along it.

They go in the direction that a rule gives, by a length that is a share of the (bounded) norm of the layer's weights. The rule writes the
direction, in the place of a state, to a vector that all layers use one after the other; then the norms are taken; then `SGD`'s rule,
with the direction as its gradient, makes the step.
"""

import math
import threading

from .. import validate
from ..nd.kernels import sum_of_squares
from ..nd.memory import aligned_zeros
from .optimizer import Optimizer
from .prologue import clip
from .sgd import sgd

__all__ = ["LayerAdam", "norm", "trust_ratio"]

_room = threading.local()


def norm(x):
    """Give the Euclidean norm of an array, summed in float64."""
    return math.sqrt(sum_of_squares(x))


def trust_ratio(numerator, denominator):
    """Give the quotient of two norms; 1 where one of them is 0."""
    return numerator / denominator if numerator > 0 and denominator > 0 else 1.0


class LayerAdam(Optimizer):
    """Adam's moments, and layer by layer a step as long as a share of the weights' norm: what LAMB and LANS have in common."""

    prologue = clip
    states = "m", "v"
    default_learning_rate = 0.001

    def __init__(
        self, learning_rate=None, beta1=0.9, beta2=0.999, epsilon=1e-6, lower_bound=None, upper_bound=None, **kwargs
    ):  # fmt: skip
        self.beta1 = validate.real("beta1", beta1, low=0, below=1)
        self.beta2 = validate.real("beta2", beta2, low=0, below=1)
        self.epsilon = validate.real("epsilon", epsilon, low=0)
        self.lower_bound = lower_bound and validate.real("lower_bound (None for no bound)", lower_bound, low=0)
        self.upper_bound = upper_bound and validate.real("upper_bound (None for no bound)", upper_bound, low=self.lower_bound or 0)
        super().__init__(learning_rate=learning_rate, **kwargs)

    def directions(self, w, g, states, treatment, scalars):
        """Run the rule, which updates the states and writes a direction to the place of each state beyond those; give the directions."""
        vectors = _vectors(len(self.rule.states) - len(states), w.size, treatment[0].dtype)
        self.sweep(self.prologue, self.rule, w, g, [*states, *vectors], treatment, scalars)
        return vectors

    def go(self, w, directions, lengths):
        """Move along each direction by a length, which is a multiple of the weights' bounded norm."""
        size = norm(w)
        if self.lower_bound:
            size = max(size, self.lower_bound)
        if self.upper_bound:
            size = min(size, self.upper_bound)
        for u, length in zip(directions, lengths, strict=True):
            kind = u.dtype.type
            as_it_is = kind(1), kind(math.inf), kind(0)
            self.sweep(clip, sgd, w, u, [], as_it_is, (kind(length * trust_ratio(size, norm(u))),))  # (6) of LAMB, (7) of LANS


def _vectors(count, size, dtype):
    """Give vectors to write to, which this thread keeps: new memory costs as much as the step."""
    held = getattr(_room, "vectors", {})
    _room.vectors = held
    for i in range(count):
        if (i, dtype) not in held or held[i, dtype].size < size:
            held[i, dtype] = aligned_zeros((size,), dtype)
    return [held[i, dtype][:size] for i in range(count)]
