"""Slips in SGD, momentum and NAG."""

from .shared import ALWAYS, CLIP_THEN_DECAY, GRADIENT, LATE, STATES, apart, one_edit

__all__ = ["MOMENTUM", "TABLES"]


def _sgd(old, new):
    return ("sgd.py", old, new)


def _nag(old, new):
    return ("nag.py", old, new)


SGD = {
    **GRADIENT,
    **CLIP_THEN_DECAY,
    **LATE,
    "wd after the step": [
        *CLIP_THEN_DECAY["wd dropped"],
        _sgd("else scalars(t, lr)", "else (*scalars(t, lr), lr * wd)"),
        _sgd("def sgd(w, g, lr):", "def sgd(w, g, lr, decay):"),
        _sgd("w = w - lr * g  # (1)", "w = w - lr * g\n    w = w - decay * w  # (1)"),
    ],
    "ascent": [_sgd("w = w - lr * g  # (1)", "w = w + lr * g  # (1)")],
    "lr dropped": [_sgd("w = w - lr * g  # (1)", "w = w - g  # (1)")],
    "sign instead of g": [_sgd("w = w - lr * g  # (1)", "w = w - lr * sign(g)  # (1)")],
    "|g| for g": [_sgd("w = w - lr * g  # (1)", "w = w - lr * abs(g)  # (1)")],
}

MOMENTUM = {
    **GRADIENT,
    **CLIP_THEN_DECAY,
    **STATES,
    **LATE,
    "lr and mu swapped": [_sgd("return lr, mu", "return mu, lr")],
    "lr outside the buffer": [
        _sgd("mom = mu * mom - lr * g  # (2)", "mom = mu * mom - g  # (2)"),
        _sgd("w = w + mom  # (3)", "w = w + lr * mom  # (3)"),
    ],
    "damped": [_sgd("mom = mu * mom - lr * g", "mom = mu * mom - (lr - mu * lr) * g")],
    "buffer of the previous step": [
        _sgd("mom = mu * mom - lr * g  # (2)", "w = w + mom  # (3)"),
        _sgd("    w = w + mom  # (3)\n    return w, mom", "    mom = mu * mom - lr * g  # (2)\n    return w, mom"),
    ],
    "new buffer decayed again": [_sgd("w = w + mom  # (3)", "w = w + mu * mom - lr * g  # (3)")],
    **apart(
        "sgd.py", CLIP_THEN_DECAY["wd dropped"], "momentum_scalars(t, lr, self.momentum)", "def momentum(w, g, mom, lr, mu):",
        "w = w + mom", "w, mom",
    ),
    "gradient's sign": [_sgd("mu * mom - lr * g", "mu * mom + lr * g")],
    "sign instead of the buffer": [_sgd("w = w + mom  # (3)", "w = w + lr * sign(mom)  # (3)")],
    "mu applied to g": [_sgd("mu * mom - lr * g", "mu * (mom - lr * g)")],
}  # fmt: skip

_BESIDE = apart(
    "nag.py", CLIP_THEN_DECAY["wd dropped"], "scalars(t, lr, self.momentum)", "mom, lr, mu):", "w + mu * mom - lr * g", "w, mom"
)

NAG = {
    **ALWAYS,
    **CLIP_THEN_DECAY,
    **STATES,
    **_BESIDE,
    "stored with the moved weight": [
        *_BESIDE["wd decoupled"][1:3],
        _nag("mom = mu * mom - lr * g  # (1)", "before = w\n    mom = mu * mom - lr * g  # (1)"),
        _nag("    return w, mom", "    mom = mom - decay * (w - before)\n    return w, mom"),
    ],
    **one_edit(
        "nag.py",
        {
            "lr and mu swapped": ("return lr, mu", "return mu, lr"),
            "damped": ("mom = mu * mom - lr * g", "mom = mu * mom - (lr - mu * lr) * g"),
            "Polyak's step": ("w = w + mu * mom - lr * g", "w = w + mom"),
            "look-ahead by the whole buffer": ("w = w + mu * mom - lr * g", "w = w + mom - lr * g"),
            "gradient's step forgotten": ("w = w + mu * mom - lr * g", "w = w + mu * mom"),
            "gradient's sign in the buffer": ("mom = mu * mom - lr * g", "mom = mu * mom + lr * g"),
            "gradient's sign in the step": ("w = w + mu * mom - lr * g", "w = w + mu * mom + lr * g"),
            "mu applied to g": ("mom = mu * mom - lr * g", "mom = mu * (mom - lr * g)"),
            "sign instead of the buffer": ("w = w + mu * mom - lr * g", "w = w + lr * sign(mu * mom - lr * g)"),
        },
    ),
    "lr outside the buffer": [
        _nag("mom = mu * mom - lr * g", "mom = mu * mom - g"),
        _nag("w = w + mu * mom - lr * g", "w = w + lr * (mu * mom - g)"),
    ],
    "look-ahead from the moved weight": [
        _nag("w = w + mu * mom - lr * g", "w = w + mom\n    w = w + mu * mom - lr * g"),
    ],
}

TABLES = {"sgd": SGD, "momentum": MOMENTUM, "nag": NAG}
