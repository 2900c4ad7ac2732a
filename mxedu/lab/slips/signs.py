"""Slips in Signum and signSGD."""

from .shared import ALWAYS, CLIP_THEN_DECAY, STATES, apart, one_edit

__all__ = ["TABLES"]


def _signum(old, new):
    return ("signum.py", old, new)


SIGNUM = {
    **ALWAYS,
    **CLIP_THEN_DECAY,
    **STATES,
    **apart(
        "signum.py", CLIP_THEN_DECAY["wd dropped"], "scalars(t, lr, self.momentum, self.wd_lh)", "mom, lr, mu, shrink, one):",
        "shrink * w + lr * sign(mom)", "w, mom",
    ),
    "wd_lh in the gradient": [
        _signum("return scalars(t, lr, self.momentum, self.wd_lh)", "return (*scalars(t, lr, self.momentum, 0.0), self.wd_lh)"),
        _signum("mom, lr, mu, shrink, one):", "mom, lr, mu, shrink, one, decay):"),
        _signum("(one - mu) * g", "(one - mu) * (g + decay * w)"),
    ],
    **one_edit(
        "signum.py",
        {
            "wd_lh dropped": ("1 - lr * wd_lh", "1"),
            "wd_lh sign": ("1 - lr * wd_lh", "1 + lr * wd_lh"),
            "wd_lh not times lr": ("1 - lr * wd_lh", "1 - wd_lh"),
            "wd_lh after the step": ("shrink * w + lr * sign(mom)", "shrink * (w + lr * sign(mom))"),
            "lr and mu swapped": ("return lr, mu, 1", "return mu, lr, 1"),
            "lr inside the buffer": ("(one - mu) * g", "(one - mu) * lr * g"),
            "mu and its complement swapped": ("mu * mom - (one - mu) * g", "(one - mu) * mom - mu * g"),
            "gradients' signs averaged": ("(one - mu) * g", "(one - mu) * sign(g)"),
            "|g| for g": ("(one - mu) * g", "(one - mu) * abs(g)"),
            "sign of g alone": ("lr * sign(mom)", "lr * -sign(g)"),
            "buffer instead of its sign": ("lr * sign(mom)", "lr * mom"),
            "sign of 0 is 1": ("lr * sign(mom)", "lr * sign(sign(mom) + sign(mom) + one)"),
            "ascent": ("+ lr * sign(mom)", "- lr * sign(mom)"),
            "Nesterov's look-ahead": ("lr * sign(mom)", "lr * sign(mu * mom - (one - mu) * g)"),
        },
    ),
    "buffer of the previous step": [
        _signum("mom = mu * mom - (one - mu) * g  # (1)", "before = mom\n    mom = mu * mom - (one - mu) * g  # (1)"),
        _signum("lr * sign(mom)", "lr * sign(before)"),
    ],
}  # fmt: skip

# Equivalent, and so in neither table, since a sign does not change with a positive factor: the buffer of Signum without (1 - mu); in
# signSGD a gradient that is not rescaled, or is clipped too.
SIGNSGD = {
    **ALWAYS,
    "wd in the gradient": [
        _signum("clip_then_decay if self.rule is signum else rescale", "clip_then_decay"),
        _signum("1 - lr * (wd + wd_lh)", "1 - lr * wd_lh"),
    ],
    **one_edit(
        "signum.py",
        {
            "wd dropped": ("1 - lr * (wd + wd_lh)", "1 - lr * wd_lh"),
            "wd_lh dropped": ("1 - lr * (wd + wd_lh)", "1 - lr * wd"),
            "decay's sign": ("1 - lr * (wd + wd_lh)", "1 + lr * (wd + wd_lh)"),
            "decays one after the other": ("1 - lr * (wd + wd_lh)", "(1 - lr * wd) * (1 - lr * wd_lh)"),
            "decay not times lr": ("1 - lr * (wd + wd_lh)", "1 - (wd + wd_lh)"),
            "decay after the step": ("shrink * w - lr * sign(g)", "shrink * (w - lr * sign(g))"),
            "ascent": ("shrink * w - lr * sign(g)", "shrink * w + lr * sign(g)"),
            "lr dropped": ("shrink * w - lr * sign(g)", "shrink * w - sign(g)"),
            "g instead of its sign": ("shrink * w - lr * sign(g)", "shrink * w - lr * g"),
            "|g| for g": ("shrink * w - lr * sign(g)", "shrink * w - lr * sign(abs(g))"),
            "sign of 0 is 1": ("lr * sign(g)", "lr * sign(sign(g) + sign(g) + shrink)"),
            "weight's sign too": ("shrink * w - lr * sign(g)", "shrink * w - lr * sign(g) * sign(w)"),
        },
    ),
}

TABLES = {"signum": SIGNUM, "signsgd": SIGNSGD}
