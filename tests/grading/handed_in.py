"""A class that hands in all that a class hands in, and what must become of it."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nbcourse.grading.records import GRADED, NOT_GRADED, WITH_PROBLEMS

# It leaves the processors alone; "hangs in a cell" does not.
HANG = "def add_backward(dout, cache):\n    import time\n    time.sleep(600)"
FULL = 7.0
WITHOUT_ADD = 5.0


def cells_without(notebook: dict[str, Any], cell_id: str) -> dict[str, Any]:
    return notebook | {"cells": [cell for cell in notebook["cells"] if cell["id"] != cell_id]}


def edited(notebook: dict[str, Any], cell_id: str, **changes: Any) -> dict[str, Any]:
    return notebook | {
        "cells": [cell | changes if cell["id"] == cell_id else cell for cell in notebook["cells"]]
    }


def with_metadata(notebook: dict[str, Any], cell_id: str, **changes: Any) -> dict[str, Any]:
    cell = next(cell for cell in notebook["cells"] if cell["id"] == cell_id)
    metadata = {"nbgrader": cell["metadata"]["nbgrader"] | changes}
    return edited(notebook, cell_id, metadata=metadata)


def added(notebook: dict[str, Any], source: str) -> dict[str, Any]:
    cell = {"cell_type": "code", "id": "mine", "metadata": {}, "outputs": [], "source": source}
    return notebook | {"cells": [cell | {"execution_count": None}, *notebook["cells"]]}


# Student -> (what is handed in, the score, the state, a part of the reason, with the limits open).
Case = tuple[Callable[[Any], Any], float, str, str]
CLASS: dict[str, Case] = {
    "right": (lambda c: c.solved(), FULL, GRADED, ""),
    "blank": (lambda c: c.released, 0.0, GRADED, ""),
    "wrong": (
        lambda c: c.solved(add_backward="def add_backward(d, c): return d, -d"),
        WITHOUT_ADD + 1,
        GRADED,
        "",
    ),
    "syntax error": (
        lambda c: c.solved(add_backward="def add_backward(d, c: return d, d"),
        WITHOUT_ADD,
        GRADED,
        "",
    ),
    "raises at top": (lambda c: added(c.solved(), "import nothing_like_it"), FULL, GRADED, ""),
    "hangs in a call": (
        lambda c: c.solved(add_backward=HANG),
        WITHOUT_ADD,
        WITH_PROBLEMS,
        "add_backward did not return within {call:g} s",
    ),
    "hangs in a cell": (
        lambda c: added(c.solved(), "while True: pass"),
        FULL,
        WITH_PROBLEMS,
        "cell 'while True: pass' ran longer than {cell:g} s",
    ),
    "ends the process": (
        lambda c: c.solved(find_wrong_node="import os; os._exit(0)"),
        FULL - 2,
        WITH_PROBLEMS,
        "cell find_wrong_node ended the process it ran in",
    ),
    "answer deleted": (
        lambda c: cells_without(c.solved(), "add_backward"),
        WITHOUT_ADD,
        WITH_PROBLEMS,
        "cell add_backward is missing: put back empty",
    ),
    "check deleted": (
        lambda c: cells_without(c.solved(), "check-add_backward"),
        FULL,
        WITH_PROBLEMS,
        "cell check-add_backward is missing: put back",
    ),
    "check replaced": (
        lambda c: edited(c.released, "check-add_backward", source="99.0"),
        0.0,
        WITH_PROBLEMS,
        "cell check-add_backward was changed: put back as it was released",
    ),
    "check not graded": (
        lambda c: with_metadata(c.solved(), "check-add_backward", grade=False, points=0),
        FULL,
        GRADED,
        "",
    ),
    "answer as test": (
        lambda c: with_metadata(c.solved(), "add_backward", grade=True, solution=False),
        FULL,
        GRADED,
        "",
    ),
    "points raised": (
        lambda c: with_metadata(c.solved(), "check-add_backward", points=100),
        FULL,
        GRADED,
        "",
    ),
    "no schema": (
        lambda c: with_metadata(c.solved(), "check-add_backward", schema_version=0),
        FULL,
        GRADED,
        "",
    ),
    "answer as text": (
        lambda c: edited(c.solved(), "add_backward", cell_type="markdown"),
        FULL,
        WITH_PROBLEMS,
        "cell add_backward is a markdown cell: read as code",
    ),
    "twice": (
        lambda c: c.solved() | {"cells": c.solved()["cells"] * 2},
        FULL,
        WITH_PROBLEMS,
        "cell add_backward is there twice: the first one counts",
    ),
    "other kernel": (
        lambda c: c.solved() | {"metadata": {"kernelspec": {"name": "ir", "display_name": "R"}}},
        FULL,
        GRADED,
        "",
    ),
    "skips its checks": (
        lambda c: edited(c.released, "check-add_backward", metadata={"tags": ["skip-execution"]}),
        0.0,
        GRADED,
        "",
    ),
    "talks": (
        lambda c: added(c.solved(), "import sys; print('x' * 5_000_000, file=sys.stderr)"),
        FULL,
        GRADED,
        "",
    ),
    "cut": (lambda c: json.dumps(c.solved())[:2000], 0.0, NOT_GRADED, "demo.ipynb is cut off"),
    "empty": (lambda c: "", 0.0, NOT_GRADED, "demo.ipynb is empty"),
    "text": (lambda c: "print(1)", 0.0, NOT_GRADED, "it is not JSON"),
    "not UTF-8": (lambda c: b'{"\xff": 1}', 0.0, NOT_GRADED, "it is not UTF-8 text"),
    "no notebook": (lambda c: None, 0.0, NOT_GRADED, "there is no demo.ipynb"),
}


def hand_in(course: Any, names: list[str]) -> None:
    for name in names:
        data = CLASS[name][0](course)
        path = course.hand_in(name, "" if data is None else data)
        if data is None:
            path.rename(path.with_name("other.ipynb"))


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))
