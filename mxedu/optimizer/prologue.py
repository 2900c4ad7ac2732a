"""The prologues: what is done to the gradient before the rule sees it.

r is `rescale_grad`, c is `clip_gradient` (infinite for none) and wd is the weight decay (0 for none). Where the decay stands is MXNet
1.9.1's choice for each optimizer, 2.0's for those it lacks; each class names its own.
"""

from .rule import Scalar

__all__ = ["clip", "clip_then_decay", "decay_then_clip", "rescale"]


@Scalar
def rescale(w, g, r, c, wd):
    """Rescale, and no more."""
    return r * g


@Scalar
def clip(w, g, r, c, wd):
    """Rescale and clip; the rule has its own place for the decay."""
    return min(max(r * g, -c), c)


@Scalar
def clip_then_decay(w, g, r, c, wd):
    """Rescale, clip, then add the decay."""
    return min(max(r * g, -c), c) + wd * w


@Scalar
def decay_then_clip(w, g, r, c, wd):
    """Rescale, add the decay, then clip the sum."""
    return min(max(r * g + wd * w, -c), c)
