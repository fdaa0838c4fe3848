"""nbgrader's own autograding of one submission, with our engine where it starts a kernel.

nbgrader keeps the gradebook, checks the cells against it, reads the scores from the outputs,
applies late penalties and writes ``autograded/``. What is different here: the submission is
read and put back into its sheet first, so that nothing in it can make the rest fail, and its
cells run in ``Student``'s process instead of a kernel that holds the tests as well.
"""

import logging
import re
import warnings
from copy import deepcopy
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgrader.converters import Autograde, NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute, NbGraderPreprocessor

from nbcourse.errors import CourseError
from nbcourse.grading.execution import run_notebook, score_nothing
from nbcourse.grading.notebooks import read_notebook
from nbcourse.grading.records import GRADED, NOT_GRADED, WITH_PROBLEMS
from nbcourse.grading.restore import SourceSheet, restore
from nbcourse.grading.student import Limits, Student
from nbcourse.grading.submissions import Submission, UnreadableError, read_cells

if TYPE_CHECKING:
    from traitlets.config import Config


class SubmissionError(Exception):
    """nbgrader could not grade a submission; the message says why."""


class SubmissionFolders(CourseDirectory):  # type: ignore[misc]
    """nbgrader's folders; a time stamp that cannot be read is a message, not the end."""

    def get_existing_timestamp(self, dest_path: str) -> datetime | None:
        """Return when a submission was handed in, None when that is not known."""
        self.bad_timestamp = False
        try:
            stamp: datetime | None = super().get_existing_timestamp(dest_path)
        except Exception:  # nbgrader fails in several ways on text that is no time
            self.bad_timestamp = True
            return None
        return stamp


class RunCells(NbGraderPreprocessor):  # type: ignore[misc]
    """The step that takes the place of nbgrader's ``Execute``."""

    def __init__(self, grading: "SubmissionConverter") -> None:
        super().__init__()
        self._grading = grading

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Run the cells, in place."""
        self._grading.run(nb)
        return nb, resources


class SubmissionConverter(Autograde):  # type: ignore[misc]
    """nbgrader's ``Autograde`` for one submission that is already found.

    Parameters
    ----------
    config
        The course's settings.
    course
        The course folder.
    submission
        What is graded.
    sheet
        The sheet that it belongs to.
    limits
        What its code may take.
    """

    def __init__(
        self,
        config: "Config",
        course: Path,
        submission: Submission,
        sheet: SourceSheet,
        limits: Limits,
    ) -> None:
        log = logging.Logger("nbgrader", logging.ERROR)
        self.errors = _Errors()
        log.addHandler(self.errors)
        config = deepcopy(config)
        config.CourseDirectory.root = str(course)
        config.CourseDirectory.assignment_id = submission.sheet
        # Nothing but the notebook is taken from a submission: no files, no links.
        config.CourseDirectory.ignore = ["*"]
        self.folders = SubmissionFolders(config=config, log=log)
        super().__init__(coursedir=self.folders, config=config, log=log)
        self.submission, self.sheet, self.limits = submission, sheet, limits
        self.force = True
        self.unreadable = ""
        self.problems: list[str] = []
        runs = {Execute, "nbgrader.preprocessors.Execute", "nbgrader.preprocessors.execute.Execute"}
        steps: list[Any] = self.autograde_preprocessors  # type: ignore[has-type]
        self.autograde_preprocessors = [RunCells(self) if step in runs else step for step in steps]

    def grade(self) -> tuple[str, str]:
        """Grade the submission; return its state and the reason.

        Raises
        ------
        SubmissionError
            If nbgrader cannot grade it.
        CourseError
            If the gradebook cannot be used: then nothing can be graded.
        """
        try:
            # nbgrader warns of its own use of SQLAlchemy and nbformat.
            with warnings.catch_warnings(action="ignore"):
                self.start()
        except NbGraderException as error:
            reason = self.errors.reason(error)
            if "OperationalError" in reason:
                url = self.folders.db_url
                raise CourseError(f"cannot use the gradebook {url}: {reason}", 2) from error
            raise SubmissionError(f"nbgrader stopped with {reason}") from error
        if self.unreadable:
            return NOT_GRADED, self.unreadable
        return (WITH_PROBLEMS if self.problems else GRADED), "; ".join(self.problems)

    def init_notebooks(self) -> None:
        """Take the one notebook, whether or not it is there."""
        self.assignments = {str(self.submission.folder): [str(self.submission.notebook)]}
        self.notebooks: list[str] = []

    def convert_single_notebook(self, notebook_filename: str) -> None:
        """Put the notebook back into its sheet, check it as nbgrader does, run it, save it."""
        resources = self.init_single_notebook_resources(notebook_filename)
        notebook = self.read()
        for sanitizing in (True, False):
            self._sanitizing = sanitizing
            self._init_preprocessors()
            output, done = self.exporter.from_notebook_node(notebook, deepcopy(resources))
            notebook = read_notebook(output)
        self._sanitizing = True
        self.write_single_notebook(output, done)

    def read(self) -> Any:
        """Return the submission put back into its sheet; the empty sheet if it is unreadable."""
        try:
            cells = read_cells(self.submission.notebook)
        except UnreadableError as error:
            self.unreadable = str(error)
            cells = []
        notebook, messages = restore(cells, self.sheet)
        if not self.unreadable:
            self.problems += messages
        if self.folders.bad_timestamp:
            self.problems.append("timestamp.txt holds no time: ignored")
        return notebook

    def run(self, notebook: Any) -> None:
        """Run the notebook's cells and note what became of it in its metadata, for the feedback."""
        if self.unreadable:
            score_nothing(notebook, self.unreadable)
        else:
            with Student(self.limits) as student:
                self.problems += run_notebook(notebook, student)
        state = WITH_PROBLEMS if self.problems else GRADED
        notebook.metadata["nbcourse"] = {
            "state": NOT_GRADED if self.unreadable else state,
            "reasons": [self.unreadable] if self.unreadable else self.problems,
        }


class _Errors(logging.Handler):
    """Keeps what nbgrader logs as errors."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self._messages.append(record.getMessage())

    def reason(self, error: Exception) -> str:
        """The exception in the first traceback that was logged."""
        lines = [line for message in self._messages for line in message.splitlines()]
        named = [line for line in lines if re.match(r"[\w.]+(Error|Exception)\b", line)]
        return (named or [str(error)])[0]
