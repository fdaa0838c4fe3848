"""Export plugins of nbgrader's for learning management systems: Canvas and Moodle.

``nbcourse export --to canvas`` uses them, and so does nbgrader's own command::

    nbgrader export --exporter nbcourse.grading.lms.CanvasExport --to grades-canvas.csv

The headers of the sheets' columns are set in ``nbgrader_config.py``::

    c.CanvasExport.columns = {"graphs": "Graphs (4711)"}

Both files are UTF-8 with commas. A text that a spreadsheet would take for a formula gets an
apostrophe in front, as OWASP advises against CSV injection.
"""

import csv
from pathlib import Path
from typing import Any

from nbgrader.plugins import ExportPlugin
from traitlets import Dict, Unicode

from nbcourse.errors import CourseError

# What begins a formula in Excel, LibreOffice or Google Sheets; the last four are full-width.
_FORMULA = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
# What could begin a line or a cell of its own, in which the rest would be a formula.
_CONTROL = dict.fromkeys([*range(32), *range(127, 160), 0x2028, 0x2029], " ")


def without_formula(text: str) -> str:
    """Return a text that a spreadsheet shows and does not compute.

    Control characters, line ends among them, become spaces.

    Examples
    --------
    >>> without_formula("=HYPERLINK(1)")
    "'=HYPERLINK(1)"
    >>> without_formula("ada")
    'ada'
    """
    text = text.translate(_CONTROL)
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text


class LmsExport(ExportPlugin):  # type: ignore[misc]
    """A table with a row for every student and a column for every sheet that was handed in."""

    columns = Dict(
        value_trait=Unicode(),
        key_trait=Unicode(),
        help="The header of a sheet's column, by the sheet's name; without it that name.",
    ).tag(config=True)

    default_file = ""
    head: tuple[str, ...] = ()

    def export(self, gradebook: Any) -> None:
        """Write the file ``to``; afterwards ``students``, ``headers``, ``guarded`` tell of it.

        Raises
        ------
        CourseError
            If nothing is graded in the gradebook, or two columns would have the same header.
        """
        wanted, only = set(map(str, self.assignment)), set(map(str, self.student))
        totals, most = {}, {}
        for sheet in sorted(gradebook.assignments, key=lambda each: str(each.name)):
            submitted = gradebook.assignment_submissions(sheet.name)
            if submitted and (not wanted or sheet.name in wanted):
                totals[sheet.name] = {
                    each.student_id: max(0.0, each.score - each.late_submission_penalty)
                    for each in submitted
                }
                most[sheet.name] = sheet.max_score
        students = [each for each in gradebook.students if not only or each.id in only]
        if not totals or not students:
            raise CourseError(
                "there are no grades to export: the gradebook has no graded submission of "
                f"{', '.join(sorted(wanted)) or 'any sheet'}. Run 'nbcourse autograde' first",
                exit_code=2,
            )
        self.students = len(students)
        self.headers = {name: self.columns.get(name, name) for name in totals}
        self._check_headers()
        rows = [[*self.head, *self.headers.values()], *self.rows_above(list(most.values()))]
        for student in sorted(students, key=_by_name):
            scores = [shown_score(totals[name].get(student.id, 0.0)) for name in totals]
            rows.append([*self.identity(student), *scores])
        texts = [text for row in rows for text in row]
        self.guarded = sorted({text for text in texts if text != without_formula(text)})
        with Path(self.to or self.default_file).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerows([without_formula(text) for text in row] for row in rows)

    def rows_above(self, most: list[float]) -> list[list[str]]:
        """Return the rows between the header and the students, from the sheets' maxima."""
        return []

    def identity(self, student: Any) -> list[str]:
        """Return what a student's row begins with, a text for each name in ``head``."""
        raise NotImplementedError

    def _check_headers(self) -> None:
        """Refuse headers that the system could not tell apart."""
        headers = [*self.head, *self.headers.values()]
        twice = sorted({header for header in headers if headers.count(header) > 1})
        if twice:
            raise CourseError(
                f"two columns would have the header {twice[0]!r}; give each sheet its own in "
                f"c.{type(self).__name__}.columns in nbgrader_config.py",
                exit_code=2,
            )


class CanvasExport(LmsExport):
    """The file that Canvas imports in its gradebook.

    Canvas looks for a student by ID, its own number; then by SIS User ID, SIS Login ID and name.
    The ID is nbgrader's ``lms_user_id`` where that is a number; anything else in it is taken for
    the SIS User ID. The SIS Login ID is the student's id here.
    """

    default_file = "grades-canvas.csv"
    head = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")

    def rows_above(self, most: list[float]) -> list[list[str]]:
        """Return Canvas's row with the points of each assignment."""
        empty = [""] * (len(self.head) - 1)
        return [["    Points Possible", *empty, *map(shown_score, most)]]

    def identity(self, student: Any) -> list[str]:
        """Return name, ID, SIS User ID, SIS Login ID and an empty section."""
        number = student.lms_user_id or ""
        is_number = number.isascii() and number.isdigit()
        ids = [number, ""] if is_number else ["", number]
        names = [name for name in (student.last_name, student.first_name) if name]
        return [", ".join(names) or student.id, *ids, student.id, ""]


class MoodleExport(LmsExport):
    """The file that Moodle imports as grades, with the columns of its own export in front.

    Which of them identifies the student is chosen in Moodle, under "Identify user by". The
    username is the student's id here, the ID number nbgrader's ``lms_user_id``. Without an email
    address in the gradebook an id that is one takes its place.
    """

    default_file = "grades-moodle.csv"
    head = ("First name", "Last name", "ID number", "Username", "Email address")

    def identity(self, student: Any) -> list[str]:
        """Return first and last name, ID number, username and email address."""
        email = student.email or (student.id if "@" in student.id[1:] else "")
        names = [student.first_name or "", student.last_name or ""]
        return [*names, student.lms_user_id or "", student.id, email]


def shown_score(score: float) -> str:
    """Return a score with no more than the five decimals that Moodle keeps.

    Examples
    --------
    >>> shown_score(20.0), shown_score(22 / 3)
    ('20', '7.33333')
    """
    return f"{round(score, 5):.12g}"


def _by_name(student: Any) -> tuple[str, str, str]:
    return student.last_name or "", student.first_name or "", student.id
