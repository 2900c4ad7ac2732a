"""Schedules that fall: in steps, or along a curve that ends at `max_update`."""

import math

from .. import validate
from .base import LRScheduler

__all__ = ["CosineScheduler", "FactorScheduler", "MultiFactorScheduler", "PolyScheduler", "WarmupStableDecayScheduler"]


class FactorScheduler(LRScheduler):
    """Multiply the rate by `factor` every `step` updates, down to `stop_factor_lr`. The steps count from 0, warm-up included.

    Parameters
    ----------
    step : int
        How many updates lie between two changes; the first change is at update step + 1.
    factor : float, default 1
        The factor, above 0 and at most 1.
    stop_factor_lr : float, default 1e-8
        No reduction leads below this.
    base_lr, warmup_steps, warmup_begin_lr, warmup_mode
        What `LRScheduler` takes.

    Examples
    --------
    >>> from mxedu import lr_scheduler
    >>> schedule = lr_scheduler.FactorScheduler(2, factor=0.5, base_lr=1.0)
    >>> [schedule(t) for t in range(1, 7)]
    [1.0, 1.0, 0.5, 0.5, 0.25, 0.25]
    """

    def __init__(
        self, step, factor=1, stop_factor_lr=1e-8, base_lr=0.01, warmup_steps=0, warmup_begin_lr=0, warmup_mode="linear"
    ):  # fmt: skip
        super().__init__(base_lr, warmup_steps, warmup_begin_lr, warmup_mode)
        self.step = validate.integer("step", step, low=1)
        self.factor = validate.real("factor", factor, above=0, high=1)
        self.stop_factor_lr = validate.real("stop_factor_lr", stop_factor_lr, low=0)

    def after_warmup(self, num_update):
        """Give the rate after the reductions made so far."""
        reductions = max(0, math.ceil(num_update / self.step) - 1)
        return self.base_lr if reductions == 0 else max(self.base_lr * self.factor**reductions, self.stop_factor_lr)


class MultiFactorScheduler(LRScheduler):
    """Multiply the rate by `factor` after each of the updates named in `step`.

    Parameters
    ----------
    step : list of int
        Increasing numbers of updates, at least 1.
    factor : float, default 1
        The factor, above 0 and at most 1.
    base_lr, warmup_steps, warmup_begin_lr, warmup_mode
        What `LRScheduler` takes.

    Examples
    --------
    >>> from mxedu import lr_scheduler
    >>> schedule = lr_scheduler.MultiFactorScheduler([2, 5], factor=0.5, base_lr=1.0)
    >>> [schedule(t) for t in range(1, 7)]
    [1.0, 1.0, 0.5, 0.5, 0.5, 0.25]
    """

    def __init__(self, step, factor=1, base_lr=0.01, warmup_steps=0, warmup_begin_lr=0, warmup_mode="linear"):
        super().__init__(base_lr, warmup_steps, warmup_begin_lr, warmup_mode)
        if not isinstance(step, list | tuple):
            raise TypeError(f"step must be an increasing list of update numbers, got {type(step).__name__} {step!r}")
        self.step = [validate.integer("each entry of step", s, low=1) for s in step]
        if not self.step or any(a >= b for a, b in zip(self.step, self.step[1:], strict=False)):
            raise ValueError(f"step must be an increasing list of at least one update number, got {step!r}")
        self.factor = validate.real("factor", factor, above=0, high=1)

    def after_warmup(self, num_update):
        """Give the rate after the reductions made so far."""
        return self.base_lr * self.factor ** sum(num_update > s for s in self.step)


class _Descent(LRScheduler):
    """From `base_lr` at the end of the warm-up to `final_lr` at `max_update`, in the shape that `height` gives."""

    def __init__(self, max_update, base_lr, final_lr, *warmup):
        super().__init__(base_lr, *warmup)
        self.max_update = validate.integer("max_update (more than warmup_steps)", max_update, low=self.warmup_steps + 1)
        self.final_lr = validate.real("final_lr", final_lr, low=0)

    def after_warmup(self, num_update):
        """Give the rate between base_lr and final_lr."""
        done = min(1.0, (num_update - self.warmup_steps) / (self.max_update - self.warmup_steps))
        return self.final_lr + (self.base_lr - self.final_lr) * self.height(done)


class PolyScheduler(_Descent):
    """Fall from `base_lr` to `final_lr` as (1 - x)**pwr, x being the part of the way to `max_update` that is done.

    Parameters
    ----------
    max_update : int
        The update at which `final_lr` is reached; more than `warmup_steps`.
    base_lr : float, default 0.01
        The rate at the end of the warm-up.
    pwr : float, default 2
        The power; kept as `power`.
    final_lr : float, default 0
        The rate from `max_update` on.
    warmup_steps, warmup_begin_lr, warmup_mode
        What `LRScheduler` takes.

    Examples
    --------
    >>> from mxedu import lr_scheduler
    >>> schedule = lr_scheduler.PolyScheduler(4, base_lr=1.0)
    >>> [schedule(t) for t in range(1, 6)]
    [0.5625, 0.25, 0.0625, 0.0, 0.0]
    """

    def __init__(self, max_update, base_lr=0.01, pwr=2, final_lr=0, warmup_steps=0, warmup_begin_lr=0, warmup_mode="linear"):
        super().__init__(max_update, base_lr, final_lr, warmup_steps, warmup_begin_lr, warmup_mode)
        self.power = validate.real("pwr", pwr, above=0)

    def height(self, done):
        """Give the part of the way down that is left."""
        return (1 - done) ** self.power


class CosineScheduler(_Descent):
    """Fall from `base_lr` to `final_lr` along half a period of a cosine.

    Parameters
    ----------
    max_update : int
        The update at which `final_lr` is reached; more than `warmup_steps`.
    base_lr : float, default 0.01
        The rate at the end of the warm-up.
    final_lr : float, default 0
        The rate from `max_update` on.
    warmup_steps, warmup_begin_lr, warmup_mode
        What `LRScheduler` takes.

    Examples
    --------
    >>> from mxedu import lr_scheduler
    >>> schedule = lr_scheduler.CosineScheduler(10, base_lr=1.0)
    >>> [round(schedule(t), 3) for t in (0, 5, 10, 20)]
    [1.0, 0.5, 0.0, 0.0]
    """

    def __init__(self, max_update, base_lr=0.01, final_lr=0, warmup_steps=0, warmup_begin_lr=0, warmup_mode="linear"):
        super().__init__(max_update, base_lr, final_lr, warmup_steps, warmup_begin_lr, warmup_mode)

    def height(self, done):
        """Give the part of the way down that is left."""
        return (1 + math.cos(math.pi * done)) / 2


class WarmupStableDecayScheduler(_Descent):
    """Stay at `base_lr` after the warm-up, and fall in a straight line to `final_lr` over the last `decay_steps` updates.

    Until the decay begins the rate does not depend on `max_update`, so a training can be made longer. For a decay of another form chain
    a constant schedule, ``FactorScheduler(1)``, and that form with `ChainedScheduler`.

    Parameters
    ----------
    max_update : int
        The update at which `final_lr` is reached; at least ``warmup_steps + decay_steps``.
    decay_steps : int
        How many updates the decay takes.
    base_lr : float, default 0.01
        The rate between warm-up and decay.
    final_lr : float, default 0
        The rate from `max_update` on.
    warmup_steps, warmup_begin_lr, warmup_mode
        What `LRScheduler` takes.

    Examples
    --------
    >>> from mxedu import lr_scheduler
    >>> schedule = lr_scheduler.WarmupStableDecayScheduler(10, decay_steps=4, base_lr=1.0, warmup_steps=2)
    >>> [schedule(t) for t in range(1, 12)]
    [0.5, 1.0, 1.0, 1.0, 1.0, 1.0, 0.75, 0.5, 0.25, 0.0, 0.0]

    References
    ----------
    Hu et al. (2024), arXiv:2404.06395, section 4, with a linear decay.
    """

    def __init__(
        self, max_update, decay_steps, base_lr=0.01, final_lr=0, warmup_steps=0, warmup_begin_lr=0, warmup_mode="linear"
    ):  # fmt: skip
        super().__init__(max_update, base_lr, final_lr, warmup_steps, warmup_begin_lr, warmup_mode)
        self.decay_steps = validate.integer("decay_steps", decay_steps, low=1)
        if self.warmup_steps + self.decay_steps > self.max_update:
            raise ValueError(
                f"warmup_steps + decay_steps must be at most max_update, which is {self.max_update}, got {self.warmup_steps} + "
                f"{self.decay_steps}"
            )

    def after_warmup(self, num_update):
        """Give the rate before, in or after the decay."""
        left = min(1.0, max(0.0, (self.max_update - num_update) / self.decay_steps))
        return self.final_lr + (self.base_lr - self.final_lr) * left
