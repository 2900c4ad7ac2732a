"""Who takes part in a race: contestants of this process and of the peers, which must all come to the same weights first."""

import tempfile
from pathlib import Path

import numpy as np
import peers
import work


def enter(contestants, name, n, found):
    """Let peers join in a work; give their contestants, and of those whose mathematics differs, the reason.

    All others must come to the weights of the first contestant.
    """
    joined, differs = {}, {}
    for library, peer in found.items():
        made = peer.make(name, n)
        joined |= made
        if (library, name) in peers.DIFFERS:
            differs |= dict.fromkeys(made, peers.DIFFERS[library, name])
    # A perceptron's Adam makes full steps of gradients that are next to nothing, and of their rounding errors, and others follow.
    loose = {"share": 0.9, "tolerance": 0.1} if name in work.PERCEPTRONS else {}
    agree(contestants | {label: x for label, x in joined.items() if label not in differs}, **loose)
    return joined, differs


def agree(contestants, share=1.0, tolerance=1e-3, steps=3):
    """Assert that so great a share of the weights of all contestants is where the first one's are, to so much of the way there."""
    reference, *others = contestants
    before, after = (contestants[reference].result(k) for k in (0, steps))
    near = 1e-6 + tolerance * np.median(np.abs(after - before))
    with tempfile.TemporaryDirectory() as folder:
        for name in others:
            path = [Path(folder) / "weights.npy"] if isinstance(contestants[name], peers.Remote) else []
            agreeing = np.mean(np.abs(contestants[name].result(steps, *path) - after) <= near)
            assert agreeing >= share, f"{name} against {reference}: only {agreeing:.1%} of the weights agree"
