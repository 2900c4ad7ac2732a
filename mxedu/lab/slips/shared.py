"""What goes wrong in the code that all optimizers share, and what goes wrong in the same way in several."""

__all__ = [
    "ALWAYS", "CLIP", "CLIP_THEN_DECAY", "DECAY_THEN_CLIP", "GRADIENT", "LATE", "STATES", "T_LATE", "T_SHARED", "apart", "one_edit",
    "previous", "quotient", "within",
]  # fmt: skip


def one_edit(file, slips):
    """Give the mutants that are one edit of this file each, from {name: (old, new)}."""
    return {name: [(file, old, new)] for name, (old, new) in slips.items()}


# Of every optimizer.

GRADIENT = one_edit(
    "step.py",
    {
        "gradient overwritten": (
            "jobs.append((weight._data, grad._data,",
            "jobs.append((weight._data, np.multiply(grad._data, optimizer.rescale_grad, out=grad._data),",
        )
    },
)
LATE = one_edit(
    "step.py",
    {"rate one step late": ("optimizer.lr_scheduler(num_update), low=0)", "optimizer.lr_scheduler(max(num_update - 1, 1)), low=0)")},
)
ALWAYS = {**GRADIENT, **LATE}

# Of every prologue but `rescale`, which leaves nothing to get wrong where only the sign of the gradient counts.

_OWN = 'own place for the decay."""\n    return '
CLIP = one_edit(
    "prologue.py",
    {
        "no rescaling": (f"{_OWN}min(max(r * g, -c), c)", f"{_OWN}min(max(g, -c), c)"),
        "clip before rescaling": (f"{_OWN}min(max(r * g, -c), c)", f"{_OWN}r * min(max(g, -c), c)"),
        "clip dropped": (f"{_OWN}min(max(r * g, -c), c)", f"{_OWN}r * g"),
    },
)
CLIP_THEN_DECAY = one_edit(
    "prologue.py",
    {
        "no rescaling": ("return min(max(r * g, -c), c) + wd * w", "return min(max(g, -c), c) + wd * w"),
        "wd sign": ("min(max(r * g, -c), c) + wd * w", "min(max(r * g, -c), c) - wd * w"),
        "clip after wd": ("min(max(r * g, -c), c) + wd * w", "min(max(r * g + wd * w, -c), c)"),
        "clip dropped": ("min(max(r * g, -c), c) + wd * w", "r * g + wd * w"),
        "wd dropped": ("min(max(r * g, -c), c) + wd * w", "min(max(r * g, -c), c)"),
    },
)
DECAY_THEN_CLIP = one_edit(
    "prologue.py",
    {
        "no rescaling": ("r * g + wd * w, -c", "g + wd * w, -c"),
        "wd sign": ("r * g + wd * w, -c", "r * g - wd * w, -c"),
        "wd dropped": ("r * g + wd * w, -c", "r * g, -c"),
        "clip before wd": ("min(max(r * g + wd * w, -c), c)", "min(max(r * g, -c), c) + wd * w"),
        "clip dropped": ("min(max(r * g + wd * w, -c), c)", "r * g + wd * w"),
    },
)

# Of optimizers with states, and of those whose rule knows the number of the step.

STATES = {
    "state starts at one": [("optimizer.py", "NDArray(aligned_zeros(shape, weight.dtype))", "NDArray(np.ones(shape, weight.dtype))")],
    "state shared": [
        ("updater.py", "self.prepared(indices, weights)",
         "[self.states.setdefault(w.shape, s) for w, s in zip(weights, self.prepared(indices, weights))]"),
    ],
}  # fmt: skip
T_SHARED = {"t shared": [("step.py", "known.get(index, optimizer.begin_num_update) + 1", "optimizer.num_update + 1")]}
# From 0 most would divide by 0.
T_LATE = one_edit("step.py", {"t is 1 twice": ("= counts[index],", "= max(counts[index] - 1, 1),")})


# The decay in another place than the method's.


def apart(file, dropped, call, parameters, moved, returned):
    """Give the mutants in which a decay that belongs into the gradient is beside the step: of the old weight, or of the new.

    Parameters
    ----------
    file : str
        The module.
    dropped : list of edits
        What takes the decay out of the gradient.
    call : str
        What the class's `scalars` returns.
    parameters : str
        How the first line of the rule ends.
    moved : str
        The new weight in the rule, to which a term can be added.
    returned : str
        What the rule returns.
    """
    decay = [
        *dropped,
        (file, f"return {call}", f"return (*{call}, lr * wd)"),
        (file, parameters, parameters.replace("):", ", decay):")),
    ]
    return {
        "wd decoupled": [*decay, (file, moved, f"{moved} - decay * w")],
        "wd after the step": [*decay, (file, f"    return {returned}\n", f"    w = w - decay * w\n    return {returned}\n")],
    }


def within(file, terms=((" + wd * w", ""),), importing=None):
    """Give the mutants in which a decay that the rule has a place for is lost, has the wrong sign, or is in the gradient.

    Parameters
    ----------
    file : str
        The module.
    terms : tuple of (str, str)
        The places of the decay, each with what is left without it.
    importing : str, optional
        The module that imports the prologue, if it is another one.
    """
    dropped = [(file, term, rest) for term, rest in terms]

    def coupled(prologue):
        return [*dropped, (importing or file, "import clip\n", f"import {prologue} as clip\n")]

    return {
        "wd dropped": dropped,
        "wd sign": [(file, term, term.replace("+", "-")) for term, _ in terms],
        "wd in the gradient": coupled("clip_then_decay"),
        "wd in the gradient, then clip": coupled("decay_then_clip"),
    }


# States and quotients.


def previous(file, state, line, use, used):
    """Give the mutant in which a state is used as it was before its line, where `use` becomes `used` with the name `before`."""
    return {f"{state} of the previous step": [(file, line, f"before = {state}\n    {line}"), (file, use, used)]}


def quotient(file, numerators, square, epsilon, inside):
    """Give the mutants of a gradient divided by a root.

    Parameters
    ----------
    file : str
        The module.
    numerators : tuple of str
        What is divided, at each place where that is done.
    square : str
        What the root is taken of.
    epsilon : str
        The name of the number beside it.
    inside : bool
        Whether that is inside the root.
    """
    within, beside = f"sqrt({square} + {epsilon})", f"(sqrt({square}) + {epsilon})"
    shipped, other = (within, beside) if inside else (beside, within)

    def each(new):
        return [(file, f"{x} / {shipped}", new.format(x)) for x in numerators]

    return {
        f"epsilon {'outside' if inside else 'inside'} the root": each(f"{{}} / {other}"),
        "epsilon dropped": each(f"{{}} / sqrt({square})"),
        "epsilon added to the quotient": each(f"({{}} / sqrt({square}) + {epsilon})"),
        "sign instead of ratio": each("sign({})"),
    }
