"""What all metrics share: sums and counts over batches, and the names that go with them."""

import math
import operator

import numpy as np

from ..nd import NDArray

__all__ = ["EvalMetric", "check_label_shapes"]


class EvalMetric:
    """The base of metrics: a sum over batches, divided by a count.

    There are two such pairs. `reset_local` clears one, `reset` clears both; so `get` can tell of the last few batches, and
    `get_global` of the whole epoch. A metric of your own defines `update`, which adds to `sum_metric` and `num_inst`. If it adds to
    `global_sum_metric` and `global_num_inst` too, it says so with ``has_global_stats=True``; otherwise `get_global` gives what `get` gives.

    Parameters
    ----------
    name : str
        The name under which the value is given.
    output_names : list of str, optional
        What `update_dict` takes of the predictions, in this order. Default: all of them.
    label_names : list of str, optional
        The same of the labels.
    **kwargs
        `has_global_stats`, and what else `get_config` is to give.

    Raises
    ------
    TypeError
        If `output_names` or `label_names` is not a list of names.

    Examples
    --------
    >>> from mxedu import metric, nd
    >>> class Bias(metric.EvalMetric):
    ...     def update(self, labels, preds):
    ...         self.sum_metric += float((preds - labels).sum())
    ...         self.num_inst += labels.size
    >>> bias = Bias("bias")
    >>> bias.update(nd.array([1, 2]), nd.array([2, 4]))
    >>> bias.get()
    ('bias', 1.5)
    """

    _nothing = 0.0  # the sum of no batches

    def __init__(self, name, output_names=None, label_names=None, **kwargs):
        self.name = str(name)
        self.output_names = _names("output_names", output_names)
        self.label_names = _names("label_names", label_names)
        self._has_global_stats = kwargs.pop("has_global_stats", False)
        self._kwargs = kwargs
        self.reset()

    def __str__(self):
        return f"EvalMetric: {dict(self.get_name_value())}"

    def get_config(self):
        """Give the arguments from which `metric.create` makes this metric again, as a dict."""
        return {
            **self._kwargs, "metric": type(self).__name__, "name": self.name,
            "output_names": self.output_names, "label_names": self.label_names,
        }  # fmt: skip

    # Taking in batches.

    def update(self, labels, preds):
        """Add what a batch says. If this fails, it adds nothing.

        Parameters
        ----------
        labels : NDArray, numpy array, or list of them
            The labels of a batch; a list has one array for each output of the net.
        preds : NDArray, numpy array, or list of them
            The predictions: as many arrays, with as many samples along axis 0.

        Raises
        ------
        ValueError
            If numbers of samples or shapes do not fit.
        TypeError
            If something is not an array.
        """
        self._add([self._measure(label, pred) for label, pred in pairs(labels, preds)])

    def _measure(self, label, pred):
        """Give (sum, count) of one pair of numpy arrays."""
        raise NotImplementedError(f"{type(self).__name__} must define update(labels, preds)")

    def _add(self, measured):
        """Add pairs of (sum, count)."""
        for total, count in measured:
            self.sum_metric, self.num_inst = self._plus(self.sum_metric, total), self.num_inst + count
            self.global_sum_metric, self.global_num_inst = self._plus(self.global_sum_metric, total), self.global_num_inst + count

    _plus = staticmethod(operator.add)

    def update_dict(self, label, pred):
        """Add what a batch says that comes as dicts of arrays by name.

        Raises
        ------
        ValueError
            If `label_names` or `output_names` has a name that the dict lacks.
        """
        self.update(_pick("label", label, self.label_names), _pick("pred", pred, self.output_names))

    # Giving values.

    def reset(self):
        """Forget all batches."""
        self.sum_metric, self.num_inst = self._nothing, 0
        self.global_sum_metric, self.global_num_inst = self._nothing, 0

    def reset_local(self):
        """Forget all batches as far as `get` goes; `get_global` still counts them."""
        self.sum_metric, self.num_inst = self._nothing, 0

    def _value(self, total, count):
        """Give the value for a sum and a count above 0."""
        return float(total) / count  # NumPy's float32, which an `update` of one's own may add up, would show itself as such

    def get(self):
        """Give (name, value) of the batches since the last reset of either kind; nan if there were none."""
        return self.name, self._value(self.sum_metric, self.num_inst) if self.num_inst else math.nan

    def get_global(self):
        """Give (name, value) of the batches since the last `reset`."""
        if not self._has_global_stats:
            return self.get()
        return self.name, self._value(self.global_sum_metric, self.global_num_inst) if self.global_num_inst else math.nan

    def get_name_value(self):
        """Give what `get` gives as a list of (name, value)."""
        return list(zip(*map(as_list, self.get()), strict=True))

    def get_global_name_value(self):
        """Give what `get_global` gives as a list of (name, value)."""
        return list(zip(*map(as_list, self.get_global()), strict=True))


def check_label_shapes(labels, preds, wrap=False, shape=False):
    """Check that there are as many labels as predictions; give (labels, preds).

    Parameters
    ----------
    labels, preds : list or array
        What to compare.
    wrap : bool, default False
        Give an array back as a list of one.
    shape : bool, default False
        Compare shapes instead of lengths.

    Raises
    ------
    ValueError
        If they differ.

    Examples
    --------
    >>> from mxedu import metric, nd
    >>> metric.check_label_shapes(nd.ones(2), nd.ones(3))
    Traceback (most recent call last):
        ...
    ValueError: labels have length 2 but preds have length 3: give one label for each prediction
    """
    what, of = ("shape", lambda x: x.shape) if shape else ("length", len)
    if of(labels) != of(preds):
        raise ValueError(f"labels have {what} {of(labels)} but preds have {what} {of(preds)}: give one label for each prediction")
    return tuple([x] if wrap and isinstance(x, NDArray | np.ndarray) else x for x in (labels, preds))


def _names(argument, names):
    """Check a list of names, or None; a string would be taken apart into letters."""
    if names is not None and not (isinstance(names, list | tuple) and all(isinstance(name, str) for name in names)):
        raise TypeError(f"{argument} must be a list of names such as ['output'], or None, got {names!r}")
    return names


def _pick(argument, arrays, names):
    """Give the arrays of a dict that have these names, in the order of the names; all if there are none."""
    if names is None:
        return list(arrays.values())
    if missing := [name for name in names if name not in arrays]:
        raise ValueError(f"{argument} has no {', '.join(map(repr, missing))}, but this metric asks for {names}: it has {list(arrays)}")
    return [arrays[name] for name in names]


# What updates are made of.


def as_list(x):
    """Give a list as it is, and everything else as a list of one."""
    return x if isinstance(x, list | tuple) else [x]


def as_numpy(argument, x):
    """Give the numbers of an array."""
    data = x._data if isinstance(x, NDArray) else x
    if not isinstance(data, np.ndarray) or data.dtype.kind not in "biuf":
        raise TypeError(
            f"{argument} must be an NDArray, a numpy array of numbers, or a list of them, got {type(x).__name__} {x!r}: use nd.array(...)"
        )
    return data


def pairs(labels, preds):
    """Give the pairs of label and prediction as numpy arrays; those without samples are left out."""
    labels, preds = check_label_shapes(as_list(labels), as_list(preds))
    labels = [np.atleast_1d(as_numpy("labels", label)) for label in labels]
    preds = [np.atleast_1d(as_numpy("preds", pred)) for pred in preds]
    return [check_label_shapes(label, pred) for label, pred in zip(labels, preds, strict=True) if len(label) or len(pred)]


def class_numbers(argument, x, remedy):
    """Give class numbers as integers; a fraction is no class number."""
    whole = np.isfinite(x) & (x == np.trunc(x))
    if not whole.all():
        raise ValueError(f"{argument} of shape {x.shape} must be class numbers, but {x[~whole][0]} is not whole: {remedy}")
    return x.astype(np.int64)


def check_axis(pred, axis):
    """Check that the predictions have the axis along which the classes lie."""
    if axis not in range(-pred.ndim, pred.ndim):
        raise ValueError(f"axis is {axis!r}, but preds have shape {pred.shape}: give one score a class, and the axis along which they lie")


def check_average(average):
    """Check a way of averaging; give it back."""
    if average not in ("macro", "micro"):
        raise ValueError(f"average must be 'macro' (the mean over batches) or 'micro' (all samples together), got {average!r}")
    return average
