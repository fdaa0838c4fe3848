"""A new sheet: its two files, with one small exercise in them that works from the first moment.

Its author then changes one thing at a time and releases again, so there is never a moment at
which it is not known what broke.
"""

import builtins
import json
import keyword
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import nbcourse.specs
from nbcourse.authoring.selection import SOLUTIONS
from nbcourse.errors import CourseError
from nbcourse.exercise import Sheet

_TEMPLATES = Path(__file__).parent / "templates"
_SHEET_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_FUNCTION_NAME = re.compile(r"[a-z][a-z0-9_]*")
# What the two files use themselves.
_USED = {"check", "np", "sheet"}


@dataclass(frozen=True)
class NewSheet:
    """The two files of a sheet that was made, and the name of its one exercise."""

    solution: Path
    spec: Path
    function: str


def new_sheet(
    course: Path,
    specs: Path,
    sheets: Sequence[Sheet],
    name: str,
    title: str | None = None,
    function: str | None = None,
) -> NewSheet:
    """Write ``solutions/<name>.md`` and ``nbcourse/specs/<name>.py``.

    Parameters
    ----------
    course
        The course folder, a copy of the repository.
    specs
        The folder of ``nbcourse.specs``, as it is imported.
    sheets
        Every sheet there is.
    name
        The new sheet's name, such as ``"layer-norm"``.
    title
        Its title; made from the name unless given.
    function
        The name of its exercise; ``<name>_backward`` unless given.

    Raises
    ------
    CourseError
        If a name is unfit or taken, or the course folder is not where the library is from.
        Nothing is written then.
    """
    if not _SHEET_NAME.fullmatch(name) or keyword.iskeyword(name):
        raise CourseError(
            f"{name!r} cannot be the name of a sheet: use lower-case letters, digits and single "
            "hyphens, beginning with a letter, such as 'layer-norm'"
        )
    module = name.replace("-", "_")
    title = name.replace("-", " ").capitalize() if title is None else title.strip()
    if not title or not title.isprintable():
        raise CourseError(f"{title!r} cannot be a title: write it on one line, with letters in it")
    function = f"{module}_backward" if function is None else function
    _refuse_function(function, sheets)
    made = NewSheet(course / SOLUTIONS / f"{name}.md", specs / f"{module}.py", function)
    _refuse_place(course, specs)
    for path in (made.solution, made.spec, specs / module):
        if path.exists():
            raise CourseError(f"{path.relative_to(course)} is already there: choose another name")
    # A module of this name would stand where the package has a function of its own.
    if hasattr(nbcourse.specs, module):
        raise CourseError(f"{name!r} means something else in nbcourse.specs: choose another name")
    words = {
        "@sheet@": name,
        "@title@": title,
        "@quoted_title@": json.dumps(title, ensure_ascii=False),
        "@function@": function,
        "@constant@": function.upper(),
    }
    for template, path in (("sheet.md", made.solution), ("spec.txt", made.spec)):
        text = (_TEMPLATES / template).read_text(encoding="utf-8")
        filled = re.sub("|".join(words), lambda match: words[match.group()], text)
        path.write_text(filled, encoding="utf-8")
    return made


def _refuse_function(name: str, sheets: Sequence[Sheet]) -> None:
    taken = {
        function: sheet.name
        for sheet in sheets
        for each in sheet.exercises
        for function in (each.name, *each.functions)
    }
    if not _FUNCTION_NAME.fullmatch(name) or keyword.iskeyword(name):
        raise CourseError(
            f"{name!r} cannot be the name of an exercise: use lower-case letters, digits and "
            "underscores, beginning with a letter, such as 'linear_backward'"
        )
    if name in _USED or hasattr(builtins, name):
        raise CourseError(f"{name!r} means something else there: give another name with --function")
    if name in taken:
        raise CourseError(
            f"{name!r} is an exercise of the sheet {taken[name]!r}, and names are used once: "
            "give another with --function"
        )


def _refuse_place(course: Path, specs: Path) -> None:
    """A sheet's checks are a module of the library: both have to lie in one folder."""
    if not (course / SOLUTIONS).is_dir():
        raise CourseError(
            f"{course} has no {SOLUTIONS}/: new sheets are made in the course folder that has it"
        )
    if specs.resolve() != (course / "nbcourse" / "specs").resolve():
        raise CourseError(
            f"the library in use is {specs.parent}, and not the one in {course}. A sheet's checks "
            "are a part of it: work in a copy of the repository, with the nbcourse that 'make' "
            "puts into its .venv"
        )
