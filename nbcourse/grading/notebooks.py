"""nbformat's functions, with types."""

import warnings
from typing import Any


def read_notebook(text: str) -> Any:
    """Return the notebook that a text holds, in the current format, quietly."""
    import nbformat

    # It warns of cells without ids, which it gives them, and of what does not matter here.
    with warnings.catch_warnings(action="ignore"):
        return nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]


def write_notebook(notebook: Any) -> str:
    """Return a notebook as the text of its file."""
    import nbformat

    with warnings.catch_warnings(action="ignore"):
        return str(nbformat.writes(notebook, version=4)) + "\n"  # type: ignore[no-untyped-call]


def make_notebook(cells: list[Any], metadata: Any) -> Any:
    """Return a new notebook in the format that has cell ids."""
    from nbformat import v4

    notebook = v4.new_notebook(cells=cells, metadata=metadata)  # type: ignore[no-untyped-call]
    notebook.nbformat_minor = 5
    return notebook


def make_cell(kind: str, source: str, cell_id: str) -> Any:
    """Return a new cell with nothing but its source."""
    from nbformat import v4

    make = {"code": v4.new_code_cell, "markdown": v4.new_markdown_cell, "raw": v4.new_raw_cell}
    return make[kind](source, id=cell_id)  # type: ignore[no-untyped-call]


def set_outputs(cell: Any, outputs: list[dict[str, Any]], number: int) -> None:
    """Give a code cell its outputs and the number that it ran as."""
    import nbformat

    for output in outputs:
        if output["output_type"] == "execute_result":
            output["execution_count"] = number
    cell.outputs = nbformat.from_dict(outputs)  # type: ignore[no-untyped-call]
    cell.execution_count = number
