"""What students wrote themselves, as the fingerprints by which copydetect compares code.

That is their answers, without the lines that were released with the cells and without code of
the sheet that was pasted in. copydetect reads the code as tokens, with one letter in place of
every name and no comments or spaces, and keeps the hashes of all passages of one length.
Submissions are read as text; nothing in them is run.
"""

import io
from collections.abc import Iterable
from itertools import takewhile
from typing import Any

from nbcourse.grading.restore import SourceSheet, restore
from nbcourse.grading.submissions import Submission, UnreadableError, read_cells

# Lengths in the characters that are left when names are letters and spaces and comments gone.
# A shared passage is at least this long; shorter ones are Python's habits.
PASSAGE = 25
# Shorter answers have one natural form that everybody finds: they would make all look alike.
SHORTEST_ANSWER = 40
# With less of it than this, what is shared says nothing about a submission.
SHORTEST_SUBMISSION = 150
# In characters as they were written; nobody solves an exercise in so many.
LONGEST_ANSWER = 20_000


def fingerprints(
    submissions: Iterable[Submission], sheet: SourceSheet
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return copydetect's fingerprints by student, and why there is none of the others.

    Parameters
    ----------
    submissions
        What was handed in.
    sheet
        The sheet as the course has it.
    """
    released = [cell.source for cell in sheet.notebook.cells if cell.cell_type == "code"]
    # Passages of the released cells count as nobody's: copydetect's boilerplate.
    given = sorted({each for source in released for each in _fingerprint("", source, []).hashes})
    prints, left_out = {}, {}
    for submission in submissions:
        try:
            code = "\n".join(answers(submission, sheet))
        except UnreadableError as error:
            left_out[submission.student] = str(error)
            continue
        except OSError as error:
            left_out[submission.student] = f"cannot be read: {error.strerror}"
            continue
        found = _fingerprint(submission.student, code, given)
        if found.token_coverage < SHORTEST_SUBMISSION:
            left_out[submission.student] = "too little code of its own to say anything"
        else:
            prints[submission.student] = found
    return prints, left_out


def answers(submission: Submission, sheet: SourceSheet) -> list[str]:
    """Return the code that a student wrote into the answer cells, but for the shortest answers.

    Parameters
    ----------
    submission
        What was handed in.
    sheet
        The sheet as the course has it.

    Raises
    ------
    UnreadableError
        If it cannot be read, or an answer is far too long.
    """
    from copydetect.utils import filter_code  # type: ignore[import-untyped]

    released = {cell.id: cell.source for cell in sheet.notebook.cells}
    notebook, _ = restore(read_cells(submission.notebook), sheet)
    found = []
    for cell in notebook.cells:
        if cell.cell_type != "code" or not cell.metadata.get("nbgrader", {}).get("solution"):
            continue
        if len(cell.source) > LONGEST_ANSWER:
            raise UnreadableError(
                f"the answer {cell.id} has {len(cell.source):,} characters, "
                f"at most {LONGEST_ANSWER:,} are compared"
            )
        own = _own_lines(cell.source, released[cell.id])
        if len(filter_code(own, "", "python")[0]) >= SHORTEST_ANSWER:
            found.append(f"# {cell.id}\n{own}\n")
    return found


def _own_lines(answer: str, released: str) -> str:
    """An answer without the lines at its top that are as released: the function's head."""
    lines, head = answer.splitlines(), released.splitlines()
    same = takewhile(
        lambda pair: pair[0].rstrip() == pair[1].rstrip(), zip(lines, head, strict=False)
    )
    return "\n".join(lines[len(list(same)) :]).strip("\n")


def _fingerprint(student: str, code: str, given: list[int]) -> Any:
    """Return the fingerprint of some code, under a student's name as HTML shows it."""
    from copydetect import CodeFingerprint  # type: ignore[import-untyped]
    from markupsafe import escape

    # copydetect's page shows names as they are; marked as escaped, they are not escaped twice.
    return CodeFingerprint(
        escape(student), PASSAGE, 1, given, language="python", fp=io.StringIO(code)
    )
