"""``nbcourse`` as a student's code has it while it is graded.

``check`` and ``Score`` are there by name and judge nothing; ``nbcourse.data`` and
``nbcourse.plots`` are the course's own, but the digits are a few hundred of them that repeat, none
of those on which the capstone is judged. The modules that the exercises are checked against are
not in the sandbox at all.
"""

from typing import Any

__all__ = ["Score", "check"]


class Score(float):
    """A score that says nothing: the real one is made elsewhere."""

    max_score = 0.0
    passed = False
    hint: str | None = None

    def __str__(self) -> str:
        return "checked by the grader"

    def _repr_html_(self) -> str:
        return f"<p>{self}</p>"


def check(name: str, function: Any, seed: str | None = None) -> Score:
    """Return a score that says nothing.

    Examples
    --------
    >>> print(check("add_backward", None))
    checked by the grader
    """
    return Score(0.0)
