r"""NAG: Nesterov's accelerated gradient.

Yu. E. Nesterov, "A method for solving the convex programming problem with convergence rate O(1/k^2)", Dokl. Akad. Nauk SSSR 269(3),
1983; in the form with one gradient, at the point reached, of Bengio, Boulanger-Lewandowski and Pascanu, "Advances in optimizing
recurrent networks", ICASSP 2013, arXiv:1212.0901, section 3.5. Chapter: book/optimizers/nag.ipynb.

With :math:`g_t` the gradient after the prologue (rescaled, clipped, then decayed: :math:`g + \lambda w`), for t = 1, 2, ..., from
:math:`\mathit{mom}_0 = 0`,

.. math::
    \mathit{mom}_t &= \mu\, \mathit{mom}_{t-1} - \eta\, g_t  \tag{1} \\
    w_t &= w_{t-1} + \mu\, \mathit{mom}_t - \eta\, g_t  \tag{2}

So w is the look-ahead point: the weight of the classical form, moved on once more by mu times the buffer. The learning rate is inside
the buffer. There is no epsilon.
"""

from .. import validate
from .optimizer import Optimizer
from .prologue import clip_then_decay
from .registry import register
from .rule import rule


def scalars(t, lr, mu):
    """Numbers of (1) and (2)."""
    return lr, mu


@rule("mom")
def nag(w, g, mom, lr, mu):
    """One step of Nesterov's method."""
    mom = mu * mom - lr * g  # (1)
    w = w + mu * mom - lr * g  # (2)
    return w, mom


@register
class NAG(Optimizer):
    """Nesterov's accelerated gradient; see the module for its equations.

    Parameters
    ----------
    momentum : float, default 0.0
        The mu of (1) and (2), from 0 (plain gradient descent) to below 1.
    **kwargs
        What `Optimizer` takes. The learning rate is the eta of (1) and (2), in units of weight per gradient, 0.01 by default; the decay
        `wd` is added to the gradient after clipping.

    Notes
    -----
    The buffer holds the gradient of the step it belongs to. MXNet 1.9.1 stores it with the decay of the weight already moved, so with
    `wd` its numbers differ.

    Examples
    --------
    >>> from mxedu import nd, optimizer
    >>> w, g = nd.array([1.0]), nd.array([4.0])
    >>> optimizer.get_updater(optimizer.NAG(learning_rate=0.25, momentum=0.5))(0, g, w)
    >>> float(w)
    -0.5

    References
    ----------
    Nesterov (1983); Bengio, Boulanger-Lewandowski and Pascanu (2013), arXiv:1212.0901.
    """

    rule = nag
    prologue = clip_then_decay

    def __init__(self, momentum=0.0, **kwargs):
        self.momentum = validate.real("momentum", momentum, low=0, below=1)
        super().__init__(**kwargs)

    def scalars(self, t, lr, wd):
        """Give the numbers of (1) and (2)."""
        return scalars(t, lr, self.momentum)
