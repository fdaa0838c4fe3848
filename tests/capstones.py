"""Trainings of the capstone that are done once, and how the tests name what they try."""

from collections.abc import Callable
from copy import deepcopy
from functools import wraps
from typing import Any

from nbcourse.specs.capstone import networks

Functions = tuple[Callable[..., Any], ...]


def remembered(train: Callable[..., Any]) -> Callable[..., Any]:
    """The same training; what it came to is kept for the next one on the same rows."""
    known: dict[Any, Any] = {}

    @wraps(train)
    def remembering(x: Any, labels: Any, rng: Any) -> Any:
        key = x.tobytes(), labels.tobytes(), str(rng.bit_generator.state)
        if key not in known:
            known[key] = train(x, labels, rng)
        return deepcopy(known[key])

    return remembering


#: The course's own, which many tests train on the same rows.
train = remembered(networks.train)


def name_of(functions: Any) -> str:
    return "+".join(getattr(each, "__name__", "x") for each in functions)
