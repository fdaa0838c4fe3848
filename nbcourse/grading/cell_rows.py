"""The gradebook's rows for the cells of graded submissions: points, comments, penalties."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from nbcourse.grading.late import LatePenalties
from nbcourse.grading.marks import Marks
from nbcourse.grading.sheet_rows import SheetRows

if TYPE_CHECKING:
    from sqlalchemy import Connection

Key = tuple[str, str]  # sheet and student


@dataclass(frozen=True)
class Marked:
    """A submission with what the autograder gives it; its time is in UTC, without a zone."""

    sheet: str
    student: str
    timestamp: datetime | None
    marks: Marks


@dataclass
class Submitted:
    """A submission in the gradebook: the ids of its rows, by those of the sheet's notebooks."""

    id: str
    seconds_late: float
    notebooks: dict[str, str] = field(default_factory=dict)


def write_grades(
    connection: "Connection",
    sheets: Mapping[str, SheetRows],
    marked: Sequence[Marked],
    submitted: Mapping[Key, Submitted],
) -> None:
    """Write the autograder's points; what a person gave stays, and is to be looked at again."""
    from nbgrader.api import Grade
    from sqlalchemy import Boolean, bindparam, or_, update

    table = Grade.__table__
    there = _cell_rows(connection, table, submitted)
    new, changed, missing = [], [], []
    for each in marked:
        sheet, rows = sheets[each.sheet], submitted[each.sheet, each.student]
        given = {sheet.grades[name]: score for name, score in each.marks.scores.items()}
        for notebook, cell in sheet.grade_cells:
            score, place = given.get(cell), (rows.notebooks[notebook], cell)
            row = {"auto_score": score, "needs_manual_grade": score is None}
            if place not in there:
                new.append(row | {"id": uuid4().hex, "notebook_id": place[0], "cell_id": cell})
            elif cell in given:
                changed.append({"row": there[place], "score": score, "open": score is None})
        own = sheet.notebooks[each.sheet]
        missing += [row_id for notebook, row_id in rows.notebooks.items() if notebook != own]
    insert_rows(connection, table, new)
    if changed:
        needs_person = or_(table.c.manual_score.is_not(None), bindparam("open", type_=Boolean))
        statement = update(table).where(table.c.id == bindparam("row"))
        connection.execute(
            statement.values(auto_score=bindparam("score"), needs_manual_grade=needs_person),
            changed,
        )
    if missing:
        # Notebooks that nbgrader knows beside the sheet's own: not handed in, hence nothing.
        connection.execute(
            update(table)
            .where(table.c.notebook_id.in_(missing))
            .values(auto_score=0.0, needs_manual_grade=False)
        )


def write_comments(
    connection: "Connection",
    sheets: Mapping[str, SheetRows],
    marked: Sequence[Marked],
    submitted: Mapping[Key, Submitted],
) -> None:
    """Write the autograder's comments; a person's stay beside them."""
    from nbgrader.api import Comment
    from sqlalchemy import bindparam, update

    table = Comment.__table__
    there = _cell_rows(connection, table, submitted)
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    for each in marked:
        sheet, rows = sheets[each.sheet], submitted[each.sheet, each.student]
        given = {sheet.comments[name]: text for name, text in each.marks.comments.items()}
        for notebook, cell in sheet.comment_cells:
            text, place = given.get(cell), (rows.notebooks[notebook], cell)
            if place not in there:
                row = {"id": uuid4().hex, "notebook_id": place[0], "cell_id": cell}
                new.append({**row, "auto_comment": text})
            elif cell in given:
                changed.append({"row": there[place], "text": text})
    insert_rows(connection, table, new)
    if changed:
        statement = update(table).where(table.c.id == bindparam("row"))
        connection.execute(statement.values(auto_comment=bindparam("text")), changed)


def write_penalties(
    connection: "Connection",
    sheets: Mapping[str, SheetRows],
    submitted: Mapping[Key, Submitted],
    late: LatePenalties,
) -> None:
    """Give each submission's notebook the penalty that it has now: for most, none."""
    from nbgrader.api import Grade, SubmittedNotebook
    from sqlalchemy import bindparam, func, select, update

    table = SubmittedNotebook.__table__
    own = {key: each.notebooks[sheets[key[0]].notebooks[key[0]]] for key, each in submitted.items()}
    overdue = [own[key] for key, each in submitted.items() if each.seconds_late > 0]
    query = select(Grade.notebook_id, func.sum(Grade.score)).group_by(Grade.notebook_id)
    found = connection.execute(query.where(Grade.notebook_id.in_(overdue)))
    scores = {notebook: float(score) for notebook, score in found}
    penalties: list[dict[str, Any]] = []
    for key, each in submitted.items():
        penalty = None
        if each.seconds_late > 0:
            penalty = late.penalty(key[1], scores.get(own[key], 0.0), each.seconds_late)
        penalties.append({"row": own[key], "penalty": penalty})
    statement = update(table).where(table.c.id == bindparam("row"))
    connection.execute(statement.values(late_submission_penalty=bindparam("penalty")), penalties)


def _cell_rows(
    connection: "Connection", table: Any, submitted: Mapping[Key, Submitted]
) -> dict[tuple[str, str], str]:
    """The ids of the rows of a table that are there, by submitted notebook and cell."""
    from sqlalchemy import select

    notebooks = [each for rows in submitted.values() for each in rows.notebooks.values()]
    query = select(table.c.id, table.c.notebook_id, table.c.cell_id)
    found = connection.execute(query.where(table.c.notebook_id.in_(notebooks)))
    return {(notebook, cell): row_id for row_id, notebook, cell in found}


def insert_rows(connection: "Connection", table: Any, rows: list[dict[str, Any]]) -> None:
    """Insert rows; the columns that they leave out get nbgrader's defaults."""
    from sqlalchemy import insert

    if rows:
        connection.execute(insert(table), rows)
