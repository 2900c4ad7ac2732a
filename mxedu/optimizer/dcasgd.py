r"""DCASGD: asynchronous SGD with delay compensation.

Zheng, Meng, Wang, Chen, Yu, Ma and Liu, "Asynchronous Stochastic Gradient Descent with Delay Compensation", ICML 2017,
arXiv:1609.08326, with a constant lambda. Chapter: still to be written.

A worker's gradient belongs to an older weight, :math:`w^{\mathrm{prev}}`. With :math:`g_t` the gradient after the prologue (rescaled,
then clipped), for t = 1, 2, ..., from :math:`\mathit{mom}_0 = 0` and :math:`w^{\mathrm{prev}}_0 = w_0`,

.. math::
    d_t &= g_t + \lambda w_{t-1} + \lambda_c\, g_t^2\, (w_{t-1} - w^{\mathrm{prev}}_{t-1})  \tag{1} \\
    \mathit{mom}_t &= \mu\, \mathit{mom}_{t-1} - \eta\, d_t  \tag{2} \\
    w^{\mathrm{prev}}_t &= w_{t-1}  \tag{3} \\
    w_t &= w_{t-1} + \mathit{mom}_t  \tag{4}

The square stands for the diagonal of the Hessian; :math:`\lambda_c` is `lamda`. As in MXNet, the older weight is that before the last
update: with one worker, one step old. There is no epsilon. The decay and the momentum are not the paper's.
"""

from .. import validate
from ..nd import NDArray
from ..nd.memory import aligned_copy, aligned_zeros
from .optimizer import Optimizer
from .prologue import clip
from .registry import register
from .rule import rule


def scalars(t, lr, wd, mu, lamda):
    """Numbers of (1) and (2)."""
    return lr, wd, mu, lamda


@rule("mom", "w_prev")
def dcasgd(w, g, mom, w_prev, lr, wd, mu, lamda):
    """One step of SGD with delay compensation."""
    d = g + wd * w + lamda * (g * g) * (w - w_prev)  # (1)
    mom = mu * mom - lr * d  # (2)
    w_prev = w  # (3)
    w = w + mom  # (4)
    return w, mom, w_prev


@register
class DCASGD(Optimizer):
    """SGD with delay compensation; see the module for its equations.

    Parameters
    ----------
    momentum : float, default 0.0
        The mu of (2), from 0 (none) to below 1.
    lamda : float, default 0.04
        How much of the compensation is applied, at least 0, in units of 1 / loss.
    **kwargs
        What `Optimizer` takes. The learning rate is the eta of (2), in units of weight per gradient, 0.01 by default; the decay `wd` is
        added to the clipped gradient, but not squared.

    Notes
    -----
    MXNet 1.9.1 raises an error with momentum.

    Examples
    --------
    >>> from mxedu import nd, optimizer
    >>> w, g = nd.array([1.0]), nd.array([4.0])
    >>> update = optimizer.get_updater(optimizer.DCASGD(learning_rate=0.25, lamda=0.125))
    >>> update(0, g, w), update(0, g, w), float(w)
    (None, None, -0.5)

    References
    ----------
    Zheng et al. (2017), arXiv:1609.08326.
    """

    rule = dcasgd
    prologue = clip

    def __init__(self, momentum=0.0, lamda=0.04, **kwargs):
        self.momentum = validate.real("momentum", momentum, low=0, below=1)
        self.lamda = validate.real("lamda", lamda, low=0)
        super().__init__(**kwargs)

    def create_state(self, index, weight):
        """Give an empty buffer and the weight as it is."""
        return NDArray(aligned_zeros(weight.shape, weight.dtype)), NDArray(aligned_copy(weight._data))

    def scalars(self, t, lr, wd):
        """Give the numbers of (1) and (2)."""
        return scalars(t, lr, wd, self.momentum, self.lamda)
