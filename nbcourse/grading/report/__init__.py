"""The report on a class: what came of a sheet, on one page and as a table.

``counting`` counts, ``page`` and ``table`` show what was counted. All of it comes from the records
of the grading; neither the gradebook nor any hidden input is looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nbcourse.authoring.course import course_path, load_config
from nbcourse.authoring.files import replacing
from nbcourse.errors import CourseError
from nbcourse.grading.records import Record, Records
from nbcourse.grading.report.counting import summarize
from nbcourse.grading.report.page import Links, html_page
from nbcourse.grading.report.summary import Summary
from nbcourse.grading.report.table import csv_table
from nbcourse.grading.submissions import find_submissions


@dataclass(frozen=True)
class Report:
    """A report that was written: what it says and where it is."""

    summary: Summary
    page: Path
    table: Path


def write_report(course: Path, sheet: str, output: Path | None = None) -> Report:
    """Write the report on a sheet, ``<sheet>.html`` and ``<sheet>.csv``.

    Parameters
    ----------
    course
        The course folder.
    sheet
        The sheet's name.
    output
        The folder to write to; ``.nbcourse/report`` in the course when None.

    Raises
    ------
    CourseError
        If nothing of this sheet was graded, or the folder cannot be written to.
    """
    config = load_config(course)
    submitted = course_path(course, config, "submitted")
    records = [
        each
        for each in Records(course).all()
        if (submitted / each.student_id / each.assignment).is_dir()
    ]
    mine = [each for each in records if each.assignment == sheet]
    if not mine:
        raise CourseError(_nothing(sheet, records), exit_code=2)
    known = {each.student_id for each in mine}
    students = [each.student for each in find_submissions(submitted, sheet)]
    summary = summarize(sheet, mine, [name for name in students if name not in known])
    output = course / ".nbcourse" / "report" if output is None else output
    folders = [course_path(course, config, step) for step in ("autograded", "feedback")]
    links = Links(output.absolute(), *folders)
    try:
        output.mkdir(parents=True, exist_ok=True)
        page = _write(output / f"{sheet}.html", html_page(summary, links))
        return Report(summary, page, _write(output / f"{sheet}.csv", csv_table(summary)))
    except OSError as error:
        raise CourseError(f"cannot write the report to {output}: {error.strerror}", 2) from error


def _write(path: Path, text: str) -> Path:
    with replacing(path) as new:
        new.write_text(text, encoding="utf-8", errors="replace", newline="")
    return path


def _nothing(sheet: str, records: Sequence[Record]) -> str:
    """Why there is no report, and what to do."""
    graded = sorted({each.assignment for each in records})
    found = f"there are results of: {', '.join(graded)}" if graded else "nothing is graded yet"
    return f"no results of a sheet {sheet!r}; {found}. Run 'nbcourse autograde {sheet}' first"
