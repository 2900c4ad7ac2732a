"""The checker of exercises: right answers pass, wrong ones are refused in one line, none at all gets a hint."""

import numpy as np
import pytest

from mxedu import nd, random
from mxedu.exercises import WrongAnswer, check
from mxedu.exercises.answers import ANSWERS
from mxedu.optimizer import rule
from mxedu.optimizer.rule import Rule

NUMBERS = [key for key, exercise in ANSWERS.items() if not isinstance(exercise.answer(), Rule)]


@pytest.mark.parametrize("key", ANSWERS)
def test_the_right_answer(key, capsys):
    check(key, ANSWERS[key].answer())
    assert capsys.readouterr().out == f"{key}: right\n"


@pytest.mark.parametrize("key", ANSWERS)
def test_no_answer_gets_the_hint(key, capsys):
    check(key, None)
    assert capsys.readouterr().out == f"{key}: not answered yet. Hint: {ANSWERS[key].hint}\n"


@pytest.mark.parametrize("key", NUMBERS)
@pytest.mark.parametrize("factor", [0.98, 1.02, -1.0])
def test_a_wrong_number(key, factor):
    with pytest.raises(WrongAnswer, match=f"^{key}: not yet. Hint: ") as error:
        check(key, np.array(ANSWERS[key].answer()) * factor)
    assert error.value._render_traceback_() == [str(error.value)]


def test_the_farthest_start_is_that_of_the_chapters_data():
    random.seed(0)
    features = np.hstack([nd.random.uniform(shape=(8, 4)).asnumpy().astype(float), np.ones((8, 1))])
    low, *_, high = np.linalg.eigvalsh(features.T @ features / 8)
    start = ANSWERS["trainer.5"].answer()

    def changes(s):
        return np.diff([low * (1 - low) ** (2 * t) + high * s**2 * (1 - high) ** (2 * t) for t in range(4)])

    assert np.all(changes(0.9999 * start) < 0)
    assert changes(1.0001 * start)[1] < 0 < changes(1.0001 * start)[2]


def test_an_answer_of_another_kind():
    with pytest.raises(WrongAnswer, match=r"trainer.1: an answer of shape \(2,\) is asked for, not \(\)"):
        check("trainer.1", 1.4)
    with pytest.raises(WrongAnswer, match="trainer.2: a number or a sequence of numbers is asked for, not str"):
        check("trainer.2", "one")
    with pytest.raises(WrongAnswer, match="sgd.5: an update rule is asked for"):
        check("sgd.5", lambda w, g: w)


def test_an_unknown_exercise_names_the_known_ones():
    with pytest.raises(KeyError, match="no exercise 'sgd.9'.*trainer.1"):
        check("sgd.9", 1)


def test_a_rule_that_is_another_text_of_the_right_one(capsys):
    @rule("mom")
    def mine(w, g, mom, lr, mu):
        step = mu * mom - lr * g
        return w + step, step

    check("sgd.5", mine)
    assert capsys.readouterr().out == "sgd.5: right\n"


def test_a_wrong_rule_is_told_where_it_parts():
    @rule("mom")
    def late(w, g, mom, lr, mu):
        return w + mu * mom - lr * g, mu * mom - lr * g * mu

    with pytest.raises(WrongAnswer, match="sgd.5: mom is wrong from step 1 on"):
        check("sgd.5", late)

    @rule()
    def stateless(w, g, lr):
        return w - lr * g

    with pytest.raises(WrongAnswer, match=r"the states must be \('mom',\) and the scalars \('lr', 'mu'\)"):
        check("sgd.5", stateless)
