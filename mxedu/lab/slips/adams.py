"""Slips in Adam, Adamax, Nadam, AdaBelief and AdamW; and in the moments that LAMB and LANS have too."""

from .shared import ALWAYS, CLIP, DECAY_THEN_CLIP, GRADIENT, LATE, STATES, T_LATE, T_SHARED, apart, one_edit, previous, quotient, within

__all__ = ["TABLES", "corrections", "moments", "variance"]


def _adam(old, new):
    return ("adam.py", old, new)


ADAM = {
    **GRADIENT,
    **STATES,
    **T_SHARED,
    "t from 0": [("step.py", "= counts[index],", "= counts[index] - 1,")],
    **LATE,
    **DECAY_THEN_CLIP,
    "wd decoupled": [
        *DECAY_THEN_CLIP["wd dropped"],
        _adam("return scalars(t, lr, self.beta1, self.beta2, self.epsilon)",
              "return (*scalars(t, lr, self.beta1, self.beta2, self.epsilon), lr * wd)"),
        _adam("beta1, beta2, epsilon, one):\n", "beta1, beta2, epsilon, one, decay):\n"),
        _adam("(sqrt(v) + epsilon)  # (4)", "(sqrt(v) + epsilon) - decay * w  # (4)"),
    ],
    "m not corrected": [_adam(" / (1 - beta1**t)  # (3)", "  # (3)")],
    "power misplaced": [_adam("(1 - beta1**t)  # (3)", "(1 - beta1) ** t  # (3)")],
    "v not corrected": [_adam("lr * sqrt(1 - beta2**t) / (1", "lr / (1")],
    "corrections swapped": [_adam("sqrt(1 - beta2**t) / (1 - beta1**t)", "sqrt(1 - beta1**t) / (1 - beta2**t)")],
    "beta1 and beta2 swapped": [_adam("return lr_t, beta1, beta2,", "return lr_t, beta2, beta1,")],
    "epsilon inside the root": [_adam("/ (sqrt(v) + epsilon)", "/ sqrt(v + epsilon)")],
    "epsilon added to w": [_adam("/ (sqrt(v) + epsilon)", "/ sqrt(v) + epsilon")],
    "epsilon dropped": [_adam("/ (sqrt(v) + epsilon)", "/ sqrt(v)")],
    "|g| for g squared": [_adam("(g * g)", "abs(g)")],
    "v built from m": [_adam("(g * g)", "(m * m)")],
    "m of the previous step": [
        _adam("    m = beta1 * m + (one - beta1) * g  # (1)\n", "    before = m\n    m = beta1 * m + (one - beta1) * g  # (1)\n"),
        _adam("lr_t * m / (sqrt(v)", "lr_t * before / (sqrt(v)"),
    ],
    "ascent": [_adam("w = w - lr_t * m", "w = w + lr_t * m")],
    "sign instead of ratio": [_adam("lr_t * m / (sqrt(v) + epsilon)", "lr_t * sign(m)")],
    "m keeps all of g": [_adam("(one - beta1) * g", "g")],
    "lr inside the buffer": [_adam("(one - beta1) * g ", "(one - beta1) * lr_t * g "), _adam("lr_t * m /", "m /")],
    "lazy start": [
        _adam("return lr_t, beta1, beta2, epsilon, 1",
              "return lr, 0.0 if t == 1 else beta1, 0.0 if t == 1 else beta2, epsilon, 1"),
    ],
    "epsilon of Algorithm 1": [_adam("beta2, epsilon, 1", "beta2, epsilon * sqrt(1 - beta2**t), 1")],
}  # fmt: skip

_M = "m = beta1 * m + (one - beta1) * g"
_V = "v = beta2 * v + (one - beta2) * (g * g)"


def moments(file, use, used, numbers):
    """Give the mutants of m, the average of gradients.

    Parameters
    ----------
    file : str
        The module.
    use, used : str
        Where m is used, and the same with the name `before`.
    numbers : str
        What the docstring of the module's `scalars` says.
    """
    from_first = 'beta1, beta2, t = 0.0 if t == 1 else beta1, 0.0 if t == 1 else beta2, float("inf")'
    return {
        **previous(file, "m", _M, use, used),
        **one_edit(
            file,
            {
                "m keeps all of g": (_M, "m = beta1 * m + g"),
                "lazy start": (f'"""{numbers}"""\n', f'"""{numbers}"""\n    {from_first}\n'),
            },
        ),
    }


def variance(file):
    """Give the mutants of the average of squared gradients, where its corrected value is `v_hat`."""
    return one_edit(
        file, {"|g| for g squared": (_V, _V.replace("(g * g)", "abs(g)")), "v built from m": (_V, _V.replace("g * g", "m * m"))}
    )


def corrections(file):
    """Give the mutants of the corrections of both averages, where they are factors."""
    return one_edit(
        file,
        {
            "m not corrected": ("1 / (1 - beta1**t)", "1"),
            "v not corrected": ("1 / (1 - beta2**t)", "1"),
            "beta1 and beta2 swapped": ("beta1, beta2, 1 / (1", "beta2, beta1, 1 / (1"),
        },
    )


ADAMAX = {
    **ALWAYS,
    **DECAY_THEN_CLIP,
    **STATES,
    **T_SHARED,
    **T_LATE,
    **apart(
        "adamax.py", DECAY_THEN_CLIP["wd dropped"], "scalars(t, lr, self.beta1, self.beta2)", "beta2, tiny, one):",
        "w - lr_t * (m / max(u, tiny))", "w, m, u",
    ),
    **moments("adamax.py", "lr_t * (m /", "lr_t * (before /", "Numbers of (1) to (4)."),
    **previous("adamax.py", "u", "u = max(abs(g)", "max(u, tiny)", "max(before, tiny)"),
    **one_edit(
        "adamax.py",
        {
            "m not corrected": ("lr / (1 - beta1**t)", "lr"),
            "power misplaced": ("(1 - beta1**t)", "(1 - beta1) ** t"),
            "u corrected": ("lr / (1 - beta1**t)", "lr * (1 - beta2**t) / (1 - beta1**t)"),
            "beta1 and beta2 swapped": ("return lr_t, beta1, beta2,", "return lr_t, beta2, beta1,"),
            "max before decay": ("max(abs(g), beta2 * u)", "beta2 * max(abs(g), u)"),
            "max without decay": ("max(abs(g), beta2 * u)", "max(abs(g), u)"),
            "max of g": ("max(abs(g), beta2 * u)", "max(g, beta2 * u)"),
            "max of |m|": ("max(abs(g), beta2 * u)", "max(abs(m), beta2 * u)"),
            "average instead of max": ("max(abs(g), beta2 * u)", "beta2 * u + (one - beta2) * abs(g)"),
            "0 / 0 at the start": ("max(u, tiny)", "u"),
            "sign instead of ratio": ("m / max(u, tiny)", "sign(m)"),
            "ascent": ("w - lr_t * (m", "w + lr_t * (m"),
        },
    ),
    "lr inside the buffer": [("adamax.py", _M, f"{_M} * lr_t"), ("adamax.py", "lr_t * (m / max(u, tiny))", "m / max(u, tiny)")],
}  # fmt: skip

_NADAM_KEEP = 'return {"product": product * mu(t, self.beta1, self.schedule_decay)}'

NADAM = {
    **ALWAYS,
    **DECAY_THEN_CLIP,
    **STATES,
    **T_SHARED,
    **T_LATE,
    **apart(
        "nadam.py", DECAY_THEN_CLIP["wd dropped"],
        "scalars(t, lr, self.beta1, self.beta2, self.epsilon, self.schedule_decay, product)", "v_corr, epsilon, one):",
        "lr * m_bar / (sqrt(v_hat) + epsilon)", "w, m, v",
    ),
    **moments("nadam.py", "of_m * m ", "of_m * before ", "Numbers of (3) to (7); `product` is the M of (2) at this step."),
    **variance("nadam.py"),
    **quotient("nadam.py", ("m_bar",), "v_hat", "epsilon", inside=False),
    **one_edit(
        "nadam.py",
        {
            "product shared": (
                _NADAM_KEEP,
                'self.product = getattr(self, "product", 1.0) * mu(t, self.beta1, self.schedule_decay)\n'
                '        return {"product": self.product}',
            ),
            "mu one step late": ("mu(t + 1, beta1", "mu(t, beta1"),
            "mu constant": ("beta1 * (1 - 0.96 ** (t * schedule_decay) / 2)", "beta1"),
            "mu with Keras' schedule": ("0.96 ** (t * schedule_decay)", "0.96**t"),
            "m not corrected": ("ahead / (1 - product * ahead)", "ahead"),
            "v not corrected": ("1 / (1 - beta2**t)", "1"),
            "m without the look-ahead": ("of_g * g + of_m * m ", "m "),
            "beta1 and beta2 swapped": ("return lr, beta1, beta2,", "return lr, beta2, beta1,"),
            "ascent": ("w - lr * m_bar", "w + lr * m_bar"),
        },
    ),
}  # fmt: skip

_S = "s = beta2 * s + (one - beta2) * ((g - m) * (g - m)) + epsilon"

ADABELIEF = {
    **ALWAYS,
    **DECAY_THEN_CLIP,
    **STATES,
    **T_SHARED,
    **T_LATE,
    **apart(
        "adabelief.py", DECAY_THEN_CLIP["wd dropped"],
        "scalars(t if self.correct_bias else math.inf, lr, self.beta1, self.beta2, self.epsilon)", "s_corr, epsilon, one):",
        "lr * m_hat / (sqrt(s_hat) + epsilon)", "w, m, s",
    ),
    **moments("adabelief.py", "m_corr * m ", "m_corr * before ", "Numbers of (1) to (5)."),
    **corrections("adabelief.py"),
    **quotient("adabelief.py", ("m_hat",), "s_hat", "epsilon", inside=False),
    **one_edit(
        "adabelief.py",
        {
            "correct_bias ignored": ("t if self.correct_bias else math.inf", "t"),
            "Adam's square": (_S, _S.replace("(g - m)", "g")),
            "surprise at the last m": (f"{_M}  # (1)\n    {_S}", f"{_S}\n    {_M}"),
            "epsilon of (2) dropped": (_S, _S.removesuffix(" + epsilon")),
            "epsilon of (2) inside the average": (_S, "s = beta2 * s + (one - beta2) * ((g - m) * (g - m) + epsilon)"),
            "epsilon beside the root of s": ("(sqrt(s_hat) + epsilon)", "(sqrt(s_hat) + sqrt(s_corr) * epsilon)"),
            "ascent": ("w - lr * m_hat", "w + lr * m_hat"),
        },
    ),
}  # fmt: skip

_WD = within("adamw.py")

ADAMW = {
    **ALWAYS,
    **CLIP,
    **STATES,
    **T_SHARED,
    **T_LATE,
    **_WD,
    "wd after the step": [*_WD["wd dropped"], ("adamw.py", "    return w, m, v\n", "    w = w - lr * wd * w\n    return w, m, v\n")],
    "wd not times lr": [*_WD["wd dropped"], ("adamw.py", "w = w - lr *", "w = w - wd * w - lr *")],
    **moments("adamw.py", "m_corr * m ", "m_corr * before ", "Numbers of (1) to (5)."),
    **variance("adamw.py"),
    **corrections("adamw.py"),
    **quotient("adamw.py", ("m_hat",), "v_hat", "epsilon", inside=False),
    **one_edit(
        "adamw.py",
        {
            "correct_bias ignored": ("t if self.correct_bias else math.inf", "t"),
            "wd times the corrections": ("+ wd * w)", "+ m_corr / sqrt(v_corr) * wd * w)"),
            "ascent": ("(m_hat / (", "(-m_hat / ("),
        },
    ),
}

TABLES = {"adam": ADAM, "adamax": ADAMAX, "nadam": NADAM, "adabelief": ADABELIEF, "adamw": ADAMW}
