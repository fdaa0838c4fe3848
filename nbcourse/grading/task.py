"""The unit of grading: a sheet and one submission, both as bytes, in; the result as bytes out.

Nothing else goes in and nothing stays behind, so that it does not matter which process of which
machine does it. What does not depend on the submission (the sheet, the checks' inputs and right
results, the process that workers are forked from) is kept from one to the next.
"""

import atexit
import json
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from nbcourse.exercise import Score
from nbcourse.grading.execution import run_notebook, score_nothing
from nbcourse.grading.notebooks import read_notebook, write_notebook
from nbcourse.grading.records import GRADED, NOT_GRADED, WITH_PROBLEMS
from nbcourse.grading.restore import SourceSheet, restore
from nbcourse.grading.sandbox import Needs, Sandbox, SandboxError, choose_sandbox, open_sandbox
from nbcourse.grading.sandbox.processors import claim_processor
from nbcourse.grading.sandbox.view import seen
from nbcourse.grading.student import Limits, Student
from nbcourse.grading.submissions import UnreadableError, parse_cells

MAX_REASON = 500
_LOCK = threading.Lock()


@dataclass(frozen=True)
class Bundle:
    """A sheet as its submissions are graded, and what their code may take.

    Parameters
    ----------
    sheet
        The sheet's name.
    notebook
        Its notebook as text: hidden checks in it, the answers not.
    limits
        What a student's code may take.
    sandbox
        The kind of sandbox, or ``"auto"``.
    packages
        The packages that it may import.
    private
        Folders that it must not see.
    """

    sheet: str
    notebook: str
    limits: Limits
    sandbox: str
    packages: tuple[str, ...]
    private: tuple[str, ...]

    def to_bytes(self) -> bytes:
        """Return the bundle as bytes."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Bundle":
        """Return the bundle that ``to_bytes`` wrote."""
        fields = json.loads(data)
        fields["limits"] = Limits(**fields["limits"])
        fields |= {name: tuple(fields[name]) for name in ("packages", "private")}
        return cls(**fields)


@dataclass(frozen=True)
class Result:
    """What became of a submission.

    Parameters
    ----------
    notebook
        The graded notebook as text, as it lies in ``autograded/``.
    state, reasons
        Its one state, and what was wrong.
    exercises
        What came of each check, as ``Record.exercises`` has it.
    again
        Whether the reason lies not in the submission: the next run grades it again.
    """

    notebook: str
    state: str
    reasons: tuple[str, ...]
    exercises: tuple[dict[str, Any], ...]
    again: bool = False

    def to_bytes(self) -> bytes:
        """Return the result as bytes."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Result":
        """Return the result that ``to_bytes`` wrote."""
        fields = json.loads(data)
        return cls(**fields | {name: tuple(fields[name]) for name in ("reasons", "exercises")})


def grade(bundle: bytes, submission: bytes, notes: Sequence[str] = ()) -> bytes:
    """Grade one submission.

    Parameters
    ----------
    bundle
        A ``Bundle`` as bytes.
    submission
        The submitted notebook's bytes, whatever they are.
    notes
        What was found wrong with the submission before.

    Returns
    -------
    bytes
        A ``Result``.
    """
    # Scores are made with process-wide settings (stderr, for one): one submission at a time.
    with _LOCK:
        opened, source = _opened(bundle)
        try:
            cells = parse_cells(submission, f"{opened.sheet}.ipynb")
        except UnreadableError as error:
            return _refused(opened, source, str(error)).to_bytes()
        notebook, messages = restore(cells, source)
        needs = needs_of(opened.limits, opened.packages, opened.private)
        try:
            sandbox = _sandbox(opened.sandbox, needs)
            with Student(opened.limits, start=sandbox.start) as student:
                problems, scores = run_notebook(notebook, student)
        except SandboxError as error:
            return _refused(opened, source, str(error), again=True).to_bytes()
        reasons = (*notes, *messages, *problems)
        state = WITH_PROBLEMS if reasons else GRADED
        return _result(notebook, state, reasons, scores).to_bytes()


def refuse(bundle: bytes, reason: str, again: bool = False) -> bytes:
    """Return the result of a submission that cannot be graded: no points, and why."""
    return _refused(*_opened(bundle), reason, again).to_bytes()


def needs_of(limits: Limits, packages: Sequence[str], private: Sequence[str]) -> Needs:
    """Return what a sandbox must offer and keep, for these limits."""
    folders = tuple(map(Path, private))
    return Needs(limits.memory, int(limits.submission) + 1, tuple(packages), folders)


def warm(choice: str, needs: Needs) -> None:
    """Prepare for submissions: start the process that their workers are forked from.

    Parameters
    ----------
    choice, needs
        Where students' code runs.
    """
    _sandbox(choice, needs).warm()


@atexit.register
def close() -> None:
    """End every process that ``grade`` has started."""
    while _SANDBOXES:
        _SANDBOXES.popitem()[1].close()


_SANDBOXES: dict[tuple[str, Needs], Sandbox] = {}


def _sandbox(choice: str, needs: Needs) -> Sandbox:
    kind = _chosen(choice)
    # A folder that is not seen anyway makes no other sandbox: of two courses, say.
    needs = replace(needs, private=seen(needs.private))
    if (kind, needs) not in _SANDBOXES:
        _SANDBOXES[kind, needs] = open_sandbox(kind, needs, claim_processor())
    return _SANDBOXES[kind, needs]


@lru_cache(maxsize=8)
def _chosen(choice: str) -> str:
    return choose_sandbox(choice)


@lru_cache(maxsize=8)
def _opened(bundle: bytes) -> tuple[Bundle, SourceSheet]:
    opened = Bundle.from_bytes(bundle)
    return opened, SourceSheet(read_notebook(opened.notebook), "")


def _refused(bundle: Bundle, source: SourceSheet, reason: str, again: bool = False) -> Result:
    notebook, _ = restore([], source)
    reason = printable(reason)
    score_nothing(notebook, reason)
    return _result(notebook, NOT_GRADED, (reason,), {}, again)


def _result(
    notebook: Any,
    state: str,
    reasons: tuple[str, ...],
    scores: dict[str, Score],
    again: bool = False,
) -> Result:
    reasons = tuple(map(printable, reasons))
    # What the feedback page says above the cells.
    notebook.metadata["nbcourse"] = {"state": state, "reasons": list(reasons)}
    exercises = tuple(_exercise(cell_id, score) for cell_id, score in scores.items())
    return Result(write_notebook(notebook), state, reasons, exercises, again)


def printable(reason: str) -> str:
    r"""Return a reason as a line for tables and terminals: a student's words may be in it.

    Examples
    --------
    >>> printable("cell \x1b[2J\n0 ran longer than 30 s")
    'cell ?[2J?0 ran longer than 30 s'
    """
    line = "".join(each if each.isprintable() else "?" for each in reason)
    return line if len(line) <= MAX_REASON else f"{line[:MAX_REASON]}..."


def _exercise(cell_id: str, score: Score) -> dict[str, Any]:
    problem = score.problem
    return {
        "name": score.name,
        "grade_id": cell_id,
        "score": float(score),
        "max_score": score.max_score,
        "hint": score.hint,
        "problem": None if problem is None else problem.message,
        "stage": None if problem is None else problem.stage,
    }
