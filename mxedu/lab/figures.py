"""Pictures of what the package has functions for."""

import matplotlib.pyplot as plt

__all__ = ["plot_schedule"]


def plot_schedule(schedulers, updates, ax=None):
    """Draw learning rates against the number of updates, 1 for the first.

    Parameters
    ----------
    schedulers : callable, or dict of str to callable
        A scheduler, or several of them under the names that the legend gives.
    updates : int
        How many updates are drawn.
    ax : matplotlib.axes.Axes, optional
        Where to draw. Default: a new figure.

    Examples
    --------
    >>> from mxedu import lab, lr_scheduler
    >>> lab.plot_schedule({"falling": lr_scheduler.PolyScheduler(50), "any function": lambda t: 0.01 / t}, updates=60)
    """
    if ax is None:
        _, ax = plt.subplots()
    several = isinstance(schedulers, dict)
    for name, scheduler in (schedulers if several else {None: schedulers}).items():
        counts = range(1, updates + 1)
        ax.plot(counts, [scheduler(t) for t in counts], label=name)
    ax.set(xlabel="update", ylabel="learning rate")
    if several:
        ax.legend(loc="upper left", bbox_to_anchor=(1, 1))  # beside the curves: schedules fill the picture
