"""Grading the submissions of a course's sheets into its gradebook.

This process finds the submissions, hands them out, and is the only one that writes. A result is
kept in three steps: the graded notebook, a line in the journal (``records``), the gradebook, many
submissions at a time. Ended at any moment, the same command goes on where it was.

A submission that was graded before is graded again only if something that its result depends
on has changed: its bytes, the sheet, the settings, or the library itself.
"""

import hashlib
import json
import os
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass
from pathlib import Path

from nbcourse.authoring.course import course_path, load_config
from nbcourse.errors import CourseError
from nbcourse.grading import task
from nbcourse.grading.durable import file_errors
from nbcourse.grading.exclusive import only_run
from nbcourse.grading.gradebook import read_scores
from nbcourse.grading.interruption import Interruption
from nbcourse.grading.keeping import Keeper, graded_notebook
from nbcourse.grading.notebooks import read_notebook
from nbcourse.grading.pool import InlinePool, LocalPool, Pool, Work
from nbcourse.grading.records import NOT_GRADED, Record, Records
from nbcourse.grading.restore import SourceSheet
from nbcourse.grading.sandbox import choose_sandbox
from nbcourse.grading.settings import grading_digest, read_limits, read_packages
from nbcourse.grading.sheets import choose_sheets, load_sheet, sheet_digest
from nbcourse.grading.student_names import name_problem, shown_name
from nbcourse.grading.submissions import (
    Submission,
    UnreadableError,
    find_submissions,
    is_handed_in,
)
from nbcourse.grading.task import Bundle, Result

Progress = Callable[[int], AbstractContextManager[Callable[[], object]]]
# Fewer than this many are graded by this process itself: another one takes a second to start.
WORTH_A_PROCESS = 3
KEPT = "What was graded is kept; the same command goes on from there"


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


@dataclass(frozen=True)
class How:
    """How the submissions of a run are graded.

    Parameters
    ----------
    jobs
        How many at the same time.
    sandbox
        One of ``sandbox.CHOICES``.
    scheduler
        The address of a Dask scheduler; None for this machine alone.
    """

    jobs: int = 1
    sandbox: str = "auto"
    scheduler: str | None = None


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
        found = [each for name in names for each in find_submissions(submitted, name, student)]
        self._submissions = [each for each in found if not name_problem(each.student)]
        self._refused = [_refused(each) for each in found if name_problem(each.student)]
        if not found:
            name = names[0]
            raise CourseError(
                f"nothing to grade: there is no {submitted}/{student or '<student>'}/{name}/"
                f"{name}.ipynb",
                exit_code=2,
            )
        self._autograded = course_path(course, self._config, "autograded")
        self._interruption = Interruption()

    def run(
        self,
        how: How = How(),
        force: bool = False,
        progress: Progress = lambda total: nullcontext(lambda: None),
    ) -> Results:
        """Grade what is new or has changed; return the results of all.

        Parameters
        ----------
        how
            Where, and how many at the same time.
        force
            Grade again what has not changed, too.
        progress
            Shows how far it is.

        Raises
        ------
        CourseError
            If there is no sandbox, another run grades this course, or the gradebook cannot be
            written.
        """
        with only_run(self._course), file_errors(KEPT), self._interruption:
            records = Records(self._course)
            records.compact()
            common = grading_digest(self._config)
            sheets = {each.sheet for each in self._submissions}
            sheet_digests = {
                name: sheet_digest(self._course, self._config, name) for name in sorted(sheets)
            }
            digests = {
                each: _digest(common, sheet_digests[each.sheet], each.digest())
                for each in self._submissions
            }
            todo = [
                each
                for each in self._submissions
                if force or not self._is_current(records.find(*_key(each)), each, digests[each])
            ]
            # Its processes get ready while this one reads the gradebook and the sheets.
            with closing(self._pool(how, len(todo))) as pool:
                scores = read_scores(self._course, self._config, sorted(sheets))
                unwritten = self._unwritten(records, todo, scores.keys())
                if todo or unwritten:
                    self._grade(pool, todo, unwritten, digests, how, progress, records)
                    scores = read_scores(self._course, self._config, sorted(sheets))
            refused = [each for each in self._refused if records.find(*each.key) != each]
            for record in refused:
                records.add(record)
            self._drop_what_is_gone(records)
            rows = [Row(each, 0.0, 0.0) for each in self._refused]
            for submission in self._submissions:
                found = records.find(*_key(submission))
                assert found is not None
                rows.append(Row(found, *scores.get(found.key, (0.0, 0.0))))
            count = len(todo) + len(refused)
            return Results(rows, count, records.write_csv(), self._autograded)

    def _drop_what_is_gone(self, records: Records) -> None:
        """Drop the records of what is not handed in any more."""
        submitted = course_path(self._course, self._config, "submitted")
        # What was taken away in the meantime still has its place in this run's table.
        here = {*map(_key, self._submissions), *(each.key for each in self._refused)}
        folders = {shown_name(each): each for each in os.listdir(submitted)}
        records.keep(
            lambda sheet, student: (
                (sheet, student) in here
                or is_handed_in(submitted / folders.get(student, student) / sheet)
            )
        )

    def _unwritten(
        self, records: Records, todo: list[Submission], scored: Collection[tuple[str, str]]
    ) -> list[tuple[Submission, Record]]:
        """What is graded and not in the gradebook; what cannot be read is added to ``todo``."""
        chosen, unwritten = set(todo), []
        for each in self._submissions:
            record = records.find(*_key(each))
            if each in chosen or record is None:
                continue
            if _key(each) in scored and records.is_written(record):
                continue
            if self._is_whole(each):
                unwritten.append((each, record))
            else:
                todo.append(each)
        return unwritten

    def _is_current(self, record: Record | None, submission: Submission, digest: str) -> bool:
        return (
            record is not None
            and record.digest == digest
            and graded_notebook(self._autograded, submission).is_file()
        )

    def _is_whole(self, submission: Submission) -> bool:
        """Whether the graded notebook can be read: a disk may have lost its power since."""
        try:
            text = graded_notebook(self._autograded, submission).read_text(encoding="utf-8")
            read_notebook(text)
        except Exception:  # whatever nbformat says of what is no notebook
            return False
        return True

    def _grade(
        self,
        pool: Pool,
        todo: list[Submission],
        unwritten: list[tuple[Submission, Record]],
        digests: dict[Submission, str],
        how: How,
        progress: Progress,
        records: Records,
    ) -> None:
        names = {each.sheet for each in [*todo, *(each for each, _ in unwritten)]}
        sheets = {name: load_sheet(self._course, self._config, name) for name in sorted(names)}
        bundles = {name: self._bundle(name, sheets[name], how) for name in sheets}
        keeper = Keeper(self._course, self._config, sheets, records)
        with keeper, progress(len(todo)) as advance:
            for submission, record in unwritten:
                keeper.keep_written(submission, record)

            def keep(submission: Submission, result: bytes) -> None:
                keeper.keep(submission, Result.from_bytes(result), digests[submission])
                advance()

            def works() -> Iterator[Work]:
                for each in todo:
                    try:
                        data = each.read()
                    except UnreadableError as error:
                        keep(each, task.refuse(bundles[each.sheet], str(error)))
                        continue
                    problem = each.handed_in()[1]
                    yield Work(each, each.sheet, data, (problem,) if problem else ())

            for submission, result in pool.run(bundles, works()):
                keep(submission, result)
                self._interruption.check()

    def _pool(self, how: How, count: int) -> Pool:
        """What grades; nothing is started before it is known that students' code may run."""
        packages = read_packages(self._config)
        needs = task.needs_of(self._limits, packages, self._private())
        if how.scheduler is not None and count:
            from nbcourse.grading.cluster import ClusterPool

            return ClusterPool(how.scheduler, how.sandbox, needs)
        if count:
            choose_sandbox(how.sandbox)
        if min(how.jobs, count) < 2 or count < WORTH_A_PROCESS:
            return InlinePool()
        return LocalPool(min(how.jobs, count), how.sandbox, needs)

    def _bundle(self, name: str, sheet: SourceSheet, how: How) -> bytes:
        bundle = Bundle(
            name,
            json.dumps(sheet.notebook),
            self._limits,
            how.sandbox,
            read_packages(self._config),
            self._private(),
        )
        return bundle.to_bytes()

    def _private(self) -> tuple[str, ...]:
        """The folders that no student's code may see, should they lie within what it sees."""
        return (str(self._course),)


def _refused(submission: Submission) -> Record:
    """What becomes of a submission whose student no gradebook and no page can name."""
    name = shown_name(submission.student)
    return Record(name, submission.sheet, NOT_GRADED, name_problem(submission.student), "")


def _key(submission: Submission) -> tuple[str, str]:
    return submission.sheet, submission.student


def _digest(*parts: str) -> str:
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()
