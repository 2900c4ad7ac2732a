"""The answers of the chapter on schedules."""

import math

from ..exercise import Exercise

__all__ = ["ANSWERS"]


def _late_warmup():
    """Give the rates of updates 75, 149, 150 and 201: halved every 100 updates, base 0.8, after a linear warm-up of 150."""
    return [0.8 * t / 150 if t < 150 else 0.8 * 0.5 ** max(0, math.ceil(t / 100) - 1) for t in (75, 149, 150, 201)]


def _drop(high=0.5, low=0.05, curvature=1.0, sigma=1.0, start=4.0, steps=20):
    """Give the best moment to drop, by trying them all, and the mean square error that it leads to."""

    def end(k):
        s = start
        for t in range(steps):
            eta = high if t < k else low
            s = (1 - eta * curvature) ** 2 * s + (eta * sigma) ** 2
        return s

    best = min(range(steps + 1), key=end)
    return [best, end(best)]


def _safest(spread=2.0):
    """Give the c for which the larger of q^2 / (2q - 1) at c / spread and c * spread is least, and this value."""
    # With x = c / spread and r = spread^2 both are equal where 2 r x - 1 = r^2 (2 x - 1).
    r = spread**2
    x = (r**2 - 1) / (2 * r**2 - 2 * r)
    return [x * spread, x**2 / (2 * x - 1)]


ANSWERS = {
    "schedules.1": Exercise("section 3, the first two traps; give four rates", _late_warmup, 1e-3),
    "schedules.2": Exercise("equation (8), or a search with `recursion`; give [k, S_20]", _drop, 5e-3),
    "schedules.3": Exercise("draw the right side of (6) against q; give [c, factor]", _safest, 1e-3),
    "schedules.4": Exercise(
        "compare with the row of the cosine in section 3; give [the colleague's rate, the right one]",
        lambda: [0.4 * (1 + math.cos(math.pi / 10)) / 2, 0.4],
    ),
    "schedules.5": Exercise(
        "how much of the noise of one step is left at the end, by (2)? Add it up over the steps; give m/(m+1) of [line, parabola, cosine]",
        lambda: [1 / 2, 2 / 3, 2 / 3],
    ),
}
