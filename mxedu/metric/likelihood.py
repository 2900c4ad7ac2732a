"""Metrics of the probabilities that predictions give to the labels."""

import math

import numpy as np

from .. import validate
from .base import EvalMetric, check_axis, class_numbers
from .registry import alias, register

__all__ = ["CrossEntropy", "NegativeLogLikelihood", "Perplexity"]


def probabilities(label, pred, axis=-1, ignore_label=None):
    """Give the probability of each label that is not ignored, as a float64 array of one axis."""
    check_axis(pred, axis)
    rows = np.moveaxis(pred, axis, -1).reshape(-1, pred.shape[axis])
    classes = class_numbers("labels", label, "give the number of the class of each sample").reshape(-1)
    if len(classes) != len(rows):
        raise ValueError(
            f"labels of shape {label.shape} do not fit preds of shape {pred.shape}: one class number is needed for each distribution "
            f"along axis {axis}; of one-hot labels use labels.argmax(axis={axis})"
        )
    if (pred < 0).any():
        raise ValueError(f"preds must be probabilities, but the smallest is {pred.min()}: apply a softmax to scores, exp to logarithms")
    if ignore_label is not None:
        kept = classes != ignore_label
        rows, classes = rows[kept], classes[kept]
    outside = classes[(classes < 0) | (classes >= rows.shape[1])]
    if outside.size:
        raise ValueError(
            f"labels must be class numbers from 0 to {rows.shape[1] - 1}, since preds have shape {pred.shape}, but one is {outside[0]}: "
            f"correct it, or leave such samples out, as Perplexity(ignore_label={outside[0]}) does"
        )
    return rows[np.arange(len(classes)), classes].astype(np.float64)


@register
@alias("ce")
class CrossEntropy(EvalMetric):
    """The mean over samples of -log(p + eps), p being the probability given to the label. Classes lie along the last axis.

    A label that is no class is an error; MXNet takes -1 for the last class.

    Parameters
    ----------
    eps : float, default 1e-12
        Keeps the logarithm of 0 finite. Computed in float64, so it does so for float16 predictions too.
    name : str, default 'cross-entropy'
        The name under which the value is given.
    output_names, label_names : list of str, optional
        What `update_dict` takes of the predictions and the labels.

    Raises
    ------
    ValueError, TypeError
        If `eps` is not a number of at least 0.

    Examples
    --------
    >>> from mxedu import metric, nd
    >>> ce = metric.CrossEntropy()
    >>> ce.update(nd.array([0, 1]), nd.array([[0.5, 0.5], [0.75, 0.25]]))
    >>> print(f"{ce.get()[1]:.4f}")
    1.0397
    """

    def __init__(self, eps=1e-12, name="cross-entropy", output_names=None, label_names=None):
        self.eps = validate.real("eps", eps, low=0)
        super().__init__(name, output_names, label_names, eps=eps, has_global_stats=True)

    def _measure(self, label, pred):
        p = probabilities(label, pred)
        with np.errstate(divide="ignore"):  # eps may be 0
            return float(-np.log(p + self.eps).sum()), p.size


@register
@alias("nll_loss")
class NegativeLogLikelihood(CrossEntropy):
    """The same number as `CrossEntropy`, from probabilities and not from their logarithms, under its name in statistics.

    Parameters
    ----------
    eps : float, default 1e-12
        Keeps the logarithm of 0 finite.
    name : str, default 'nll-loss'
        The name under which the value is given.
    output_names, label_names : list of str, optional
        What `update_dict` takes of the predictions and the labels.

    Examples
    --------
    >>> from mxedu import metric, nd
    >>> nll = metric.NegativeLogLikelihood(name="nll")
    >>> nll.update(nd.array([1]), nd.array([[0.5, 0.5]]))
    >>> print(f"{nll.get()[1]:.4f}")
    0.6931
    """

    def __init__(self, eps=1e-12, name="nll-loss", output_names=None, label_names=None):
        super().__init__(eps, name, output_names, label_names)


@register
class Perplexity(EvalMetric):
    """e to the power of the mean of -log p, p being the probability given to the label, at least 1e-10.

    A net that chooses evenly among n classes has perplexity n. A label that is no class is an error, unless it is `ignore_label`; MXNet
    takes the nearest class for it.

    Parameters
    ----------
    ignore_label : int or None
        Samples of this label do not count, such as padding.
    axis : int, default -1
        The axis of the predictions along which the classes lie. Others than the last do not work in MXNet; here they do.
    name : str, default 'perplexity'
        The name under which the value is given.
    output_names, label_names : list of str, optional
        What `update_dict` takes of the predictions and the labels.

    Examples
    --------
    >>> from mxedu import metric, nd
    >>> perplexity = metric.Perplexity(ignore_label=-1)
    >>> perplexity.update(nd.array([2, 0, -1]), nd.full((3, 4), 0.25))
    >>> perplexity.get()
    ('perplexity', 4.0)
    """

    def __init__(self, ignore_label, axis=-1, name="perplexity", output_names=None, label_names=None):
        self.ignore_label = None if ignore_label is None else validate.real("ignore_label (a class number or None)", ignore_label)
        self.axis = axis
        super().__init__(name, output_names, label_names, ignore_label=ignore_label, axis=axis, has_global_stats=True)

    def _measure(self, label, pred):
        p = probabilities(label, pred, self.axis, self.ignore_label)
        return float(-np.log(np.maximum(p, 1e-10)).sum()), p.size

    def _value(self, total, count):
        return math.exp(total / count)
