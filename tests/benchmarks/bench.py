"""Measure mxedu: kernels against the memory and other frameworks, whole iterations, cost against size, and how long a start takes.

    python bench.py [--out FOLDER] [--peers PYTHON ...]

Peers (torch, jax with optax, mygrad, MXNet) are sought in this environment and then in those of the interpreters named. Ratios are what
to look at: absolute times drift. Ends with code 1 if anything is faster than the probe by more than noise: then the probe is bad.
"""

import argparse
import contextlib
import importlib.util
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

import curve
import entry
import goals
import kernels
import local
import numba
import numpy as np
import peers
import probe
import race
import startup
import tables
import work


def perceptron(layers, batch):
    return f"An iteration of a perceptron {'-'.join(map(str, layers))}, batch {batch}, Adam"


# What is more than a kernel: title, steps of a turn, seconds.
WHOLE = {
    "iteration": ("The tutorial's iteration: record, forward, backward, step", (50, 100), 8),
    "step": (f"Trainer.step with Adam on {work.MANY[0]} tensors of {work.MANY[1]} weights", (5, 10), 8),
    "perceptron": (perceptron(work.LAYERS, work.BATCH), (50, 100), 10),
    "large perceptron": (perceptron(work.LARGE_LAYERS, work.LARGE_BATCH), (1, 2), 15),
}


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
        "cpu": cpu, "cores": os.cpu_count(), "threads": numba.config.NUMBA_NUM_THREADS, "system": platform.platform(),
        "python": platform.python_version(), "numpy": np.__version__, "numba": numba.__version__,
        "scipy installed": importlib.util.find_spec("scipy") is not None, "commit": commit or "unknown",
        "date": time.strftime("%Y-%m-%d"), "load before": load(),
    }  # fmt: skip


def load():
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


@contextlib.contextmanager
def started(libraries, interpreters, threads):
    """Give the peers that there are, {library: Peer}, and stop them at the end."""
    found = {library: peers.start(library, interpreters, threads) for library in libraries}
    found = {library: peer for library, peer in found.items() if peer}
    try:
        yield found
    finally:
        for peer in found.values():
            peer.stop()


def basic(sizes, threads, found, costs):
    """Race sgd, momentum and adam, each at its sizes; give and print {name: {size: row}}."""
    results = {name: {} for name in work.WRITTEN}
    for n in sorted({n for group in sizes.values() for n in group}):
        field = kernels.Field(n, threads, local.arrays(n, states=2))
        for name in work.WRITTEN:
            if n in sizes[name]:
                results[name][str(n)] = kernels.basic(field, name, found, costs)
    for name, rows in results.items():
        tables.print_basic(name, rows)
    return results


def others(found, costs):
    """Race all other optimizers; give and print {name: row}."""
    field = kernels.Field(1_000_000, 1, local.arrays(1_000_000, states=4))
    rows = {name: kernels.other(field, name, found, costs) for name in work.OTHERS}
    tables.print_others(rows)
    return rows


def whole(name, found):
    """Race everything that can do this work; print and give the times."""
    title, steps, seconds = WHOLE[name]
    contestants = local.whole(name)
    joined, differs = entry.enter(contestants, name, 0, found)
    row = {"threads": 1, "times": race.race(contestants | joined, steps, seconds), "peers": list(joined), "differs": differs}
    tables.print_whole(title, row)
    return row


def measure(interpreters):
    """Measure everything, printing each part when it is done."""
    results = {"machine": machine(), "arithmetic": probe.arithmetic()}
    costs = results["arithmetic"]
    with started(peers.LIBRARIES, interpreters, threads=1) as found:
        for library in peers.LIBRARIES:
            results["machine"][library] = found[library].answer["version"] if library in found else "not installed"
        tables.print_machine(results["machine"])
        print("Kernels: float32, one thread; ns a weight (median, minimum) and ratio of medians to the memory-traffic probe\n")
        results[goals.KERNEL] = basic(dict.fromkeys(work.WRITTEN, (10_000, 1_000_000)), 1, found, costs)
        results[goals.OTHERS] = others(found, costs)
        results[goals.WHOLE] = {name: whole(name, found) for name in WHOLE}
        environments = {library: peer.process.args[0] for library, peer in found.items()}
    if numba.config.NUMBA_NUM_THREADS > 1:
        print("Kernels on two threads, as above\n")
        sizes = dict.fromkeys(work.WRITTEN, (50_000_000,)) | {"adam": (1_000_000, 50_000_000)}
        with started(("torch", "jax with optax", "MXNet"), interpreters, threads=2) as found:
            results[goals.TWO] = basic(sizes, 2, found, costs)

    print("Cost of one Optimizer.update against the number of weights, on all threads; microseconds\n")
    results["curve"] = curve.measure()
    tables.print_curve(results["curve"])
    print("Start: seconds in a fresh process, no machine code cached, without SciPy where nothing else is said\n")
    results["startup"] = startup.measure(environments)
    tables.print_startup(results["startup"])
    return results


def rounded(x):
    """Give the results with floats of four digits."""
    if isinstance(x, dict):
        return {k: rounded(v) for k, v in x.items()}
    if isinstance(x, list):
        return [rounded(v) for v in x]
    return float(f"{x:.4g}") if isinstance(x, float) else x


def write(results, folder):
    """Write bench.json and bench.png."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bench.json").write_text(json.dumps(results, indent=1) + "\n")
    if importlib.util.find_spec("matplotlib"):
        import picture

        picture.draw(results, folder / "bench.png")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", metavar="FOLDER", type=Path, help="write bench.json and bench.png there")
    parser.add_argument("--peers", metavar="PYTHON", nargs="*", default=[], help="interpreters that have peers installed")
    options, begin = parser.parse_args(), time.perf_counter()
    results = measure([sys.executable, *options.peers])
    results["machine"] |= {"load after": load(), "minutes": (time.perf_counter() - begin) / 60}
    results["goals"] = list(goals.verdicts(results))
    bad = list(goals.bad_probes(results))
    results["warnings"] = [*goals.doubts(results), *bad]
    results = rounded(results)
    tables.print_goals(results["goals"])
    print(*results["warnings"], sep="\n", end="\n\n" if results["warnings"] else "")
    print("{minutes:.1f} minutes; load before and after: {load before}, {load after}".format(**results["machine"]))
    if options.out:
        write(results, options.out)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
