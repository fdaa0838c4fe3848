"""What changes between two runs, or under one, changes what it concerns and no more."""

import json
import os
import shutil
from typing import Any

import pytest

from tests.faults.commands import Commands
from tests.faults.conftest import SMALL
from tests.faults.state import (
    State,
    gradebook_of,
    graded_students,
    journal,
    results_of,
    state_of,
)
from tests.grading.handed_in import CLASS, FULL

YEAR = 366 * 24 * 3600.0


def test_forced_it_grades_all_again_and_leaves_the_same(
    done: Any, commands: Commands, expected: State
) -> None:
    ended = commands.run(done.folder, "--force", "--jobs", "2")
    assert (ended.code, ended.graded, ended.left) == (1, len(SMALL), ())
    assert graded_students(done.folder) == sorted([*SMALL, *SMALL])
    assert state_of(done.folder) == expected


def test_submissions_that_come_and_go_between_runs(done: Any, commands: Commands) -> None:
    done.hand_in("new", done.solved())
    shutil.rmtree(done.folder / "submitted" / "cut")
    ended = commands.go_on(done.folder)
    assert (ended.code, ended.graded) == (0, 1)
    assert results_of(done.folder)["new"] == (FULL, "graded", "")
    assert sorted(results_of(done.folder)) == sorted({*SMALL, "new"} - {"cut"})


@pytest.mark.parametrize("when", ["before it is read", "when it is kept"])
def test_a_submission_that_is_taken_away_under_a_run(
    when: str, course: Any, commands: Commands
) -> None:
    ended = commands.go_on(course.folder, fault=("vanishes", "blank", when))
    assert (ended.code, ended.left) == (1, ()), ended.output
    results = results_of(course.folder)
    for name in set(SMALL) - {"blank"}:
        assert results[name][:2] == CLASS[name][1:3]
    state = "graded" if when == "when it is kept" else "could not be graded"
    assert results["blank"][:2] == (0, state)
    again = commands.run(course.folder)
    assert again.graded == 0
    assert sorted(results_of(course.folder)) == sorted(set(SMALL) - {"blank"})


@pytest.mark.parametrize(("shift", "jobs"), [(-100 * YEAR, "2"), (YEAR, "1")])
def test_a_clock_that_goes_wrong_changes_nothing(
    shift: float, jobs: str, done: Any, commands: Commands, expected: State
) -> None:
    assert commands.run(done.folder, fault=("clock", shift)).graded == 0
    ended = commands.go_on(done.folder, "--force", "--jobs", jobs, fault=("clock", shift))
    assert (ended.code, ended.graded) == (1, len(SMALL))
    assert commands.run(done.folder).graded == 0, "with the right clock again"
    assert state_of(done.folder) == expected


def test_times_of_handing_in_that_are_wrong_are_kept_as_they_are(
    course: Any, commands: Commands
) -> None:
    stamps = {
        "blank": ("1969-12-31 23:59:59 UTC", "1969-12-31 23:59:59.000000"),
        "right": ("2101-02-03 04:05:06 UTC", "2101-02-03 04:05:06.000000"),
    }
    for name, (stamp, _) in stamps.items():
        (course.folder / "submitted" / name / "demo" / "timestamp.txt").write_text(stamp)
    assert commands.go_on(course.folder).code == 1
    rows = gradebook_of(course.folder)["assignment"]
    for name, (_, time) in stamps.items():
        assert repr((name, "demo", time, None)) in rows
    assert results_of(course.folder)["right"] == (FULL, "graded", "")


def test_a_graded_notebook_that_was_lost_or_cut_is_made_again(
    course: Any, commands: Commands, expected: State
) -> None:
    commands.run(course.folder, fault=("end_at", "before the gradebook", 2))
    kept = [record["student_id"] for record in journal(course.folder)]
    assert len(kept) == 4
    written, lost, cut, _ = (
        course.folder / "autograded" / name / "demo" / "demo.ipynb" for name in kept
    )
    lost.unlink()
    cut.write_bytes(cut.read_bytes()[:500])
    assert written.exists()
    assert commands.go_on(course.folder).graded == 3
    assert state_of(course.folder) == expected


@pytest.mark.parametrize(
    ("name", "shown", "reason"),
    [
        (b"\xff\xfe", r"\udcff\udcfe", "is not UTF-8 text"),
        (b"two\nlines", r"two\nlines", "has the character U+000A"),
        (b"<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>", "has the character <"),
    ],
)
def test_a_folder_whose_name_cannot_be_shown_is_refused_alone(
    name: bytes, shown: str, reason: str, course: Any, commands: Commands, expected: State
) -> None:
    folder = os.fsencode(course.folder / "submitted") + b"/" + name
    os.makedirs(folder + b"/demo")
    with open(folder + b"/demo/demo.ipynb", "w") as file:
        json.dump(course.solved(), file)
    ended = commands.go_on(course.folder)
    assert (ended.code, ended.left) == (1, ()), ended.output
    reason = f"the folder's name {reason}: rename it"
    assert f"{shown}, demo: {reason}" in ended.output
    rows = (course.folder / "grading.csv").read_text().splitlines()
    assert f"{shown},demo,could not be graded,{reason}" in rows
    assert len(rows) == 1 + len(SMALL) + 1
    assert commands.run(course.folder).graded == 0
    shutil.rmtree(folder)
    assert commands.run(course.folder).graded == 0
    assert state_of(course.folder) == expected
