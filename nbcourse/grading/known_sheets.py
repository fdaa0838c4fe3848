"""Whether the gradebook has the sheets as they are graded now, or must be told of them again."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbcourse.grading.database import open_database
from nbcourse.grading.database_errors import database_errors
from nbcourse.grading.gradebook import gradebook_url, has_gradebook

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from traitlets.config import Config


def unknown_sheets(course: Path, config: "Config", sheets: Mapping[str, Any]) -> list[str]:
    """Return the names of the sheets that the gradebook does not have as they are now.

    Parameters
    ----------
    course
        The course folder.
    config
        Its settings.
    sheets
        The sheets as they are graded, nbformat notebooks, by name.

    Raises
    ------
    CourseError
        If the gradebook cannot be used.
    """
    if not has_gradebook(course, config):
        return sorted(sheets)
    url = gradebook_url(course, config)
    engine = open_database(url)
    try:
        with database_errors(url), engine.connect() as connection:
            return sorted(
                name
                for name, sheet in sheets.items()
                if _recorded(connection, name) != _cells(sheet)
            )
    finally:
        engine.dispose()


def _cells(sheet: Any) -> dict[tuple[str, str], str | float]:
    """What tells a sheet's graded cells from those of another state of it."""
    from nbgrader import utils

    found: dict[tuple[str, str], str | float] = {}
    for cell in sheet.cells:
        known = cell.metadata.get("nbgrader", {})
        if known.get("grade") or known.get("solution") or known.get("locked"):
            found["source", known["grade_id"]] = utils.compute_checksum(cell)
        if known.get("grade"):
            found["points", known["grade_id"]] = float(known["points"])
    return found


def _recorded(connection: "Connection", name: str) -> dict[tuple[str, str], str | float]:
    """The same of what the gradebook has."""
    from nbgrader.api import Assignment, BaseCell, GradeCell, Notebook, SourceCell
    from sqlalchemy import select

    own = (
        select(Notebook.id)
        .join(Assignment, Notebook.assignment_id == Assignment.id)
        .where(Assignment.name == name, Notebook.name == name)
    )
    sources, cells, grades = SourceCell.__table__, BaseCell.__table__, GradeCell.__table__
    checksums = select(sources.c.name, sources.c.checksum).where(sources.c.notebook_id.in_(own))
    points = select(cells.c.name, grades.c.max_score).join(grades, grades.c.id == cells.c.id)
    points = points.where(cells.c.notebook_id.in_(own))
    found: dict[tuple[str, str], str | float] = {}
    for kind, query in (("source", checksums), ("points", points)):
        found |= {(kind, cell): value for cell, value in connection.execute(query)}
    return found
