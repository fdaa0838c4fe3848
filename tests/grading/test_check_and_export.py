"""``nbcourse check``, which students run, and ``nbcourse export``."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from nbcourse.cli import cli


def checked(tmp_path: Path, notebook: Any) -> Result:
    path = tmp_path / "anywhere" / "my copy.ipynb"
    path.parent.mkdir()
    path.write_text(notebook if isinstance(notebook, str) else json.dumps(notebook))
    before = path.read_bytes()
    result = CliRunner().invoke(cli, ["check", str(path)])
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
    return result


def of_gradient_checking(demo: Any) -> dict[str, Any]:
    """A solved notebook of the sheet gradient-checking, made from the demo's cells."""
    notebook: dict[str, Any] = demo.solved()
    cells = [cell for cell in notebook["cells"] if "add_backward" not in str(cell)]
    error = {
        "cell_type": "code",
        "id": "relative_error",
        "execution_count": None,
        "metadata": {"nbgrader": {"grade_id": "relative_error", "solution": True}},
        "outputs": [],
        "source": "def relative_error(a, b):\n"
        "    size = np.linalg.norm(a) + np.linalg.norm(b)\n"
        "    return float(np.linalg.norm(np.subtract(a, b)) / size) if size else 0.0",
    }
    return notebook | {"cells": [*cells, error]}


def test_a_solved_notebook_passes(demo: Any, tmp_path: Path) -> None:
    result = checked(tmp_path, of_gradient_checking(demo))
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[-1] == "Total: 7 / 7 points"
    assert "Problems" not in result.output


def test_what_is_wrong_is_named_with_its_hint(demo: Any, tmp_path: Path) -> None:
    notebook = of_gradient_checking(demo)
    for cell in notebook["cells"]:
        if cell["id"] == "numerical_gradient":
            cell["source"] = "".join(cell["source"]).replace("(2 * h)", "h")
    result = checked(tmp_path, notebook)
    assert result.exit_code == 1
    assert "numerical_gradient: " in result.output
    assert "Hint: You divide by h, but x + h and x - h lie 2h apart." in result.output
    assert result.output.splitlines()[-1] == "Total: 4 / 7 points"


def test_missing_and_failing_cells_are_named(demo: Any, tmp_path: Path) -> None:
    notebook = of_gradient_checking(demo)
    notebook["cells"].pop()
    notebook["cells"][1]["source"] = "import nothing_like_it\n" + "import numpy as np"
    result = checked(tmp_path, notebook)
    assert result.exit_code == 1
    assert "cell relative_error is missing from the notebook" in result.output
    assert "stops with ModuleNotFoundError: No module named 'nothing_like_it'" in result.output


NO_SHEETS = {
    "not there": (None, "there is no nothing.ipynb"),
    "not JSON": ("{", "my copy.ipynb is cut off"),
    "of no sheet": ({"nbformat": 4, "cells": []}, "is not the notebook of a sheet"),
}


@pytest.mark.parametrize("name", NO_SHEETS)
def test_what_is_no_sheets_notebook_is_said_in_one_line(name: str, tmp_path: Path) -> None:
    notebook, message = NO_SHEETS[name]
    if notebook is None:
        result = CliRunner().invoke(cli, ["check", str(tmp_path / "nothing.ipynb")])
    else:
        result = checked(tmp_path, notebook)
    assert result.exit_code == 2
    (line,) = result.output.strip().splitlines()
    assert message in line


def test_grades_are_exported(course: Any, run: Callable[..., Any]) -> None:
    course.hand_in("ada", course.solved())
    run("autograde", "demo")
    result = run("export", "--to", "csv")
    assert result.exit_code == 0
    assert result.output == "Grades: 1 rows in grades.csv\n"
    text = (course.folder / "grades.csv").read_text()
    assert text.splitlines()[1] == "demo,,,ada,,,,7.0,0.0,7.0,7.0"
    assert run("export", "--output", "other.csv").exit_code == 0
    assert (course.folder / "other.csv").read_text() == text


@pytest.mark.parametrize("system", ["canvas", "moodle"])
def test_what_could_not_be_graded_is_exported_with_0(
    system: str, course: Any, run: Callable[..., Any]
) -> None:
    course.hand_in("ada", course.solved())
    course.hand_in("bob", "{")
    run("autograde", "demo")
    result = run("export", "--to", system)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        f"Grades: 2 students in grades-{system}.csv",
        "  demo: column 'demo'",
    ]
    rows = (course.folder / f"grades-{system}.csv").read_text().splitlines()
    assert [row.rsplit(",", 1)[1] for row in rows[-2:]] == ["7", "0"]


EXPORTS = {
    "no such format": (("--to", "excel"), "'excel' is not one of 'csv', 'canvas', 'moodle'"),
    "no such folder": (("--output", "no/where.csv"), "there is no folder no"),
    "no such sheet": (("--sheet", "graphs"), "the gradebook has no sheet 'graphs'; it has: demo"),
    "nothing graded": (("--to", "canvas"), "the gradebook has no graded submission of any sheet"),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_that_cannot_be_made_is_said(
    name: str, course: Any, run: Callable[..., Any]
) -> None:
    arguments, message = EXPORTS[name]
    result = run("export", *arguments)
    assert result.exit_code == 2
    assert message in result.output


@pytest.mark.parametrize("system", ["csv", "canvas", "moodle"])
def test_grades_of_no_gradebook_are_not_exported(
    system: str, course: Any, run: Callable[..., Any]
) -> None:
    (course.folder / "gradebook.db").unlink()
    result = run("export", "--to", system)
    assert result.exit_code == 2
    assert "there are no grades to export" in result.output
    assert not (course.folder / "gradebook.db").exists()
