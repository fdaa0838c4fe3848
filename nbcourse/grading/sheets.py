"""The sheets that a course can grade, and each of them as it is graded."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from nbcourse.authoring.course import course_path
from nbcourse.errors import CourseError
from nbcourse.grading.notebooks import read_notebook
from nbcourse.grading.restore import SourceSheet

if TYPE_CHECKING:
    from traitlets.config import Config


def known_sheets(course: Path, config: "Config") -> list[str]:
    """Return the names of the sheets that are built in the course's source folder.

    Raises
    ------
    CourseError
        If there are none.
    """
    source = course_path(course, config, "source")
    names = sorted(path.parent.name for path in source.glob("*/*.ipynb") if _is_sheet(path))
    if not names:
        raise CourseError(
            f"{source.resolve()} has no sheets to grade by. Run 'nbcourse release' in the folder "
            "that holds solutions/",
            exit_code=2,
        )
    return names


def choose_sheets(course: Path, config: "Config", name: str | None) -> list[str]:
    """Return the sheet of this name, or every sheet when none is given.

    Raises
    ------
    CourseError
        If there is no such sheet; the message lists those that there are.
    """
    names = known_sheets(course, config)
    if name is None:
        return names
    if name not in names:
        raise CourseError(
            f"there is no sheet {name!r}; the sheets are: {', '.join(names)}", exit_code=2
        )
    return [name]


def load_sheet(course: Path, config: "Config", name: str) -> SourceSheet:
    """Return a sheet as its submissions are graded: hidden checks in it, solutions not."""
    from nbgrader.preprocessors import ClearOutput, ClearSolutions

    path = course_path(course, config, "source") / name / f"{name}.ipynb"
    data = path.read_bytes()
    notebook = read_notebook(data.decode())
    for step in (ClearSolutions(config=config), ClearOutput(config=config)):
        notebook, _ = step.preprocess(notebook, {})
    return SourceSheet(notebook, hashlib.sha256(data).hexdigest())


def _is_sheet(path: Path) -> bool:
    """Say whether a notebook bears its folder's name, as a sheet's does."""
    return path.stem == path.parent.name
