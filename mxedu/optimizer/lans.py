r"""LANS: LAMB on gradients of norm 1, with Nesterov's mixture of momentum and gradient.

Zheng, Lin, Zha and Li, "Accelerated Large Batch Optimization of BERT Pretraining in 54 minutes", 2020, arXiv:2006.13484, Algorithm 2.
Chapter: still to be written.

For each layer, with :math:`g_t` its rescaled gradient divided by its norm (0 if that is 0), then clipped, for t = 1, 2, ..., from
:math:`m_0 = v_0 = 0`,

.. math::
    m_t &= \beta_1 m_{t-1} + (1 - \beta_1)\, g_t  \tag{1} \\
    v_t &= \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2  \tag{2} \\
    \hat m_t &= m_t / (1 - \beta_1^t)  \tag{3} \\
    \hat v_t &= v_t / (1 - \beta_2^t)  \tag{4} \\
    r_t &= \hat m_t / (\sqrt{\hat v_t} + \epsilon) + \lambda\, w_{t-1}  \tag{5} \\
    c_t &= g_t / (\sqrt{\hat v_t} + \epsilon) + \lambda\, w_{t-1}  \tag{6} \\
    w_t &= w_{t-1} - \eta\, \phi(\|w_{t-1}\|) \left(\beta_1 \frac{r_t}{\|r_t\|} + (1 - \beta_1) \frac{c_t}{\|c_t\|}\right)  \tag{7}

where :math:`\phi` limits a norm to [lower_bound, upper_bound]. Each quotient :math:`\phi/\|r\|` and :math:`\phi/\|c\|` is 1 where
:math:`\phi` or the other norm is 0. The epsilon stands outside the root of :math:`\hat v_t`. The paper does not clip.
"""

import math

import numpy as np

from .layerwise import LayerAdam, norm
from .registry import register
from .rule import rule, sqrt


def scalars(t, wd, beta1, beta2, epsilon):
    """Numbers of (1) to (6)."""
    return wd, beta1, beta2, 1 / (1 - beta1**t), 1 / (1 - beta2**t), epsilon, 1


@rule("m", "v", "r", "c")
def lans(w, g, m, v, r, c, wd, beta1, beta2, m_corr, v_corr, epsilon, one):
    """Give the two directions of a step of LANS, r and c; what these were before does not matter."""
    m = beta1 * m + (one - beta1) * g  # (1)
    v = beta2 * v + (one - beta2) * (g * g)  # (2)
    m_hat = m_corr * m  # (3)
    v_hat = v_corr * v  # (4)
    r = m_hat / (sqrt(v_hat) + epsilon) + wd * w  # (5)
    c = g / (sqrt(v_hat) + epsilon) + wd * w  # (6)
    return w, m, v, r, c


@register
class LANS(LayerAdam):
    """LANS; see the module for its equations.

    Parameters
    ----------
    learning_rate : float, default 0.001
        The eta of (7), a number without unit: the largest step over the weights' norm (in units of weight where the quotients are 1).
    beta1, beta2 : float, default 0.9 and 0.999
        How much of the averages (1) and (2) is kept at each step, from 0 to below 1.
    epsilon : float, default 1e-6
        Added to the root in (5) and (6), at least 0; gradients have norm 1.
    lower_bound, upper_bound : float, optional
        The limits of the weights' norm in (7), in units of weight; None or 0: no limit.
    **kwargs
        What `Optimizer` takes. The gradient is clipped after it has been divided by its norm, so that of `rescale_grad` only the sign
        matters (0: no gradient); the decay `wd` is in the directions, as (5) and (6) say.

    Notes
    -----
    MXNet has it from 2.0 on, where its `step` takes in (6) the weight that the first part of (7) has moved already.

    Examples
    --------
    >>> from mxedu import nd, optimizer
    >>> w, g = nd.array([3.0, 4.0]), nd.array([4.0, 0.0])
    >>> optimizer.get_updater(optimizer.LANS(learning_rate=0.1))(0, g, w)
    >>> w.asnumpy().round(4).tolist()
    [2.5, 4.0]

    References
    ----------
    Zheng, Lin, Zha and Li (2020), arXiv:2006.13484.
    """

    rule = lans

    def scalars(self, t, lr, wd):
        """Give the numbers of (1) to (6)."""
        return scalars(t, wd, self.beta1, self.beta2, self.epsilon)

    def move(self, w, g, states, treatment, scalars, at):
        """Divide the gradient by its norm, find the directions, then go along them, (7)."""
        (rescale, limit, wd), (_, lr, _) = treatment, at
        size = norm(g)
        usable = rescale != 0 and size >= np.finfo(type(rescale)).tiny  # what is smaller has no reciprocal
        treatment = type(rescale)(math.copysign(1 / size, rescale) if usable else 0.0), limit, wd
        self.go(w, self.directions(w, g, states, treatment, scalars), [lr * self.beta1, lr * (1 - self.beta1)])
