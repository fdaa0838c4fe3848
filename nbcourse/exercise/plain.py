"""What a function returned, taken as the plain value it holds.

A subclass can say of itself what it likes: that it equals everything, that its shape is another.
Results are therefore rebuilt from arrays, numbers, strings, None, tuples, lists and dicts of
exactly these types, by the base types' own methods, before anything is asked of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

#: Results nest at most this deep; a list that holds itself nests for ever.
MAX_DEPTH = 20


@dataclass(frozen=True)
class Foreign:
    """Stands for a value of a type that no result is made of."""

    kind: str

    def __repr__(self) -> str:
        return f"<{self.kind}>"


# What is taken as it is. Whole numbers are not among them: they may be beyond every float. Types
# are known by their identity, because a metaclass can claim to equal any of them.
_SIMPLE = frozenset(map(id, [type(None), bool, float, str]))
_INT = frozenset([id(int)])
_LARGEST = 2**999


def plain(value: Any, depth: int = 0, copy: bool = True) -> Any:
    """The value, with every subclass taken as its base type, and all arrays copied.

    Without ``copy`` an array is taken as it is, and so is a container of plain values: for one
    that nobody else holds.

    >>> plain(np.ma.masked_array([1.0, 2.0], mask=[True, False]))
    array([1., 2.])
    >>> plain([np.str_("x"), range(3)])
    ['x', <range>]
    """
    kind = type(value)
    if id(kind) in _SIMPLE or (not copy and kind is np.ndarray and not value.dtype.hasobject):
        return value
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.array(value)
        if array.dtype.hasobject:
            return Foreign("array of objects")
        return array if isinstance(value, np.ndarray) else _scalar(array)
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, int):
        whole = int.__int__(value)
        return whole if whole.bit_length() < 1000 else Foreign("int beyond every float")
    if depth < MAX_DEPTH:
        if isinstance(value, tuple):
            return tuple(_entries(tuple.__iter__(value), depth + 1, copy))
        if isinstance(value, list):
            return _entries(list.__iter__(value), depth + 1, copy)
        if isinstance(value, dict):
            keys = list(dict.__iter__(value))
            if not _are_simple(keys):
                keys = list(map(_key, keys))
            return dict(zip(keys, _entries(dict.values(value), depth + 1, copy), strict=True))
    return Foreign(type.__dict__["__name__"].__get__(type(value)))


def _entries(entries: Iterable[Any], depth: int, copy: bool) -> list[Any]:
    """The entries of a container; thousands of plain ones are taken in one go."""
    found = list(entries)
    return found if _are_simple(found) else [plain(entry, depth, copy) for entry in found]


def _are_simple(values: list[Any]) -> bool:
    """Whether all of these are plain already."""
    kinds = set(map(id, map(type, values)))
    if kinds <= _SIMPLE:
        return True
    return kinds == _INT and min(values) > -_LARGEST and max(values) < _LARGEST


def _scalar(array: np.ndarray[Any, Any]) -> Any:
    """The entry of a 0-d array: a string, or a number that keeps its precision."""
    return array.item() if array.dtype.kind == "U" else array[()]


def _key(key: Any) -> Any:
    """A key of a dict; one that cannot be a key any more becomes its kind."""
    taken = plain(key)
    try:
        hash(taken)
    except TypeError:
        return Foreign("key")
    return taken
