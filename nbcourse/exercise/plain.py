"""What a function returned, taken as the plain value it holds.

A subclass can say of itself what it likes: that it equals everything, that its shape is another.
Results are therefore rebuilt from arrays, numbers, strings, None, tuples, lists and dicts of
exactly these types, by the base types' own methods, before anything is asked of them.
"""

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


def plain(value: Any, depth: int = 0) -> Any:
    """The value, with every subclass taken as its base type, and all arrays copied.

    >>> plain(np.ma.masked_array([1.0, 2.0], mask=[True, False]))
    array([1., 2.])
    >>> plain([np.str_("x"), range(3)])
    ['x', <range>]
    """
    if value is None or isinstance(value, bool):
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
            return tuple(plain(entry, depth + 1) for entry in tuple.__iter__(value))
        if isinstance(value, list):
            return [plain(entry, depth + 1) for entry in list.__iter__(value)]
        if isinstance(value, dict):
            return {_key(key): plain(entry, depth + 1) for key, entry in dict.items(value)}
    return Foreign(type.__dict__["__name__"].__get__(type(value)))


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
