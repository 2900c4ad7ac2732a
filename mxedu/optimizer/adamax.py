r"""Adamax: Adam with the largest gradient of the past in the place of the root mean square.

Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, arXiv:1412.6980, Algorithm 2, section 7.1.
Chapter: still to be written.

With :math:`g_t` the gradient after the prologue (rescaled, decayed: :math:`g + \lambda w`, then clipped), for t = 1, 2, ..., from
:math:`m_0 = u_0 = 0`,

.. math::
    m_t &= \beta_1 m_{t-1} + (1 - \beta_1)\, g_t  \tag{1} \\
    u_t &= \max(|g_t|, \beta_2 u_{t-1})  \tag{2} \\
    \eta_t &= \eta / (1 - \beta_1^t)  \tag{3} \\
    w_t &= w_{t-1} - \eta_t\, m_t / u_t  \tag{4}

where the last ratio is 0 while all gradients have been 0. There is no epsilon: the code divides by :math:`\max(u_t, \mathit{tiny})`
with the smallest normal number of float32, :math:`2^{-126}`. For :math:`\beta_1 > \beta_2` the steps grow while gradients are 0.
"""

from .. import validate
from .optimizer import Optimizer
from .prologue import decay_then_clip
from .registry import register
from .rule import rule


def scalars(t, lr, beta1, beta2):
    """Numbers of (1) to (4)."""
    lr_t = lr / (1 - beta1**t)  # (3)
    return lr_t, beta1, beta2, 2.0**-126, 1


@rule("m", "u")
def adamax(w, g, m, u, lr_t, beta1, beta2, tiny, one):
    """One step of Adamax."""
    m = beta1 * m + (one - beta1) * g  # (1)
    u = max(abs(g), beta2 * u)  # (2)
    w = w - lr_t * (m / max(u, tiny))  # (4)
    return w, m, u


@register
class Adamax(Optimizer):
    """Adamax; see the module for its equations.

    Parameters
    ----------
    learning_rate : float, default 0.002
        The eta of (3), in units of weight.
    beta1, beta2 : float, default 0.9 and 0.999
        How much of the average (1) and of the maximum (2) is kept at each step, from 0 to below 1.
    **kwargs
        What `Optimizer` takes. The decay `wd` is added to the gradient before clipping.

    Notes
    -----
    A weight that has had no gradient but 0 stays as it is; in MXNet 1.9.1 it becomes NaN.

    Examples
    --------
    >>> from mxedu import nd, optimizer
    >>> w, g = nd.array([1.0, 1.0]), nd.array([4.0, 0.0])
    >>> optimizer.get_updater(optimizer.Adamax(learning_rate=0.5))(0, g, w)
    >>> w.asnumpy().round(4).tolist()
    [0.5, 1.0]

    References
    ----------
    Kingma and Ba (2015), arXiv:1412.6980.
    """

    rule = adamax
    prologue = decay_then_clip
    default_learning_rate = 0.002

    def __init__(self, learning_rate=None, beta1=0.9, beta2=0.999, **kwargs):
        self.beta1 = validate.real("beta1", beta1, low=0, below=1)
        self.beta2 = validate.real("beta2", beta2, low=0, below=1)
        super().__init__(learning_rate=learning_rate, **kwargs)

    def scalars(self, t, lr, wd):
        """Give the numbers of (1) to (4)."""
        return scalars(t, lr, self.beta1, self.beta2)
