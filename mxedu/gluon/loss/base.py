"""What losses share: weights, shapes, and the average over each sample."""

import functools

from ... import nd, validate
from ...base import ShapeError
from ...nd import NDArray, ops
from ..block import HybridBlock, check_input

__all__ = ["Loss"]

TINY = 1e-12  # keeps logarithms of probabilities finite, as in MXNet


class Loss(HybridBlock):
    """The base of losses.

    Parameters
    ----------
    weight : float or None
        A factor of the loss; None: 1.
    batch_axis : int
        The axis along which the samples lie.
    """

    def __init__(self, weight, batch_axis, **kwargs):
        weight = weight if weight is None else validate.real("weight", weight)
        super().__init__(**kwargs)
        self._weight, self._batch_axis = weight, batch_axis

    def __repr__(self):
        return f"{type(self).__name__}(batch_axis={self._batch_axis}, w={self._weight})"

    def _check_label(self, pred, label):
        """Refuse a label that has not as many elements as the prediction."""
        if not (isinstance(pred, NDArray) and isinstance(label, NDArray)):
            check_input(self, pred)
            check_input(self, label)
        if label._data.size != pred._data.size:
            raise ShapeError(f"label of shape {label.shape} does not fit the prediction of shape {pred.shape}: as many elements are needed")

    def _label_like(self, pred, label):
        """Give the label in the shape of the prediction."""
        self._check_label(pred, label)
        shape = pred._data.shape
        return label if label._data.shape == shape else ops.reshape(label, shape=shape)

    def _sample_axes(self, x):
        """Give all axes but the batch axis."""
        axes = _other_axes(x._data.ndim, self._batch_axis)
        if axes is None:
            raise ShapeError(f"batch_axis is {self._batch_axis}, but the prediction has shape {x.shape}: give an axis that it has")
        return axes

    def _per_sample(self, loss, sample_weight, reduce=ops.mean):
        """Weight the losses of the elements and average them for each sample."""
        axes = self._sample_axes(loss)
        loss = _apply_weighting(nd, loss, self._weight, sample_weight)
        return reduce(loss, axis=axes) if axes else loss


def _apply_weighting(F, loss, weight=None, sample_weight=None):
    """Multiply the losses of the elements by the weight of the loss and those of samples; F, as MXNet passes it, is not needed."""
    if weight not in (None, 1):
        loss = loss * weight
    if sample_weight is not None:
        shape = loss.shape
        loss = loss * sample_weight
        if loss.shape != shape:
            raise ShapeError(
                f"sample_weight of shape {sample_weight.shape} does not fit the prediction of shape {shape}: for one weight a sample "
                "use sample_weight.reshape(-1, 1)"
            )
    return loss


@functools.cache
def _other_axes(ndim, batch_axis):
    """Give all axes but one, None if there is no such axis."""
    return tuple(i for i in range(ndim) if i != batch_axis % ndim) if -ndim <= batch_axis < ndim else None
