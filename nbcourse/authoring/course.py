"""A course folder: any folder with an ``nbgrader_config.py`` in it, and what that file says."""

from pathlib import Path
from typing import TYPE_CHECKING

from nbcourse.errors import CourseError

if TYPE_CHECKING:
    from traitlets.config import Config

CONFIG_NAME = "nbgrader_config.py"


def find_course(folder: Path | None = None) -> Path:
    """Return the absolute course folder; the working folder when none is given.

    Raises
    ------
    CourseError
        If the folder has no ``nbgrader_config.py``.
    """
    course = (Path.cwd() if folder is None else folder).resolve()
    if not (course / CONFIG_NAME).is_file():
        raise CourseError(
            f"{course} is not a course folder: it has no {CONFIG_NAME}. "
            "Go to the folder that has it, or name it: nbcourse -C FOLDER ..."
        )
    return course


def load_config(course: Path) -> "Config":
    """Return the settings in the course's ``nbgrader_config.py``, and only those.

    Settings in the user's home are left out on purpose: they would make the released
    notebooks differ from one instructor's machine to the next.

    Raises
    ------
    CourseError
        If the file cannot be run.
    """
    from traitlets.config.loader import PyFileConfigLoader

    try:
        config: Config = PyFileConfigLoader(CONFIG_NAME, path=str(course)).load_config()
    except Exception as error:
        raise CourseError(
            f"{course / CONFIG_NAME} cannot be read: {type(error).__name__}: {error}"
        ) from error
    return config


def course_path(course: Path, config: "Config", step: str) -> Path:
    """Return the folder of one nbgrader step, such as ``"source"`` or ``"release"``.

    Parameters
    ----------
    course
        The course folder.
    config
        Its settings, from ``load_config``.
    step
        nbgrader's name of the step; its folder has the same name unless the settings
        give another in ``CourseDirectory.<step>_directory``.
    """
    return course / str(config.CourseDirectory.get(f"{step}_directory", step))
