"""Edits of the shipped source that each plant one likely bug, and the search for checks that notice."""

import numpy as np

from .slips import FAMILIES
from .subjects import mutated, subject

MUTANTS = {name: table for family in FAMILIES for name, table in family.TABLES.items()}
"""For each subject, by name, the edits of `mxedu/optimizer` that plant one bug: a list of (file, old text, new text)."""


def verdict(check, subject):
    """Give what a check does on a subject: 'passes', 'kills' (an AssertionError), or 'crashes' (any other error)."""
    try:
        with np.errstate(all="ignore"):
            check(subject)
    except AssertionError:
        return "kills"
    except Exception:
        return "crashes"
    return "passes"


def kill_table(name, checks):
    """Run checks on the shipped rule and on every mutant of it; print which kill which.

    Parameters
    ----------
    name : str
        The subject, such as 'adam'.
    checks : list of callables
        Each takes a `Subject` and raises AssertionError if it is wrong. A crash does not count as noticing.

    Raises
    ------
    AssertionError
        If a check fails on the shipped rule, or a mutant passes all of them.
    """
    for check in checks:
        check(subject(name))
    width = max(map(len, MUTANTS[name]))
    survivors = []
    for mutant, edits in MUTANTS[name].items():
        victim = mutated(name, edits)
        killers = [check.__name__.removeprefix("check_") for check in checks if verdict(check, victim) == "kills"]
        print(f"{mutant:<{width}}  killed by {', '.join(killers)}" if killers else f"{mutant:<{width}}  SURVIVES")
        if not killers:
            survivors.append(mutant)
    print(f"{len(MUTANTS[name]) - len(survivors)} of {len(MUTANTS[name])} mutants killed")
    assert not survivors, f"mutants of {name} that no check kills: {', '.join(survivors)}"
