r"""AdaDelta: steps in units of the weight, from a running size of the steps made before.

Zeiler, "ADADELTA: An Adaptive Learning Rate Method", 2012, arXiv:1212.5701, Algorithm 1. Chapter: still to be written.

With :math:`g_t` the gradient after the prologue (rescaled, then clipped), for t = 1, 2, ..., from :math:`v_0 = s_0 = 0`,

.. math::
    v_t &= \rho\, v_{t-1} + (1 - \rho)\, g_t^2  \tag{1} \\
    d_t &= \frac{\sqrt{s_{t-1} + \epsilon}}{\sqrt{v_t + \epsilon}}\, g_t  \tag{2} \\
    s_t &= \rho\, s_{t-1} + (1 - \rho)\, d_t^2  \tag{3} \\
    w_t &= w_{t-1} - \eta\, (d_t + \lambda\, w_{t-1})  \tag{4}

The same epsilon stands inside both roots, in units of gradient squared in one and of weight squared in the other. The paper has neither
a learning rate, :math:`\eta = 1`, nor a decay.
"""

from .. import validate
from .optimizer import Optimizer
from .prologue import clip
from .registry import register
from .rule import rule, sqrt


def scalars(t, lr, wd, rho, epsilon):
    """Numbers of (1) to (4)."""
    return lr, wd, rho, epsilon, 1


@rule("v", "s")
def adadelta(w, g, v, s, lr, wd, rho, epsilon, one):
    """One step of AdaDelta."""
    v = rho * v + (one - rho) * (g * g)  # (1)
    d = sqrt(s + epsilon) / sqrt(v + epsilon) * g  # (2)
    s = rho * s + (one - rho) * (d * d)  # (3)
    w = w - lr * (d + wd * w)  # (4)
    return w, v, s


@register
class AdaDelta(Optimizer):
    """AdaDelta; see the module for its equations.

    Parameters
    ----------
    rho : float, default 0.9
        How much of the averages (1) and (3) is kept at each step, from 0 to below 1.
    epsilon : float, default 1e-5
        Added inside both roots; it sets the size of the first steps. It must be above 0: at 0 the weight would never move.
    **kwargs
        What `Optimizer` takes. The learning rate is the eta of (4), a number without unit, 1.0 by default; the decay `wd` is decoupled, as
        (4) says.

    Notes
    -----
    MXNet 1.9.1 ignores the learning rate; 1.0 gives its numbers. It also writes to the caller's gradient.

    Examples
    --------
    >>> from mxedu import nd, optimizer
    >>> w, g = nd.array([1.0]), nd.array([4.0])
    >>> optimizer.get_updater(optimizer.AdaDelta(rho=0.75, epsilon=0.0625))(0, g, w)
    >>> round(float(w), 4)
    0.5039

    References
    ----------
    Zeiler (2012), arXiv:1212.5701.
    """

    rule = adadelta
    prologue = clip
    default_learning_rate = 1.0

    def __init__(self, rho=0.9, epsilon=1e-5, **kwargs):
        self.rho = validate.real("rho", rho, low=0, below=1)
        self.epsilon = validate.real("epsilon", epsilon, above=0)
        super().__init__(**kwargs)

    def scalars(self, t, lr, wd):
        """Give the numbers of (1) to (4)."""
        return scalars(t, lr, wd, self.rho, self.epsilon)
