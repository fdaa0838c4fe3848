"""Checking one notebook as its student has it: by local seeds, without a course around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nbcourse.errors import CourseError
from nbcourse.exercise import Exercise, Project, Score, Sheet
from nbcourse.exercise.score import Problem
from nbcourse.grading.checks import remote_function
from nbcourse.grading.student import Limits, Student
from nbcourse.grading.submissions import SubmittedCell, UnreadableError, read_cells
from nbcourse.specs import check, sheets


@dataclass(frozen=True)
class Checked:
    """What a check of a notebook found.

    Parameters
    ----------
    sheet
        The sheet that it belongs to.
    scores
        The score of each exercise, in the sheet's order.
    messages
        What a student should know beyond the scores: missing cells, cells that did not run.
    """

    sheet: Sheet
    scores: list[Score]
    messages: list[str]

    @property
    def passed(self) -> bool:
        """Whether every exercise has all its points."""
        return all(score.passed for score in self.scores)


def check_notebook(path: Path, limits: Limits | None = None) -> Checked:
    """Run a notebook's cells in a process of their own and check every exercise of its sheet.

    The cells are known by their grade ids; check cells in the notebook are not needed.

    Raises
    ------
    CourseError
        If it is no notebook, or of no sheet.
    """
    try:
        cells = read_cells(path)
    except UnreadableError as error:
        raise CourseError(str(error), exit_code=2) from None
    sheet = _sheet_of(path, cells)
    present = {cell.grade_id for cell in cells}
    messages = [
        f"cell {name} is missing from the notebook"
        for exercise in sheet.exercises
        for name in exercise.functions
        if name not in present
    ]
    check_ids = {f"check-{exercise.name}" for exercise in sheet.exercises}
    with Student(limits or Limits()) as student:
        for number, cell in enumerate(cells, start=1):
            if cell.kind == "code" and cell.grade_id not in check_ids:
                label = cell.grade_id or str(number)
                for output in student.run(label, cell.source):
                    if output["output_type"] == "error" and output["ename"] != "CellStopped":
                        messages.append(f"cell {label} stops with {_first_line(output)}")
        scores = [_score(exercise, student) for exercise in sheet.exercises]
        messages += student.problems
    return Checked(sheet, scores, messages)


def report(checked: Checked) -> str:
    """Return the whole check as text: every exercise's report, the messages, the total."""
    points = sum(checked.scores)
    most = sum(score.max_score for score in checked.scores)
    parts = [str(score) for score in checked.scores]
    if checked.messages:
        parts.append("\n".join(["Problems:", *(f"  {line}" for line in checked.messages)]))
    return "\n".join([*parts, f"Total: {points:g} / {most:g} points"])


def _score(exercise: Exercise | Project, student: Student) -> Score:
    functions = tuple(remote_function(student, name) for name in exercise.functions)
    try:
        return check(exercise.name, functions if isinstance(exercise, Project) else functions[0])
    except CourseError as error:  # such as: the function was imported, not written
        problem = Problem("missing", None, str(error))
        return Score(0.0, exercise.points, exercise.name, problem=problem)


def _sheet_of(path: Path, cells: Sequence[SubmittedCell]) -> Sheet:
    """The sheet that most of the cells belong to."""
    ids = {cell.grade_id for cell in cells}
    counts = {
        sheet: sum(name in ids for each in sheet.exercises for name in each.functions)
        for sheet in sheets()
    }
    best = max(counts, key=lambda sheet: counts[sheet])
    if counts[best] == 0:
        names = ", ".join(sheet.name for sheet in counts)
        raise CourseError(
            f"{path.name} is not the notebook of a sheet: it has none of their cells. "
            f"The sheets are: {names}",
            exit_code=2,
        )
    return best


def _first_line(output: dict[str, str]) -> str:
    message = output["evalue"].split("\n")[0]
    return f"{output['ename']}: {message}" if message else output["ename"]
