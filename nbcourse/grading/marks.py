"""What a graded notebook says of its cells, in nbgrader's own reading."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

NO_RESPONSE = "No response."


@dataclass(frozen=True)
class Marks:
    """What the autograder gives to the cells of one notebook, by their grade ids.

    Parameters
    ----------
    scores
        The points of each graded cell; None for one that only a person can grade.
    comments
        The autograder's comment on each answer; None when it has nothing to say.
    """

    scores: dict[str, float | None]
    comments: dict[str, str | None]


def read_marks(cells: Sequence[Any]) -> Marks:
    """Return the marks of a graded notebook's cells, as nbgrader's ``SaveAutoGrades`` takes them.

    Raises
    ------
    ValueError, KeyError
        From nbgrader, if the output of a cell is no score: more than its points, say.

    Examples
    --------
    >>> from nbcourse.grading.notebooks import make_cell
    >>> cell = make_cell("code", "check('add_backward', add_backward)", "check-add_backward")
    >>> cell.metadata = {"nbgrader": {"grade_id": "check-add_backward", "grade": True, "points": 2}}
    >>> read_marks([cell]).scores
    {'check-add_backward': 2.0}
    """
    from nbgrader import utils

    # What it warns of (a text where a score should be) gives full points all the same.
    log = logging.Logger("nbgrader", logging.ERROR)
    marks = Marks({}, {})
    for cell in cells:
        if utils.is_grade(cell):
            score, _ = utils.determine_grade(cell, log)
            marks.scores[cell.metadata.nbgrader["grade_id"]] = score
        if utils.is_solution(cell) or utils.is_task(cell):
            released = cell.metadata.nbgrader.get("checksum")
            as_released = released == utils.compute_checksum(cell) and not utils.is_task(cell)
            comment = NO_RESPONSE if as_released else None
            marks.comments[cell.metadata.nbgrader["grade_id"]] = comment
    return marks
