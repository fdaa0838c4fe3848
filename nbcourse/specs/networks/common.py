"""What several modules of this sheet need."""

from typing import Any

from nbcourse.exercise.cases import Raised
from nbcourse.exercise.description import message_of


def stops_over_shapes(result: Any) -> bool:
    """Whether a call has stopped because arrays could not be taken together."""
    return (
        isinstance(result, Raised)
        and result.kind == "ValueError"
        and "truth value" not in message_of(result.error)
    )


def stops_over_a_decision(result: Any) -> bool:
    """Whether a call has stopped because an array was taken for one truth value."""
    return isinstance(result, Raised) and "truth value" in message_of(result.error)
