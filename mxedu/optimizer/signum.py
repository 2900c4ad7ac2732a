r"""Signum and signSGD: steps of one size, in the direction of the signs.

Bernstein, Wang, Azizzadenesheli and Anandkumar, "signSGD: Compressed Optimisation for Non-Convex Problems", ICML 2018,
arXiv:1802.04434, Algorithms 1 and 2. Chapter: book/optimizers/signum.ipynb.

With :math:`g_t` the gradient after the prologue (rescaled, clipped, then decayed: :math:`g + \lambda w`), momentum :math:`\mu > 0`
and the decoupled decay :math:`\lambda_h`, for t = 1, 2, ..., from :math:`\mathit{mom}_0 = 0`,

.. math::
    \mathit{mom}_t &= \mu\, \mathit{mom}_{t-1} - (1 - \mu)\, g_t  \tag{1} \\
    w_t &= (1 - \eta \lambda_h)\, w_{t-1} + \eta\, \operatorname{sign}(\mathit{mom}_t)  \tag{2}

and without momentum, where :math:`g_t` is the rescaled gradient, neither clipped nor decayed,

.. math::
    w_t = (1 - \eta (\lambda + \lambda_h))\, w_{t-1} - \eta\, \operatorname{sign}(g_t)  \tag{3}

The buffer is the negative of the paper's average. The sign of 0 is 0. Neither decay is the paper's.
"""

from .. import validate
from .optimizer import Optimizer
from .prologue import clip_then_decay, rescale
from .registry import register
from .rule import rule, sign


def scalars(t, lr, mu, wd_lh):
    """Numbers of (1) and (2)."""
    return lr, mu, 1 - lr * wd_lh, 1


@rule("mom")
def signum(w, g, mom, lr, mu, shrink, one):
    """One step of Signum."""
    mom = mu * mom - (one - mu) * g  # (1)
    w = shrink * w + lr * sign(mom)  # (2)
    return w, mom


def signsgd_scalars(t, lr, wd, wd_lh):
    """Numbers of (3)."""
    return lr, 1 - lr * (wd + wd_lh)


@rule()
def signsgd(w, g, lr, shrink):
    """One step of signSGD."""
    w = shrink * w - lr * sign(g)  # (3)
    return w


@register
class Signum(Optimizer):
    """Signum, and signSGD without momentum; see the module for its equations.

    Parameters
    ----------
    learning_rate : float, default 0.01
        The eta of (2) and (3), in units of weight: but for decay and signs of 0, every weight moves by it.
    momentum : float, default 0.9
        The mu of (1), from 0 (signSGD) to below 1.
    wd_lh : float, default 0.0
        The decoupled decay of (2) and (3), in units of 1 / learning rate.
    **kwargs
        What `Optimizer` takes. The decay `wd` is added to the gradient after clipping, and so can only turn signs; without momentum
        it is decoupled, as `wd_lh` is.

    Notes
    -----
    MXNet 1.9.1 refuses `wd_lh` without momentum.

    Examples
    --------
    >>> from mxedu import nd, optimizer
    >>> w, g = nd.array([1.0]), nd.array([4.0])
    >>> optimizer.get_updater(optimizer.Signum(learning_rate=0.25))(0, g, w)
    >>> float(w)
    0.75

    References
    ----------
    Bernstein, Wang, Azizzadenesheli and Anandkumar (2018), arXiv:1802.04434.
    """

    def __init__(self, learning_rate=None, momentum=0.9, wd_lh=0.0, **kwargs):
        self.momentum = validate.real("momentum", momentum, low=0, below=1)
        self._buffered = momentum > 0
        self.wd_lh = validate.real("wd_lh", wd_lh, low=0)
        super().__init__(learning_rate=learning_rate, **kwargs)

    @property
    def rule(self):
        """The rule in force, as for `SGD`: with a buffer if there was momentum from the start, or is now."""
        return signum if self._buffered or self.momentum else signsgd

    @property
    def prologue(self):
        """The gradient is clipped and decayed only where there is a buffer."""
        return clip_then_decay if self.rule is signum else rescale

    def scalars(self, t, lr, wd):
        """Give the numbers of (1) and (2), or of (3)."""
        if self.rule is signum:
            return scalars(t, lr, self.momentum, self.wd_lh)
        return signsgd_scalars(t, lr, wd, self.wd_lh)
