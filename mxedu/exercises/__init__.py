"""Checks of the answers to the book's exercises: one short line each, no traceback.

`check(key, answer)` compares a number, a sequence of numbers or an update rule with what `mxedu.exercises.answers` computes.
"""

import numpy as np

from ..optimizer.rule import NUMPY, Rule
from .answers import ANSWERS

__all__ = ["WrongAnswer", "check"]


class WrongAnswer(AssertionError):
    """An answer that is not right. Notebooks show its one line, without a traceback."""

    def _render_traceback_(self):
        return [str(self)]


def check(key, answer=None):
    """Say whether an answer is right; print a hint while there is none.

    Parameters
    ----------
    key : str
        The exercise, such as 'adam.1'.
    answer : number, sequence of numbers or Rule, optional
        The reader's answer.

    Raises
    ------
    WrongAnswer
        If it is not right. The message says how far off it is, not what is right.
    KeyError
        If there is no such exercise.
    """
    if key not in ANSWERS:
        raise KeyError(f"there is no exercise {key!r}: there are {', '.join(ANSWERS)}")
    exercise = ANSWERS[key]
    if answer is None:
        print(f"{key}: not answered yet. Hint: {exercise.hint}")
        return
    expected = exercise.answer()
    if isinstance(expected, Rule):
        _compare_rules(key, answer, expected, exercise.hint)
    else:
        _compare_numbers(key, answer, expected, exercise)
    print(f"{key}: right")


def _compare_numbers(key, answer, expected, exercise):
    try:
        answer = np.asarray(answer, dtype=float)
    except (TypeError, ValueError):
        raise WrongAnswer(f"{key}: a number or a sequence of numbers is asked for, not {type(answer).__name__}") from None
    expected = np.asarray(expected, dtype=float)
    if answer.shape != expected.shape:
        raise WrongAnswer(f"{key}: an answer of shape {expected.shape} is asked for, not {answer.shape}. Hint: {exercise.hint}")
    if not np.all(np.abs(answer - expected) <= exercise.rtol * np.abs(expected)):
        raise WrongAnswer(f"{key}: not yet. Hint: {exercise.hint}")


def _compare_rules(key, answer, expected, hint):
    """Run both rules in float64 on the same numbers, 50 steps, and say where they part."""
    if not isinstance(answer, Rule):
        raise WrongAnswer(f"{key}: an update rule is asked for; decorate the function with @optimizer.rule(...)")
    if answer.states != expected.states or len(answer.scalars) != len(expected.scalars):
        raise WrongAnswer(f"{key}: the states must be {expected.states} and the scalars {expected.scalars}, in this order")
    rng = np.random.default_rng(0)
    scalars = rng.uniform(0.1, 0.9, len(expected.scalars))
    mine = theirs = [rng.standard_normal(64), *np.zeros((len(expected.states), 64))]
    for step in range(1, 51):
        g = rng.standard_normal(64) * (rng.random(64) < 0.9)
        with np.errstate(all="ignore"):
            mine, theirs = (_step(rule, values, g, scalars) for rule, values in ((answer, mine), (expected, theirs)))
        for name, a, b in zip(("w", *expected.states), mine, theirs, strict=True):
            if not np.allclose(a, b, rtol=1e-9, atol=1e-12, equal_nan=True):
                raise WrongAnswer(f"{key}: {name} is wrong from step {step} on. Hint: {hint}")


def _step(rule, values, g, scalars):
    results = rule.over(**NUMPY)(values[0], g, *values[1:], *scalars)
    return list(results) if rule.states else [results]
