"""The scene of the attacks: a course, its neighbours, canaries all round, and one graded class."""

import csv
import hashlib
import json
import os
import secrets
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbcourse.authoring.release import release
from nbcourse.authoring.secret import course_secret, hidden_seed
from nbcourse.exercise import Sheet
from nbcourse.specs import find_exercise
from tests import pace
from tests.attacks.attack import EXERCISES, Attack, Family, Handed, Notebook, build, find_cell
from tests.attacks.listeners import Listeners
from tests.attacks.local_answers import local_answers
from tests.attacks.watch import Run, watched

LIMITS = {"cell": 4, "call": 2, "submission": 20}
#: Strings of the specs and the library that no student's process may ever see.
SPECS = ("_large_pair", "_sum_over_rows", "_DEPARTURES", "kumquat_of_the_solution")
#: What grading may write in the course folder.
WRITABLE = ("autograded", "feedback", ".nbcourse/", "_build/", "gradebook.db", "grades.csv",
            "grading.csv")  # fmt: skip
#: Written by nobody, wherever it lies.
READ_ONLY = (".nbcourse/secret", "_build/source")
HIGHEST = 450.0


@dataclass
class Result:
    """What became of one submission: its row in ``grading.csv``, notebook, gradebook entry."""

    rows: list[dict[str, str]]
    notebook: Notebook
    size: int
    scores: dict[str, float]
    in_gradebook: float

    @property
    def outputs(self) -> str:
        """All that was printed, shown and raised, as text."""
        texts: list[str] = []
        for cell in self.notebook["cells"]:
            for output in cell.get("outputs", []):
                texts += [_flat(value) for key, value in output.items() if key != "metadata"]
        return "\n".join(texts)

    @property
    def reason(self) -> str:
        return " ".join(row["reason"] for row in self.rows)


@dataclass
class Scene:
    """A course folder with what surrounds it.

    Parameters
    ----------
    folder
        Holds the course, and beside it a canary, a home, a folder for sockets.
    """

    folder: Path
    mark: str = field(default_factory=lambda: f"mark{secrets.token_hex(8)}")

    def __post_init__(self) -> None:
        self.course = self.folder / f"course-{self.mark}"
        self.home = self.folder / "home"
        self.beside = self.folder / "beside"
        self.temporary = Path(f"/tmp/canary-{self.mark}")
        token = secrets.token_hex
        self.texts = {
            "beside": f"beside{token(8)}",
            "home": f"home{token(8)}",
            "temporary": f"temporary{token(8)}",
            "environment": f"environment{token(8)}",
            "neighbour": f"neighbour{token(8)}",
        }
        for place in (self.home, self.beside):
            place.mkdir(parents=True)
            (place / "canary.txt").write_text(self.texts[place.name])
        self.temporary.write_text(self.texts["temporary"])

    def release(self, root: Path) -> None:
        """Build the course."""
        (self.course / "solutions").mkdir(parents=True)
        shutil.copy(Path(__file__).with_name("target.md"), self.course / "solutions")
        config = (root / "nbgrader_config.py").read_text()
        limits = pace.settings(**LIMITS)
        (self.course / "nbgrader_config.py").write_text(f"{config}{limits}c.Limits.spoiled = 1\n")
        sheet = Sheet("target", "The target", tuple(map(find_exercise, EXERCISES)))
        release(self.course, [sheet])
        self.source = self._notebook("_build/source")
        self.released = self._notebook("exercises")

    def canaries(self) -> dict[str, str]:
        """Name -> a text that no attacker's output may hold."""
        secret = course_secret(self.course)
        seeds = {name: hidden_seed(secret, "target", name) for name in EXERCISES}
        specs = {f"library: {text}": text for text in SPECS}
        return self.texts | seeds | specs | {"secret": secret.hex()}

    def hand_in(self, student: str, notebook: Notebook | str | bytes) -> Path:
        folder = self.course / "submitted" / student / "target"
        folder.mkdir(parents=True)
        text = json.dumps(notebook) if isinstance(notebook, dict) else notebook
        (folder / "target.ipynb").write_bytes(text if isinstance(text, bytes) else text.encode())
        return folder

    def solved(self, *names: str, note: str = "") -> Notebook:
        """The released notebook with the sheet's own solutions of some exercises in it."""
        notebook: Notebook = json.loads(json.dumps(self.released))
        for name in names:
            source = "".join(find_cell(self.source, name)["source"])
            answer = source.replace("kumquat_of_the_solution", "mine")
            find_cell(notebook, name)["source"] = f"# {note}\n{answer}"
        return notebook

    def attack(self, student: str, attack: Attack, values: dict[str, Any]) -> None:
        """Hand in an attack."""
        notebook = build(attack, self.released, values)
        if attack.hand_in is not None:
            folder = self.course / "submitted" / student / "target"
            folder.mkdir(parents=True)
            neighbour = self.course / "submitted" / NEIGHBOUR / "target" / "target.ipynb"
            solution = self.course / "_build" / "source" / "target" / "target.ipynb"
            secret = self.course / ".nbcourse" / "secret"
            attack.hand_in(folder, Handed(notebook, neighbour, secret, solution))
        else:
            self.hand_in(student, attack.edit(notebook) if attack.edit else notebook)

    def values(self, listeners: Listeners) -> dict[str, Any]:
        """What the placeholders stand for."""
        return listeners.ports() | {
            "COURSE": str(self.course),
            "GRADER": os.getpid(),
            "PLACES": [str(place) for place in self.places()],
            "FILES": [str(path) for path in self.secret_files()],
            "MARK": self.mark,
            "LOCAL_ANSWERS": local_answers(EXERCISES[:3]),
        }

    def places(self) -> list[Path]:
        """Folders that a student would like to write to."""
        return [self.course, self.course / "_build" / "source" / "target",
                self.course / "submitted" / NEIGHBOUR / "target", self.home, self.beside,
                Path(__file__).resolve().parents[2] / "nbcourse", *SITE]  # fmt: skip

    def secret_files(self) -> list[Path]:
        """Files that a student would like to read."""
        inside = (".nbcourse/secret", "_build/source/target/target.ipynb", "gradebook.db",
                  "solutions/target.md", f"submitted/{NEIGHBOUR}/target/target.ipynb")  # fmt: skip
        library = Path(__file__).resolve().parents[2] / "nbcourse" / "specs" / "graphs"
        return [*(self.course / path for path in inside), self.home / "canary.txt",
                self.beside / "canary.txt", self.temporary, library / "gates.py"]  # fmt: skip

    def grade(self, *options: str) -> Run:
        """Run the real command on the whole class."""
        code = "from nbcourse.cli import main; main()"
        environment = os.environ | {
            "HOME": str(self.home),
            "NBCOURSE_TOKEN": self.texts["environment"],
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }
        command = [sys.executable, "-c", code, "autograde", "target", *options]
        return watched(command, self.course, environment, HIGHEST)

    def snapshot(self) -> dict[str, str]:
        """Every file that grading may not touch, with a hash of what it holds."""
        found = {}
        for place in (self.course, self.home, self.beside):
            for path in sorted(place.rglob("*")):
                name = str(path.relative_to(self.folder))
                inside = name.removeprefix(f"{self.course.name}/")
                if not inside.startswith(WRITABLE) or inside.startswith(READ_ONLY):
                    found[name] = _digest(path)
        return found | {"temporary": _digest(self.temporary)}

    def result(self, student: str) -> Result:
        """Read what became of a submission, where an instructor reads it."""
        from nbcourse.grading.notebooks import read_notebook

        with (self.course / "grading.csv").open(newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["student_id"] == student]
        path = self.course / "autograded" / student / "target" / "target.ipynb"
        text = path.read_text(encoding="utf-8")
        scores = {cell.id: _score(cell) for cell in read_notebook(text).cells if _is_check(cell)}
        return Result(rows, json.loads(text), len(text), scores, self.gradebook.get(student, -1.0))

    def read_gradebook(self) -> None:
        """Read all scores; nbgrader's own API says what counts."""
        from nbcourse.authoring.course import load_config
        from nbcourse.grading.gradebook import open_gradebook

        with open_gradebook(self.course, load_config(self.course)) as gradebook:
            self.gradebook = {
                str(each["student"]): float(each["score"])
                for each in gradebook.submission_dicts("target")
            }

    def _notebook(self, folder: str) -> Notebook:
        text = (self.course / folder / "target" / "target.ipynb").read_text(encoding="utf-8")
        notebook: Notebook = json.loads(text)
        return notebook


NEIGHBOUR = "000-neighbour"
SITE = [Path(path) for path in sys.path if path.endswith("site-packages")]


def student_ids(families: list[Family]) -> dict[tuple[str, str], str]:
    """(family, attack) -> the student who hands it in; numbered, with gaps for neighbours."""
    names = [(family.name, attack.name) for family in families for attack in family.attacks]
    return {key: f"{i + 1:03d}-{'-'.join(key)}" for i, key in enumerate(names)}


def _is_check(cell: Any) -> bool:
    nbgrader = cell.metadata.get("nbgrader", {})
    return bool(nbgrader.get("grade")) and not nbgrader.get("solution")


def _score(cell: Any) -> float:
    """A check cell's score by nbgrader's own reader; no output at all would be full marks."""
    from nbgrader.utils import determine_grade

    points, _ = determine_grade(cell)
    return float("nan") if points is None else float(points)


def _digest(path: Path) -> str:
    if path.is_symlink() or not path.is_file():
        return "no file"
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _flat(value: Any) -> str:
    if isinstance(value, list):
        return "".join(map(_flat, value))
    if isinstance(value, dict):
        return "\n".join(map(_flat, value.values()))
    return str(value)
