"""What a browser gets of the course: two wheels, and words for a NumPy that is not there."""

import ast
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from lite import course_startup, wheels
from nbcourse.authoring.cells import read_solved_sheet
from nbcourse.specs import sheets

ROOT = Path(__file__).resolve().parents[2]

# Runs a solved sheet with the wheel alone, where nothing but NumPy can be imported and no thread
# can be started, as in a browser.
AS_IN_A_BROWSER = """
import json, sys, threading
sys.path.insert(0, sys.argv[1])
import numpy
class OnlyNumPy:
    def find_spec(self, name, path, target=None):
        top = name.partition(".")[0]
        if top not in sys.stdlib_module_names | {"numpy", "nbcourse"}:
            raise ModuleNotFoundError(f"no {name} in a browser")
sys.meta_path.insert(0, OnlyNumPy())
def no_threads(self):
    raise RuntimeError("can't start new thread")
threading.Thread.start = no_threads
import nbcourse
assert nbcourse.__file__.startswith(sys.argv[1]), nbcourse.__file__
here, scores = {}, []
for kind, source in json.load(sys.stdin):
    if kind == "check":
        scores.append(eval(source, here))
    else:
        exec(source, here)
print(json.dumps([[str(score), score.passed] for score in scores]))
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course as the browser has it."""
    folder = tmp_path_factory.mktemp("wheel")
    with zipfile.ZipFile(wheels.course_wheel(folder)) as wheel:
        wheel.extractall(folder / "unpacked")
    return folder / "unpacked"


def test_a_wheel_has_the_same_bytes_every_time(tmp_path: Path) -> None:
    again = tmp_path / "again"
    again.mkdir()
    first, second = wheels.course_wheel(tmp_path), wheels.course_wheel(again)
    assert first.read_bytes() == second.read_bytes()


def test_pip_takes_a_wheel_for_one(tmp_path: Path) -> None:
    wheel = wheels.startup_wheel(tmp_path)
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    options = ["--no-index", "--no-deps", "--no-compile", "--target", str(tmp_path / "there")]
    subprocess.run([*pip, *options, str(wheel)], check=True, capture_output=True)
    assert (tmp_path / "there/course_startup/first.py").is_file()


def test_the_browser_has_nothing_that_the_package_has_not(unpacked: Path) -> None:
    files = [path for path in (unpacked / "nbcourse").rglob("*") if path.is_file()]
    assert len(files) > 50
    assert {path.name.rpartition(".")[2] for path in files} <= {"py", "npz", "typed"}
    for path in files:
        assert path.read_bytes() == (ROOT / path.relative_to(unpacked)).read_bytes()


def test_the_browser_has_no_solved_sheet_and_no_seed_of_a_grading(unpacked: Path) -> None:
    texts = [path.read_text(encoding="utf-8") for path in unpacked.rglob("*.py")]
    marks = ("BEGIN SOLUTION", "BEGIN HIDDEN", "hidden_seed(", "read_solved_sheet")
    assert [mark for mark in marks for text in texts if mark in text] == []
    seed = re.compile(r"seed=[\"'][0-9a-f]{16}")
    assert [text[:80] for text in texts if seed.search(text)] == []
    assert not list(unpacked.rglob("*.ipynb")) + list(unpacked.rglob("*.md"))


def test_modules_import_numpy_and_each_other_alone(unpacked: Path) -> None:
    """A function may need more: ``Score`` is drawn by IPython, which a notebook has."""
    missing = []
    for path in unpacked.rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            else:
                continue
            for name in names:
                file = unpacked / name.replace(".", "/")
                known = {*sys.stdlib_module_names, "numpy"}
                if name.partition(".")[0] in known:
                    continue
                if not (file.with_suffix(".py").is_file() or (file / "__init__.py").is_file()):
                    missing.append((path.name, name))
    assert missing == []


@pytest.mark.parametrize("name", [sheet.name for sheet in sheets()])
def test_a_solved_sheet_earns_every_point_with_the_wheel_alone(name: str, unpacked: Path) -> None:
    solved = read_solved_sheet(ROOT / "solutions" / f"{name}.md", name)
    cells = [
        (cell.kind, re.sub(r"^import matplotlib.*$", "", cell.source, flags=re.MULTILINE))
        for cell in solved.cells
        if cell.kind in ("given", "solution", "check")
    ]
    done = subprocess.run(
        [sys.executable, "-I", "-c", AS_IN_A_BROWSER, str(unpacked)],
        input=json.dumps(cells),
        env={"OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    scores = json.loads(done.stdout.splitlines()[-1])
    assert len(scores) == sum(kind == "check" for kind, _ in cells) > 0
    assert [text for text, passed in scores if not passed] == []


def test_a_missing_numpy_is_explained_and_other_modules_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COURSE_NUMERIC_FROM", "https://elsewhere.org/full/")
    finder = course_startup.NotFetched()
    finder.find_spec("pandas", None)
    with pytest.raises(ModuleNotFoundError, match="NumPy could not be fetched from") as caught:
        finder.find_spec("numpy", None)
    assert caught.value.name == "numpy"
    for words in ("https://elsewhere.org/full/", "run the cell again", "File, Download"):
        assert words in str(caught.value)
    monkeypatch.delenv("COURSE_NUMERIC_FROM")
    assert "from this site" in course_startup.explanation("NumPy")


def test_the_first_line_leaves_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "course_startup", course_startup)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    source = (Path(course_startup.__file__).with_name("first.py")).read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    for _ in range(2):
        exec(source, names)
    assert names.keys() <= {"__builtins__", "__doc__"}
    assert sum(isinstance(each, course_startup.NotFetched) for each in sys.meta_path) == 1
