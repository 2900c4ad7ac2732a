r"""LARS: momentum, with a rate for each layer from the norms of its weights and its gradient.

You, Gitman and Ginsburg, "Large Batch Training of Convolutional Networks", 2017, arXiv:1708.03888, Algorithm 1.
Chapter: still to be written.

For each layer, with :math:`h_t` its gradient as it came, and :math:`g_t` the same after the prologue (rescaled by r, clipped, then
decayed: :math:`g + \lambda w`), for t = 1, 2, ..., from :math:`\mathit{mom}_0 = 0`,

.. math::
    \ell_t &= \frac{\eta_\ell\, \|w_{t-1}\|}{|r|\, \|h_t\| + \lambda\, \|w_{t-1}\| + \epsilon}  \tag{1} \\
    \mathit{mom}_t &= \mu \frac{\eta_t}{\eta_{t-1}}\, \mathit{mom}_{t-1} - \eta_t\, \ell_t\, g_t  \tag{2} \\
    w_t &= w_{t-1} + \mathit{mom}_t  \tag{3}

where :math:`\ell_t` is 1 if one of its norms is 0, and :math:`\eta_\ell` is `eta`. The quotient of the rates, the momentum correction of
Goyal et al., "Accurate, Large Minibatch SGD", 2017, arXiv:1706.02677, section 3, is 1 in the first step and after a rate of 0. The
paper has neither the epsilon nor the correction.
"""

import numpy as np

from .. import validate
from .layerwise import norm
from .optimizer import Optimizer
from .prologue import clip_then_decay
from .registry import register
from .sgd import momentum


def scalars(t, lr, mu, correction):
    """Numbers of (2) before (1) is known."""
    return lr, mu * correction


@register
class LARS(Optimizer):
    """LARS; see the module for its equations. Its rule is `momentum`, that of `SGD`.

    Parameters
    ----------
    momentum : float, default 0.0
        The mu of (2), from 0 (none) to below 1.
    lazy_update : bool, default True
        Accepted for MXNet's sake; it concerns sparse gradients, of which there are none here.
    eta : float, default 0.001
        The step's length as a share of the weights' norm, for learning rate 1 and no momentum and decay; above 0.
    eps : float, default 0
        Added to the norms in (1), at least 0, in units of gradient.
    momentum_correction : bool, default True
        Whether the buffer follows a change of the learning rate, as (2) says; if not, the quotient of the rates is 1.
    **kwargs
        What `Optimizer` takes. The learning rate is a factor of (1), 0.01 by default; the decay `wd` is added to the clipped gradient.
        Of parameters named by `param_idx2name` only those ending in `_weight` have decay, and those ending in gamma, beta or bias
        have l = 1.

    Notes
    -----
    The rate of the step before is kept for each parameter. MXNet 1.9.1 refreshes it for every four, so that others miss the correction.

    Examples
    --------
    >>> from mxedu import nd, optimizer
    >>> w, g = nd.array([3.0, 4.0]), nd.array([0.0, 10.0])
    >>> optimizer.get_updater(optimizer.LARS(learning_rate=1.0, eta=0.5))(0, g, w)
    >>> w.asnumpy().tolist()
    [3.0, 1.5]

    References
    ----------
    You, Gitman and Ginsburg (2017), arXiv:1708.03888.
    """

    rule = momentum
    prologue = clip_then_decay
    kept = {"last_lr": 0.0, "correction": 1.0}
    decayed = ("_weight",)

    def __init__(self, momentum=0.0, lazy_update=True, eta=0.001, eps=0.0, momentum_correction=True, **kwargs):
        self.momentum = validate.real("momentum", momentum, low=0, below=1)
        self.eta = validate.real("eta", eta, above=0)
        self.eps = validate.real("eps", eps, low=0)
        self.momentum_correction = bool(momentum_correction)
        super().__init__(**kwargs)

    def keep(self, t, lr, last_lr, correction):
        """Give the rate of this step, and its quotient by that of the last; 1 where that was 0, which has emptied the buffer."""
        return {"last_lr": lr, "correction": lr / last_lr if self.momentum_correction and last_lr > 0 else 1.0}

    def scalars(self, t, lr, wd, last_lr, correction):
        """Give the numbers of (2) before (1) is known."""
        return scalars(t, lr, self.momentum, correction)

    def move(self, w, g, states, treatment, scalars, at):
        """Find the layer's rate, (1), then move."""
        (r, _, wd), (lr, mu), (index, _, _) = treatment, scalars, at
        if not self.idx2name.get(index, "").endswith(("gamma", "beta", "bias")):
            of_w, of_g = norm(w), abs(float(r)) * norm(g)
            ratio = self.eta * of_w / (of_g + float(wd) * of_w + self.eps) if of_w > 0 and of_g > 0 else 1.0  # (1)
            lr = type(lr)(min(lr * ratio, float(np.finfo(type(lr)).max)))  # the gradient may be tiny
        super().move(w, g, states, treatment, (lr, mu), at)
