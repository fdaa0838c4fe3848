"""``nbcourse autograde``: every submission gets its score and one state, whatever it is."""

import csv
import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nbcourse.grading.records import GRADED, NOT_GRADED, WITH_PROBLEMS

HANG = "def add_backward(dout, cache):\n    while True: pass"
FULL = 7.0
WITHOUT_ADD = 5.0


def cells_without(notebook: dict[str, Any], cell_id: str) -> dict[str, Any]:
    return notebook | {"cells": [cell for cell in notebook["cells"] if cell["id"] != cell_id]}


def edited(notebook: dict[str, Any], cell_id: str, **changes: Any) -> dict[str, Any]:
    return notebook | {
        "cells": [cell | changes if cell["id"] == cell_id else cell for cell in notebook["cells"]]
    }


def with_metadata(notebook: dict[str, Any], cell_id: str, **changes: Any) -> dict[str, Any]:
    cell = next(cell for cell in notebook["cells"] if cell["id"] == cell_id)
    metadata = {"nbgrader": cell["metadata"]["nbgrader"] | changes}
    return edited(notebook, cell_id, metadata=metadata)


def added(notebook: dict[str, Any], source: str) -> dict[str, Any]:
    cell = {"cell_type": "code", "id": "mine", "metadata": {}, "outputs": [], "source": source}
    return notebook | {"cells": [cell | {"execution_count": None}, *notebook["cells"]]}


# Student -> (what is handed in, the score, the state, a part of the reason).
Case = tuple[Callable[[Any], Any], float, str, str]
CLASS: dict[str, Case] = {
    "right": (lambda c: c.solved(), FULL, GRADED, ""),
    "blank": (lambda c: c.released, 0.0, GRADED, ""),
    "wrong": (
        lambda c: c.solved(add_backward="def add_backward(d, c): return d, -d"),
        WITHOUT_ADD + 1,
        GRADED,
        "",
    ),
    "syntax error": (
        lambda c: c.solved(add_backward="def add_backward(d, c: return d, d"),
        WITHOUT_ADD,
        GRADED,
        "",
    ),
    "raises at top": (lambda c: added(c.solved(), "import nothing_like_it"), FULL, GRADED, ""),
    "hangs in a call": (
        lambda c: c.solved(add_backward=HANG),
        WITHOUT_ADD,
        WITH_PROBLEMS,
        "add_backward did not return within 3 s",
    ),
    "hangs in a cell": (
        lambda c: added(c.solved(), "while True: pass"),
        FULL,
        WITH_PROBLEMS,
        "cell 'while True: pass' ran longer than 4 s",
    ),
    "ends the process": (
        lambda c: c.solved(find_wrong_node="import os; os._exit(0)"),
        FULL - 2,
        WITH_PROBLEMS,
        "cell find_wrong_node ended the process it ran in",
    ),
    "answer deleted": (
        lambda c: cells_without(c.solved(), "add_backward"),
        WITHOUT_ADD,
        WITH_PROBLEMS,
        "cell add_backward is missing: put back empty",
    ),
    "check deleted": (
        lambda c: cells_without(c.solved(), "check-add_backward"),
        FULL,
        WITH_PROBLEMS,
        "cell check-add_backward is missing: put back",
    ),
    "check replaced": (
        lambda c: edited(c.released, "check-add_backward", source="99.0"),
        0.0,
        WITH_PROBLEMS,
        "cell check-add_backward was changed: put back as it was released",
    ),
    "check not graded": (
        lambda c: with_metadata(c.solved(), "check-add_backward", grade=False, points=0),
        FULL,
        GRADED,
        "",
    ),
    "answer as test": (
        lambda c: with_metadata(c.solved(), "add_backward", grade=True, solution=False),
        FULL,
        GRADED,
        "",
    ),
    "points raised": (
        lambda c: with_metadata(c.solved(), "check-add_backward", points=100),
        FULL,
        GRADED,
        "",
    ),
    "no schema": (
        lambda c: with_metadata(c.solved(), "check-add_backward", schema_version=0),
        FULL,
        GRADED,
        "",
    ),
    "answer as text": (
        lambda c: edited(c.solved(), "add_backward", cell_type="markdown"),
        FULL,
        WITH_PROBLEMS,
        "cell add_backward is a markdown cell: read as code",
    ),
    "twice": (
        lambda c: c.solved() | {"cells": c.solved()["cells"] * 2},
        FULL,
        WITH_PROBLEMS,
        "cell add_backward is there twice: the first one counts",
    ),
    "other kernel": (
        lambda c: c.solved() | {"metadata": {"kernelspec": {"name": "ir", "display_name": "R"}}},
        FULL,
        GRADED,
        "",
    ),
    "skips its checks": (
        lambda c: edited(c.released, "check-add_backward", metadata={"tags": ["skip-execution"]}),
        0.0,
        GRADED,
        "",
    ),
    "talks": (
        lambda c: added(c.solved(), "import sys; print('x' * 5_000_000, file=sys.stderr)"),
        FULL,
        GRADED,
        "",
    ),
    "cut": (lambda c: json.dumps(c.solved())[:2000], 0.0, NOT_GRADED, "demo.ipynb is cut off"),
    "empty": (lambda c: "", 0.0, NOT_GRADED, "demo.ipynb is empty"),
    "text": (lambda c: "print(1)", 0.0, NOT_GRADED, "it is not JSON"),
    "not UTF-8": (lambda c: b'{"\xff": 1}', 0.0, NOT_GRADED, "it is not UTF-8 text"),
    "no notebook": (lambda c: None, 0.0, NOT_GRADED, "there is no demo.ipynb"),
}


def hand_in(course: Any, names: list[str]) -> None:
    for name in names:
        data = CLASS[name][0](course)
        path = course.hand_in(name, "" if data is None else data)
        if data is None:
            path.rename(path.with_name("other.ipynb"))


@pytest.fixture(scope="module")
def graded(demo: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    """The whole class, graded once; the course and the command's result."""
    from contextlib import chdir

    from click.testing import CliRunner

    from nbcourse.cli import cli

    folder = tmp_path_factory.mktemp("class") / "course"
    shutil.copytree(demo.folder, folder)
    course = type(demo)(folder, demo.released, demo.answers)
    hand_in(course, list(CLASS))
    with chdir(folder):
        return course, CliRunner().invoke(cli, ["autograde", "demo"])


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", CLASS)
def test_a_submission_gets_its_score_and_one_state(name: str, graded: tuple[Any, Any]) -> None:
    course, result = graded
    _, score, state, reason = CLASS[name]
    rows = [r for r in table(course.folder / "grading.csv") if r["student_id"] == name]
    assert [(row["assignment"], row["state"]) for row in rows] == [("demo", state)], rows
    assert reason in rows[0]["reason"]
    assert bool(reason) == bool(rows[0]["reason"]), rows[0]["reason"]
    line = next(line for line in result.output.splitlines() if line.startswith(f"{name} "))
    assert line.split() == [*name.split(), f"{score:g}", "/", f"{FULL:g}", *state.split()]


def test_the_command_says_that_some_could_not_be_graded(graded: tuple[Any, Any]) -> None:
    course, result = graded
    assert result.exit_code == 1
    assert f"{len(CLASS)} graded, 0 unchanged" in result.output
    problems = result.output.split("Problems:")[1]
    for name, (_, _, _, reason) in CLASS.items():
        assert (f"  {name}, demo: " in problems) == bool(reason)
    for path in ("autograded", "grading.csv"):
        assert path in result.output
        assert (course.folder / path).exists()


def test_what_could_not_be_graded_has_its_row_of_0_in_the_exported_grades(
    graded: tuple[Any, Any],
) -> None:
    from nbcourse.grading.export import export_csv

    course, _ = graded
    output = course.folder / "out.csv"
    assert export_csv(course.folder, output) == len(CLASS)
    rows = {row["student_id"]: row for row in table(output)}
    assert {name: float(row["score"]) for name, row in rows.items()} == {
        name: case[1] for name, case in CLASS.items()
    }
    assert list(rows["cut"]) == [
        *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name"),
        *("email", "raw_score", "late_submission_penalty", "score", "max_score"),
    ]


def test_nothing_waits_for_manual_grading(graded: tuple[Any, Any]) -> None:
    course, _ = graded
    with sqlite3.connect(course.folder / "gradebook.db") as database:
        (waiting,) = database.execute("select sum(needs_manual_grade) from grade").fetchone()
    assert waiting == 0


def test_the_autograded_notebook_is_valid_and_says_its_state(graded: tuple[Any, Any]) -> None:
    import nbformat

    course, _ = graded
    for name, (_, _, state, reason) in CLASS.items():
        path = course.folder / "autograded" / name / "demo" / "demo.ipynb"
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        assert notebook.metadata.nbcourse.state == state
        assert reason in " ".join(notebook.metadata.nbcourse.reasons)
        assert path.stat().st_size < 2 * 2**20


def test_nothing_is_written_elsewhere(graded: tuple[Any, Any], demo: Any) -> None:
    course, _ = graded
    before = {path.name for path in demo.folder.iterdir()}
    written = {path.name for path in course.folder.iterdir()} - before
    assert written - {"out.csv", "feedback"} == {"submitted", "autograded", "grading.csv"}


# --- runs after runs -----------------------------------------------------------------------------


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


def test_other_settings_or_a_new_gradebook_grade_everything_again(
    course: Any, run: Callable[..., Any]
) -> None:
    hand_in(course, ["blank"])
    run("autograde", "demo")
    with (course.folder / "nbgrader_config.py").open("a") as config:
        config.write("c.Limits.call = 5\n")
    assert counts(run("autograde", "demo")).startswith("1 graded")
    (course.folder / "gradebook.db").unlink()
    result = run("autograde", "demo")
    assert counts(result).startswith("1 graded")
    assert result.exit_code == 0


def test_grading_again_changes_nothing(course: Any, run: Callable[..., Any]) -> None:
    hand_in(course, ["right", "hangs in a cell"])
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
    result = run("autograde", "demo")
    assert result.exit_code == 0, result.output
    assert {row["student_id"] for row in table(course.folder / "grading.csv")} == set(names)


def test_a_time_stamp_that_is_none_is_ignored_and_said(
    course: Any, run: Callable[..., Any]
) -> None:
    for name, stamp in (("good", "2026-11-20 12:00:00 UTC"), ("bad", "yesterday"), ("none", "")):
        path = course.hand_in(name, course.solved())
        path.with_name("timestamp.txt").write_text(stamp)
    run("autograde", "demo")
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
        config.write("c.Limits.memory = 3\n")


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
    "unknown limit": (unknown_limit, ("demo",), "c.Limits.memory; the limits are: cell, call"),
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
    with sqlite3.connect(course.folder / "gradebook.db", isolation_level=None) as database:
        database.execute("begin exclusive")
        result = run("autograde", "demo", "--force")
        database.execute("rollback")
    assert result.exit_code == 2
    assert "database is locked" in result.output
    result = run("autograde", "demo")
    assert result.exit_code == 0
    assert "7 / 7" in result.output
