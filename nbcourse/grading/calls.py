"""Calls of a student's function: how they are asked for, and what came of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nbcourse.grading.conversation import Request, make_request
from nbcourse.grading.exceptions import CallUnansweredError, make_error


@dataclass(frozen=True)
class Answer:
    """What came of one call, as a student's process tells it: anything.

    Parameters
    ----------
    told
        A dict with what was printed, and the result or the exception.
    changed
        The arguments as they are after the call, None if it left them as they were.
    """

    told: Any
    changed: Any

    @property
    def printed(self) -> str:
        """What the call printed."""
        match self.told:
            case {"printed": str(printed)}:
                return printed
        return ""

    def result(self) -> Any:
        """Return what the function returned.

        Raises
        ------
        CallUnansweredError
            If the answer is none.
        Exception
            What the function raised, as ``make_error`` makes it again.
        """
        match self.told:
            case {"result": result}:
                return result
            case {"error": error}:
                raise make_error(error)
        raise CallUnansweredError("what the function returned could not be read")


def make_calls(name: str, calls: Sequence[tuple[Any, ...]]) -> Request:
    """Return the request to call a student's function with each of these arguments in turn.

    Raises
    ------
    WireError
        If an argument may not cross.
    """
    return make_request("call", {"name": name, "calls": list(calls)})


def read_answers(answer: Any, most: int) -> list[Answer]:
    """Return the answers to the first calls of a request for so many, one at least.

    Raises
    ------
    CallUnansweredError
        If these are no such answers.

    Examples
    --------
    >>> read_answers([[{"result": 3, "printed": ""}], None], 1)
    [Answer(told={'result': 3, 'printed': ''}, changed=None)]
    """
    match answer:
        case [list(told), changed] if 0 < len(told) <= most:
            if not isinstance(changed, list) or len(changed) < len(told):
                changed = [None] * len(told)
            return [Answer(*pair) for pair in zip(told, changed, strict=False)]
    raise CallUnansweredError("what the function returned could not be read")
