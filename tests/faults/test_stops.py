"""Stopped by a signal, or by the one who reads its output, a run can be gone on with."""

import subprocess
import sys
import time
from typing import Any

import pytest

from tests.faults.commands import INTERRUPT, TERM, Commands
from tests.faults.conftest import SMALL
from tests.faults.state import State, graded_students, journal, state_of
from tests.grading.handed_in import added

# The submissions of this class take a few seconds; one that is waited for takes 80 and more.
PROMPT = 30.0

STOPS = [
    ("at once", TERM, "2"),
    ("in the middle", TERM, "1"),
    ("in the middle", TERM, "2"),
    ("in the middle", INTERRUPT, "1"),
    ("in the middle", INTERRUPT, "2"),
]


@pytest.mark.parametrize(("when", "number", "jobs"), STOPS)
def test_a_signal_ends_it_soon_and_whole(
    when: str, number: int, jobs: str, course: Any, commands: Commands, expected: State
) -> None:
    run = commands.start(course.folder, "--jobs", jobs)
    if when == "at once":
        time.sleep(0.3)
    else:
        run.wait_for(lambda: journal(course.folder))
    start = time.monotonic()
    run.signal(number)
    ended = run.end()
    assert ended.code != 0
    assert ended.left == ()
    assert time.monotonic() - start < PROMPT
    kept = graded_students(course.folder)
    again = commands.go_on(course.folder)
    assert again.graded == len(SMALL) - len(kept)
    assert state_of(course.folder) == expected
    assert graded_students(course.folder) == sorted(SMALL)


def test_nobody_reads_its_output(course: Any, expected: State) -> None:
    """The command itself, as it is installed."""
    command = "import sys; from nbcourse.cli import main; main(sys.argv[1:])"
    with subprocess.Popen(
        [sys.executable, "-c", command, "autograde", "demo", "--jobs", "1"],
        cwd=course.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        said = process.stderr.read().decode()
        assert process.wait() != 0
    assert "Traceback" not in said
    assert state_of(course.folder) == expected


def test_a_second_run_is_refused_and_does_not_disturb_the_first(
    course: Any, commands: Commands
) -> None:
    course.hand_in("sleeps", added(course.solved(), "import time; time.sleep(600)"))
    run = commands.start(course.folder, "--jobs", "2")
    run.wait_for(lambda: journal(course.folder))
    second = commands.start(course.folder, "--jobs", "2").end(alone=False)
    assert second.code == 2
    (line,) = second.output.splitlines()
    assert f"another run is grading {course.folder} (process {run.pid})" in line
    ended = run.end()
    assert (ended.code, ended.graded, ended.left) == (1, len(SMALL) + 1, ())
    assert commands.go_on(course.folder).graded == 0
