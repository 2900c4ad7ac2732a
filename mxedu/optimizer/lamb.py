r"""LAMB: Adam's direction, with a step as long as a share of the layer's weights.

You et al., "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes", ICLR 2020, arXiv:1904.00962, Algorithm 2.
Chapter: still to be written.

For each layer, with :math:`g_t` the gradient after the prologue (rescaled, then clipped), for t = 1, 2, ..., from :math:`m_0 = v_0 = 0`,

.. math::
    m_t &= \beta_1 m_{t-1} + (1 - \beta_1)\, g_t  \tag{1} \\
    v_t &= \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2  \tag{2} \\
    \hat m_t &= m_t / (1 - \beta_1^t)  \tag{3} \\
    \hat v_t &= v_t / (1 - \beta_2^t)  \tag{4} \\
    u_t &= \hat m_t / (\sqrt{\hat v_t} + \epsilon) + \lambda\, w_{t-1}  \tag{5} \\
    w_t &= w_{t-1} - \eta\, \frac{\phi(\|w_{t-1}\|)}{\|u_t\|}\, u_t  \tag{6}

where :math:`\phi` limits a norm to [lower_bound, upper_bound], and the ratio is 1 where :math:`\phi` or :math:`\|u_t\|` is 0. The epsilon
stands outside the root of :math:`\hat v_t`.
"""

import math

from .layerwise import LayerAdam
from .registry import register
from .rule import rule, sqrt


def scalars(t, wd, beta1, beta2, epsilon):
    """Numbers of (1) to (5)."""
    return wd, beta1, beta2, 1 / (1 - beta1**t), 1 / (1 - beta2**t), epsilon, 1


@rule("m", "v", "u")
def lamb(w, g, m, v, u, wd, beta1, beta2, m_corr, v_corr, epsilon, one):
    """Give the direction of a step of LAMB, u; what u was before does not matter."""
    m = beta1 * m + (one - beta1) * g  # (1)
    v = beta2 * v + (one - beta2) * (g * g)  # (2)
    m_hat = m_corr * m  # (3)
    v_hat = v_corr * v  # (4)
    u = m_hat / (sqrt(v_hat) + epsilon) + wd * w  # (5)
    return w, m, v, u


@register
class LAMB(LayerAdam):
    """LAMB; see the module for its equations.

    Parameters
    ----------
    learning_rate : float, default 0.001
        The eta of (6), a number without unit: the step over the weights' norm (in units of weight where the ratio is 1).
    beta1, beta2 : float, default 0.9 and 0.999
        How much of the averages (1) and (2) is kept at each step, from 0 to below 1.
    epsilon : float, default 1e-6
        Added to the root in (5), at least 0, in units of gradient; at 0, a first gradient of 0 gives 0/0.
    lower_bound, upper_bound : float, optional
        The limits of the weights' norm in (6), in units of weight; None or 0: no limit.
    bias_correction : bool, default True
        Whether (3) and (4) are applied; if not, (5) takes m and v as they are.
    **kwargs
        What `Optimizer` takes. The decay `wd` is in the direction, as (5) says.

    Examples
    --------
    >>> from mxedu import nd, optimizer
    >>> w, g = nd.array([3.0, 4.0]), nd.array([4.0, 0.0])
    >>> optimizer.get_updater(optimizer.LAMB(learning_rate=0.1))(0, g, w)
    >>> w.asnumpy().round(4).tolist()
    [2.5, 4.0]

    References
    ----------
    You et al. (2020), arXiv:1904.00962.
    """

    rule = lamb

    def __init__(
        self, learning_rate=None, beta1=0.9, beta2=0.999, epsilon=1e-6, lower_bound=None, upper_bound=None, bias_correction=True, **kwargs
    ):  # fmt: skip
        self.bias_correction = bool(bias_correction)
        super().__init__(learning_rate, beta1, beta2, epsilon, lower_bound, upper_bound, **kwargs)

    def scalars(self, t, lr, wd):
        """Give the numbers of (1) to (5); the corrections are those of t = infinity, 1, where there are none."""
        return scalars(t if self.bias_correction else math.inf, wd, self.beta1, self.beta2, self.epsilon)

    def move(self, w, g, states, treatment, scalars, at):
        """Find the direction, then go along it, (6)."""
        _, lr, _ = at
        self.go(w, self.directions(w, g, states, treatment, scalars), [lr])
