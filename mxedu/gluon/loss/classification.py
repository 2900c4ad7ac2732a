"""Losses of predicted classes."""

from ... import nd, validate
from ...nd import ops
from ...nd.functions.index import indices_within
from ..block import check_input
from .base import TINY, Loss

__all__ = [
    "HingeLoss", "KLDivLoss", "LogisticLoss", "SigmoidBCELoss", "SigmoidBinaryCrossEntropyLoss", "SoftmaxCELoss",
    "SoftmaxCrossEntropyLoss", "SquaredHingeLoss",
]  # fmt: skip


class SigmoidBinaryCrossEntropyLoss(Loss):
    r"""The cross-entropy of two classes: the mean over each sample of :math:`-y \log p - (1 - y) \log(1 - p)`.

    Parameters
    ----------
    from_sigmoid : bool, default False
        Whether the prediction is the probability p; if not, p is its sigmoid, which is more accurate.
    weight : float, optional
        A factor of the loss.
    batch_axis : int, default 0
        The axis along which the samples lie.
    """

    def __init__(self, from_sigmoid=False, weight=None, batch_axis=0, **kwargs):
        super().__init__(weight, batch_axis, **kwargs)
        self._from_sigmoid = from_sigmoid

    def hybrid_forward(self, F, pred, label, sample_weight=None, pos_weight=None):
        """Give the loss of each sample; `pos_weight` multiplies the part of the class y = 1."""
        y = self._label_like(pred, label)
        if self._from_sigmoid:
            positive, negative = ops.log(pred + TINY) * y, ops.log(1.0 - pred + TINY) * (1.0 - y)
            loss = -((positive if pos_weight is None else positive * pos_weight) + negative)
        elif pos_weight is None:
            loss = ops.relu(pred) - pred * y + ops.softrelu(-ops.absolute(pred))
        else:
            loss = pred - pred * y + (1.0 + (pos_weight - 1.0) * y) * ops.softrelu(-pred)
        return self._per_sample(loss, sample_weight)


SigmoidBCELoss = SigmoidBinaryCrossEntropyLoss


class SoftmaxCrossEntropyLoss(Loss):
    """The cross-entropy of many classes: minus the logarithm of the softmax at the label.

    Parameters
    ----------
    axis : int, default -1
        The axis of the classes.
    sparse_label : bool, default True
        Whether labels are numbers of classes; if not, they are probabilities of all classes.
    from_logits : bool, default False
        Whether the prediction is already the logarithm of a softmax.
    weight : float, optional
        A factor of the loss.
    batch_axis : int, default 0
        The axis along which the samples lie.

    Examples
    --------
    >>> from mxedu import gluon, nd
    >>> loss = gluon.loss.SoftmaxCrossEntropyLoss()
    >>> print(loss(nd.array([[0, 0, 0], [9, 0, 0]]), nd.array([1, 0])).asnumpy().round(3))
    [1.099 0.   ]
    """

    def __init__(self, axis=-1, sparse_label=True, from_logits=False, weight=None, batch_axis=0, **kwargs):
        super().__init__(weight, batch_axis, **kwargs)
        self._axis, self._sparse_label, self._from_logits = axis, sparse_label, from_logits

    def hybrid_forward(self, F, pred, label, sample_weight=None):
        """Give the loss of each sample, of shape (batch size,)."""
        check_input(self, pred)
        check_input(self, label)
        whole = self._sparse_label and not self._from_logits and sample_weight is None and self._weight in (None, 1)
        if whole and pred.ndim == 2 and (self._axis, self._batch_axis) in ((-1, 0), (1, 0)) and label.size == len(pred):
            return ops.softmax_cross_entropy(pred, labels=indices_within("label", label, pred.shape[1], "clip").reshape(-1))
        logp = pred if self._from_logits else nd.log_softmax(pred, axis=self._axis)
        if self._sparse_label:
            loss = -nd.pick(logp, label, axis=self._axis, keepdims=True)
        else:
            loss = -ops.sum(logp * self._label_like(logp, label), axis=self._axis, keepdims=True)
        return self._per_sample(loss, sample_weight)


SoftmaxCELoss = SoftmaxCrossEntropyLoss


class KLDivLoss(Loss):
    r"""The Kullback-Leibler divergence :math:`\sum y (\log y - \log p)`, summed over the elements of each sample.

    Parameters
    ----------
    from_logits : bool, default True
        Whether the prediction is log p; if not, p is its softmax.
    axis : int, default -1
        The axis of the softmax.
    weight : float, optional
        A factor of the loss.
    batch_axis : int, default 0
        The axis along which the samples lie.
    """

    def __init__(self, from_logits=True, axis=-1, weight=None, batch_axis=0, **kwargs):
        super().__init__(weight, batch_axis, **kwargs)
        self._from_logits, self._axis = from_logits, axis

    def hybrid_forward(self, F, pred, label, sample_weight=None):
        """Give the loss of each sample, of shape (batch size,)."""
        logp = pred if self._from_logits else nd.log_softmax(pred, axis=self._axis)
        label = self._label_like(logp, label)
        return self._per_sample(label * (ops.log(label + TINY) - logp), sample_weight, ops.sum)


class HingeLoss(Loss):
    """The mean of max(0, margin - pred label), for labels -1 and 1."""

    def __init__(self, margin=1, weight=None, batch_axis=0, **kwargs):
        margin = validate.real("margin", margin)
        super().__init__(weight, batch_axis, **kwargs)
        self._margin = margin

    def hybrid_forward(self, F, pred, label, sample_weight=None):
        """Give the loss of each sample, of shape (batch size,)."""
        return self._per_sample(self._shape_of(ops.relu(self._margin - pred * self._label_like(pred, label))), sample_weight)

    def _shape_of(self, hinge):
        return hinge


class SquaredHingeLoss(HingeLoss):
    """The mean of max(0, margin - pred label)**2, for labels -1 and 1."""

    def _shape_of(self, hinge):
        return ops.square(hinge)


class LogisticLoss(Loss):
    """The cross-entropy of two classes, for labels -1 and 1 (label_format 'signed') or 0 and 1 ('binary')."""

    def __init__(self, weight=None, batch_axis=0, label_format="signed", **kwargs):
        if label_format not in ("signed", "binary"):
            raise ValueError(f"label_format must be 'signed' or 'binary', got {label_format!r}")
        super().__init__(weight, batch_axis, **kwargs)
        self._label_format = label_format

    def hybrid_forward(self, F, pred, label, sample_weight=None):
        """Give the loss of each sample, of shape (batch size,)."""
        y = self._label_like(pred, label)
        y = (y + 1.0) / 2.0 if self._label_format == "signed" else y
        return self._per_sample(ops.relu(pred) - pred * y + ops.softrelu(-ops.absolute(pred)), sample_weight)
