"""What a run left in a course folder, so that two of them can be compared."""

import csv
import json
import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Rows by what they are called instead of by their ids, which may differ.
QUERIES = {
    "student": "select * from student",
    "assignment": """select student_id, assignment.name, timestamp, extension
        from submitted_assignment s join assignment on assignment.id = s.assignment_id""",
    "notebook": """select s.student_id, n.name, late_submission_penalty
        from submitted_notebook sn join submitted_assignment s on s.id = sn.assignment_id
        join notebook n on n.id = sn.notebook_id""",
    "grade": """select s.student_id, c.name, auto_score, manual_score, extra_credit,
        needs_manual_grade
        from grade g join submitted_notebook sn on sn.id = g.notebook_id
        join submitted_assignment s on s.id = sn.assignment_id
        join base_cell c on c.id = g.cell_id""",
    "comment": """select s.student_id, c.name, auto_comment, manual_comment
        from comment m join submitted_notebook sn on sn.id = m.notebook_id
        join submitted_assignment s on s.id = sn.assignment_id
        join base_cell c on c.id = m.cell_id""",
}
# What a command may write.
WRITTEN = (
    *("autograded", "feedback", ".nbcourse", "_build", "grading.csv", "grades.csv"),
    *("gradebook.db", "gradebook.db-journal", "gradebook.db-wal", "gradebook.db-shm"),
)


@dataclass(frozen=True)
class State:
    """The gradebook's rows, the table, and the graded notebooks."""

    gradebook: dict[str, list[str]]
    table: str
    notebooks: dict[str, str]


def state_of(course: Path) -> State:
    files = sorted(path for path in (course / "autograded").rglob("*") if path.is_file())
    return State(
        gradebook_of(course),
        (course / "grading.csv").read_text(),
        {str(path.relative_to(course)): path.read_text() for path in files},
    )


def gradebook_of(course: Path) -> dict[str, list[str]]:
    with closing(sqlite3.connect(course / "gradebook.db")) as database:
        return {name: sorted(map(repr, database.execute(query))) for name, query in QUERIES.items()}


def journal(course: Path) -> list[dict[str, Any]]:
    """The records in the journal, in order: one for each time that a submission was graded."""
    path = course / ".nbcourse" / "grading.jsonl"
    if not path.is_file():
        return []
    lines = []
    for line in path.read_bytes().splitlines():
        try:
            lines.append(json.loads(line))
        except ValueError:
            continue
    return [line for line in lines if isinstance(line, dict) and "student_id" in line]


def graded_students(course: Path) -> list[str]:
    return sorted(line["student_id"] for line in journal(course))


def files_of(course: Path) -> dict[str, tuple[int, int]]:
    """Every file that no command may change, with its size and time."""
    found = {}
    for folder, _, names in os.walk(course):
        parts = Path(folder).relative_to(course).parts
        for name in names:
            if (*parts, name)[0] not in WRITTEN:
                status = os.lstat(Path(folder, name))
                found[str(Path(*parts, name))] = (status.st_size, status.st_mtime_ns)
    return found


def results_of(course: Path) -> dict[str, tuple[float, str, str]]:
    """Every submission's score in the gradebook, its state and its reason."""
    with closing(sqlite3.connect(course / "gradebook.db")) as database:
        scores: dict[str, float] = dict(
            database.execute(
                """select s.student_id, sum(auto_score) from submitted_assignment s
                join submitted_notebook n on n.assignment_id = s.id
                join grade g on g.notebook_id = n.id group by s.student_id"""
            )
        )
    with (course / "grading.csv").open(newline="") as file:
        return {
            row["student_id"]: (scores[row["student_id"]], row["state"], row["reason"])
            for row in csv.DictReader(file)
        }
