"""What became of every submission: its one state, why, and what it was graded from.

Every result is appended to ``.nbcourse/grading.jsonl`` as it comes, the last line of a
submission being the one that holds; ``grading.csv`` is written from it. When results are in the
gradebook, a line says so: what is here and not there yet is known after any interruption.
"""

import csv
import io
import json
import os
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nbcourse.grading.durable import replace_text

GRADED = "graded"
WITH_PROBLEMS = "graded with problems"
NOT_GRADED = "could not be graded"
# So many lines that hold no more are left alone.
SPARE_LINES = 1000
COLUMNS = ["student_id", "assignment", "state", "reason"]


@dataclass(frozen=True)
class Record:
    """How the grading of one submission ended.

    Parameters
    ----------
    student_id, assignment
        Whose submission, for which sheet.
    state
        ``"graded"``, ``"graded with problems"`` or ``"could not be graded"``.
    reason
        What was wrong; empty when nothing was.
    digest
        A hash of everything that the result depends on.
    score, max_score
        Points by the checks, and how many there are.
    exercises
        What came of each check, in the order of the sheet: a dict of ``name``, ``grade_id`` (the
        check cell's), ``score``, ``max_score``, ``hint`` (the mistake's, None when none was
        recognized), ``problem`` (the first thing wrong, in one line, or None) and its ``stage``.
    """

    student_id: str
    assignment: str
    state: str
    reason: str
    digest: str
    score: float = 0.0
    max_score: float = 0.0
    exercises: tuple[dict[str, Any], ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """The submission: sheet and student."""
        return self.assignment, self.student_id


class Records:
    """The records of a course.

    Parameters
    ----------
    course
        The course folder.
    """

    def __init__(self, course: Path) -> None:
        self._log = course / ".nbcourse" / "grading.jsonl"
        self._csv = course / "grading.csv"
        self._records: dict[tuple[str, str], Record] = {}
        self._written: dict[tuple[str, str], str] = {}
        # A disk that lost its power may have left anything: each line speaks for itself alone.
        data = self._log.read_bytes() if self._log.exists() else b""
        # A writer that was killed may have left half a line, which must not spoil the next one.
        self._start = "" if data.endswith(b"\n") or not data else "\n"
        lines = data.split(b"\n")
        for line in lines:
            self._read(line.decode(errors="replace"))
        self._spare = len(lines) > 2 * len(self._records) + SPARE_LINES

    def find(self, sheet: str, student: str) -> Record | None:
        """Return the record of a submission, None if it never was graded."""
        return self._records.get((sheet, student))

    def all(self) -> list[Record]:
        """Return every record, by sheet and student."""
        return [self._records[key] for key in sorted(self._records)]

    def add(self, record: Record) -> None:
        """Keep a record; when this returns it is on the disk."""
        self._append(asdict(record))
        self._records[record.key] = record
        self._written.pop(record.key, None)

    def add_written(self, records: Iterable[Record]) -> None:
        """Note that the results of these are in the gradebook."""
        done = {record.key: record.digest for record in records}
        if done:
            self._append({"written": [[*key, digest] for key, digest in done.items()]})
            self._written |= done

    def is_written(self, record: Record) -> bool:
        """Say whether a record's result was written into the gradebook."""
        return self._written.get(record.key) == record.digest

    def compact(self) -> None:
        """Drop the lines that hold no more, when there are many of them."""
        if not self._spare:
            return
        written = [[*key, digest] for key, digest in self._written.items()]
        lines = [*map(asdict, self._records.values()), {"written": written}]
        replace_text(self._log, "".join(json.dumps(line) + "\n" for line in lines))
        self._start, self._spare = "", False

    def _append(self, line: dict[str, Any]) -> None:
        self._log.parent.mkdir(mode=0o700, exist_ok=True)
        with self._log.open("a", encoding="utf-8") as file:
            file.write(f"{self._start}{json.dumps(line)}\n")
            file.flush()
            os.fsync(file.fileno())
        self._start = ""

    def _read(self, line: str) -> None:
        """Take in a line; one that was cut off when its writer was killed says nothing."""
        try:
            fields = json.loads(line)
            if "written" in fields:
                self._written |= {(sheet, who): digest for sheet, who, digest in fields["written"]}
                return
            record = Record(**{**fields, "exercises": tuple(fields.get("exercises", ()))})
        except (ValueError, TypeError, AttributeError, RecursionError):
            return
        if not _is_whole(record):
            return
        self._records[record.key] = record
        self._written.pop(record.key, None)

    def keep(self, is_there: Callable[[str, str], bool]) -> None:
        """Drop the records of submissions, by sheet and student, that are no longer there."""
        self._records = {key: each for key, each in self._records.items() if is_there(*key)}

    def write_csv(self) -> Path:
        """Write ``grading.csv``: a row for every submission; return its path.

        A reader sees the old file or the new one, never half of one.
        """
        text = io.StringIO()
        rows = csv.DictWriter(text, COLUMNS, extrasaction="ignore", lineterminator="\n")
        rows.writeheader()
        rows.writerows(asdict(self._records[key]) for key in sorted(self._records))
        self._log.parent.mkdir(mode=0o700, exist_ok=True)
        replace_text(self._csv, text.getvalue(), self._log.with_name("grading.csv.new"))
        return self._csv


def _is_whole(record: Record) -> bool:
    """Say whether a record holds what it should, and not what else may be JSON."""
    texts = (record.student_id, record.assignment, record.state, record.reason, record.digest)
    numbers = (record.score, record.max_score)
    return (
        all(isinstance(text, str) for text in texts)
        and all(isinstance(number, int | float) for number in numbers)
        and all(isinstance(each, dict) for each in record.exercises)
    )
