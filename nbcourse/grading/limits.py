"""What a student's code may take."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """How long a student's code may take, in seconds, and what else it may take.

    Parameters
    ----------
    cell, call
        The time of one cell, and of one call of a function.
    spoiled
        After so many calls that hung or ended the process a function is not called again.
    startup
        The time in which a new process must answer; more than enough on a busy machine.
    submission
        The time of a whole submission, from its first cell on; nothing is run after it.
    memory
        The bytes of memory that the process may have.
    """

    cell: float = 30.0
    call: float = 10.0
    spoiled: int = 2
    startup: float = 120.0
    submission: float = 300.0
    memory: int = 2 * 2**30


DEFAULT_LIMITS = Limits()
