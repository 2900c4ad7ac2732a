"""Slips in AdaGrad, GroupAdaGrad, FTRL and FTML."""

from .shared import ALWAYS, CLIP, DECAY_THEN_CLIP, STATES, T_LATE, T_SHARED, apart, one_edit, previous, quotient, within

__all__ = ["TABLES"]


def _group(old, new):
    return ("groupadagrad.py", old, new)


def _ftrl(old, new):
    return ("ftrl.py", old, new)


def _ftml(old, new):
    return ("ftml.py", old, new)


_ADAGRAD_WD = within("adagrad.py")

ADAGRAD = {
    **ALWAYS,
    **CLIP,
    **STATES,
    **_ADAGRAD_WD,
    "wd after the step": [*_ADAGRAD_WD["wd dropped"], ("adagrad.py", "    return w, n\n", "    w = w - lr * wd * w\n    return w, n\n")],
    "wd not times lr": [*_ADAGRAD_WD["wd dropped"], ("adagrad.py", "w = w - lr *", "w = w - wd * w - lr *")],
    **quotient("adagrad.py", ("g",), "n", "eps", inside=True),
    **previous("adagrad.py", "n", "n = n + g * g", "sqrt(n + eps)", "sqrt(before + eps)"),
    **one_edit(
        "adagrad.py",
        {
            "|g| for g squared": ("n = n + g * g", "n = n + abs(g)"),
            "g for g squared": ("n = n + g * g", "n = n + g"),
            "epsilon added at each step": ("n = n + g * g", "n = n + g * g + eps"),
            "only the last gradient": ("n = n + g * g", "n = g * g"),
            "largest instead of the sum": ("n = n + g * g", "n = max(n, g * g)"),
            "lr inside the sum": ("n = n + g * g", "n = n + lr * g * (lr * g)"),
            "decay inside the ratio": ("(g / sqrt(n + eps) + wd * w)", "((g + wd * w) / sqrt(n + eps))"),
            "gradient's sign": ("(g / sqrt", "(-g / sqrt"),
        },
    ),
    "mean instead of the sum": [
        ("adagrad.py", "return lr, wd, eps", "return lr, wd, eps, t"),
        ("adagrad.py", "n, lr, wd, eps):", "n, lr, wd, eps, t):"),
        ("adagrad.py", "n = n + g * g", "n = n + (g * g - n) / t"),
    ],
}

_ROWS = "w, g, states, treatment, scalars, rows=True"

GROUPADAGRAD = {
    **ALWAYS,
    **CLIP,
    **STATES,
    "sum of the row instead of its mean": [
        _group("return lr, eps", "return lr, eps, 0"),
        _group("n, q, lr, eps):", "n, q, lr, eps, columns):"),
        _group("n = n + q", "n = n + columns * q"),
        _group(_ROWS, "w, g, states, treatment, (*scalars[:2], type(scalars[0])(w.shape[1])), rows=True"),
    ],
    "one sum for the matrix": [
        _group("return shape[0], 1", "return 1, 1"),
        _group(_ROWS, "w.reshape(1, -1), g.reshape(1, -1), states, treatment, scalars, rows=True"),
    ],
    "a sum for each weight": [
        _group("return shape[0], 1", "return shape[0] * shape[1], 1"),
        _group(_ROWS, "w.reshape(-1, 1), g.reshape(-1, 1), states, treatment, scalars, rows=True"),
    ],
    "columns instead of rows": [
        _group("return shape[0], 1", "return shape[1], 1"),
        _group(_ROWS, "w.T, g.T, states, treatment, scalars, rows=True"),
    ],
    **quotient("groupadagrad.py", ("g",), "n", "eps", inside=True),
    **previous("groupadagrad.py", "n", "n = n + q", "sqrt(n + eps)", "sqrt(before + eps)"),
    **one_edit(
        "groupadagrad.py",
        {
            "root of the mean square": ("n = n + q", "n = n + sqrt(q)"),
            "epsilon added at each step": ("n = n + q", "n = n + q + eps"),
            "only the last gradient": ("n = n + q", "n = q"),
            "largest instead of the sum": ("n = n + q", "n = max(n, q)"),
            "lr inside the sum": ("n = n + q", "n = n + lr * lr * q"),
            "ascent": ("w = w - lr * g", "w = w + lr * g"),
            "lr and eps swapped": ("return lr, eps", "return eps, lr"),
        },
    ),
}

_FTRL_WD = within("ftrl.py", ((" + wd)", ")"),))

FTRL = {
    **ALWAYS,
    **CLIP,
    **STATES,
    **_FTRL_WD,
    "wd decoupled": [*_FTRL_WD["wd dropped"], _ftrl(" / lr)  # (4)", " / lr) - lr * wd * w  # (4)")],
    "wd after the step": [*_FTRL_WD["wd dropped"], _ftrl("    return w, z, n", "    w = w - lr * wd * w\n    return w, z, n")],
    **previous("ftrl.py", "n", "n = n + g * g", "(beta + sqrt(n))", "(beta + sqrt(before))"),
    **one_edit(
        "ftrl.py",
        {
            "wd over lr": ("(beta + sqrt(n)) / lr + wd)", "(beta + sqrt(n) + wd) / lr)"),
            "sign of z": ("w = -sign(z)", "w = sign(z)"),
            "threshold dropped": ("max(abs(z) - lamda1, zero)", "abs(z)"),
            "threshold not shrinking": ("sign(z) * max(abs(z) - lamda1, zero)", "sign(max(abs(z) - lamda1, zero)) * z"),
            "beta dropped": ("(beta + sqrt(n)) / lr", "sqrt(n) / lr"),
            "beta not over lr": ("((beta + sqrt(n)) / lr", "(beta + sqrt(n) / lr"),
            "sigma not over lr": (" / lr  # (1)", "  # (1)"),
            "sigma is |g|": ("(sqrt(n + g * g) - sqrt(n))", "abs(g)"),
            "sigma's sign": ("z + g - sigma * w", "z + g + sigma * w"),
            "g's sign": ("z + g - sigma * w", "z - g - sigma * w"),
            "z without g": ("z + g - sigma * w", "z - sigma * w"),
            "z of MXNet's tutorial": ("z + g - sigma * w", "z + sigma * w"),
            "|g| for g squared": ("n = n + g * g", "n = n + abs(g)"),
        },
    ),
    "threshold on w": [
        _ftrl("-sign(z) * max(abs(z) - lamda1, zero) /", "-z /"),
        _ftrl("    return w, z, n", "    w = sign(w) * max(abs(w) - lamda1, zero)\n    return w, z, n"),
    ],
    "n updated before sigma": [
        _ftrl("    sigma =", "    n = n + g * g\n    sigma ="),
        _ftrl("    n = n + g * g  # (3)\n", ""),
    ],
    "first weight forgotten": [
        _ftrl("return lr, wd, lamda1, beta, 0", "return lr, wd, lamda1, beta, 0, min(t - 1, 1)"),
        _ftrl("beta, zero):", "beta, zero, later):"),
        _ftrl("sigma * w", "sigma * later * w"),
    ],
}

# Equivalent, and so not in the table: the learning rate beside g in (3) instead of below (2), d' = eta d. By (4) z = -d w at every step,
# so (3) is z_t = (1 - beta1) g_t - d_t w_{t-1}, and (4) takes away (1 - beta1) g_t / d_t = (1 - beta1) eta_t g_t / d'_t either way.
FTML = {
    **ALWAYS,
    **DECAY_THEN_CLIP,
    **STATES,
    **T_SHARED,
    **T_LATE,
    **apart(
        "ftml.py", DECAY_THEN_CLIP["wd dropped"],
        'scalars(t, validate.real("learning_rate, by which FTML divides,", lr, above=0), self.beta1, self.beta2, self.epsilon)',
        "v_corr, epsilon, one):", "w = -z / d", "w, d, v, z",
    ),
    **previous("ftml.py", "v", "v = beta2 * v", "sqrt(v_corr * v)", "sqrt(v_corr * before)"),
    **one_edit(
        "ftml.py",
        {
            "d not corrected": ("(1 - beta1**t) / lr", "1 / lr"),
            "v not corrected": ("1 / (1 - beta2**t)", "1"),
            "beta1 and beta2 swapped": ("/ lr, beta1, beta2,", "/ lr, beta2, beta1,"),
            "|g| for g squared": ("(g * g)", "abs(g)"),
            "epsilon inside the root": ("sqrt(v_corr * v) + epsilon", "sqrt(v_corr * v + epsilon)"),
            "epsilon not over lr": ("d_corr * (sqrt(v_corr * v) + epsilon)", "d_corr * sqrt(v_corr * v) + epsilon"),
            "epsilon dropped": ("sqrt(v_corr * v) + epsilon", "sqrt(v_corr * v)"),
            "d before is lost": ("d - beta1 * d_prev", "d"),
            "d before taken too late": ("d - beta1 * d_prev", "d - beta1 * d"),
            "d before not times beta1": ("d - beta1 * d_prev", "d - d_prev"),
            "sigma's sign": ("- (d - beta1", "+ (d - beta1"),
            "sigma dropped": (" - (d - beta1 * d_prev) * w", ""),
            "z keeps all of g": ("(one - beta1) * g - (d", "g - (d"),
            "z's sign": ("w = -z / d", "w = z / d"),
        },
    ),
    "lazy start of v": [_ftml("beta2, 1 / (1 - beta2**t)", "0.0 if t == 1 else beta2, 1")],
}  # fmt: skip

TABLES = {"adagrad": ADAGRAD, "groupadagrad": GROUPADAGRAD, "ftrl": FTRL, "ftml": FTML}
