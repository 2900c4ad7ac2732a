"""Schedules that rise and fall: a triangle, triangles in a row, one cycle, and restarts of a cosine."""

import math

from .. import validate
from .base import LRScheduler

__all__ = ["CosineRestartScheduler", "CyclicalScheduler", "OneCycleScheduler", "TriangularScheduler"]


class TriangularScheduler(LRScheduler):
    """Rise from `base_lr` to `max_lr` and fall back, both in a straight line; then stay at `base_lr`.

    For x = num_update / cycle_length the rate is base_lr + (max_lr - base_lr) h(x), where h rises from 0 to 1 at x = inc_fraction and
    falls to 0 at x = 1. The rise is the warm-up, so there is no other.

    Parameters
    ----------
    cycle_length : float
        How many updates the triangle takes, above 0; it need not be whole.
    max_lr : float
        The highest rate, at least `base_lr`.
    base_lr : float, default 0.01
        The lowest rate.
    inc_fraction : float, default 0.5
        The part of the triangle in which the rate rises, between 0 and 1. A half is Smith's; less than a half is the slanted triangle
        of Howard and Ruder.

    Examples
    --------
    >>> from mxedu import lr_scheduler
    >>> schedule = lr_scheduler.TriangularScheduler(4, max_lr=3.0, base_lr=1.0)
    >>> [schedule(t) for t in range(7)]
    [1.0, 2.0, 3.0, 2.0, 1.0, 1.0, 1.0]

    References
    ----------
    Smith (2017), arXiv:1506.01186, section 3.1; Howard and Ruder (2018), arXiv:1801.06146, equation (3).
    """

    def __init__(self, cycle_length, max_lr, base_lr=0.01, inc_fraction=0.5):
        super().__init__(base_lr)
        self.cycle_length = validate.real("cycle_length", cycle_length, above=0)
        self.max_lr = validate.real("max_lr (at least base_lr)", max_lr, low=base_lr)
        self.inc_fraction = validate.real("inc_fraction", inc_fraction, above=0, below=1)

    def height(self, x):
        """Give the part of the way up at x of the triangle, from 0 to 1."""
        return x / self.inc_fraction if x <= self.inc_fraction else (1 - x) / (1 - self.inc_fraction)

    def after_warmup(self, num_update):
        """Give the rate between base_lr and max_lr."""
        return self.base_lr + (self.max_lr - self.base_lr) * self.height(min(1.0, num_update / self.cycle_length))


class CyclicalScheduler(TriangularScheduler):
    """Repeat a triangle, which may become lower from cycle to cycle and from update to update.

    In cycle k = 0, 1, ... the rate is base_lr + (max_lr - base_lr) h(x) cycle_factor**k update_factor**num_update, with the h of
    `TriangularScheduler` and x the part of the cycle that is done. Of Smith's three policies *triangular* has both factors 1,
    *triangular2* has ``cycle_factor=0.5``, and *exp_range* has ``update_factor=gamma``. (His text lets both bounds of exp_range
    decay; here `base_lr` stays, as in PyTorch.)

    Parameters
    ----------
    cycle_length, max_lr, base_lr, inc_fraction
        What `TriangularScheduler` takes; `cycle_length` is twice Smith's step size.
    cycle_factor : float, default 1
        The height of a cycle divided by that of the one before; above 0 and at most 1.
    update_factor : float, default 1
        By what the height is multiplied in every update; above 0 and at most 1.

    Examples
    --------
    >>> from mxedu import lr_scheduler
    >>> schedule = lr_scheduler.CyclicalScheduler(4, max_lr=3.0, base_lr=1.0, cycle_factor=0.5)
    >>> [schedule(t) for t in range(9)]
    [1.0, 2.0, 3.0, 2.0, 1.0, 1.5, 2.0, 1.5, 1.0]

    References
    ----------
    Smith (2017), arXiv:1506.01186, section 3.1.
    """

    def __init__(self, cycle_length, max_lr, base_lr=0.01, inc_fraction=0.5, cycle_factor=1, update_factor=1):
        super().__init__(cycle_length, max_lr, base_lr, inc_fraction)
        self.cycle_factor = validate.real("cycle_factor", cycle_factor, above=0, high=1)
        self.update_factor = validate.real("update_factor", update_factor, above=0, high=1)

    def after_warmup(self, num_update):
        """Give the rate between base_lr and what has become of max_lr."""
        cycle, x = divmod(num_update / self.cycle_length, 1)
        height = self.height(x) * self.cycle_factor**cycle * self.update_factor**num_update
        return self.base_lr + (self.max_lr - self.base_lr) * height


class OneCycleScheduler(TriangularScheduler):
    """Run through one triangle between `base_lr` and `max_lr`, then fall in a straight line to `final_lr` at `max_update`.

    Smith makes the cycle a little shorter than the training, and the last rate smaller than `base_lr` by orders of magnitude. (The form
    in which one long cosine follows the rise is `CosineScheduler` with a warm-up.)

    Parameters
    ----------
    max_update : int
        The update at which `final_lr` is reached.
    cycle_length : float
        How many updates the triangle takes, above 0 and less than `max_update`.
    max_lr : float
        The highest rate, at least `base_lr`.
    base_lr : float, default 0.01
        The rate at the beginning and at the end of the triangle.
    final_lr : float, default 0
        The rate from `max_update` on.

    Examples
    --------
    >>> from mxedu import lr_scheduler
    >>> schedule = lr_scheduler.OneCycleScheduler(6, cycle_length=4, max_lr=3.0, base_lr=1.0)
    >>> [schedule(t) for t in range(8)]
    [1.0, 2.0, 3.0, 2.0, 1.0, 0.5, 0.0, 0.0]

    References
    ----------
    Smith (2018), arXiv:1803.09820, section 4.1.
    """

    def __init__(self, max_update, cycle_length, max_lr, base_lr=0.01, final_lr=0):
        super().__init__(cycle_length, max_lr, base_lr)
        self.max_update = validate.integer("max_update", max_update, low=1)
        validate.real("cycle_length (less than max_update)", cycle_length, below=self.max_update)
        self.final_lr = validate.real("final_lr", final_lr, low=0)

    def after_warmup(self, num_update):
        """Give the rate in the triangle or after it."""
        if num_update <= self.cycle_length:
            return super().after_warmup(num_update)
        left = max(0.0, (self.max_update - num_update) / (self.max_update - self.cycle_length))
        return self.final_lr + (self.base_lr - self.final_lr) * left


class CosineRestartScheduler(LRScheduler):
    """Fall from `base_lr` towards `final_lr` along half a period of a cosine, jump back to `base_lr`, and so on.

    The rate is final_lr + (base_lr - final_lr) (1 + cos(pi T_cur / T_i)) / 2, with T_cur the number of updates since the last jump, or
    since the warm-up, and T_i the length of the present cycle: `cycle_length`, then `cycle_mult` times that of the cycle before.

    Parameters
    ----------
    cycle_length : float
        How many updates the first cycle takes, above 0.
    cycle_mult : float, default 1
        How many times as long each cycle is as the one before; at least 1.
    base_lr : float, default 0.01
        The rate at the beginning of each cycle.
    final_lr : float, default 0
        The rate that each cycle falls to.
    warmup_steps, warmup_begin_lr, warmup_mode
        What `LRScheduler` takes.

    Examples
    --------
    >>> from mxedu import lr_scheduler
    >>> schedule = lr_scheduler.CosineRestartScheduler(2, cycle_mult=2, base_lr=1.0)
    >>> [round(schedule(t), 3) for t in range(7)]
    [1.0, 0.5, 1.0, 0.854, 0.5, 0.146, 1.0]

    References
    ----------
    Loshchilov and Hutter (2017), arXiv:1608.03983, equation (5).
    """

    def __init__(
        self, cycle_length, cycle_mult=1, base_lr=0.01, final_lr=0, warmup_steps=0, warmup_begin_lr=0, warmup_mode="linear"
    ):  # fmt: skip
        super().__init__(base_lr, warmup_steps, warmup_begin_lr, warmup_mode)
        self.cycle_length = validate.real("cycle_length", cycle_length, above=0)
        self.cycle_mult = validate.real("cycle_mult", cycle_mult, low=1)
        self.final_lr = validate.real("final_lr", final_lr, low=0)

    def after_warmup(self, num_update):
        """Give the rate between base_lr and final_lr."""
        since, length = num_update - self.warmup_steps, self.cycle_length
        if self.cycle_mult == 1:
            since %= length
        while since >= length:  # as many turns as there were cycles; they grow, so these are few
            since -= length
            length *= self.cycle_mult
        return self.final_lr + (self.base_lr - self.final_lr) * (1 + math.cos(math.pi * since / length)) / 2
