"""What became of every submission: its one state, why, and what it was graded from.

Every result is appended to ``.nbcourse/grading.jsonl`` as it comes, the last line of a
submission being the one that holds; ``grading.csv`` is written from it.
"""

import csv
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from nbcourse.authoring.files import replacing

GRADED = "graded"
WITH_PROBLEMS = "graded with problems"
NOT_GRADED = "could not be graded"
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
    """

    student_id: str
    assignment: str
    state: str
    reason: str
    digest: str

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
        text = self._log.read_text(encoding="utf-8") if self._log.exists() else ""
        # A writer that was killed may have left half a line, which must not spoil the next one.
        self._start = "" if text.endswith("\n") or not text else "\n"
        for line in text.splitlines():
            record = _parsed(line)
            if record is not None:
                self._records[record.key] = record

    def find(self, sheet: str, student: str) -> Record | None:
        """Return the record of a submission, None if it never was graded."""
        return self._records.get((sheet, student))

    def add(self, record: Record) -> None:
        """Keep a record; when this returns it is on the disk."""
        self._records[record.key] = record
        self._log.parent.mkdir(mode=0o700, exist_ok=True)
        with self._log.open("a", encoding="utf-8") as file:
            file.write(f"{self._start}{json.dumps(asdict(record))}\n")
            file.flush()
            os.fsync(file.fileno())
        self._start = ""

    def keep(self, is_there: Callable[[str, str], bool]) -> None:
        """Drop the records of submissions, by sheet and student, that are no longer there."""
        self._records = {key: each for key, each in self._records.items() if is_there(*key)}

    def write_csv(self) -> Path:
        """Write ``grading.csv``: a row for every submission; return its path.

        A reader sees the old file or the new one, never half of one.
        """
        with (
            replacing(self._csv) as new,
            new.open("w", encoding="utf-8", newline="") as file,
        ):
            rows = csv.DictWriter(file, COLUMNS, extrasaction="ignore", lineterminator="\n")
            rows.writeheader()
            rows.writerows(asdict(self._records[key]) for key in sorted(self._records))
        return self._csv


def _parsed(line: str) -> Record | None:
    """The record in a line; None for one that was cut off when its writer was killed."""
    try:
        return Record(**json.loads(line))
    except (ValueError, TypeError):
        return None
