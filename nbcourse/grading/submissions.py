"""What students handed in: where it lies, and reading it whatever it holds."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbcourse.grading.notebooks import read_notebook

MAX_BYTES = 64 * 2**20


class UnreadableError(Exception):
    """A submission that is no notebook; the message says why, to be read by its student."""


@dataclass(frozen=True)
class SubmittedCell:
    """A cell as it was handed in, without anything that only Jupyter needs."""

    kind: str
    source: str
    id: str
    grade_id: str


@dataclass(frozen=True)
class Submission:
    """The folder that a student handed in for a sheet: ``submitted/<student>/<sheet>``."""

    student: str
    sheet: str
    folder: Path

    @property
    def notebook(self) -> Path:
        """The notebook that is graded."""
        return self.folder / f"{self.sheet}.ipynb"

    def digest(self) -> str:
        """A hash of what is graded: the notebook's bytes and its time stamp."""
        digest = hashlib.sha256()
        for path in (self.notebook, self.folder / "timestamp.txt"):
            data = path.read_bytes() if path.is_file() else b"none"
            digest.update(hashlib.sha256(data).digest())
        return digest.hexdigest()


def find_submissions(submitted: Path, sheet: str, student: str | None = None) -> list[Submission]:
    """Return the submissions of a sheet, by student.

    Parameters
    ----------
    submitted
        The folder of all submissions.
    sheet
        The sheet's name.
    student
        Only this student's.
    """
    if not submitted.is_dir():
        return []
    students = sorted(path.name for path in submitted.iterdir() if path.is_dir())
    folders = [
        Submission(name, sheet, submitted / name / sheet)
        for name in students
        if student in (None, name)
    ]
    return [submission for submission in folders if submission.folder.is_dir()]


def read_cells(path: Path) -> list[SubmittedCell]:
    """Return the cells of a submitted notebook.

    Raises
    ------
    UnreadableError
        If there are none to be had.
    """
    notebook = _read_json(path)
    version = notebook.get("nbformat")
    if version != 4:
        notebook = _upgraded(notebook, path.name)
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        raise UnreadableError(f"{path.name} is not a notebook: it has no cells")
    return [_cell(cell) for cell in cells if isinstance(cell, dict)]


def _read_json(path: Path) -> dict[str, Any]:
    name = path.name
    if not path.exists():
        raise UnreadableError(f"there is no {name}")
    if path.is_symlink() or not path.is_file():
        raise UnreadableError(f"{name} is not a file")
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise UnreadableError(
            f"{name} has {size / 2**20:.0f} MB, at most {MAX_BYTES >> 20} MB are read"
        )
    data = path.read_bytes()
    if not data.strip():
        raise UnreadableError(f"{name} is empty")
    try:
        notebook = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise UnreadableError(f"{name} is not a notebook: it is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        if error.pos >= len(error.doc.rstrip()) - 1 or error.msg.startswith("Unterminated"):
            raise UnreadableError(f"{name} is cut off: it ends in line {error.lineno}") from None
        raise UnreadableError(
            f"{name} is not a notebook: it is not JSON ({error.msg} in line {error.lineno})"
        ) from None
    except (ValueError, RecursionError):
        raise UnreadableError(f"{name} is not a notebook: its JSON cannot be read") from None
    if not isinstance(notebook, dict):
        raise UnreadableError(f"{name} is not a notebook: it is JSON of another kind")
    return notebook


def _upgraded(notebook: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a notebook of an older format in the current one."""
    try:
        upgraded: dict[str, Any] = read_notebook(json.dumps(notebook))
    except Exception as error:  # nbformat fails in many ways on what is no notebook
        raise UnreadableError(f"{name} is not a notebook that can be read: {error}") from None
    return upgraded


def _cell(cell: dict[str, Any]) -> SubmittedCell:
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    kind = cell.get("cell_type")
    return SubmittedCell(
        kind if kind in ("code", "markdown", "raw") else "raw",
        _text(cell.get("source")),
        str(cell.get("id") or ""),
        str(grade_id or ""),
    )


def _text(source: Any) -> str:
    """The source of a cell, one string or a list of lines, as text that can be saved."""
    lines = source if isinstance(source, list) else [source]
    text = "".join(line for line in lines if isinstance(line, str))
    return text.encode("utf-8", "replace").decode()
