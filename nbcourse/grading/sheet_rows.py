"""What the gradebook knows of the sheets: the ids that a submission's rows refer to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass
class SheetRows:
    """What the gradebook knows of a sheet (nbgrader's assignment), by the ids of its rows.

    Parameters
    ----------
    id, duedate
        The assignment's.
    notebooks
        The ids of its notebooks, by name; the sheet's own has the sheet's name.
    grade_cells, comment_cells
        Notebook and cell of everything that gets points, and that gets a comment.
    grades, comments
        The ids of the sheet's own cells that get points or a comment, by grade id.
    """

    id: str
    duedate: datetime | None
    notebooks: dict[str, str]
    grade_cells: list[tuple[str, str]] = field(default_factory=list)
    comment_cells: list[tuple[str, str]] = field(default_factory=list)
    grades: dict[str, str] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)


def find_sheets(connection: "Connection", names: Sequence[str]) -> dict[str, SheetRows]:
    """Return the sheets that the gradebook has, by name.

    Looked up anew for every batch: meanwhile an instructor may move a due date, or release a
    sheet with other cells.

    Parameters
    ----------
    connection
        A connection to the gradebook.
    names
        The sheets to look for.
    """
    from nbgrader.api import Assignment, Notebook
    from sqlalchemy import select

    query = (
        select(Assignment.name, Assignment.id, Assignment.duedate, Notebook.name, Notebook.id)
        .join(Notebook, Notebook.assignment_id == Assignment.id)
        .where(Assignment.name.in_(names))
    )
    found: dict[str, SheetRows] = {}
    for sheet, assignment_id, duedate, notebook, notebook_id in connection.execute(query):
        rows = found.setdefault(sheet, SheetRows(assignment_id, duedate, {}))
        rows.notebooks[notebook] = notebook_id
    found = {name: rows for name, rows in found.items() if name in rows.notebooks}
    for name, rows in found.items():
        _find_cells(connection, rows, rows.notebooks[name])
    return found


def _find_cells(connection: "Connection", sheet: SheetRows, own: str) -> None:
    """Look up the cells of a sheet's notebooks; ``own`` is the one that bears its name."""
    from nbgrader.api import BaseCell
    from sqlalchemy import select

    table = BaseCell.__table__.c
    query = select(table.id, table.name, table.type, table.notebook_id)
    query = query.where(table.notebook_id.in_(sheet.notebooks.values()))
    # Of cells with one name, nbgrader looks for the task last.
    cells = sorted(connection.execute(query), key=lambda cell: cell.type != "TaskCell")
    for cell_id, name, kind, notebook in cells:
        if kind in ("GradeCell", "TaskCell"):
            sheet.grade_cells.append((notebook, cell_id))
            if notebook == own:
                sheet.grades[name] = cell_id
        if kind in ("SolutionCell", "TaskCell"):
            sheet.comment_cells.append((notebook, cell_id))
            if notebook == own:
                sheet.comments[name] = cell_id
