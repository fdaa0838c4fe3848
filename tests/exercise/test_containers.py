"""Exercises whose gradients come in a dict or a list, and those that draw random numbers."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from nbcourse.exercise import Exercise, check_function


def loss_of(params: Any, x: Any) -> Any:
    return float(((x @ params["w"] + params["b"]) ** 2).sum())


def reference(params: Any, x: Any) -> Any:
    out = x @ params["w"] + params["b"]
    return float((out**2).sum()), {"w": 2 * x.T @ out, "b": 2 * out.sum(axis=0)}


def cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    for n, d, m in ((4, 3, 2), (1, 2, 5)):
        params = {"w": rng.normal(size=(d, m)), "b": rng.normal(size=m)}
        yield params, rng.normal(size=(n, d))


NETWORK = Exercise(
    name="network",
    points=2,
    reference=reference,
    parts=("loss", "grads"),
    cases=cases,
    mistakes=(),
    alternatives=(),
    summary="",
    forward=loss_of,
    wrt={"grads": 0},
)


def changed(**wrong: Any) -> Any:
    def function(params: Any, x: Any) -> Any:
        loss, grads = reference(params, x)
        return loss, grads | {key: change(grads[key], x) for key, change in wrong.items()}

    return function


def test_every_array_of_a_dict_is_measured() -> None:
    assert check_function(NETWORK, reference) == 2.0


@pytest.mark.parametrize(
    ("function", "message", "hint"),
    [
        (changed(b=lambda g, x: -g), "is not the derivative", "grads['b'] is the negative"),
        (changed(w=lambda g, x: g / len(x)), "is not the derivative", "once too often"),
        (changed(w=lambda g, x: g.T), "", "grads['w'] is the transpose"),
        (changed(b=lambda g, x: g[None]), "has shape (1, 2), expected (2,)", "wrong shape"),
        (changed(w=lambda g, x: g * 0), "is not the derivative", "grads['w'] is 0 everywhere"),
    ],
)
def test_a_slip_in_one_of_them_is_named(function: Any, message: str, hint: str) -> None:
    score = check_function(NETWORK, function)
    assert score == 1.0  # the loss is right
    assert score.problem is not None
    assert message in score.problem.message
    assert hint in str(score.hint)


def penalty(weights: Any, decay: float) -> Any:
    return decay * sum(float((w**2).sum()) for w in weights), [2 * decay * w for w in weights]


PENALTY = Exercise(
    name="penalty",
    points=2,
    reference=penalty,
    parts=("loss", "grads"),
    cases=lambda rng: [([rng.normal(size=(2, 3)), rng.normal(size=4)], 0.3)],
    mistakes=(),
    alternatives=(),
    summary="",
    forward=lambda weights, decay: penalty(weights, decay)[0],
    wrt={"grads": 0},
)


@pytest.mark.parametrize("kind", [list, tuple])
def test_a_slip_in_a_list_is_named_and_a_tuple_will_do(kind: Any) -> None:
    def half(weights: Any, decay: float) -> Any:
        loss, grads = penalty(weights, decay)
        return loss, kind([grads[0], grads[1] / 2])

    assert check_function(PENALTY, lambda w, d: (penalty(w, d)[0], kind(penalty(w, d)[1]))).passed
    score = check_function(PENALTY, half)
    assert score == 1.0
    assert "Your grads[1] is 0.5 times the right one" in str(score.hint)


def test_the_measured_value_is_shown_for_the_entry_that_is_wrong() -> None:
    problem = check_function(NETWORK, changed(b=lambda g, x: -g)).problem
    assert problem is not None
    assert problem.where.startswith("['b'][")
    assert float(problem.measured) == pytest.approx(float(problem.expected), rel=1e-4)


def judge(args: Any, result: Any) -> str | None:
    bound, n, _ = args
    inside = np.shape(result) == (n,) and np.all(np.abs(result) <= bound)
    return None if inside else f"is not {n} numbers of at most {bound}"


DRAWN = Exercise(
    name="drawn",
    points=1,
    reference=lambda bound, n, rng: rng.uniform(-bound, bound, n),
    parts=("x",),
    cases=lambda rng: [(0.5, 20, np.random.default_rng(int(rng.integers(2**32))))],
    mistakes=(),
    alternatives=(),
    summary="",
    accept=judge,
)


def test_a_generator_is_there_to_be_drawn_from() -> None:
    assert check_function(DRAWN, lambda bound, n, rng: bound * (2 * rng.random(n) - 1)).passed
    problem = check_function(DRAWN, lambda bound, n, rng: rng.normal(size=n)).problem
    assert problem is not None
    assert problem.message == "is not 20 numbers of at most 0.5"
    assert "rng = a generator" in problem.inputs


def test_numbers_that_come_from_elsewhere_cost_a_fifth() -> None:
    own = np.random.default_rng()
    score = check_function(DRAWN, lambda bound, n, rng: own.uniform(-bound, bound, n))
    assert score == pytest.approx(0.8)
    assert "called again with the same rng" in score.headline
    assert "np.random.randn" in str(score.hint)


def test_every_call_gets_the_generator_as_it_was() -> None:
    seen = []

    def note(bound: float, n: int, rng: np.random.Generator) -> Any:
        seen.append(rng.uniform(-bound, bound, n))
        return seen[-1]

    assert check_function(DRAWN, note).passed
    first = list(seen)
    assert check_function(DRAWN, note).passed
    np.testing.assert_array_equal(seen[len(first) :], first)
