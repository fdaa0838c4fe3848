"""The inputs of a check: the same for everyone with the same seed, others with another."""

from typing import Any

import numpy as np

from nbcourse.exercise.cases import ROUNDS, generator, prepare
from tests.exercise.linear import EXERCISE


def inputs(seed: str | None) -> list[Any]:
    prepare.cache_clear()
    return [[case.args[0], *case.args[1]] for case in prepare(EXERCISE, seed)]


def equal(a: list[Any], b: list[Any]) -> bool:
    return all(
        np.array_equal(x, y)
        for row, other in zip(a, b, strict=True)
        for x, y in zip(row, other, strict=True)
    )


def test_a_seed_always_gives_the_same_inputs_and_another_seed_gives_others() -> None:
    assert equal(inputs("a"), inputs("a"))
    assert equal(inputs(None), inputs(None))
    assert not equal(inputs("a"), inputs("b"))
    assert not equal(inputs("a"), inputs(None))


def test_the_numbers_are_the_same_on_every_machine() -> None:
    assert generator("add_backward", None, 0).integers(0, 1000, 5).tolist() == [
        571,
        639,
        409,
        54,
        716,
    ]


def test_rounds_differ_and_the_large_case_comes_last() -> None:
    cases = prepare(EXERCISE, None)
    per_round = (len(cases) - 1) // ROUNDS
    assert [case.large for case in cases] == [False] * ROUNDS * per_round + [True]
    assert not np.array_equal(cases[0].args[0], cases[per_round].args[0])
    assert cases[-1].numeric == {}
    assert set(cases[0].numeric) == {"dx", "dw", "db"}


def test_the_upstream_gradient_is_never_all_ones() -> None:
    assert all((case.args[0] != 1.0).all() for case in prepare(EXERCISE, None))
