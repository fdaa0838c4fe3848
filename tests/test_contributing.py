"""The example of CONTRIBUTING.md: what a newcomer copies from it must work."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nbcourse.authoring.cells import SolvedSheet, read_solved_sheet
from nbcourse.authoring.rules import sheet_problems
from nbcourse.exercise import Exercise, Mistake, Sheet, check_function


@pytest.fixture(scope="module")
def blocks(root: Path) -> dict[str, str]:
    """Language -> the text of the one block of code in that language."""
    text = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    found = re.findall(r"^(`{3,})(\w+)\n(.*?)^\1$", text, re.MULTILINE | re.DOTALL)
    return {language: block for _, language, block in found}


@pytest.fixture(scope="module")
def exercise(blocks: dict[str, str]) -> Exercise:
    namespace: dict[str, Any] = {"np": np, "Exercise": Exercise, "Mistake": Mistake}
    exec(blocks["python"], namespace)
    (defined,) = (value for value in namespace.values() if isinstance(value, Exercise))
    return defined


@pytest.fixture(scope="module")
def solved(blocks: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> SolvedSheet:
    path = tmp_path_factory.mktemp("contributing") / "graphs.md"
    path.write_text(blocks["markdown"], encoding="utf-8")
    return read_solved_sheet(path, "CONTRIBUTING.md")


def test_the_cells_and_the_spec_belong_together(solved: SolvedSheet, exercise: Exercise) -> None:
    assert [cell.kind for cell in solved.cells] == ["text", "solution", "check"]
    assert sheet_problems(solved, Sheet("graphs", "Computational graphs", (exercise,))) == []


def test_right_answers_get_full_marks(solved: SolvedSheet, exercise: Exercise) -> None:
    namespace: dict[str, Any] = {"np": np}
    exec(solved.cells[1].source, namespace)
    for function in (namespace[exercise.name], exercise.reference, *exercise.alternatives):
        assert check_function(exercise, function) == exercise.points


def test_every_mistake_gets_its_own_hint(exercise: Exercise) -> None:
    assert len(exercise.mistakes) >= 3
    for mistake in exercise.mistakes:
        score = check_function(exercise, mistake.function)
        assert score < exercise.points
        assert score.hint == mistake.hint
