"""The sheets that a course can grade, and each of them as it is graded."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from nbcourse.authoring.course import course_path
from nbcourse.errors import CourseError
from nbcourse.grading.notebooks import read_notebook
from nbcourse.grading.restore import SourceSheet
from nbcourse.specs import sheets

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


def sheet_digest(course: Path, config: "Config", name: str) -> str:
    """Return a hash of a built sheet."""
    return hashlib.sha256(_built(course, config, name).read_bytes()).hexdigest()


def load_sheet(course: Path, config: "Config", name: str) -> SourceSheet:
    """Return a sheet as its submissions are graded: hidden checks in it, solutions not.

    Raises
    ------
    CourseError
        If its points are not those of its exercises: then nbgrader would refuse the scores.
    """
    from nbgrader.preprocessors import ClearOutput, ClearSolutions

    path = _built(course, config, name)
    data = path.read_bytes()
    notebook = read_notebook(data.decode())
    for step in (ClearSolutions(config=config), ClearOutput(config=config)):
        notebook, _ = step.preprocess(notebook, {})
    points = {each.name: each.points for sheet in sheets() for each in sheet.exercises}
    for cell in notebook.cells:
        name = cell.id.removeprefix("check-")
        given = cell.metadata.get("nbgrader", {}).get("points")
        if name in points and given is not None and given != points[name]:
            raise CourseError(
                f"{name}: {given:g} points in the built sheet {path}, {points[name]:g} in its "
                "exercise. Run 'nbcourse release' again",
                exit_code=2,
            )
    return SourceSheet(notebook, hashlib.sha256(data).hexdigest())


def _built(course: Path, config: "Config", name: str) -> Path:
    return course_path(course, config, "source") / name / f"{name}.ipynb"


def _is_sheet(path: Path) -> bool:
    """Say whether a notebook bears its folder's name, as a sheet's does."""
    return path.stem == path.parent.name
