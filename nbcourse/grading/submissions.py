"""What students handed in: where it lies, and reading it whatever it holds."""

import errno
import hashlib
import json
import os
import stat
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from nbcourse.grading.notebooks import read_notebook

MAX_BYTES = 64 * 2**20
MAX_STAMP = 1000


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

    def read(self) -> bytes:
        """Return the notebook's bytes.

        Raises
        ------
        UnreadableError
            If they cannot be had.
        """
        for folder in (self.folder.parent, self.folder):
            if folder.is_symlink():
                raise UnreadableError(f"{folder.name} is a link, not a folder")
        return read_bytes(self.notebook)

    def handed_in(self) -> tuple[datetime | None, str]:
        """Return when it was handed in, None when that is not known; and what is wrong with it."""
        stamp = self._stamp().strip()
        if not stamp:
            return None, ""
        time = _time(stamp)
        return time, "" if time else "timestamp.txt holds no time: ignored"

    def digest(self) -> str:
        """A hash of what is graded: the notebook's bytes and its time stamp."""
        digest = hashlib.sha256()
        try:
            data = self.read()
        except UnreadableError as error:
            data = f"unreadable: {error}".encode()
        for part in (data, self._stamp()):
            digest.update(hashlib.sha256(part).digest())
        return digest.hexdigest()

    def _stamp(self) -> bytes:
        path = self.folder / "timestamp.txt"
        try:
            return read_bytes(path, MAX_STAMP)
        except UnreadableError:
            return b"\xff" if os.path.lexists(path) else b""


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
    """Return the cells of a notebook in a file.

    Raises
    ------
    UnreadableError
        If there are none to be had.
    """
    return parse_cells(read_bytes(path), path.name)


def read_bytes(path: Path, most: int = MAX_BYTES) -> bytes:
    """Return the bytes of a file that somebody else put there.

    Raises
    ------
    UnreadableError
        If it is not there, is no plain file (a link, a pipe, a device), is too large, or cannot
        be read.
    """
    name = path.name
    try:
        # Opened before it is looked at, so that it cannot be exchanged in between; a pipe that
        # nobody writes to must not be waited for.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise UnreadableError(f"there is no {name}") from None
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO):  # a link, a socket
            raise UnreadableError(f"{name} is not a file") from None
        raise UnreadableError(f"{name} cannot be read: {error.strerror}") from None
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableError(f"{name} is not a file")
        size = status.st_size
        if size > most:
            raise UnreadableError(f"{name} has {size >> 20} MB, at most {most >> 20} MB are read")
        try:
            return file.read(most)
        except OSError as error:
            raise UnreadableError(f"{name} cannot be read: {error.strerror}") from None


def parse_cells(data: bytes, name: str) -> list[SubmittedCell]:
    """Return the cells of a notebook.

    Parameters
    ----------
    data
        Its bytes.
    name
        What it is called in messages.

    Raises
    ------
    UnreadableError
        If there are none to be had.
    """
    notebook = _parse_json(data, name)
    version = notebook.get("nbformat")
    if version != 4:
        notebook = _upgraded(notebook, name)
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        raise UnreadableError(f"{name} is not a notebook: it has no cells")
    return [_cell(cell) for cell in cells if isinstance(cell, dict)]


def _parse_json(data: bytes, name: str) -> dict[str, Any]:
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


def _time(stamp: bytes) -> datetime | None:
    """The time in a stamp, in UTC without saying so, as the gradebook has it."""
    from nbgrader.utils import parse_utc

    try:
        time: datetime = parse_utc(stamp.decode())
    except Exception:  # nbgrader fails in several ways on text that is no time
        return None
    return time


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
