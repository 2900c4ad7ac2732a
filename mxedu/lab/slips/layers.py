"""Slips in LBSGD, LARS, LAMB and LANS."""

from .adams import corrections, moments, variance
from .euclidean import MOMENTUM
from .shared import ALWAYS, CLIP, CLIP_THEN_DECAY, STATES, T_LATE, T_SHARED, one_edit, quotient, within

__all__ = ["TABLES"]


def _lars(old, new):
    return ("lars.py", old, new)


def _layerwise(old, new):
    return ("layerwise.py", old, new)


def _lamb(old, new):
    return ("lamb.py", old, new)


def _lans(old, new):
    return ("lans.py", old, new)


# Of the rule that LBSGD and LARS share with SGD.
_BUFFER = {name: MOMENTUM[name] for name in ("lr outside the buffer", "damped", "buffer of the previous step", "gradient's sign")}


def _beside(file, dropped, call, rate, decay):
    """Give the mutants with the decay beside the step, which `call` makes: of the old weight, or of the new."""
    shrink = f"{rate} * float({decay}) * w"
    return {
        "wd decoupled": [*dropped, (file, f"        {call}", f"        shrinkage = {shrink}\n        {call}\n        w -= shrinkage")],
        "wd after the step": [*dropped, (file, f"        {call}", f"        {call}\n        w -= {shrink}")],
    }


_MOVE = "super().move(w, total, [mom], treatment, (lr, mu), at)"

# Equivalent, and so not in the table: t > warmup for t >= warmup, since k is B at the end of the warm-up either way.
LBSGD = {
    **ALWAYS,
    **CLIP_THEN_DECAY,
    **STATES,
    **_BUFFER,
    **_beside("lbsgd.py", CLIP_THEN_DECAY["wd dropped"], _MOVE, "float(lr)", "treatment[2]"),
    **one_edit(
        "lbsgd.py",
        {
            "sum instead of mean": ("        total /= self.batch_scale\n", ""),
            "total not emptied": ("        total[...] = 0\n", ""),
            "moves one gradient early": ('kept["updates"] % self', '(kept["updates"] + 1) % self'),
            "count shared": (
                'return {"updates": (updates or self.begin_epoch * self.updates_per_epoch) + 1}',
                'self.updates = getattr(self, "updates", self.begin_epoch * self.updates_per_epoch) + 1\n'
                '        return {"updates": self.updates}',
            ),
            "clip before the mean": ("total += g", "total += g.clip(-treatment[1] / treatment[0], treatment[1] / treatment[0])"),
            "k dropped": ("return k * lr, mu", "return lr, mu"),
            "k's root": ("return k * lr, mu", "return k**0.5 * lr, mu"),
            "k scales wd too": (_MOVE, _MOVE.replace("treatment", "(*treatment[:2], treatment[2] * type(lr)(lr / at[1]))")),
            "warm-up from 0": ("1 + (self.batch_scale - 1) * p(", "self.batch_scale * p("),
            "warm-up one step late": ("p(t / warmup)", "p((t - 1) / warmup)"),
            "warm-up counts epochs": ("self.warmup_epochs * self.updates_per_epoch, W", "self.warmup_epochs, W"),
            "warm-up counts moves": ("self.warmup_strategy], updates", "self.warmup_strategy], updates // self.batch_scale"),
            "warm-up ends at 1": ("self.batch_scale if t >=", "1 if t >="),
            "begin_epoch ignored": ("(updates or self.begin_epoch * self.updates_per_epoch)", "updates"),
            "power2 is linear": ('"power2": lambda x: x * x', '"power2": lambda x: x'),
            "sqrt is linear": ('"sqrt": math.sqrt', '"sqrt": lambda x: x'),
        },
    ),
}

_NORM = "abs(float(r)) * norm(g)"
_RATIO = "self.eta * of_w / (of_g + float(wd) * of_w + self.eps)"
_KEEP = 'return {"last_lr": lr, "correction": lr / last_lr if self.momentum_correction and last_lr > 0 else 1.0}'

# All weights in one vector, and all gradients.
_LAYERS = [
    ("step.py", "    for *job, at, kept in jobs:\n",
     "    optimizer.layers = [np.concatenate([x._data.ravel() for x in arrays]) for arrays in (weights, grads)]\n"
     "    for *job, at, kept in jobs:\n"),
]  # fmt: skip

LARS = {
    **ALWAYS,
    **CLIP_THEN_DECAY,
    **STATES,
    **_BUFFER,
    **_beside("lars.py", CLIP_THEN_DECAY["wd dropped"], "super().move(w, g, states, treatment, (lr, mu), at)", "at[1]", "wd"),
    "global instead of per-layer norms": [
        *_LAYERS, _lars("= norm(w),", "= norm(self.layers[0]),"), _lars(_NORM, _NORM.replace("g", "self.layers[1]")),
    ],
    "norm after the clip": [_lars("(r, _, wd), (lr", "(r, c, wd), (lr"), _lars(_NORM, "norm((r * g).clip(-c, c))")],
    **one_edit(
        "layerwise.py",
        {
            "norms squared": ("math.sqrt(sum_of_squares(x))", "sum_of_squares(x)"),
            "norms are root mean squares": ("math.sqrt(sum_of_squares(x))", "math.sqrt(sum_of_squares(x) / x.size)"),
        },
    ),
    **one_edit(
        "lars.py",
        {
            "norm before the rescaling": (_NORM, "norm(g)"),
            "norm after the decay": (_NORM, "norm(r * g + wd * w)"),
            "ratio inverted": (_RATIO, "self.eta * (of_g + float(wd) * of_w + self.eps) / of_w"),
            "ratio dropped": (_RATIO, "self.eta"),
            "eps dropped": (_RATIO, _RATIO.replace(" + self.eps", "")),
            "decay not in the ratio": (_RATIO, _RATIO.replace(" + float(wd) * of_w", "")),
            "ratio 0 at weight 0": (" if of_w > 0 and of_g > 0 else", " if of_g > 0 else"),
            "ratio of the decay at gradient 0": ("of_w > 0 and of_g > 0", "of_w > 0 and of_g + wd > 0"),
            "momentum not corrected": ("return lr, mu * correction", "return lr, mu"),
            "correction inverted": (_KEEP, _KEEP.replace("lr / last_lr", "last_lr / lr")),
            "correction never off": ("self.momentum_correction and last_lr > 0", "last_lr > 0"),
            "correction shared": (_KEEP, f'last_lr, self.last_lr = getattr(self, "last_lr", last_lr), lr\n        {_KEEP}'),
        },
    ),
}  # fmt: skip

# Of the code that LAMB and LANS share.
_TRUST = {
    **ALWAYS,
    **CLIP,
    **STATES,
    **T_SHARED,
    **T_LATE,
    "global instead of per-layer norm": [*_LAYERS, _layerwise("size = norm(w)", "size = norm(self.layers[0])")],
    **one_edit(
        "layerwise.py",
        {
            "ratio inverted": ("trust_ratio(size, norm(u))", "trust_ratio(norm(u), size)"),
            "ratio dropped": ("length * trust_ratio(size, norm(u))", "length"),
            "ratio 0 without a norm": ("denominator > 0 else 1.0", "denominator > 0 else 0.0"),
            "lower bound dropped": ("max(size, self.lower_bound)", "size"),
            "upper bound dropped": ("min(size, self.upper_bound)", "size"),
            "ascent": ("kind(length * trust_ratio", "kind(-length * trust_ratio"),
        },
    ),
}

_LAMB_WD = within("lamb.py", importing="layerwise.py")

LAMB = {
    **_TRUST,
    **_LAMB_WD,
    **_beside(
        "lamb.py", _LAMB_WD["wd dropped"], "self.go(w, self.directions(w, g, states, treatment, scalars), [lr])", "lr", "treatment[2]"
    ),
    "norm of Adam's part alone": [_layerwise("norm(u))),))", "norm(u - self.wd * w.reshape(-1)))),))")],
    **moments("lamb.py", "m_corr * m ", "m_corr * before ", "Numbers of (1) to (5)."),
    **variance("lamb.py"),
    **corrections("lamb.py"),
    **quotient("lamb.py", ("m_hat",), "v_hat", "epsilon", inside=False),
    "bias_correction ignored": [_lamb("t if self.bias_correction else math.inf", "t")],
}

_LANS_WD = within("lans.py", ((" + wd * w  # (5)", "  # (5)"), (" + wd * w  # (6)", "  # (6)")), importing="layerwise.py")
_SHARES = "[lr * self.beta1, lr * (1 - self.beta1)]"
_GO = "self.go(w, self.directions(w, g, states, treatment, scalars),"

# Equivalent, and so not in the table: another factor than 0 for a gradient of norm 0, all of whose entries are 0.
LANS = {
    **_TRUST,
    **_LANS_WD,
    **moments("lans.py", "m_corr * m ", "m_corr * before ", "Numbers of (1) to (6)."),
    **variance("lans.py"),
    **corrections("lans.py"),
    **quotient("lans.py", ("m_hat", "g"), "v_hat", "epsilon", inside=False),
    "moved weight in (6)": [
        _layerwise("        for u, length", "        before = w.copy()\n        for u, length"),
        _layerwise("            kind = u", "            u += self.wd * (w - before).reshape(-1)\n            kind = u"),
    ],
    "norm of the moved weight": [
        _layerwise("        for u, length", "        before = norm(w)\n        for u, length"),
        _layerwise("trust_ratio(size, norm(u))", "trust_ratio(size / before * norm(w) if before else size, norm(u))"),
    ],
    "one ratio for both parts": [
        _lans(_GO, "r, c = self.directions(w, g, states, treatment, scalars)\n        self.go(w, [self.beta1 * r + (1 - self.beta1) * c],"),
        _lans(_SHARES, "[lr]"),
    ],
    **one_edit(
        "lans.py",
        {
            "gradient not normalised": ("math.copysign(1 / size, rescale) if usable else 0.0", "rescale"),
            "clip before the normalisation": (
                "size = norm(g)", 'g, limit = (rescale * g).clip(-limit, limit), type(limit)("inf")\n        size = norm(g)',
            ),
            "rescaled after the normalisation": ("math.copysign(1 / size, rescale)", "rescale / size"),
            "shares of the parts swapped": (_SHARES, "[lr * (1 - self.beta1), lr * self.beta1]"),
            "part of the gradient dropped": (_SHARES, "[lr * self.beta1, 0.0]"),
            "c built from m": ("c = g /", "c = m_hat /"),
            "c corrected": ("c = g /", "c = m_corr * g /"),
        },
    ),
}

TABLES = {"lbsgd": LBSGD, "lars": LARS, "lamb": LAMB, "lans": LANS}
