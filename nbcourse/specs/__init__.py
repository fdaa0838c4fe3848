"""The exercises of the course: one module or package for each sheet, found by being here.

Each defines ``SHEET``; nothing else has to be told of it.
"""

from difflib import get_close_matches
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import CodeType
from typing import Any

from nbcourse.errors import CourseError
from nbcourse.exercise import Exercise, Project, Score, Sheet, check_function

_PACKAGE = Path(__file__).resolve().parents[1]


@lru_cache(maxsize=1)
def sheets() -> tuple[Sheet, ...]:
    """All sheets, in alphabetical order of their names.

    >>> [sheet.name for sheet in sheets()][0]
    'activations'
    """
    modules = [import_module(f"{__name__}.{info.name}") for info in iter_modules(__path__)]
    return tuple(sorted((module.SHEET for module in modules), key=lambda sheet: sheet.name))


def find_sheet(name: str) -> Sheet:
    """The sheet of this name.

    Raises
    ------
    CourseError
        There is none; the message lists those that there are.

    Examples
    --------
    >>> find_sheet("graphs").title
    'Computational graphs'
    """
    for sheet in sheets():
        if sheet.name == name:
            return sheet
    known = ", ".join(sheet.name for sheet in sheets())
    raise CourseError(f"there is no sheet {name!r}; the sheets are: {known}")


def find_exercise(name: str) -> Exercise:
    """The exercise of this name, which its function has as well.

    Raises
    ------
    CourseError
        There is none; the message names the nearest ones.

    Examples
    --------
    >>> find_exercise("add_backward").parts
    ('dx', 'dy')
    """
    found = _find(name)
    if isinstance(found, Project):
        raise CourseError(f"{name} is a project of several functions: {', '.join(found.functions)}")
    return found


def _find(name: str) -> Exercise | Project:
    exercises = {exercise.name: exercise for sheet in sheets() for exercise in sheet.exercises}
    if name in exercises:
        return exercises[name]
    near = get_close_matches(name, exercises) or sorted(exercises)
    raise CourseError(f"there is no exercise {name!r}; did you mean {' or '.join(near)}?")


def check(name: str, function: Any, seed: str | None = None) -> Score:
    """Check a function that you wrote for an exercise.

    In a notebook the result shows as a table: for every part of the result whether it is right,
    for a wrong one its worst entry, and one hint. ``print`` shows the same as text.

    Parameters
    ----------
    name : name of the exercise, such as "add_backward"
    function : your function; for a project the tuple of its functions, as in
        ``check("capstone", (train, predict))``
    seed : which inputs to draw; graders have their own

    Returns
    -------
    Score
        A number of points with ``max_score``, ``passed`` and ``hint``.

    Raises
    ------
    CourseError
        There is no exercise of this name.

    Examples
    --------
    >>> print(check("add_backward", lambda dout, cache: (dout, -dout)))
    add_backward: dy is not the derivative  [... points]
      called with dout ...
      dx: right
      dy: ...
      Hint: ...
    """
    exercise = _find(name)
    functions = function if isinstance(function, tuple) else (function,)
    for wanted, each in zip(exercise.functions, functions, strict=False):
        if _comes_from_the_library(each):
            raise CourseError(
                f"this function comes from nbcourse: write {wanted} yourself, then check yours"
            )
    if isinstance(exercise, Exercise):
        return check_function(exercise, function, seed)
    if len(functions) != len(exercise.functions):
        names = ", ".join(exercise.functions)
        raise CourseError(f'{name} checks several functions: check("{name}", ({names}))')
    return exercise.judge(functions, seed)


def _comes_from_the_library(function: Any) -> bool:
    """Whether a function, under decorators and partials, is defined in this package."""
    for _ in range(100):  # an object may answer every question with itself
        inner = getattr(function, "__wrapped__", None) or getattr(function, "func", None)
        if inner is None:
            break
        function = inner
    code = getattr(function, "__code__", None)
    if isinstance(code, CodeType):
        return Path(code.co_filename).is_relative_to(_PACKAGE)
    return str(getattr(function, "__module__", "")).split(".")[0] == _PACKAGE.name
