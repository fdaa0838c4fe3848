"""Compare what a function returned with what it should have returned.

Values are arrays, numbers, strings, None, and tuples, lists and dicts of these. Shapes are compared
before entries, so that nothing is broadcast into agreement.
"""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

import numpy as np

from nbcourse.exercise.plain import Foreign

RTOL = 1e-7
ATOL = 1e-9

#: What can be wrong with a value, in the order in which it is worth telling.
KINDS = ("type", "shape", "dtype", "finite", "value")


_FLOAT = np.dtype(np.float64)
_SHORT = (np.dtype(np.float16).char, np.dtype(np.float32).char)
# Types that Python computes with as NumPy does: whole numbers and those of double precision. Of
# shorter and of complex ones this holds as long as they stand on one side alone.
_FULL = np.typecodes["AllInteger"] + _FLOAT.char
_PYTHONS = _FULL + "efFD"
_INFINITE = float("inf")
_FLOATS = (float, np.float64)
_NUMBERS = (int, *_FLOATS)
# Up to this size a loop in Python is done before NumPy has begun.
_FEW = 50
# What is wrong in a large array is nearly always wrong in its first entries.
_GLANCE = 1000


@dataclass(frozen=True)
class Difference:
    """The first thing in which a value is not as expected."""

    kind: str
    message: str
    where: str = ""
    got: str = ""
    expected: str = ""
    index: tuple[int, ...] = ()
    keys: tuple[Any, ...] = ()


def difference(
    got: Any, expected: Any, rtol: float = RTOL, atol: float = ATOL
) -> Difference | None:
    """What is wrong with ``got``, or None.

    A tuple may come back as a list, a number as a 0-d array; integers will do where the values
    are whole.

    >>> difference(np.ones(3), np.ones((3, 1))).message
    'has shape (3,), expected (3, 1)'
    >>> difference([1, 2.0], (1.0, 2.0)) is None
    True
    """
    if isinstance(expected, dict):
        return _dict_difference(got, expected, rtol, atol)
    if isinstance(expected, (list, tuple)):
        return _sequence_difference(got, expected, rtol, atol)
    if expected is None or isinstance(expected, str):
        if got is not None and not isinstance(got, str):
            return Difference("type", f"is {kind_of(got)}, expected {kind_of(expected)}")
        if got == expected:
            return None
        return Difference("value", "differs", "", show(got), show(expected))
    return _array_difference(got, np.asarray(expected), rtol, atol)


def differs(got: Any, expected: Any, rtol: float = RTOL, atol: float = ATOL) -> bool:
    """Whether there is a ``difference``, where it does not matter which."""
    if type(got) is type(expected) is np.ndarray and got.dtype == expected.dtype == _FLOAT:
        return not _all_close(got, expected, rtol, atol)
    return difference(got, expected, rtol, atol) is not None


def only_values_can_differ(got: Any, expected: Any) -> bool:
    """Whether a ``difference`` could be one of value alone: all else is known to be as expected.

    >>> only_values_can_differ(np.ones(3), np.zeros(3)), only_values_can_differ(1, np.zeros(3))
    (True, False)
    """
    if isinstance(expected, dict):
        return (
            isinstance(got, dict)
            and got.keys() == expected.keys()
            and all(only_values_can_differ(got[key], expected[key]) for key in expected)
        )
    if isinstance(expected, (list, tuple)):
        return (
            isinstance(got, (list, tuple))
            and len(got) == len(expected)
            and all(map(only_values_can_differ, got, expected))
        )
    if type(got) in _FLOATS and type(expected) in _FLOATS:
        return isfinite(got)
    return (
        type(got) is type(expected) is np.ndarray
        and got.dtype == expected.dtype == _FLOAT
        and got.shape == expected.shape
        and bool(np.isfinite(got).all())
    )


def _dict_difference(
    got: Any, expected: dict[Any, Any], rtol: float, atol: float
) -> Difference | None:
    if not isinstance(got, dict):
        return Difference("type", f"is {kind_of(got)}, expected a dict")
    if got.keys() != expected.keys():
        lacking = expected.keys() - got.keys()
        keys = lacking or got.keys() - expected.keys()
        what = "lacks the keys" if lacking else "has keys that do not belong there:"
        names = ", ".join(sorted(map(repr, keys))[:5])
        return Difference("shape", f"{what} {names}")
    return _first(expected, (got[key] for key in expected), expected.values(), rtol, atol)


def _sequence_difference(got: Any, expected: Any, rtol: float, atol: float) -> Difference | None:
    if not isinstance(got, (list, tuple)):
        return Difference("type", f"is {kind_of(got)}, expected a {type(expected).__name__}")
    if len(got) != len(expected):
        return Difference("shape", f"has {len(got)} entries, expected {len(expected)}")
    return _first(range(len(expected)), got, expected, rtol, atol)


def _first(
    keys: Iterable[Any], got: Iterable[Any], expected: Iterable[Any], rtol: float, atol: float
) -> Difference | None:
    """Of the entries of a container, report the one whose trouble comes first in ``KINDS``."""
    first, name = None, None
    for key, a, b in zip(keys, got, expected, strict=True):
        # Thousands of numbers are told right here; what is not right is looked at closely.
        if type(a) is float and type(b) is float and abs(a - b) <= atol + rtol * abs(b) < _INFINITE:
            continue
        inner = difference(a, b, rtol, atol)
        if inner and (first is None or KINDS.index(inner.kind) < KINDS.index(first.kind)):
            first, name = inner, key
            if inner.kind == KINDS[0]:
                break
    return first and replace(first, where=f"[{name!r}]{first.where}", keys=(name, *first.keys))


def _array_difference(
    got: Any, expected: np.ndarray[Any, Any], rtol: float, atol: float
) -> Difference | None:
    if _all_close(got, expected, rtol, atol):
        return None
    try:
        array = np.asarray(got)
    except ValueError:
        return Difference("type", "is a ragged list, expected an array")
    if array.dtype.kind not in "iufb" or (array.dtype.kind == "b" and expected.dtype.kind != "b"):
        wanted = f"an array of {expected.dtype}" if expected.shape else kind_of(expected)
        what = f"an array of {array.dtype}" if isinstance(got, np.ndarray) else kind_of(got)
        return Difference("type", f"is {what}, expected {wanted}")
    if array.shape != expected.shape:
        return Difference("shape", f"has shape {array.shape}, expected {expected.shape}")
    if not np.isfinite(array).all():
        return _at("finite", "is not finite", array, expected, np.isfinite(array).argmin())
    # Whole numbers survive float32; anything else has lost half of its digits.
    if array.dtype.char in _SHORT and (
        same(array, expected, rtol=1e-3, atol=1e-3) and not np.array_equal(array, expected)
    ):
        return Difference("dtype", f"is {array.dtype}, expected float64")
    # Bools cannot be subtracted, and unsigned integers would wrap round.
    gap = np.abs(np.subtract(array, expected, dtype=np.float64))
    excess = gap - (atol + rtol * np.abs(expected))
    if array.size == 0 or excess.max() <= 0:
        return None
    return _at("value", "differs", array, expected, excess.argmax())


def _all_close(a: Any, b: Any, rtol: float, atol: float) -> bool:
    """Whether both are float64 arrays of one shape, finite, and close in every entry.

    This is the quick answer to the usual case; False says nothing.
    """
    if not (type(a) is type(b) is np.ndarray and a.dtype == b.dtype == _FLOAT):
        return False
    if a.shape != b.shape:
        return False
    if a.size <= _FEW:
        return all(
            abs(x - y) <= atol + rtol * abs(y) < _INFINITE
            for x, y in zip(a.ravel().tolist(), b.ravel().tolist(), strict=True)
        )
    if a.size > _GLANCE and not _all_close(
        a.reshape(-1)[:_GLANCE], b.reshape(-1)[:_GLANCE], rtol, atol
    ):
        return False
    if (a == b).all():
        return bool(np.isfinite(b).all())
    limit = np.abs(b)
    limit *= rtol
    limit += atol
    with np.errstate(invalid="ignore"):  # inf - inf
        gap = np.subtract(a, b, out=np.empty_like(limit))
    np.abs(gap, out=gap)
    # NaN is close to nothing here, and an infinite limit is refused.
    return bool((gap <= limit).all()) and bool(np.isfinite(limit).all())


def _at(kind: str, message: str, got: Any, expected: Any, position: Any) -> Difference:
    index = tuple(int(i) for i in np.unravel_index(position, got.shape))
    where = f"[{', '.join(map(str, index))}]" if index else ""
    return Difference(kind, message, where, show(got[index]), show(expected[index]), index)


def same(a: Any, b: Any, rtol: float = 1e-6, atol: float = 1e-9) -> bool:
    """Whether two values agree in structure, shape and entries; NaN equals NaN.

    Looser than the grading comparison: it recognizes a known mistake in another person's algebra.

    >>> same(np.array([np.nan, 1.0]), np.array([np.nan, 1.0]))
    True
    """
    if type(a) in _NUMBERS and type(b) in _NUMBERS and isfinite(a) and isfinite(b):
        return bool(abs(a - b) <= atol + rtol * abs(b))
    if type(a) is np.ndarray and type(b) is np.ndarray:
        if a.shape != b.shape:
            return False
        if a.size and a.dtype.char in _PYTHONS and b.dtype.char in _FULL:
            # Most of what is compared differs in its first entry already.
            x, y = a.item(0).real, b.item(0)
            if abs(x - y) > atol + rtol * abs(y):
                return False
            if a.size <= _FEW and a.dtype.kind != "c":
                return all(
                    x == y or abs(x - y) <= atol + rtol * abs(y) < _INFINITE or (x != x and y != y)
                    for x, y in zip(a.ravel().tolist(), b.ravel().tolist(), strict=True)
                )
            if _all_close(a, b, rtol, atol):
                return True
            # NaN and infinity may still equal their like; finite numbers have been told apart.
            if a.dtype == b.dtype == _FLOAT and np.isfinite(a).all() and np.isfinite(b).all():
                return False
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key], rtol, atol) for key in a)
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(same(x, y, rtol, atol) for x, y in zip(a, b, strict=True))
    if a is None or b is None or isinstance(a, str) or isinstance(b, str):
        return type(a) is type(b) and bool(a == b)
    try:
        x, y = np.asarray(a), np.asarray(b)
        return x.shape == y.shape and np.allclose(x, y, rtol, atol, equal_nan=True)
    except (TypeError, ValueError):
        return False


def copied(value: Any) -> Any:
    """An independent copy of an argument; functions are passed on as they are."""
    kind = type(value)
    # Graphs of a thousand nodes are copied for every mistake: deepcopy takes five times as long.
    if kind is np.ndarray:
        return value.copy()
    if kind is dict:
        return {key: copied(part) for key, part in value.items()}
    if kind is list or kind is tuple:
        return kind(map(copied, value))
    if value is None or kind in (bool, int, float, str) or callable(value):
        return value
    return deepcopy(value)  # a generator of random numbers, for one, which starts where this stands


def unchanged(before: Any, after: Any) -> bool:
    """Whether an argument still has the value it had, up to the rounding of x + h - h.

    >>> unchanged(np.zeros(2), np.zeros(2)), unchanged({"a": 1}, {"a": 1, "b": 2})
    (True, False)
    """
    if callable(before) or isinstance(before, np.random.Generator):  # it is there to be drawn from
        return True
    if isinstance(before, dict):
        return isinstance(after, dict) and (
            before.keys() == after.keys()
            and all(unchanged(before[key], after[key]) for key in before)
        )
    if isinstance(before, (list, tuple)):
        return isinstance(after, type(before)) and (
            len(before) == len(after)
            and all(unchanged(x, y) for x, y in zip(before, after, strict=True))
        )
    if isinstance(before, np.ndarray):
        if not isinstance(after, np.ndarray) or before.dtype != after.dtype:
            return False
        if (
            before.size <= _GLANCE
            and before.shape == after.shape
            and not before.dtype.hasobject
            and before.tobytes() == after.tobytes()
        ):
            return True  # nearly all of them
        return same(before, after, rtol=1e-14, atol=1e-15)
    return bool(before == after)


def kind_of(value: Any) -> str:
    """A value's type in words a learner knows.

    >>> kind_of(None), kind_of(np.ones(2)), kind_of(1.0)
    ('None', 'an array', 'a number')
    """
    if value is None:
        return "None"
    if isinstance(value, np.ndarray) and value.shape:
        return "an array"
    if isinstance(value, (bool, np.bool_)):
        return "a bool"
    if isinstance(value, (int, float, np.number, np.ndarray)):
        return "a complex number" if np.iscomplexobj(value) else "a number"
    name = value.kind if isinstance(value, Foreign) else type(value).__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def show(value: Any) -> str:
    """A value as a learner reads it: numbers with seven digits, anything else shortened.

    >>> show(np.float64(1 / 3)), show(None), show(2.0)
    ('0.3333333', 'None', '2')
    """
    if isinstance(value, (int, float, np.number)) and not isinstance(value, bool):
        return f"{value:.7g}"
    if isinstance(value, np.ndarray):
        return show(value[()]) if not value.shape else f"an array of shape {value.shape}"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
