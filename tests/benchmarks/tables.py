"""Results as tables for people."""

import goals


def table(rows):
    """Print rows of strings in columns, the first one left-aligned."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        print("  ".join([first.ljust(widths[0]), *(x.rjust(w) for x, w in zip(others, widths[1:], strict=True))]).rstrip())
    print()


def size(n):
    return f"{int(n):.0e}".replace("e+0", "e")


def print_machine(machine):
    for k, v in machine.items():
        print(f"{k:16} {v}")
    print()


def basic_cells(t, probe, n):
    ns, ratio = [f"{t[key] / n * 1e9:.3f}" for key in ("median", "min")], f"{t['median'] / probe['median']:.2f}x"
    return [*ns, ratio, f"{t['threads']:.1f}" if "threads" in t else ""]


def print_basic(name, sizes):
    """One row a contestant; for each size median and minimum in ns a weight, ratio of medians to the probe's, processors busy."""
    lines = [[name, *[x for n in sizes for x in (size(n), "min", "ratio", "busy")]]]
    for label in "probe", *dict.fromkeys(x for row in sizes.values() for x in row["times"]):
        line = [label]
        for n, row in sizes.items():
            t = row["probe"] if label == "probe" else row["times"].get(label)
            line += basic_cells(t, row["probe"], int(n)) if t else [""] * 4
        lines.append(line)
    table(lines)
    for n, row in sizes.items():
        probe, arithmetic = row["probe"], row["arithmetic"]
        print(f"  probe at {size(n)}: {', '.join(probe['loops'])}, {probe['GB/s']:.0f} GB/s, {probe['rounds']} rounds")
        if arithmetic["median"]:
            print(f"  divisions and roots alone, in the cache: {arithmetic['median'] / int(n) * 1e9:.3f} ns a weight")
    print()


OTHERS_HEAD = [
    "1e6 weights, one thread", "mxedu", "min", "probe", "GB/s", "passes", "ratio", "goal", "/ and root", "alone", "to larger",
    "best peer", "its time", "ratio", "goal",
]  # fmt: skip


def other_line(name, row):
    """Give the cells of one of the other optimizers; times are ns a weight."""
    mine = row["times"]["without draws" if "without draws" in row["times"] else "mxedu step"]
    probe, arithmetic = row["probe"], row["arithmetic"]
    to_probe, *to_peer = goals.of_other(name, row)
    line = [name, f"{mine['median'] * 1e3:.3f}", f"{mine['min'] * 1e3:.3f}", f"{probe['median'] * 1e3:.3f}", f"{probe['GB/s']:.0f}"]
    line += [str(len(probe["loops"])), f"{to_probe['measured']['median']:.2f}x", to_probe["verdict"]]
    line += [f"{arithmetic['divisions']} + {arithmetic['roots']}", f"{arithmetic['median'] * 1e3:.3f}"]
    line.append(to_probe["note"].split()[0])
    for peer in to_peer:
        theirs = row["times"][peer["note"]]["median"]
        line += [peer["note"], f"{theirs * 1e3:.3f}", f"{peer['measured']['median']:.2f}x", peer["verdict"]]
    return line + [""] * (len(OTHERS_HEAD) - len(line))


def print_others(rows):
    """One row an optimizer, and then what is special about some."""
    table([OTHERS_HEAD, *[other_line(name, row) for name, row in rows.items()]])
    print("  The probe of several passes takes the sum of their times; each is measured in the same race.")
    for name, row in rows.items():
        if "draws alone" in row["times"]:
            median, least = (row["times"]["draws alone"][key] * 1e3 for key in ("median", "min"))
            print(f"  {name}: without its draws; these alone take {median:.1f} ns a weight (minimum {least:.1f})")
        for peer, reason in row["differs"].items():
            print(f"  {name}: the weights of {peer} were not compared: {reason}")
    print()


def print_whole(title, row):
    """One row a contestant, in microseconds."""
    print(f"{title}; microseconds\n")
    mine = row["times"]["mxedu"]["median"]
    lines = [[k, f"{t['median'] * 1e6:.1f}", f"{t['min'] * 1e6:.1f}", f"{mine / t['median']:.2f}x"] for k, t in row["times"].items()]
    table([["", "median", "min", "mxedu takes"], *lines])


def print_startup(times):
    table([["", "median", "min"], *[[k, f"{t['median']:.2f}", f"{t['min']:.2f}"] for k, t in times.items()]])


def print_curve(curve):
    """One row a size."""
    names, curve = list(curve), {name: found["times"] for name, found in curve.items()}
    rows = [["weights", *[x for name in names for x in (name, "twice that")]]]
    for n in curve[names[0]]:
        line = [n]
        for name in names:
            t, after = (curve[name].get(str(k * int(n))) for k in (1, 2))
            line += [f"{t['median'] * 1e6:.1f}", f"{after['median'] / t['median']:.2f}x" if after else ""]
        rows.append(line)
    table(rows)


def words(goal):
    """Say what was measured."""
    if goal["measured"] is None:
        return ["", ""]
    form = {"x": "{:.3f}x", "us": "{:.1f} us", "s": "{:.2f} s"}[goal["unit"]]
    return [form.format(goal["measured"][key]) for key in ("median", "min")]


def print_goals(found):
    """One row a goal; those of the other optimizers have a row for all, and then the names of those that miss it."""
    rows, others, missed = [["goal", "at most", "median", "minima", "", ""]], {}, []
    for g in found:
        if g["group"].startswith("others"):
            others.setdefault(g["goal"].split(": ")[1], []).append(g)
        else:
            rows.append([g["goal"], f"{g['limit']:g} {g['unit']}".replace(" x", "x"), *words(g), g["verdict"], g["note"]])
    for what, members in others.items():
        misses = [f"{g['goal'].split(',')[0]} {words(g)[0]}" for g in members if g["verdict"] == "MISS"]
        limit, met = f"{members[0]['limit']:g}x", f"{len(members) - len(misses)} of {len(members)}"
        rows.append([f"each other optimizer, 1e6, one thread: {what}", limit, met, "", "MISS" if misses else "PASS", ""])
        missed += [f"  missed {what}: {', '.join(misses)}"] if misses else []
    table(rows)
    print(*missed, sep="\n", end="\n\n" if missed else "")
