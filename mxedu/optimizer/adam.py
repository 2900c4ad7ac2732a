r"""Adam: adaptive moment estimation.

Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, arXiv:1412.6980, Algorithm 1 in the form given just before
section 2.1. Chapter: book/optimizers/adam.ipynb.

With :math:`g_t` the gradient after the prologue (rescaled, decayed: :math:`g + \lambda w`, then clipped), for t = 1, 2, ..., from
:math:`m_0 = v_0 = 0`,

.. math::
    m_t &= \beta_1 m_{t-1} + (1 - \beta_1)\, g_t  \tag{1} \\
    v_t &= \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2  \tag{2} \\
    \eta_t &= \eta\, \sqrt{1 - \beta_2^t}\, /\, (1 - \beta_1^t)  \tag{3} \\
    w_t &= w_{t-1} - \eta_t\, m_t\, /\, (\sqrt{v_t} + \hat\epsilon)  \tag{4}

The epsilon stands outside the root of the uncorrected :math:`v_t`: it is the paper's :math:`\hat\epsilon`, and the epsilon of the
paper's Algorithm 1 (and of PyTorch) is :math:`\hat\epsilon / \sqrt{1 - \beta_2^t}`.
"""

from .. import validate
from .optimizer import Optimizer
from .prologue import decay_then_clip
from .registry import register
from .rule import rule, sqrt


def scalars(t, lr, beta1, beta2, epsilon):
    """Numbers of (1) to (4)."""
    lr_t = lr * sqrt(1 - beta2**t) / (1 - beta1**t)  # (3)
    return lr_t, beta1, beta2, epsilon, 1


@rule("m", "v")
def adam(w, g, m, v, lr_t, beta1, beta2, epsilon, one):
    """One step of Adam."""
    m = beta1 * m + (one - beta1) * g  # (1)
    v = beta2 * v + (one - beta2) * (g * g)  # (2)
    w = w - lr_t * m / (sqrt(v) + epsilon)  # (4)
    return w, m, v


@register
class Adam(Optimizer):
    """Adam; see the module for its equations.

    Parameters
    ----------
    learning_rate : float, default 0.001
        The eta of (3), in units of weight.
    beta1, beta2 : float, default 0.9 and 0.999
        How much of the averages (1) and (2) is kept at each step, from 0 to below 1.
    epsilon : float, default 1e-8
        Added to the root in (4), in units of gradient.
    lazy_update : bool, default True
        Accepted for MXNet's sake; it concerns sparse gradients, of which there are none here.
    **kwargs
        What `Optimizer` takes. The decay `wd` is added to the gradient before clipping, and so enters both averages.

    Examples
    --------
    >>> from mxedu import nd, optimizer
    >>> w, g = nd.array([1.0]), nd.array([4.0])
    >>> optimizer.get_updater(optimizer.Adam(learning_rate=0.5))(0, g, w)
    >>> round(float(w), 4)
    0.5

    References
    ----------
    Kingma and Ba (2015), arXiv:1412.6980.
    """

    rule = adam
    prologue = decay_then_clip
    default_learning_rate = 0.001

    def __init__(self, learning_rate=None, beta1=0.9, beta2=0.999, epsilon=1e-8, lazy_update=True, **kwargs):
        self.beta1 = validate.real("beta1", beta1, low=0, below=1)
        self.beta2 = validate.real("beta2", beta2, low=0, below=1)
        self.epsilon = validate.real("epsilon", epsilon, low=0)
        super().__init__(learning_rate=learning_rate, **kwargs)

    def scalars(self, t, lr, wd):
        """Give the numbers of (1) to (4)."""
        return scalars(t, lr, self.beta1, self.beta2, self.epsilon)
