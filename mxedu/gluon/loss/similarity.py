"""Losses of pairs and triples of vectors."""

from ... import nd, validate
from ...base import ShapeError
from ...nd import ops
from .base import TINY, Loss, _apply_weighting

__all__ = ["CosineEmbeddingLoss", "SDMLLoss", "TripletLoss"]


class TripletLoss(Loss):
    """How much nearer a positive sample is than a negative one: max(0, |pos - pred|^2 - |neg - pred|^2 + margin)."""

    def __init__(self, margin=1, weight=None, batch_axis=0, **kwargs):
        margin = validate.real("margin", margin)
        super().__init__(weight, batch_axis, **kwargs)
        self._margin = margin

    def hybrid_forward(self, F, pred, positive, negative, sample_weight=None):
        """Give the loss of each sample, of shape (batch size,)."""
        positive, negative = self._label_like(pred, positive), self._label_like(pred, negative)
        distance = ops.sum(ops.square(positive - pred) - ops.square(negative - pred), axis=self._sample_axes(pred))
        return _apply_weighting(F, ops.relu(distance + self._margin), self._weight, sample_weight)


class CosineEmbeddingLoss(Loss):
    """1 - cos for pairs of label 1, max(0, cos - margin) for pairs of label -1; of shape (batch size, 1)."""

    def __init__(self, weight=None, batch_axis=0, margin=0, **kwargs):
        margin = validate.real("margin", margin)
        super().__init__(weight, batch_axis, **kwargs)
        self._margin = margin

    def hybrid_forward(self, F, input1, input2, label, sample_weight=None):
        """Give the loss of each pair, of shape (batch size, 1)."""
        input1 = self._label_like(input2, input1)
        product = ops.sum(input1 * input2, axis=-1, keepdims=True)
        lengths = [ops.sqrt(ops.sum(ops.square(x), axis=-1, keepdims=True)) for x in (input1, input2)]
        cosine = ops.reshape(product / ops.maximum(lengths[0] * lengths[1], TINY), shape=(-1, 1))
        label = ops.reshape(label, shape=(-1, 1))
        loss = ops.where(ops.equal(label, 1), 1.0 - cosine, ops.relu(cosine - self._margin))
        return _apply_weighting(F, loss, self._weight, sample_weight)


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
        smoothing_parameter = validate.real("smoothing_parameter", smoothing_parameter, low=0, below=1)
        super().__init__(weight, batch_axis, **kwargs)
        self._smoothing = smoothing_parameter

    def hybrid_forward(self, F, x1, x2):
        """Give the loss of each sample, of shape (batch size,)."""
        n = x1.shape[0]
        if n < 2:
            raise ShapeError(f"SDMLLoss compares samples with each other: x1 of shape {x1.shape} has only one, give two or more")
        distances = ops.sum(ops.square(nd.expand_dims(x1, 1) - nd.expand_dims(x2, 0)), axis=2)
        wanted = nd.eye(n) * (1 - self._smoothing - self._smoothing / (n - 1)) + self._smoothing / (n - 1)
        logp = ops.log_softmax(-distances, axis=1)
        return self._per_sample(wanted * (ops.log(wanted + TINY) - logp), None, ops.sum)
