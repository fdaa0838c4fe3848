"""Grading the submissions of a course's sheets into its gradebook.

A submission that was graded before is graded again only if something that its result depends
on has changed: its bytes, the sheet, the settings, or the library itself.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nbcourse.authoring.course import course_path, load_config
from nbcourse.authoring.generate import record_sheets
from nbcourse.errors import CourseError
from nbcourse.grading.gradebook import read_scores
from nbcourse.grading.records import NOT_GRADED, Record, Records
from nbcourse.grading.restore import SourceSheet
from nbcourse.grading.settings import grading_digest, read_limits
from nbcourse.grading.sheets import choose_sheets, load_sheet
from nbcourse.grading.submissions import Submission, find_submissions

Progress = Callable[[Sequence[Submission]], Iterable[Submission]]


@dataclass(frozen=True)
class Row:
    """One submission in the table of results."""

    record: Record
    score: float
    max_score: float


@dataclass(frozen=True)
class Results:
    """What a run left behind.

    Parameters
    ----------
    rows
        Every submission of the sheets, by sheet and student.
    newly_graded
        How many were graded in this run.
    grading_csv, autograded
        Where the states and the graded notebooks are.
    """

    rows: list[Row]
    newly_graded: int
    grading_csv: Path
    autograded: Path

    @property
    def complete(self) -> bool:
        """Whether every submission could be graded."""
        return all(row.record.state != NOT_GRADED for row in self.rows)


class Grading:
    """The submissions of some sheets, to be graded.

    Parameters
    ----------
    course
        The course folder.
    sheet
        The sheet to grade, None for all.
    student
        Grade only this student's submissions, None for all.

    Raises
    ------
    CourseError
        If there is no such sheet, or nothing was handed in.
    """

    def __init__(self, course: Path, sheet: str | None = None, student: str | None = None) -> None:
        self._course = course
        self._config = load_config(course)
        self._limits = read_limits(self._config)
        names = choose_sheets(course, self._config, sheet)
        submitted = course_path(course, self._config, "submitted")
        self._submissions = [
            each for name in names for each in find_submissions(submitted, name, student)
        ]
        if not self._submissions:
            name = names[0]
            raise CourseError(
                f"nothing to grade: there is no {submitted}/{student or '<student>'}/{name}/"
                f"{name}.ipynb",
                exit_code=2,
            )
        self._sheets = {
            name: load_sheet(course, self._config, name)
            for name in sorted({each.sheet for each in self._submissions})
        }
        self._records = Records(course)

    def run(self, force: bool = False, progress: Progress = iter) -> Results:
        """Grade what is new or has changed; return the results of all.

        Parameters
        ----------
        force
            Grade again what has not changed, too.
        progress
            Wraps the submissions that are graded, to show how far it is.

        Raises
        ------
        CourseError
            If the gradebook cannot be written.
        """
        common = grading_digest(self._config)
        digests = {each: self._digest(each, common) for each in self._submissions}
        autograded = course_path(self._course, self._config, "autograded")
        scores = read_scores(self._course, self._config, list(self._sheets))
        todo = [
            each
            for each in self._submissions
            if force
            or not self._is_current(each, digests[each])
            or (each.sheet, each.student) not in scores
            or not (autograded / each.student / each.sheet / each.notebook.name).exists()
        ]
        if todo:
            # The gradebook must know the cells of the sheets, and exist, before the first score.
            record_sheets(self._course, self._config, sorted({each.sheet for each in todo}))
        for submission in progress(todo):
            self._grade(submission, self._sheets[submission.sheet], digests[submission])
        if todo:
            scores = read_scores(self._course, self._config, list(self._sheets))
        return Results(self._rows(scores), len(todo), self._write_csv(), autograded)

    def _digest(self, submission: Submission, common: str) -> str:
        parts = [common, self._sheets[submission.sheet].digest, submission.digest()]
        return hashlib.sha256(" ".join(parts).encode()).hexdigest()

    def _is_current(self, submission: Submission, digest: str) -> bool:
        record = self._records.find(submission.sheet, submission.student)
        return record is not None and record.digest == digest

    def _grade(self, submission: Submission, sheet: SourceSheet, digest: str) -> None:
        # Imported here: nbgrader takes two seconds to import, which a run that has nothing to
        # grade need not wait for.
        from nbcourse.grading.converter import SubmissionConverter, SubmissionError

        converter = SubmissionConverter(self._config, self._course, submission, sheet, self._limits)
        try:
            state, reason = converter.grade()
        except SubmissionError as error:
            state, reason = NOT_GRADED, str(error)
        self._records.add(Record(submission.student, submission.sheet, state, reason, digest))

    def _rows(self, scores: dict[tuple[str, str], tuple[float, float]]) -> list[Row]:
        rows = []
        for each in self._submissions:
            record = self._records.find(each.sheet, each.student)
            assert record is not None
            rows.append(Row(record, *scores.get((each.sheet, each.student), (0.0, 0.0))))
        return rows

    def _write_csv(self) -> Path:
        submitted = course_path(self._course, self._config, "submitted")
        self._records.keep(lambda sheet, student: (submitted / student / sheet).is_dir())
        return self._records.write_csv()
