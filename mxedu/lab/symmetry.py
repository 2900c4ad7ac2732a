"""Which changes of the problem an optimizer does not notice.

Each transformation maps a problem f to another one, f', and a point w to the corresponding point T w + shift. An optimizer has the
symmetry if its path on f', from the mapped start, is the mapped path.
"""

import numpy as np

from .subjects import drawing, run

TURNS = {"signed permutation", "rotation", "left/right rotation", "right rotation"}
SIGNS = {"loss scale", "signed permutation", "shift"}

TABLE = {
    "sgd": TURNS | {"shift"},
    "momentum": TURNS | {"shift"},
    "nag": TURNS | {"shift"},
    "signum": SIGNS,
    "signsgd": SIGNS,
    "adagrad": SIGNS,
    "groupadagrad": {"loss scale", "right rotation", "shift"},
    "ftrl": {"signed permutation"},
    "ftml": SIGNS,
    "rmsprop": SIGNS,
    "centred_rmsprop": SIGNS,
    "adadelta": SIGNS,
    "adam": SIGNS,
    "adamax": SIGNS,
    "nadam": SIGNS,
    "adabelief": SIGNS,
    "adamw": {"loss scale", "signed permutation"},
    "lbsgd": TURNS | {"shift"},
    "lars": TURNS | {"loss scale", "w x c"},
    "lamb": {"loss scale", "w x c", "signed permutation"},
    "lans": {"loss scale", "w x c", "signed permutation"},
    "sgld": TURNS | {"shift"},
    "dcasgd": {"signed permutation", "shift"},
}
"""For each subject, the symmetries it has, of those in `transformations`, with the arguments of `EXACT`."""

EXACT = {
    **dict.fromkeys(["adam", "nadam", "adabelief", "rmsprop", "centred_rmsprop", "lamb", "lans"], {"epsilon": 0.0}),
    **dict.fromkeys(["adagrad", "groupadagrad"], {"eps": 0.0}),
    "adamw": {"epsilon": 0.0, "wd": 0.1},
    "ftml": {"epsilon": 1e-30},
    "ftrl": {"learning_rate": 1.0},
    "adadelta": {"epsilon": 1e-14},  # it would not move at 0
}
"""The arguments that bring out a subject's symmetries: no epsilon, and no decay but for AdamW, whose decay costs it the shift."""

SHAPE = 3, 4


def _orthogonal(rng, n):
    return np.linalg.qr(rng.standard_normal((n, n)))[0]


def transformations(seed=1):
    """Give, by name, (scale of the loss, matrix T, shift) acting on the entries of a 3 x 4 weight, row by row."""
    rng = np.random.default_rng(seed)
    n = SHAPE[0] * SHAPE[1]
    identity, still = np.eye(n), np.zeros(n)
    left_right = np.kron(_orthogonal(rng, SHAPE[0]), _orthogonal(rng, SHAPE[1]))
    return {
        "loss scale": (100.0, identity, still),
        "w x c": (1.0, 7.0 * identity, still),
        "units": (1.0, np.diag(10.0 ** rng.uniform(-1, 1, n)), still),
        "signed permutation": (1.0, identity[rng.permutation(n)] * rng.choice([-1.0, 1.0], n), still),
        "rotation": (1.0, _orthogonal(rng, n), still),
        "left/right rotation": (1.0, left_right, still),
        "right rotation": (1.0, np.kron(np.eye(SHAPE[0]), _orthogonal(rng, SHAPE[1])), still),
        "shift": (1.0, identity, rng.standard_normal(n)),
    }


def _path(subject, start, gradient, steps, hyper):
    """Follow the subject in closed loop, by running it on the gradients met so far: slow, and it needs nothing but `run`."""
    w, gradients, path = start, [], []
    for _ in range(steps):
        gradients.append([gradient(w).reshape(SHAPE)])
        w = run(subject, [start.reshape(SHAPE)], gradients, **hyper)[-1][0].ravel()
        path.append(w)
    return np.array(path)


def row(subject, steps=8, rtol=1e-7, **hyper):
    """Measure the symmetries of a subject on a smooth convex function of a 3 x 4 weight.

    Parameters
    ----------
    subject : Subject
        What to measure.
    steps : int, default 8
        How many steps are compared.
    rtol : float, default 1e-7
        What difference between mapped paths counts as none, relative to the length of the path.
    **hyper
        Arguments of the optimizer; give epsilon=0 where there is one.

    Returns
    -------
    dict of str to bool
        For each name in `transformations`, whether the symmetry holds.
    """
    rng = np.random.default_rng(0)
    n = SHAPE[0] * SHAPE[1]
    a, b, start = rng.standard_normal((2 * n, n)) / n, rng.standard_normal(2 * n), rng.standard_normal(n)

    def gradient(w):
        return a.T @ np.tanh(a @ w - b)

    # Of SGLD the drift is measured: its noise, whose law has all symmetries that keep distances, would have to be turned with the weight.
    with drawing(subject, np.zeros):
        return _row(subject, start, gradient, steps, rtol, hyper)


def _row(subject, start, gradient, steps, rtol, hyper):
    original = _path(subject, start, gradient, steps, hyper)
    holds = {}
    for name, (scale, t, shift) in transformations().items():
        inverse = np.linalg.inv(t)

        def moved(w, scale=scale, inverse=inverse, shift=shift):
            return scale * inverse.T @ gradient(inverse @ (w - shift))

        image = _path(subject, t @ start + shift, moved, steps, hyper)
        expected = original @ t.T + shift
        travelled = np.abs(expected - (t @ start + shift)).max()
        holds[name] = bool(np.abs(image - expected).max() <= rtol * travelled)
    return holds
