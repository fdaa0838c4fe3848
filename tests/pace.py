"""Limits of time for code that hangs on purpose, longer where the machine is slow just now.

A test waits for such a limit, so it is short; what beside it is right must end within it, also on
a machine that takes several times as long for everything.
"""

import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from statistics import median

from nbcourse.authoring.course import load_config
from nbcourse.grading.settings import read_limits

# What starting Python and this sum take where the limits of the tests were chosen, while other
# tests keep its two processors busy.
USUAL = 0.07
WORK = "sum(number * number for number in range(400_000))"
TRIES = 5


def _seconds() -> float:
    start = time.monotonic()
    subprocess.run((sys.executable, "-I", "-S", "-c", WORK), check=True)
    return time.monotonic() - start


def slowness() -> float:
    """Return how many times as long as usual this machine takes, 1 where it is not slower.

    The median of some tries counts: a moment's disturbance does not last as long as a test.
    """
    return max(1.0, median(_seconds() for _ in range(TRIES)) / USUAL)


def settings(**limits: float) -> str:
    """Return the lines of ``nbgrader_config.py`` that set these limits, lengthened."""
    factor = slowness()
    lines = (f"c.Limits.{name} = {round(value * factor, 1)}" for name, value in limits.items())
    return "".join(f"\n{line}" for line in lines) + "\n"


def with_limits(reason: str, course: Path) -> str:
    """Return a reason with the course's limits in the place of ``{cell:g}`` and ``{call:g}``."""
    return reason.format(**asdict(read_limits(load_config(course))))
