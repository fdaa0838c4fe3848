"""What can pass between grader and worker, and how much of it."""

from collections.abc import Collection
from itertools import chain
from typing import Any

import numpy as np

MAX_DEPTH = 32
MAX_NODES = 1_000_000
MAX_DIMENSION = 2**31
INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
FLOATS = ["float16", "float32", "float64", "complex64", "complex128"]
#: Name -> dtype, in this machine's byte order; and the other way round, quicker than dtype.name.
DTYPES = {name: np.dtype(name) for name in ["bool", *INTEGERS, *FLOATS]}
NAMES = {dtype: name for name, dtype in DTYPES.items()}
MAX_NAME = 100
#: Copying an array of fewer bytes costs next to nothing.
LARGE = 2**16

#: The types that JSON writes as they are; subclasses are none of them.
PLAIN = frozenset([type(None), bool, int, float, str])


class WireError(ValueError):
    """A value that may not pass, or a message that is not one."""


class Budget:
    """Counts the parts of a value and refuses one that is too large or too deep.

    Examples
    --------
    >>> Budget().spend(MAX_NODES + 1, 0)
    Traceback (most recent call last):
    nbcourse.grading.wire.values.WireError: the value is nested more than 32 deep ...
    """

    def __init__(self) -> None:
        self._parts = 0

    def spend(self, parts: int, depth: int) -> None:
        """Count so many parts that stand so deep.

        Raises
        ------
        WireError
            If that is too many in all, or too deep.
        """
        self._parts += parts
        if self._parts > MAX_NODES or (depth > MAX_DEPTH and parts):
            raise WireError(
                f"the value is nested more than {MAX_DEPTH} deep or has more than {MAX_NODES} "
                "parts; arrays, numbers and short lists of them can be passed"
            )


class Foreign:
    """Stands where a student's function returned something that does not cross.

    Every one gets a class of its own, named as the object's was, so that whoever says "expected
    an array, got a set" says the same here as in the student's notebook.
    """

    def __repr__(self) -> str:
        return f"<a {type(self).__name__}>"


def foreign(name: str) -> Foreign:
    """Return a stand-in whose type has the given name.

    Examples
    --------
    >>> type(foreign("set")).__name__
    'set'
    """
    # The module is not ours: the checks refuse what comes from the library.
    stand_in: Foreign = type(name, (Foreign,), {"__module__": "builtins"})()
    return stand_in


def are_keys(keys: Collection[Any]) -> bool:
    """Say whether all of these may be keys of a dict: plain, or tuples of plain values.

    Examples
    --------
    >>> are_keys(["w1", ("a", 2)]), are_keys([[1]])
    (True, False)
    """
    kinds = set(map(type, keys))
    if kinds == {tuple}:  # an edge of a graph, say: their parts are looked at all together
        return are_keys(list(chain.from_iterable(keys)))
    return kinds <= PLAIN or all(map(_is_key, keys))


def _is_key(key: Any) -> bool:
    if isinstance(key, tuple):
        return are_keys(key)
    return key is None or isinstance(key, bool | int | float | str)
