"""The races of kernels: everything that can make an optimizer's step on n weights, against loops that only move the bytes."""

from typing import NamedTuple

import entry
import local
import probe
import race
import work

SECONDS = {10_000: 3, 1_000_000: 9, 50_000_000: 12}  # for a race, by the number of weights
OTHERS_SECONDS = 4


class Field(NamedTuple):
    """What a race is run on: so many weights and threads, and the arrays that all contestants of this process share."""

    n: int
    threads: int
    arrays: tuple


def run(field, name, passes, contestants, apart, found, seconds):
    """Race the contestants, those apart that do only a part of the work, the peers and the probes.

    The probe of several passes takes the sum of the times of the fastest loops.
    """
    joined, differs = entry.enter(contestants, name, field.n, found)
    contestants = contestants | apart | joined
    probes = {p: probe.probes(*p, field.threads, *field.arrays) for p in passes}
    loops = {label: x for group in probes.values() for label, x in group.items()}
    times = race.race(loops | contestants, work.STEPS[field.n], seconds)
    best = [min(probes[p], key=lambda label: times[label]["median"]) for p in passes]
    seconds = {key: sum(times[label][key] for label in best) for key in ("median", "min")}
    rate = sum(4 * (2 * k + r) for k, r in passes) * field.n / seconds["median"] / 1e9
    return {
        "threads": field.threads, "probe": seconds | {"GB/s": rate, "loops": best, "rounds": times[best[0]]["rounds"]},
        "times": {label: times[label] for label in contestants}, "peers": list(joined), "differs": differs,
    }  # fmt: skip


def arithmetic(field, name, costs):
    """Give how many divisions and roots a weight an optimizer needs, and what these alone cost for all weights."""
    made = local.make_optimizer(name)
    by_rows = made.state_shape((2, 3)) != (2, 3)  # then states are numbers of a row
    counts = probe.operations(made.rule, (*made.rule.scalars, *(made.rule.states if by_rows else ())))
    each = field.n / field.threads
    seconds = {key: each * sum(counts[x] * costs[x][key] for x in counts) for key in ("median", "min")}
    return counts | seconds


def basic(field, name, found, costs):
    """Race sgd, momentum or adam."""
    first, w, g, states = field.arrays
    shared = first, w, g, states[: work.WRITTEN[name] - 1]
    contestants = local.kernels(name, shared) if field.threads == 1 else {"mxedu step": local.step(name, field.threads, shared)}
    row = run(field, name, [(work.WRITTEN[name], 1)], contestants, {}, found, SECONDS[field.n])
    return row | {"arithmetic": arithmetic(field, name, costs)}


def other(field, name, found, costs):
    """Race one of the other optimizers."""
    contestants = {"mxedu step": local.step(name, field.threads, field.arrays)}
    apart = local.langevin(field.arrays) if name == "sgld" else {}
    row = run(field, name, work.OTHERS[name][2], contestants, apart, found, OTHERS_SECONDS)
    return row | {"arithmetic": arithmetic(field, name, costs)}
