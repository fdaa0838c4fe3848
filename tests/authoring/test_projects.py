"""A project in a sheet: several solution cells, one check, one score."""

import json
from pathlib import Path
from typing import Any

import pytest

from nbcourse.authoring.cells import read_solved_sheet
from nbcourse.authoring.notebook import source_notebook
from nbcourse.authoring.rules import sheet_problems
from nbcourse.exercise import Project, Score, Sheet

SOLVED = '''\
# Model

```{code-cell}
:tags: [solution]

def fit(x):
    """Return what is known of x."""
    ### BEGIN SOLUTION
    return sum(x)
    ### END SOLUTION
```

```{code-cell}
:tags: [solution]

def ask(known):
    """Return it."""
    ### BEGIN SOLUTION
    return known
    ### END SOLUTION
```

```{code-cell}
:tags: [check]

check("model", (fit, ask))
```
'''


def fit(x: Any) -> Any:
    return sum(x)


def ask(known: Any) -> Any:
    return known


MODEL = Project(
    name="model",
    points=6,
    functions={"fit": fit, "ask": ask},
    parts=("all",),
    judge=lambda functions, seed: Score(6.0, 6.0, "model"),
    mistakes={},
    alternatives=(),
    summary="",
)
SHEET = Sheet("model", "Model", (MODEL,))


def problems(folder: Path, text: str) -> list[str]:
    path = folder / "model.md"
    path.write_text(text, encoding="utf-8")
    return [each.text for each in sheet_problems(read_solved_sheet(path, path.name), SHEET)]


def test_both_solutions_and_the_check_are_graded_cells(tmp_path: Path) -> None:
    assert problems(tmp_path, SOLVED) == []
    solved = read_solved_sheet(tmp_path / "model.md", "model.md")
    cells = json.loads(source_notebook(solved.cells, SHEET, {"model": "1f"}))["cells"]
    graded = {cell["id"]: cell for cell in cells if "nbgrader" in cell["metadata"]}
    assert list(graded) == ["fit", "ask", "check-model"]
    points = [cell["metadata"]["nbgrader"].get("points") for cell in graded.values()]
    assert points == [None, None, 6]
    assert "".join(graded["check-model"]["source"]).split("\n") == [
        'check("model", (fit, ask))',
        "### BEGIN HIDDEN TESTS",
        'check("model", (fit, ask), seed="1f")',
        "### END HIDDEN TESTS",
    ]


FIT, ASK, CHECK = SOLVED.split("```{code-cell}\n")[1:]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("(fit, ask))", "(ask, fit))", 'is the line check("model", (fit, ask))'),
        ("(fit, ask))", "(fit,))", 'is the line check("model", (fit, ask))'),
        ("(fit, ask))", "model)", 'is the line check("model", (fit, ask))'),
        ('"model"', '"other"', "checks 'other', which is not an exercise"),
        ("def ask(known)", "def ask(known, x)", "the signature is ask(known, x)"),
        ("```{code-cell}\n" + ASK, "", "the exercise 'ask' has no solution"),
        ("```{code-cell}\n" + CHECK, "", "the exercise 'model' has no check: add a cell"),
        (ASK + "```{code-cell}\n" + CHECK, CHECK + "\n```{code-cell}\n" + ASK, "before its sol"),
    ],
)
def test_what_a_sheet_does_wrong_is_told(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert old in SOLVED
    found = problems(tmp_path, SOLVED.replace(old, new))
    assert any(problem in each for each in found), found
