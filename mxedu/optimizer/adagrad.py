r"""AdaGrad: a rate for each weight, from the sum of its squared gradients.

Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization", JMLR 12, 2011, with
diagonal matrices. Chapter: still to be written.

With :math:`g_t` the gradient after the prologue (rescaled, then clipped), for t = 1, 2, ..., from :math:`n_0 = 0`,

.. math::
    n_t &= n_{t-1} + g_t^2  \tag{1} \\
    w_t &= w_{t-1} - \eta \left(\frac{g_t}{\sqrt{n_t + \epsilon}} + \lambda\, w_{t-1}\right)  \tag{2}

The epsilon stands inside the root and the decay beside the ratio; PyTorch has the one outside and adds the other to the gradient. The
paper has its delta outside, and no decay.
"""

from .. import validate
from .optimizer import Optimizer
from .prologue import clip
from .registry import register
from .rule import rule, sqrt


def scalars(t, lr, wd, eps):
    """Numbers of (2)."""
    return lr, wd, eps


@rule("n")
def adagrad(w, g, n, lr, wd, eps):
    """One step of AdaGrad."""
    n = n + g * g  # (1)
    w = w - lr * (g / sqrt(n + eps) + wd * w)  # (2)
    return w, n


@register
class AdaGrad(Optimizer):
    """AdaGrad; see the module for its equations.

    Parameters
    ----------
    eps : float, default 1e-7
        Added inside the root in (2), at least 0, in units of gradient squared; at 0, a first gradient of 0 gives 0/0.
    **kwargs
        What `Optimizer` takes. The learning rate is the eta of (2), in units of weight, 0.01 by default; the decay `wd` is decoupled, as
        (2) says.

    Examples
    --------
    >>> from mxedu import nd, optimizer
    >>> w, g = nd.array([1.0]), nd.array([4.0])
    >>> optimizer.get_updater(optimizer.AdaGrad(learning_rate=0.5))(0, g, w)
    >>> round(float(w), 4)
    0.5

    References
    ----------
    Duchi, Hazan and Singer (2011).
    """

    rule = adagrad
    prologue = clip

    def __init__(self, eps=1e-7, **kwargs):
        self.eps = validate.real("eps", eps, low=0)
        super().__init__(**kwargs)

    def scalars(self, t, lr, wd):
        """Give the numbers of (2)."""
        return scalars(t, lr, wd, self.eps)
