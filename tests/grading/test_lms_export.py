"""The files for Canvas and Moodle: their columns, whose scores stand where, and no formulas."""

import csv
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from nbcourse.authoring.generate import version_given
from nbcourse.cli import cli
from nbcourse.errors import CourseError
from nbcourse.grading.export import export_csv, export_lms

CANVAS = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
MOODLE = ["First name", "Last name", "ID number", "Username", "Email address"]
# What the gradebook knows of a student, and the scores of the two sheets: earned, late penalty.
STUDENTS: dict[str, tuple[dict[str, str], dict[str, tuple[float, float]]]] = {
    "ada": (
        {
            "first_name": "Ada",
            "last_name": "Lovelace",
            "email": "ada@example.org",
            "lms_user_id": "815",
        },
        {"graphs": (20, 0), "walks": (22 / 3, 0)},
    ),
    "blaise": (
        {"first_name": "Blaise, the 1st", "last_name": 'Pascal "B"', "lms_user_id": "s0042"},
        {"graphs": (17.5, 2.5), "walks": (1, 3)},
    ),
    "émilie@example.org": ({"first_name": "Émilie"}, {"graphs": (0, 0)}),
    "zoe": ({}, {}),
}


@pytest.fixture(scope="module")
def graded(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course whose gradebook has two sheets that were handed in, and one that was not."""
    folder = tmp_path_factory.mktemp("lms")
    shutil.copy(root / "nbgrader_config.py", folder)
    fill(folder, STUDENTS)
    return folder


def fill(folder: Path, students: dict[str, Any]) -> None:
    """Make the gradebook of a course, as grading would."""
    from nbgrader.api import Gradebook

    with (
        warnings.catch_warnings(action="ignore"),
        version_given(),
        Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook,
    ):
        for sheet, points in (("walks", 10), ("graphs", 20), ("later", 5)):
            gradebook.add_assignment(sheet)
            gradebook.add_notebook(sheet, sheet)
            gradebook.add_grade_cell("check", sheet, sheet, max_score=points, cell_type="code")
        for student, (known, scores) in students.items():
            gradebook.add_student(student, **known)
            for sheet, (earned, penalty) in scores.items():
                (notebook,) = gradebook.add_submission(sheet, student).notebooks
                notebook.late_submission_penalty = penalty
                gradebook.find_grade("check", sheet, sheet, student).auto_score = earned
        gradebook.db.commit()


@pytest.fixture
def settings(graded: Path, tmp_path: Path) -> Callable[[str], Path]:
    """Copy the course, with a line more in its nbgrader_config.py."""

    def add(line: str) -> Path:
        folder = shutil.copytree(graded, tmp_path / "course")
        with (folder / "nbgrader_config.py").open("a") as file:
            file.write(f"\n{line}\n")
        return folder

    return add


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def export(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["-C", str(folder), "export", *arguments])


def test_canvas(graded: Path) -> None:
    result = export(graded, "--to", "canvas")
    assert result.exit_code == 0, result.output
    assert result.output.startswith("Grades: 4 students in grades-canvas.csv\n")
    # By last name, first name and id, as nbgrader lists them.
    assert read(graded / "grades-canvas.csv") == [
        [*CANVAS, "graphs", "walks"],
        ["    Points Possible", "", "", "", "", "20", "10"],
        ["zoe", "", "", "zoe", "", "0", "0"],
        ["Émilie", "", "", "émilie@example.org", "", "0", "0"],
        ["Lovelace, Ada", "815", "", "ada", "", "20", "7.33333"],
        ['Pascal "B", Blaise, the 1st', "", "s0042", "blaise", "", "15", "0"],
    ]


def test_moodle(graded: Path) -> None:
    assert export(graded, "--to", "moodle").exit_code == 0
    assert read(graded / "grades-moodle.csv") == [
        [*MOODLE, "graphs", "walks"],
        ["", "", "", "zoe", "", "0", "0"],
        ["Émilie", "", "", "émilie@example.org", "émilie@example.org", "0", "0"],
        ["Ada", "Lovelace", "815", "ada", "ada@example.org", "20", "7.33333"],
        ["Blaise, the 1st", 'Pascal "B"', "s0042", "blaise", "", "15", "0"],
    ]


@pytest.mark.parametrize("system", ["canvas", "moodle"])
def test_scores_are_nbgraders_totals(system: str, graded: Path, tmp_path: Path) -> None:
    export_csv(graded, tmp_path / "grades.csv", ["graphs", "walks"])
    export_lms(graded, system, tmp_path / "lms.csv")
    # nbgrader does not quote the commas in names, so columns count from the ends of a line.
    lines = (tmp_path / "grades.csv").read_text(encoding="utf-8").splitlines()[1:]
    cells = [line.split(",") for line in lines]
    expected = {(row[3], row[0]): float(row[-2]) for row in cells}
    header, *rows = read(tmp_path / "lms.csv")
    who = header.index("SIS Login ID" if system == "canvas" else "Username")
    found = {
        (row[who], sheet): float(row[header.index(sheet)])
        for row in rows
        for sheet in ("graphs", "walks")
        if row[who]
    }
    assert found == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(("system", "kind"), [("canvas", "Canvas"), ("moodle", "Moodle")])
def test_columns_bear_the_systems_own_names(
    system: str, kind: str, settings: Callable[[str], Path]
) -> None:
    folder = settings(f'c.{kind}Export.columns = {{"graphs": "Graphs, 1 (4711)"}}')
    result = export(folder, "--to", system)
    assert "  graphs: column 'Graphs, 1 (4711)'\n  walks: column 'walks'\n" in result.output
    assert read(folder / f"grades-{system}.csv")[0][5:] == ["Graphs, 1 (4711)", "walks"]


WRONG = {
    "twice": ('c.CanvasExport.columns = {"graphs": "A", "walks": "A"}', "the header 'A'"),
    "taken": ('c.CanvasExport.columns = {"graphs": "Section"}', "the header 'Section'"),
    "no dict": ("c.CanvasExport.columns = 'Graphs'", "nbgrader_config.py: The 'columns' trait"),
}


@pytest.mark.parametrize("name", WRONG)
def test_columns_that_cannot_be_are_refused(name: str, settings: Callable[[str], Path]) -> None:
    line, message = WRONG[name]
    folder = settings(line)
    with pytest.raises(CourseError, match=message):
        export_lms(folder, "canvas", folder / "grades.csv")
    assert not (folder / "grades.csv").exists()


@pytest.mark.parametrize("to", ["csv", "canvas", "moodle"])
def test_only_the_sheets_that_are_named(to: str, graded: Path, tmp_path: Path) -> None:
    output = tmp_path / "grades.csv"
    assert export(graded, "--to", to, "--sheet", "walks", "--output", str(output)).exit_code == 0
    assert "walks" in output.read_text()
    assert "graphs" not in output.read_text()


@pytest.mark.parametrize("sheet", ["later", None])
def test_nothing_handed_in_is_nothing_to_export(
    sheet: str | None, settings: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = settings("")
    if sheet is None:
        (folder / "gradebook.db").unlink()
        fill(folder, {})
    output = tmp_path / "new.csv"
    chosen = ("--sheet", sheet) if sheet else ()
    result = export(folder, "--to", "moodle", "--output", str(output), *chosen)
    assert result.exit_code == 2
    assert f"no graded submission of {sheet or 'any sheet'}. Run 'nbcourse" in result.output
    assert not list(tmp_path.glob("*new.csv*"))


FORMULAS = ("=1+1", "+49", "-ada", "@SUM(A1)", "\t=1", "\r=1", " =1", "x\r\n=1", "\uff1d1")


@pytest.fixture(scope="module")
def formulas(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course whose students' ids, names and addresses are formulas, but for one student's."""
    folder = tmp_path_factory.mktemp("formulas")
    shutil.copy(root / "nbgrader_config.py", folder)
    known = ("first_name", "last_name", "email", "lms_user_id")
    students = {each: (dict.fromkeys(known, each), {"graphs": (1, 0)}) for each in FORMULAS}
    fill(folder, students | {"bob": ({}, {"graphs": (2, 0)})})
    return folder


@pytest.mark.parametrize("system", ["canvas", "moodle"])
def test_no_text_is_a_formula(system: str, formulas: Path) -> None:
    result = export(formulas, "--to", system)
    assert result.exit_code == 0
    for text in FORMULAS:
        assert repr(text) in result.stderr
    assert "bob" not in result.stderr
    lines = (formulas / f"grades-{system}.csv").read_text(encoding="utf-8").split("\n")
    rows = read(formulas / f"grades-{system}.csv")
    assert len(rows) == len(lines) - 1 == len(FORMULAS) + (3 if system == "canvas" else 2)
    for cell in (cell for row in rows for cell in row):
        assert not cell.strip().startswith(("=", "+", "-", "@", "\uff1d"))
        assert cell.isprintable()
    # The apostrophe is all that is added: what was in the gradebook can be had back.
    who = rows[0].index("SIS Login ID" if system == "canvas" else "Username")
    assert {"'=1+1", "'+49", "'-ada", "'@SUM(A1)", "bob"} < {row[who] for row in rows}


def test_nbgraders_own_command_writes_the_same(graded: Path) -> None:
    export_lms(graded, "canvas", graded / "ours.csv")
    options = ["--exporter", "nbcourse.grading.lms.CanvasExport", "--to", "theirs.csv"]
    command = [sys.executable, "-m", "nbgrader", "export", *options]
    subprocess.run(command, cwd=graded, check=True, capture_output=True)
    assert (graded / "theirs.csv").read_bytes() == (graded / "ours.csv").read_bytes()
