"""The twins: each method transcribed from its paper, one slow function, numpy only.

They share no line with the package, so that agreement means something. Each takes the start `w0` and one gradient for each step
(None: this parameter is not updated in that step) and gives the weights after every step. `lr` is a number or a function of the
step, 1 for the first update. `rescale`, `clip` and `wd` enter where MXNet 1.9.1 puts them for the method.
"""

import numpy as np


def _rate(lr, t):
    return lr(t) if callable(lr) else lr


def _clip(g, clip):
    return g if clip is None else np.where(g > clip, clip, np.where(g < -clip, -clip, g))


def sgd(w0, gradients, lr, wd=0.0, clip=None, rescale=1.0):
    """Robbins and Monro (1951): walk against the observed gradient."""
    w, t, path = np.array(w0), 0, []
    for g in gradients:
        if g is not None:
            t += 1
            w = w - _rate(lr, t) * (_clip(rescale * g, clip) + wd * w)
        path.append(w)
    return path


def momentum(w0, gradients, lr, momentum=0.9, wd=0.0, clip=None, rescale=1.0):
    """Polyak (1964): no buffer at all, but the last two positions."""
    w, before, t, path = np.array(w0), np.array(w0), 0, []
    for g in gradients:
        if g is not None:
            t += 1
            step = -_rate(lr, t) * (_clip(rescale * g, clip) + wd * w) + momentum * (w - before)
            w, before = w + step, w
        path.append(w)
    return path


def adam(w0, gradients, lr=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8, wd=0.0, clip=None, rescale=1.0):
    """Kingma and Ba (2015), Algorithm 1, with the epsilon of its efficient form: epsilon / sqrt(1 - beta2**t) beside the root."""
    w, m, v, t, path = np.array(w0), np.zeros_like(w0), np.zeros_like(w0), 0, []
    for g in gradients:
        if g is not None:
            t = t + 1
            g = _clip(rescale * g + wd * w, clip)
            m = beta1 * m + (1 - beta1) * g
            v = beta2 * v + (1 - beta2) * g**2
            m_hat = m / (1 - beta1**t)
            v_hat = v / (1 - beta2**t)
            w = w - _rate(lr, t) * m_hat / (np.sqrt(v_hat) + epsilon / np.sqrt(1 - beta2**t))
        path.append(w)
    return path
