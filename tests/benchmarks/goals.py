"""What is to be reached, and whether it is. Medians decide; ratios of the minima stand beside."""

KERNEL, TWO, OTHERS, WHOLE = "kernels", "kernels on two threads", "others", "whole"  # keys of the results
PROBE_BAD_BELOW = 0.95
MICROSECONDS = {"step": 100, "iteration": 35, "perceptron": 170}
TO_PROBE, TO_PEER = 1.5, 0.5  # of the other optimizers


def ratio(mine, other):
    """Give the ratios of two times, of the medians and of the minima; None if one is missing."""
    return mine and other and {key: mine[key] / other[key] for key in ("median", "min")}


def best_peer(row, begin=""):
    """Give the name of the fastest peer, of those whose name begins so; None if there is none."""
    names = [name for name in row["peers"] if name.startswith(begin)]
    return min(names, key=lambda name: row["times"][name]["median"], default=None)


def against(row, peer, mine="mxedu step"):
    """Give the ratio of mxedu's time to a peer's."""
    return ratio(row["times"][mine], row["times"].get(peer))


def to_limit(row, mine="mxedu step"):
    """Give the ratio of mxedu's time to the probe or to the arithmetic, whichever takes longer."""
    return ratio(row["times"][mine], {key: max(row["probe"][key], row["arithmetic"][key]) for key in ("median", "min")})


def goal(group, text, measured, limit, unit="x", note=""):
    """Give a goal; `measured` is {'median', 'min'}, or None where nothing could be."""
    verdict = "not measured" if measured is None else "PASS" if measured["median"] <= limit else "MISS"
    return {"group": group, "goal": text, "measured": measured, "limit": limit, "unit": unit, "verdict": verdict, "note": note}


def of_basic(results):
    """Give the goals of sgd, momentum and adam."""
    one = {name: sizes["1000000"] for name, sizes in results[KERNEL].items()}
    two = {name: results.get(TWO, {}).get(name, {}) for name in one}
    for name, limit in ("adam", 1.2), ("sgd", 1.1), ("momentum", 1.1):
        found = to_limit(one[name], "mxedu kernel")
        note = f"{found['median']:.2f}x the larger limit, {one[name]['arithmetic']['median'] * 1e3:.3f} ns of arithmetic"
        measured = ratio(one[name]["times"]["mxedu kernel"], one[name]["probe"])
        yield goal("kernels", f"{name}, 1e6, one thread: to the probe", measured, limit, note=note if name == "adam" else "")
    yield goal("kernels", "adam, 1e6, one thread: to torch fused", against(one["adam"], "torch fused"), 0.65)
    row = two["adam"].get("1000000")
    yield goal("kernels", "adam, 1e6, two threads: to torch fused", row and against(row, "torch fused"), 0.6)
    for name in one:
        row = two[name].get("50000000")
        best = row and best_peer(row)
        yield goal("kernels", f"{name}, 5e7, two threads: to the best peer", row and against(row, best), 1.0, note=best or "")


def of_other(name, row):
    """Give the goals of one of the other optimizers; the second one only where optax or torch has it."""
    mine = "without draws" if "without draws" in row["times"] else "mxedu step"
    note = f"{to_limit(row, mine)['median']:.2f}x the larger limit"
    yield goal("others to probe", f"{name}, 1e6, one thread: to the probe", ratio(row["times"][mine], row["probe"]), TO_PROBE, note=note)
    best = min(filter(None, (best_peer(row, x) for x in ("optax", "torch"))), key=lambda x: row["times"][x]["median"], default=None)
    if best:
        yield goal("others to peer", f"{name}, 1e6, one thread: to optax or torch", against(row, best), TO_PEER, note=best)


def verdicts(results):
    """Give all goals."""
    yield from of_basic(results)
    for name, row in results[OTHERS].items():
        yield from of_other(name, row)
    for name, limit in MICROSECONDS.items():
        mine = results[WHOLE][name]["times"]["mxedu"]
        yield goal("whole", name, {key: mine[key] * 1e6 for key in ("median", "min")}, limit, "us")
    row = results[WHOLE]["large perceptron"]
    best = best_peer(row)
    yield goal("whole", "large perceptron, one thread: to the best peer", against(row, best, "mxedu"), 1.0, note=best or "")
    step, numba = (results["startup"][x] for x in ("import to first step", "import numba"))
    yield goal("startup", "import to first step above import numba", {key: step[key] - numba[key] for key in ("median", "min")}, 1.0, "s")
    for name, found in results["curve"].items():
        x = found["steepest"]
        note = f"from {x['size']} to {2 * x['size']} weights, where the probe has {x['probe']:.2f}x"
        yield goal("curve", f"{name}, from 1 to 1e8 weights: twice the work", {key: x[key] for key in ("median", "min")}, 2.5, note=note)


def rows(results):
    """Give (where, row) of all races that have a probe."""
    for part, threads in (KERNEL, "one thread"), (TWO, "two threads"):
        for name, sizes in results.get(part, {}).items():
            yield from ((f"{name} at {int(n):.0e}, {threads}", row) for n, row in sizes.items())
    yield from ((f"{name} at 1e+06, one thread", row) for name, row in results[OTHERS].items())


def bad_probes(results):
    """Say where something took less time than the probe, in the median and in the minimum."""
    for where, row in rows(results):
        for contestant in row["times"].keys() - {"draws alone"}:
            found = max(ratio(row["times"][contestant], row["probe"]).values())
            if found < PROBE_BAD_BELOW:
                yield f"BAD PROBE: {contestant}, {where}, takes {found:.2f}x the probe's time: find a faster probe"


def doubts(results):
    """Say who did not have the processors that the race gives, and who took more."""
    races, short = [*rows(results), *results[WHOLE].items()], {}
    for where, row in races:
        busy = {name: t["threads"] for name, t in row["times"].items()}
        for name, processors in busy.items():
            if processors > 1.2 * row["threads"]:  # MXNet's scheduler makes 1.1
                yield f"TOO MANY THREADS: {name}, {where}, kept {processors:.1f} processors busy"
        if row["threads"] > 1 and busy["mxedu step"] < 0.8 * row["threads"]:
            yield f"BUSY MACHINE: {where}, mxedu's threads had {busy['mxedu step']:.1f} processors between them"
        if row["threads"] == 1 and min(busy.values()) < 0.9:
            short[where] = min(busy.values())
    if short:
        worst = min(short, key=short.get)
        yield (
            f"BUSY MACHINE: in {len(short)} of {len(races)} races a contestant had its processor for less than 90% of its time "
            f"(for {short[worst]:.0%} in {worst}): trust the minima, or measure again"
        )
    if TWO not in results:
        yield "ONE PROCESSOR: there are no rows on two threads"
