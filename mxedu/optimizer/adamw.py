r"""AdamW: Adam with decoupled weight decay.

Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019, arXiv:1711.05101, Algorithm 2.
Chapter: still to be written.

With :math:`g_t` the gradient after the prologue (rescaled, then clipped), for t = 1, 2, ..., from :math:`m_0 = v_0 = 0`,

.. math::
    m_t &= \beta_1 m_{t-1} + (1 - \beta_1)\, g_t  \tag{1} \\
    v_t &= \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2  \tag{2} \\
    \hat m_t &= m_t / (1 - \beta_1^t)  \tag{3} \\
    \hat v_t &= v_t / (1 - \beta_2^t)  \tag{4} \\
    w_t &= w_{t-1} - \eta \left(\hat m_t / (\sqrt{\hat v_t} + \epsilon) + \lambda\, w_{t-1}\right)  \tag{5}

The epsilon stands outside the root of :math:`\hat v_t`. The decay is scaled by the learning rate alone, as in PyTorch; the paper's
Algorithm 2 has a schedule factor before the parenthesis and the rate only before the ratio.
"""

import math

from .. import validate
from .optimizer import Optimizer
from .prologue import clip
from .registry import register
from .rule import rule, sqrt


def scalars(t, lr, wd, beta1, beta2, epsilon):
    """Numbers of (1) to (5)."""
    return lr, wd, beta1, beta2, 1 / (1 - beta1**t), 1 / (1 - beta2**t), epsilon, 1


@rule("m", "v")
def adamw(w, g, m, v, lr, wd, beta1, beta2, m_corr, v_corr, epsilon, one):
    """One step of AdamW."""
    m = beta1 * m + (one - beta1) * g  # (1)
    v = beta2 * v + (one - beta2) * (g * g)  # (2)
    m_hat = m_corr * m  # (3)
    v_hat = v_corr * v  # (4)
    w = w - lr * (m_hat / (sqrt(v_hat) + epsilon) + wd * w)  # (5)
    return w, m, v


@register
class AdamW(Optimizer):
    """AdamW; see the module for its equations.

    Parameters
    ----------
    learning_rate : float, default 0.001
        The eta of (5), in units of weight.
    beta1, beta2 : float, default 0.9 and 0.999
        How much of the averages (1) and (2) is kept at each step, from 0 to below 1.
    epsilon : float, default 1e-6
        Added to the root in (5), at least 0, in units of gradient; at 0, a first gradient of 0 gives 0/0.
    correct_bias : bool, default True
        Whether (3) and (4) are applied; if not, (5) takes m and v as they are.
    **kwargs
        What `Optimizer` takes. The decay `wd` is decoupled, as (5) says.

    Notes
    -----
    MXNet has it from 2.0 on, where the decay is multiplied by the bias corrections too, and the epsilon is beside the root of v.

    Examples
    --------
    >>> from mxedu import nd, optimizer
    >>> w, g = nd.array([1.0]), nd.array([4.0])
    >>> optimizer.get_updater(optimizer.AdamW(learning_rate=0.5, wd=0.5))(0, g, w)
    >>> round(float(w), 4)
    0.25

    References
    ----------
    Loshchilov and Hutter (2019), arXiv:1711.05101.
    """

    rule = adamw
    prologue = clip
    default_learning_rate = 0.001

    def __init__(self, learning_rate=None, beta1=0.9, beta2=0.999, epsilon=1e-6, correct_bias=True, **kwargs):
        self.beta1 = validate.real("beta1", beta1, low=0, below=1)
        self.beta2 = validate.real("beta2", beta2, low=0, below=1)
        self.epsilon = validate.real("epsilon", epsilon, low=0)
        self.correct_bias = bool(correct_bias)
        super().__init__(learning_rate=learning_rate, **kwargs)

    def scalars(self, t, lr, wd):
        """Give the numbers of (1) to (5); the corrections are those of t = infinity, 1, where there are none."""
        return scalars(t if self.correct_bias else math.inf, lr, wd, self.beta1, self.beta2, self.epsilon)
