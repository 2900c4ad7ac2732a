"""One schedule after another."""

from .. import validate
from .base import LRScheduler

__all__ = ["ChainedScheduler"]


class ChainedScheduler(LRScheduler):
    """Follow the first scheduler for so many updates, then the next, and the last one for ever.

    Each is asked for the number of updates in its own turn, 1 for the first, and so does what it does in a training of its own. Each
    has its own `base_lr` and warm-up; the chain has none, so a `learning_rate` passed beside it is refused.

    Parameters
    ----------
    schedulers : list of callable
        The schedulers, at least one; chains and functions too.
    lengths : list of int
        How many updates each of them but the last is followed for.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of this form.

    Examples
    --------
    >>> from mxedu import lr_scheduler
    >>> constant, cosine = lr_scheduler.FactorScheduler(1, base_lr=1.0), lr_scheduler.CosineScheduler(4, base_lr=1.0)
    >>> schedule = lr_scheduler.ChainedScheduler([constant, cosine], [3])
    >>> [round(schedule(t), 3) for t in range(1, 9)]
    [1.0, 1.0, 1.0, 0.854, 0.5, 0.146, 0.0, 0.0]
    """

    def __init__(self, schedulers, lengths):  # no super().__init__: base_lr and warm-up are those of the schedulers
        if not isinstance(schedulers, list | tuple) or not all(map(callable, schedulers)):
            raise TypeError(f"schedulers must be a list of schedulers, or of functions of the number of updates, got {schedulers!r}")
        if not schedulers:
            raise ValueError("schedulers is empty: give at least one")
        if not isinstance(lengths, list | tuple):
            raise TypeError(f"lengths must be a list of numbers of updates, got {type(lengths).__name__} {lengths!r}")
        if len(lengths) != len(schedulers) - 1:
            raise ValueError(
                f"lengths must have an entry for each of the schedulers but the last, got {len(lengths)} entries for {len(schedulers)} "
                "schedulers"
            )
        self.schedulers = list(schedulers)
        self.lengths = [validate.integer("each entry of lengths", n, low=1) for n in lengths]

    @property
    def base_lr(self):
        """The first scheduler's."""
        return self.schedulers[0].base_lr

    @base_lr.setter
    def base_lr(self, value):
        raise AttributeError(
            "base_lr of a ChainedScheduler cannot be assigned: assign it to its schedulers, and pass no learning_rate beside it"
        )

    def __call__(self, num_update):
        """Give the learning rate of an update."""
        for scheduler, length in zip(self.schedulers, self.lengths, strict=False):
            if num_update <= length:
                return scheduler(num_update)
            num_update -= length
        return self.schedulers[-1](num_update)
