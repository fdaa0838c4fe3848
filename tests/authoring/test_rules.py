"""Solved sheets: how they are read, and the rules they must keep."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nbcourse.authoring.cells import read_solved_sheet
from nbcourse.authoring.rules import sheet_problems
from nbcourse.authoring.solution import solution_fault, solution_lines
from nbcourse.exercise import Exercise, Sheet

SOLVED = '''\
---
kernelspec:
  name: python3
  display_name: Python 3
---

# Two gates

Run this cell first.

```{code-cell}
:tags: [given]

from nbcourse import check
```

## Double

```{code-cell}
:tags: [solution]

def double(x: "array", h=1e-5):
    """Return 2 x."""
    ### BEGIN SOLUTION
    total = x + x
    return total
    ### END SOLUTION
```

Try it:

```{code-cell}
double(2)
```

```{code-cell}
:tags: [check]

check("double", double)
```

## Halve

```{code-cell}
:tags: [solution]

def halve(x):
    """Return x / 2."""
    ### BEGIN SOLUTION
    return x / 2
    ### END SOLUTION
```

```{code-cell}
:tags: [check]

check("halve", halve)
```
'''
HALVE_CHECK = '```{code-cell}\n:tags: [check]\n\ncheck("halve", halve)\n```\n'
HALVE_BODY = "    ### BEGIN SOLUTION\n    return x / 2\n    ### END SOLUTION\n"


def double(x: float, h: float = 1e-5) -> float:
    return x + x


def halve(x: float) -> float:
    return x / 2


def _exercise(reference: Callable[..., Any], points: float) -> Exercise:
    return Exercise(
        name=reference.__name__,
        points=points,
        reference=reference,
        parts=("out",),
        cases=lambda rng: [],
        mistakes=(),
        alternatives=(),
        summary="",
    )


SHEET = Sheet("two-gates", "Two gates", (_exercise(double, 2.0), _exercise(halve, 1.5)))


def _problems(folder: Path, text: str) -> list[str]:
    path = folder / "two-gates.md"
    path.write_text(text, encoding="utf-8")
    return list(map(str, sheet_problems(read_solved_sheet(path, "solutions/two-gates.md"), SHEET)))


def test_a_right_sheet_has_no_problem(tmp_path: Path) -> None:
    assert _problems(tmp_path, SOLVED) == []


# What an author writes wrong: (text, what stands there instead, what the one line says).
WRONG = {
    "unknown tag": ('[check]\n\ncheck("double', '[chek]\n\ncheck("double', "unknown tag 'chek'"),
    "two tags": ("[given]", "[given, check]", "'given', 'check' exclude each other"),
    "tag on text": ("Try it:", '+++ {"tags": ["given"]}\n\nTry it:', "only code cells have tags"),
    "raw cell": ("Try it:", "```{raw-cell}\nTry\n```", "raw cells are not supported"),
    "directive": ("Try it:", "```{note}\nTry it\n```", "'```{note}' is MyST"),
    "role": ("Try it:", "Try {math}`x`", "'{math}`' is MyST"),
    "syntax": ("return x / 2", "return x /", "is not valid Python"),
    "no function": ("def halve(x):", "if True:", "defines one function, this one has 0 (none)"),
    "two functions": (
        HALVE_BODY,
        HALVE_BODY + "\ndef other(x):\n    return x\n",
        "this one has 2 (halve, other)",
    ),
    "more than a function": (HALVE_BODY, HALVE_BODY + "\nhalve(3)\n", "and nothing else"),
    "no markers": (HALVE_BODY, "    return x / 2\n", "needs a line '### BEGIN SOLUTION'"),
    "one marker": ("return x / 2\n    ### END SOLUTION", "return x / 2", "needs a line"),
    "inexact marker": (
        "### BEGIN SOLUTION\n    return x",
        "# BEGIN SOLUTION\n    return x",
        "needs",
    ),
    "no docstring": ('    """Return x / 2."""\n', "    pass\n", "'halve' has no docstring"),
    "signature inside": (
        'def halve(x):\n    """Return x / 2."""\n    ### BEGIN SOLUTION',
        '### BEGIN SOLUTION\ndef halve(x):\n    """Return x / 2."""',
        "must stand below the docstring",
    ),
    "half a statement": (
        HALVE_BODY,
        "    return (\n    ### BEGIN SOLUTION\n        x / 2\n    ### END SOLUTION\n    )\n",
        "round whole statements",
    ),
    "solution outside": ("double(2)", "### BEGIN SOLUTION", "not tagged 'solution'"),
    "hidden tests": ("double(2)", "### BEGIN HIDDEN TESTS", "not tagged 'solution'"),
    "other parameter": ("halve(x):", "halve(y):", "halve(y), the reference has halve(x)"),
    "other default": ("h=1e-5", "h=1e-4", "double(x, h=0.0001), the reference has"),
    "default unknown": ("h=1e-5", "h=step", "name 'step' is not defined"),
    "solved twice": (
        HALVE_CHECK,
        HALVE_CHECK
        + '\n```{code-cell}\n:tags: [solution]\n\ndef halve(x):\n    """Halve."""\n'
        + HALVE_BODY
        + "```\n",
        "'halve' is already defined at line 44",
    ),
    "checked twice": (HALVE_CHECK, HALVE_CHECK + "\n" + HALVE_CHECK, "already checked at line 54"),
    "check form": ('check("halve", halve)', 'check("halve", double)', "holds one line"),
    "check and more": ('check("halve", halve)', 'check("halve", halve)\nprint()', "holds one line"),
    "check with seed": ('check("halve", halve)', 'check("halve", halve, seed="1")', "one line"),
    "check missing": (HALVE_CHECK, "", "the exercise 'halve' has no check"),
}


@pytest.mark.parametrize("name", WRONG)
def test_each_broken_rule_is_named_in_one_line(name: str, tmp_path: Path) -> None:
    old, new, expected = WRONG[name]
    assert SOLVED.count(old) == 1
    problems = _problems(tmp_path, SOLVED.replace(old, new))
    assert [expected in problem for problem in problems].count(True) == 1, problems
    assert all(problem.startswith("solutions/two-gates.md") for problem in problems)
    assert not any("\n" in problem for problem in problems)


def test_an_unknown_exercise_is_named_at_its_solution_and_its_check(tmp_path: Path) -> None:
    problems = _problems(tmp_path, SOLVED.replace("halve", "half"))
    assert problems[0].startswith(
        'solutions/two-gates.md:44 (under "Halve"): '
        "'half' is not an exercise of the sheet: correct the name, or add it to "
        "nbcourse/specs/two_gates"
    )
    assert "checks 'half', which is not an exercise" in problems[1]
    assert "the exercise 'halve' has no solution" in problems[2]
    assert len(problems) == 3


def test_a_check_above_its_solution_is_named(tmp_path: Path) -> None:
    moved = SOLVED.replace(HALVE_CHECK, "").replace("## Halve", HALVE_CHECK + "\n## Halve")
    (problem,) = _problems(tmp_path, moved)
    assert "checks 'halve' before its solution" in problem
    assert 'under "Double"' in problem


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "has no cells"),
        (b"# \xff", "cannot be read: 'utf-8'"),
        (b"---\na: [\n---\n# A\n", "cannot be read: Notebook metadata"),
        (b"---\nkernelspec: {name: python3}\n---\n# A\n", "cannot be read: 'display_name' is"),
        (b"```{code-cell}\n:tags: [\n\nx\n```\n", "cannot be read: Code cell 0 at line 1"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(
    content: bytes, expected: str, tmp_path: Path
) -> None:
    path = tmp_path / "two-gates.md"
    path.write_bytes(content)
    (problem,) = map(str, sheet_problems(read_solved_sheet(path, "solutions/a.md"), SHEET))
    assert problem.startswith(f"solutions/a.md: {expected}")


def test_cells_know_their_line_and_heading(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        "Before.\n\n```{code-cell}\n1\n```\n\n# A\n\n```python\n# not a heading\n```\n\n## B\n\n"
        "```{code-cell}\n2\n```\n",
        encoding="utf-8",
    )
    cells = read_solved_sheet(path, "a.md").cells
    assert [(cell.kind, cell.line, cell.heading) for cell in cells] == [
        ("text", 1, ""),
        ("free", 3, ""),
        ("text", 7, "A"),
        ("free", 15, "B"),
    ]


def test_several_regions_in_one_function_are_allowed() -> None:
    source = (
        'def f(x):\n    """F."""\n    ### BEGIN SOLUTION\n    y = x\n    ### END SOLUTION\n'
        "    y = y + 1\n    ### BEGIN SOLUTION\n    return y\n    ### END SOLUTION"
    )
    assert solution_fault(source) is None
    assert solution_lines(source) == ["y = x", "return y"]
