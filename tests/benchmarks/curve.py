"""What one call of `Optimizer.update` costs against the number of weights, on as many threads as a user has. Takes 2 GB."""

import local
import numba as nb
import probe
import race
import work

import mxedu
from mxedu import nd

SIZES = [2**i for i in range(28)]
TURN = 1e-3  # seconds; so many calls are made at once that they take about as long


class Calls(work.Contestant):
    """Calls of `update` on the first n of some weights. They never start anew: weights of any size cost the same."""

    def __init__(self, name, n, w, g, states):
        self.optimizer = local.make_optimizer(name)
        w, g, *states = [nd.NDArray(x[:n]) for x in (w, g, *states)]
        self.arguments = w, g, tuple(states)
        self.calls = 1
        self.calls = max(1, round(TURN / min(self.turn(1, 1)[0] for _ in range(3))))

    def reset(self):
        pass

    def run(self, steps):
        update, arguments = self.optimizer.update, self.arguments
        for _ in range(steps * self.calls):
            update(0, *arguments)

    def turn(self, untimed, timed):
        return tuple(seconds / self.calls for seconds in super().turn(untimed, timed))


def measure(seconds=25):
    """Give, by optimizer, the seconds of a call by size, and where twice the work costs most: {name: {'times': ..., 'steepest': ...}}."""
    threads = nb.config.NUMBA_NUM_THREADS
    mxedu.set_num_threads(threads)
    w, g = work.data(SIZES[-1])
    states = [work.aligned(w.size) for _ in range(2)]
    arrays = {name: (w, g, states[: work.WRITTEN[name] - 1]) for name in ("sgd", "adam")}
    times = race.race({(name, n): Calls(name, n, *arrays[name]) for name in arrays for n in SIZES}, (1, 1), seconds)
    results = {name: {"times": {str(n): times[name, n] for n in SIZES}} for name in arrays}
    for name, result in results.items():
        steps = {n: growth(times[name, n], times[name, 2 * n]) for n in SIZES[:-1]}
        size = max(steps, key=lambda n: steps[n]["median"])
        result["steepest"] = {"size": size, **steps[size], "probe": growth(*probed(size, threads, *arrays[name]))["median"]}
    return results


def growth(before, after):
    return {key: after[key] / before[key] for key in ("median", "min")}


def probed(n, threads, w, g, states):
    """Give what the fastest probes take for n weights and for twice as many. They leave no sane numbers."""
    found = []
    for m in n, 2 * n:
        some = [x[:m] for x in (w, g, *states)]
        probes = probe.probes(1 + len(states), 1, threads, some[0], some[0], some[1], some[2:])
        found.append(min(race.race(probes, (2, 3), 1).values(), key=lambda t: t["median"]))
    return found
