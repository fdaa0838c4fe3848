"""A journal that was damaged costs at most the grading of what it no longer holds."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.faults.commands import Commands
from tests.faults.conftest import SMALL
from tests.faults.state import State, state_of

GARBAGE = [
    b"\xff\xfe\x00 not text",
    b"null",
    b"[]",
    b"5",
    b'"text"',
    b"{}",
    b'{"written": 5}',
    b'{"written": [["demo"]]}',
    b'{"written": [[["demo"], {}, 5]]}',
    b'{"student_id": "blank"}',
    b'{"student_id": 5, "assignment": [], "state": "", "reason": "", "digest": ""}',
    b'{"student_id": 5, "assignment": 6, "state": "", "reason": "", "digest": ""}',
    b'{"student_id": "x", "assignment": "demo", "state": 1, "reason": 2, "digest": 3}',
    b'{"student_id": "x", "assignment": "demo", "state": "", "reason": "", "digest": "", '
    b'"exercises": [1], "score": "many"}',
    b"[" * 100_000,
    b"\0" * 4096,
    b"\xe2\x80\xa8\x0c\x1d",
]


def lines_of(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines()


def garbage_between(path: Path) -> None:
    lines = [part for line in lines_of(path) for part in (*GARBAGE, line)]
    path.write_bytes(b"\n".join([*lines, *GARBAGE]))


def half_a_line(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b'{"student_id": "blank", "assig')


def end_is_cut(path: Path) -> None:
    path.write_bytes(path.read_bytes().rstrip(b"\n"))


def mark_is_lost(path: Path) -> None:
    lines = [line for line in lines_of(path) if "written" not in json.loads(line)]
    path.write_bytes(b"\n".join(lines) + b"\n")


def line_is_lost(path: Path) -> None:
    lines = [line for line in lines_of(path) if json.loads(line).get("student_id") != "right"]
    path.write_bytes(b"\n".join(lines) + b"\n")


def line_is_overwritten(path: Path) -> None:
    data = path.read_bytes()
    start = data.index(b'"student_id": "right"')
    path.write_bytes(data[:start] + b"\0" * 40 + data[start + 40 :])


def is_gone(path: Path) -> None:
    path.unlink()


def is_empty(path: Path) -> None:
    path.write_bytes(b"")


def is_long(path: Path) -> None:
    path.write_bytes(path.read_bytes() * 300)


# Name -> (what is done to the journal, how many are graded again).
DAMAGE: dict[str, tuple[Callable[[Path], None], int]] = {
    "garbage between": (garbage_between, 0),
    "half a line": (half_a_line, 0),
    "end is cut": (end_is_cut, 0),
    "mark is lost": (mark_is_lost, 0),
    "a line is lost": (line_is_lost, 1),
    "a line is overwritten": (line_is_overwritten, 1),
    "gone": (is_gone, len(SMALL)),
    "empty": (is_empty, len(SMALL)),
    "long": (is_long, 0),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_only_what_the_journal_lost_is_graded_again(
    name: str, done: Any, commands: Commands, expected: State
) -> None:
    damage, graded = DAMAGE[name]
    path = done.folder / ".nbcourse" / "grading.jsonl"
    damage(path)
    ended = commands.go_on(done.folder)
    assert (ended.code, ended.graded, ended.left) == (1, graded, ()), ended.output
    assert state_of(done.folder) == expected
    assert commands.run(done.folder).graded == 0


def test_a_table_that_was_deleted_or_read_only_is_written_again(
    done: Any, commands: Commands, expected: State
) -> None:
    table = done.folder / "grading.csv"
    table.unlink()
    assert commands.run(done.folder).graded == 0
    assert state_of(done.folder) == expected
    table.write_text("student_id\n")
    table.chmod(0o444)
    assert commands.run(done.folder, fault=("bound_by_rights",)).code == 1
    assert state_of(done.folder) == expected
