r"""SGD: stochastic gradient descent, plain and with Polyak's momentum.

Robbins and Monro, "A Stochastic Approximation Method", Ann. Math. Stat. 22(3), 1951; the momentum of B. T. Polyak, "Some methods of
speeding up the convergence of iteration methods", USSR Comput. Math. Math. Phys. 4(5), 1964.
Chapter: book/optimizers/sgd.ipynb.

With :math:`g_t` the gradient after the prologue (rescaled, clipped, then decayed: :math:`g + \lambda w`), for t = 1, 2, ...

.. math::
    w_t = w_{t-1} - \eta\, g_t  \tag{1}

and with momentum :math:`\mu > 0`, from :math:`\mathit{mom}_0 = 0`,

.. math::
    \mathit{mom}_t &= \mu\, \mathit{mom}_{t-1} - \eta\, g_t  \tag{2} \\
    w_t &= w_{t-1} + \mathit{mom}_t  \tag{3}

The learning rate is inside the buffer, so a change of rate acts on the gradients to come and not on those already in it.
"""

from .. import validate
from .optimizer import Optimizer
from .prologue import clip_then_decay
from .registry import register
from .rule import rule


def scalars(t, lr):
    """Numbers of (1)."""
    return (lr,)


@rule()
def sgd(w, g, lr):
    """One step of plain gradient descent."""
    w = w - lr * g  # (1)
    return w


def momentum_scalars(t, lr, mu):
    """Numbers of (2)."""
    return lr, mu


@rule("mom")
def momentum(w, g, mom, lr, mu):
    """One step with Polyak's momentum."""
    mom = mu * mom - lr * g  # (2)
    w = w + mom  # (3)
    return w, mom


@register
class SGD(Optimizer):
    """Stochastic gradient descent; see the module for its equations.

    Parameters
    ----------
    learning_rate : float, default 0.01
        The eta of (1) and (2), in units of weight per gradient.
    momentum : float, default 0.0
        The mu of (2), from 0 (none) to below 1.
    lazy_update : bool, default True
        Accepted for MXNet's sake; it concerns sparse gradients, of which there are none here.
    **kwargs
        What `Optimizer` takes. The decay `wd` is added to the gradient after clipping.

    Examples
    --------
    >>> from mxedu import nd, optimizer
    >>> w, g = nd.array([1.0]), nd.array([4.0])
    >>> optimizer.get_updater(optimizer.SGD(learning_rate=0.5))(0, g, w)
    >>> float(w)
    -1.0

    References
    ----------
    Robbins and Monro (1951); Polyak (1964).
    """

    prologue = clip_then_decay

    def __init__(self, momentum=0.0, lazy_update=True, **kwargs):
        self.momentum = validate.real("momentum", momentum, low=0, below=1)
        self._buffered = momentum > 0
        super().__init__(**kwargs)

    @property
    def rule(self):
        """The rule in force: plain, or with momentum, also when that has been set to 0 since: the buffers are there."""
        return momentum if self._buffered or self.momentum else sgd

    def scalars(self, t, lr, wd):
        """Give the numbers of (1), or of (2)."""
        return momentum_scalars(t, lr, self.momentum) if self._buffered or self.momentum else scalars(t, lr)


@register
class ccSGD(SGD):
    """SGD under an older name of MXNet's."""
