"""A submission is put back into its sheet by its grade ids, whatever was done to its cells."""

from dataclasses import replace
from typing import Any

import pytest
from nbformat import v4

from nbcourse.grading.restore import SourceSheet, restore, without_hidden
from nbcourse.grading.submissions import SubmittedCell

CHECK = 'check("f", f)'
HIDDEN = f'{CHECK}\n### BEGIN HIDDEN TESTS\ncheck("f", f, seed="1f")\n### END HIDDEN TESTS'


def graded(kind: str, **part: Any) -> dict[str, Any]:
    return {"nbgrader": {"grade_id": kind, "schema_version": 3, **part}}


SHEET = SourceSheet(
    v4.new_notebook(
        metadata={"kernelspec": {"display_name": "Python 3", "name": "python3"}},
        cells=[
            v4.new_markdown_cell("# Sheet", id="text"),
            v4.new_code_cell("import numpy", id="given", metadata=graded("given", locked=True)),
            v4.new_code_cell("STUB", id="f", metadata=graded("f", solution=True)),
            v4.new_code_cell(HIDDEN, id="check-f", metadata=graded("check-f", grade=True)),
            v4.new_code_cell("f(1)", id="free"),
            v4.new_code_cell("STUB", id="g", metadata=graded("g", solution=True)),
        ],
    ),
    "digest",
)
CODE = {"given": "import numpy", "f": "def f(): ...", "check-f": CHECK, "g": "def g(): ..."}
HANDED_IN = [
    SubmittedCell("markdown", "# Sheet", "text", ""),
    *(SubmittedCell("code", CODE[name], name, name) for name in ("given", "f", "check-f")),
    SubmittedCell("code", "f(2)", "free", ""),
    SubmittedCell("code", CODE["g"], "g", "g"),
]
HONEST = ["# Sheet", "import numpy", "def f(): ...", HIDDEN, "f(2)", "def g(): ..."]


def extra(source: str, grade_id: str = "") -> SubmittedCell:
    return SubmittedCell("code", source, "", grade_id)


def changed(position: int, **changes: str) -> list[SubmittedCell]:
    cells = list(HANDED_IN)
    cells[position] = replace(cells[position], **changes)
    return cells


def without(position: int) -> list[SubmittedCell]:
    return [cell for i, cell in enumerate(HANDED_IN) if i != position]


def now(position: int, source: str) -> list[str]:
    return [source if i == position else each for i, each in enumerate(HONEST)]


# What was handed in -> the sources that are graded, and the messages.
EDITS: dict[str, tuple[list[SubmittedCell], list[str], list[str]]] = {
    "honest": (HANDED_IN, HONEST, []),
    "nothing": (
        [],
        ["import numpy", "STUB", HIDDEN, "STUB"],
        [
            "cell given is missing: put back",
            "cell f is missing: put back empty",
            "cell check-f is missing: put back",
            "cell g is missing: put back empty",
        ],
    ),
    "answer missing": (without(2), now(2, "STUB"), ["cell f is missing: put back empty"]),
    "check missing": (without(3), HONEST, ["cell check-f is missing: put back"]),
    "text and free cell missing": (
        [HANDED_IN[i] for i in (1, 2, 3, 5)],
        [HONEST[i] for i in (1, 2, 3, 5)],
        [],
    ),
    "check changed": (
        changed(3, source="1.0"),
        HONEST,
        ["cell check-f was changed: put back as it was released"],
    ),
    "given changed": (
        changed(1, source="import os"),
        HONEST,
        ["cell given was changed: put back as it was released"],
    ),
    "check with blanks": (changed(3, source=f"{CHECK}\n\n"), HONEST, []),
    "answer as text": (
        changed(2, kind="markdown"),
        HONEST,
        ["cell f is a markdown cell: read as code"],
    ),
    "cell id lost": (changed(2, id="3f2a"), HONEST, []),
    "grade id lost": (changed(2, grade_id=""), HONEST, []),
    "both ids lost": (
        changed(2, grade_id="", id="3f2a"),
        ["# Sheet", "import numpy", "def f(): ...", "STUB", HIDDEN, "f(2)", "def g(): ..."],
        ["cell f is missing: put back empty"],
    ),
    "cells added": (
        [extra("first"), *HANDED_IN[:3], extra("a"), extra("b"), *HANDED_IN[3:], extra("last")],
        ["first", *HONEST[:3], "a", "b", *HONEST[3:], "last"],
        [],
    ),
    "of another sheet": (
        [extra("h", "h"), *HANDED_IN],
        ["h", *HONEST],
        [],
    ),
    "answer twice": (
        [*HANDED_IN[:3], extra("def f(): second", "f"), *HANDED_IN[3:]],
        [*HONEST[:3], "def f(): second", *HONEST[3:]],
        ["cell f is there twice: the first one counts"],
    ),
    "text before the answer, both with its id": (
        [
            *HANDED_IN[:2],
            SubmittedCell("markdown", "my notes", "n", "f"),
            *HANDED_IN[2:],
        ],
        [*HONEST[:3], "my notes", *HONEST[3:]],
        [],
    ),
    "answers exchanged": (
        [*HANDED_IN[:2], HANDED_IN[5], HANDED_IN[2], HANDED_IN[3], HANDED_IN[4]],
        HONEST,
        [
            "cell f was moved: put back in its place",
        ],
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_a_submission_is_put_back(name: str) -> None:
    cells, sources, messages = EDITS[name]
    notebook, found = restore(cells, SHEET)
    assert [cell.source for cell in notebook.cells] == sources
    assert found == messages


@pytest.mark.parametrize("name", EDITS)
def test_what_was_put_back_is_a_valid_notebook_with_the_sheets_metadata(name: str) -> None:
    import nbformat

    notebook, _ = restore(EDITS[name][0], SHEET)
    nbformat.validate(notebook)
    assert notebook.metadata == SHEET.notebook.metadata
    expected = {cell.id: cell.metadata for cell in SHEET.notebook.cells if cell.metadata}
    assert {cell.id: cell.metadata for cell in notebook.cells if cell.metadata} == expected
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


def test_the_second_of_two_answers_is_kept_but_not_run() -> None:
    cells = [*HANDED_IN, extra("def f(): second", "f")]
    notebook, _ = restore(cells, SHEET)
    assert [cell.source for cell in notebook.cells if cell.cell_type == "raw"] == [
        "def f(): second"
    ]


def test_the_sheet_itself_is_not_changed() -> None:
    before = str(SHEET.notebook)
    restore(HANDED_IN, SHEET)[0].cells[2].metadata["nbgrader"]["grade_id"] = "changed"
    assert str(SHEET.notebook) == before


HIDDEN_PARTS: dict[str, tuple[str, str]] = {
    "at the end": (HIDDEN, CHECK),
    "in the middle": (HIDDEN + "\nafter", f"{CHECK}\nafter"),
    "not ended": (HIDDEN.replace("### END HIDDEN TESTS", ""), CHECK),
    "two": (f"{HIDDEN}\n{HIDDEN}", f"{CHECK}\n{CHECK}"),
    "none": ("x = 1\n", "x = 1\n"),
}


@pytest.mark.parametrize("name", HIDDEN_PARTS)
def test_the_hidden_part_is_taken_out(name: str) -> None:
    source, visible = HIDDEN_PARTS[name]
    assert without_hidden(source) == visible
