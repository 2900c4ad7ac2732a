"""Metrics of numbers: how far predictions are from labels, how they vary together, and the mean of a loss."""

import numpy as np

from .base import EvalMetric, as_list, as_numpy, check_average, check_label_shapes
from .registry import alias, register

__all__ = ["MAE", "MSE", "RMSE", "Loss", "PearsonCorrelation"]


def difference(label, pred):
    """Give label - pred in float64; arrays of one axis are columns, and an axis of length 1 is repeated."""
    label, pred = (x.reshape(-1, 1) if x.ndim == 1 else x for x in (label, pred))
    if label.ndim != pred.ndim or any(a != b and 1 not in (a, b) for a, b in zip(label.shape, pred.shape, strict=True)):
        raise ValueError(f"labels of shape {label.shape} do not fit preds of shape {pred.shape}: use labels.reshape(preds.shape)")
    return label.astype(np.float64) - pred


@register
class MAE(EvalMetric):
    """The mean absolute error of each array, averaged over arrays: a small last batch counts as much as a full one.

    Labels and predictions have the same shape; arrays of one axis are columns, and an axis of length 1 is repeated as NumPy does it.
    Computed in float64, so integers cannot wrap around as they do in MXNet.

    Parameters
    ----------
    name : str, default 'mae'
        The name under which the value is given.
    output_names, label_names : list of str, optional
        What `update_dict` takes of the predictions and the labels.

    Examples
    --------
    >>> from mxedu import metric, nd
    >>> mae = metric.MAE()
    >>> mae.update(nd.array([1, 2]), nd.array([[1], [4]]))
    >>> mae.get()
    ('mae', 1.0)
    """

    def __init__(self, name="mae", output_names=None, label_names=None):
        super().__init__(name, output_names, label_names, has_global_stats=True)

    def _measure(self, label, pred):
        return float(abs(difference(label, pred)).mean()), 1


@register
class MSE(EvalMetric):
    """The mean squared error of each array, averaged over arrays; see `MAE` for shapes and weights.

    Parameters
    ----------
    name : str, default 'mse'
        The name under which the value is given.
    output_names, label_names : list of str, optional
        What `update_dict` takes of the predictions and the labels.

    Examples
    --------
    >>> from mxedu import metric, nd
    >>> mse = metric.MSE()
    >>> mse.update(nd.array([1, 2]), nd.array([1, 4]))
    >>> mse.get()
    ('mse', 2.0)
    """

    def __init__(self, name="mse", output_names=None, label_names=None):
        super().__init__(name, output_names, label_names, has_global_stats=True)

    def _measure(self, label, pred):
        return float(np.square(difference(label, pred)).mean()), 1


@register
class RMSE(EvalMetric):
    """The root of the mean squared error of each array, averaged over arrays; see `MAE` for shapes and weights.

    The mean of roots is not the root of the mean: over several batches this is not the root of what `MSE` gives.

    Parameters
    ----------
    name : str, default 'rmse'
        The name under which the value is given.
    output_names, label_names : list of str, optional
        What `update_dict` takes of the predictions and the labels.

    Examples
    --------
    >>> from mxedu import metric, nd
    >>> rmse = metric.RMSE()
    >>> rmse.update(nd.zeros(2), nd.array([3, 3]))
    >>> rmse.update(nd.zeros(2), nd.array([5, 5]))
    >>> rmse.get()
    ('rmse', 4.0)
    """

    def __init__(self, name="rmse", output_names=None, label_names=None):
        super().__init__(name, output_names, label_names, has_global_stats=True)

    def _measure(self, label, pred):
        return float(np.sqrt(np.square(difference(label, pred)).mean())), 1


@register
@alias("pearsonr")
class PearsonCorrelation(EvalMetric):
    """Pearson's correlation of labels and predictions of the same shape; nan where one of them does not vary.

    Parameters
    ----------
    name : str, default 'pearsonr'
        The name under which the value is given.
    output_names, label_names : list of str, optional
        What `update_dict` takes of the predictions and the labels.
    average : {'macro', 'micro'}, default 'macro'
        The mean of the correlations of the arrays, of which one nan makes a nan; or the correlation of all numbers together. With
        'micro', `reset_local` and `get_global` do not work in MXNet; here they do.

    Raises
    ------
    ValueError
        If `average` is something else.

    Examples
    --------
    >>> from mxedu import metric, nd
    >>> r = metric.PearsonCorrelation()
    >>> r.update(nd.array([1, 2, 3]), nd.array([10, 20, 30]))
    >>> print(f"{r.get()[1]:.3f}")
    1.000
    """

    def __init__(self, name="pearsonr", output_names=None, label_names=None, average="macro"):
        self.average = check_average(average)
        if average == "micro":
            self._nothing, self._plus = np.zeros(6), _pooled
        super().__init__(name, output_names, label_names, average=average, has_global_stats=True)

    def _measure(self, label, pred):
        check_label_shapes(label, pred, shape=True)
        moments = _moments(label, pred)
        return (moments, 1) if self.average == "micro" else (_correlation(moments), 1)

    def _value(self, total, count):
        return _correlation(total) if self.average == "micro" else total / count


def _moments(x, y):
    """Give the number of elements, the means, and the sums of products of deviations xx, yy, xy."""
    x, y = x.astype(np.float64).reshape(-1), y.astype(np.float64).reshape(-1)
    deviation_x, deviation_y = x - x[0], y - y[0]  # from the first: exactly 0 if all are equal
    mean_x, mean_y = deviation_x.mean(), deviation_y.mean()
    deviation_x, deviation_y = deviation_x - mean_x, deviation_y - mean_y
    products = deviation_x @ deviation_x, deviation_y @ deviation_y, deviation_x @ deviation_y
    return np.array([x.size, x[0] + mean_x, y[0] + mean_y, *products])


def _pooled(a, b):
    """Give the moments of two sets together (Chan, Golub and LeVeque, The American Statistician 37, 1983)."""
    if not a[0]:
        return b
    n = a[0] + b[0]
    dx, dy = b[1:3] - a[1:3]
    mean_x, mean_y = a[1] + dx * b[0] / n, a[2] + dy * b[0] / n
    return np.array([n, mean_x, mean_y, *(a[3:] + b[3:] + np.array([dx * dx, dy * dy, dx * dy]) * a[0] * b[0] / n)])


def _correlation(moments):
    """Give xy / sqrt(xx * yy); nan if one of them does not vary."""
    xx, yy, xy = moments[3:]
    scale = np.sqrt(xx) * np.sqrt(yy)
    return float(np.clip(xy / scale, -1, 1)) if scale != 0 else np.nan


@register
class Loss(EvalMetric):
    """The mean of all elements of the predictions, which are losses. Labels are not looked at.

    Parameters
    ----------
    name : str, default 'loss'
        The name under which the value is given.
    output_names, label_names : list of str, optional
        What `update_dict` takes of the predictions; the labels do not matter.

    Examples
    --------
    >>> from mxedu import metric, nd
    >>> loss = metric.Loss()
    >>> loss.update(None, nd.array([1, 2]))
    >>> loss.update(None, nd.array([6]))
    >>> loss.get()
    ('loss', 3.0)
    """

    def __init__(self, name="loss", output_names=None, label_names=None):
        super().__init__(name, output_names, label_names, has_global_stats=True)

    def update(self, labels, preds):
        """Add the losses of a batch."""
        arrays = [as_numpy("preds", pred) for pred in as_list(preds)]
        self._add([(float(x.sum(dtype=np.float64)), x.size) for x in arrays])
