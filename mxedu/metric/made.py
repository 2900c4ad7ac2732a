"""Metrics made of something else: of a name, of other metrics, of a function."""

import contextlib

import numpy

from ..validate import did_you_mean, integer
from .base import EvalMetric, as_list, as_numpy, check_label_shapes
from .registry import alias, known, register

__all__ = ["CompositeEvalMetric", "CustomMetric", "create", "np"]


def create(metric, *args, **kwargs):
    """Make a metric.

    Parameters
    ----------
    metric : str, callable, list, EvalMetric or dict
        A registered name, in any case; a function as `CustomMetric` takes it; a list of all these, for a `CompositeEvalMetric`; a
        metric, given back as it is; or what `get_config` gave.
    *args, **kwargs
        The arguments of the metric; those of a list go to each of its metrics.

    Raises
    ------
    ValueError
        If the name is unknown, or a metric comes with arguments.
    TypeError
        If `metric` is something else, or the metric does not take these arguments.

    Examples
    --------
    >>> from mxedu import metric
    >>> print(metric.create(["acc", "mse"]))
    EvalMetric: {'accuracy': nan, 'mse': nan}
    >>> metric.create("top_k_acc", top_k=3).name
    'top_k_accuracy_3'
    """
    if isinstance(metric, EvalMetric):
        if args or kwargs:
            raise ValueError(f"metric is an instance of {type(metric).__name__} already: give the arguments when you make that")
        return metric
    if isinstance(metric, list | tuple):
        return CompositeEvalMetric([create(one, *args, **kwargs) for one in metric])
    if isinstance(metric, dict):
        return create(*args, **metric, **kwargs)
    if callable(metric) and not isinstance(metric, type):
        return CustomMetric(metric, *args, **kwargs)
    if not isinstance(metric, str):
        names = ", ".join(sorted(known))
        raise TypeError(f"metric must be a name ({names}), a function, a list of these, or an instance such as MSE(), got {metric!r}")
    if metric.lower() not in known:
        raise ValueError(
            f"metric {metric!r} is unknown.{did_you_mean(metric.lower(), known)} Registered are {', '.join(sorted(known))}. "
            "A class of your own becomes known by @metric.register"
        )
    return known[metric.lower()](*args, **kwargs)


@register
@alias("composite")
class CompositeEvalMetric(EvalMetric):
    """Several metrics at once; `get` gives a list of names and a list of values.

    Parameters
    ----------
    metrics : list, optional
        Metrics, or what `metric.create` makes them of.
    name : str, default 'composite'
        Its name, which is shown nowhere.
    output_names, label_names : list of str, optional
        Of the arrays in `update_dict`, those that the metrics get to see.

    Raises
    ------
    TypeError
        If `metrics` is not a list.

    Examples
    --------
    >>> from mxedu import metric, nd
    >>> both = metric.CompositeEvalMetric(["mae", metric.MSE()])
    >>> both.update(nd.array([1, 2]), nd.array([1, 4]))
    >>> both.get()
    (['mae', 'mse'], [1.0, 2.0])
    """

    def __init__(self, metrics=None, name="composite", output_names=None, label_names=None):
        if not isinstance(metrics, list | tuple | None):
            raise TypeError(f"metrics must be a list such as ['acc', 'mse'], got {type(metrics).__name__} {metrics!r}: put it into a list")
        self.metrics = [create(one) for one in metrics or []]
        super().__init__(name, output_names, label_names)

    def add(self, metric):
        """Add a metric, or what `metric.create` makes one of."""
        self.metrics.append(create(metric))

    def get_metric(self, index):
        """Give the metric of this number, from 0.

        Raises
        ------
        ValueError, TypeError
            If there is none.
        """
        if integer("index", index, low=0) >= len(self.metrics):
            raise ValueError(f"index is {index}, but there are {len(self.metrics)} metrics: count from 0")
        return self.metrics[index]

    def update(self, labels, preds):
        """Add what a batch says to each metric. If one of them fails, none of them changes."""
        with self._all_or_none():
            for metric in self.metrics:
                metric.update(labels, preds)

    def update_dict(self, label, pred):
        """Add what a batch says that comes as dicts of arrays by name. If a metric fails, none of them changes."""
        if self.label_names is not None:
            label = {name: x for name, x in label.items() if name in self.label_names}
        if self.output_names is not None:
            pred = {name: x for name, x in pred.items() if name in self.output_names}
        with self._all_or_none():
            for metric in self.metrics:
                metric.update_dict(label, pred)

    @contextlib.contextmanager
    def _all_or_none(self):
        """Put the metrics back if the block fails. Sums are replaced, not written to, so it is enough to keep the attributes."""
        before = [(metric, dict(vars(metric))) for metric in self._leaves()]
        try:
            yield
        except BaseException:
            for metric, state in before:
                vars(metric).clear()
                vars(metric).update(state)
            raise

    def _leaves(self):
        """Give the metrics that are not composite, at any depth."""
        for metric in self.metrics:
            yield from metric._leaves() if isinstance(metric, CompositeEvalMetric) else [metric]

    def reset(self):
        """Let each metric forget all batches."""
        for metric in self.metrics:
            metric.reset()

    def reset_local(self):
        """Let each metric forget all batches as far as `get` goes."""
        for metric in self.metrics:
            metric.reset_local()

    def get(self):
        """Give (list of names, list of values)."""
        return _joined(metric.get() for metric in self.metrics)

    def get_global(self):
        """Give (list of names, list of values) of all batches since the last `reset`."""
        return _joined(metric.get_global() for metric in self.metrics)

    def get_config(self):
        """Give the arguments from which `metric.create` makes this metric again, as a dict."""
        return {**super().get_config(), "metrics": [metric.get_config() for metric in self.metrics]}


def _joined(gotten):
    """Join pairs of (name or names, value or values) into (names, values)."""
    names, values = [], []
    for name, value in gotten:
        names += as_list(name)
        values += as_list(value)
    return names, values


@register
class CustomMetric(EvalMetric):
    """The mean of what a function of labels and predictions gives.

    Parameters
    ----------
    feval : callable
        ``feval(label, pred)`` gets two numpy arrays, its own copies, and gives a number, which counts as one, or (sum, count).
    name : str, optional
        Default: the name of the function; of a lambda, 'custom(<lambda>)'.
    allow_extra_outputs : bool, default False
        Whether there may be more predictions than labels; those at the end are not looked at then.
    output_names, label_names : list of str, optional
        What `update_dict` takes of the predictions and the labels.

    Raises
    ------
    TypeError
        If `feval` is not callable, or gives something else.

    Examples
    --------
    >>> from mxedu import metric, nd
    >>> def worst(label, pred):
    ...     return abs(label - pred).max()
    >>> error = metric.CustomMetric(worst)
    >>> error.update(nd.array([1, 2]), nd.array([1, 4]))
    >>> print(error)
    EvalMetric: {'worst': 2.0}
    """

    def __init__(self, feval, name=None, allow_extra_outputs=False, output_names=None, label_names=None):
        if not callable(feval):
            raise TypeError(f"feval must be a function of (label, pred), got {type(feval).__name__} {feval!r}")
        if name is None:
            name = getattr(feval, "__name__", type(feval).__name__)
            name = f"custom({name})" if "<" in name else name
        self._feval, self._allow_extra_outputs = feval, allow_extra_outputs
        super().__init__(name, output_names, label_names, has_global_stats=True)

    def update(self, labels, preds):
        """Add what the function says of a batch."""
        labels, preds = as_list(labels), as_list(preds)
        if self._allow_extra_outputs:
            preds = preds[: len(labels)]
        check_label_shapes(labels, preds)
        arrays = [(as_numpy("labels", label).copy(), as_numpy("preds", pred).copy()) for label, pred in zip(labels, preds, strict=True)]
        self._add([self._sum_and_count(self._feval(label, pred)) for label, pred in arrays])

    def _sum_and_count(self, result):
        """Give what the function gave as (sum, count)."""
        numbers = [numpy.asarray(x) for x in (result if isinstance(result, tuple) else (result, 1))]
        if len(numbers) != 2 or any(x.size != 1 or x.dtype.kind not in "biuf" for x in numbers):
            raise TypeError(
                f"feval of {self.name} must return a number or (sum, count), got {result!r}: for an array of one number a sample "
                "return its mean, or (x.sum(), x.size)"
            )
        return tuple(x.item() for x in numbers)

    def get_config(self):
        """Refuse: a function has no description."""
        raise NotImplementedError(f"{self.name} is made of a function, which has no description: make it again with CustomMetric(feval)")


def np(numpy_feval, name=None, allow_extra_outputs=False):
    """Make a `CustomMetric` of a function of numpy arrays.

    Parameters
    ----------
    numpy_feval : callable
        ``numpy_feval(label, pred)`` gives a number, or (sum, count).
    name : str, optional
        Default: the name of the function.
    allow_extra_outputs : bool, default False
        Whether there may be more predictions than labels.

    Examples
    --------
    >>> from mxedu import metric
    >>> metric.np(lambda label, pred: abs(label - pred).max(), name="worst").name
    'worst'
    """
    return CustomMetric(numpy_feval, name, allow_extra_outputs)
