"""The base of all schedules: the warm-up."""

from .. import validate

__all__ = ["LRScheduler"]


class LRScheduler:
    """The base: a warm-up, then what `after_warmup` gives.

    A schedule of your own defines `after_warmup`. One written for MXNet, which defines `__call__` and asks `get_warmup_lr` itself,
    works too.

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

    Examples
    --------
    >>> from mxedu import lr_scheduler
    >>> class SquareRoot(lr_scheduler.LRScheduler):
    ...     def after_warmup(self, num_update):
    ...         return self.base_lr * (self.warmup_steps / num_update) ** 0.5
    >>> schedule = SquareRoot(base_lr=1.0, warmup_steps=4)
    >>> [schedule(t) for t in (1, 2, 4, 16, 64)]
    [0.25, 0.5, 1.0, 0.5, 0.25]
    """

    def __init__(self, base_lr=0.01, warmup_steps=0, warmup_begin_lr=0, warmup_mode="linear"):
        self.base_lr = validate.real("base_lr", base_lr, low=0)
        self.warmup_steps = validate.integer("warmup_steps", warmup_steps, low=0)
        self.warmup_begin_lr = validate.real("warmup_begin_lr (at most base_lr)", warmup_begin_lr, low=0, high=base_lr)
        if warmup_mode not in ("linear", "constant"):
            raise ValueError(f"warmup_mode must be 'linear' or 'constant', got {warmup_mode!r}")
        self.warmup_mode = warmup_mode

    @property
    def warmup_final_lr(self):
        """The rate that the warm-up leads to: the present `base_lr`."""
        return self.base_lr

    def get_warmup_lr(self, num_update):
        """Give the learning rate of an update of the warm-up.

        Raises
        ------
        ValueError
            If the warm-up is over by then.
        """
        if num_update >= self.warmup_steps:
            raise ValueError(f"num_update must be less than warmup_steps, which is {self.warmup_steps}, got {num_update!r}")
        if self.warmup_mode == "constant":
            return self.warmup_begin_lr
        return self.warmup_begin_lr + (self.warmup_final_lr - self.warmup_begin_lr) * num_update / self.warmup_steps

    def after_warmup(self, num_update):
        """Give the learning rate of an update after the warm-up."""
        raise NotImplementedError(f"{type(self).__name__} must define after_warmup(num_update), or __call__(num_update)")

    def __call__(self, num_update):
        """Give the learning rate of an update."""
        return self.get_warmup_lr(num_update) if num_update < self.warmup_steps else self.after_warmup(num_update)
