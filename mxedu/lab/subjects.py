"""What the checks of tests and chapters are run on: a rule with its class, shipped or mutated."""

import contextlib
import importlib
import itertools
import linecache
import pathlib
import sys
import types

import numpy as np

from .. import optimizer as package
from ..nd import NDArray
from ..optimizer.rule import NUMPY

FOLDER = pathlib.Path(package.__file__).parent
_copies = itertools.count(1)

# Name of the subject: module, names of rule and scalars in it, class, and the arguments that bring this rule into force.
SUBJECTS = {
    "sgd": ("sgd", "sgd", "scalars", "SGD", {}),
    "momentum": ("sgd", "momentum", "momentum_scalars", "SGD", {"momentum": 0.9}),
    "nag": ("nag", "nag", "scalars", "NAG", {"momentum": 0.9}),
    "signum": ("signum", "signum", "scalars", "Signum", {}),
    "signsgd": ("signum", "signsgd", "signsgd_scalars", "Signum", {"momentum": 0.0}),
    "sgld": ("sgld", "sgld", "scalars", "SGLD", {}),
    "dcasgd": ("dcasgd", "dcasgd", "scalars", "DCASGD", {"momentum": 0.9}),
    "ftml": ("ftml", "ftml", "scalars", "FTML", {}),
    "ftrl": ("ftrl", "ftrl", "scalars", "Ftrl", {}),
    "adagrad": ("adagrad", "adagrad", "scalars", "AdaGrad", {}),
    "groupadagrad": ("groupadagrad", "groupadagrad", "scalars", "GroupAdaGrad", {}),
    "rmsprop": ("rmsprop", "rmsprop", "scalars", "RMSProp", {}),
    "centred_rmsprop": ("rmsprop", "centred_rmsprop", "centred_scalars", "RMSProp", {"centered": True}),
    "adadelta": ("adadelta", "adadelta", "scalars", "AdaDelta", {}),
    "adam": ("adam", "adam", "scalars", "Adam", {}),
    "adamax": ("adamax", "adamax", "scalars", "Adamax", {}),
    "nadam": ("nadam", "nadam", "scalars", "Nadam", {}),
    "adabelief": ("adabelief", "adabelief", "scalars", "AdaBelief", {}),
    "adamw": ("adamw", "adamw", "scalars", "AdamW", {}),
    "lbsgd": ("lbsgd", "momentum", "scalars", "LBSGD", {"momentum": 0.9, "batch_scale": 3, "warmup_epochs": 1, "updates_per_epoch": 20}),
    "lars": ("lars", "momentum", "scalars", "LARS", {"momentum": 0.9}),
    "lamb": ("lamb", "lamb", "scalars", "LAMB", {}),
    "lans": ("lans", "lans", "scalars", "LANS", {}),
}


class Subject:
    """One rule, with everything a check needs of it.

    Attributes
    ----------
    name : str
        Its name, that of its naive twin and of its row in the symmetry table.
    module, rule, scalars, prologue
        The optimizer's module, the `Rule`, the function that computes its scalars, and the prologue.
    """

    def __init__(self, name, module, shared):
        _, rule, scalars, cls, self.defaults = SUBJECTS[name]
        self.name, self.module = name, module
        self.rule, self.scalars, self._cls = getattr(module, rule), getattr(module, scalars), getattr(module, cls)
        self.prologue = self.make().prologue
        self.get_updater = shared.get_updater

    def make(self, **hyper):
        """Make an optimizer in which this rule is in force."""
        return self._cls(**{**self.defaults, **hyper})


def subject(name):
    """Give the shipped rule of this name."""
    module = importlib.import_module(f"mxedu.optimizer.{SUBJECTS[name][0]}")
    return Subject(name, module, package)


def with_rule(name, rule):
    """Give the shipped subject of this name with another rule of the same states and scalars in the place of its own."""
    other = subject(name)
    other.rule, other._cls = rule, type(other._cls.__name__, (other._cls,), {"rule": rule})
    return other


def mutated(name, edits):
    """Give the rule of this name from an edited copy of the source, run over NumPy.

    Parameters
    ----------
    name : str
        The subject.
    edits : list of (file, old, new)
        What to replace; `old` must occur exactly once in the file of `mxedu/optimizer`.
    """
    copy, own, copies = next(_copies), SUBJECTS[name][0], {}
    with contextlib.ExitStack() as stack:
        # The registry too, so that the copy does not replace the shipped class; and sgd, whose rules LARS and LBSGD use.
        for part in dict.fromkeys(("prologue", "step", "optimizer", "registry", "sgd", "layerwise", "updater", own)):
            copies[part] = _execute(f"{part}.py", edits, copy)
            stack.enter_context(_in_place_of(f"mxedu.optimizer.{part}", copies[part]))
            if part == "optimizer":
                copies[part].kernel = _numpy_kernel
    if strangers := {file for file, _, _ in edits} - {f"{part}.py" for part in copies}:
        raise ValueError(f"mutant: {name} does not run what is in {', '.join(sorted(strangers))}: edit another file")
    return Subject(name, copies[own], copies["updater"])


def edit(file, text, edits):
    """Apply the edits that concern a file to its text."""
    for target, old, new in edits:
        if target == file:
            if text.count(old) != 1:
                raise ValueError(f"mutant: {old!r} occurs {text.count(old)} times in {file}, not once: bring the mutant up to date")
            text = text.replace(old, new)
    return text


def _execute(file, edits, copy):
    text = edit(file, (FOLDER / file).read_text(encoding="utf-8"), edits)
    path = f"<copy {copy} of {file}>"
    linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)  # so that Rule can read the text
    module = types.ModuleType(f"mxedu.optimizer.copy{copy}_{file.removesuffix('.py')}")
    module.__package__ = "mxedu.optimizer"
    sys.modules[module.__name__] = module
    exec(compile(text, path, "exec"), module.__dict__)
    return module


@contextlib.contextmanager
def _in_place_of(name, module):
    original, sys.modules[name] = sys.modules[name], module
    try:
        yield
    finally:
        sys.modules[name] = original


def _numpy_kernel(prologue, rule, rows=False):
    """Run the same bytecode over NumPy arrays: nothing to compile for a copy that lives for one check."""

    def run(w, g, states, treatment, scalars):
        g = prologue.over(**NUMPY)(w, g, *treatment)
        if rows:
            states = *states, (g * g).mean(axis=1, keepdims=True)
        results = rule.over(**NUMPY)(w, g, *states, *scalars)
        results = [np.array(x) for x in (results if rule.states else (results,))]  # DCASGD's older weight is the weight's own array
        for target, result in zip((w, *states), results, strict=True):
            target[...] = result

    return run


def run(subject, weights, gradients, dtype="float64", **hyper):
    """Give the weights after each step of the subject on given gradients.

    Parameters
    ----------
    subject : Subject
        What to run.
    weights : list of numpy arrays
        Where each parameter starts.
    gradients : list of lists of numpy arrays
        ``gradients[step][parameter]``; None: the parameter is not updated in this step.
    dtype : str, default 'float64'
        The type of weights and gradients.
    **hyper
        Arguments of the optimizer.

    Returns
    -------
    list of lists of numpy arrays
        ``path[step][parameter]``.

    Raises
    ------
    AssertionError
        If a gradient array was written to.
    """
    updater = subject.get_updater(subject.make(**hyper))
    arrays = [NDArray(np.array(w, dtype)) for w in weights]
    path = []
    for step in gradients:
        present = [i for i, g in enumerate(step) if g is not None]
        given = [NDArray(np.array(step[i], dtype)) for i in present]
        with np.errstate(all="ignore"):
            updater(present, given, [arrays[i] for i in present])
        for i, g in zip(present, given, strict=True):
            assert np.array_equal(g._data, np.array(step[i], dtype), equal_nan=True), f"the gradient of parameter {i} was written to"
        path.append([a.asnumpy() for a in arrays])
    return path


@contextlib.contextmanager
def drawing(subject, normal):
    """Let a subject that draws noise, SGLD, draw from a function of (shape, dtype) that gives numpy arrays."""
    module, original = subject.module, getattr(subject.module, "normal", None)
    if original is None:
        yield
        return
    module.normal = lambda shape, dtype: NDArray(np.asarray(normal(shape, dtype)))
    try:
        yield
    finally:
        module.normal = original


def descend(optimizer, gradient, w0, steps):
    """Follow an optimizer through the package's kernel in float64.

    Parameters
    ----------
    optimizer : Optimizer
        What to run.
    gradient : callable
        Gives the gradient, a numpy array, at a numpy array.
    w0 : numpy array
        The start.
    steps : int
        How many steps.

    Returns
    -------
    numpy array
        The weights, of shape (steps + 1, *w0.shape), the start included.
    """
    update = package.get_updater(optimizer)
    w = NDArray(np.array(w0, dtype=np.float64))
    path = np.empty((steps + 1, *w.shape))
    path[0] = w._data
    for k in range(steps):
        update(0, NDArray(np.asarray(gradient(w._data.copy()), dtype=np.float64)), w)
        path[k + 1] = w._data
    return path


def hard_case(steps=50, seed=0, matrices=False):
    """Give weights and gradients that are hard on an optimizer.

    Four parameters of shapes (3, 4), (5,), (5,) and (2,), or (3, 4), (5, 2), (5, 2) and (2, 1): the third is updated in every second
    step, the last never. Signs are mixed, a tenth of the entries is exactly zero, and sizes run from 1e-6 to 1e3.

    Returns
    -------
    weights : list of numpy arrays
    gradients : list of lists of numpy arrays or None
    """
    rng = np.random.default_rng(seed)
    shapes = [(3, 4), (5, 2), (5, 2), (2, 1)] if matrices else [(3, 4), (5,), (5,), (2,)]
    weights = [rng.standard_normal(shape) for shape in shapes]

    def gradient(shape):
        size = 10.0 ** rng.uniform(-6, 3, shape)
        return np.where(rng.random(shape) < 0.1, 0.0, size * rng.choice([-1.0, 1.0], shape))

    used = [lambda k: True, lambda k: True, lambda k: k % 2 == 0, lambda k: False]
    return weights, [[gradient(s) if u(k) else None for s, u in zip(shapes, used, strict=True)] for k in range(steps)]
