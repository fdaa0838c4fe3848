"""The class, graded and reported on once."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.grading.report.graded_class import EXERCISES, HOSTILE, NOT_CHECKED, make_class, run
from tests.grading.report.page import Page


@pytest.fixture(scope="session")
def graded(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """A course whose class was graded; not to be changed."""
    course = tmp_path_factory.mktemp("class")
    make_class(course, root / "nbgrader_config.py")
    assert run(course, "graphs").exit_code == 0
    return course


@pytest.fixture(scope="session")
def page(graded: Path) -> Page:
    return Page((graded / ".nbcourse" / "report" / "graphs.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def table(graded: Path) -> list[dict[str, str]]:
    with (graded / ".nbcourse" / "report" / "graphs.csv").open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def lines(graded: Path) -> list[dict[str, Any]]:
    """The journal's lines of those whose scores count, by student; none lacks a result."""
    text = (graded / ".nbcourse" / "grading.jsonl").read_text()
    found = [json.loads(line) for line in text.splitlines()]
    found = sorted((each for each in found if each["exercises"]), key=lambda x: x["student_id"])
    first = next(line for line in found if line["student_id"] == HOSTILE)
    exercise = EXERCISES[NOT_CHECKED]
    missing = {"name": exercise.name, "score": 0.0, "max_score": exercise.points}
    first["exercises"].insert(
        NOT_CHECKED, missing | {"problem": "no result", "hint": None, "stage": None}
    )
    return found
