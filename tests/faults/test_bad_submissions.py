"""Whatever is handed in has one state with its reason, and costs the others nothing."""

import os
import shutil
from typing import Any

import nbformat
import pytest

from tests.faults.bad import BAD, NEIGHBOURS, hand_in_all
from tests.faults.commands import Commands, Ended
from tests.faults.state import files_of, graded_students, results_of
from tests.grading.conftest import Course
from tests.grading.handed_in import FULL

Graded = tuple[Course, Ended, dict[str, Any], dict[str, tuple[float, str, str]]]


@pytest.fixture(scope="module")
def bad_class(demo: Course, commands: Commands, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """All of them, graded once: the course, how the command ended, its files before, results."""
    folder = tmp_path_factory.mktemp("bad") / "course"
    shutil.copytree(demo.folder, folder)
    course = Course(folder, demo.released, demo.answers)
    hand_in_all(course)
    files = files_of(folder)
    ended = commands.run(folder, "--jobs", "2")
    return course, ended, files, results_of(folder)


@pytest.mark.parametrize("name", BAD)
def test_it_has_its_state_and_its_reason(name: str, bad_class: Graded) -> None:
    course, _, _, results = bad_class
    _, score, state, reason = BAD[name]
    points, found, why = results[name]
    assert (points, found) == (score, state), why
    assert reason in why
    assert bool(reason) == bool(why), why
    assert len(why.split("; ")[0]) < 400
    path = course.folder / "autograded" / name / "demo" / "demo.ipynb"
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.nbcourse.state == state


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_a_neighbour_has_all_its_points(name: str, bad_class: Graded) -> None:
    assert bad_class[3][name] == (FULL, "graded", "")


def test_the_command_lists_them_and_leaves_nothing_else(bad_class: Graded) -> None:
    course, ended, files, results = bad_class
    assert (ended.code, ended.left) == (1, ()), ended.output
    assert ended.graded == len(BAD) + len(NEIGHBOURS) == len(results)
    assert graded_students(course.folder) == sorted([*BAD, *NEIGHBOURS])
    assert files_of(course.folder) == files
    for name in BAD:
        assert os.listdir(course.folder / "autograded" / name / "demo") == ["demo.ipynb"]


def test_the_same_command_grades_none_of_them_again(bad_class: Graded, commands: Commands) -> None:
    course, ended, _, results = bad_class
    again = commands.run(course.folder, "--jobs", "2")
    assert (again.code, again.graded) == (1, 0)
    assert again.output.split("Problems:")[0] == ended.output.split("Problems:")[0]
    assert results_of(course.folder) == results
