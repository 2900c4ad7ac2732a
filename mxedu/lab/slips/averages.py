"""Slips in RMSProp, plain and centred, and AdaDelta."""

from .shared import ALWAYS, CLIP, DECAY_THEN_CLIP, STATES, apart, one_edit, previous, quotient, within

__all__ = ["TABLES"]


def _adadelta(old, new):
    return ("adadelta.py", old, new)


# Both rules of rmsprop.py have the line of v, so each is found by its beginning.
_PLAIN = 'One step of RMSProp."""\n    v = '
_V = f"{_PLAIN}gamma1 * v + (one - gamma1) * (g * g)"
_STEP = "w - lr * g / sqrt(v + epsilon)"

RMSPROP = {
    **ALWAYS,
    **DECAY_THEN_CLIP,
    **STATES,
    **apart(
        "rmsprop.py", DECAY_THEN_CLIP["wd dropped"], "scalars(t, lr, self.gamma1, self.epsilon, bound)",
        "v, lr, gamma1, epsilon, bound, one):", _STEP, "w, v",
    ),
    **quotient("rmsprop.py", ("g",), "v", "epsilon", inside=True),
    **one_edit(
        "rmsprop.py",
        {
            "|g| for g squared": (_V, f"{_PLAIN}gamma1 * v + (one - gamma1) * abs(g)"),
            "v keeps all of g squared": (_V, f"{_PLAIN}gamma1 * v + g * g"),
            "v forgets nothing": (_V, f"{_PLAIN}v + (one - gamma1) * (g * g)"),
            "gamma1 and its complement swapped": (_V, f"{_PLAIN}(one - gamma1) * v + gamma1 * (g * g)"),
            "epsilon added at each step": (_V, f"{_V} + epsilon"),
            "lr inside the average": (_V, f"{_PLAIN}gamma1 * v + (one - gamma1) * (lr * g * (lr * g))"),
            "bias corrected": ("return lr, gamma1, epsilon, bound, 1", "return lr * sqrt(1 - gamma1**t), gamma1, epsilon, bound, 1"),
            "lazy start": ("return lr, gamma1, epsilon, bound, 1", "return lr, 0.0 if t == 1 else gamma1, epsilon, bound, 1"),
            "lr and gamma1 swapped": ("return lr, gamma1, epsilon, bound, 1", "return gamma1, lr, epsilon, bound, 1"),
            "ascent": ("w - lr * g / sqrt(v", "w + lr * g / sqrt(v"),
            "weights not clipped": (f"min(max({_STEP}, -bound), bound)", _STEP),
            "weights clipped above alone": (f"min(max({_STEP}, -bound), bound)", f"min({_STEP}, bound)"),
        },
    ),
    "v of the previous step": [
        ("rmsprop.py", _PLAIN, 'One step of RMSProp."""\n    before = v\n    v = '),
        ("rmsprop.py", "g / sqrt(v + epsilon)", "g / sqrt(before + epsilon)"),
    ],
}  # fmt: skip

_CENTRED = 'One step of RMSProp around the mean."""\n    v = '
_CV = f"{_CENTRED}gamma1 * v + (one - gamma1) * (g * g)"
_M = "m = gamma1 * m + (one - gamma1) * g"
_RETURN = "return lr, gamma1, gamma2, epsilon, bound, 0, 1"

# Equivalent but for rounding, and so not in the table: (4) without max. With the shares a of the past, m = sum a g and v = sum a g^2, so
# by Cauchy and Schwarz m^2 <= (sum a) v <= v; that the max is there is seen where the rule runs on symbols.
CENTRED_RMSPROP = {
    **ALWAYS,
    **DECAY_THEN_CLIP,
    **STATES,
    **apart(
        "rmsprop.py", DECAY_THEN_CLIP["wd dropped"], "centred_scalars(t, lr, self.gamma1, self.gamma2, self.epsilon, bound)",
        "bound, zero, one):", "w + mom", "w, v, m, mom",
    ),
    **quotient("rmsprop.py", ("g",), "max(v - m * m, zero)", "epsilon", inside=True),
    **previous("rmsprop.py", "m", _M, "v - m * m", "v - before * before"),
    **one_edit(
        "rmsprop.py",
        {
            "|g| for g squared": (_CV, f"{_CENTRED}gamma1 * v + (one - gamma1) * abs(g)"),
            "v built from m": (_CV, f"{_CENTRED}gamma1 * v + (one - gamma1) * (m * m)"),
            "mean not subtracted": ("v - m * m", "v"),
            "mean not squared": ("v - m * m", "v - m"),
            "gamma1 and gamma2 swapped": (_RETURN, "return lr, gamma2, gamma1, epsilon, bound, 0, 1"),
            "bias corrected": (_RETURN, "return lr * sqrt(1 - gamma1**t), gamma1, gamma2, epsilon, bound, 0, 1"),
            "lazy start": (_RETURN, "return lr, 0.0 if t == 1 else gamma1, gamma2, epsilon, bound, 0, 1"),
            "momentum dropped": ("gamma2 * mom - lr", "-lr"),
            "damped": ("gamma2 * mom - lr * g", "gamma2 * mom - (lr - gamma2 * lr) * g"),
            "gradient's sign": ("gamma2 * mom - lr", "gamma2 * mom + lr"),
            "new buffer decayed again": ("max(w + mom, -bound)", "max(w + gamma2 * mom, -bound)"),
            "weights not clipped": ("min(max(w + mom, -bound), bound)", "w + mom"),
        },
    ),
    "lr outside the buffer": [
        ("rmsprop.py", "gamma2 * mom - lr * g", "gamma2 * mom - g"),
        ("rmsprop.py", "max(w + mom, -bound)", "max(w + lr * mom, -bound)"),
    ],
}  # fmt: skip

_WD = within("adadelta.py")
_D = "d = sqrt(s + epsilon) / sqrt(v + epsilon) * g"
_S = "s = rho * s + (one - rho) * (d * d)"

# Equivalent, and so not in the table: one root of the quotient instead of the quotient of two roots.
ADADELTA = {
    **ALWAYS,
    **CLIP,
    **STATES,
    **_WD,
    "wd after the step": [*_WD["wd dropped"], _adadelta("    return w, v, s", "    w = w - lr * wd * w\n    return w, v, s")],
    "wd not times lr": [*_WD["wd dropped"], _adadelta("w = w - lr * (d)", "w = w - lr * d - wd * w")],
    **previous("adadelta.py", "v", "v = rho * v", "sqrt(v + epsilon)", "sqrt(before + epsilon)"),
    **one_edit(
        "adadelta.py",
        {
            "s updated before it is used": (f"{_D}  # (2)\n    {_S}  # (3)", f"{_D}\n    {_S}  # (3)\n    {_D}  # (2)"),
            "lr ignored": ("w = w - lr * (d + wd * w)", "w = w - (d + wd * w)"),
            "lr inside the average": ("(d * d)", "(lr * d * (lr * d))"),
            "|g| for g squared": ("(g * g)", "abs(g)"),
            "|d| for d squared": ("(d * d)", "abs(d)"),
            "s built from g": ("(d * d)", "(g * g)"),
            "v keeps all of g squared": ("(one - rho) * (g * g)", "g * g"),
            "rho and its complement swapped": ("v = rho * v + (one - rho)", "v = (one - rho) * v + rho"),
            "epsilons outside the roots": (_D, "d = (sqrt(s) + epsilon) / (sqrt(v) + epsilon) * g"),
            "epsilon dropped above": ("sqrt(s + epsilon)", "sqrt(s)"),
            "epsilon dropped below": ("sqrt(v + epsilon)", "sqrt(v)"),
            "ratio inverted": (_D, "d = sqrt(v + epsilon) / sqrt(s + epsilon) * g"),
            "numerator forgotten": (_D, "d = g / sqrt(v + epsilon)"),
            "sign instead of ratio": (_D, "d = sqrt(s + epsilon) * sign(g)"),
            "d's sign": ("lr * (d +", "lr * (-d +"),
        },
    ),
}
TABLES = {"rmsprop": RMSPROP, "centred_rmsprop": CENTRED_RMSPROP, "adadelta": ADADELTA}
