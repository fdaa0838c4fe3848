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
MAX_CELLS = 5000
MAX_TEXT = 8 * 2**20  # of all cells, as JSON; what is sent to a student's process is bounded, too
MAX_REASON = 300


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
            try:
                mode = os.lstat(folder).st_mode
            except OSError:
                continue  # it has gone, or may not be looked at: said when the notebook is read
            if stat.S_ISLNK(mode):
                raise UnreadableError(f"{folder.name} is a link, not a folder")
            if not stat.S_ISDIR(mode):
                raise UnreadableError(f"{folder.name} is not a folder")
        return read_bytes(self.notebook, MAX_BYTES)

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
    students = sorted(name for name in os.listdir(submitted) if os.path.isdir(submitted / name))
    return [
        Submission(name, sheet, submitted / name / sheet)
        for name in students
        if student in (None, name) and is_handed_in(submitted / name / sheet)
    ]


def is_handed_in(folder: Path) -> bool:
    """Say whether anything is where a submission lies; what cannot be looked at may be there."""
    try:
        os.lstat(folder)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def read_cells(path: Path) -> list[SubmittedCell]:
    """Return the cells of a notebook in a file.

    Raises
    ------
    UnreadableError
        If there are none to be had.
    """
    return parse_cells(read_bytes(path, MAX_BYTES), path.name)


def read_bytes(path: Path, most: int) -> bytes:
    """Return the bytes of a file that somebody else put there.

    Raises
    ------
    UnreadableError
        If it is not there, is no plain file (a link, a pipe, a device), is too large, or cannot
        be read.
    """
    name = path.name
    try:
        # To open a device may do something; and a pipe that nobody writes to must not be waited
        # for. What was opened is looked at again: it may have been exchanged in between.
        if not stat.S_ISREG(os.lstat(path).st_mode):
            raise UnreadableError(f"{name} is not a file")
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
    if len(cells) > MAX_CELLS:
        raise UnreadableError(f"{name} has {len(cells)} cells, at most {MAX_CELLS} are read")
    read = [_cell(cell) for cell in cells if isinstance(cell, dict)]
    size = sum(len(json.dumps(cell.source)) for cell in read)
    if size > MAX_TEXT:
        raise UnreadableError(
            f"{name} has {size >> 20} MB of text in its cells, at most {MAX_TEXT >> 20} MB are read"
        )
    return read


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
        reason = f"{name} is not a notebook that can be read: {error}"
        raise UnreadableError(" ".join(reason.split())[:MAX_REASON]) from None
    return upgraded


def _time(stamp: bytes) -> datetime | None:
    """The time in a stamp, in UTC without saying so, as the gradebook has it."""
    from dateutil.parser import parse
    from nbgrader.utils import parse_utc

    try:
        text = stamp.decode()
        time: datetime = parse_utc(text)
        # What a stamp leaves out, the year say, would be taken from today.
        parts = text.split(" ")
        plain = " ".join(parts[:2]) if len(parts) == 3 else text
        days = (datetime(2000, 1, 1), datetime(2001, 2, 2))
        one, other = (parse(plain, default=day, ignoretz=True) for day in days)
    except Exception:  # they fail in several ways on text that is no time
        return None
    return time if one == other else None


def _cell(cell: dict[str, Any]) -> SubmittedCell:
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    kind = cell.get("cell_type")
    return SubmittedCell(
        kind if kind in ("code", "markdown", "raw") else "raw",
        _text(cell.get("source")),
        _name(cell.get("id")),
        _name(grade_id),
    )


def _name(value: Any) -> str:
    """An id as text that can be saved; none when it is anything else."""
    return _text(value) if isinstance(value, str) else ""


def _text(source: Any) -> str:
    """The source of a cell, one string or a list of lines, as text that can be saved."""
    lines = source if isinstance(source, list) else [source]
    text = "".join(line for line in lines if isinstance(line, str))
    return text.encode("utf-8", "replace").decode()
