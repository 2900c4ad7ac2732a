"""Slips in SGLD and DCASGD."""

from .shared import ALWAYS, CLIP, CLIP_THEN_DECAY, STATES, one_edit, within

__all__ = ["TABLES"]


def _sgld(old, new):
    return ("sgld.py", old, new)


def _dcasgd(old, new):
    return ("dcasgd.py", old, new)


# Equivalent, and so not in the table: a decay of eta / 2 beside the step, which (1) becomes when it is written out; and noise with the
# other sign, which has the same law.
SGLD = {
    **ALWAYS,
    **CLIP_THEN_DECAY,
    **one_edit(
        "sgld.py",
        {
            "drift at the full rate": ("return lr / 2, sqrt(lr)", "return lr, sqrt(lr)"),
            "noise of deviation eta": ("return lr / 2, sqrt(lr)", "return lr / 2, lr"),
            "noise of variance 2 eta": ("return lr / 2, sqrt(lr)", "return lr / 2, sqrt(2 * lr)"),
            "noise of variance eta / 2": ("return lr / 2, sqrt(lr)", "return lr / 2, sqrt(lr / 2)"),
            "drift and noise swapped": ("return lr / 2, sqrt(lr)", "return sqrt(lr), lr / 2"),
            "ascent": ("w - half_lr * g", "w + half_lr * g"),
            "sign instead of g": ("w - half_lr * g", "w - half_lr * sign(g)"),
            "noise dropped": (" + deviation * noise", ""),
            "noise in the gradient": ("half_lr * g + deviation * noise", "half_lr * (g + deviation * noise)"),
            "noise times the weight": ("deviation * noise", "deviation * noise * w"),
            "noise times the gradient": ("deviation * noise", "deviation * noise * g"),
            "noise never negative": ("deviation * noise", "deviation * abs(noise)"),
            "one number for a layer": ("[noise._data]", "[0 * noise._data + noise._data.flat[0]]"),
            "noise drawn once": (
                "noise = normal(shape=w.shape, dtype=treatment[0].dtype)",
                'noise = vars(self).setdefault(f"noise of {at[0]}", normal(shape=w.shape, dtype=treatment[0].dtype))',
            ),
        },
    ),
    "wd at the full rate": [
        *CLIP_THEN_DECAY["wd dropped"],
        _sgld("return scalars(t, lr)", "return (*scalars(t, lr), lr * wd)"),
        _sgld("noise, half_lr, deviation):", "noise, half_lr, deviation, decay):"),
        _sgld("w - half_lr * g", "w - decay * w - half_lr * g"),
    ],
    "wd after the step": [
        *CLIP_THEN_DECAY["wd dropped"],
        _sgld("return scalars(t, lr)", "return (*scalars(t, lr), lr * wd / 2)"),
        _sgld("noise, half_lr, deviation):", "noise, half_lr, deviation, decay):"),
        _sgld("    return w, noise", "    w = w - decay * w\n    return w, noise"),
    ],
}

_WD = within("dcasgd.py")
_FIRST = "NDArray(aligned_zeros(weight.shape, weight.dtype))"
_OLDER = "NDArray(aligned_copy(weight._data))"

# Equivalent, and so not in the table: the buffer before (2) in the place of w - w_prev, which (3) and (4) make equal to it.
DCASGD = {
    **ALWAYS,
    **CLIP,
    "state shared": STATES["state shared"],
    "wd dropped": _WD["wd dropped"],
    "wd sign": _WD["wd sign"],
    "wd inside the square": _WD["wd in the gradient"],
    "wd inside the square, then clip": _WD["wd in the gradient, then clip"],
    "wd decoupled": [*_WD["wd dropped"], _dcasgd("w = w + mom  # (4)", "w = w + mom - lr * wd * w  # (4)")],
    "wd after the step": [*_WD["wd dropped"], _dcasgd("w = w + mom  # (4)", "w = w + mom\n    w = w - lr * wd * w  # (4)")],
    **one_edit(
        "dcasgd.py",
        {
            "buffer starts at one": (_FIRST, "NDArray(aligned_zeros(weight.shape, weight.dtype) + 1)"),
            "older weight starts at zero": (_OLDER, _FIRST),
            "older weight is no copy": (_OLDER, "NDArray(weight._data)"),
            "older weight stays the first": ("    w_prev = w  # (3)\n", ""),
            "older weight taken too soon": ("    d = g +", "    w_prev = w\n    d = g +"),
            "compensation's sign": ("(w - w_prev)  # (1)", "(w_prev - w)  # (1)"),
            "|g| for g squared": ("(g * g)", "abs(g)"),
            "g for g squared": ("(g * g)", "g"),
            "lamda and wd swapped": ("return lr, wd, mu, lamda", "return lr, lamda, mu, wd"),
            "lr and mu swapped": ("return lr, wd, mu, lamda", "return mu, wd, lr, lamda"),
            "lamda times lr": ("return lr, wd, mu, lamda", "return lr, wd, mu, lamda * lr"),
            "damped": ("mu * mom - lr * d", "mu * mom - (lr - mu * lr) * d"),
            "buffer's sign": ("mu * mom - lr * d", "mu * mom + lr * d"),
            "new buffer decayed again": ("w = w + mom  # (4)", "w = w + mu * mom - lr * d  # (4)"),
            "sign instead of the buffer": ("w = w + mom  # (4)", "w = w + lr * sign(mom)  # (4)"),
            "momentum dropped": ("mu * mom - lr * d", "-lr * d"),
        },
    ),
    "compensation outside the buffer": [
        _dcasgd("d = g + wd * w + lamda * (g * g) * (w - w_prev)", "c = lamda * (g * g) * (w - w_prev)\n    d = g + wd * w"),
        _dcasgd("w = w + mom  # (4)", "w = w + mom - lr * c  # (4)"),
    ],
    "lr outside the buffer": [
        _dcasgd("mu * mom - lr * d", "mu * mom - d"),
        _dcasgd("w = w + mom  # (4)", "w = w + lr * mom  # (4)"),
    ],
}

TABLES = {"sgld": SGLD, "dcasgd": DCASGD}
