"""Two values agree in structure, shape, type and entries, or the first difference is told."""

from typing import Any

import numpy as np
import pytest

from nbcourse.exercise.comparison import (
    copied,
    difference,
    differs,
    only_values_can_differ,
    same,
    unchanged,
)

ONES = np.ones((2, 3))


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (ONES, ONES),
        (ONES.tolist(), ONES),
        (ONES.astype(int), ONES),
        (ONES.astype(np.float32), ONES),  # whole numbers lose nothing in float32
        (ONES.T.copy().T, ONES),
        (np.array(2.5), 2.5),
        (2, 2.0),
        ([1.0, 2.0], (1.0, 2.0)),
        ({"a": 1.0, "b": ONES}, {"b": ONES, "a": 1.0}),
        (np.zeros((0, 3)), np.zeros((0, 3))),
        (np.array([True]), np.array([True])),
        (1.0 + 0.9e-7, 1.0),
        (0.9e-9, 0.0),
        ("x", "x"),
        (None, None),
    ],
)
def test_equal_values_have_no_difference(got: Any, expected: Any) -> None:
    assert difference(got, expected) is None


@pytest.mark.parametrize(
    ("got", "expected", "kind", "words"),
    [
        (np.ones(3), np.ones((1, 3)), "shape", "has shape (3,), expected (1, 3)"),
        (np.ones((1, 3)), np.ones(3), "shape", "has shape (1, 3), expected (3,)"),
        (1.0, np.ones(1), "shape", "has shape (), expected (1,)"),
        (np.ones(1), 1.0, "shape", "has shape (1,), expected ()"),
        (None, ONES, "type", "is None, expected an array of float64"),
        ("1.0", 1.0, "type", "is a str, expected a number"),
        (True, 1.0, "type", "is a bool, expected a number"),
        (ONES > 0, ONES, "type", "is an array of bool, expected an array of float64"),
        (ONES + 0j, ONES, "type", "is an array of complex128, expected an array of float64"),
        ([[1.0], [1.0, 2.0]], ONES, "type", "is a ragged list"),
        (1.0, (1.0, 2.0), "type", "is a number, expected a tuple"),
        ((1.0,), (1.0, 2.0), "shape", "has 1 entries, expected 2"),
        ([1.0], {"a": 1.0}, "type", "is a list, expected a dict"),
        ({"a": 1.0}, {"a": 1.0, "b": 2.0}, "shape", "lacks the keys 'b'"),
        ({"a": 1.0, "b": 2.0}, {"a": 1.0}, "shape", "keys that do not belong there: 'b'"),
        (np.full((2, 3), 1 / 3, np.float32), np.full((2, 3), 1 / 3), "dtype", "is float32"),
        (np.full((2, 3), np.nan), ONES, "finite", "is not finite"),
        (np.inf, 1.0, "finite", "is not finite"),
        (1.0 + 1.2e-7, 1.0, "value", "differs"),
        (1.1e-9, 0.0, "value", "differs"),
        ("y", "x", "value", "differs"),
        (None, "x", "value", "differs"),
        ("x", None, "value", "differs"),
        (["x"], "x", "type", "is a list, expected a str"),
    ],
)
def test_the_difference_is_told(got: Any, expected: Any, kind: str, words: str) -> None:
    found = difference(got, expected)
    assert found is not None
    assert found.kind == kind
    assert words in found.message


def test_the_worst_entry_is_shown() -> None:
    got = ONES.copy()
    got[0, 1], got[1, 2] = 1.5, -2.0
    found = difference(got, ONES)
    assert found is not None
    assert (found.where, found.got, found.expected) == ("[1, 2]", "-2", "1")
    assert found.index == (1, 2)


def test_inside_a_container_the_gravest_difference_comes_first_with_its_path() -> None:
    found = difference({"a": [1.0, 2.0], "b": [ONES, "x"]}, {"a": [1.0, 3.0], "b": [ONES.T, "x"]})
    assert found is not None
    assert (found.kind, found.where) == ("shape", "['b'][0]")


def test_a_known_mistake_is_recognized_in_other_algebra_and_with_its_nan() -> None:
    assert same([ONES, {"a": np.nan}], (ONES * (1 + 1e-8), {"a": np.nan}))
    assert not same(ONES, ONES[0])
    assert not same(1.0, None)
    assert not same("1", 1)
    assert not same([[1.0], [1.0, 2.0]], ONES)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (ONES, ONES.copy(), True),
        (ONES, ONES + 1e-9, False),
        (ONES, ONES.reshape(3, 2), False),
        (ONES, ONES.astype(np.float32), False),
        (np.array([np.nan]), np.array([np.nan]), True),
        (np.array([0.3]), np.array([0.3 + 1e-5 - 1e-5]), True),  # x + h - h, up to rounding
        ({"a": [ONES]}, {"a": [ONES.copy()]}, True),
        ({"a": [ONES]}, {"a": []}, False),
        ({"a": 1}, {}, False),
        ((1, "x", None), (1, "x", None), True),
        ((1, "x"), (1, "y"), False),
        (ONES, None, False),
    ],
)
def test_a_changed_argument_is_noticed(before: Any, after: Any, expected: bool) -> None:
    assert unchanged(before, after) is expected


def test_copies_are_independent_and_functions_are_passed_on() -> None:
    value = {"a": [ONES.copy(), np.sum]}
    copy = copied(value)
    copy["a"][0][:] = 5.0
    assert (value["a"][0] == 1.0).all()
    assert copied(np.sum) is np.sum


@pytest.mark.parametrize("size", [1, 3, 50, 51, 5000])
@pytest.mark.parametrize("entry", [0.0, 1e-12, 1e-3, np.nan, np.inf, -np.inf])
def test_the_quick_answer_for_arrays_is_the_slow_one_for_numbers(size: int, entry: float) -> None:
    """An array is judged as its worst entry is, wherever it stands."""
    for position in {0, size - 1}:
        for right in (1.0, np.nan, np.inf):
            got, expected = np.full(size, 2.0), np.full(size, 2.0)
            got[position], expected[position] = 1.0 + entry, right
            a, b = got[position], expected[position]
            assert same(got, expected) == np.allclose(a, b, 1e-6, 1e-9, equal_nan=True)
            if right == 1.0:  # what is right is finite
                assert (difference(got, expected) is None) == (difference(a, b) is None)
                assert differs(got, expected) == (difference(a, b) is not None)
            else:
                with np.errstate(invalid="ignore"):  # inf - inf
                    assert difference(got, expected) is not None
                assert differs(got, expected)


@pytest.mark.parametrize(
    ("got", "expected", "alone"),
    [
        (2 * ONES, ONES, True),
        ([2.0, {"a": 2 * ONES}], (1.0, {"a": ONES}), True),
        (ONES[0], ONES, False),
        (ONES.astype(np.float32), ONES, False),
        (ONES * np.nan, ONES, False),
        (ONES.tolist(), ONES, False),
        ((1.0, np.inf), (1.0, 2.0), False),
        ((1.0,), (1.0, 2.0), False),
        ({"a": 1.0}, {"b": 1.0}, False),
        ("x", 1.0, False),
    ],
)
def test_a_difference_of_value_alone_is_foreseen(got: Any, expected: Any, alone: bool) -> None:
    assert only_values_can_differ(got, expected) == alone
    found = difference(got, expected)
    if alone:
        assert found is not None
        assert found.kind == "value"
