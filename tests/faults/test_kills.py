"""Ended by ``kill -9`` at any moment, the same command goes on and leaves what a whole run does."""

import os
import random
from pathlib import Path
from typing import Any

import pytest

from tests.faults.commands import KILL, Commands
from tests.faults.conftest import SMALL
from tests.faults.patches import MOMENTS
from tests.faults.state import State, files_of, graded_students, journal, state_of

SEED = 20261120
RANDOM = 6


def goes_on(commands: Commands, course: Any, expected: State) -> None:
    """Run the command again: nothing that was kept is graded again, and all is there."""
    kept = graded_students(course.folder)
    assert len(set(kept)) == len(kept)
    files = files_of(course.folder)
    ended = commands.go_on(course.folder)
    assert (ended.code, ended.left) == (1, ()), ended.output
    assert ended.graded == len(SMALL) - len(kept)
    assert graded_students(course.folder) == sorted(SMALL)
    assert state_of(course.folder) == expected
    assert files_of(course.folder) == files


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_a_moment_the_same_command_goes_on(
    moment: str, course: Any, commands: Commands, expected: State
) -> None:
    if "made" in moment:
        (course.folder / "gradebook.db").unlink()
    files = files_of(course.folder)
    ended = commands.run(course.folder, fault=("end_at", moment, 1))
    assert (ended.code, ended.left) == (-KILL, ()), ended.output
    assert files_of(course.folder) == files
    goes_on(commands, course, expected)


@pytest.mark.parametrize(("turn", "share"), [(1, 0.0), (3, 0.5)])
def test_killed_in_a_line_of_the_journal_the_same_command_goes_on(
    turn: int, share: float, course: Any, commands: Commands, expected: State
) -> None:
    ended = commands.run(course.folder, fault=("end_in_a_line", turn, share))
    assert (ended.code, ended.left) == (-KILL, ())
    goes_on(commands, course, expected)


def test_killed_again_and_again_at_random_moments_the_same_command_goes_on(
    course: Any, commands: Commands, expected: State, handed_in: Any, tmp_path: Path
) -> None:
    chosen = random.Random(SEED)
    codes = []
    for _ in range(RANDOM):
        kept = graded_students(course.folder)
        turn = int(10 ** chosen.uniform(2.5, 5.0))  # a whole run makes about 200,000
        ended = commands.run(course.folder, fault=("end_after_calls", turn))
        assert ended.left == ()
        codes.append(ended.code)
        again = graded_students(course.folder)
        assert len(set(again)) == len(again), f"{again} after call {turn}"
        assert set(kept) <= set(again)
    assert codes.count(-KILL) >= RANDOM // 2, codes
    goes_on(commands, course, expected)


def test_all_processes_of_a_run_killed_at_once_the_same_command_goes_on(
    course: Any, commands: Commands, expected: State
) -> None:
    run = commands.start(course.folder, "--jobs", "2")
    run.wait_for(lambda: journal(course.folder))
    os.killpg(run.pid, KILL)
    ended = run.end()
    assert (ended.code, ended.left) == (-KILL, ())
    goes_on(commands, course, expected)
