"""Put arguments, entries and errors into words for a learner."""

import re
import traceback
from collections.abc import Sequence
from itertools import islice
from typing import Any

import numpy as np

from nbcourse.exercise.comparison import show
from nbcourse.exercise.definition import Exercise

# Names that NumPy 2 no longer has, still found in most tutorials.
_NUMPY_2 = {
    "product": "np.prod",
    "cumproduct": "np.cumprod",
    "alltrue": "np.all",
    "sometrue": "np.any",
    "float": "float or np.float64",
    "float_": "np.float64",
    "int": "int or np.int64",
    "bool": "bool or np.bool_",
    "object": "object",
    "asscalar": "the array's item() method",
    "infty": "np.inf",
    "Inf": "np.inf",
    "NaN": "np.nan",
    "in1d": "np.isin",
    "row_stack": "np.vstack",
    "trapz": "np.trapezoid",
    "msort": "np.sort with axis=0",
}


def argument_names(exercise: Exercise) -> list[str]:
    """Names of the arguments a student's function gets, read off the reference."""
    code = exercise.reference.__code__
    return list(code.co_varnames[: code.co_argcount])


def describe(args: Sequence[Any], names: Sequence[str]) -> str:
    """The arguments of a call in words: small values as they are, larger arrays by their shape.

    >>> describe((np.ones((2, 3)), (np.array([1.0, 2.0]), 0.5)), ["dout", "cache"])
    'dout of shape (2, 3), cache = ([1, 2], 0.5)'
    """
    return ", ".join(
        f"{name} of {brief}" if brief.startswith("shape") else f"{name} = {brief}"
        for name, brief in (
            (name, _brief(value))
            for name, value in zip(names, args, strict=False)
            if not callable(value)
        )
    )


#: An array of at most so many numbers is shown in full.
_SMALL = 5


def _brief(value: Any) -> str:
    if isinstance(value, np.ndarray) and value.shape:
        if value.ndim == 1 and value.size <= _SMALL:
            return f"[{', '.join(f'{entry:.4g}' for entry in value)}]"
        return f"shape {value.shape}"
    if isinstance(value, (tuple, list)):
        inner = [_brief(entry) for entry in value[: 2 * _SMALL]]
        inner += ["..."] * (len(value) > 2 * _SMALL)
        if isinstance(value, list):
            return f"[{', '.join(inner)}]"
        return f"({inner[0]},)" if len(inner) == 1 else f"({', '.join(inner)})"
    if isinstance(value, np.random.Generator):
        return "a generator"
    if isinstance(value, dict):
        first = islice(value.items(), 2 * _SMALL)
        entries = [f"{show(key)}: {_brief(entry)}" for key, entry in first]
        return "{" + ", ".join(entries + ["..."] * (len(value) > 2 * _SMALL)) + "}"
    return show(value)


def entry(value: Any, index: tuple[int, ...], keys: Sequence[Any] = ()) -> str:
    """One entry of an array, as it is shown; ``keys`` lead to the array through containers."""
    for key in keys:
        value = value[key]
    array = np.asarray(value)
    return show(array[index]) if len(index) == array.ndim else ""


def explain_error(error: BaseException) -> str:
    """An exception in words: its type, its message, the student's line, and a way out if known.

    >>> explain_error(AttributeError("module 'numpy' has no attribute 'product'"))
    "it stopped with AttributeError: module 'numpy' has no attribute 'product'. In NumPy 2 this is np.prod"
    """  # noqa: E501
    if isinstance(error, TimeoutError):
        return message_of(error)
    text = message_of(error)
    if isinstance(error, KeyError):
        text = f"there is no key {text}"
    words = f"it stopped with {type(error).__name__}" + (f": {text}" if text else "")
    if line := _line_of(error):
        words += f", in the line: {line}"
    gone = re.search(r"module 'numpy' has no attribute '(\w+)'", text)
    if gone and gone[1] in _NUMPY_2:
        words += f". In NumPy 2 this is {_NUMPY_2[gone[1]]}"
    return words


def message_of(error: BaseException) -> str:
    """An exception's message; a student's own exception may fail to tell it."""
    try:
        return str(error).strip()
    except Exception:
        return ""


def _line_of(error: BaseException) -> str:
    """The student's line in which an exception arose; an error from elsewhere may carry its own."""
    if "student_line" in vars(error):
        return str(vars(error)["student_line"])
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames[1:] if "site-packages" not in f.filename]
    return (own[-1].line or "") if own else ""
