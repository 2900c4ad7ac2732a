"""Learning-rate schedules: pure functions of the number of updates, 1 for the first.

Any callable serves as an optimizer's `lr_scheduler`. These have MXNet's names and values. They keep no state: ask them in any order,
change `base_lr` at any time, resume at any count.
"""

import math

from . import validate

__all__ = ["CosineScheduler", "FactorScheduler", "LRScheduler", "MultiFactorScheduler", "PolyScheduler"]


class LRScheduler:
    """The base: a warm-up, then what `after_warmup` gives.

    Parameters
    ----------
    base_lr : float, default 0.01
        The learning rate that the schedule starts from, and that the warm-up leads to.
    warmup_steps : int, default 0
        How many updates the warm-up takes.
    warmup_begin_lr : float, default 0
        The learning rate at its start, at most `base_lr`.
    warmup_mode : {'linear', 'constant'}, default 'linear'
        Whether the warm-up rises from `warmup_begin_lr` to `base_lr`, or stays at `warmup_begin_lr`.
    """

    def __init__(self, base_lr=0.01, warmup_steps=0, warmup_begin_lr=0, warmup_mode="linear"):
        self.base_lr = validate.real("base_lr", base_lr, low=0)
        self.warmup_steps = validate.integer("warmup_steps", warmup_steps, low=0)
        self.warmup_begin_lr = validate.real("warmup_begin_lr (at most base_lr)", warmup_begin_lr, low=0, high=base_lr)
        if warmup_mode not in ("linear", "constant"):
            raise ValueError(f"warmup_mode must be 'linear' or 'constant', got {warmup_mode!r}")
        self.warmup_mode = warmup_mode

    def after_warmup(self, num_update):
        """Give the learning rate of an update after the warm-up."""
        raise NotImplementedError(f"{type(self).__name__} must define after_warmup(num_update)")

    def __call__(self, num_update):
        """Give the learning rate of an update."""
        if num_update >= self.warmup_steps:
            return self.after_warmup(num_update)
        if self.warmup_mode == "constant":
            return self.warmup_begin_lr
        return self.warmup_begin_lr + (self.base_lr - self.warmup_begin_lr) * num_update / self.warmup_steps


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
    **kwargs
        What `LRScheduler` takes.
    """

    def __init__(self, step, factor=1, stop_factor_lr=1e-8, **kwargs):
        super().__init__(**kwargs)
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
    **kwargs
        What `LRScheduler` takes.
    """

    def __init__(self, step, factor=1, **kwargs):
        super().__init__(**kwargs)
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

    def __init__(self, max_update, base_lr=0.01, final_lr=0, **kwargs):
        super().__init__(base_lr=base_lr, **kwargs)
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
        The power.
    final_lr : float, default 0
        The rate from `max_update` on.
    **kwargs
        What `LRScheduler` takes.
    """

    def __init__(self, max_update, base_lr=0.01, pwr=2, final_lr=0, **kwargs):
        super().__init__(max_update, base_lr, final_lr, **kwargs)
        self.pwr = validate.real("pwr", pwr, above=0)

    def height(self, done):
        """Give the part of the way down that is left."""
        return (1 - done) ** self.pwr


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
    **kwargs
        What `LRScheduler` takes.

    Examples
    --------
    >>> from mxedu.lr_scheduler import CosineScheduler
    >>> schedule = CosineScheduler(10, base_lr=1.0)
    >>> [round(schedule(t), 3) for t in (0, 5, 10, 20)]
    [1.0, 0.5, 0.0, 0.0]
    """

    def height(self, done):
        """Give the part of the way down that is left."""
        return (1 + math.cos(math.pi * done)) / 2
