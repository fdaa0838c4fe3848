"""A small class that was handed in, a server that runs the command, and how it ends when whole."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.commands import Commands
from tests.faults.state import State, state_of
from tests.grading.conftest import Course, demo
from tests.grading.handed_in import CLASS, hand_in

__all__ = ["demo"]

# Right, blank, wrong, put right, and none at all.
SMALL = ("answer deleted", "blank", "cut", "right", "wrong")


@pytest.fixture(scope="session")
def commands(root: Path) -> Iterator[Commands]:
    with Commands(root) as commands:
        yield commands


@pytest.fixture(scope="session")
def handed_in(demo: Course, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The course with a small class's submissions; not to be changed."""
    folder = tmp_path_factory.mktemp("handed in") / "course"
    shutil.copytree(demo.folder, folder)
    course = Course(folder, demo.released, demo.answers)
    hand_in(course, list(SMALL))
    return course


@pytest.fixture
def course(handed_in: Course, tmp_path: Path) -> Course:
    """A copy of it, to be changed."""
    return copied(handed_in, tmp_path)


@pytest.fixture(scope="session")
def graded(
    handed_in: Course, commands: Commands, tmp_path_factory: pytest.TempPathFactory
) -> Course:
    """The course after a run that nothing disturbed; ``done`` has it as it was then."""
    course = copied(handed_in, tmp_path_factory.mktemp("graded"))
    ended = commands.run(course.folder)
    assert (ended.code, ended.left) == (1, ()), ended.output
    assert [f"{CLASS[name][1]:g} / 7" in ended.output for name in SMALL] == [True] * len(SMALL)
    return course


@pytest.fixture(scope="session")
def expected(graded: Course) -> State:
    """What a run that nothing disturbed leaves."""
    return state_of(graded.folder)


@pytest.fixture(scope="session")
def kept(graded: Course, expected: State, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A copy of it."""
    return copied(graded, tmp_path_factory.mktemp("kept"))


@pytest.fixture
def done(graded: Course, kept: Course) -> Course:
    """The course as it was after that run, to be changed; in its place, which its settings hold."""
    shutil.rmtree(graded.folder)
    shutil.copytree(kept.folder, graded.folder)
    return graded


def copied(course: Any, folder: Path) -> Course:
    shutil.copytree(course.folder, folder / "course")
    return Course(folder / "course", course.released, course.answers)
