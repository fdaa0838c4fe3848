"""A hint names what was computed in place of what was asked."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nbcourse.exercise import Exercise, Mistake, check_function
from nbcourse.exercise.cases import prepare
from nbcourse.exercise.slips import name_slip
from nbcourse.layers import linear_backward
from nbcourse.operations import multiply_backward, multiply_forward
from tests.exercise.linear import BIAS_HINT, EXERCISE


def hint_for(rule: Callable[..., Any], exercise: Exercise = EXERCISE) -> str:
    """The hint for a backward pass written as rule(dx, dw, db, dout, x, w)."""

    def function(dout: Any, cache: Any) -> Any:
        return rule(*linear_backward(dout, cache), dout, *cache)

    return check_function(exercise, function).hint or ""


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (lambda dx, dw, db, dout, x, w: (-dx, dw, db), "dx is the negative"),
        (lambda dx, dw, db, dout, x, w: (dx, 0 * dw, db), "dw is 0 everywhere"),
        (lambda dx, dw, db, dout, x, w: (3 * dx, dw, db), "dx is 3 times the right one"),
        (lambda dx, dw, db, dout, x, w: (dx, dw / len(x), db), "dw is N times too small"),
        (lambda dx, dw, db, dout, x, w: (dx, dw * len(x), db), "dw is N times too large"),
        (lambda dx, dw, db, dout, x, w: (dx.T, dw, db), "dx is the transpose"),
        (lambda dx, dw, db, dout, x, w: (dx, dw, dout), "db is right before the sum"),
        (
            lambda dx, dw, db, dout, x, w: (dx, dw, db[None]),
            "db has the right numbers in the wrong",
        ),
        (lambda dx, dw, db, dout, x, w: (np.abs(dx), dw, db), "its negative entries lost"),
        (
            lambda dx, dw, db, dout, x, w: (dx, x.T @ np.ones_like(dout), db),
            "dw is right for dout = 1 only",
        ),
        (lambda dx, dw, db, dout, x, w: (dx + 1e-5, dw, db), "dx is close to the right one"),
        (lambda dx, dw, db, dout, x, w: (dx.astype("f4"), dw, db), "dx is close to the right one"),
        (lambda dx, dw, db, dout, x, w: (dw, dx, db), "dx is the right dw: the parts are swapped"),
        (lambda dx, dw, db, dout, x, w: (dx, dw, dout.sum(axis=1)), BIAS_HINT),
        # Two parts wrong, one of them a known mistake.
        (lambda dx, dw, db, dout, x, w: (dx**3, dw, dout.sum(axis=1)), BIAS_HINT),
    ],
)
def test_a_slip_is_named(rule: Callable[..., Any], words: str) -> None:
    assert words in hint_for(rule)


@pytest.mark.parametrize(
    "rule",
    [
        lambda dx, dw, db, dout, x, w: (np.cos(dx), dw, db),
        lambda dx, dw, db, dout, x, w: (None, None, None),
        lambda dx, dw, db, dout, x, w: ("1", dw, db),
        lambda dx, dw, db, dout, x, w: (dx + 0j, dw, db),
        lambda dx, dw, db, dout, x, w: ([[1.0], [1.0, 2.0]], dw, db),
        lambda dx, dw, db, dout, x, w: (dx * np.nan, dw, db),
        lambda dx, dw, db, dout, x, w: (dx, dw),
        lambda dx, dw, db, dout, x, w: 1 / 0,
    ],
)
def test_nothing_is_guessed(rule: Callable[..., Any]) -> None:
    assert hint_for(rule) == ""


def multiply(*mistakes: Callable[..., Any]) -> Exercise:
    return Exercise(
        name="multiply",
        points=1,
        reference=multiply_backward,
        parts=("dx", "dy"),
        cases=lambda rng: [(rng.standard_normal((2, 3)), rng.standard_normal((2, 3)))],
        forward=multiply_forward,
        wrt={"dx": 0, "dy": 1},
        upstream=True,
        mistakes=tuple(Mistake(f"mistake {i}", m) for i, m in enumerate(mistakes)),
        alternatives=(),
        summary="gradients of x y",
    )


def test_the_mistake_that_explains_most_parts_is_named() -> None:
    one = lambda dout, cache: (dout, dout * cache[0])  # noqa: E731
    both = lambda dout, cache: (dout, dout)  # noqa: E731
    exercise = multiply(one, both)
    assert check_function(exercise, both).hint == "mistake 1"
    assert check_function(exercise, one).hint == "mistake 0"
    # Only dx is as in both mistakes; the first of them is told.
    mixed = check_function(exercise, lambda dout, cache: (dout, dout + 3.0))
    assert mixed.hint == "mistake 0"


def test_a_part_that_a_mistake_gets_right_does_not_count_for_it() -> None:
    def wrong_dy(dout: Any, cache: Any) -> Any:
        return multiply_backward(dout, cache)[0], dout

    def imprecise_dx(dout: Any, cache: Any) -> Any:
        dx, dy = multiply_backward(dout, cache)
        return dx.astype(np.float32), dy

    hint = check_function(multiply(wrong_dy), imprecise_dx).hint or ""
    assert "float32" in hint


def test_a_mistake_that_stops_is_recognized_by_its_error() -> None:
    def stops(dout: Any, cache: Any) -> Any:
        return dout[5, 5], dout

    assert check_function(multiply(stops), stops).hint == "mistake 0"
    other = check_function(multiply(stops), lambda dout, cache: {}["dx"])
    assert other.hint is None


def test_cases_whose_answer_is_zero_tell_nothing() -> None:
    zero = np.zeros(2)
    assert name_slip("dx", [(zero, zero, None)], [2]) is None
    rows = [(zero, zero, None), (np.array([-2.0, 1.0]), np.array([2.0, -1.0]), None)]
    assert "negative" in (name_slip("dx", rows, [2, 2]) or "")


def test_positive_numbers_have_no_sign_to_lose() -> None:
    rows = [(np.array([1.0, 2.0]) * (1 + 1e-8), np.array([1.0, 2.0]), None)]
    assert "sign" not in (name_slip("error", rows, [2]) or "")


def test_a_mistake_is_run_no_further_than_it_is_asked_for() -> None:
    calls = []

    def other(dout: Any, cache: Any) -> Any:
        calls.append(dout.shape)
        return dout, 3 * dout

    exercise = multiply(other, lambda dout, cache: (-dout, dout))
    negative = lambda dout, cache: (-dout, dout)  # noqa: E731
    assert check_function(exercise, negative).hint == "mistake 1"
    assert len(calls) == 1 < len(prepare(exercise, None))
    calls.clear()
    assert check_function(exercise, negative).hint == "mistake 1"
    assert calls == [], "what it gave is known"


def test_the_first_of_two_mistakes_that_give_the_same_is_named() -> None:
    both = lambda dout, cache: (dout, dout)  # noqa: E731
    assert check_function(multiply(both, both), both).hint == "mistake 0"
