"""Running a solved sheet top to bottom, to see that its solutions earn every point."""

import tempfile
from collections.abc import Iterator
from typing import Any

CELL_SECONDS = 120


def run_problems(file: str, text: str) -> list[str]:
    """Run a source notebook in a kernel and return one line for each thing that is not right.

    Every cell must run without an error, and the score of every check cell, as nbgrader reads
    it, must be its points.

    Parameters
    ----------
    file
        The sheet's name in messages.
    text
        The source notebook, hidden checks included.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from traitlets.config import Config

    notebook = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    with tempfile.TemporaryDirectory(prefix="nbcourse-run-") as folder:
        client = NotebookClient(
            notebook,
            timeout=CELL_SECONDS,
            kernel_name="python3",
            # Without keys the kernel warns on our standard error that its port is open to all.
            config=Config({"KernelManager": {"transport_encryption": "auto"}}),
            allow_errors=True,
            resources={"metadata": {"path": folder}},
        )
        try:
            client.execute()
        except CellTimeoutError:
            return [f"{file}: a cell ran for more than {CELL_SECONDS} seconds"]
        except DeadKernelError:
            return [f"{file}: the kernel died while the sheet ran"]
    return [
        f"{file}, cell {cell.id!r}: {text}"
        for cell in notebook.cells
        if cell.cell_type == "code"
        for text in _cell_problems(cell)
    ]


def _cell_problems(cell: Any) -> Iterator[str]:
    """What is wrong with the outputs of one cell that has run."""
    from nbgrader.utils import determine_grade, is_grade

    error = next((each for each in cell.outputs if each.output_type == "error"), None)
    if error is not None:
        yield f"raises {error.ename}: {error.evalue}"
    elif is_grade(cell):
        # nbgrader gives full marks to a check that shows nothing, so that is looked for too.
        shown = [each for each in cell.outputs if each.output_type == "execute_result"]
        score, points = determine_grade(cell)
        if not shown:
            yield "shows no score: is 'check' imported from nbcourse?"
        elif score != points:
            yield f"scores {score:g} of {points:g}, and a solution must score all of them"
