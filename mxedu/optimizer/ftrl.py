r"""FTRL-Proximal: follow the (proximally) regularised leader, with weights that are exactly zero.

McMahan et al., "Ad Click Prediction: a View from the Trenches", KDD 2013, Algorithm 1. Chapter: still to be written.

With :math:`g_t` the gradient after the prologue (rescaled, then clipped), for t = 1, 2, ..., from :math:`z_0 = n_0 = 0`,

.. math::
    \sigma_t &= \left(\sqrt{n_{t-1} + g_t^2} - \sqrt{n_{t-1}}\right) / \eta  \tag{1} \\
    z_t &= z_{t-1} + g_t - \sigma_t\, w_{t-1}  \tag{2} \\
    n_t &= n_{t-1} + g_t^2  \tag{3} \\
    w_t &= \frac{-\operatorname{sign}(z_t)\, \max(|z_t| - \lambda_1, 0)}{(\beta + \sqrt{n_t}) / \eta + \lambda}  \tag{4}

The initial weight enters only through the first (2): where the first gradient is 0, the weight becomes 0 (the paper starts from 0).
:math:`\lambda_1` is `lamda1`, and the paper's :math:`\lambda_2` is the decay `wd`. There is no epsilon. The paper's rate is constant: z
remembers the old one, so a new rate multiplies all weights at once by about its ratio to the old.
"""

from .. import validate
from .optimizer import Optimizer
from .prologue import clip
from .registry import register
from .rule import rule, sign, sqrt


def scalars(t, lr, wd, lamda1, beta):
    """Numbers of (1) to (4)."""
    return lr, wd, lamda1, beta, 0


@rule("z", "n")
def ftrl(w, g, z, n, lr, wd, lamda1, beta, zero):
    """One step of FTRL-Proximal."""
    sigma = (sqrt(n + g * g) - sqrt(n)) / lr  # (1)
    z = z + g - sigma * w  # (2)
    n = n + g * g  # (3)
    w = -sign(z) * max(abs(z) - lamda1, zero) / ((beta + sqrt(n)) / lr + wd)  # (4)
    return w, z, n


@register
class Ftrl(Optimizer):
    """FTRL-Proximal; see the module for its equations.

    Parameters
    ----------
    lamda1 : float, default 0.01
        The threshold of (4), at least 0, in units of gradient.
    learning_rate : float, default 0.1
        The eta of (1) and (4), in units of weight. It must not be 0, nor a schedule's value, nor `lr_mult`: freeze a weight with
        ``grad_req="null"``.
    beta : float, default 1.0
        Added to the root in (4), in units of gradient; above 0, since (4) divides by it before there is a gradient.
    **kwargs
        What `Optimizer` takes. The decay `wd` is the paper's lambda_2, in (4).

    Examples
    --------
    >>> from mxedu import nd, optimizer
    >>> w, g = nd.array([0.0, 0.0]), nd.array([3.0, 0.005])
    >>> optimizer.get_updater(optimizer.Ftrl(lamda1=1.0, learning_rate=1.0))(0, g, w)
    >>> w.asnumpy().tolist()  # the second is below the threshold
    [-0.5, -0.0]

    References
    ----------
    McMahan et al. (2013).
    """

    rule = ftrl
    prologue = clip
    default_learning_rate = 0.1

    def __init__(self, lamda1=0.01, learning_rate=None, beta=1.0, **kwargs):
        self.lamda1 = validate.real("lamda1", lamda1, low=0)
        self.beta = validate.real("beta", beta, above=0)
        super().__init__(learning_rate=learning_rate, **kwargs)

    def scalars(self, t, lr, wd):
        """Give the numbers of (1) to (4)."""
        return scalars(t, validate.real("learning_rate, by which Ftrl divides,", lr, above=0), wd, self.lamda1, self.beta)
