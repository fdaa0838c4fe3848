"""The gradebook's rows for graded submissions, as nbgrader would leave them."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import uuid4

from nbcourse.grading.cell_rows import (
    Key,
    Marked,
    Submitted,
    insert_rows,
    write_comments,
    write_grades,
    write_penalties,
)
from nbcourse.grading.late import LatePenalties, seconds_late
from nbcourse.grading.sheet_rows import SheetRows

if TYPE_CHECKING:
    from sqlalchemy import Connection


def write_rows(
    connection: "Connection",
    sheets: Mapping[str, SheetRows],
    marked: Sequence[Marked],
    late: LatePenalties,
) -> None:
    """Write submissions; their sheets and cells are known, and each is there once.

    Parameters
    ----------
    connection
        A connection in a transaction.
    sheets
        The sheets, by name.
    marked
        The submissions.
    late
        The course's penalties.
    """
    _add_students(connection, {each.student for each in marked})
    submitted = _add_submissions(connection, sheets, marked)
    _add_notebooks(connection, sheets, submitted)
    write_grades(connection, sheets, marked, submitted)
    write_comments(connection, sheets, marked, submitted)
    if late.enabled:
        write_penalties(connection, sheets, submitted, late)


def _add_students(connection: "Connection", students: set[str]) -> None:
    from nbgrader.api import Student
    from sqlalchemy import select

    table = Student.__table__
    known = connection.scalars(select(table.c.id).where(table.c.id.in_(sorted(students))))
    insert_rows(connection, table, [{"id": each} for each in sorted(students - set(known))])


def _add_submissions(
    connection: "Connection", sheets: Mapping[str, SheetRows], marked: Sequence[Marked]
) -> dict[Key, Submitted]:
    """Add what is new, with its time; give a time that has changed to what is there."""
    from nbgrader.api import SubmittedAssignment
    from sqlalchemy import bindparam, select, update

    table = SubmittedAssignment.__table__
    columns = table.c
    query = select(
        columns.id, columns.assignment_id, columns.student_id, columns.timestamp, columns.extension
    ).where(
        columns.assignment_id.in_({sheets[each.sheet].id for each in marked}),
        columns.student_id.in_({each.student for each in marked}),
    )
    there = {(row.assignment_id, row.student_id): row for row in connection.execute(query)}
    submitted, new, changed = {}, [], []
    for each in marked:
        sheet = sheets[each.sheet]
        row = there.get((sheet.id, each.student))
        if row is None:
            row_id, time, extension = uuid4().hex, each.timestamp, None
            new.append(
                {
                    "id": row_id,
                    "assignment_id": sheet.id,
                    "student_id": each.student,
                    "timestamp": time,
                }
            )
        else:
            row_id, time, extension = row.id, each.timestamp or row.timestamp, row.extension
            if time != row.timestamp:
                changed.append({"row": row_id, "time": time})
        seconds = seconds_late(time, sheet.duedate, extension)
        submitted[each.sheet, each.student] = Submitted(row_id, seconds)
    insert_rows(connection, table, new)
    if changed:
        statement = update(table).where(columns.id == bindparam("row"))
        connection.execute(statement.values(timestamp=bindparam("time")), changed)
    return submitted


def _add_notebooks(
    connection: "Connection",
    sheets: Mapping[str, SheetRows],
    submitted: Mapping[Key, Submitted],
) -> None:
    """Add the submitted notebooks that are not there, and note the ids of all."""
    from nbgrader.api import SubmittedNotebook
    from sqlalchemy import select

    table = SubmittedNotebook.__table__
    query = select(table.c.id, table.c.assignment_id, table.c.notebook_id).where(
        table.c.assignment_id.in_([each.id for each in submitted.values()])
    )
    there = {(owner, notebook): row_id for row_id, owner, notebook in connection.execute(query)}
    new = []
    for (sheet, _), each in submitted.items():
        for notebook in sheets[sheet].notebooks.values():
            row_id = there.get((each.id, notebook))
            if row_id is None:
                row_id = uuid4().hex
                new.append({"id": row_id, "assignment_id": each.id, "notebook_id": notebook})
            each.notebooks[notebook] = row_id
    insert_rows(connection, table, new)
