r"""RMSProp: the gradient divided by a running estimate of its size, plain and centred.

Plain: Tieleman and Hinton, "Lecture 6.5: rmsprop", Coursera, 2012. Centred, with momentum: Graves, "Generating Sequences With Recurrent
Neural Networks", 2013, arXiv:1308.0850, equations (38) to (41). Chapter: still to be written.

With :math:`g_t` the gradient after the prologue (rescaled, decayed: :math:`g + \lambda w`, then clipped), for t = 1, 2, ..., from
:math:`v_0 = 0`,

.. math::
    v_t &= \gamma_1 v_{t-1} + (1 - \gamma_1)\, g_t^2  \tag{1} \\
    w_t &= \operatorname{clip}\left(w_{t-1} - \eta\, g_t / \sqrt{v_t + \epsilon}\right)  \tag{2}

and centred, from :math:`m_0 = \mathit{mom}_0 = 0` too,

.. math::
    m_t &= \gamma_1 m_{t-1} + (1 - \gamma_1)\, g_t  \tag{3} \\
    \mathit{mom}_t &= \gamma_2\, \mathit{mom}_{t-1} - \eta\, g_t / \sqrt{\max(v_t - m_t^2, 0) + \epsilon}  \tag{4} \\
    w_t &= \operatorname{clip}\left(w_{t-1} + \mathit{mom}_t\right)  \tag{5}

where clip limits to [-clip_weights, clip_weights]; it, the epsilon of (2) and the max of (4) are not the authors'. The epsilon stands
inside the root (PyTorch has it outside). The bias is not corrected: for gradients of one size, step t of the plain form is larger than
:math:`\eta` by the factor :math:`1 / \sqrt{1 - \gamma_1^t}`.
"""

import math

from .. import validate
from .optimizer import Optimizer
from .prologue import decay_then_clip
from .registry import register
from .rule import rule, sqrt


def scalars(t, lr, gamma1, epsilon, bound):
    """Numbers of (1) and (2)."""
    return lr, gamma1, epsilon, bound, 1


@rule("v")
def rmsprop(w, g, v, lr, gamma1, epsilon, bound, one):
    """One step of RMSProp."""
    v = gamma1 * v + (one - gamma1) * (g * g)  # (1)
    w = min(max(w - lr * g / sqrt(v + epsilon), -bound), bound)  # (2)
    return w, v


def centred_scalars(t, lr, gamma1, gamma2, epsilon, bound):
    """Numbers of (1) and (3) to (5)."""
    return lr, gamma1, gamma2, epsilon, bound, 0, 1


@rule("v", "m", "mom")
def centred_rmsprop(w, g, v, m, mom, lr, gamma1, gamma2, epsilon, bound, zero, one):
    """One step of RMSProp around the mean."""
    v = gamma1 * v + (one - gamma1) * (g * g)  # (1)
    m = gamma1 * m + (one - gamma1) * g  # (3)
    mom = gamma2 * mom - lr * g / sqrt(max(v - m * m, zero) + epsilon)  # (4)
    w = min(max(w + mom, -bound), bound)  # (5)
    return w, v, m, mom


@register
class RMSProp(Optimizer):
    """RMSProp; see the module for its equations.

    Parameters
    ----------
    learning_rate : float, default 0.001
        The eta of (2) and (4), in units of weight.
    gamma1, gamma2 : float, default 0.9
        How much of the averages (1) and (3), and of the buffer (4), is kept at each step, from 0 to below 1.
    epsilon : float, default 1e-8
        Added inside the roots, at least 0, in units of gradient squared; at 0, a first gradient of 0 gives 0/0.
    centered : bool, default False
        Whether the mean is subtracted: (3) to (5).
    clip_weights : float, optional
        Every weight is limited to [-clip_weights, clip_weights]. Must be positive; None: no limit.
    **kwargs
        What `Optimizer` takes. The decay `wd` is added to the gradient before clipping.

    Notes
    -----
    The max of (4) keeps a rounding error from becoming the root of a negative number, as it can in MXNet 1.9.1. Where the gradient hardly
    changes, the variance still falls towards 0, and centred steps grow to eta / ((1 - gamma2) sqrt(epsilon)) times the gradient: take an
    epsilon that is not small beside the gradient's square.

    Examples
    --------
    >>> from mxedu import nd, optimizer
    >>> w, g = nd.array([1.0]), nd.array([4.0])
    >>> optimizer.get_updater(optimizer.RMSProp(learning_rate=0.5, gamma1=0.75))(0, g, w)
    >>> float(w)
    0.0

    References
    ----------
    Tieleman and Hinton (2012); Graves (2013), arXiv:1308.0850.
    """

    prologue = decay_then_clip
    default_learning_rate = 0.001

    def __init__(self, learning_rate=None, gamma1=0.9, gamma2=0.9, epsilon=1e-8, centered=False, clip_weights=None, **kwargs):
        self.gamma1 = validate.real("gamma1", gamma1, low=0, below=1)
        self.gamma2 = validate.real("gamma2", gamma2, low=0, below=1)
        self.epsilon = validate.real("epsilon", epsilon, low=0)
        self.centered = bool(centered)
        if clip_weights is not None:
            validate.real("clip_weights (None for no limit)", clip_weights, above=0)
        self.clip_weights = clip_weights
        super().__init__(learning_rate=learning_rate, **kwargs)

    @property
    def rule(self):
        """The rule in force: plain or centred."""
        return centred_rmsprop if self.centered else rmsprop

    def scalars(self, t, lr, wd):
        """Give the numbers of (1) and (2), or of (1) and (3) to (5)."""
        bound = math.inf if self.clip_weights is None else validate.real("clip_weights (None for no limit)", self.clip_weights, above=0)
        if self.centered:
            return centred_scalars(t, lr, self.gamma1, self.gamma2, self.epsilon, bound)
        return scalars(t, lr, self.gamma1, self.epsilon, bound)
