"""What runs on a Dask worker: grading a submission, and saying what the worker is.

A worker's threads share one process, and with it the process that students' are forked from.
"""

import json
import platform
import threading
from collections.abc import Mapping, Sequence

import numpy as np

import nbcourse
from nbcourse.errors import CourseError
from nbcourse.grading import task
from nbcourse.grading.sandbox import Needs, choose_sandbox
from nbcourse.grading.settings import grading_digest

_GRADING = threading.Lock()


def grade(bundle: bytes, submission: bytes, notes: Sequence[str], expected: str) -> bytes:
    """Grade a submission for a client that has these versions."""
    # A worker may have joined after all others were asked.
    problem = difference(json.loads(expected), versions())
    if problem:
        raise CourseError(f"worker {_address()} {problem}")
    with _GRADING:
        try:
            return task.grade(bundle, submission, notes)
        except CourseError as error:
            raise CourseError(f"worker {_address()}: {error}") from error


def prepare(choice: str, needs: Needs) -> None:
    """Start the process that students' are forked from, before the first of them is needed."""
    with _GRADING:
        task.warm(choice, needs)


def introduce(choices: Sequence[str]) -> tuple[dict[str, str], str]:
    """Say which versions a worker has, and why it cannot run students' code; "" if it can."""
    try:
        for choice in choices:
            choose_sandbox(choice)
    except CourseError as error:
        return versions(), f"cannot run students' code: {error}"
    return versions(), ""


def leave() -> None:
    """End the processes that were started to grade, unless another client has work going on."""
    if _GRADING.acquire(blocking=False):
        try:
            task.close()
        finally:
            _GRADING.release()


def versions() -> dict[str, str]:
    """Return the versions that results depend on, and a hash of the library's files."""
    from traitlets.config import Config

    return {
        "Python": platform.python_version(),
        "NumPy": np.__version__,
        "nbcourse": nbcourse.__version__,
        "files": grading_digest(Config()),
    }


def difference(ours: Mapping[str, str], theirs: Mapping[str, str]) -> str:
    """What keeps a worker's results from being ours; "" if nothing does."""
    for name in ("Python", "NumPy", "nbcourse"):
        if ours[name] != theirs[name]:
            return (
                f"has {name} {theirs[name]}, this machine {ours[name]}: results would not be the "
                "same. Install the same versions on both"
            )
    if ours != theirs:
        return (
            f"has an nbcourse {theirs['nbcourse']} with other files than this machine's. Install "
            "the same on both, and start the worker again"
        )
    return ""


def _address() -> str:
    from distributed import get_worker

    return str(get_worker().address)
