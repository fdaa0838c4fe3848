"""``nbcourse autograde`` again and again: what is done once more, and what stops the command."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from tests.grading.handed_in import hand_in, table


def counts(result: Any) -> str:
    return next(line for line in result.output.splitlines() if "unchanged since" in line)


def test_only_what_changed_is_graded_again(course: Any, run: Callable[..., Any]) -> None:
    hand_in(course, ["right", "blank", "cut"])
    assert counts(run("autograde", "demo")).startswith("3 graded, 0 unchanged")
    assert counts(run("autograde", "demo")).startswith("0 graded, 3 unchanged")
    assert counts(run("autograde", "demo", "--student", "right")).startswith("0 graded, 1 unch")
    course.hand_in("cut", course.solved())
    result = run("autograde", "demo")
    assert counts(result).startswith("1 graded, 2 unchanged")
    assert result.exit_code == 0
    shutil.rmtree(course.folder / "autograded" / "blank")
    assert counts(run("autograde", "demo")).startswith("1 graded, 2 unchanged")
    shutil.rmtree(course.folder / "submitted" / "blank")
    assert counts(run("autograde", "demo", "--force")).startswith("2 graded, 0 unchanged")
    rows = table(course.folder / "grading.csv")
    assert [row["student_id"] for row in rows] == ["cut", "right"]


def test_other_settings_grade_everything_again_and_a_new_gradebook_gets_it_all(
    course: Any, run: Callable[..., Any]
) -> None:
    hand_in(course, ["blank"])
    run("autograde", "demo")
    with (course.folder / "nbgrader_config.py").open("a") as config:
        config.write("c.Limits.call = 500\n")
    assert counts(run("autograde", "demo")).startswith("1 graded")
    (course.folder / "gradebook.db").unlink()
    result = run("autograde", "demo")
    assert counts(result).startswith("0 graded, 1 unchanged")
    assert "0 / 7" in result.output
    assert result.exit_code == 0


def test_grading_again_changes_nothing(course: Any, run: Callable[..., Any]) -> None:
    hand_in(course, ["right", "ends the process"])
    first = run("autograde", "--all").output
    notebook = course.folder / "autograded" / "right" / "demo" / "demo.ipynb"
    before = notebook.read_bytes(), (course.folder / "grading.csv").read_bytes()
    second = run("autograde", "--all", "--force").output
    assert first.split("graded, ")[0] == second.split("graded, ")[0]
    assert (notebook.read_bytes(), (course.folder / "grading.csv").read_bytes()) == before


def test_students_names_may_hold_anything_a_folders_may(
    course: Any, run: Callable[..., Any]
) -> None:
    names = ["a b", "[x]", "né", "o'hara", "*"]
    for name in names:
        course.hand_in(name, course.released)
    result = run("autograde", "demo", "--jobs", "1")
    assert result.exit_code == 0, result.output
    assert {row["student_id"] for row in table(course.folder / "grading.csv")} == set(names)


def test_a_time_stamp_that_is_none_is_ignored_and_said(
    course: Any, run: Callable[..., Any]
) -> None:
    for name, stamp in (("good", "2026-11-20 12:00:00 UTC"), ("bad", "yesterday"), ("none", "")):
        path = course.hand_in(name, course.solved())
        path.with_name("timestamp.txt").write_text(stamp)
    run("autograde", "demo", "--jobs", "1")
    rows = {row["student_id"]: row["reason"] for row in table(course.folder / "grading.csv")}
    assert rows == {"good": "", "none": "", "bad": "timestamp.txt holds no time: ignored"}


def test_only_the_notebook_is_taken_from_a_submission(course: Any, run: Callable[..., Any]) -> None:
    path = course.hand_in("ada", course.solved())
    path.with_name("notes.txt").write_text("mine")
    path.with_name("link").symlink_to(course.folder / ".nbcourse" / "secret")
    assert run("autograde", "demo").exit_code == 0
    assert os.listdir(course.folder / "autograded" / "ada" / "demo") == ["demo.ipynb"]


# --- a command that cannot run -------------------------------------------------------------------


def no_course(course: Any) -> None:
    (course.folder / "nbgrader_config.py").unlink()


def no_sheets(course: Any) -> None:
    shutil.rmtree(course.folder / "_build")


def bad_config(course: Any) -> None:
    (course.folder / "nbgrader_config.py").write_text("c = get_config(\n")


def bad_limit(course: Any) -> None:
    with (course.folder / "nbgrader_config.py").open("a") as config:
        config.write("c.Limits.cell = 'long'\n")


def unknown_limit(course: Any) -> None:
    with (course.folder / "nbgrader_config.py").open("a") as config:
        config.write("c.Limits.threads = 3\n")


def old_points(course: Any) -> None:
    path = course.folder / "_build" / "source" / "demo" / "demo.ipynb"
    path.write_text(path.read_text().replace('"points": 3', '"points": 30'))


REFUSED: dict[str, tuple[Callable[[Any], None], tuple[str, ...], str]] = {
    "no course": (no_course, ("demo",), "is not a course folder"),
    "unknown sheet": (
        lambda c: None,
        ("demos",),
        "there is no sheet 'demos'; the sheets are: demo",
    ),
    "no submissions": (
        lambda c: shutil.rmtree(c.folder / "submitted"),
        ("demo",),
        "nothing to grade: there is no ",
    ),
    "unknown student": (lambda c: None, ("demo", "--student", "eve"), "submitted/eve/demo/demo"),
    "no sheets": (no_sheets, ("--all",), "has no sheets to grade by. Run 'nbcourse release'"),
    "config that cannot be read": (bad_config, ("demo",), "nbgrader_config.py cannot be read"),
    "limit of no number": (bad_limit, ("demo",), "c.Limits.cell = 'long'; expected a number"),
    "unknown limit": (unknown_limit, ("demo",), "c.Limits.threads; the limits are: cell, call"),
    "sheet older than its spec": (old_points, ("demo",), "numerical_gradient: 30 points in the"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_command_that_cannot_run_says_why_in_one_line(
    name: str, course: Any, run: Callable[..., Any]
) -> None:
    break_it, arguments, message = REFUSED[name]
    hand_in(course, ["blank"])
    break_it(course)
    result = run("autograde", *arguments)
    assert result.exit_code == 2
    (line,) = result.output.strip().splitlines()
    assert line.startswith("Error: ")
    assert message in line
    assert not (course.folder / "autograded").exists()


def test_a_locked_gradebook_is_said_and_loses_nothing(course: Any, run: Callable[..., Any]) -> None:
    hand_in(course, ["blank", "right"])
    assert run("autograde", "demo").exit_code == 0
    config = course.folder / "nbgrader_config.py"
    config.write_text(config.read_text().replace("timeout=60", "timeout=0.1"))
    with closing(sqlite3.connect(course.folder / "gradebook.db", isolation_level=None)) as database:
        database.execute("begin exclusive")
        result = run("autograde", "demo", "--force")
        database.execute("rollback")
    assert result.exit_code == 2
    assert "is locked by another program" in result.output
    result = run("autograde", "demo")
    assert result.exit_code == 0
    assert "7 / 7" in result.output
