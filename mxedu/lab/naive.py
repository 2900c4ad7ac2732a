"""The twins: each method transcribed from its paper, one slow function, numpy only.

They share no line with the package, so that agreement means something. Each takes the start `w0` and one gradient for each step
(None: this parameter is not updated in that step) and gives the weights after every step. `lr` is a number or a function of the
step, 1 for the first update. `rescale`, `clip` and `wd` enter where MXNet 1.9.1 puts them for the method (and, for
AdaBelief and LANS, 2.0; AdamW's decay is its paper's).
"""

import numpy as np


def _rate(lr, t):
    return lr(t) if callable(lr) else lr


def _clip(g, clip):
    return g if clip is None else np.where(g > clip, clip, np.where(g < -clip, -clip, g))


def _norm(x):
    return np.sqrt(np.sum(x**2))


def _phi(w, lower, upper):
    size = _norm(w)
    size = size if lower is None else max(size, lower)
    return size if upper is None else min(size, upper)


def _to_length(length, x):
    """Scale x to this length; where either length is 0, leave it."""
    norm = _norm(x)
    return length * x / norm if length > 0 and norm > 0 else x


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


def nag(w0, gradients, lr, momentum=0.9, wd=0.0, clip=None, rescale=1.0):
    """Nesterov (1983): two sequences and no buffer; `w` is the extrapolated point, where the gradient is taken and which MXNet keeps."""
    w, x, t, path = np.array(w0), np.array(w0), 0, []
    for g in gradients:
        if g is not None:
            t += 1
            x, before = w - _rate(lr, t) * (_clip(rescale * g, clip) + wd * w), x
            w = x + momentum * (x - before)
        path.append(w)
    return path


def signum(w0, gradients, lr, momentum=0.9, wd_lh=0.0, wd=0.0, clip=None, rescale=1.0):
    """Bernstein et al. (2018), Algorithm 2: the sign of the average. MXNet's `wd` acts in the average, its `wd_lh` on the weight."""
    w, m, t, path = np.array(w0), np.zeros_like(w0), 0, []
    for g in gradients:
        if g is not None:
            t += 1
            m = momentum * m + (1 - momentum) * (_clip(rescale * g, clip) + wd * w)
            w = w - _rate(lr, t) * (np.sign(m) + wd_lh * w)
        path.append(w)
    return path


def signsgd(w0, gradients, lr, wd_lh=0.0, wd=0.0, clip=None, rescale=1.0):
    """Bernstein et al. (2018), Algorithm 1: a sign knows no clip and no rescale, so MXNet ignores both; both decays act on the weight."""
    w, t, path = np.array(w0), 0, []
    for g in gradients:
        if g is not None:
            t += 1
            w = w - _rate(lr, t) * (np.sign(g) + (wd + wd_lh) * w)
        path.append(w)
    return path


def sgld(w0, gradients, lr, noise, wd=0.0, clip=None, rescale=1.0):
    """Welling and Teh (2011), equation (4), with the rate as epsilon and G as minus the gradient of the log posterior.

    `noise` holds an array of standard normals for each step that is made.
    """
    w, normals, t, path = np.array(w0), iter(noise), 0, []
    for g in gradients:
        if g is not None:
            t += 1
            eta = np.sqrt(_rate(lr, t)) * next(normals)
            w = w + _rate(lr, t) / 2 * -(_clip(rescale * g, clip) + wd * w) + eta
        path.append(w)
    return path


def dcasgd(w0, gradients, lr, momentum=0.0, lamda=0.04, wd=0.0, clip=None, rescale=1.0):
    """Zheng et al. (2017), DC-ASGD-c with a delay of one step: the gradient plus lamda times its square times the way gone since.

    MXNet's conventions: the decay is outside the square, and the momentum is Polyak's, `momentum` times that same way.
    """
    w, before, t, path = np.array(w0), np.array(w0), 0, []
    for g in gradients:
        if g is not None:
            t += 1
            g = _clip(rescale * g, clip)
            compensated = g + lamda * g * g * (w - before) + wd * w
            w, before = w + momentum * (w - before) - _rate(lr, t) * compensated, w
        path.append(w)
    return path


def ftml(w0, gradients, lr, beta1=0.6, beta2=0.999, epsilon=1e-8, wd=0.0, clip=None, rescale=1.0):
    """Zheng and Kwok (2017): not the recursion of Algorithm 1, but the minimum that it computes, with all of the past in it.

    The next weight is argmin_x sum_i a_i (g_i x + q_i / 2 (x - w_i)**2); the a_i sum to 1 and the a_i q_i to (sqrt(v_hat) + epsilon) / lr.
    """
    w, v, t, path = np.array(w0), np.zeros_like(w0), 0, []
    slopes, curvatures, centres = [], [], []
    for g in gradients:
        if g is not None:
            t += 1
            g = _clip(rescale * g + wd * w, clip)
            v = beta2 * v + (1 - beta2) * g**2
            v_hat = v / (1 - beta2**t)
            a = [(1 - beta1) * beta1 ** (t - i) / (1 - beta1**t) for i in range(1, t + 1)]
            total = (np.sqrt(v_hat) + epsilon) / _rate(lr, t)
            rest = total - sum(a[i] * curvatures[i] for i in range(t - 1))
            slopes, curvatures, centres = [*slopes, g], [*curvatures, rest / a[-1]], [*centres, w]
            w = sum(a[i] * (curvatures[i] * centres[i] - slopes[i]) for i in range(t)) / total
        path.append(w)
    return path


def ftrl(w0, gradients, lr=0.1, lamda1=0.01, beta=1.0, wd=0.0, clip=None, rescale=1.0):
    """McMahan et al. (2013), Algorithm 1, its z kept as the two sums that it is. lambda_2 is `wd`; MXNet's first w is `w0`, not 0."""
    w, n, pull, anchor, t, path = np.array(w0), np.zeros_like(w0), np.zeros_like(w0), np.zeros_like(w0), 0, []
    for g in gradients:
        if g is not None:
            t += 1
            alpha = _rate(lr, t)
            g = _clip(rescale * g, clip)
            sigma = (np.sqrt(n + g**2) - np.sqrt(n)) / alpha
            n = n + g**2
            pull, anchor = pull + g, anchor + sigma * w
            z = pull - anchor
            w = np.where(np.abs(z) <= lamda1, 0.0, -(z - np.sign(z) * lamda1) / ((beta + np.sqrt(n)) / alpha + wd))
        path.append(w)
    return path


def adagrad(w0, gradients, lr=0.01, eps=1e-7, wd=0.0, clip=None, rescale=1.0):
    """Duchi, Hazan and Singer (2011), diagonal: all squares are kept and summed anew. MXNet: eps inside the root, decay beside it."""
    w, squares, t, path = np.array(w0), [], 0, []
    for g in gradients:
        if g is not None:
            t += 1
            g = _clip(rescale * g, clip)
            squares.append(g**2)
            w = w - _rate(lr, t) * (g / np.sqrt(sum(squares) + eps) + wd * w)
        path.append(w)
    return path


def groupadagrad(w0, gradients, lr=0.01, eps=1e-5, clip=None, rescale=1.0):
    """Duchi, Hazan and Singer (2011) with one rate for a row, as in MXNet: mean square over the row, eps inside the root, no decay."""
    w, squares, t, path = np.array(w0), [], 0, []
    for g in gradients:
        if g is not None:
            t += 1
            g = _clip(rescale * g, clip)
            squares.append([sum(x**2 for x in row) / len(row) for row in g])
            w = w - _rate(lr, t) * g / np.sqrt(np.sum(squares, axis=0) + eps)[:, None]
        path.append(w)
    return path


def rmsprop(w0, gradients, lr=0.001, gamma1=0.9, epsilon=1e-8, clip_weights=None, wd=0.0, clip=None, rescale=1.0):
    """Tieleman and Hinton (2012), lecture 6.5: divide by the root of a running mean square. MXNet: epsilon inside the root."""
    w, mean_square, t, path = np.array(w0), np.zeros_like(w0), 0, []
    for g in gradients:
        if g is not None:
            t += 1
            g = _clip(rescale * g + wd * w, clip)
            mean_square = gamma1 * mean_square + (1 - gamma1) * g**2
            w = _clip(w - _rate(lr, t) * g / np.sqrt(mean_square + epsilon), clip_weights)
        path.append(w)
    return path


def centred_rmsprop(w0, gradients, lr=0.001, gamma1=0.9, gamma2=0.9, epsilon=1e-8, clip_weights=None, wd=0.0, clip=None, rescale=1.0):
    """Graves (2013), equations (38) to (41); epsilon is inside the root in the paper, too. The variance may round to less than 0."""
    w, n, mean, delta, t, path = np.array(w0), np.zeros_like(w0), np.zeros_like(w0), np.zeros_like(w0), 0, []
    for g in gradients:
        if g is not None:
            t += 1
            g = _clip(rescale * g + wd * w, clip)
            n = gamma1 * n + (1 - gamma1) * g**2
            mean = gamma1 * mean + (1 - gamma1) * g
            delta = gamma2 * delta - _rate(lr, t) * g / np.sqrt(np.maximum(n - mean**2, 0.0) + epsilon)
            w = _clip(w + delta, clip_weights)
        path.append(w)
    return path


def adadelta(w0, gradients, lr=1.0, rho=0.9, epsilon=1e-5, wd=0.0, clip=None, rescale=1.0):
    """Zeiler (2012), Algorithm 1, with RMS[x] = sqrt(E[x**2] + epsilon). The decay is beside the step, as in MXNet; `lr` scales both."""
    w, mean_g2, mean_delta2, t, path = np.array(w0), np.zeros_like(w0), np.zeros_like(w0), 0, []
    for g in gradients:
        if g is not None:
            t += 1
            g = _clip(rescale * g, clip)
            mean_g2 = rho * mean_g2 + (1 - rho) * g**2
            delta = -np.sqrt(mean_delta2 + epsilon) / np.sqrt(mean_g2 + epsilon) * g
            mean_delta2 = rho * mean_delta2 + (1 - rho) * delta**2
            w = w + _rate(lr, t) * (delta - wd * w)
        path.append(w)
    return path


def adamax(w0, gradients, lr=0.002, beta1=0.9, beta2=0.999, wd=0.0, clip=None, rescale=1.0):
    """Kingma and Ba (2015), Algorithm 2, with its u as the maximum over all of the past. Where u is 0 there is no step."""
    w, m, sizes, t, path = np.array(w0), np.zeros_like(w0), [], 0, []
    for g in gradients:
        if g is not None:
            t += 1
            g = _clip(rescale * g + wd * w, clip)
            m = beta1 * m + (1 - beta1) * g
            sizes.append(np.abs(g))
            u = np.max([beta2 ** (t - i) * size for i, size in enumerate(sizes, 1)], axis=0)
            w = w - _rate(lr, t) / (1 - beta1**t) * np.where(u == 0, 0.0, m / np.where(u == 0, 1.0, u))
        path.append(w)
    return path


def nadam(w0, gradients, lr=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8, schedule_decay=0.004, wd=0.0, clip=None, rescale=1.0):
    """Dozat (2016), Algorithm 2, in MXNet's version: m decays by beta1, not mu_t, and v_hat is Adam's, not beta2 times it."""
    w, m, v, t, path = np.array(w0), np.zeros_like(w0), np.zeros_like(w0), 0, []
    for g in gradients:
        if g is not None:
            t += 1
            g = _clip(rescale * g + wd * w, clip)
            mu = [beta1 * (1 - 0.5 * 0.96 ** (i * schedule_decay)) for i in range(1, t + 2)]
            m = beta1 * m + (1 - beta1) * g
            v = beta2 * v + (1 - beta2) * g**2
            m_hat = mu[t] * m / (1 - np.prod(mu)) + (1 - mu[t - 1]) * g / (1 - np.prod(mu[:t]))
            v_hat = v / (1 - beta2**t)
            w = w - _rate(lr, t) * m_hat / (np.sqrt(v_hat) + epsilon)
        path.append(w)
    return path


def adamw(w0, gradients, lr=0.001, beta1=0.9, beta2=0.999, epsilon=1e-6, correct_bias=True, wd=0.0, clip=None, rescale=1.0):
    """Loshchilov and Hutter (2019), Algorithm 2, with epsilon beside the root of v_hat. `lr` scales the decay of the old weight, too."""
    w, m, v, t, path = np.array(w0), np.zeros_like(w0), np.zeros_like(w0), 0, []
    for g in gradients:
        if g is not None:
            t += 1
            g = _clip(rescale * g, clip)
            m = beta1 * m + (1 - beta1) * g
            v = beta2 * v + (1 - beta2) * g**2
            m_hat, v_hat = (m / (1 - beta1**t), v / (1 - beta2**t)) if correct_bias else (m, v)
            w = w - _rate(lr, t) * (m_hat / (np.sqrt(v_hat) + epsilon) + wd * w)
        path.append(w)
    return path


def adabelief(w0, gradients, lr=0.001, beta1=0.9, beta2=0.999, epsilon=1e-6, correct_bias=True, wd=0.0, clip=None, rescale=1.0):
    """Zhuang et al. (2020), Algorithm 2: epsilon enters twice, in s at every step and beside the root of s_hat."""
    w, m, s, t, path = np.array(w0), np.zeros_like(w0), np.zeros_like(w0), 0, []
    for g in gradients:
        if g is not None:
            t += 1
            g = _clip(rescale * g + wd * w, clip)
            m = beta1 * m + (1 - beta1) * g
            s = beta2 * s + (1 - beta2) * (g - m) ** 2 + epsilon
            m_hat, s_hat = (m / (1 - beta1**t), s / (1 - beta2**t)) if correct_bias else (m, s)
            w = w - _rate(lr, t) * m_hat / (np.sqrt(s_hat) + epsilon)
        path.append(w)
    return path


def lars(w0, gradients, lr, momentum=0.0, eta=0.001, eps=0.0, momentum_correction=True, wd=0.0, clip=None, rescale=1.0):
    """You, Gitman and Ginsburg (2017), Algorithm 1: the norms are of w and of the gradient before the clip.

    Goyal et al. (2017) explain the correction: it is the velocity without the rate in it, which is then the one kept here.
    """
    w, v, t, path = np.array(w0), np.zeros_like(w0), 0, []
    for g in gradients:
        if g is not None:
            t += 1
            w_norm, g_norm = _norm(w), rescale * _norm(g)
            local = eta * w_norm / (g_norm + wd * w_norm + eps) if w_norm > 0 and g_norm > 0 else 1.0
            rate_inside, rate_outside = (1.0, _rate(lr, t)) if momentum_correction else (_rate(lr, t), 1.0)
            v = momentum * v + rate_inside * local * (_clip(rescale * g, clip) + wd * w)
            w = w - rate_outside * v
        path.append(w)
    return path


def lbsgd(w0, gradients, lr, momentum=0.0, batch_scale=1, warmup=None, wd=0.0, clip=None, rescale=1.0):
    """MXNet's reading of Goyal et al. (2017): the mean of `batch_scale` gradients, then Polyak's step at the rate lr(t) * warmup(t).

    t counts gradients, so a move happens at its multiples of `batch_scale`.
    """
    w, before, waiting, t, path = np.array(w0), np.array(w0), [], 0, []
    for g in gradients:
        if g is not None:
            t += 1
            waiting.append(g)
            if len(waiting) == batch_scale:
                g, waiting = sum(waiting) / batch_scale, []
                rate = _rate(lr, t) * (1.0 if warmup is None else warmup(t))
                w, before = w - rate * (_clip(rescale * g, clip) + wd * w) + momentum * (w - before), w
        path.append(w)
    return path


def lamb(
    w0, gradients, lr=0.001, beta1=0.9, beta2=0.999, epsilon=1e-6, lower_bound=None, upper_bound=None, bias_correction=True,
    wd=0.0, clip=None, rescale=1.0,
):
    """You et al. (2020), Algorithm 2: phi clamps to the bounds; where phi or the norm of the direction is 0, it is not scaled."""
    w, m, v, t, path = np.array(w0), np.zeros_like(w0), np.zeros_like(w0), 0, []
    for g in gradients:
        if g is not None:
            t += 1
            g = _clip(rescale * g, clip)
            m = beta1 * m + (1 - beta1) * g
            v = beta2 * v + (1 - beta2) * g**2
            m_hat, v_hat = (m / (1 - beta1**t), v / (1 - beta2**t)) if bias_correction else (m, v)
            r = m_hat / (np.sqrt(v_hat) + epsilon)
            w = w - _rate(lr, t) * _to_length(_phi(w, lower_bound, upper_bound), r + wd * w)
        path.append(w)
    return path


def lans(
    w0, gradients, lr=0.001, beta1=0.9, beta2=0.999, epsilon=1e-6, lower_bound=None, upper_bound=None,
    wd=0.0, clip=None, rescale=1.0,
):
    """Zheng, Lin, Zha and Li (2020), Algorithm 2: a gradient of norm 1 (or 0); both parts of the step start from the old weight."""
    w, m, v, t, path = np.array(w0), np.zeros_like(w0), np.zeros_like(w0), 0, []
    for g in gradients:
        if g is not None:
            t += 1
            g = _clip(_to_length(1.0, rescale * g), clip)
            m = beta1 * m + (1 - beta1) * g
            v = beta2 * v + (1 - beta2) * g**2
            m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
            r = m_hat / (np.sqrt(v_hat) + epsilon)
            c = g / (np.sqrt(v_hat) + epsilon)
            phi = _phi(w, lower_bound, upper_bound)
            d = beta1 * _to_length(phi, r + wd * w) + (1 - beta1) * _to_length(phi, c + wd * w)
            w = w - _rate(lr, t) * d
        path.append(w)
    return path
