"""Keeping results: graded notebooks, the journal, and the gradebook in batches."""

import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from nbcourse.authoring.course import course_path
from nbcourse.authoring.generate import record_sheets
from nbcourse.errors import CourseError
from nbcourse.grading.database_errors import database_errors
from nbcourse.grading.durable import replace_text
from nbcourse.grading.gradebook import gradebook_url, wait_for_gradebook
from nbcourse.grading.known_sheets import unknown_sheets
from nbcourse.grading.notebooks import read_written
from nbcourse.grading.records import Record, Records
from nbcourse.grading.restore import SourceSheet
from nbcourse.grading.submissions import Submission
from nbcourse.grading.task import Result
from nbcourse.grading.writer import Entry, GradebookWriter

if TYPE_CHECKING:
    from traitlets.config import Config

BATCH = 50
SECONDS = 10.0


class Keeper:
    """The one that writes; a context manager that has everything in the gradebook at its end.

    Parameters
    ----------
    course
        The course folder.
    config
        Its settings.
    sheets
        The sheets whose submissions come, by name.
    records
        The journal.
    """

    def __init__(
        self, course: Path, config: "Config", sheets: Mapping[str, SourceSheet], records: Records
    ) -> None:
        self._course, self._config = course, config
        self._autograded = course_path(course, config, "autograded")
        self._records = records
        self._entries: list[Entry] = []
        self._waiting: list[Record] = []
        self._flushed = time.monotonic()
        # The gradebook must know the cells of the sheets, and exist, before the first score.
        notebooks = {name: sheet.notebook for name, sheet in sheets.items()}
        unknown = unknown_sheets(course, config, notebooks)
        if unknown:
            # nbgrader writes them, and shows a traceback when it cannot.
            wait_for_gradebook(course, config)
            with database_errors(gradebook_url(course, config)):
                record_sheets(course, config, unknown)
        self._writer = GradebookWriter(course, config)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._writer:
            # Interrupted, the journal is enough; a gradebook that fails must not fail twice.
            if kind is None or issubclass(kind, KeyboardInterrupt):
                self.flush()

    def keep(self, submission: Submission, result: Result, digest: str) -> None:
        """Keep a result; when this returns it is on the disk, and is not graded again."""
        notebook = graded_notebook(self._autograded, submission)
        try:
            notebook.parent.mkdir(parents=True, exist_ok=True)
            replace_text(notebook, result.notebook)
            record = Record(
                submission.student,
                submission.sheet,
                result.state,
                "; ".join(result.reasons),
                "" if result.again else digest,
                sum(each["score"] for each in result.exercises),
                sum(each["max_score"] for each in result.exercises),
                result.exercises,
            )
            self._records.add(record)
        except OSError as error:
            raise CourseError(
                f"cannot keep the result of {submission.student}, {submission.sheet}: {error}. "
                "What was graded before it is kept; the same command goes on from there",
                exit_code=2,
            ) from error
        self._add(submission, record, result.notebook)

    def keep_written(self, submission: Submission, record: Record) -> None:
        """Write into the gradebook what an earlier run had graded."""
        text = graded_notebook(self._autograded, submission).read_text(encoding="utf-8")
        self._add(submission, record, text)

    def flush(self) -> None:
        """Write what waits into the gradebook."""
        self._writer.write(self._entries)
        self._records.add_written(self._waiting)
        self._entries, self._waiting = [], []
        self._flushed = time.monotonic()

    def _add(self, submission: Submission, record: Record, notebook: str) -> None:
        time_stamp, _ = submission.handed_in()
        entry = Entry(submission.student, submission.sheet, time_stamp, read_written(notebook))
        self._entries.append(entry)
        self._waiting.append(record)
        if len(self._entries) >= BATCH or time.monotonic() - self._flushed > SECONDS:
            self.flush()


def graded_notebook(autograded: Path, submission: Submission) -> Path:
    """Return where a submission's graded notebook is kept."""
    return autograded / submission.student / submission.sheet / submission.notebook.name
