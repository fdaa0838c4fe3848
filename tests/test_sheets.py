"""The course's own sheets: released as they are solved, worth every point, and nothing shown.

The student notebooks in ``exercises/`` are committed; these tests hold them to ``solutions/``.
"""

import json
import re
from functools import cache
from pathlib import Path

import pytest

from nbcourse.authoring.cells import read_solved_sheet
from nbcourse.authoring.notebook import source_notebook
from nbcourse.authoring.release import drift
from nbcourse.authoring.run import run_problems
from nbcourse.authoring.secret import hidden_seed
from nbcourse.authoring.selection import read_sheets
from nbcourse.authoring.solution import solution_lines
from nbcourse.exercise import Sheet
from nbcourse.specs import sheets

SHEETS = pytest.mark.parametrize("sheet", sheets(), ids=lambda sheet: sheet.name)
# Shorter lines, such as `return dx`, stand in stubs and explanations of other functions too.
TELLING = 12
# A solution of fewer lines can be what a chapter says about the operation.
WHOLE = 4
# A seed that is written out, in a notebook's JSON or in plain text.
SEED = re.compile(r"seed=\\?[\"'][0-9a-f]{16}")
TEXTS = {".html", ".ipynb", ".js", ".json", ".md", ".py", ".rst", ".txt"}


@cache
def _solutions(root: Path, sheet: Sheet) -> list[list[str]]:
    """The lines of each solution of a sheet."""
    solved = read_solved_sheet(root / "solutions" / f"{sheet.name}.md", sheet.name)
    return [solution_lines(cell.source) for cell in solved.cells if cell.kind == "solution"]


def _notebook(root: Path, sheet: Sheet) -> Path:
    return root / "exercises" / sheet.name / f"{sheet.name}.ipynb"


def test_every_sheet_keeps_the_rules_and_its_release_is_committed(root: Path) -> None:
    assert drift(root, sheets()) == []


def test_exercises_hold_the_student_notebooks_alone(root: Path) -> None:
    files = [path for path in (root / "exercises").rglob("*") if path.is_file()]
    released = [path for path in files if ".ipynb_checkpoints" not in path.parts]
    assert sorted(released) == sorted(_notebook(root, sheet) for sheet in sheets())


@SHEETS
def test_a_solved_sheet_runs_top_to_bottom_and_earns_every_point(root: Path, sheet: Sheet) -> None:
    ((_, solved),) = read_sheets(root, sheets(), [sheet.name])
    seeds = {each.name: hidden_seed(b"test", sheet.name, each.name) for each in sheet.exercises}
    assert run_problems(solved.file, source_notebook(solved.cells, sheet, seeds)) == []


@SHEETS
def test_a_student_notebook_shows_no_line_of_a_solution(root: Path, sheet: Sheet) -> None:
    cells = json.loads(_notebook(root, sheet).read_text(encoding="utf-8"))["cells"]
    shown = "\n".join("".join(cell["source"]) for cell in cells)
    telling = {line for lines in _solutions(root, sheet) for line in lines if len(line) >= TELLING}
    assert telling
    assert [line for line in sorted(telling) if line in shown] == []


@SHEETS
def test_a_student_notebook_shows_nothing_of_a_hidden_check(root: Path, sheet: Sheet) -> None:
    text = _notebook(root, sheet).read_text(encoding="utf-8")
    words = ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN TESTS", "seed=\\", 'seed="', "seed='")
    assert [word for word in words if word in text] == []


def _text(path: Path) -> str:
    """The text of a file; of a notebook the sources of its cells."""
    text = path.read_text(encoding="utf-8", errors="ignore")
    if path.suffix == ".ipynb":
        return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
    return text


def _leaks(root: Path, folder: Path) -> list[str]:
    """Every whole solution, if it is long, and every seed in the texts of a folder."""
    solutions = [lines for sheet in sheets() for lines in _solutions(root, sheet)]
    whole = ["\n".join(lines) for lines in solutions if len(lines) >= WHOLE]
    paths = [path for path in sorted(folder.rglob("*")) if path.suffix in TEXTS]
    assert paths
    found = []
    for path in paths:
        text = _text(path)
        stripped = "\n".join(line.strip() for line in text.splitlines() if line.strip())
        found += [f"{path}: {match.group()}" for match in SEED.finditer(text)]
        found += [f"{path}: {each}" for each in whole if each in stripped]
    return found


@pytest.mark.parametrize("folder", ["exercises", "book", "_build/html"])
def test_nothing_published_holds_a_whole_solution_or_a_seed(root: Path, folder: str) -> None:
    if not (root / folder).is_dir():
        pytest.skip(f"{folder} is not built")
    assert _leaks(root, root / folder) == []


def test_a_leak_would_be_found(root: Path, tmp_path: Path) -> None:
    sheet = sheets()[0]
    ((_, solved),) = read_sheets(root, sheets(), [sheet.name])
    seeds = {each.name: hidden_seed(b"test", sheet.name, each.name) for each in sheet.exercises}
    text = source_notebook(solved.cells, sheet, seeds)
    (tmp_path / "leak.ipynb").write_text(text, encoding="utf-8")
    long = [lines for lines in _solutions(root, sheet) if len(lines) >= WHOLE]
    assert long
    assert len(_leaks(root, tmp_path)) == len(long) + len(seeds)
