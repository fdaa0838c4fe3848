"""``nbcourse autograde``: every submission gets its score and one state, whatever it is."""

import shutil
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from tests.grading.handed_in import CLASS, FULL, hand_in, table
from tests.pace import with_limits


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


@pytest.mark.parametrize("name", CLASS)
def test_a_submission_gets_its_score_and_one_state(name: str, graded: tuple[Any, Any]) -> None:
    course, result = graded
    _, score, state, reason = CLASS[name]
    rows = [r for r in table(course.folder / "grading.csv") if r["student_id"] == name]
    assert [(row["assignment"], row["state"]) for row in rows] == [("demo", state)], rows
    assert with_limits(reason, course.folder) in rows[0]["reason"]
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
    with closing(sqlite3.connect(course.folder / "gradebook.db")) as database:
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
        reasons = " ".join(notebook.metadata.nbcourse.reasons)
        assert with_limits(reason, course.folder) in reasons
        assert path.stat().st_size < 2 * 2**20


def test_nothing_is_written_elsewhere(graded: tuple[Any, Any], demo: Any) -> None:
    course, _ = graded
    before = {path.name for path in demo.folder.iterdir()}
    written = {path.name for path in course.folder.iterdir()} - before
    assert written - {"out.csv", "feedback"} == {"submitted", "autograded", "grading.csv"}
