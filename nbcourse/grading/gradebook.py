"""Reading nbgrader's gradebook; ``writer`` writes it."""

import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbcourse.grading.database import has_tables, open_database, transaction
from nbcourse.grading.database_errors import database_errors, parse_address

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from traitlets.config import Config

# What a feedback page shows of a gradebook.
SHOWN = ("submitted_assignment", "submitted_notebook", "grade", "comment")


def gradebook_url(course: Path, config: "Config") -> str:
    """Return the address of the course's gradebook.

    Examples
    --------
    >>> from traitlets.config import Config
    >>> gradebook_url(Path("/courses/ada/course"), Config())
    'sqlite:////courses/ada/course/gradebook.db'
    """
    default = f"sqlite:///{course / 'gradebook.db'}"
    return str(config.CourseDirectory.get("db_url", default))


def has_gradebook(course: Path, config: "Config") -> bool:
    """Say whether there is a gradebook; opening one that is not there would create it.

    Raises
    ------
    CourseError
        If it cannot be used: its server does not answer, say.
    """
    url = gradebook_url(course, config)
    path = _file(url)
    if path is not None and not path.exists():
        return False
    with _engine(url) as engine:
        return has_tables(engine, url)


def wait_for_gradebook(course: Path, config: "Config") -> None:
    """Return when the gradebook can be written; at once when there is none yet.

    For commands that have nbgrader write it: nbgrader shows a traceback when it is locked.

    Raises
    ------
    CourseError
        If it is locked for longer than its address allows, or cannot be used at all.
    """
    url = gradebook_url(course, config)
    if has_gradebook(course, config):
        with _engine(url) as engine, database_errors(url), transaction(engine):
            pass


def read_scores(
    course: Path, config: "Config", sheets: Sequence[str]
) -> dict[tuple[str, str], tuple[float, float]]:
    """Return score and maximum of every graded submission, by sheet and student.

    Late penalties are not taken off, as in formgrader's tables; ``export`` takes them off.

    Raises
    ------
    CourseError
        If the gradebook cannot be used.
    """
    if not has_gradebook(course, config):
        return {}
    url = gradebook_url(course, config)
    with _engine(url) as engine, database_errors(url), engine.connect() as connection:
        return {
            (sheet, student): (float(score), float(max_score))
            for sheet in sheets
            for student, score, max_score in connection.execute(_scores_of(sheet))
        }


@contextmanager
def open_gradebook(course: Path, config: "Config") -> Iterator[Any]:
    """Open the gradebook, as nbgrader's ``Gradebook``.

    Raises
    ------
    CourseError
        If it cannot be used: locked by another program, say.
    """
    from nbgrader.api import Gradebook

    url = gradebook_url(course, config)
    with _engine(url) as engine:
        has_tables(engine, url)
    # nbgrader adds the course when it is not there; this one is, and so nothing is written.
    name = str(config.CourseDirectory.get("course_id", ""))
    # What is warned of is nbgrader's own use of SQLAlchemy.
    with (
        database_errors(url),
        warnings.catch_warnings(action="ignore"),
        Gradebook(url, name) as gradebook,
    ):
        yield gradebook


def gradebook_state(course: Path, config: "Config") -> str:
    """Return a text that differs when what feedback shows of the gradebook has changed.

    Raises
    ------
    CourseError
        If the gradebook cannot be used.
    """
    from sqlalchemy import text

    url = gradebook_url(course, config)
    path = _file(url)
    if path is not None:
        # With a write-ahead log, what is new stands beside the file for some time.
        files = [each for each in (path, Path(f"{path}-wal")) if each.is_file()]
        return " ".join(f"{each.stat().st_mtime_ns} {each.stat().st_size}" for each in files)
    with _engine(url) as engine, database_errors(url), engine.connect() as connection:
        if engine.dialect.name != "postgresql":
            return str(time.time_ns())  # when it was written to cannot be seen from here
        rows = "count(*), sum(hashtextextended(t::text, 0))"
        found = [connection.execute(text(f"SELECT {rows} FROM {each} t")).one() for each in SHOWN]
        return " ".join(f"{count} {digest}" for count, digest in found)


def _file(url: str) -> Path | None:
    """The file of a gradebook in SQLite; None for a server's.

    Examples
    --------
    >>> _file("sqlite:////courses/ada/gradebook.db?timeout=60").name
    'gradebook.db'
    >>> _file("postgresql://localhost/course")
    """
    parsed = parse_address(url)
    if parsed.get_backend_name() != "sqlite":
        return None
    return Path((parsed.database or "").removeprefix("file:"))


@contextmanager
def _engine(url: str) -> Iterator["Engine"]:
    engine = open_database(url)
    try:
        yield engine
    finally:
        engine.dispose()


def _scores_of(sheet: str) -> Any:
    """The query for the scores of a sheet: student, points, and how many there are."""
    from nbgrader.api import (
        Assignment,
        Grade,
        GradeCell,
        SubmittedAssignment,
        SubmittedNotebook,
        TaskCell,
    )
    from sqlalchemy import func, select

    graded, task = GradeCell.__table__, TaskCell.__table__
    with warnings.catch_warnings(action="ignore"):
        return (
            select(
                SubmittedAssignment.student_id,
                func.sum(Grade.score),
                func.sum(func.coalesce(graded.c.max_score, task.c.max_score)),
            )
            .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
            .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
            .outerjoin(graded, graded.c.id == Grade.cell_id)
            .outerjoin(task, task.c.id == Grade.cell_id)
            .where(Assignment.name == sheet)
            .group_by(SubmittedAssignment.student_id)
        )
