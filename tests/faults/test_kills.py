"""Ended by ``kill -9`` at any moment, the same command goes on and leaves what a whole run does."""

import os
import random
import signal
from typing import Any

import pytest

from tests.faults.commands import KILL, Commands
from tests.faults.conftest import SMALL
from tests.faults.patches import MOMENTS
from tests.faults.state import State, files_of, graded_students, state_of

SEED = 20261120
RANDOM = 6


def goes_on(commands: Commands, course: Any, expected: State) -> None:
    """Run the command again: nothing that was kept is graded again, and all is there."""
    kept = graded_students(course.folder)
    assert len(set(kept)) == len(kept)
    files = files_of(course.folder)
    ended = commands.run(course.folder)
    assert (ended.code, ended.left) == (1, ()), ended.output
    assert ended.graded == len(SMALL) - len(kept)
    assert graded_students(course.folder) == sorted(SMALL)
    assert state_of(course.folder) == expected
    assert files_of(course.folder) == files
    assert commands.run(course.folder).graded == 0


@pytest.mark.parametrize("turn", [1, 3])
@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_a_moment_the_same_command_goes_on(
    moment: str, turn: int, course: Any, commands: Commands, expected: State
) -> None:
    often = "notebook" in moment or "line" in moment or moment.startswith("before a")
    if turn > 1 and not often:
        pytest.skip("comes once or twice in a run")
    files = files_of(course.folder)
    ended = commands.run(course.folder, fault=("end_at", moment, turn))
    assert (ended.code, ended.left) == (-KILL, ()), ended.output
    assert files_of(course.folder) == files
    goes_on(commands, course, expected)
