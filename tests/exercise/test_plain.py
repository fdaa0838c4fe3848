"""A result is what it holds, whatever its type says of itself."""

from collections import OrderedDict, deque, namedtuple
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from nbcourse.exercise import check_function
from nbcourse.exercise.plain import Foreign, plain
from tests.exercise.linear import EXERCISE

Pair = namedtuple("Pair", "a b")


def raising(*args: Any, **kwargs: Any) -> Any:
    raise RuntimeError("asked")


class LyingArray(np.ndarray):
    """Equal to everything, of any shape, and in charge of NumPy's own functions."""

    def __eq__(self, other: object) -> Any:
        return True

    __array_function__ = __array_ufunc__ = __array__ = __sub__ = raising
    shape = dtype = T = property(raising)


class LyingFloat(float):
    __eq__ = lambda self, other: True  # noqa: E731
    __hash__ = float.__hash__
    __float__ = __array__ = __repr__ = __sub__ = raising


class LyingNumber(np.float64):
    __eq__ = lambda self, other: True  # noqa: E731
    __hash__ = np.float64.__hash__
    __float__ = __array__ = __repr__ = __sub__ = raising


class LyingText(str):
    __eq__ = lambda self, other: True  # noqa: E731
    __ne__ = lambda self, other: False  # noqa: E731
    __hash__ = str.__hash__
    __str__ = __repr__ = raising


class LyingDict(dict):  # type: ignore[type-arg]
    __getitem__ = __contains__ = __iter__ = keys = items = __len__ = raising


class LyingTuple(tuple):
    __getitem__ = __iter__ = __len__ = raising


class LyingKind(type):
    __name__ = property(raising)  # type: ignore[assignment]


class Unknown(metaclass=LyingKind):
    __array__ = __eq__ = __repr__ = __getattr__ = raising  # type: ignore[assignment]
    __hash__ = object.__hash__


class EqualKind(type):
    """A type that claims to be every other one."""

    __eq__ = lambda cls, other: True  # noqa: E731
    __hash__ = lambda cls: hash(float)  # noqa: E731


class Claiming(metaclass=EqualKind):
    __eq__ = lambda self, other: True  # noqa: E731
    __hash__ = object.__hash__


# Made in the test alone: pytest, too, asks its parameters questions.
@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: np.full((2, 2), 3.0).view(LyingArray), np.full((2, 2), 3.0)),
        (lambda: np.ma.masked_array([1.0, 2.0], mask=True), np.array([1.0, 2.0])),
        (lambda: LyingFloat(2.5), 2.5),
        (lambda: LyingNumber(2.5), np.float64(2.5)),
        (lambda: np.float32(0.5), np.float32(0.5)),
        (lambda: LyingText("x"), "x"),
        (lambda: np.str_("x"), "x"),
        (lambda: True, True),
        (lambda: 10**20, 10**20),
        (lambda: LyingTuple((1, LyingText("x"))), (1, "x")),
        (lambda: Pair(1, 2), (1, 2)),
        (lambda: LyingDict({LyingText("a"): LyingFloat(1.0)}), {"a": 1.0}),
        (lambda: OrderedDict(a=[1]), {"a": [1]}),
    ],
)
def test_a_subclass_is_taken_as_its_base(make: Callable[[], Any], expected: Any) -> None:
    taken = plain(make())
    assert type(taken) is type(expected)
    if isinstance(expected, np.ndarray):
        assert taken.dtype == expected.dtype
        assert np.array_equal(taken, expected)
    else:
        assert repr(taken) == repr(expected)


def nested(depth: int) -> Any:
    value: Any = 1.0
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda: deque([1]), "deque"),
        (lambda: Decimal(1), "Decimal"),
        (lambda: Unknown(), "Unknown"),
        (lambda: Claiming(), "Claiming"),
        (lambda: np.array([LyingFloat(1.0)], dtype=object), "array of objects"),
        (lambda: 10**400, "int beyond every float"),
        (lambda: np.sum, "_ArrayFunctionDispatcher"),
        (lambda: 2j, "complex"),
    ],
)
def test_what_no_result_is_made_of_is_only_named(make: Callable[[], Any], kind: str) -> None:
    assert plain(make()) == Foreign(kind)
    assert plain({"a": (make(),)}) == {"a": (Foreign(kind),)}


def test_a_list_that_holds_itself_and_a_deep_one_come_to_an_end() -> None:
    endless: list[Any] = []
    endless.append(endless)
    for value in (endless, nested(100_000)):
        assert repr(plain(value)).endswith("<list>" + "]" * 20)


def test_an_array_is_copied_so_that_a_reused_buffer_keeps_its_first_answer() -> None:
    buffer = np.zeros(2)
    taken = plain(buffer)
    buffer[:] = 1.0
    assert not taken.any()


@pytest.mark.parametrize(
    "lie",
    [
        lambda v: np.zeros(v.shape).view(LyingArray),
        lambda v: np.array([LyingFloat(0)] * v.size, dtype=object).reshape(v.shape),
        lambda v: [[LyingFloat(0.0)] * v.shape[-1]] * len(v),
        lambda v: LyingText(v),
        lambda v: LyingDict(a=v),
        lambda v: Unknown(),
        lambda v: Claiming(),
        lambda v: [[Claiming()] * v.shape[-1]] * len(v),
        lambda v: LyingNumber(0.0),
    ],
)
def test_no_lie_passes_a_check(lie: Callable[[Any], Any]) -> None:
    def liar(dout: Any, cache: Any) -> Any:
        return tuple(lie(part) for part in EXERCISE.reference(dout, cache))

    score = check_function(EXERCISE, liar)
    assert score == 0.0
    assert score._repr_html_()


def test_what_nobody_else_holds_is_taken_without_a_copy() -> None:
    value = {"a": [np.ones(2), (1.0, 2)], "b": np.array([None])}
    taken = plain(value, copy=False)
    assert taken["a"][0] is value["a"][0]
    assert taken["b"] == Foreign("array of objects")
    assert plain(value)["a"][0] is not value["a"][0]


@pytest.mark.parametrize("whole", [2**998, -(2**998)])
def test_whole_numbers_are_taken_as_far_as_floats_go(whole: int) -> None:
    assert plain([whole, 1]) == [whole, 1]
    assert plain([4 * whole, 1]) == [Foreign("int beyond every float"), 1]
