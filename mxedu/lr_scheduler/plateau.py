"""The schedule that looks at how well the training goes."""

from .. import validate
from .base import LRScheduler

__all__ = ["PlateauScheduler"]


class PlateauScheduler(LRScheduler):
    """Multiply the rate by `factor` when a metric no longer improves.

    This is the one schedule with a memory. Tell it the metric after each evaluation with `update`; in between, and whatever the count,
    the rate is base_lr * factor**reductions, not below `stop_factor_lr`. The memory is the attributes `best`, `waited`, `resting` and
    `reductions`, which `Trainer.save_states` saves.

    Parameters
    ----------
    factor : float, default 0.1
        The factor, above 0 and below 1.
    patience : int, default 10
        How many evaluations in a row without a new best are borne; one more, and the rate is reduced.
    mode : {'min', 'max'}, default 'min'
        Whether a smaller or a greater metric is better.
    threshold : float, default 0
        A new best is better than the old one by more than this, in units of the metric.
    cooldown : int, default 0
        How many evaluations after a reduction do not count as waiting.
    stop_factor_lr : float, default 1e-8
        No reduction leads below this.
    base_lr, warmup_steps, warmup_begin_lr, warmup_mode
        What `LRScheduler` takes.

    Examples
    --------
    >>> from mxedu import lr_scheduler
    >>> schedule = lr_scheduler.PlateauScheduler(factor=0.5, patience=1, base_lr=1.0)
    >>> for validation_loss in (3.0, 2.0, 2.1, 2.2):
    ...     schedule.update(validation_loss)
    >>> schedule(100)
    0.5
    """

    def __init__(
        self, factor=0.1, patience=10, mode="min", threshold=0, cooldown=0, stop_factor_lr=1e-8, base_lr=0.01, warmup_steps=0,
        warmup_begin_lr=0, warmup_mode="linear",
    ):  # fmt: skip
        super().__init__(base_lr, warmup_steps, warmup_begin_lr, warmup_mode)
        self.factor = validate.real("factor", factor, above=0, below=1)
        self.patience = validate.integer("patience", patience, low=0)
        if mode not in ("min", "max"):
            raise ValueError(f"mode must be 'min' or 'max', got {mode!r}")
        self.mode = mode
        self.threshold = validate.real("threshold", threshold, low=0)
        self.cooldown = validate.integer("cooldown", cooldown, low=0)
        self.stop_factor_lr = validate.real("stop_factor_lr", stop_factor_lr, low=0)
        self.best = None
        self.waited = self.resting = self.reductions = 0

    def update(self, metric):
        """Take in the metric of an evaluation, as a metric's `update` takes in a batch.

        A call of its own, because the optimizer asks for the rate at every update and whenever it is read: asking must change nothing.

        Parameters
        ----------
        metric : float
            Such as ``metric.get()[1]``, or ``float(x)`` of an NDArray.

        Raises
        ------
        TypeError, ValueError
            If it is not a finite number. Nothing is changed then.
        """
        metric = validate.real("metric", metric)
        better = self.best is None or (metric - self.best) * (1 if self.mode == "max" else -1) > self.threshold
        if better:
            self.best = metric
        self.waited = 0 if better or self.resting else self.waited + 1
        self.resting = max(0, self.resting - 1)
        if self.waited > self.patience:
            self.reductions += 1
            self.waited, self.resting = 0, self.cooldown

    def after_warmup(self, num_update):
        """Give the present rate."""
        return min(self.base_lr, max(self.base_lr * self.factor**self.reductions, self.stop_factor_lr))
