r"""FTML: follow the moving leader.

Zheng and Kwok, "Follow the Moving Leader in Deep Learning", ICML 2017, PMLR 70, Algorithm 1. Chapter: still to be written.

With :math:`g_t` the gradient after the prologue (rescaled, decayed: :math:`g + \lambda w`, then clipped), for t = 1, 2, ..., from
:math:`d_0 = v_0 = z_0 = 0`,

.. math::
    v_t &= \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2  \tag{1} \\
    d_t &= \frac{1 - \beta_1^t}{\eta} \left(\sqrt{\frac{v_t}{1 - \beta_2^t}} + \epsilon\right)  \tag{2} \\
    z_t &= \beta_1 z_{t-1} + (1 - \beta_1)\, g_t - (d_t - \beta_1 d_{t-1})\, w_{t-1}  \tag{3} \\
    w_t &= -z_t / d_t  \tag{4}

The epsilon stands outside the root of the corrected :math:`v_t`; the paper's projection is left out. By (3) and (4),
:math:`z_{t-1} = -d_{t-1} w_{t-1}` from the second step on, and so :math:`w_t = w_{t-1} - (1 - \beta_1)\, g_t / d_t`.
"""

from .. import validate
from .optimizer import Optimizer
from .prologue import decay_then_clip
from .registry import register
from .rule import rule, sqrt


def scalars(t, lr, beta1, beta2, epsilon):
    """Numbers of (1) to (4)."""
    return (1 - beta1**t) / lr, beta1, beta2, 1 / (1 - beta2**t), epsilon, 1


@rule("d", "v", "z")
def ftml(w, g, d, v, z, d_corr, beta1, beta2, v_corr, epsilon, one):
    """One step of FTML."""
    v = beta2 * v + (one - beta2) * (g * g)  # (1)
    d_prev = d
    d = d_corr * (sqrt(v_corr * v) + epsilon)  # (2)
    z = beta1 * z + (one - beta1) * g - (d - beta1 * d_prev) * w  # (3)
    w = -z / d  # (4)
    return w, d, v, z


@register
class FTML(Optimizer):
    """Follow the moving leader; see the module for its equations.

    Parameters
    ----------
    beta1, beta2 : float, default 0.6 and 0.999
        How much of the sums (3) and of the average (1) is kept at each step, from 0 to below 1.
    epsilon : float, default 1e-8
        Added to the root in (2), in units of gradient; above 0, since (4) divides by (2).
    **kwargs
        What `Optimizer` takes. The learning rate is the eta of (2), in units of weight, 0.01 by default. It must not be 0, nor a
        schedule's value, nor `lr_mult`: freeze a weight with ``grad_req="null"``. The decay `wd` is added to the gradient before clipping.

    Examples
    --------
    >>> from mxedu import nd, optimizer
    >>> w, g = nd.array([1.0]), nd.array([4.0])
    >>> optimizer.get_updater(optimizer.FTML(learning_rate=0.5))(0, g, w)
    >>> round(float(w), 4)
    0.5

    References
    ----------
    Zheng and Kwok (2017), PMLR 70.
    """

    rule = ftml
    prologue = decay_then_clip

    def __init__(self, beta1=0.6, beta2=0.999, epsilon=1e-8, **kwargs):
        self.beta1 = validate.real("beta1", beta1, low=0, below=1)
        self.beta2 = validate.real("beta2", beta2, low=0, below=1)
        self.epsilon = validate.real("epsilon", epsilon, above=0)
        super().__init__(**kwargs)

    def scalars(self, t, lr, wd):
        """Give the numbers of (1) to (4)."""
        return scalars(t, validate.real("learning_rate, by which FTML divides,", lr, above=0), self.beta1, self.beta2, self.epsilon)
