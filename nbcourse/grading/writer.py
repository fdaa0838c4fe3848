"""The one writer of the gradebook: graded submissions, many in one transaction.

It leaves what nbgrader's ``Autograde`` leaves, which opens the database anew for every step of
every submission and looks every cell up by its names.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from nbcourse.errors import CourseError
from nbcourse.grading.cell_rows import Marked
from nbcourse.grading.database import has_tables, open_database, transaction
from nbcourse.grading.database_errors import database_errors, shown
from nbcourse.grading.gradebook import gradebook_url
from nbcourse.grading.late import LatePenalties
from nbcourse.grading.marks import Marks, read_marks
from nbcourse.grading.rows import write_rows
from nbcourse.grading.sheet_rows import SheetRows, find_sheets

if TYPE_CHECKING:
    from traitlets.config import Config

AT_ONCE = 200
NOTHING_LOST = (
    ". Nothing is lost: what was graded is in .nbcourse/grading.jsonl, and the same command "
    "writes it without grading again"
)


@dataclass(frozen=True)
class Entry:
    """A graded submission.

    Parameters
    ----------
    student, sheet
        Whose, and of which sheet.
    timestamp
        When it was handed in; None when that is not known: then the gradebook keeps what it has.
    notebook
        The autograded notebook, an nbformat node.
    """

    student: str
    sheet: str
    timestamp: datetime | None
    notebook: Any


class GradebookWriter:
    """Writes graded submissions into a course's gradebook.

    Parameters
    ----------
    course
        The course folder.
    config
        Its settings.

    Raises
    ------
    CourseError
        If the gradebook cannot be used, or the plugin for late penalties.
    """

    def __init__(self, course: Path, config: "Config") -> None:
        self._url = gradebook_url(course, config)
        self._late = LatePenalties(course, config)
        self._engine = open_database(self._url)
        try:
            if not has_tables(self._engine, self._url, NOTHING_LOST):
                raise CourseError(
                    f"the gradebook {shown(self._url)} knows no sheet yet. Run 'nbcourse release'",
                    exit_code=2,
                )
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection to the gradebook."""
        self._engine.dispose()

    def write(self, entries: Sequence[Entry]) -> None:
        """Write graded submissions: all of them, or none when it fails.

        Writing the same again changes nothing. What a person gave (points, extra credit,
        comments, an extension) stays. Of two entries for one submission the last one counts.

        Raises
        ------
        CourseError
            If the gradebook cannot be written (locked by another program, no room left, ...),
            does not know the sheet or one of its cells, or a notebook holds no scores.
        """
        from sqlalchemy.exc import IntegrityError

        last = {(entry.sheet, entry.student): entry for entry in entries}
        marked = [
            Marked(each.sheet, each.student, _utc(each.timestamp), _marks(each))
            for each in last.values()
        ]
        if not marked:
            return
        with database_errors(self._url, NOTHING_LOST):
            try:
                self._write(marked)
            except IntegrityError:
                # A server lets another program add the same student between our look and our
                # insert. Nothing of ours was kept; the second look sees the other's rows.
                self._write(marked)

    def _write(self, marked: Sequence[Marked]) -> None:
        with transaction(self._engine) as connection:
            names = sorted({each.sheet for each in marked})
            sheets = find_sheets(connection, names)
            for each in marked:
                _require_known(each, sheets.get(each.sheet))
            for start in range(0, len(marked), AT_ONCE):
                part = marked[start : start + AT_ONCE]
                write_rows(connection, sheets, part, self._late)


def _require_known(marked: Marked, sheet: SheetRows | None) -> None:
    """Refuse a submission that the gradebook has no place for."""
    if sheet is None:
        raise CourseError(
            f"the gradebook does not know the sheet {marked.sheet!r}. Run 'nbcourse release' again",
            exit_code=2,
        )
    unknown = marked.marks.scores.keys() - sheet.grades.keys()
    unknown |= marked.marks.comments.keys() - sheet.comments.keys()
    if unknown:
        raise CourseError(
            f"the gradebook does not know the cells {', '.join(sorted(unknown))} of the sheet "
            f"{marked.sheet!r}, which {marked.student}'s graded notebook has: the sheet has "
            "changed since. Run 'nbcourse release' again",
            exit_code=2,
        )


def _utc(timestamp: datetime | None) -> datetime | None:
    """The time as the gradebook keeps it: UTC, without saying so."""
    from nbgrader.utils import parse_utc

    time: datetime | None = parse_utc(timestamp)
    return time


def _marks(entry: Entry) -> Marks:
    try:
        return read_marks(entry.notebook.cells)
    except (ValueError, KeyError) as error:
        raise CourseError(
            f"the graded notebook of {entry.student}, {entry.sheet} holds no scores that nbgrader "
            f"can read: {error}. Grade it again with --force",
            exit_code=2,
        ) from error
