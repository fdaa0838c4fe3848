"""What can pass between grader and worker, and how much of it."""

from typing import Any

MAX_DEPTH = 32
MAX_NODES = 1_000_000
MAX_DIMENSION = 2**31
INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
FLOATS = ["float16", "float32", "float64", "complex64", "complex128"]
DTYPES = frozenset(["bool", *INTEGERS, *FLOATS])
MAX_NAME = 100


class WireError(ValueError):
    """A value that may not pass, or a message that is not one."""


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


def is_key(key: Any) -> bool:
    """Say whether ``key`` may be a dict's key: plain, or a tuple of plain values."""
    if isinstance(key, tuple):
        return all(map(is_key, key))
    return key is None or isinstance(key, bool | int | float | str)
