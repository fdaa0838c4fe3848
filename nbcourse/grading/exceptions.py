"""Exceptions that cross: written down as plain values, made again at the other side."""

import builtins
import linecache
import traceback
from typing import Any

MAX_TEXT = 4000
MAX_NAME = 100
MAX_BASES = 20


class CallUnansweredError(TimeoutError):
    """A call of a student's function that did not return: in its time, or at all."""


def describe_error(error: BaseException) -> dict[str, Any]:
    """Return an exception as plain values: its types' names, arguments, the student's line.

    Examples
    --------
    >>> described = describe_error(KeyError("w1"))
    >>> described["types"][:2], described["args"]
    (['KeyError', 'LookupError'], ['w1'])
    """
    try:
        args = [arg if isinstance(arg, int) else str(arg)[:MAX_TEXT] for arg in error.args[:5]]
        if _words_itself(type(error)):
            args = [str(error)[:MAX_TEXT]]
    except Exception:  # a student's own class may have a __str__ that fails
        args = ["(its message could not be read)"]
    # Only the last line of the student's own is looked up: a recursion has a thousand.
    own = [
        (frame.f_code.co_filename, number)
        for frame, number in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename.startswith("<ipython-input-")
    ]
    return {
        "types": [kind.__name__[:MAX_NAME] for kind in type(error).__mro__[:MAX_BASES]],
        "args": args,
        "line": linecache.getline(*own[-1]).strip()[:MAX_TEXT] if own else "",
    }


def _words_itself(kind: type) -> bool:
    """Whether a class that is not Python's own makes its message, as NumPy's casting errors do."""
    maker = next(each for each in kind.__mro__ if "__str__" in vars(each))
    return maker.__module__ != "builtins"


def make_error(described: Any) -> Exception:
    """Return an exception of the same builtin type, or of a new type with the same name.

    A student's process wrote ``described``: it is checked like everything that comes from there.
    The student's line that raised it is kept as ``student_line``, which the checks show.

    Examples
    --------
    >>> make_error(describe_error(ZeroDivisionError("division by zero")))
    ZeroDivisionError('division by zero')
    >>> make_error("nonsense")
    RuntimeError('an exception that could not be read')
    """
    match described:
        case {"types": [str(name), *bases], "args": list(args), "line": str(line)} if name:
            pass
        case _:
            return RuntimeError("an exception that could not be read")
    base = next(filter(None, map(_ordinary, [name, *bases])), Exception)
    kind = base if base.__name__ == name else type(name[:100].replace("\0", "?"), (base,), {})
    args = [arg if isinstance(arg, int) else str(arg) for arg in args]
    try:
        error: Exception = kind(*args)
    except TypeError:  # UnicodeDecodeError, for one, insists on five arguments of its own
        error = RuntimeError(f"{name[:100]}: {', '.join(map(str, args))}")
    setattr(error, "student_line", line)  # noqa: B010 - no exception's type declares it
    return error


def _ordinary(name: Any) -> type[Exception] | None:
    """Return the builtin exception of this name, if raising it ends a call and not the program."""
    kind = getattr(builtins, str(name), None)
    return kind if isinstance(kind, type) and issubclass(kind, Exception) else None
