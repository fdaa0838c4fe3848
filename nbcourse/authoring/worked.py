"""Telling a student notebook that somebody has worked in from one that was only released."""

import json
from pathlib import Path


def worked_in(notebook: Path) -> bool:
    """Whether a released notebook holds results, or answers where the stub stood.

    A file that is no notebook, half a merge say, holds no work.

    Examples
    --------
    >>> worked_in(Path("no such.ipynb"))
    False
    """
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        return any(_answered(cell) for cell in cells if cell["cell_type"] == "code")
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _answered(cell: dict[str, object]) -> bool:
    if cell.get("outputs") or cell.get("execution_count"):
        return True
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    is_answer = isinstance(nbgrader, dict) and nbgrader.get("solution") is True
    return is_answer and "raise NotImplementedError" not in str(cell["source"])
