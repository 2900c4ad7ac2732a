"""Edits of the shipped source that each plant one likely bug, and the search for checks that notice."""

import numpy as np

from .subjects import mutated, subject

# What goes wrong in the code that all optimizers share; which of these fit a rule is said below.
SHARED = {
    "no rescaling": [("prologue.py", "return min(max(r * g, -c), c) + wd * w", "return min(max(g, -c), c) + wd * w")],
    "wd sign": [("prologue.py", "min(max(r * g, -c), c) + wd * w", "min(max(r * g, -c), c) - wd * w")],
    "clip after wd": [("prologue.py", "min(max(r * g, -c), c) + wd * w", "min(max(r * g + wd * w, -c), c)")],
    "wd dropped": [("prologue.py", "min(max(r * g, -c), c) + wd * w", "min(max(r * g, -c), c)")],
    "clip dropped": [("prologue.py", "min(max(r * g, -c), c) + wd * w", "r * g + wd * w")],
    "gradient overwritten": [
        ("optimizer.py", "jobs.append((weight._data, grad._data,",
         "jobs.append((weight._data, np.multiply(grad._data, self.rescale_grad, out=grad._data),"),
    ],
    "state starts at one": [("optimizer.py", "NDArray(aligned_zeros(weight.shape, weight.dtype))", "NDArray(np.ones_like(weight._data))")],
    "state shared": [
        ("updater.py", "states = [known.get(i) for i in indices]",
         "states = [known.setdefault(w.shape, known[i]) for i, w in zip(indices, weights)]"),
    ],
    "t shared": [("optimizer.py", "known.get(index, self.begin_num_update) + 1", "self.num_update + 1")],
    "t from 0": [("optimizer.py", "key = counts[index], lr", "key = counts[index] - 1, lr")],
}  # fmt: skip


def _adam(old, new):
    return ("adam.py", old, new)


def _sgd(old, new):
    return ("sgd.py", old, new)


_EVERY = ["gradient overwritten"]
_CLIP_THEN_DECAY = [*_EVERY, "no rescaling", "wd sign", "clip after wd", "clip dropped", "wd dropped"]
_STATES = ["state starts at one", "state shared"]
_LATE = [("optimizer.py", "self.lr_scheduler(num_update), low=0)", "self.lr_scheduler(max(num_update - 1, 1)), low=0)")]

MUTANTS = {
    "sgd": {
        **{name: SHARED[name] for name in _CLIP_THEN_DECAY},
        "rate one step late": _LATE,
        "wd after the step": [
            *SHARED["wd dropped"],
            _sgd("else scalars(t, lr)", "else (*scalars(t, lr), lr * wd)"),
            _sgd("def sgd(w, g, lr):", "def sgd(w, g, lr, decay):"),
            _sgd("w = w - lr * g  # (1)", "w = w - lr * g\n    w = w - decay * w  # (1)"),
        ],
        "ascent": [_sgd("w = w - lr * g  # (1)", "w = w + lr * g  # (1)")],
        "lr dropped": [_sgd("w = w - lr * g  # (1)", "w = w - g  # (1)")],
        "sign instead of g": [_sgd("w = w - lr * g  # (1)", "w = w - lr * sign(g)  # (1)")],
        "|g| for g": [_sgd("w = w - lr * g  # (1)", "w = w - lr * abs(g)  # (1)")],
    },
    "momentum": {
        **{name: SHARED[name] for name in _CLIP_THEN_DECAY + _STATES},
        "rate one step late": _LATE,
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
        "wd decoupled": [
            *SHARED["wd dropped"],
            _sgd("return momentum_scalars(t, lr, self.momentum) if", "return (*momentum_scalars(t, lr, self.momentum), lr * wd) if"),
            _sgd("def momentum(w, g, mom, lr, mu):", "def momentum(w, g, mom, lr, mu, decay):"),
            _sgd("w = w + mom  # (3)", "w = w + mom - decay * w  # (3)"),
        ],
        "wd after the step": [
            *SHARED["wd dropped"],
            _sgd("return momentum_scalars(t, lr, self.momentum) if", "return (*momentum_scalars(t, lr, self.momentum), lr * wd) if"),
            _sgd("def momentum(w, g, mom, lr, mu):", "def momentum(w, g, mom, lr, mu, decay):"),
            _sgd("w = w + mom  # (3)", "w = w + mom\n    w = w - decay * w  # (3)"),
        ],
        "gradient's sign": [_sgd("mu * mom - lr * g", "mu * mom + lr * g")],
        "sign instead of the buffer": [_sgd("w = w + mom  # (3)", "w = w + lr * sign(mom)  # (3)")],
        "mu applied to g": [_sgd("mu * mom - lr * g", "mu * (mom - lr * g)")],
    },
    "adam": {
        **{name: SHARED[name] for name in [*_EVERY, *_STATES, "t shared", "t from 0"]},
        "rate one step late": _LATE,
        "no rescaling": [("prologue.py", "r * g + wd * w, -c", "g + wd * w, -c")],
        "wd sign": [("prologue.py", "r * g + wd * w, -c", "r * g - wd * w, -c")],
        "wd dropped": [("prologue.py", "r * g + wd * w, -c", "r * g, -c")],
        "clip before wd": [("prologue.py", "min(max(r * g + wd * w, -c), c)", "min(max(r * g, -c), c) + wd * w")],
        "clip dropped": [("prologue.py", "min(max(r * g + wd * w, -c), c)", "r * g + wd * w")],
        "wd decoupled": [
            ("prologue.py", "r * g + wd * w, -c", "r * g, -c"),
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
    },
}  # fmt: skip


def verdict(check, subject):
    """Give what a check does on a subject: 'passes', 'kills' (an AssertionError), or 'crashes' (any other error)."""
    try:
        with np.errstate(all="ignore"):
            check(subject)
    except AssertionError:
        return "kills"
    except Exception:
        return "crashes"
    return "passes"


def kill_table(name, checks):
    """Run checks on the shipped rule and on every mutant of it; print which kill which.

    Parameters
    ----------
    name : str
        The subject, such as 'adam'.
    checks : list of callables
        Each takes a `Subject` and raises AssertionError if it is wrong. A crash does not count as noticing.

    Raises
    ------
    AssertionError
        If a check fails on the shipped rule, or a mutant passes all of them.
    """
    for check in checks:
        check(subject(name))
    width = max(map(len, MUTANTS[name]))
    survivors = []
    for mutant, edits in MUTANTS[name].items():
        victim = mutated(name, edits)
        killers = [check.__name__.removeprefix("check_") for check in checks if verdict(check, victim) == "kills"]
        print(f"{mutant:<{width}}  killed by {', '.join(killers)}" if killers else f"{mutant:<{width}}  SURVIVES")
        if not killers:
            survivors.append(mutant)
    print(f"{len(MUTANTS[name]) - len(survivors)} of {len(MUTANTS[name])} mutants killed")
    assert not survivors, f"mutants of {name} that no check kills: {', '.join(survivors)}"
