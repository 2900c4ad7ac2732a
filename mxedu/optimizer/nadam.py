r"""Nadam: Adam with Nesterov's look-ahead.

Dozat, "Incorporating Nesterov Momentum into Adam", ICLR 2016 workshop, Algorithm 2. Chapter: still to be written.

With :math:`g_t` the gradient after the prologue (rescaled, decayed: :math:`g + \lambda w`, then clipped), for t = 1, 2, ..., from
:math:`m_0 = v_0 = 0` and :math:`M_0 = 1`,

.. math::
    \mu_t &= \beta_1 \left(1 - \tfrac12\, 0.96^{t \psi}\right)  \tag{1} \\
    M_t &= M_{t-1}\, \mu_t  \tag{2} \\
    m_t &= \beta_1 m_{t-1} + (1 - \beta_1)\, g_t  \tag{3} \\
    v_t &= \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2  \tag{4} \\
    \bar m_t &= \frac{1 - \mu_t}{1 - M_t}\, g_t + \frac{\mu_{t+1}}{1 - M_t\, \mu_{t+1}}\, m_t  \tag{5} \\
    \hat v_t &= v_t / (1 - \beta_2^t)  \tag{6} \\
    w_t &= w_{t-1} - \eta\, \bar m_t\, /\, (\sqrt{\hat v_t} + \epsilon)  \tag{7}

where :math:`\psi` is `schedule_decay`. The epsilon stands outside the root of the corrected :math:`v_t`. The product M is kept for each
parameter. As in MXNet, (3) decays by :math:`\beta_1` where the paper has :math:`\mu_t`, and (6) lacks the paper's factor
:math:`\beta_2`; so (5) does not quite correct (3), and the first steps under a constant gradient are not :math:`\eta`.
"""

from .. import validate
from .optimizer import Optimizer
from .prologue import decay_then_clip
from .registry import register
from .rule import rule, sqrt


def mu(t, beta1, schedule_decay):
    """Give the momentum of step t, (1)."""
    return beta1 * (1 - 0.96 ** (t * schedule_decay) / 2)  # (1)


def scalars(t, lr, beta1, beta2, epsilon, schedule_decay, product):
    """Numbers of (3) to (7); `product` is the M of (2) at this step."""
    ahead = mu(t + 1, beta1, schedule_decay)
    of_g = (1 - mu(t, beta1, schedule_decay)) / (1 - product)
    return lr, beta1, beta2, of_g, ahead / (1 - product * ahead), 1 / (1 - beta2**t), epsilon, 1


@rule("m", "v")
def nadam(w, g, m, v, lr, beta1, beta2, of_g, of_m, v_corr, epsilon, one):
    """One step of Nadam."""
    m = beta1 * m + (one - beta1) * g  # (3)
    v = beta2 * v + (one - beta2) * (g * g)  # (4)
    m_bar = of_g * g + of_m * m  # (5)
    v_hat = v_corr * v  # (6)
    w = w - lr * m_bar / (sqrt(v_hat) + epsilon)  # (7)
    return w, m, v


@register
class Nadam(Optimizer):
    """Nadam; see the module for its equations.

    Parameters
    ----------
    learning_rate : float, default 0.001
        The eta of (7), in units of weight.
    beta1, beta2 : float, default 0.9 and 0.999
        How much of the averages (3) and (4) is kept at each step, from 0 to below 1.
    epsilon : float, default 1e-8
        Added to the root in (7), at least 0, in units of gradient; at 0, a first gradient of 0 gives 0/0.
    schedule_decay : float, default 0.004
        The psi of (1), at least 0: how fast the momentum grows from about half of beta1 to beta1.
    **kwargs
        What `Optimizer` takes. The decay `wd` is added to the gradient before clipping.

    Notes
    -----
    MXNet 1.9.1 keeps one product for all parameters, so that in a net with several it falls too fast.

    Examples
    --------
    >>> from mxedu import nd, optimizer
    >>> w, g = nd.array([1.0]), nd.array([4.0])
    >>> optimizer.get_updater(optimizer.Nadam(learning_rate=0.5))(0, g, w)
    >>> round(float(w), 4)
    0.4718

    References
    ----------
    Dozat (2016).
    """

    rule = nadam
    prologue = decay_then_clip
    default_learning_rate = 0.001
    kept = {"product": 1.0}

    def __init__(self, learning_rate=None, beta1=0.9, beta2=0.999, epsilon=1e-8, schedule_decay=0.004, **kwargs):
        self.beta1 = validate.real("beta1", beta1, low=0, below=1)
        self.beta2 = validate.real("beta2", beta2, low=0, below=1)
        self.epsilon = validate.real("epsilon", epsilon, low=0)
        self.schedule_decay = validate.real("schedule_decay", schedule_decay, low=0)
        super().__init__(learning_rate=learning_rate, **kwargs)

    def keep(self, t, lr, product):
        """Give the product (2) at step t."""
        return {"product": product * mu(t, self.beta1, self.schedule_decay)}  # (2)

    def scalars(self, t, lr, wd, product):
        """Give the numbers of (3) to (7)."""
        return scalars(t, lr, self.beta1, self.beta2, self.epsilon, self.schedule_decay, product)
