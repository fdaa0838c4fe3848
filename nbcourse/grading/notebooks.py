"""nbformat's functions, with types.

What is made here is valid by its making (and a test holds it): nbformat's own constructors and
writer would check every cell against the format's schema, for half of the time that a submission
takes on the trusted side.
"""

import json
import warnings
from typing import Any

from nbcourse.authoring.jsonschema_import import import_jsonschema

import_jsonschema()


def read_notebook(text: str) -> Any:
    """Return the notebook that a text holds, in the current format, quietly."""
    import nbformat

    # It warns of cells without ids, which it gives them, and of what does not matter here.
    with warnings.catch_warnings(action="ignore"):
        return nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]


def read_written(text: str) -> Any:
    """Return the notebook that ``write_notebook`` wrote."""
    import nbformat

    return nbformat.from_dict(json.loads(text))  # type: ignore[no-untyped-call]


def write_notebook(notebook: Any) -> str:
    """Return a notebook as the text of its file: JSON without line breaks.

    Nobody reads it as text, and Python writes indented JSON ten times as slowly.
    """
    return json.dumps(notebook, ensure_ascii=False, sort_keys=True) + "\n"


def make_notebook(cells: list[Any], metadata: Any) -> Any:
    """Return a new notebook in the format that has cell ids."""
    import nbformat

    parts = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return nbformat.NotebookNode(parts)  # type: ignore[no-untyped-call]


def make_cell(kind: str, source: str, cell_id: str) -> Any:
    """Return a new cell with nothing but its source."""
    import nbformat

    parts: dict[str, Any] = {"cell_type": kind, "id": cell_id, "metadata": {}, "source": source}
    if kind == "code":
        parts |= {"execution_count": None, "outputs": []}
    return nbformat.from_dict(parts)  # type: ignore[no-untyped-call]


def set_outputs(cell: Any, outputs: list[dict[str, Any]], number: int) -> None:
    """Give a code cell its outputs and the number that it ran as."""
    for output in outputs:
        if output["output_type"] == "execute_result":
            output["execution_count"] = number
    cell.outputs = outputs
    cell.execution_count = number
