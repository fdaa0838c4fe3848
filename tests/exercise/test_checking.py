"""What a check says of a function, in which order, and how many points that leaves."""

import random
import sys
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from nbcourse.exercise import Exercise, check_function
from nbcourse.exercise.cases import ROUNDS
from nbcourse.layers import linear_backward
from tests.exercise.elsewhere import Elsewhere
from tests.exercise.linear import EXERCISE

Function = Callable[..., Any]

GONE = "product"  # in NumPy 1 the name of np.prod


class Callee:
    def __call__(self, dout: Any, cache: Any) -> Any:
        return linear_backward(dout, cache)


class SilentError(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no message")

    student_line = property(lambda self: 1 / 0)


def right(dout: Any, cache: Any) -> Any:
    return linear_backward(dout, cache)


def endless(dout: Any, cache: Any) -> Any:
    return endless(dout, cache)


def fails_with(error: BaseException) -> Function:
    def function(dout: Any, cache: Any) -> Any:
        raise error

    return function


def changed(**parts: Callable[[Any], Any]) -> Function:
    """The right function with some parts changed."""

    def function(dout: Any, cache: Any) -> Any:
        result = dict(zip(EXERCISE.parts, linear_backward(dout, cache), strict=True))
        return tuple(parts.get(name, lambda value: value)(value) for name, value in result.items())

    return function


def in_any_order(dout: Any, cache: Any) -> Any:
    dx, dw, db = linear_backward(dout, cache)
    return {"db": db, "dx": dx, "dw": dw}


@pytest.mark.parametrize(
    "function",
    [
        right,
        Callee(),
        lambda *args: list(right(*args)),
        lambda *args: [part.tolist() for part in right(*args)],
        in_any_order,
        lambda dout, cache, extra=1: right(dout, cache),
        changed(dx=np.asfortranarray),
        changed(db=lambda v: v.astype(np.longdouble)),
    ],
)
def test_a_right_answer_may_take_many_forms(function: Function) -> None:
    score = check_function(EXERCISE, function)
    assert score.passed, score


# Function, stage, words of the headline, points of three.
FAILURES: list[tuple[Any, str, str, float]] = [
    (None, "missing", "there is no function of this name", 0),
    (3, "missing", "this is a number, not a function", 0),
    ("right", "missing", "this is a str, not a function", 0),
    (lambda dout: dout, "arguments", "it cannot be called with (dout, cache)", 0),
    (lambda a, b, c: a, "arguments", "missing 1 required positional argument", 0),
    (Callee, "arguments", "it cannot be called with (dout, cache)", 0),
    (fails_with(ValueError("bad <b>")), "raised", "it stopped with ValueError: bad <b>", 0),
    (fails_with(KeyError("w")), "raised", "there is no key 'w'", 0),
    (fails_with(SystemExit(0)), "raised", "it stopped with SystemExit", 0),
    (fails_with(SilentError()), "raised", "it stopped with SilentError", 0),
    (fails_with(TimeoutError("no answer within 5 s")), "raised", "no answer within 5 s", 0),
    (endless, "raised", "it stopped with RecursionError", 0),
    (lambda dout, cache: np.prodct(dout), "raised", "no attribute 'prodct'", 0),
    (lambda dout, cache: getattr(np, GONE)(dout), "raised", "In NumPy 2 this is np.prod", 0),
    (lambda dout, cache: None, "parts", "Is there a return at the end?", 0),
    (lambda dout, cache: dout, "parts", "it returned an array, 3 parts are expected", 0),
    (lambda *args: right(*args)[:2], "parts", "it returned 2 parts, 3 parts are expected", 0),
    (lambda *args: (*right(*args), 0), "parts", "it returned 4 parts", 0),
    (lambda *args: (part for part in right(*args)), "parts", "it returned a generator", 0),
    (lambda *args: dict(zip(["dx", "dw"], right(*args), strict=False)), "parts", "missing", 2),
    (changed(db=lambda v: v[None]), "shape", "db has shape (1, 2), expected (2,)", 2),
    (changed(db=lambda v: None), "type", "db is None", 2),
    (changed(dw=lambda v: v > 0), "type", "dw is an array of bool", 2),
    (changed(dx=lambda v: v.astype(np.float32)), "dtype", "dx is float32", 2),
    (changed(dx=lambda v: v * np.nan), "finite", "dx is not finite", 2),
    (changed(dx=lambda v: v + 1e-4), "gradient", "dx is not the derivative", 2),
    (changed(dx=lambda v: v + 1e-7), "reference", "close to the derivative, but not exact", 2),
    (changed(dx=np.negative, dw=np.negative), "gradient", "dx is not the derivative", 1),
    (changed(dx=np.negative, db=lambda v: None), "type", "db is None", 1),
    (changed(dx=np.negative, db=lambda v: v[None]), "shape", "db has shape", 1),
]


@pytest.mark.parametrize(("function", "stage", "words", "points"), FAILURES)
def test_the_first_thing_wrong_is_reported(
    function: Any, stage: str, words: str, points: float
) -> None:
    score = check_function(EXERCISE, function)
    assert score.problem is not None
    assert score.problem.stage == stage
    assert words in score.headline
    assert words in str(score)
    assert score == points
    assert not score.passed
    assert "<b>" not in score._repr_html_()


def test_a_gradient_is_told_beside_the_measured_one() -> None:
    score = check_function(EXERCISE, changed(dw=lambda v: 2 * v))
    problem = score.problem
    assert problem is not None
    assert float(problem.measured) == pytest.approx(float(problem.expected), abs=1e-6)
    assert float(problem.got) == pytest.approx(2 * float(problem.expected), rel=1e-6)
    assert problem.where in str(score)
    assert "dout of shape (4, 2)" in problem.inputs


def test_what_is_graver_in_a_later_case_is_told_before_a_wrong_value_in_the_first() -> None:
    def function(dout: Any, cache: Any) -> Any:
        dx, dw, db = linear_backward(dout, cache)
        return (dx + 1.0, dw, db) if len(dx) > 1 else (dx[0], dw, db)

    score = check_function(EXERCISE, function)
    assert score.problem is not None
    assert (score.problem.stage, score.problem.part) == ("shape", "dx")
    assert score == 2.0


def test_a_wrong_answer_on_the_large_case_alone_is_found() -> None:
    score = check_function(EXERCISE, changed(dx=lambda v: v + (v.size > 1000)))
    assert score == 2
    assert score.problem is not None
    assert score.problem.large


def test_changed_inputs_cost_a_fifth_of_what_was_earned() -> None:
    def spoils(dout: Any, cache: Any) -> Any:
        result = linear_backward(dout, cache)
        dout *= 0.0
        cache[1][:] = 0.0
        return result

    def spoils_and_errs(dout: Any, cache: Any) -> Any:
        dx, dw, db = spoils(dout, cache)
        return dx, dw, -db

    score = check_function(EXERCISE, spoils)
    assert score == pytest.approx(3 * 0.8)
    assert score.headline == "it changes its input dout and cache"
    assert "changes its input dout and cache" in (score.hint or "")
    both = check_function(EXERCISE, spoils_and_errs)
    assert both == pytest.approx(2 * 0.8)
    assert "changes its input" in (both.hint or "")


def test_a_function_that_puts_its_inputs_back_changes_nothing() -> None:
    def puts_back(dout: Any, cache: Any) -> Any:
        dout += 1e-5
        dout -= 1e-5
        return linear_backward(dout, cache)

    assert check_function(EXERCISE, puts_back).passed


def test_every_call_gets_inputs_of_its_own() -> None:
    seen = []

    def collects(dout: Any, cache: Any) -> Any:
        seen.extend([dout, *cache])
        return linear_backward(dout, cache)

    assert check_function(EXERCISE, collects).passed
    assert check_function(EXERCISE, collects).passed
    assert len({id(array) for array in seen}) == len(seen)
    assert not any(np.shares_memory(a, b) for a, b in pairwise(seen))
    half = len(seen) // 2
    assert all(np.array_equal(a, b) for a, b in zip(seen[:half], seen[half:], strict=True))


def test_a_buffer_that_is_returned_again_keeps_each_answer() -> None:
    buffers: dict[tuple[int, ...], Any] = {}

    def reuses(dout: Any, cache: Any) -> Any:
        dx, dw, db = linear_backward(dout, cache)
        kept = buffers.setdefault(dx.shape, np.empty_like(dx))
        kept[:] = dx
        return kept, dw, db

    assert check_function(EXERCISE, reuses).passed


def test_nothing_is_written_to_stderr_which_costs_all_points_in_nbgrader(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def talks(dout: Any, cache: Any) -> Any:
        print("hello")
        print("oh", file=sys.stderr)
        np.log(0.0 * dout)
        return linear_backward(dout, cache)

    assert check_function(EXERCISE, talks).passed
    out, err = capsys.readouterr()
    assert "hello" in out
    assert err == ""


def test_stopping_a_check_by_hand_stops_it() -> None:
    with pytest.raises(KeyboardInterrupt):
        check_function(EXERCISE, fails_with(KeyboardInterrupt()))


def _even(args: tuple[Any, ...], result: Any) -> str | None:
    return None if isinstance(result, list) and len(result) % 2 == 0 else "is not of even length"


FREE = Exercise(
    name="free",
    points=1,
    reference=lambda n: [0] * (2 * n),
    parts=("list",),
    cases=lambda rng: [(int(rng.integers(1, 5)),)],
    mistakes=(),
    alternatives=(),
    summary="any list of even length",
    accept=_even,
)


@pytest.mark.parametrize(("result", "points"), [([], 1), ([1, 2], 1), ([1], 0), (None, 0)])
def test_where_many_answers_are_right_the_exercise_decides(result: Any, points: float) -> None:
    score = check_function(FREE, lambda n: result)
    assert score == points
    assert points or score.headline == "list is not of even length"


def _is_an_order(args: tuple[Any, ...], result: Any) -> str | None:
    return None if sorted(result) == list(range(args[0])) else "is no order of the numbers"


# The order of one number does not depend on the generator.
SHUFFLED = Exercise(
    name="shuffled",
    points=1,
    reference=lambda n, rng: rng.permutation(n),
    parts=("order",),
    cases=lambda rng: [(n, np.random.default_rng(int(rng.integers(2**32)))) for n in (40, 1)],
    mistakes=(),
    alternatives=(),
    summary="numbers in any order",
    accept=_is_an_order,
)


def shuffled_by_python(n: int, rng: Any) -> Any:
    order = list(range(n))
    random.Random(0).shuffle(order)
    return order


def shuffled_by_the_global_generator(n: int, rng: Any) -> Any:
    np.random.seed(3)  # noqa: NPY002
    return np.random.permutation(n)  # noqa: NPY002


@pytest.mark.parametrize("where", [lambda function: function, Elsewhere])
@pytest.mark.parametrize(
    "function",
    [
        shuffled_by_python,
        shuffled_by_the_global_generator,
        lambda n, rng: np.random.default_rng(n).permutation(n),
        lambda n, rng: np.argsort(np.random.default_rng(0).random(n)),
    ],
)
def test_a_generator_of_ones_own_costs_a_fifth(function: Function, where: Any) -> None:
    for seed in (None, "grader"):
        score = check_function(SHUFFLED, where(function), seed)
        assert score == pytest.approx(0.8)
        assert score.problem is not None
        assert score.problem.stage == "random"
        assert score.headline.endswith("called with another rng, it returns the same numbers")
        assert "no generator of your own" in (score.hint or "")


@pytest.mark.parametrize("where", [lambda function: function, Elsewhere])
@pytest.mark.parametrize(
    "function",
    [
        lambda n, rng: rng.permutation(n),
        lambda n, rng: np.argsort(rng.random(n)),
        lambda n, rng: np.random.default_rng(rng.integers(1000)).permutation(n),
        lambda n, rng: rng.permutation(n) if n > 1 else [0],
    ],
)
def test_who_draws_from_the_generator_given_is_not_accused(function: Function, where: Any) -> None:
    for seed in range(50):
        score = check_function(SHUFFLED, where(function), f"seed {seed}")
        assert score.passed, score


def test_a_call_that_stops_for_another_generator_is_not_accused() -> None:
    calls = []

    def stops_later(n: int, rng: Any) -> Any:
        calls.append(n)
        if len(calls) == 2 * ROUNDS + 2:  # every case, the first again, and once with another rng
            raise TimeoutError("no answer within 5 s")
        return rng.permutation(n)

    assert check_function(SHUFFLED, stops_later).passed
    assert len(calls) == 2 * ROUNDS + 2


@pytest.mark.parametrize("fields", [{"wrt": {"dy": 0}}, {"wrt": {}, "upstream": True}])
def test_a_definition_that_cannot_be_checked_is_refused(fields: dict[str, Any]) -> None:
    given = {name: getattr(EXERCISE, name) for name in EXERCISE.__dataclass_fields__}
    with pytest.raises(ValueError, match="exercise linear_backward: wrt must name parts"):
        Exercise(**(given | fields))
