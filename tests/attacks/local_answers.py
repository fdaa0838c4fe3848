"""What a diligent cheater collects: the right answers to all inputs of the local checks."""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from nbcourse.exercise.cases import prepare
from nbcourse.specs import find_exercise

#: Made the same way on both sides: the source is part of the attack that looks them up.
FINGERPRINT = """
def fingerprint(value):
    if isinstance(value, (tuple, list)):
        return "|".join(map(fingerprint, value))
    if isinstance(value, dict):
        return str(value)
    return hashlib.sha256(np.ascontiguousarray(value).tobytes()).hexdigest()
"""


def local_answers(names: Sequence[str]) -> dict[str, Any]:
    """Fingerprint of the arguments -> the result, for the small cases of some exercises."""
    scope: dict[str, Any] = {"np": np, "hashlib": hashlib}
    exec(FINGERPRINT, scope)
    return {
        scope["fingerprint"](case.args): _plain(case.expected)
        for name in names
        for case in prepare(find_exercise(name), None)
        if not case.large
    }


def _plain(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return [_plain(part) for part in value]
    return value.tolist() if isinstance(value, np.ndarray) else value
