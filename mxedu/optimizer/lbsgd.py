r"""LBSGD: SGD with momentum for large batches, which are put together of several, with a rate that warms up.

Goyal et al., "Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour", 2017, arXiv:1706.02677, sections 2.1 (linear scaling) and 2.2
(warm-up). Chapter: still to be written.

With :math:`h_t` the gradient as it came and B = `batch_scale`, for t = 1, 2, ..., from :math:`\mathit{total}_0 = \mathit{mom}_0 = 0`,

.. math::
    \mathit{total}_t = \mathit{total}_{t-1} + h_t  \tag{1}

Every B-th update goes on, with :math:`g_t` the mean :math:`\mathit{total}_t / B` after the prologue (rescaled, clipped, then decayed:
:math:`g + \lambda w`), and the total is 0 again:

.. math::
    \mathit{mom}_t &= \mu\, \mathit{mom}_{t-B} - k_t\, \eta\, g_t  \tag{2} \\
    w_t &= w_{t-1} + \mathit{mom}_t  \tag{3}

The factor of the rate is :math:`k_t = 1 + (B - 1)\, p(t / T)` for t below T = `warmup_epochs` * `updates_per_epoch`, and B from there on,
with p(x) = x ('linear'), x squared ('power2') or the root of x ('sqrt'). With 'lars' it is :math:`\sqrt{\|w\|^2 / (\|\bar h\|^2 +
\lambda \|w\|^2 + 10^{-18})}`, limited to [0.01, 100], where :math:`\bar h` is the mean before the prologue. Here t counts the updates of
a weight, those of `begin_epoch` epochs included; if these are no multiple of B, the first total holds fewer gradients and is divided by
B all the same, as in MXNet. The factor of 'lars' is after You, Gitman and Ginsburg, 2017, arXiv:1708.03888.
"""

import math

from .. import validate
from .layerwise import norm
from .optimizer import Optimizer
from .prologue import clip_then_decay
from .registry import register
from .sgd import momentum

WARMUPS = {"linear": lambda x: x, "power2": lambda x: x * x, "sqrt": math.sqrt, "lars": None}


def scalars(t, lr, mu, k):
    """Numbers of (2)."""
    return k * lr, mu


@register
class LBSGD(Optimizer):
    """SGD for large batches; see the module for its equations. Its rule is `momentum`, that of `SGD`.

    Parameters
    ----------
    momentum : float, default 0.0
        The mu of (2), from 0 (none) to below 1.
    multi_precision : bool, default False
        As for `Optimizer`.
    warmup_strategy : {'linear', 'power2', 'sqrt', 'lars'}, default 'linear'
        How the factor of the rate rises.
    warmup_epochs : int, default 5
        How many epochs it takes.
    batch_scale : int, default 1
        How many gradients make one step, at least 1.
    updates_per_epoch : int, default 32
        How many updates are an epoch, at least 1.
    begin_epoch : int, default 0
        How many epochs have passed already.
    num_epochs : int, default 60
        Accepted for MXNet's sake; it has no effect there either.
    **kwargs
        What `Optimizer` takes. The learning rate is 0.01 by default; the decay `wd` is added to the gradient after clipping.

    Notes
    -----
    The learning rate is read as for all optimizers, after the update has been counted; MXNet 1.9.1 reads LBSGD's before. The total is of
    the gradients as they came; a Trainer of MXNet 1.9.1 adds up what has been written to their arrays since.

    Examples
    --------
    >>> from mxedu import nd, optimizer
    >>> w, update = nd.array([1.0]), optimizer.get_updater(optimizer.LBSGD(learning_rate=0.25, batch_scale=2, warmup_epochs=0))
    >>> update(0, nd.array([3.0]), w), float(w), update(0, nd.array([1.0]), w), float(w)
    (None, 1.0, None, 0.0)

    References
    ----------
    Goyal et al. (2017), arXiv:1706.02677.
    """

    rule = momentum
    prologue = clip_then_decay
    states = "mom", "total"
    kept = {"updates": 0}

    def __init__(
        self, momentum=0.0, multi_precision=False, warmup_strategy="linear", warmup_epochs=5, batch_scale=1, updates_per_epoch=32,
        begin_epoch=0, num_epochs=60, **kwargs,
    ):  # fmt: skip
        if warmup_strategy not in WARMUPS:
            raise ValueError(f"warmup_strategy must be one of {', '.join(map(repr, WARMUPS))}, got {warmup_strategy!r}")
        self.momentum = validate.real("momentum", momentum, low=0, below=1)
        self.warmup_strategy = warmup_strategy
        self.warmup_epochs = validate.integer("warmup_epochs", warmup_epochs, low=0)
        self.batch_scale = validate.integer("batch_scale", batch_scale, low=1)
        self.updates_per_epoch = validate.integer("updates_per_epoch", updates_per_epoch, low=1)
        self.begin_epoch = validate.integer("begin_epoch", begin_epoch, low=0)
        super().__init__(multi_precision=multi_precision, **kwargs)

    def keep(self, t, lr, updates):
        """Count the weight's updates; `begin_num_update` is no part of them."""
        return {"updates": (updates or self.begin_epoch * self.updates_per_epoch) + 1}

    def scalars(self, t, lr, wd, updates):
        """Give the numbers of (2)."""
        warmup, p, t = self.warmup_epochs * self.updates_per_epoch, WARMUPS[self.warmup_strategy], updates
        k = 1.0 if p is None else self.batch_scale if t >= warmup else 1 + (self.batch_scale - 1) * p(t / warmup)
        return scalars(t, lr, self.momentum, k)

    def move(self, w, g, states, treatment, scalars, at):
        """Add the gradient to the total, (1); if that is full, move by its mean and empty it."""
        (mom, total), (lr, mu), (_, _, kept) = states, scalars, at
        total += g
        if kept["updates"] % self.batch_scale:
            return
        total /= self.batch_scale
        if self.warmup_strategy == "lars":
            w2, g2 = norm(w) ** 2, norm(total) ** 2
            lr = type(lr)(lr * min(max(math.sqrt(w2 / (g2 + float(treatment[2]) * w2 + 1e-18)), 0.01), 100.0))
        super().move(w, total, [mom], treatment, (lr, mu), at)
        total[...] = 0
