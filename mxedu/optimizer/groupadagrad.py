r"""GroupAdaGrad: AdaGrad with one sum for each row of a matrix.

After Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization", JMLR 12, 2011, with a metric
that is constant on rows, and the mean of the row in the place of the sum, as in MXNet. Chapter: still to be written.

With :math:`g_t` the gradient after the prologue (rescaled, then clipped), i a row and j one of its c columns, for t = 1, 2, ..., from
:math:`n_0 = 0`,

.. math::
    q_{t,i} &= \frac{1}{c} \sum_j g_{t,ij}^2  \tag{1} \\
    n_{t,i} &= n_{t-1,i} + q_{t,i}  \tag{2} \\
    w_{t,ij} &= w_{t-1,ij} - \eta\, g_{t,ij} / \sqrt{n_{t,i} + \epsilon}  \tag{3}

The epsilon stands inside the root.
"""

from .. import validate
from .optimizer import Optimizer
from .prologue import clip
from .registry import register
from .rule import rule, sqrt


def scalars(t, lr, eps):
    """Numbers of (3)."""
    return lr, eps


@rule("n", "q")
def groupadagrad(w, g, n, q, lr, eps):
    """One step of GroupAdaGrad, given the mean square q of the row, (1), in the place of a state."""
    n = n + q  # (2)
    w = w - lr * g / sqrt(n + eps)  # (3)
    return w, n, q


@register
class GroupAdaGrad(Optimizer):
    """AdaGrad with one sum a row; see the module for its equations.

    Parameters
    ----------
    eps : float, default 1e-5
        Added inside the root in (3), at least 0, in units of gradient squared; at 0, a first gradient of 0 gives 0/0.
    **kwargs
        What `Optimizer` takes. The learning rate is the eta of (3), in units of weight, 0.01 by default. There is no decay: `wd` must be 0.

    Raises
    ------
    ValueError
        If `wd` is not 0; at the first update, if a weight has not two axes.

    Examples
    --------
    >>> from mxedu import nd, optimizer
    >>> w, g = nd.array([[1.0, 1.0]]), nd.array([[1.0, 7.0]])
    >>> optimizer.get_updater(optimizer.GroupAdaGrad(learning_rate=0.5))(0, g, w)
    >>> print(w.asnumpy().round(4))
    [[0.9 0.3]]

    References
    ----------
    Duchi, Hazan and Singer (2011).
    """

    rule = groupadagrad
    prologue = clip
    states = ("n",)

    def __init__(self, eps=1e-5, **kwargs):
        self.eps = validate.real("eps", eps, low=0)
        super().__init__(**kwargs)
        if self.wd:
            raise ValueError(f"wd must be 0: GroupAdaGrad has no weight decay, got {self.wd}; AdaGrad has")

    def state_shape(self, shape):
        """Give the shape of a column: one number a row."""
        if len(shape) != 2:
            raise ValueError(f"weight must have two axes, rows and columns, for GroupAdaGrad, got shape {shape}: use AdaGrad for it")
        return shape[0], 1

    def scalars(self, t, lr, wd):
        """Give the numbers of (3)."""
        return scalars(t, lr, self.eps)

    def move(self, w, g, states, treatment, scalars, at):
        """Go through the matrix row by row."""
        if w.size:
            self.sweep(self.prologue, self.rule, w, g, states, treatment, scalars, rows=True)
