"""Processes that end, are killed or cannot be started cost no submission its grade."""

from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.faults.commands import Commands, Ended, Running
from tests.faults.conftest import SMALL, copied
from tests.faults.state import State, files_of, journal, results_of, state_of
from tests.grading.handed_in import CLASS, FULL, added
from tests.pace import with_limits

HANGS = "hangs in a cell"
# At work for a second, so that it is seen, and then until its time is over.
HANGING = "import time\nwhile time.process_time() < 1: sum(range(100_000))\ntime.sleep(600)"


@pytest.fixture
def busy(handed_in: Any, tmp_path: Path) -> Any:
    """The class with one more in it, whose cell hangs until its time is over."""
    course = copied(handed_in, tmp_path)
    course.hand_in(HANGS, added(course.solved(), HANGING))
    return course


def others_are_right(course: Any) -> None:
    results = results_of(course.folder)
    for name in SMALL:
        _, score, state, reason = CLASS[name]
        assert results[name][:2] == (score, state)
        assert reason in results[name][2]


def test_jobs_that_are_killed_cost_nothing(busy: Any, commands: Commands) -> None:
    run = commands.start(busy.folder, "--jobs", "2")
    # One of them waits then, and the other one is at the cell that hangs.
    run.wait_for(lambda: len(journal(busy.folder)) >= len(SMALL))
    for job in run.children("multiprocessing.spawn"):
        job.kill()
    ended = run.end()
    assert (ended.code, ended.left) == (1, ()), ended.output
    others_are_right(busy)
    score, state, reason = results_of(busy.folder)[HANGS]
    assert (score, state) == (FULL, "graded with problems")
    assert with_limits("ran longer than {cell:g} s", busy.folder) in reason


def test_what_goes_wrong_with_a_submission_is_its_own(
    course: Any, commands: Commands, tmp_path: Path
) -> None:
    for word in ("Once", "Twice", "Slip"):
        course.hand_in(word.lower(), course.solved(add_backward=f"# {word}"))
    faults = {"Once": "1", "Twice": "2", "Slip": "raises"}
    ended = commands.run(course.folder, "--jobs", "2", fault=("slips", faults, str(tmp_path)))
    assert (ended.code, ended.left) == (1, ()), ended.output
    others_are_right(course)
    results = results_of(course.folder)
    assert results["once"] == (FULL - 2, "graded", "")
    reasons = {
        "twice": "the process that graded it was ended, twice",
        "slip": "grading it failed: ZeroDivisionError: a slip in the grader",
    }
    for name, reason in reasons.items():
        assert results[name] == (0, "could not be graded", reason)
        assert f"{name}, demo: {reason}" in ended.output
    ended = commands.run(course.folder, fault=("slips", {"Slip": "raises"}, ""))
    assert (ended.code, ended.graded, ended.left) == (1, 2, ()), "one after the other"
    assert results_of(course.folder)["slip"] == (0, "could not be graded", reasons["slip"])
    assert commands.go_on(course.folder).graded == 1
    assert {results_of(course.folder)[name][0] for name in reasons} == {FULL - 2}


def zygotes(run: Running) -> list[psutil.Process]:
    return run.children("bwrap")[:1]


def workers(run: Running) -> list[psutil.Process]:
    """The student's process whose cell hangs, since half a second and more."""
    inside = [each for each in run.children("inside.zygote") if "bwrap" not in each.name()]
    return [each for each in inside[1:] if each.cpu_times().user > 0.5]


@pytest.mark.parametrize("which", [zygotes, workers])
def test_what_is_killed_in_the_sandbox_costs_what_ran_in_it(
    which: Any, busy: Any, commands: Commands
) -> None:
    run = commands.start(busy.folder, "--jobs", "1")
    run.wait_for(lambda: len(journal(busy.folder)) >= sorted([*SMALL, HANGS]).index(HANGS))
    run.wait_for(lambda: workers(run))
    which(run)[0].kill()
    ended = run.end()
    assert (ended.code, ended.left) == (1, ()), ended.output
    others_are_right(busy)
    score, state, reason = results_of(busy.folder)[HANGS]
    assert (score, state) == (FULL, "graded with problems"), reason


# --- a sandbox that cannot be had ----------------------------------------------------------------

REFUSES = "#!/bin/sh\necho bwrap: no namespaces for you >&2\nexit 1\n"
# Works when it is tried, and not when it is needed.
LATER = """#!/bin/sh
for last; do :; done
case "$last" in */true) exit 0;; esac
echo no room >&2
exit 1
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A folder with programs that are found before all others."""
    folder = tmp_path / "programs"
    folder.mkdir()
    return folder


def with_bwrap(path: Path, text: str) -> dict[str, str]:
    program = path / "bwrap"
    program.write_text(text)
    program.chmod(0o755)
    return {"PATH": str(path)}


def test_without_a_sandbox_nothing_is_graded_and_nothing_is_written(
    course: Any, commands: Commands, path: Path
) -> None:
    before = {each for each in course.folder.rglob("*") if ".nbcourse" not in each.parts}
    ended = commands.run(course.folder, environment=with_bwrap(path, REFUSES))
    assert (ended.code, ended.left) == (2, ())
    assert all(line.startswith("Error: ") for line in ended.output.splitlines())
    assert "bwrap: no namespaces for you" in ended.output
    assert "--sandbox none" in ended.output
    after = {each for each in course.folder.rglob("*") if ".nbcourse" not in each.parts}
    assert after == before
    assert journal(course.folder) == []


def test_a_sandbox_that_fails_later_loses_nothing(
    course: Any, commands: Commands, path: Path, expected: State
) -> None:
    files = files_of(course.folder)
    ended = commands.run(course.folder, environment=with_bwrap(path, LATER))
    assert (ended.code, ended.left) == (1, ()), ended.output
    for name, (score, state, reason) in results_of(course.folder).items():
        assert (score, state) == (0, "could not be graded"), name
        assert ("process that workers come from ended" in reason) == (name != "cut")
    again: Ended = commands.go_on(course.folder)
    assert again.graded == len(SMALL) - 1
    assert state_of(course.folder) == expected
    assert files_of(course.folder) == files
