"""The faults of ``patches`` that go along into job processes, which import little: so does this."""

import functools
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nbcourse.grading import pool, task
from tests.faults import light


def end_now() -> None:
    """End this process, as ``kill -9`` does."""
    os.kill(os.getpid(), signal.SIGKILL)


def slips(faults: dict[str, str], folder: str) -> None:
    """Let grading go wrong on the submissions that hold a word, here and in job processes.

    Parameters
    ----------
    faults
        Word -> "raises", or how often the process ends.
    folder
        Where the ends are counted.
    """
    task.grade = slipping(task.grade, faults, folder)
    pool._grade_on = functools.partial(grade_on, faults, folder)  # type: ignore[assignment]


def slipping(grade: Callable[..., bytes], faults: dict[str, str], folder: str) -> Any:
    def wrapped(bundle: bytes, submission: bytes, *args: Any) -> bytes:
        for word, fault in faults.items():
            if word.encode() not in submission:
                continue
            if fault == "raises":
                raise ZeroDivisionError("a slip in the grader")
            marks = list(Path(folder).glob(f"{word}-*"))
            if len(marks) < int(fault):
                Path(folder, f"{word}-{len(marks)}").touch()
                end_now()
        return grade(bundle, submission, *args)

    return wrapped


def grade_on(faults: dict[str, str], folder: str, *args: Any) -> None:
    """What a job process does instead."""
    task.grade = slipping(task.grade, faults, folder)
    light.grade_on(*args)
