r"""Test: the optimizer of MXNet's own tests, which adds the gradient to the weight.

With :math:`g_t` the rescaled gradient,

.. math::
    w_t = w_{t-1} + g_t  \tag{1}

There is no state; learning rate, clipping and decay have no effect.
"""

from .optimizer import Optimizer
from .prologue import rescale
from .registry import register
from .rule import rule


@rule()
def test(w, g):
    """Add."""
    w = w + g  # (1)
    return w


@register
class Test(Optimizer):
    """Add the gradient to the weight; takes what `Optimizer` takes.

    Examples
    --------
    >>> from mxedu import nd, optimizer
    >>> w, g = nd.array([1.0]), nd.array([4.0])
    >>> optimizer.get_updater(optimizer.create("test", rescale_grad=0.5))(0, g, w)
    >>> float(w)
    3.0
    """

    rule = test
    prologue = rescale

    def scalars(self, t, lr, wd):
        """Give nothing: (1) has no numbers."""
        return ()
