"""Penalties for late submissions, by the plugin that the course sets for nbgrader."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

from nbcourse.errors import CourseError

if TYPE_CHECKING:
    from traitlets.config import Config


def seconds_late(
    timestamp: datetime | None, duedate: datetime | None, extension: timedelta | None
) -> float:
    """Return by how many seconds a submission is late; 0 when it is not, or nobody knows.

    Examples
    --------
    >>> due, handed_in = datetime(2026, 11, 20, 12), datetime(2026, 11, 20, 13)
    >>> seconds_late(handed_in, due, None)
    3600.0
    >>> seconds_late(handed_in, due, timedelta(days=1))
    0.0
    """
    if timestamp is None or duedate is None:
        return 0.0
    return max(0.0, (timestamp - duedate - (extension or timedelta())).total_seconds())


class LatePenalties:
    """nbgrader's ``AssignLatePenalties`` without its gradebook.

    Parameters
    ----------
    course
        The course folder; a plugin may be a module in it.
    config
        The course's settings.

    Raises
    ------
    CourseError
        If the plugin that is set cannot be imported.
    """

    def __init__(self, course: Path, config: "Config") -> None:
        from nbgrader.preprocessors import AssignLatePenalties

        self._course = course
        log = logging.Logger("nbgrader", logging.ERROR)
        with _importing_from(course):
            try:
                self._step = AssignLatePenalties(config=config, log=log)
                self._step.init_plugin()
            except Exception as error:  # whatever the plugin's own code raises
                raise CourseError(
                    "nbgrader_config.py sets c.AssignLatePenalties.plugin_class to what cannot be "
                    f"used: {type(error).__name__}: {error}",
                    exit_code=2,
                ) from error

    @property
    def enabled(self) -> bool:
        """Whether penalties are given at all."""
        return bool(self._step.enabled)

    def penalty(self, student: str, score: float, seconds: float) -> float | None:
        """Return what a late submission loses: at most its score, None if nothing is said.

        Parameters
        ----------
        student
            Whose submission.
        score
            The points of its notebook.
        seconds
            By how much it is late, above 0.

        Raises
        ------
        CourseError
            If the plugin fails.
        """
        with _importing_from(self._course):
            try:
                self._step.init_plugin()  # a new one for every submission, as in nbgrader
                plugin = self._step.plugin_inst
                given = plugin.late_submission_penalty(student, score, seconds)
                if given is None:
                    return None
                return float(self._step._check_late_penalty(SimpleNamespace(score=score), given))
            except Exception as error:  # whatever the plugin's own code raises
                name = type(self._step.plugin_inst).__name__
                raise CourseError(
                    f"the course's late penalty plugin {name} failed on {student}, {seconds:g} s "
                    f"late with {score:g} points: {type(error).__name__}: {error}",
                    exit_code=2,
                ) from error


@contextmanager
def _importing_from(course: Path) -> Iterator[None]:
    """Let modules of the course folder be imported, as nbgrader's commands do."""
    sys.path.insert(0, str(course))
    try:
        yield
    finally:
        sys.path.remove(str(course))
