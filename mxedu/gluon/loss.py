"""Losses. Each gives one number a sample: the average over all axes but the batch axis."""

import functools
import math

from .. import nd, validate
from ..base import ShapeError
from ..nd import NDArray, ops
from .block import HybridBlock, check_input

__all__ = [
    "CosineEmbeddingLoss", "HingeLoss", "HuberLoss", "KLDivLoss", "L1Loss", "L2Loss", "LogisticLoss", "Loss", "PoissonNLLLoss", "SDMLLoss",
    "SigmoidBCELoss", "SigmoidBinaryCrossEntropyLoss", "SoftmaxCELoss", "SoftmaxCrossEntropyLoss", "SquaredHingeLoss", "TripletLoss",
]  # fmt: skip

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
        super().__init__(**kwargs)
        self._weight = weight if weight is None else validate.real("weight", weight)
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
            raise ShapeError(f"label of shape {label.shape} does not fit the prediction of shape {pred.shape}: as many elements are needed")
        return ops.reshape(label, shape=shape)

    def _weighted(self, loss, sample_weight):
        """Multiply the losses of the elements by the weights of samples and by that of the loss."""
        if self._weight not in (None, 1):
            loss = loss * self._weight
        if sample_weight is not None:
            shape = loss.shape
            loss = loss * sample_weight
            if loss.shape != shape:
                raise ShapeError(
                    f"sample_weight of shape {sample_weight.shape} does not fit the prediction of shape {shape}: for one weight a sample "
                    "use sample_weight.reshape(-1, 1)"
                )
        return loss

    def _per_sample(self, loss, sample_weight, reduce=ops.mean):
        """Weight the losses of the elements and average them for each sample."""
        axes = _other_axes(loss._data.ndim, self._batch_axis)
        if axes is None:
            raise ShapeError(f"batch_axis is {self._batch_axis}, but the prediction has shape {loss.shape}: give an axis that it has")
        loss = self._weighted(loss, sample_weight)
        return reduce(loss, axis=axes) if axes else loss


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


class L1Loss(Loss):
    """The mean over each sample of abs(label - pred)."""

    def __init__(self, weight=None, batch_axis=0, **kwargs):
        super().__init__(weight, batch_axis, **kwargs)

    def forward(self, pred, label, sample_weight=None):
        """Give the loss of each sample, of shape (batch size,)."""
        return self._per_sample(ops.absolute(self._label_like(pred, label) - pred), sample_weight)


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

    def forward(self, pred, label, sample_weight=None, pos_weight=None):
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

    def forward(self, pred, label, sample_weight=None):
        """Give the loss of each sample, of shape (batch size,)."""
        check_input(self, pred)
        check_input(self, label)
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

    def forward(self, pred, label, sample_weight=None):
        """Give the loss of each sample, of shape (batch size,)."""
        logp = pred if self._from_logits else nd.log_softmax(pred, axis=self._axis)
        label = self._label_like(logp, label)
        return self._per_sample(label * (ops.log(label + TINY) - logp), sample_weight, ops.sum)


class HuberLoss(Loss):
    """Half the squared difference over rho where the difference is below `rho`, else the difference less rho / 2."""

    def __init__(self, rho=1, weight=None, batch_axis=0, **kwargs):
        super().__init__(weight, batch_axis, **kwargs)
        self._rho = validate.real("rho", rho, above=0)

    def forward(self, pred, label, sample_weight=None):
        """Give the loss of each sample, of shape (batch size,)."""
        size = ops.absolute(self._label_like(pred, label) - pred)
        loss = ops.where(ops.greater(size, self._rho), size - 0.5 * self._rho, ops.square(size) * (0.5 / self._rho))
        return self._per_sample(loss, sample_weight)


class HingeLoss(Loss):
    """The mean of max(0, margin - pred label), for labels -1 and 1."""

    def __init__(self, margin=1, weight=None, batch_axis=0, **kwargs):
        super().__init__(weight, batch_axis, **kwargs)
        self._margin = validate.real("margin", margin)

    def forward(self, pred, label, sample_weight=None):
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
        super().__init__(weight, batch_axis, **kwargs)
        if label_format not in ("signed", "binary"):
            raise ValueError(f"label_format must be 'signed' or 'binary', got {label_format!r}")
        self._label_format = label_format

    def forward(self, pred, label, sample_weight=None):
        """Give the loss of each sample, of shape (batch size,)."""
        y = self._label_like(pred, label)
        y = (y + 1.0) / 2.0 if self._label_format == "signed" else y
        return self._per_sample(ops.relu(pred) - pred * y + ops.softrelu(-ops.absolute(pred)), sample_weight)


class TripletLoss(Loss):
    """How much nearer a positive sample is than a negative one: max(0, |pos - pred|^2 - |neg - pred|^2 + margin)."""

    def __init__(self, margin=1, weight=None, batch_axis=0, **kwargs):
        super().__init__(weight, batch_axis, **kwargs)
        self._margin = validate.real("margin", margin)

    def forward(self, pred, positive, negative, sample_weight=None):
        """Give the loss of each sample, of shape (batch size,)."""
        positive, negative = self._label_like(pred, positive), self._label_like(pred, negative)
        axes = _other_axes(pred.ndim, self._batch_axis)
        distance = ops.sum(ops.square(positive - pred) - ops.square(negative - pred), axis=axes)
        return self._weighted(ops.relu(distance + self._margin), sample_weight)


class PoissonNLLLoss(Loss):
    r"""Minus the log-likelihood of counts: :math:`e^{p} - y p`, averaged over everything, of shape (1,).

    Parameters
    ----------
    weight : float, optional
        A factor of the loss.
    from_logits : bool, default True
        Whether the prediction is the logarithm p of the mean; if not, the loss is :math:`p - y \log(p + 10^{-8})`.
    batch_axis : int, default 0
        The axis along which the samples lie.
    compute_full : bool, default False
        Add Stirling's approximation of log y! where y > 1.
    """

    def __init__(self, weight=None, from_logits=True, batch_axis=0, compute_full=False, **kwargs):
        super().__init__(weight, batch_axis, **kwargs)
        self._from_logits, self._compute_full = from_logits, compute_full

    def forward(self, pred, target, sample_weight=None, epsilon=1e-8):
        """Give the mean loss, of shape (1,)."""
        y = self._label_like(pred, target)
        loss = ops.exp(pred) - y * pred if self._from_logits else pred - y * ops.log(pred + epsilon)
        if self._compute_full:
            many = ops.maximum(y, 1.0)
            stirling = many * ops.log(many) - many + ops.log(many * (2 * math.pi)) * 0.5
            loss = loss + ops.where(ops.greater(y, 1), stirling, 0.0)
        return nd.mean(self._weighted(loss, sample_weight))


class CosineEmbeddingLoss(Loss):
    """1 - cos for pairs of label 1, max(0, cos - margin) for pairs of label -1; of shape (batch size, 1)."""

    def __init__(self, weight=None, batch_axis=0, margin=0, **kwargs):
        super().__init__(weight, batch_axis, **kwargs)
        self._margin = validate.real("margin", margin)

    def forward(self, input1, input2, label, sample_weight=None):
        """Give the loss of each pair, of shape (batch size, 1)."""
        input1 = self._label_like(input2, input1)
        product = ops.sum(input1 * input2, axis=-1, keepdims=True)
        lengths = [ops.sqrt(ops.sum(ops.square(x), axis=-1, keepdims=True)) for x in (input1, input2)]
        cosine = ops.reshape(product / ops.maximum(lengths[0] * lengths[1], TINY), shape=(-1, 1))
        label = ops.reshape(label, shape=(-1, 1))
        loss = ops.where(ops.equal(label, 1), 1.0 - cosine, ops.relu(cosine - self._margin))
        return self._weighted(loss, sample_weight)


class SDMLLoss(Loss):
    """Batchwise smoothed deep metric learning: row i of both inputs belong together, all other pairs are negative (arXiv:1905.12786).

    Parameters
    ----------
    smoothing_parameter : float, default 0.3
        How much of the probability is shared among the negative pairs.
    weight : float, default 1.0
        A factor of the loss.
    batch_axis : int, default 0
        The axis along which the samples lie.
    """

    def __init__(self, smoothing_parameter=0.3, weight=1.0, batch_axis=0, **kwargs):
        super().__init__(weight, batch_axis, **kwargs)
        self._smoothing = validate.real("smoothing_parameter", smoothing_parameter, low=0, below=1)

    def forward(self, x1, x2):
        """Give the loss of each sample, of shape (batch size,)."""
        n = x1.shape[0]
        distances = ops.sum(ops.square(nd.expand_dims(x1, 1) - nd.expand_dims(x2, 0)), axis=2)
        wanted = nd.eye(n) * (1 - self._smoothing - self._smoothing / (n - 1)) + self._smoothing / (n - 1)
        logp = ops.log_softmax(-distances, axis=1)
        return self._per_sample(wanted * (ops.log(wanted + TINY) - logp), None, ops.sum)
