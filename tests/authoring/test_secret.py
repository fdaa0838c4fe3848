"""The course folder, its secret, and the seeds derived from it."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from nbcourse.authoring.course import course_path, find_course, load_config
from nbcourse.authoring.secret import SECRET_FILE, course_secret, hidden_seed
from nbcourse.errors import CourseError

if TYPE_CHECKING:
    from tests.authoring.conftest import DemoCourse


def test_the_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(course_secret, [tmp_path] * 8))
    assert len(secrets) == 1
    assert len(secrets.pop()) == 32
    (path,) = (tmp_path / SECRET_FILE).parent.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert course_secret(tmp_path / "other") != course_secret(tmp_path)


def test_seeds_differ_by_secret_sheet_and_exercise() -> None:
    keys = [
        (secret, sheet, exercise)
        for secret in (b"a", b"b")
        for sheet in ("graphs", "networks")
        for exercise in ("relu", "linear")
    ]
    assert len({hidden_seed(*key) for key in keys}) == len(keys)


def test_a_course_folder_is_one_with_a_config(released: "DemoCourse", tmp_path: Path) -> None:
    assert find_course(released.path) == released.path
    with pytest.raises(CourseError, match=r"is not a course folder: it has no nbgrader_config"):
        find_course(tmp_path)


def test_the_course_keeps_its_folders_where_the_config_says(released: "DemoCourse") -> None:
    config = load_config(released.path)
    folders = {
        step: course_path(released.path, config, step).relative_to(released.path).as_posix()
        for step in ("source", "release", "submitted", "autograded", "feedback")
    }
    assert folders == {
        "source": "_build/source",
        "release": "exercises",
        "submitted": "submitted",
        "autograded": "autograded",
        "feedback": "feedback",
    }
