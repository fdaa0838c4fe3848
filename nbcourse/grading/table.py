"""The results of a class as a table: students down, sheets across."""

import os
from collections.abc import Sequence
from pathlib import Path

from nbcourse.grading.autograde import Row


def results_table(rows: Sequence[Row]) -> str:
    """Return the table of scores and states, and below it the reasons."""
    sheets = sorted({row.record.assignment for row in rows})
    students = sorted({row.record.student_id for row in rows})
    entries = {row.record.key: _entry(row) for row in rows}
    lines = [["student", *sheets]]
    lines += [
        [student, *(entries.get((sheet, student), "nothing handed in") for sheet in sheets)]
        for student in students
    ]
    text = _aligned(lines)
    reasons = [
        f"  {row.record.student_id}, {row.record.assignment}: {row.record.reason}"
        for row in sorted(rows, key=lambda row: (row.record.student_id, row.record.assignment))
        if row.record.reason
    ]
    return "\n".join([text, "", "Problems:", *reasons]) if reasons else text


def shown_path(path: Path) -> str:
    """Return a path as it is read from the working folder, if it is shorter so."""
    return min(os.path.relpath(path), str(path), key=len)


def _entry(row: Row) -> str:
    return f"{row.score:5.4g} / {row.max_score:g}  {row.record.state}"


def _aligned(lines: Sequence[Sequence[str]]) -> str:
    """Lines of cells with the columns under each other and a rule below the first line."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rows = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    return "\n".join([rows[0], "-" * (sum(widths) + 2 * len(widths) - 2), *rows[1:]])
