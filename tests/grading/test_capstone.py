"""The capstone through the real grader: bands, limits, and what does not cross."""

import csv
import json
import shutil
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from nbcourse.authoring.release import release
from nbcourse.grading.records import GRADED, WITH_PROBLEMS
from nbcourse.specs import find_sheet
from nbcourse.specs.capstone import wording
from tests import pace

LIMITS = {"cell": 60, "call": 6}
ANY_HINT = "unchecked"


@dataclass(frozen=True)
class Answer:
    """What a student handed in, and what becomes of it: RIGHT stands for the right function."""

    train: str
    predict: str
    score: float
    state: str = GRADED
    reason: str = ""
    hint: str | None = None


# Graded in the order of their names: those that take longest come first and end beside others.
CLASS = {
    "right": Answer("RIGHT", "RIGHT", 16.0),
    "unfinished": Answer("RIGHT", "def predict(params, x):\n    raise NotImplementedError", 0.0),
    "empty": Answer("", "", 0.0),
    # Both hang on the check's rows alone: in a free cell that would take the limit of a cell, too.
    "a hanging train": Answer(
        "RIGHT\n_inner = train\ndef train(x, labels, rng):\n"
        "    while len(x) == 4000: pass\n    return _inner(x, labels, rng)",
        "RIGHT",
        0.0,
        WITH_PROBLEMS,
        "train did not return within {call:g} s",
        wording.STOPPED,
    ),
    "a hanging predict": Answer(
        "RIGHT\n_inner = train\ndef train(x, labels, rng):\n"
        "    return _inner(x, labels, rng) | {'rows': len(x)}",
        "RIGHT\n_other = predict\ndef predict(params, x):\n"
        "    while params['rows'] == 4000: pass\n    return _other(params, x)",
        0.0,
        WITH_PROBLEMS,
        "predict did not return within {call:g} s",
        wording.STOPPED,
    ),
    "giant": Answer(
        "def train(x, labels, rng):\n    return np.zeros(3 * 10**7)",
        "RIGHT",
        0.0,
        hint=wording.NUMEROUS,
    ),
    "a bomb": Answer(
        "def train(x, labels, rng):\n    return np.ones(2 * 10**9).tolist()",
        "RIGHT",
        0.0,
        hint=ANY_HINT,
    ),
    "rows kept": Answer(
        "def train(x, labels, rng):\n    return x, labels", "RIGHT", 0.0, hint=wording.NUMEROUS
    ),
    "dead": Answer(
        "import os\n\ndef train(x, labels, rng):\n    os._exit(1)",
        "RIGHT",
        0.0,
        WITH_PROBLEMS,
        "train ended the process it ran in",
        wording.STOPPED,
    ),
    "an object": Answer(
        "class Model: pass\n\ndef train(x, labels, rng):\n    return {'model': Model()}",
        "RIGHT",
        0.0,
        hint=wording.KEPT,
    ),
    "a function": Answer(
        "def train(x, labels, rng):\n    return lambda x: 0", "RIGHT", 0.0, hint=wording.KEPT
    ),
    "other dtypes": Answer(
        "def train(x, labels, rng):\n    return [np.ones(2, dtype='S3'), np.datetime64('now')]",
        "RIGHT",
        0.0,
        hint=wording.KEPT,
    ),
    "nested for ever": Answer(
        "def train(x, labels, rng):\n    a = []; a.append(a); return a",
        "RIGHT",
        0.0,
        hint=wording.NUMEROUS,
    ),
    "a name alone": Answer("train = 3", "RIGHT", 0.0),
    "kept in a global": Answer(
        "RIGHT\n_inner = train\ndef train(x, labels, rng):\n"
        "    global kept\n    kept = _inner(x, labels, rng)\n    return 0",
        "RIGHT\n_other = predict\ndef predict(params, x):\n    return _other(kept, x)",
        0.0,
        hint=wording.LEFT_BEHIND,
    ),
    "loading": Answer(
        "RIGHT\n_inner = train\ndef train(x, labels, rng):\n"
        "    images, digits = load_digits()\n"
        "    pixels = images.reshape(-1, 64) + rng.normal(size=(len(images), 64))\n"
        "    return _inner(pixels, digits, rng)",
        "RIGHT",
        0.0,
        hint=wording.IGNORED,
    ),
    "changing": Answer(
        "RIGHT\n_inner = train\ndef train(x, labels, rng):\n"
        "    x /= 2\n    return _inner(2 * x, labels, rng)",
        "RIGHT",
        12.8,
        hint=(
            "train changes an input. Whoever called it still needs that value: compute into new "
            "arrays, for example x = x / 16 in place of x /= 16."
        ),
    ),
}
# What a process with too much memory says depends on the system; its state and score do not.
ANY_STATE = ("a bomb",)


@pytest.fixture(scope="module")
def course(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with the capstone alone, and its class graded once."""
    from click.testing import CliRunner

    from nbcourse.cli import cli

    folder = tmp_path_factory.mktemp("capstone") / "course"
    (folder / "solutions").mkdir(parents=True)
    shutil.copy(root / "solutions" / "capstone.md", folder / "solutions")
    config = (root / "nbgrader_config.py").read_text()
    (folder / "nbgrader_config.py").write_text(config + pace.settings(**LIMITS))
    release(folder, [find_sheet("capstone")])
    source = json.loads((folder / "_build/source/capstone/capstone.ipynb").read_text())
    right = {cell["id"]: "".join(cell["source"]) for cell in source["cells"]}
    released = (folder / "exercises/capstone/capstone.ipynb").read_text()
    for student, answer in CLASS.items():
        notebook = json.loads(released)
        for cell in notebook["cells"]:
            if cell["id"] in ("train", "predict"):
                cell["source"] = getattr(answer, cell["id"]).replace("RIGHT", right[cell["id"]])
        path = folder / "submitted" / student / "capstone" / "capstone.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook))
    with chdir(folder):
        result = CliRunner().invoke(cli, ["autograde", "capstone"])
    assert f"{len(CLASS)} graded" in result.output, result.output
    return folder


@pytest.fixture(scope="module")
def records(course: Path) -> dict[str, dict[str, Any]]:
    lines = (course / ".nbcourse" / "grading.jsonl").read_text().splitlines()
    found = [json.loads(line) for line in lines]
    return {line["student_id"]: line for line in found if "exercises" in line}


@pytest.mark.parametrize("student", CLASS)
def test_every_capstone_ends_in_one_state_with_its_score(
    student: str, course: Path, records: dict[str, dict[str, Any]]
) -> None:
    answer, record = CLASS[student], records[student]
    with (course / "grading.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["student_id"] == student]
    assert len(rows) == 1
    assert record["score"] == pytest.approx(answer.score), record
    if student in ANY_STATE:
        return
    assert rows[0]["state"] == answer.state, record
    assert pace.with_limits(answer.reason, course) in rows[0]["reason"]
    assert bool(answer.reason) == bool(rows[0]["reason"])
    assert record["exercises"][0]["name"] == "capstone"
    assert record["exercises"][0]["grade_id"] == "check-capstone"
    if answer.hint is not ANY_HINT:
        assert record["exercises"][0]["hint"] == answer.hint


def test_nobody_is_shown_the_seed(course: Path) -> None:
    text = (course / "exercises/capstone/capstone.ipynb").read_text()
    assert "seed=" not in text
    assert "HIDDEN" not in text
    assert text.count("raise NotImplementedError") == 2


def test_the_page_of_a_right_answer_tells_its_accuracy(course: Path) -> None:
    text = (course / "autograded/right/capstone/capstone.ipynb").read_text()
    assert "of the held-back digits are named right" in text
