"""One call of a function that a student wrote, outside of any table of cases."""

import sys
from collections.abc import Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass
from time import monotonic
from typing import Any

import numpy as np

from nbcourse.exercise.cases import Raised
from nbcourse.exercise.comparison import copied, unchanged
from nbcourse.exercise.plain import plain


@dataclass(frozen=True)
class Called:
    """What came of a call.

    Parameters
    ----------
    outcome : the result as plain values, or ``Raised``
    changed : positions of the arguments that the function has changed
    seconds : how long it took
    """

    outcome: Any
    changed: tuple[int, ...]
    seconds: float


def call_written(function: Any, args: Sequence[Any]) -> Called:
    """Call a student's function, here or where it runs, with fresh copies of the arguments.

    >>> call_written(lambda x: x.sum(), [np.ones(3)]).outcome
    np.float64(3.0)
    """
    own = tuple(map(copied, args))
    start = monotonic()
    outcome: Any
    try:
        # nbgrader gives 0 points to a cell that writes to stderr, be it only a warning.
        with np.errstate(all="ignore"), redirect_stderr(sys.stdout):
            outcome = plain(function(*own))
    except (Exception, SystemExit) as error:
        outcome = Raised(error)
    seconds = monotonic() - start
    pairs = enumerate(zip(args, own, strict=True))
    changed = tuple(i for i, (before, now) in pairs if not unchanged(before, plain(now)))
    return Called(outcome, changed, seconds)
