"""A course with one small sheet, released once; submissions made from it by editing cells."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from nbcourse.authoring.release import release
from nbcourse.exercise import Sheet
from nbcourse.specs import find_exercise
from tests import pace

NAMES = ("add_backward", "find_wrong_node", "numerical_gradient")
LIMITS = {"cell": 4, "call": 3}


@dataclass(frozen=True)
class Course:
    """A course folder, and what is needed to hand something in."""

    folder: Path
    released: dict[str, Any]
    answers: dict[str, str]

    def hand_in(self, student: str, data: str | bytes | dict[str, Any]) -> Path:
        """Put a notebook, or the bytes of one, where a student's submission lies."""
        folder = self.folder / "submitted" / student / "demo"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "demo.ipynb"
        text = json.dumps(data) if isinstance(data, dict) else data
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def solved(self, **answers: str) -> dict[str, Any]:
        """The released notebook with right answers in it, but for those given here."""
        notebook: dict[str, Any] = json.loads(json.dumps(self.released))
        for cell in notebook["cells"]:
            if cell["id"] in self.answers:
                cell["source"] = answers.get(cell["id"], self.answers[cell["id"]])
        return notebook


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Course:
    """The course as it is after its sheet was released; not to be changed."""
    folder = tmp_path_factory.mktemp("demo course") / "course"
    (folder / "solutions").mkdir(parents=True)
    shutil.copy(Path(__file__).with_name("demo.md"), folder / "solutions" / "demo.md")
    config = (root / "nbgrader_config.py").read_text()
    (folder / "nbgrader_config.py").write_text(config + pace.settings(**LIMITS))
    release(folder, [Sheet("demo", "A small sheet", tuple(map(find_exercise, NAMES)))])
    source = json.loads((folder / "_build" / "source" / "demo" / "demo.ipynb").read_text())
    answers = {
        cell["id"]: "".join(cell["source"]) for cell in source["cells"] if cell["id"] in NAMES
    }
    released = json.loads((folder / "exercises" / "demo" / "demo.ipynb").read_text())
    return Course(folder, released, answers)


@pytest.fixture
def course(demo: Course, tmp_path: Path) -> Course:
    """A copy of the course, to be changed."""
    folder = tmp_path / "course"
    shutil.copytree(demo.folder, folder)
    return Course(folder, demo.released, demo.answers)


@pytest.fixture
def run(course: Course, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Run a command of the course's, as ``nbcourse`` would; return what it printed and its code."""
    from click.testing import CliRunner

    from nbcourse.cli import cli

    monkeypatch.chdir(course.folder)
    return lambda *arguments: CliRunner().invoke(cli, list(arguments))
