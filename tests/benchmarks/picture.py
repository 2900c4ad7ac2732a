"""The results as a picture: ratios to the best peer and to the probe, and cost against size.

python picture.py bench.json [bench.png]
"""

import json
import sys
from pathlib import Path

import goals
import matplotlib
from matplotlib.figure import Figure

matplotlib.use("Agg")
COLOURS = {"peer": "#0072b2", "probe": "#d55e00", "sgd": "#009e73", "adam": "#cc79a7"}  # told apart by the colour-blind too


def works(results):
    """Give (label, ratio to the best peer, ratio to the probe) of each work; None where there is none."""

    def line(label, row, update, kernel):
        best = goals.best_peer(row)
        to_probe = goals.ratio(row["times"][kernel], row["probe"]) if "probe" in row else None
        to_peer = best and goals.against(row, best, update)
        return label, to_peer and to_peer["median"], to_probe and to_probe["median"]

    for name, sizes in results[goals.KERNEL].items():
        yield line(f"{name}, 1e6", sizes["1000000"], "mxedu step", "mxedu kernel")
    for name, sizes in results.get(goals.TWO, {}).items():
        for n, row in sizes.items():
            yield line(f"{name}, {int(n):.0e}, 2 threads".replace("e+0", "e"), row, "mxedu step", "mxedu step")
    for name, row in results[goals.OTHERS].items():
        yield line(name, row, "mxedu step", "without draws" if "without draws" in row["times"] else "mxedu step")
    for name, row in results[goals.WHOLE].items():
        yield line({"step": "step, 1000 tensors"}.get(name, name), row, "mxedu", "mxedu")


def draw_ratios(axes, labels, ratios, colour, title, missing):
    """Draw a bar for each ratio, from 1 to it."""
    for y, ratio in enumerate(ratios):
        axes.barh(y, (ratio or 1) - 1, left=1, color=colour, height=0.7)
        right = ratio is None or ratio >= 1
        axes.annotate(f"{ratio:.2f}" if ratio else missing, (ratio or 1, y), (3 if right else -3, 0), textcoords="offset points",
                      va="center", ha="left" if right else "right", fontsize=6, color="black" if ratio else "gray")  # fmt: skip
    known = [x for x in ratios if x] or [1]
    axes.set_xscale("log")
    axes.set_xlim(min(0.8, min(known) / 4), max(1.25, max(known) * 1.8))
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set_xlabel(title, fontsize=8)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.set_yticks(range(len(labels)), labels, fontsize=7)
    ticks = [x for x in (0.01, 0.1, 0.2, 0.5, 1, 2, 5, 10) if axes.get_xlim()[0] <= x <= axes.get_xlim()[1]]
    axes.set_xticks(ticks, [f"{x:g}" for x in ticks], fontsize=7)
    axes.minorticks_off()
    axes.grid(axis="x", linewidth=0.3)
    axes.set_axisbelow(True)


def draw_curve(axes, curve):
    for name, times in ((name, found["times"]) for name, found in curve.items()):
        axes.loglog(list(map(int, times)), [t["median"] * 1e9 / int(n) for n, t in times.items()], ".-", color=COLOURS[name], label=name)
    axes.set_xlabel("weights", fontsize=8)
    axes.set_ylabel("ns a weight", fontsize=8)
    axes.tick_params(labelsize=7)
    axes.grid(linewidth=0.3)
    axes.legend(fontsize=7)


def draw(results, path):
    """Draw to a file, 900 pixels wide."""
    labels, to_peer, to_probe = zip(*works(results), strict=True)
    figure = Figure(figsize=(6.25, 8.5), dpi=144, layout="constrained")
    grid = figure.add_gridspec(2, 2, height_ratios=(3, 1))
    left = figure.add_subplot(grid[0, 0])
    right = figure.add_subplot(grid[0, 1])
    draw_ratios(left, labels, to_peer, COLOURS["peer"], "mxedu's time / that of the fastest peer", "no peer")
    draw_ratios(right, [""] * len(labels), to_probe, COLOURS["probe"], "mxedu's time / that of the memory probe", "no probe")
    draw_curve(figure.add_subplot(grid[1, :]), results["curve"])
    figure.savefig(path)


if __name__ == "__main__":
    source = Path(sys.argv[1])
    draw(json.loads(source.read_text()), sys.argv[2] if len(sys.argv) > 2 else source.with_suffix(".png"))
