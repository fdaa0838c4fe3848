"""Feedback pages of what was graded, by nbgrader's own ``generate_feedback``.

A page is made again when something it shows may have changed: the graded notebook, the
gradebook (a grader's points and comments are there), the settings or the library.
"""

import hashlib
import json
import logging
import shutil
import warnings
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import nbcourse
from nbcourse.authoring.course import course_path, load_config
from nbcourse.errors import CourseError
from nbcourse.grading.gradebook import gradebook_state
from nbcourse.grading.settings import grading_digest
from nbcourse.grading.sheets import choose_sheets
from nbcourse.grading.student_names import name_problem
from nbcourse.grading.submissions import (
    MAX_STAMP,
    Submission,
    UnreadableError,
    find_submissions,
    read_bytes,
)

if TYPE_CHECKING:
    from traitlets.config import Config

# What a submission from nbgrader's exchange has beside its notebook. By them `nbgrader
# release_feedback` names the page so that this student alone finds it.
FROM_THE_EXCHANGE = ("timestamp.txt", "submission_secret.txt")


@dataclass(frozen=True)
class Pages:
    """What a run left behind: how many pages there are, how many are new, and where."""

    total: int
    new: int
    folder: Path


def make_feedback(course: Path, sheet: str | None = None, student: str | None = None) -> Pages:
    """Write ``feedback/<student>/<sheet>/<sheet>.html`` for everything graded.

    Parameters
    ----------
    course
        The course folder.
    sheet, student
        Only this sheet's, only this student's; None for all.

    Raises
    ------
    CourseError
        If there is no such sheet, nothing was graded, or nbgrader stops.
    """
    config = load_config(course)
    names = choose_sheets(course, config, sheet)
    autograded = course_path(course, config, "autograded")
    graded = [
        each
        for name in names
        for each in find_submissions(autograded, name, student)
        if not name_problem(each.student)  # nbgrader would stop at it
    ]
    if not graded:
        raise CourseError(
            f"nothing is graded yet: {autograded} has nothing for {student or 'any student'} and "
            f"{' or '.join(names)}. Run 'nbcourse autograde' first",
            exit_code=2,
        )
    folder = course_path(course, config, "feedback")
    made_from = course / ".nbcourse" / "feedback.json"
    before = json.loads(made_from.read_text()) if made_from.exists() else {}
    common = grading_digest(config) + gradebook_state(course, config)
    digests = {f"{each.sheet}/{each.student}": _digest(each, common) for each in graded}
    todo = [
        each
        for each in graded
        if before.get(f"{each.sheet}/{each.student}") != digests[f"{each.sheet}/{each.student}"]
        or not (folder / each.student / each.sheet / f"{each.sheet}.html").exists()
    ]
    for name in names:
        chosen = [each for each in todo if each.sheet == name]
        if chosen:
            _generate(course, config, name, chosen)
    _copy_what_the_exchange_needs(course_path(course, config, "submitted"), folder, graded)
    _copy_mathjax(folder)
    made_from.parent.mkdir(mode=0o700, exist_ok=True)
    made_from.write_text(json.dumps(before | digests, indent=0, sort_keys=True))
    return Pages(len(graded), len(todo), folder)


def _digest(graded: Submission, common: str) -> str:
    return hashlib.sha256((common + graded.digest()).encode()).hexdigest()


def _generate(course: Path, config: "Config", sheet: str, graded: list[Submission]) -> None:
    """Have nbgrader make the pages of some submissions of one sheet."""
    from nbgrader.converters import GenerateFeedback, NbGraderException
    from nbgrader.coursedir import CourseDirectory

    from nbcourse.grading.exporter import FeedbackExporter

    class Chosen(GenerateFeedback):  # type: ignore[misc]
        def init_notebooks(self) -> None:
            self.assignments = {str(each.folder): [str(each.notebook)] for each in graded}
            self.notebooks: list[str] = []

    config = deepcopy(config)
    config.CourseDirectory.root = str(course)
    config.CourseDirectory.assignment_id = sheet
    config.GenerateFeedback.exporter_class = FeedbackExporter
    config.GenerateFeedback.force = True
    log = logging.Logger("nbgrader", logging.CRITICAL)
    converter = Chosen(coursedir=CourseDirectory(config=config, log=log), config=config, log=log)
    try:
        with warnings.catch_warnings(action="ignore"):  # nbgrader's own use of SQLAlchemy
            converter.start()
    except NbGraderException as error:
        raise CourseError(f"nbgrader could not make the feedback of {sheet}: {error}", 2) from error


def _copy_what_the_exchange_needs(submitted: Path, folder: Path, graded: list[Submission]) -> None:
    for each in graded:
        for name in FROM_THE_EXCHANGE:
            try:
                data = read_bytes(submitted / each.student / each.sheet / name, MAX_STAMP)
            except UnreadableError:
                continue  # it came another way
            (folder / each.student / each.sheet / name).write_bytes(data)


def _copy_mathjax(folder: Path) -> None:
    """Put beside the pages what shows their formulas, where the library has the book's copy.

    Without it a page shows the formulas as they are written, between dollar signs.
    """
    from nbcourse.grading.exporter import MATHJAX_FOLDER

    source = Path(nbcourse.__file__).parents[1] / "book" / "_assets" / "mathjax"
    target = folder / MATHJAX_FOLDER
    if source.is_dir() and not target.exists():
        shutil.copytree(source, target)
