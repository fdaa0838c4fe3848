"""Running a submission that was put back into its sheet: its cells and the checks among them."""

from html import escape
from typing import Any

from nbcourse.errors import CourseError
from nbcourse.exercise import Score
from nbcourse.exercise.score import Problem
from nbcourse.grading.checks import run_check
from nbcourse.grading.notebooks import set_outputs
from nbcourse.grading.outputs import Output, error_output, result_output
from nbcourse.grading.sandbox import SandboxError
from nbcourse.grading.student import Student


def run_notebook(notebook: Any, student: Student) -> tuple[list[str], dict[str, Score]]:
    """Run every cell in order, in place.

    The student's cells run in the student's process. A check cell runs here, with the functions
    as they are when its turn comes, as it would in a notebook.

    Returns
    -------
    problems
        What went wrong, a line each.
    scores
        The scores by the check cells' grade ids.
    """
    problems: list[str] = []
    scores: dict[str, Score] = {}
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(cells, start=1):
        if is_check(cell):
            outputs, score = _checked(cell, student, problems)
            scores[_label(cell)] = score
        else:
            outputs = student.run(_label(cell), cell.source)
        set_outputs(cell, outputs, number)
    return student.problems + problems, scores


def score_nothing(notebook: Any, reason: str) -> None:
    """Give every check cell of a submission that could not be read 0 points and the reason."""
    html = f"<div>This submission could not be graded: {escape(reason)}.</div>"
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(cells, start=1):
        if is_check(cell):
            set_outputs(cell, [result_output("0.0", html)], number)


def is_check(cell: Any) -> bool:
    """Say whether a cell's output is a score."""
    nbgrader = cell.metadata.get("nbgrader", {})
    return bool(nbgrader.get("grade")) and not nbgrader.get("solution")


def _checked(cell: Any, student: Student, problems: list[str]) -> tuple[list[Output], Score]:
    try:
        return run_check(cell.source, student)
    except CourseError as error:
        # Such as: the function was imported, not written.
        kind, message = "CourseError", str(error)
    except SandboxError:
        raise
    except Exception as error:  # a slip in a spec must not cost the other exercises
        kind, message = "CheckError", f"{type(error).__name__}: {error}"
        problems.append(f"cell {_label(cell)} could not check: {message}")
    points = float(cell.metadata.nbgrader.points)
    name = _label(cell).removeprefix("check-")
    score = Score(0.0, points, name, problem=Problem("missing", None, message))
    return [error_output(kind, message)], score


def _label(cell: Any) -> str:
    """What a cell is called in messages: its grade id, or else how it begins."""
    grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
    first_line = next((line for line in cell.source.split("\n") if line.strip()), "")
    return str(grade_id or repr(first_line[:40]))
