r"""SGLD: stochastic gradient Langevin dynamics, which samples from a distribution instead of seeking its maximum.

Welling and Teh, "Bayesian Learning via Stochastic Gradient Langevin Dynamics", ICML 2011, equation (4).
Chapter: still to be written.

With :math:`g_t` the gradient of the negative log-density after the prologue (rescaled, clipped, then decayed: :math:`g + \lambda w`)
and :math:`\xi_t` a standard normal number, drawn anew for each weight and each t = 1, 2, ...,

.. math::
    w_t = w_{t-1} - \frac{\eta}{2}\, g_t + \sqrt{\eta}\, \xi_t  \tag{1}

There is no state. The noise comes from the streams of `mxedu.random`. For samples of a posterior, :math:`g_t` must estimate the gradient
for the whole data set: `rescale_grad` is then its size over that of the batch, where a Trainer alone takes 1 over that of the batch. The
paper lets :math:`\eta` fall to 0; a constant one, and clipping, bias the samples.
"""

from ..nd.random import normal
from .optimizer import Optimizer
from .prologue import clip_then_decay
from .registry import register
from .rule import rule, sqrt


def scalars(t, lr):
    """Numbers of (1)."""
    return lr / 2, sqrt(lr)


@rule("noise")
def sgld(w, g, noise, half_lr, deviation):
    """One step of Langevin dynamics; the noise stands in the place of a state and is left as it was drawn."""
    w = w - half_lr * g + deviation * noise  # (1)
    return w, noise


@register
class SGLD(Optimizer):
    """Stochastic gradient Langevin dynamics; see the module for its equation.

    Parameters
    ----------
    **kwargs
        What `Optimizer` takes. The learning rate is the eta of (1), in units of weight squared, 0.01 by default; the decay `wd`, the
        precision of a normal prior around 0, is added to the gradient after clipping.

    Examples
    --------
    >>> from mxedu import nd, optimizer, random
    >>> random.seed(0)
    >>> w, g = nd.zeros(10000), nd.zeros(10000)
    >>> optimizer.get_updater(optimizer.SGLD(learning_rate=0.25))(0, g, w)
    >>> round(float(w.asnumpy().std()), 2)
    0.5

    References
    ----------
    Welling and Teh (2011).
    """

    rule = sgld
    prologue = clip_then_decay
    states = ()

    def scalars(self, t, lr, wd):
        """Give the numbers of (1)."""
        return scalars(t, lr)

    def move(self, w, g, states, treatment, scalars, at):
        """Draw the noise, then move."""
        noise = normal(shape=w.shape, dtype=treatment[0].dtype)
        super().move(w, g, [noise._data], treatment, scalars, at)
