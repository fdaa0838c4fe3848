"""Writing a file so that it is whole and on the disk, however the process ends."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from nbcourse.errors import CourseError


def replace_text(path: Path, text: str, through: Path | None = None) -> None:
    """Put a text in the place of a file; when this returns it is on the disk.

    A reader sees the old file or the new one, never half of one.

    Parameters
    ----------
    path
        The file.
    text
        What it holds from now on.
    through
        The file that is written first. It has one fixed name: what a process that was killed
        left there, the next one overwrites.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "grades.csv"
    >>> replace_text(path, "ada,20")
    >>> [(each.name, each.read_text()) for each in path.parent.iterdir()]
    [('grades.csv', 'ada,20')]
    """
    new = path.with_name(f".{path.name}.new") if through is None else through
    try:
        with new.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(new, 0o644)
        os.replace(new, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(new)
        raise


@contextlib.contextmanager
def file_errors(note: str) -> Iterator[None]:
    """Turn the errors of files, of a disk that is full say, into one that a person can act on.

    Parameters
    ----------
    note
        What else to say, after the full stop.
    """
    try:
        yield
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        raise CourseError(f"{name}{error.strerror or error}. {note}", exit_code=2) from error
