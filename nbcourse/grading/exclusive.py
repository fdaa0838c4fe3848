"""One run at a time in a course folder: two of them would write the same files."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nbcourse.errors import CourseError


@contextmanager
def only_run(course: Path) -> Iterator[None]:
    """Hold the course's lock; the system gives it back however the process ends.

    Raises
    ------
    CourseError
        If another run holds it.
    """
    folder = course / ".nbcourse"
    folder.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(folder / "grading.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
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
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(descriptor)
