"""A full disk and files that cannot be written stop a run in plain words, and lose nothing."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.commands import Commands, Ended
from tests.faults.conftest import SMALL, copied
from tests.faults.state import State, files_of, graded_students, state_of
from tests.grading.conftest import Course

NO_ROOM = "No space left on device"


def is_refused(ended: Ended, message: str) -> None:
    assert (ended.code, ended.left) == (2, ()), ended.output
    assert len(ended.output.splitlines()) == 1, ended.output
    assert ended.output.startswith("Error: ")
    assert message in ended.output


def goes_on(course: Any, commands: Commands, expected: State) -> None:
    kept = graded_students(course.folder)
    ended = commands.go_on(course.folder)
    assert ended.graded == len(SMALL) - len(kept)
    assert state_of(course.folder) == expected
    assert graded_students(course.folder) == sorted(SMALL)


@pytest.mark.parametrize(
    ("where", "turn"),
    [
        ("/autograded/", 4),
        ("/grading.jsonl", 1),
        ("/grading.jsonl", 3),
        ("/grading.csv", 1),
    ],
)
def test_a_disk_that_is_full_from_a_moment_on(
    where: str, turn: int, course: Any, commands: Commands, expected: State
) -> None:
    files = files_of(course.folder)
    ended = commands.run(course.folder, fault=("no_room", where, turn))
    is_refused(ended, NO_ROOM)
    assert "the same command goes on from there" in ended.output
    assert files_of(course.folder) == files
    goes_on(course, commands, expected)


def mounted(folder: Path) -> bool:
    words = ["mount", "-t", "tmpfs", "-o", "size=3m,mode=0755", "tmpfs", str(folder)]
    return os.geteuid() == 0 and subprocess.run(words, capture_output=True).returncode == 0


@pytest.fixture
def small_disk(handed_in: Any, tmp_path: Path) -> Iterator[Any]:
    """The course on a file system of 3 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if not mounted(disk):
        pytest.skip("needs root, and the right to mount a file system")
    try:
        yield copied(handed_in, disk)
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.parametrize("room", [0, 40_000, 90_000])
def test_a_disk_with_little_room(
    room: int, small_disk: Course, commands: Commands, expected: State, tmp_path: Path
) -> None:
    course, ballast = small_disk, small_disk.folder / "ballast"
    free = os.statvfs(course.folder)
    ballast.write_bytes(b"x" * (free.f_bavail * free.f_bsize - room // 4096 * 4096))
    files = files_of(course.folder)
    ended = commands.run(course.folder, output=tmp_path / "output.txt")
    assert (ended.code, ended.left) == (2, ()), ended.output
    assert len(ended.output.splitlines()) == 1, ended.output
    assert NO_ROOM in ended.output or "the disk is full" in ended.output
    assert files_of(course.folder) == files
    ballast.unlink()
    goes_on(course, commands, expected)


# --- what is in the way --------------------------------------------------------------------------

Break = Callable[[Path], None]


def is_file(name: str) -> Break:
    def make(course: Path) -> None:
        path = course / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("in the way")

    return make


def is_folder(name: str) -> Break:
    return lambda course: (course / name / "full").mkdir(parents=True)


def is_read_only(name: str) -> Break:
    def make(course: Path) -> None:
        path = course / name
        if not path.suffix:
            path.mkdir(exist_ok=True)
        path.chmod(path.stat().st_mode & 0o555)

    return make


# Name -> (what is wrong, a part of the message, how many are graded all the same).
IN_THE_WAY: dict[str, tuple[Break, str, int]] = {
    "autograded is a file": (is_file("autograded"), "cannot keep the result of", 0),
    "a student's folder is a file": (is_file("autograded/blank"), "result of blank, demo", 1),
    "a notebook is a folder": (is_folder("autograded/blank/demo/demo.ipynb"), "Is a dir", 1),
    "the journal is a folder": (is_folder(".nbcourse/grading.jsonl"), "Is a directory", 0),
    "the table is a folder": (is_folder("grading.csv"), "Is a directory", 5),
    "the lock is a folder": (is_folder(".nbcourse/grading.lock"), "cannot write in ", 0),
    "autograded is read-only": (is_read_only("autograded"), "Permission denied", 0),
    "the course is read-only": (is_read_only(""), "ermission denied", 0),
    "the gradebook is read-only": (is_read_only("gradebook.db"), "is read-only for you", 5),
}


@pytest.mark.parametrize("name", IN_THE_WAY)
def test_what_is_in_the_way(
    name: str, handed_in: Any, tmp_path: Path, commands: Commands, expected: State
) -> None:
    break_it, message, graded = IN_THE_WAY[name]
    course = copied(handed_in, tmp_path)
    break_it(course.folder)
    ended = commands.go_on(course.folder, fault=("bound_by_rights",))
    is_refused(ended, message)
    assert len(graded_students(course.folder)) == graded
    put_right(course.folder)
    goes_on(course, commands, expected)


def put_right(course: Path) -> None:
    for path in (course, *course.rglob("*")):
        path.chmod(path.stat().st_mode | 0o200)
    for path in sorted(course.rglob("*"), reverse=True):
        if path.is_file() and path.read_bytes() == b"in the way":
            path.unlink()
        elif path.name == "full":
            path.rmdir()
            path.parent.rmdir()


def test_what_its_owner_may_not_read_could_not_be_graded(
    course: Any, commands: Commands, expected: State
) -> None:
    closed = {
        "blank": course.folder / "submitted" / "blank",
        "right": course.folder / "submitted" / "right" / "demo",
        "wrong": course.folder / "submitted" / "wrong" / "demo" / "demo.ipynb",
    }
    for path in closed.values():
        path.chmod(0)
    ended = commands.run(course.folder, fault=("bound_by_rights",))
    assert (ended.code, ended.graded) == (1, len(SMALL)), ended.output
    for name in closed:
        line = f"  {name}, demo: demo.ipynb cannot be read: Permission denied"
        assert line in ended.output.splitlines()
    for path in closed.values():
        path.chmod(0o755)
    assert commands.go_on(course.folder).graded == len(closed)
    assert state_of(course.folder) == expected
