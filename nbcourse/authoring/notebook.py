"""From the cells of a solved sheet to the notebook that nbgrader takes as its source.

The notebook depends on the sheet, its spec and the course secret alone: ids come from names and
headings, and nothing in it tells the machine, the time or the version of Python.
"""

import ast
import re
from collections import Counter
from typing import Any

from nbcourse.authoring.cells import Cell
from nbcourse.authoring.rules import checked_name
from nbcourse.exercise import Sheet

SCHEMA_VERSION = 3
_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
# Jupyter allows 64 characters in a cell id; this leaves room for the kind and a number.
_SLUG_LENGTH = 48


def source_notebook(cells: tuple[Cell, ...], sheet: Sheet, seeds: dict[str, str]) -> str:
    """Return the text of the sheet's source notebook, solutions and hidden checks included.

    Parameters
    ----------
    cells
        The cells of a sheet that ``sheet_problems`` finds nothing wrong with.
    sheet
        Its exercises; they give the points.
    seeds
        The seed of the hidden check of each exercise, by name.
    """
    import nbformat

    points = {exercise.name: exercise.points for exercise in sheet.exercises}
    ids = _Ids()
    entries: list[dict[str, Any]] = []
    for cell in cells:
        name = _graded_name(cell)
        cell_id = ids.free(cell) if name is None else _grade_id(cell, name)
        if cell.kind == "text":
            entries.append(
                {"cell_type": "markdown", "id": cell_id, "metadata": {}, "source": cell.source}
            )
            continue
        metadata: dict[str, Any] = {}
        if cell.kind != "free":
            metadata["nbgrader"] = _nbgrader_metadata(cell, cell_id)
        source = cell.source
        if cell.kind == "check" and name is not None:
            metadata["nbgrader"]["points"] = _plain_number(points[name])
            source = with_hidden_check(source, seeds[name])
        entries.append(
            {
                "cell_type": "code",
                "execution_count": None,
                "id": cell_id,
                "metadata": metadata,
                "outputs": [],
                "source": source,
            }
        )
    notebook = nbformat.from_dict(  # type: ignore[no-untyped-call]
        {
            "cells": entries,
            "metadata": {"kernelspec": _KERNEL, "language_info": {"name": "python"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )
    text: str = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    return text.rstrip("\n") + "\n"


def with_hidden_check(source: str, seed: str) -> str:
    """Return a check cell with the hidden check, the same with a seed, below the visible one.

    The value of the last line is the score, so the hidden check is what counts.

    Examples
    --------
    >>> print(with_hidden_check('check("add_backward", add_backward)', "1f"))
    check("add_backward", add_backward)
    ### BEGIN HIDDEN TESTS
    check("add_backward", add_backward, seed="1f")
    ### END HIDDEN TESTS
    """
    call = ast.parse(source.strip(), mode="eval").body
    assert isinstance(call, ast.Call)
    name, functions = (ast.get_source_segment(source.strip(), each) for each in call.args)
    return (
        f"{source.strip()}\n"
        "### BEGIN HIDDEN TESTS\n"
        f'check({name}, {functions}, seed="{seed}")\n'
        "### END HIDDEN TESTS"
    )


def _graded_name(cell: Cell) -> str | None:
    """The exercise that a solution or check cell belongs to."""
    if cell.kind == "check":
        return checked_name(cell)
    if cell.kind == "solution":
        function = ast.parse(cell.source).body[0]
        assert isinstance(function, ast.FunctionDef)
        return function.name
    return None


def _grade_id(cell: Cell, name: str) -> str:
    return name if cell.kind == "solution" else f"check-{name}"


def _plain_number(points: float) -> float:
    """Write 2.0 points as 2, as nbgrader's own editor does."""
    return int(points) if float(points).is_integer() else points


def _nbgrader_metadata(cell: Cell, grade_id: str) -> dict[str, Any]:
    return {
        "grade": cell.kind == "check",
        "grade_id": grade_id,
        "locked": cell.kind != "solution",
        "schema_version": SCHEMA_VERSION,
        "solution": cell.kind == "solution",
        "task": False,
    }


class _Ids:
    """Ids for cells that are not graded: their kind, the heading above them, and a number.

    The number counts cells of one kind under one heading, and a heading's own number ("2. Gates")
    is left out, so a new cell or section elsewhere changes no id. The kind comes first: no id
    can be a function's name or begin with ``check-``.
    """

    def __init__(self) -> None:
        self._used: Counter[str] = Counter()

    def free(self, cell: Cell) -> str:
        """The next id for a cell of this kind under this heading."""
        slug = re.sub(r"[^a-z0-9]+", "-", cell.heading.lower()).strip("-")
        slug = re.sub(r"^(?:\d+-)+(?=[a-z])", "", slug) or "start"
        stem = f"{cell.kind}-{slug[:_SLUG_LENGTH].rstrip('-')}"
        self._used[stem] += 1
        return stem if self._used[stem] == 1 else f"{stem}_{self._used[stem]}"
