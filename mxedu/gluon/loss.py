"""Losses. Each gives one number a sample: the average over all axes but the batch axis."""

import functools

from .. import validate
from ..nd import NDArray, ops
from .block import Block, check_input

__all__ = ["L2Loss", "Loss"]


class Loss(Block):
    """The base of losses.

    Parameters
    ----------
    weight : float
        A factor of the loss.
    batch_axis : int
        The axis along which the samples lie.
    """

    def __init__(self, weight, batch_axis, **kwargs):
        super().__init__(**kwargs)
        self._weight = validate.real("weight", weight)
        self._batch_axis = batch_axis

    def __repr__(self):
        return f"{type(self).__name__}(batch_axis={self._batch_axis}, w={self._weight})"

    def _label_like(self, pred, label):
        """Give the label in the shape of the prediction."""
        if not (isinstance(pred, NDArray) and isinstance(label, NDArray)):
            check_input(self, pred)
            check_input(self, label)
        shape = pred._data.shape
        if label._data.shape == shape:
            return label
        if label.size != pred.size:
            raise ValueError(f"label of shape {label.shape} does not fit the prediction of shape {pred.shape}: as many elements are needed")
        return ops.reshape(label, shape=shape)

    def _per_sample(self, loss, sample_weight):
        """Weight the losses of the elements and average them for each sample."""
        shape = loss._data.shape
        axes = _other_axes(len(shape), self._batch_axis)
        if axes is None:
            raise ValueError(f"batch_axis is {self._batch_axis}, but the prediction has shape {shape}: give an axis that it has")
        if self._weight != 1:
            loss = loss * self._weight
        if sample_weight is not None:
            loss = loss * sample_weight
            if loss.shape != shape:
                raise ValueError(
                    f"sample_weight of shape {sample_weight.shape} does not fit the prediction of shape {shape}: for one weight a sample "
                    "use sample_weight.reshape(-1, 1)"
                )
        return ops.mean(loss, axis=axes) if axes else loss


@functools.cache
def _other_axes(ndim, batch_axis):
    """Give all axes but one, None if there is no such axis."""
    return tuple(i for i in range(ndim) if i != batch_axis % ndim) if -ndim <= batch_axis < ndim else None


class L2Loss(Loss):
    r"""Half the squared difference: the mean over each sample of :math:`\frac{w}{2} (label - pred)^2`.

    Parameters
    ----------
    weight : float, default 1.0
        The w above.
    batch_axis : int, default 0
        The axis along which the samples lie.

    Examples
    --------
    >>> from mxedu import gluon, nd
    >>> print(gluon.loss.L2Loss()(nd.array([[1.0], [2.0]]), nd.array([3.0, 2.0])).asnumpy())
    [2. 0.]
    """

    def __init__(self, weight=1.0, batch_axis=0, **kwargs):
        super().__init__(weight, batch_axis, **kwargs)

    def forward(self, pred, label, sample_weight=None):
        """Give the loss of each sample, of shape (batch size,)."""
        return self._per_sample(ops.half_squared_error(pred, self._label_like(pred, label)), sample_weight)
