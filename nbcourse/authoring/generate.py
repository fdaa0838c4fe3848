"""Student notebooks and gradebook entries, made by nbgrader's own ``generate_assignment``.

nbgrader runs inside this process, over all sheets at once: importing it takes two seconds, a
sheet a few tenths of one.
"""

import logging
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from nbcourse.authoring.course import course_path
from nbcourse.authoring.jsonschema_import import import_jsonschema
from nbcourse.errors import CourseError

if TYPE_CHECKING:
    from traitlets.config import Config


def student_notebooks(
    course: Path, config: "Config", sources: Mapping[str, str], *, record: bool
) -> dict[str, str]:
    """Return the student notebook of each source notebook; the course's folders are not touched.

    Parameters
    ----------
    course
        The course folder.
    config
        Its settings.
    sources
        The text of the source notebook of each sheet, by the sheet's name.
    record
        Whether the gradebook learns the sheets' cells, as grading needs. Without it nothing at
        all is written in the course folder.

    Raises
    ------
    CourseError
        If nbgrader refuses a sheet; its own reason is in the message.
    """
    with tempfile.TemporaryDirectory(prefix="nbcourse-release-") as name:
        work = Path(name).resolve()
        for sheet, text in sources.items():
            folder = work / "source" / sheet
            folder.mkdir(parents=True)
            (folder / f"{sheet}.ipynb").write_text(text, encoding="utf-8")
        _generate(course, config, work / "source", work / "release", list(sources), record)
        return {
            sheet: (work / "release" / sheet / f"{sheet}.ipynb").read_text(encoding="utf-8")
            for sheet in sources
        }


def record_sheets(course: Path, config: "Config", sheets: Sequence[str]) -> None:
    """Tell a course's gradebook the cells of built sheets, so that they can be graded there.

    For a course folder that grades sheets which another one builds, such as ``examples/``.

    Raises
    ------
    CourseError
        If a sheet is not built, or nbgrader refuses it.
    """
    source = course_path(course, config, "source")
    for sheet in sheets:
        if not (source / sheet / f"{sheet}.ipynb").is_file():
            raise CourseError(
                f"the sheet {sheet!r} is not built: {source / sheet} has no {sheet}.ipynb. "
                "Run 'nbcourse release' in the folder that holds solutions/"
            )
    with tempfile.TemporaryDirectory(prefix="nbcourse-release-") as name:
        _generate(course, config, source, Path(name), sheets, record=True)


def _generate(
    course: Path, config: "Config", source: Path, release: Path, sheets: Sequence[str], record: bool
) -> None:
    """Run nbgrader's ``generate_assignment`` over sheets, with other folders than the course's."""
    import_jsonschema()
    from nbgrader.converters import GenerateAssignment, NbGraderException
    from nbgrader.coursedir import CourseDirectory

    config = deepcopy(config)
    config.CourseDirectory.root = str(course)
    # nbgrader builds a pattern from this path, in which it escapes the root alone: a path from
    # there keeps a course in a folder with a '+' in its name working.
    config.CourseDirectory.source_directory = os.path.relpath(source, course)
    config.CourseDirectory.release_directory = str(release)
    if not record:
        config.SaveCells.enabled = False
        config.GenerateAssignment.no_database = True
    log, reasons = _collecting_log()
    with version_given():
        for sheet in sheets:
            config.CourseDirectory.assignment_id = sheet
            converter = GenerateAssignment(
                coursedir=CourseDirectory(config=config, log=log), config=config, log=log
            )
            try:
                converter.start()
            except NbGraderException as error:
                raise CourseError(_refusal(sheet, reasons or [str(error)])) from error


@lru_cache(maxsize=1)
def gradebook_version() -> str:
    """Return what nbgrader marks its gradebooks with: the newest version of their tables."""
    from alembic.script import ScriptDirectory
    from nbgrader.dbutil import ALEMBIC_DIR

    return str(ScriptDirectory(ALEMBIC_DIR).get_current_head())


def _refusal(sheet: str, reasons: Sequence[str]) -> str:
    """Nbgrader's reason in one line: the last line of the first error it logged."""
    reason = next(
        (log.strip().splitlines()[-1] for log in reasons if "Traceback" in log),
        reasons[0].strip(),
    )
    if "submissions associated" in reason:
        return (
            f"the graded cells of {sheet!r} changed after submissions were graded, and nbgrader "
            "cannot bring the two together: keep the cells' names, or move gradebook.db away "
            "and grade again"
        )
    return f"nbgrader could not generate {sheet!r}: {reason}"


def _collecting_log() -> tuple[logging.Logger, list[str]]:
    """A logger that keeps the errors for our own message, and shows nothing."""
    reasons: list[str] = []

    class _Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            reasons.append(record.getMessage())

    log = logging.Logger("nbgrader", logging.ERROR)
    log.addHandler(_Collect())
    return log, reasons


@contextmanager
def version_given() -> Iterator[None]:
    """Tell nbgrader the version of a new gradebook, for which it would start another program.

    That is ``alembic``, and takes two seconds. Nor does it have to be on the path then.
    """
    from nbgrader import api

    before, api.get_alembic_version = api.get_alembic_version, gradebook_version
    try:
        yield
    finally:
        api.get_alembic_version = before
