"""The course's own sheets: released as they are solved, worth every point, and nothing shown.

The student notebooks in ``exercises/`` are committed; these tests hold them to ``solutions/``.
"""

import json
import re
from pathlib import Path

import pytest

from nbcourse.authoring.cells import read_solved_sheet
from nbcourse.authoring.notebook import source_notebook
from nbcourse.authoring.release import drift, read_sheets
from nbcourse.authoring.run import run_problems
from nbcourse.authoring.secret import hidden_seed
from nbcourse.authoring.solution import solution_lines
from nbcourse.exercise import Sheet
from nbcourse.specs import sheets

SHEETS = pytest.mark.parametrize("sheet", sheets(), ids=lambda sheet: sheet.name)
# What no released or published file may hold: nbgrader's markers, and a seed that is given.
FORBIDDEN = re.compile(r"(?:BEGIN|END) SOLUTION|(?:BEGIN|END) HIDDEN|\bseed=\\*[\"']")
# Shorter lines, such as `return dx`, stand in stubs and explanations of other functions too.
TELLING = 12


def test_every_sheet_keeps_the_rules_and_its_release_is_committed(root: Path) -> None:
    assert drift(root, sheets()) == []


@SHEETS
def test_a_solved_sheet_runs_top_to_bottom_and_earns_every_point(root: Path, sheet: Sheet) -> None:
    ((_, solved),) = read_sheets(root, sheets(), [sheet.name])
    seeds = {each.name: hidden_seed(b"test", sheet.name, each.name) for each in sheet.exercises}
    assert run_problems(solved.file, source_notebook(solved.cells, sheet, seeds)) == []


@SHEETS
def test_no_line_of_a_solution_is_released(root: Path, sheet: Sheet) -> None:
    solved = read_solved_sheet(root / "solutions" / f"{sheet.name}.md", sheet.name)
    notebook = root / "exercises" / sheet.name / f"{sheet.name}.ipynb"
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    shown = "\n".join("".join(cell["source"]) for cell in cells)
    telling = {
        line
        for cell in solved.cells
        if cell.kind == "solution"
        for line in solution_lines(cell.source)
        if len(line) >= TELLING
    }
    assert telling
    assert [line for line in sorted(telling) if line in shown] == []


@pytest.mark.parametrize("folder", ["exercises", "book", "_build/html"])
def test_nothing_published_holds_a_solution_or_a_hidden_check(root: Path, folder: str) -> None:
    if not (root / folder).is_dir():
        pytest.skip(f"{folder} is not built")
    paths = [path for path in (root / folder).rglob("*") if path.is_file()]
    assert paths
    shown = [
        f"{path.relative_to(root)}: {match.group()}"
        for path in paths
        if (match := FORBIDDEN.search(path.read_text(encoding="utf-8", errors="ignore")))
    ]
    assert shown == []


def test_exercises_hold_the_student_notebooks_alone(root: Path) -> None:
    folder = root / "exercises"
    files = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    wanted = [Path(sheet.name) / f"{sheet.name}.ipynb" for sheet in sheets()]
    assert sorted(path for path in files if ".ipynb_checkpoints" not in path.parts) == wanted
