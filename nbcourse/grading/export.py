"""Writing the gradebook's scores for other programs, by nbgrader's export plugins."""

import logging
from pathlib import Path

from nbcourse.authoring.course import load_config
from nbcourse.authoring.files import replacing
from nbcourse.errors import CourseError
from nbcourse.grading.gradebook import has_gradebook, open_gradebook


def export_csv(course: Path, output: Path) -> int:
    """Write nbgrader's table of scores: a row for every student and sheet in the gradebook.

    Parameters
    ----------
    course
        The course folder.
    output
        The file to write; a reader sees the old one or the new one, never half of one.

    Returns
    -------
    int
        The number of rows.

    Raises
    ------
    CourseError
        If there is no gradebook yet, or the file's folder is not there.
    """
    config = load_config(course)
    if not has_gradebook(course, config):
        raise CourseError(
            f"there are no grades to export: {course} has no gradebook. "
            "Run 'nbcourse autograde' first",
            exit_code=2,
        )
    if not output.parent.is_dir():
        raise CourseError(f"cannot write {output}: there is no folder {output.parent}", 2)
    from nbgrader.plugins import CsvExportPlugin

    log = logging.Logger("nbgrader", logging.ERROR)
    with replacing(output) as new:
        plugin = CsvExportPlugin(config=config, log=log)
        plugin.to = str(new)
        with open_gradebook(course, config) as gradebook:
            plugin.export(gradebook)
        return len(new.read_text(encoding="utf-8").splitlines()) - 1
