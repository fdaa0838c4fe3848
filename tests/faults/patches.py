"""The faults that a command makes itself: it ends at a chosen moment, or a call of it fails.

Each function changes the process that it is called in, which then runs the command.
"""

import ctypes
import errno
import functools
import os
import sys
import time
from pathlib import Path
from typing import Any

from nbgrader.api import Base

from nbcourse.grading import keeping, records, writer
from nbcourse.grading.submissions import Submission
from tests.faults.slips import end_now, slips

__all__ = ["MOMENTS", "slips"]


def nothing() -> None:
    """Let it be as it is."""


def small_batches(size: int = 2) -> None:
    keeping.BATCH = size


# --- ends at a moment ----------------------------------------------------------------------------


# What is wrapped for each moment, and whether the end comes before the call or after it.
MOMENTS: dict[str, tuple[Any, str, bool]] = {
    "before a gradebook is made": (keeping, "record_sheets", True),
    "when its tables are made": (Base.metadata, "create_all", False),
    "after a gradebook is made": (keeping, "record_sheets", False),
    "before the gradebook is opened": (writer.GradebookWriter, "__init__", True),
    "before a notebook is kept": (keeping.Keeper, "keep", True),
    "before a file takes its place": (os, "replace", True),
    "after a notebook, before its line": (records.Records, "add", True),
    "after a line": (records.Records, "add", False),
    "before the gradebook": (writer.GradebookWriter, "write", True),
    "in the gradebook's transaction": (writer, "write_rows", False),
    "after the gradebook, before its mark": (writer.GradebookWriter, "write", False),
    "after the mark": (records.Records, "add_written", False),
    "before the table": (records.Records, "write_csv", True),
    "after the table": (records.Records, "write_csv", False),
}


def end_at(moment: str, turn: int) -> None:
    """End this process, as ``kill -9`` does, the so many-th time that the moment comes."""
    small_batches()
    owner, name, before = MOMENTS[moment]
    function, count = getattr(owner, name), 0

    @functools.wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        nonlocal count
        count += 1
        if before and count == turn:
            end_now()
        result = function(*args, **kwargs)
        if count == turn:
            end_now()
        return result

    setattr(owner, name, wrapped)


def end_in_a_line(turn: int, share: float) -> None:
    """End this process when a part of a line of the journal is written."""
    small_batches()
    append, count = records.Records._append, 0

    def wrapped(self: records.Records, line: dict[str, Any]) -> None:
        nonlocal count
        count += 1
        size = self._log.stat().st_size if self._log.exists() else 0
        append(self, line)
        if count == turn:
            os.truncate(self._log, size + int(share * (self._log.stat().st_size - size)))
            end_now()

    records.Records._append = wrapped  # type: ignore[method-assign]


def end_after_calls(count: int) -> None:
    """End this process at the so many-th call or return of a function that grades."""
    small_batches()
    left = count

    def profile(frame: Any, event: str, _: Any) -> None:
        nonlocal left
        if frame.f_globals.get("__name__", "").startswith("nbcourse.grading"):
            left -= 1
            if left == 0:
                end_now()

    sys.setprofile(profile)


def count_calls(path: str) -> None:
    """Write into a file how many such calls and returns there are in all."""
    small_batches()
    count = 0

    def profile(frame: Any, event: str, _: Any) -> None:
        nonlocal count
        count += frame.f_globals.get("__name__", "").startswith("nbcourse.grading")

    write = records.Records.write_csv

    def wrapped(self: records.Records) -> Path:
        Path(path).write_text(str(count))
        return write(self)

    records.Records.write_csv = wrapped  # type: ignore[method-assign]
    sys.setprofile(profile)


# --- fails ---------------------------------------------------------------------------------------


def no_room(where: str, turn: int) -> None:
    """Let the disk be full from the so many-th time on that a file is to be on it for sure."""
    small_batches()
    function, count = os.fsync, 0

    def wrapped(descriptor: int) -> None:
        nonlocal count
        count += where in os.readlink(f"/proc/self/fd/{descriptor}")
        if count >= turn:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        function(descriptor)

    os.fsync = wrapped


def clock(shift: float) -> None:
    """Let the clock be wrong by so many seconds."""
    right = time.time
    time.time = lambda: right() + shift


def vanishes(student: str, when: str) -> None:
    """Let a submission be taken away: before it is read, or when it is graded."""
    import shutil

    if when == "before it is read":
        read = Submission.read
        seen: list[str] = []

        def taken_away(self: Submission) -> bytes:
            # The first time is for the hash.
            if self.student == student and seen:
                shutil.rmtree(self.folder.parent)
            seen.extend([student] if self.student == student else [])
            return read(self)

        Submission.read = taken_away  # type: ignore[method-assign]
        return
    keep = keeping.Keeper.keep

    def wrapped(self: Any, submission: Submission, *args: Any) -> None:
        if submission.student == student:
            shutil.rmtree(submission.folder.parent)
        keep(self, submission, *args)

    keeping.Keeper.keep = wrapped  # type: ignore[method-assign]


# --- rights --------------------------------------------------------------------------------------

CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER = 1, 2, 3


def bound_by_rights() -> None:
    """As root, have the rights of files hold for this process; a program it starts is root."""
    if os.geteuid() != 0:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted and inheritable, in two halves
    assert libc.capget(ctypes.byref(header), ctypes.byref(sets)) == 0
    for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER):
        sets[0] &= ~(1 << capability)
    assert libc.capset(ctypes.byref(header), ctypes.byref(sets)) == 0
