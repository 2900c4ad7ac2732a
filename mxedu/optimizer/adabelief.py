r"""AdaBelief: Adam with the squared surprise in the place of the squared gradient.

Zhuang et al., "AdaBelief Optimizer: Adapting Stepsizes by the Belief in Observed Gradients", NeurIPS 2020, arXiv:2010.07468, Algorithm 2.
Chapter: still to be written.

With :math:`g_t` the gradient after the prologue (rescaled, decayed: :math:`g + \lambda w`, then clipped), for t = 1, 2, ..., from
:math:`m_0 = s_0 = 0`,

.. math::
    m_t &= \beta_1 m_{t-1} + (1 - \beta_1)\, g_t  \tag{1} \\
    s_t &= \beta_2 s_{t-1} + (1 - \beta_2)\, (g_t - m_t)^2 + \epsilon  \tag{2} \\
    \hat m_t &= m_t / (1 - \beta_1^t)  \tag{3} \\
    \hat s_t &= s_t / (1 - \beta_2^t)  \tag{4} \\
    w_t &= w_{t-1} - \eta\, \hat m_t\, /\, (\sqrt{\hat s_t} + \epsilon)  \tag{5}

The same epsilon enters (2) at every step, in units of gradient squared, and stands outside the root in (5). In (4) those of (2) add up
to :math:`\epsilon / (1 - \beta_2)`: beside the root of that, gradients count as small. The paper's projection is left out.
"""

import math

from .. import validate
from .optimizer import Optimizer
from .prologue import decay_then_clip
from .registry import register
from .rule import rule, sqrt


def scalars(t, lr, beta1, beta2, epsilon):
    """Numbers of (1) to (5)."""
    return lr, beta1, beta2, 1 / (1 - beta1**t), 1 / (1 - beta2**t), epsilon, 1


@rule("m", "s")
def adabelief(w, g, m, s, lr, beta1, beta2, m_corr, s_corr, epsilon, one):
    """One step of AdaBelief."""
    m = beta1 * m + (one - beta1) * g  # (1)
    s = beta2 * s + (one - beta2) * ((g - m) * (g - m)) + epsilon  # (2)
    m_hat = m_corr * m  # (3)
    s_hat = s_corr * s  # (4)
    w = w - lr * m_hat / (sqrt(s_hat) + epsilon)  # (5)
    return w, m, s


@register
class AdaBelief(Optimizer):
    """AdaBelief; see the module for its equations.

    Parameters
    ----------
    learning_rate : float, default 0.001
        The eta of (5), in units of weight.
    beta1, beta2 : float, default 0.9 and 0.999
        How much of the averages (1) and (2) is kept at each step, from 0 to below 1.
    epsilon : float, default 1e-6
        Added in (2) and (5), at least 0; at 0, a first gradient of 0 gives 0/0.
    correct_bias : bool, default True
        Whether (3) and (4) are applied; if not, (5) takes m and s as they are.
    **kwargs
        What `Optimizer` takes. The decay `wd` is added to the gradient before clipping.

    Notes
    -----
    MXNet has it from 2.0 on, where the epsilon of (5) is beside the root of s instead of that of its corrected value.

    Examples
    --------
    >>> from mxedu import nd, optimizer
    >>> w, g = nd.array([1.0]), nd.array([4.0])
    >>> optimizer.get_updater(optimizer.AdaBelief(learning_rate=0.9))(0, g, w)
    >>> round(float(w), 4)
    0.0

    References
    ----------
    Zhuang et al. (2020), arXiv:2010.07468.
    """

    rule = adabelief
    prologue = decay_then_clip
    default_learning_rate = 0.001

    def __init__(self, learning_rate=None, beta1=0.9, beta2=0.999, epsilon=1e-6, correct_bias=True, **kwargs):
        self.beta1 = validate.real("beta1", beta1, low=0, below=1)
        self.beta2 = validate.real("beta2", beta2, low=0, below=1)
        self.epsilon = validate.real("epsilon", epsilon, low=0)
        self.correct_bias = bool(correct_bias)
        super().__init__(learning_rate=learning_rate, **kwargs)

    def scalars(self, t, lr, wd):
        """Give the numbers of (1) to (5); the corrections are those of t = infinity, 1, where there are none."""
        return scalars(t if self.correct_bias else math.inf, lr, self.beta1, self.beta2, self.epsilon)
