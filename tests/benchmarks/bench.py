"""Measure mxedu: kernels against the memory and against others, the tutorial's iteration, and how long a start takes.

    python bench.py [--json FILE] [--peers PYTHON ...]

Peers (torch, jax with optax, MXNet) are sought in this environment and then in those of the interpreters named. Ratios are what
to look at: absolute times drift. Ends with code 1 if anything is faster than the probe by more than noise: then the probe is bad.
"""

import argparse
import importlib.util
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

import local
import numba
import numpy as np
import peers
import probe
import race
import startup
import work

SECONDS = {10_000: 3, 1_000_000: 9, 10_000_000: 13}  # for each race, by the number of weights
FINALISTS = 3  # probes that the others race against, after a race among the probes
PROBE_BAD_BELOW = 0.95


def load():
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def machine():
    """Say what the numbers were measured on and with."""
    cpu = platform.processor()
    if os.path.exists("/proc/cpuinfo"):
        models = [line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
        cpu = models[0] if models else cpu
    git = ["git", "-C", str(Path(local.autograd.__file__).parent), "describe", "--always", "--dirty"]
    try:
        commit = subprocess.run(git, capture_output=True, text=True).stdout.strip()
    except OSError:
        commit = ""
    return {
        "cpu": cpu, "cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version(),
        "numpy": np.__version__, "numba": numba.__version__, "scipy installed": importlib.util.find_spec("scipy") is not None,
        "commit": commit or "unknown", "load before": load(),
    }  # fmt: skip


def agree(contestants, reference, steps=3, atol=2e-6, share=1.0):
    """Assert that all contestants come to the reference's weights; they have moved by more than 1000 times the tolerance.

    Adam makes full steps of gradients that are next to nothing, and of their rounding errors; then only a share of the weights agrees.
    """
    expected = contestants[reference].result(steps)
    with tempfile.TemporaryDirectory() as folder:
        for name, contestant in contestants.items():
            args = [Path(folder) / "weights.npy"] if isinstance(contestant, peers.Remote) else []
            agreeing = np.mean(np.abs(contestant.result(steps, *args) - expected) <= atol)
            assert agreeing >= share, f"{name} against {reference}: only {agreeing:.1%} of the weights agree"


def kernels(name, n, found):
    """Race everything that can make this optimizer's step on n weights."""
    contestants, probes = local.kernels(name, n)
    for peer in found:
        contestants |= peer.make(name, n)
    agree(contestants, "mxedu kernel")
    heats = race.race(probes, work.STEPS[n], SECONDS[n] / 4)
    finalists = sorted(heats, key=lambda probe: heats[probe]["min"])[:FINALISTS]
    times = race.race({probe: probes[probe] for probe in finalists} | contestants, work.STEPS[n], SECONDS[n] * 3 / 4)
    best = min(finalists, key=lambda probe: times[probe]["median"])
    return {"probe": best, "GB/s": work.BYTES[name] * n / times[best]["median"] / 1e9, "times": times, "heats": heats}


# What is more than a kernel: title, steps of a turn, seconds.
WHOLE = {
    "iteration": ("The tutorial's iteration: record, forward, backward, step", work.ITERATION_STEPS, 8),
    "step": (f"Trainer.step with Adam on {work.MANY[0]} tensors of {work.MANY[1]} weights", work.MANY_STEPS, 8),
    "perceptron": (f"An iteration of a perceptron {'-'.join(map(str, work.LAYERS))}, batch {work.BATCH}, Adam", work.ITERATION_STEPS, 8),
}


def whole(name, found):
    """Race everything that can do this work; print and give the times."""
    title, steps, seconds = WHOLE[name]
    contestants = local.whole(name)
    for peer in found:
        contestants |= peer.make(name, 0)
    agree(contestants, "mxedu", share=0.9 if name == "perceptron" else 1.0, atol=1e-4 if name == "perceptron" else 2e-6)
    print(f"{title}; microseconds\n")
    times = race.race(contestants, steps, seconds)
    base = times["mxedu"]["median"]
    rows = [[k, f"{t['median'] * 1e6:.1f}", f"{t['min'] * 1e6:.1f}", f"{base / t['median']:.2f}x"] for k, t in times.items()]
    table([["", "median", "min", "mxedu takes"], *rows])
    return times


def size(n):
    return f"{n:.0e}".replace("e+0", "e")


def table(rows):
    """Print rows of strings in columns, the first one left-aligned."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        print("  ".join([first.ljust(widths[0]), *(x.rjust(w) for x, w in zip(others, widths[1:], strict=True))]).rstrip())
    print()


def print_kernels(name, sizes):
    """One row a contestant; for each size median and minimum in ns a weight, and the ratio of the medians to the probe's."""
    rows = [[name, *[x for n in sizes for x in (size(n), "min", "ratio")]]]
    probes = {n: s["times"][s["probe"]] for n, s in sizes.items()}
    heated = {probe for s in sizes.values() for probe in s["heats"]}
    names = dict.fromkeys(x for s in sizes.values() for x in s["times"] if x not in heated)
    for label in "probe", *names:
        row = [label]
        for n, s in sizes.items():
            t = probes[n] if label == "probe" else s["times"][label]
            row += [f"{t['median'] / n * 1e9:.3f}", f"{t['min'] / n * 1e9:.3f}", f"{t['median'] / probes[n]['median']:.2f}x"]
        rows.append(row)
    table(rows)
    for n, s in sizes.items():
        print(f"  probe at {size(n)}: {s['probe']}, {s['GB/s']:.0f} GB/s, {probes[n]['rounds']} rounds")
    print()


def verdicts(results):
    """Give (goal, what was measured, whether it is met; None where nothing can be said). Medians decide; the minima stand beside."""

    def ratio(times, name, base):
        return tuple(times[name][key] / times[base][key] for key in ("median", "min"))

    def words(pair):
        return "{:.2f}x (minima {:.2f}x)".format(*pair)

    adam = results["kernels"]["adam"][1_000_000]
    to_probe = ratio(adam["times"], "mxedu kernel", adam["probe"])
    yield "Adam at 1e6, one thread, at most 1.3x the probe on the same arrays", words(to_probe), to_probe[0] <= 1.3
    divider = results["division and root"]
    to_divider = tuple(adam["times"]["mxedu kernel"][key] / 1e6 / divider[key] for key in ("median", "min"))
    yield f"(against its division and root alone, {divider['median'] * 1e9:.3f} ns a weight in the cache)", words(to_divider), None
    to_probe = ratio(adam["times"], "mxedu kernel, unaligned", adam["probe"])
    yield "(on arrays placed as NumPy places them, which slows the probe too)", words(to_probe), None
    times = results["iteration"]
    torch = min((name for name in times if name.startswith("torch")), key=lambda name: times[name]["median"], default=None)
    to_torch = torch and ratio(times, "mxedu", torch)
    yield (
        "the tutorial's iteration, at most 0.5x torch",
        *((words(to_torch), to_torch[0] <= 0.5) if torch else ("torch not installed", None)),
    )
    for name, limit in ("iteration", 35), ("step", 100), ("perceptron", 170):
        t = results[name]["mxedu"]
        found = f"{t['median'] * 1e6:.1f} us (minimum {t['min'] * 1e6:.1f} us)"
        yield f"{WHOLE[name][0]}, at most {limit} us", found, t["median"] * 1e6 <= limit
    start, numba_alone = results["startup"]["import to first step"], results["startup"]["import numba"]
    above = start["median"] - numba_alone["median"]
    words = f"{above:.2f} s ({start['median']:.2f} s in all)"
    yield "import to first step, nothing cached, at most 1 s above import numba", words, above <= 1


def bad_probes(results):
    """Say where something took less time than the probe, in the median and in the minimum."""
    for name, sizes in results["kernels"].items():
        for n, s in sizes.items():
            probe = s["times"][s["probe"]]
            for contestant, t in s["times"].items():
                ratio = max(t[key] / probe[key] for key in ("median", "min"))
                if contestant not in s["heats"] and ratio < PROBE_BAD_BELOW:
                    yield f"BAD PROBE: {contestant}, {name} at {size(n)}, takes {ratio:.2f}x the probe's time: find a faster probe"


def doubts(results):
    """Say who used more than one thread, and where the machine was busy with something else."""
    races = {f"{name} at {size(n)}": s["times"] for name, sizes in results["kernels"].items() for n, s in sizes.items()}
    for where, times in (races | {name: results[name] for name in WHOLE}).items():
        for contestant, t in times.items():
            if t["threads"] > 1.2:  # MXNet's scheduler makes 1.1
                yield f"NOT ONE THREAD: {contestant}, {where}, kept {t['threads']:.1f} processors busy"
        share = min(t["threads"] for t in times.values())
        if share < 0.9:
            yield f"BUSY MACHINE: {where}, a contestant had a processor for {share:.0%} of its time only; trust the minima"


def measure(found):
    """Measure everything, printing each part when it is done."""
    results = {"machine": machine(), "kernels": {}}
    for library in peers.LIBRARIES:
        results["machine"][library] = found[library].answer["version"] if library in found else "not installed"
    for k, v in results["machine"].items():
        print(f"{k:16} {v}")
    print()

    print("Kernels: float32, one thread; ns a weight (median, minimum) and ratio of medians to the memory-traffic probe\n")
    for name in work.WRITTEN:
        results["kernels"][name] = {n: kernels(name, n, found.values()) for n in work.STEPS}
        print_kernels(name, results["kernels"][name])

    results["division and root"] = probe.arithmetic()
    for name in WHOLE:
        results[name] = whole(name, [p for library, p in found.items() if "optax" not in library])

    print("Start: seconds in a fresh process, no machine code cached\n")
    results["startup"] = times = {name: race.summary(seconds) for name, seconds in startup.measure(repeats=7).items()}
    table([["", "median", "min"], *[[k, f"{t['median']:.2f}", f"{t['min']:.2f}"] for k, t in times.items()]])
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", metavar="FILE", help="also write the results there")
    parser.add_argument("--peers", metavar="PYTHON", nargs="*", default=[], help="interpreters that have peers installed")
    options = parser.parse_args()
    found = {library: peers.start(library, [sys.executable, *options.peers]) for library in peers.LIBRARIES}
    found = {library: peer for library, peer in found.items() if peer}
    try:
        results = measure(found)
    finally:
        for peer in found.values():
            peer.stop()

    results["machine"]["load after"] = load()
    print(f"load, before and after: {results['machine']['load before']}, {results['machine']['load after']}\n")
    results["goals"] = [{"goal": g, "measured": m, "met": met} for g, m, met in verdicts(results)]
    table([[g["goal"], g["measured"], {True: "PASS", False: "MISS"}.get(g["met"], "")] for g in results["goals"]])
    results["warnings"] = [*doubts(results), *bad_probes(results)]
    print(*results["warnings"], sep="\n", end="\n" * bool(results["warnings"]))
    if options.json:
        Path(options.json).write_text(json.dumps(results, indent=1) + "\n")
    return 1 if any(bad_probes(results)) else 0


if __name__ == "__main__":
    sys.exit(main())
