"""Writing the gradebook's scores for other programs, by nbgrader's export plugins."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbcourse.authoring.course import load_config
from nbcourse.authoring.files import replacing
from nbcourse.authoring.jsonschema_import import import_jsonschema
from nbcourse.errors import CourseError
from nbcourse.grading.gradebook import has_gradebook, open_gradebook

if TYPE_CHECKING:
    from traitlets.config import Config

# By the name of the format: the class in lms.py.
LMS = {"canvas": "CanvasExport", "moodle": "MoodleExport"}


@dataclass(frozen=True)
class Exported:
    """What was written for a learning management system.

    Parameters
    ----------
    students
        The number of students, a row each.
    columns
        The header of each sheet's column, by the sheet's name.
    guarded
        The texts that were changed because a spreadsheet could compute them, as they were.
    """

    students: int
    columns: dict[str, str]
    guarded: list[str]


def export_csv(course: Path, output: Path, sheets: Sequence[str] = ()) -> int:
    """Write nbgrader's table of scores: a row for every student and sheet in the gradebook.

    Parameters
    ----------
    course
        The course folder.
    output
        The file to write; a reader sees the old one or the new one, never half of one.
    sheets
        Only these sheets; all of them when none is named.

    Returns
    -------
    int
        The number of rows.

    Raises
    ------
    CourseError
        If there is no gradebook yet or no such sheet in it, or the file's folder is not there.
    """
    import_jsonschema()
    from nbgrader.plugins import CsvExportPlugin

    config = load_config(course)
    with _grades(course, config, output, sheets) as gradebook, replacing(output) as new:
        _plugin(CsvExportPlugin, config, new, sheets).export(gradebook)
        return len(new.read_text(encoding="utf-8").splitlines()) - 1


def export_lms(course: Path, system: str, output: Path, sheets: Sequence[str] = ()) -> Exported:
    """Write the scores as a learning management system imports them.

    A row for every student, a column for every sheet that somebody handed in. A score is
    nbgrader's total: what the sheet earned less the late penalty, 0 where nothing was handed in
    or could be graded.

    Parameters
    ----------
    course
        The course folder.
    system
        ``"canvas"`` or ``"moodle"``.
    output, sheets
        As in ``export_csv``.

    Raises
    ------
    CourseError
        As in ``export_csv``, and if there is nothing graded in the gradebook.
    """
    import_jsonschema()
    from nbcourse.grading import lms

    config = load_config(course)
    with _grades(course, config, output, sheets) as gradebook, replacing(output) as new:
        plugin = _plugin(getattr(lms, LMS[system]), config, new, sheets)
        plugin.export(gradebook)
    return Exported(plugin.students, plugin.headers, plugin.guarded)


@contextmanager
def _grades(course: Path, config: "Config", output: Path, sheets: Sequence[str]) -> Iterator[Any]:
    """The open gradebook, once it is sure that the sheets are in it and where to write."""
    if not has_gradebook(course, config):
        raise CourseError(
            f"there are no grades to export: {course} has no gradebook. "
            "Run 'nbcourse autograde' first",
            exit_code=2,
        )
    if not output.parent.is_dir():
        raise CourseError(f"cannot write {output}: there is no folder {output.parent}", 2)
    with open_gradebook(course, config) as gradebook:
        known = sorted(assignment.name for assignment in gradebook.assignments)
        for name in sheets:
            if name not in known:
                raise CourseError(
                    f"the gradebook has no sheet {name!r}; it has: {', '.join(known) or 'none'}", 2
                )
        yield gradebook


def _plugin(kind: Any, config: "Config", new: Path, sheets: Sequence[str]) -> Any:
    """An export plugin of nbgrader's, with the course's settings, that says nothing but errors."""
    from traitlets import TraitError

    try:
        plugin = kind(config=config, log=logging.Logger("nbgrader", logging.ERROR))
    except TraitError as error:
        raise CourseError(f"nbgrader_config.py: {error}", exit_code=2) from error
    plugin.to = str(new)
    plugin.assignment = list(sheets)
    return plugin
