"""Reading nbgrader's gradebook."""

import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbcourse.errors import CourseError

if TYPE_CHECKING:
    from traitlets.config import Config


def gradebook_url(course: Path, config: "Config") -> str:
    """Return the address of the course's gradebook."""
    default = f"sqlite:///{course / 'gradebook.db'}"
    return str(config.CourseDirectory.get("db_url", default))


def has_gradebook(course: Path, config: "Config") -> bool:
    """Say whether there is a gradebook; opening one that is not there would create it."""
    url = gradebook_url(course, config)
    scheme, _, path = url.partition(":///")
    return scheme != "sqlite" or Path(path.partition("?")[0]).exists()


def read_scores(
    course: Path, config: "Config", sheets: list[str]
) -> dict[tuple[str, str], tuple[float, float]]:
    """Return score and maximum of every graded submission, by sheet and student.

    Raises
    ------
    CourseError
        If the gradebook cannot be used.
    """
    if not has_gradebook(course, config):
        return {}
    scores = {}
    with open_gradebook(course, config) as gradebook:
        for sheet in sheets:
            for found in gradebook.submission_dicts(sheet):
                score = float(found["score"]), float(found["max_score"])
                scores[sheet, str(found["student"])] = score
    return scores


@contextmanager
def open_gradebook(course: Path, config: "Config") -> Iterator[Any]:
    """Open the gradebook, as nbgrader's ``Gradebook``.

    Raises
    ------
    CourseError
        If it cannot be used: locked by another program, say.
    """
    from nbgrader.api import Gradebook
    from sqlalchemy.exc import OperationalError

    url = gradebook_url(course, config)
    try:
        # What is warned of is nbgrader's own use of SQLAlchemy.
        with warnings.catch_warnings(action="ignore"), Gradebook(url) as gradebook:
            yield gradebook
    except OperationalError as error:
        raise CourseError(f"cannot use the gradebook {url}: {error.orig}", 2) from error


def gradebook_state(course: Path, config: "Config") -> str:
    """Return a text that differs when the gradebook has been written to."""
    path = Path(gradebook_url(course, config).partition(":///")[2].partition("?")[0])
    if not path.is_file():  # a server's: when it was written to cannot be seen from here
        return str(time.time_ns())
    return f"{path.stat().st_mtime_ns} {path.stat().st_size}"
