"""``check``: finds the exercise, refuses the library's own functions, and is ``nbcourse.check``."""

import functools
from typing import Any

import pytest

import nbcourse
from nbcourse.errors import CourseError
from nbcourse.operations import add_backward
from nbcourse.specs import check, find_exercise, find_sheet, sheets


def mine(dout: Any, cache: Any) -> Any:
    return dout, dout


class Anything:
    """Has every attribute, itself each time."""

    def __getattr__(self, name: str) -> "Anything":
        return self

    def __call__(self, dout: Any, cache: Any) -> Any:
        return dout, dout


def test_check_is_the_public_name() -> None:
    assert nbcourse.check is check
    assert "check" in nbcourse.__all__
    with pytest.raises(AttributeError, match="no attribute 'chek'"):
        _ = nbcourse.chek


@pytest.mark.parametrize("function", [mine, functools.partial(mine), Anything()])
def test_a_function_of_ones_own_is_checked(function: Any) -> None:
    assert check("add_backward", function).passed


@pytest.mark.parametrize(
    "function",
    [
        add_backward,
        functools.partial(add_backward),
        functools.wraps(add_backward)(lambda dout, cache: add_backward(dout, cache)),
        functools.partial(functools.partial(add_backward)),
    ],
)
def test_the_librarys_own_functions_are_refused(function: Any) -> None:
    with pytest.raises(CourseError, match=r"comes from nbcourse: write add_backward yourself"):
        check("add_backward", function)


def test_an_unknown_name_is_answered_with_the_nearest_ones() -> None:
    with pytest.raises(CourseError, match=r"no exercise 'ad_backward'; did you mean add_backward"):
        check("ad_backward", mine)
    with pytest.raises(CourseError, match=r"did you mean .*find_wrong_node.*unbroadcast"):
        find_exercise("zzz")
    with pytest.raises(CourseError, match=r"the sheets are: activations, .*gradient-checking, "):
        find_sheet("graph")


def test_names_are_unique_over_all_sheets() -> None:
    names = [exercise.name for sheet in sheets() for exercise in sheet.exercises]
    assert len(set(names)) == len(names)


def test_a_graders_seed_draws_other_inputs() -> None:
    seen: list[Any] = []

    def notes(dout: Any, cache: Any) -> Any:
        seen.append(repr(dout))
        return dout, dout

    for seed in (None, "secret", "secret"):
        assert check("add_backward", notes, seed).passed
    third = len(seen) // 3
    assert seen[third : 2 * third] == seen[2 * third :]
    assert not set(seen[:third]) & set(seen[third:])
