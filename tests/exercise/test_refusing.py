"""An exercise may have inputs without a right answer, which must be refused."""

from typing import Any

import numpy as np
import pytest

from nbcourse.exercise import Exercise, check_function
from tests.exercise.elsewhere import Elsewhere


def root(x: Any) -> Any:
    if (x < 0).any():
        raise ValueError("no root of a negative number")
    return np.sqrt(x)


ROOT = Exercise(
    name="root",
    points=2,
    reference=root,
    parts=("root",),
    cases=lambda rng: [(rng.uniform(0, 4, size=n),) for n in (3, 5)],
    refused=("a negative number", lambda rng: (-rng.uniform(1, 4, size=3),)),
    mistakes=(),
    alternatives=(),
    summary="",
)


@pytest.mark.parametrize("where", [lambda function: function, Elsewhere])
def test_who_refuses_gets_all_points(where: Any) -> None:
    score = check_function(ROOT, where(root))
    assert score.passed
    assert score == 2.0


@pytest.mark.parametrize("where", [lambda function: function, Elsewhere])
def test_who_answers_all_the_same_loses_a_fifth(where: Any) -> None:
    score = check_function(ROOT, where(lambda x: np.sqrt(np.abs(x))))
    assert not score.passed
    assert score == pytest.approx(1.6)
    assert score.problem is not None
    assert not score.problem.inputs
    assert score.headline.endswith(
        "it must raise ValueError for a negative number; it returns a result"
    )
    assert score.hint == (
        "There is no right answer for a negative number. Look for it at the top of your function, "
        'and write raise ValueError("...") with words that say what is wrong.'
    )


def test_another_error_is_no_refusal() -> None:
    def function(x: Any) -> Any:
        assert (x >= 0).all()
        return np.sqrt(x)

    score = check_function(ROOT, function)
    assert score == pytest.approx(1.6)
    assert "it raises AssertionError" in score.headline


def test_a_wrong_value_is_told_first() -> None:
    score = check_function(ROOT, lambda x: 2 * np.abs(x))
    assert score == 0.0
    assert "is not the right value" in score.headline
