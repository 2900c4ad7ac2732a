"""Losses of predicted numbers."""

import math

from ... import nd, validate
from ...nd import ops
from .base import Loss, _apply_weighting

__all__ = ["HuberLoss", "L1Loss", "L2Loss", "PoissonNLLLoss"]


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

    def hybrid_forward(self, F, pred, label, sample_weight=None):
        """Give the loss of each sample, of shape (batch size,)."""
        if sample_weight is None and self._weight in (None, 1):
            self._check_label(pred, label)
            return ops.half_mean_square(pred, label, axes=self._sample_axes(pred))
        return self._per_sample(ops.half_squared_error(pred, self._label_like(pred, label)), sample_weight)


class L1Loss(Loss):
    """The mean over each sample of abs(label - pred)."""

    def __init__(self, weight=None, batch_axis=0, **kwargs):
        super().__init__(weight, batch_axis, **kwargs)

    def hybrid_forward(self, F, pred, label, sample_weight=None):
        """Give the loss of each sample, of shape (batch size,)."""
        return self._per_sample(ops.absolute(self._label_like(pred, label) - pred), sample_weight)


class HuberLoss(Loss):
    """Half the squared difference over rho where the difference is below `rho`, else the difference less rho / 2."""

    def __init__(self, rho=1, weight=None, batch_axis=0, **kwargs):
        rho = validate.real("rho", rho, above=0)
        super().__init__(weight, batch_axis, **kwargs)
        self._rho = rho

    def hybrid_forward(self, F, pred, label, sample_weight=None):
        """Give the loss of each sample, of shape (batch size,)."""
        size = ops.absolute(self._label_like(pred, label) - pred)
        loss = ops.where(ops.greater(size, self._rho), size - 0.5 * self._rho, ops.square(size) * (0.5 / self._rho))
        return self._per_sample(loss, sample_weight)


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

    def hybrid_forward(self, F, pred, target, sample_weight=None, epsilon=1e-8):
        """Give the mean loss, of shape (1,)."""
        y = self._label_like(pred, target)
        loss = ops.exp(pred) - y * pred if self._from_logits else pred - y * ops.log(pred + epsilon)
        if self._compute_full:
            many = ops.maximum(y, 1.0)
            stirling = many * ops.log(many) - many + ops.log(many * (2 * math.pi)) * 0.5
            loss = loss + ops.where(ops.greater(y, 1), stirling, 0.0)
        return nd.mean(_apply_weighting(F, loss, self._weight, sample_weight))
