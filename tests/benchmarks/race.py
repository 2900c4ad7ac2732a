"""Measure contestants in turns, round after round, so that whatever the machine does meanwhile hits all alike."""

import random
import statistics
import time


def race(contestants, steps, seconds, least=5):
    """Give what `summary` says of each contestant after as many rounds as fit into the seconds; the order is drawn anew in each."""
    names, turns, shuffle = list(contestants), {name: [] for name in contestants}, random.Random(0).shuffle
    rounds, end = 0, time.perf_counter() + seconds
    while rounds < least or time.perf_counter() < end:
        shuffle(names)  # or the same one would always find the caches as the same other left them
        for name in names:
            turns[name].append(contestants[name].turn(*steps))
        rounds += 1
    return {name: summary(*zip(*turns[name], strict=True)) for name in turns}


def summary(seconds, processor=()):
    """Give median, minimum and number of some times; and how many processors were busy, if their time is given."""
    times = {"median": statistics.median(seconds), "min": min(seconds), "rounds": len(seconds)}
    return times | ({"threads": sum(processor) / sum(seconds)} if processor else {})
