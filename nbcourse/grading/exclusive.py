"""One run at a time in a course folder: two of them would write the same files."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from nbcourse.errors import CourseError


@contextlib.contextmanager
def only_run(course: Path) -> Iterator[None]:
    """Hold the course's lock; the system gives it back however the process ends.

    Raises
    ------
    CourseError
        If another run holds it, or nothing can be written there.
    """
    folder = course / ".nbcourse"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        descriptor = os.open(folder / "grading.lock", flags, 0o600)
    except OSError as error:
        raise CourseError(
            f"cannot write in {folder}: {error.strerror}. The records of what was graded are kept "
            "there: it has to be a folder that you may write in",
            exit_code=2,
        ) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 20).decode().strip()
            raise CourseError(
                f"another run is grading {course} (process {holder or 'unknown'}). Wait for it "
                "to end, or end it: nothing that it has graded is lost",
                exit_code=2,
            ) from None
        with contextlib.suppress(OSError):  # on a full disk: said when a result is to be kept
            os.ftruncate(descriptor, 0)
            os.write(descriptor, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(descriptor)
