"""Metrics of class numbers: how many predictions are right, and how predictions and labels go together."""

import numpy as np

from .. import validate
from .base import EvalMetric, check_average, check_axis, class_numbers, pairs
from .registry import alias, register

__all__ = ["F1", "MCC", "PCC", "Accuracy", "TopKAccuracy"]

WHOLE = "give the number of the class of each sample"


def predicted_classes(label, pred, axis=1):
    """Give the class numbers that predictions of the labels' shape are, or that have the largest of the scores along the axis."""
    if pred.shape == label.shape:
        return class_numbers("preds", pred, "make class numbers of probabilities, as preds > 0.5 does, or give one score a class")
    check_axis(pred, axis)
    if pred.shape[axis] == 1:
        raise ValueError(
            f"preds of shape {pred.shape} have one score a sample, so class 0 would always win; for two classes use "
            f"preds.reshape({label.shape}) > 0.5"
        )
    classes = pred.argmax(axis)
    if classes.size != label.size:
        raise ValueError(
            f"labels of shape {label.shape} do not fit preds of shape {pred.shape}: one label is needed for each set of scores along "
            f"axis {axis}; for the last axis use Accuracy(axis=-1)"
        )
    return classes


@register
@alias("acc")
class Accuracy(EvalMetric):
    """The part of the samples whose predicted class is the label.

    Predictions of the labels' shape are class numbers; others have one score a class, and the largest wins, the first of equals. Fractions
    among class numbers are an error, and so is one score a sample; MXNet cuts fractions off, and predicts class 0 always.

    Parameters
    ----------
    axis : int, default 1
        The axis of the predictions along which the scores of the classes lie.
    name : str, default 'accuracy'
        The name under which the value is given.
    output_names, label_names : list of str, optional
        What `update_dict` takes of the predictions and the labels.

    Examples
    --------
    >>> from mxedu import metric, nd
    >>> accuracy = metric.Accuracy()
    >>> accuracy.update(nd.array([1, 0, 1, 1]), nd.array([[0.1, 0.9], [0.8, 0.2], [0.7, 0.3], [0, 1]]))
    >>> accuracy.get()
    ('accuracy', 0.75)
    """

    def __init__(self, axis=1, name="accuracy", output_names=None, label_names=None):
        self.axis = axis
        super().__init__(name, output_names, label_names, axis=axis, has_global_stats=True)

    def _measure(self, label, pred):
        classes = predicted_classes(label, pred, self.axis)
        return int((class_numbers("labels", label, WHOLE).reshape(-1) == classes.reshape(-1)).sum()), label.size


@register
@alias("top_k_accuracy", "top_k_acc")
class TopKAccuracy(EvalMetric):
    """The part of the samples whose label is among the `top_k` classes with the largest scores.

    Of equal scores, those of lower class numbers come first. Predictions have shape (samples, classes); MXNet takes class numbers too,
    and gives wrong values for them.

    Parameters
    ----------
    top_k : int, default 1
        How many classes may be named; at least 2, so it has to be given.
    name : str, default 'top_k_accuracy'
        The name, to which ``_<top_k>`` is added.
    output_names, label_names : list of str, optional
        What `update_dict` takes of the predictions and the labels.

    Raises
    ------
    ValueError, TypeError
        If `top_k` is not an integer of at least 2.

    Examples
    --------
    >>> from mxedu import metric, nd
    >>> top2 = metric.TopKAccuracy(top_k=2)
    >>> top2.update(nd.array([0, 2]), nd.array([[0.3, 0.2, 0.5], [0.4, 0.5, 0.1]]))
    >>> top2.get()
    ('top_k_accuracy_2', 0.5)
    """

    def __init__(self, top_k=1, name="top_k_accuracy", output_names=None, label_names=None):
        self.top_k = validate.integer("top_k (for 1 use Accuracy)", top_k, low=2)
        self._stem = name
        super().__init__(f"{name}_{top_k}", output_names, label_names, top_k=self.top_k, has_global_stats=True)

    def get_config(self):
        """Give the arguments from which `metric.create` makes this metric again, as a dict."""
        return {**super().get_config(), "name": self._stem}

    def _measure(self, label, pred):
        if pred.ndim != 2 or label.size != len(pred) or pred.shape[1] < self.top_k:
            raise ValueError(
                f"preds must have shape (samples, classes) with at least top_k={self.top_k} classes and labels one class number a sample, "
                f"but they have shapes {pred.shape} and {label.shape}: give the scores of all classes"
            )
        first = np.argsort(-pred.astype(np.float64), axis=1, kind="stable")[:, : self.top_k]
        return int((first == class_numbers("labels", label, WHOLE).reshape(-1, 1)).sum()), label.size


class _Binary(EvalMetric):
    """A score of the counts of two classes; 1 is the one to be found."""

    def __init__(self, name, output_names, label_names, average):
        self.average = check_average(average)
        super().__init__(name, output_names, label_names, average=average, has_global_stats=True)

    def update(self, labels, preds):
        """Add what a batch says; the arrays of a list count as one."""
        measured = [self._measure(label, pred) for label, pred in pairs(labels, preds)]
        if measured and self.average == "macro":
            measured = [(self._score(sum(found for found, _ in measured)), 1)]
        self._add(measured)

    def _measure(self, label, pred):
        said = predicted_classes(label, pred).reshape(-1)
        true = class_numbers("labels", label, WHOLE).reshape(-1)
        classes = set(np.unique(true).tolist())
        if not (classes <= {0, 1} or classes <= {-1, 1}):
            raise ValueError(f"labels must be 0 and 1, or -1 and 1, for two classes, but are {sorted(classes)}: for more classes use PCC")
        return counts((true == 1).astype(np.intp), (said == 1).astype(np.intp), 2), true.size

    def _value(self, total, count):
        return self._score(total) if self.average == "micro" else total / count


def counts(true, said, length):
    """Give three counts for each class: of samples that have it, that are said to have it, and both."""
    return np.stack([np.bincount(classes, minlength=length) for classes in (true, said, true[true == said])])


def correlation(found):
    """Give the correlation of classes (Gorodkin, Computational Biology and Chemistry 28, 2004); nan if one does not vary."""
    true, said, both = found.astype(np.float64)
    n = true.sum()
    scale = np.sqrt(true @ (n - true)) * np.sqrt(said @ (n - said))
    return float((n * both.sum() - true @ said) / scale) if scale else np.nan


@register
class F1(_Binary):
    """The harmonic mean of precision and recall, 2 tp / (2 tp + fp + fn); 0 if class 1 neither occurs nor is predicted.

    Labels are 0 and 1, or -1 and 1; predictions are as `Accuracy` takes them, and every class but 1 is a miss.

    Parameters
    ----------
    name : str, default 'f1'
        The name under which the value is given.
    output_names, label_names : list of str, optional
        What `update_dict` takes of the predictions and the labels.
    average : {'macro', 'micro'}, default 'macro'
        The mean of the scores of batches, or the score of all samples together.

    Raises
    ------
    ValueError
        If `average` is something else.

    Examples
    --------
    >>> from mxedu import metric, nd
    >>> f1 = metric.F1()
    >>> f1.update(nd.array([1, 1, 0, 0]), nd.array([1, 0, 1, 0]))
    >>> f1.get()
    ('f1', 0.5)
    """

    def __init__(self, name="f1", output_names=None, label_names=None, average="macro"):
        super().__init__(name, output_names, label_names, average)

    def _score(self, found):
        true, said, both = found[:, 1].tolist()
        return 2 * both / (true + said) if true + said else 0.0


@register
class MCC(_Binary):
    """Matthews' correlation of two classes (Biochimica et Biophysica Acta 405, 1975); 0 if labels or predictions do not vary.

    It is 1 if all is right, -1 if all is wrong, and about 0 for guesses, however rare class 1 is. Labels and predictions are as `F1` takes
    them.

    Parameters
    ----------
    name : str, default 'mcc'
        The name under which the value is given.
    output_names, label_names : list of str, optional
        What `update_dict` takes of the predictions and the labels.
    average : {'macro', 'micro'}, default 'macro'
        The mean of the scores of batches, or the score of all samples together.

    Raises
    ------
    ValueError
        If `average` is something else.

    Examples
    --------
    >>> from mxedu import metric, nd
    >>> mcc = metric.MCC()
    >>> mcc.update(nd.array([1, 1, 0, 0]), nd.array([[0.2, 0.8], [0.4, 0.6], [0.9, 0.1], [0.3, 0.7]]))
    >>> print(f"{mcc.get()[1]:.4f}")
    0.5774
    """

    def __init__(self, name="mcc", output_names=None, label_names=None, average="macro"):
        super().__init__(name, output_names, label_names, average)

    def _score(self, found):
        return float(np.nan_to_num(correlation(found)))


@register
class PCC(EvalMetric):
    """The correlation of any number of classes, over all samples together; for two of them it is `MCC`, but nan where nothing varies.

    Predictions are as `Accuracy` takes them.

    Parameters
    ----------
    name : str, default 'pcc'
        The name under which the value is given.
    output_names, label_names : list of str, optional
        What `update_dict` takes of the predictions and the labels.
    has_global_stats : bool, default True
        Whether `get_global` looks beyond `reset_local`.

    Examples
    --------
    >>> from mxedu import metric, nd
    >>> pcc = metric.PCC()
    >>> pcc.update(nd.array([0, 1, 2, 2]), nd.array([0, 1, 2, 0]))
    >>> print(f"{pcc.get()[1]:.4f}")
    0.7000
    """

    _nothing = np.zeros((3, 0), np.intp)

    def __init__(self, name="pcc", output_names=None, label_names=None, has_global_stats=True):
        super().__init__(name, output_names, label_names, has_global_stats=has_global_stats)

    def _measure(self, label, pred):
        said = predicted_classes(label, pred).reshape(-1)
        true = class_numbers("labels", label, WHOLE).reshape(-1)
        if (least := min(true.min(), said.min())) < 0:
            raise ValueError(f"labels and preds must be class numbers from 0 on, but one is {least}: leave such samples out")
        return counts(true, said, max(true.max(), said.max()) + 1), true.size

    @staticmethod
    def _plus(a, b):
        """Add counts of perhaps different numbers of classes."""
        length = max(a.shape[1], b.shape[1])
        return sum(np.pad(x, ((0, 0), (0, length - x.shape[1]))) for x in (a, b))

    def _value(self, total, count):
        return correlation(total)
