"""Holding student notebooks to their solutions, and solutions to their points."""

from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING

import pytest

from nbcourse.errors import CourseError

if TYPE_CHECKING:
    from tests.authoring.conftest import DemoCourse


def test_a_fresh_clone_shows_no_drift_and_nothing_is_written(course: "DemoCourse") -> None:
    rmtree(course.path / ".nbcourse")
    rmtree(course.path / "_build")
    (course.path / "gradebook.db").unlink()
    before = course.files()
    assert course.drift() == []
    assert course.files() == before
    assert not (course.path / "gradebook.db").exists()


def test_drift_names_each_sheet_that_differs(course: "DemoCourse") -> None:
    course.rewrite("Return 2 x.", "Return twice x.")
    Path(course.path / "exercises" / "old").mkdir()
    assert course.drift() == [
        "exercises/demo/demo.ipynb differs from its solution: run 'nbcourse release demo'",
        "exercises/old is made by no sheet: delete it",
    ]
    course.notebook.unlink()
    assert course.drift(["demo"]) == [
        "exercises/demo/demo.ipynb is missing: run 'nbcourse release demo'"
    ]
    assert not course.notebook.exists()


def test_a_sheet_that_earns_every_point_is_released(course: "DemoCourse") -> None:
    assert [entry.sheet.name for entry in course.release(run=True)] == ["demo"]


def test_running_a_sheet_names_what_is_wrong_and_releases_nothing(course: "DemoCourse") -> None:
    course.rewrite("total = x + x", "total = x + 1")
    with course.solved.open("a", encoding="utf-8") as file:
        file.write("\n```{code-cell}\n1 / 0\n```\n")
    before = course.files()
    with pytest.raises(CourseError) as caught:
        course.release(run=True)
    assert str(caught.value).splitlines() == [
        "solutions/demo.md, cell 'check-double': "
        "scores 0 of 2, and a solution must score all of them",
        "solutions/demo.md, cell 'free-demo': raises ZeroDivisionError: division by zero",
    ]
    assert course.files() == before


def test_a_check_that_shows_no_score_is_named(course: "DemoCourse") -> None:
    course.rewrite("    return Score(2.0 * (function(3) == 6))", "    function(3)")
    with pytest.raises(CourseError, match="cell 'check-double': shows no score"):
        course.release(run=True)
