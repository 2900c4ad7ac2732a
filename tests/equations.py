"""The boxed equations of the modules' docstrings, transcribed to SymPy, and the comparison of whole steps with them."""

import itertools

import sympy

from mxedu import lab

w, g = sympy.symbols("w g", real=True)
eta, r, c, wd = sympy.symbols("eta r c lambda", positive=True)
mu, beta1, beta2, epsilon, gamma1, gamma2, rho, bound = sympy.symbols("mu beta1 beta2 epsilon gamma1 gamma2 rho b", positive=True)
lamda, lamda1, beta, wd_lh, k, M, mu_t, ahead, psi = sympy.symbols("lambda_c lambda_1 beta lambda_h k M mu_t mu_next psi", positive=True)
p1, p2 = sympy.symbols("p1 p2", positive=True)  # beta1**t and beta2**t
sqrt = sympy.sqrt


def adam_like(G, s, scale=lambda G, m: G**2, name="v"):
    """Both averages of Adam's family, and both corrected."""
    m = beta1 * s["m"] + (1 - beta1) * G
    v = beta2 * s[name] + (1 - beta2) * scale(G, m)
    return m, v, m / (1 - p1), v / (1 - p2)


def sgd(G, s):
    return (w - eta * G,)


def momentum(G, s):
    mom = mu * s["mom"] - eta * G
    return w + mom, mom


def nag(G, s):
    mom = mu * s["mom"] - eta * G
    return w + mu * mom - eta * G, mom


def signum(G, s):
    mom = mu * s["mom"] - (1 - mu) * G
    return (1 - eta * wd_lh) * w + eta * sympy.sign(mom), mom


def signsgd(G, s):
    return ((1 - eta * (wd + wd_lh)) * w - eta * sympy.sign(G),)


def sgld(G, s):
    return w - eta / 2 * G + sqrt(eta) * s["noise"], s["noise"]


def dcasgd(G, s):
    mom = mu * s["mom"] - eta * (G + wd * w + lamda * G**2 * (w - s["w_prev"]))
    return w + mom, mom, w


def ftml(G, s):
    v = beta2 * s["v"] + (1 - beta2) * G**2
    d = (1 - p1) / eta * (sqrt(v / (1 - p2)) + epsilon)
    z = beta1 * s["z"] + (1 - beta1) * G - (d - beta1 * s["d"]) * w
    return -z / d, d, v, z


def ftrl(G, s):
    n = s["n"] + G**2
    z = s["z"] + G - (sqrt(n) - sqrt(s["n"])) / eta * w
    return -sympy.sign(z) * sympy.Max(sympy.Abs(z) - lamda1, 0) / ((beta + sqrt(n)) / eta + wd), z, n


def adagrad(G, s):
    n = s["n"] + G**2
    return w - eta * (G / sqrt(n + epsilon) + wd * w), n


def groupadagrad(G, s):
    n = s["n"] + s["q"]
    return w - eta * G / sqrt(n + epsilon), n, s["q"]


def rmsprop(G, s):
    v = gamma1 * s["v"] + (1 - gamma1) * G**2
    return sympy.Min(sympy.Max(w - eta * G / sqrt(v + epsilon), -bound), bound), v


def centred_rmsprop(G, s):
    v, m = gamma1 * s["v"] + (1 - gamma1) * G**2, gamma1 * s["m"] + (1 - gamma1) * G
    mom = gamma2 * s["mom"] - eta * G / sqrt(sympy.Max(v - m**2, 0) + epsilon)
    return sympy.Min(sympy.Max(w + mom, -bound), bound), v, m, mom


def adadelta(G, s):
    v = rho * s["v"] + (1 - rho) * G**2
    d = sqrt(s["s"] + epsilon) / sqrt(v + epsilon) * G
    return w - eta * (d + wd * w), v, rho * s["s"] + (1 - rho) * d**2


def adam(G, s):
    m, v, _, _ = adam_like(G, s)
    return w - eta * sqrt(1 - p2) / (1 - p1) * m / (sqrt(v) + epsilon), m, v


def adamax(G, s):
    m, u = beta1 * s["m"] + (1 - beta1) * G, sympy.Max(sympy.Abs(G), beta2 * s["u"])
    return w - eta / (1 - p1) * m / u, m, u


def nadam(G, s):
    m, v, _, v_hat = adam_like(G, s)
    return w - eta * ((1 - mu_t) / (1 - M) * G + ahead / (1 - M * ahead) * m) / (sqrt(v_hat) + epsilon), m, v


def adabelief(G, s):
    m, v, _, _ = adam_like(G, s, lambda G, m: (G - m) ** 2 + epsilon / (1 - beta2), "s")
    return w - eta * (m / (1 - p1)) / (sqrt(v / (1 - p2)) + epsilon), m, v


def adamw(G, s):
    m, v, m_hat, v_hat = adam_like(G, s)
    return w - eta * (m_hat / (sqrt(v_hat) + epsilon) + wd * w), m, v


def lamb(G, s):
    m, v, m_hat, v_hat = adam_like(G, s)
    return w, m, v, m_hat / (sqrt(v_hat) + epsilon) + wd * w


def lans(G, s):
    m, v, m_hat, v_hat = adam_like(G, s)
    return w, m, v, m_hat / (sqrt(v_hat) + epsilon) + wd * w, G / (sqrt(v_hat) + epsilon) + wd * w


# For each subject its equations and what its `scalars` takes after t.
EQUATIONS = {
    "sgd": (sgd, (eta,)),
    "momentum": (momentum, (eta, mu)),
    "nag": (nag, (eta, mu)),
    "signum": (signum, (eta, mu, wd_lh)),
    "signsgd": (signsgd, (eta, wd, wd_lh)),
    "sgld": (sgld, (eta,)),
    "dcasgd": (dcasgd, (eta, wd, mu, lamda)),
    "ftml": (ftml, (eta, beta1, beta2, epsilon)),
    "ftrl": (ftrl, (eta, wd, lamda1, beta)),
    "adagrad": (adagrad, (eta, wd, epsilon)),
    "groupadagrad": (groupadagrad, (eta, epsilon)),
    "rmsprop": (rmsprop, (eta, gamma1, epsilon, bound)),
    "centred_rmsprop": (centred_rmsprop, (eta, gamma1, gamma2, epsilon, bound)),
    "adadelta": (adadelta, (eta, wd, rho, epsilon)),
    "adam": (adam, (eta, beta1, beta2, epsilon)),
    "adamax": (adamax, (eta, beta1, beta2)),
    "nadam": (nadam, (eta, beta1, beta2, epsilon, psi, M)),
    "adabelief": (adabelief, (eta, beta1, beta2, epsilon)),
    "adamw": (adamw, (eta, wd, beta1, beta2, epsilon)),
    "lbsgd": (lambda G, s: tuple(x.subs(eta, k * eta) for x in momentum(G, s)), (eta, mu, k)),
    "lars": (lambda G, s: tuple(x.subs(mu, mu * k) for x in momentum(G, s)), (eta, mu, k)),
    "lamb": (lamb, (wd, beta1, beta2, epsilon)),
    "lans": (lans, (wd, beta1, beta2, epsilon)),
}
T = sympy.Symbol("t", positive=True, integer=True)
TREATED = {  # what the prologues are said to do
    "rescale": lambda limit: r * g,
    "clip": lambda limit: limit(r * g),
    "clip_then_decay": lambda limit: limit(r * g) + wd * w,
    "decay_then_clip": lambda limit: limit(r * g + wd * w),
}


def smooth_at(expression, point):
    """Replace each kink (sign, abs, min, max) by the branch that holds at a point."""

    def value(x):
        return float(x.subs(point))

    branches = {
        sympy.sign: lambda x: sympy.sign(value(x)),
        sympy.Abs: lambda x: x if value(x) >= 0 else -x,
        sympy.Min: lambda *xs: min(xs, key=value),
        sympy.Max: lambda *xs: max(xs, key=value),
    }
    for kind, branch in branches.items():
        expression = expression.replace(kind, branch)
    return expression


def points():
    """Give values for all symbols: gradients below, within and above the clip, of both signs, on states of both signs, large and small."""
    numbers = {
        eta: 0.3, r: 0.5, c: 1.0, wd: 0.11, mu: 0.9, beta1: 0.8, beta2: 0.95, epsilon: 0.01, gamma1: 0.9, gamma2: 0.7, rho: 0.9, bound: 2.5,
        lamda: 0.4, lamda1: 0.6, beta: 1.2, wd_lh: 0.2, k: 1.7, M: 0.3, mu_t: 0.5, ahead: 0.6, p1: 0.512, p2: 0.857,
    }  # fmt: skip
    for gradient, state, weight in itertools.product((0.4, -0.4, 9.0, -9.0), (0.05, -0.05, 3.0, -3.0), (0.7, -4.0)):
        yield {**numbers, g: gradient, w: weight}, state


def check_equations(subject):
    """Compare the whole step, prologue, `scalars` and rule on symbols, with the equations of the docstring, on each side of each kink."""
    equations, arguments = EQUATIONS[subject.name]
    states = {s: sympy.Symbol(s, nonnegative=True) if s in "vnsudq" else sympy.Symbol(s, real=True) for s in subject.rule.states}
    treated = lab.on_symbols(subject.prologue)(w, g, r, c, wd)
    numbers = lab.on_symbols(subject.scalars)(T, *arguments)
    if subject.name == "nadam":  # its schedule, (1), by two symbols
        schedule = {lab.on_symbols(subject.module.mu)(i, beta1, psi): x for i, x in ((T, mu_t), (T + 1, ahead))}
        numbers = [sympy.sympify(x).subs(schedule) for x in numbers]
    numbers = [sympy.sympify(x).subs({beta1**T: p1, beta2**T: p2}) for x in numbers]
    results = lab.on_symbols(subject.rule)(w, treated, *states.values(), *numbers)
    results = results if subject.rule.states else (results,)
    seen = set()
    for point, state in points():
        at = {**point, **{x: abs(state) if x.is_nonnegative else state for x in states.values()}}
        G = TREATED[subject.prologue.__name__](lambda x: sympy.Min(sympy.Max(x, -c), c))
        for i, (got, want) in enumerate(zip(results, equations(G, states), strict=True)):
            difference = smooth_at(sympy.sympify(got), at) - smooth_at(sympy.sympify(want), at)
            if (i, difference) not in seen:
                seen.add((i, difference))
                assert sympy.simplify(difference) == 0, f"output {i} of {subject.name} at {at}: {difference}"
