"""A gradebook that is locked, lost, damaged or another one: said, and nothing is graded twice."""

import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.faults.commands import Commands
from tests.faults.conftest import SMALL
from tests.faults.state import State, graded_students, journal, state_of
from tests.faults.test_disk import is_refused


@contextmanager
def locked(course: Path, kind: str = "exclusive") -> Iterator[None]:
    """Hold the gradebook as another program does that writes, or is about to: "immediate"."""
    path = course / "gradebook.db"
    with closing(sqlite3.connect(path, isolation_level=None, timeout=60)) as database:
        database.execute(f"begin {kind}")
        yield
        database.execute("rollback")


def test_a_gradebook_that_is_locked_for_a_while_is_waited_for(
    course: Any, commands: Commands, expected: State
) -> None:
    held, released = threading.Event(), threading.Event()

    def hold() -> None:
        with locked(course.folder):
            held.set()
            released.wait(3.0)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    ended = commands.run(course.folder)
    holder.join()
    assert (ended.code, ended.graded, ended.left) == (1, len(SMALL), ()), ended.output
    assert state_of(course.folder) == expected


@pytest.mark.parametrize(("kind", "count"), [("exclusive", 0), ("immediate", len(SMALL))])
def test_a_gradebook_that_stays_locked_is_said_and_written_later(
    kind: str, count: int, course: Any, commands: Commands, expected: State
) -> None:
    config = course.folder / "nbgrader_config.py"
    config.write_text(config.read_text().replace("?timeout=60", "?timeout=2"))
    with locked(course.folder, kind):
        ended = commands.run(course.folder)
    is_refused(ended, "is locked by another program, which did not let go of it within 2 s")
    assert ("Nothing is lost" in ended.output) == bool(count)
    assert len(graded_students(course.folder)) == count
    ended = commands.go_on(course.folder)
    assert (ended.code, ended.graded, ended.left) == (1, len(SMALL) - count, ())
    assert graded_students(course.folder) == sorted(SMALL)
    assert state_of(course.folder) == expected


def test_a_gradebook_that_is_gone_is_written_again_without_grading(
    done: Any, commands: Commands, expected: State
) -> None:
    (done.folder / "gradebook.db").unlink()
    ended = commands.run(done.folder)
    assert (ended.code, ended.graded, ended.left) == (1, 0, ()), ended.output
    assert state_of(done.folder) == expected


def test_a_gradebook_that_is_empty_is_written_again_without_grading(
    done: Any, commands: Commands, expected: State
) -> None:
    (done.folder / "gradebook.db").write_bytes(b"")
    ended = commands.run(done.folder)
    assert (ended.code, ended.graded, ended.left) == (1, 0, ()), ended.output
    assert state_of(done.folder) == expected


def overwritten(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(b"\0garbage" * 64 + data[512:])


def damaged(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xff\0\x55" * ((len(data) - 4096) // 3))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:10_000])


def of_another_program(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as database:
        database.execute("create table recipes (id integer primary key)")
        database.commit()


def of_another_version(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("update alembic_version set version_num = '724cde206c17'")
        database.commit()


def is_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


BROKEN: dict[str, tuple[Callable[[Path], None], str]] = {
    "overwritten": (overwritten, "is no gradebook, or a damaged one"),
    "damaged": (damaged, "is no gradebook, or a damaged one"),
    "cut": (cut, "is no gradebook, or a damaged one"),
    "of another program": (of_another_program, "is no gradebook: it holds the tables recipes"),
    "of another version": (of_another_version, "was made by another version of nbgrader"),
    "a folder": (is_folder, "cannot be opened"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_gradebook_that_cannot_be_used_is_left_alone(
    name: str, done: Any, commands: Commands, expected: State
) -> None:
    break_it, message = BROKEN[name]
    path, copy = done.folder / "gradebook.db", done.folder / "copy.db"
    shutil.copy(path, copy)
    break_it(path)
    broken = path.read_bytes() if path.is_file() else b""
    done.hand_in("right", done.released)
    before = journal(done.folder)
    ended = commands.run(done.folder)
    is_refused(ended, message)
    assert journal(done.folder) == before
    assert (path.read_bytes() if path.is_file() else b"") == broken
    path.rmdir() if path.is_dir() else path.unlink()
    copy.rename(path)
    done.hand_in("right", done.solved())
    ended = commands.run(done.folder)
    assert (ended.code, ended.graded) == (1, 0)
    assert state_of(done.folder) == expected
