"""What the capstone asks for: the bands of accuracy, and the limits of time and size."""

from typing import Any

import numpy as np

from nbcourse.exercise.plain import Foreign

POINTS = 16
#: Shares of held-back digits that must be named right; each is worth the same.
BANDS = (0.60, 0.78, 0.86, 0.91)
#: Seconds that one training may take; a grader ends a call that takes longer.
SECONDS = 10
#: How many numbers the parameters may hold.
NUMBERS = 20_000

_LONGEST_NAME = 50
_KINDS = "biuf"  # bool, whole numbers, floats


def band_name(band: float) -> str:
    """Return the name of a band.

    >>> band_name(0.91)
    '91 %'
    """
    return f"{100 * band:.0f} %"


def numbers_in(params: Any) -> int:
    """Count the numbers in what ``train`` returned; a text counts by its characters.

    >>> numbers_in({"w": np.ones((3, 2)), "b": [0.0, 1.0], "activation": "relu"})
    12
    """
    if isinstance(params, np.ndarray):
        return params.size
    if isinstance(params, str):
        return len(params)
    if isinstance(params, (list, tuple)):
        return sum(map(numbers_in, params))
    if isinstance(params, dict):
        return sum(map(numbers_in, params.values())) + sum(map(_in_key, params))
    return 1


def _in_key(key: Any) -> int:
    """Names are free, as long as they are names."""
    return len(key) if isinstance(key, str) and len(key) > _LONGEST_NAME else 0


def foreign_part(params: Any) -> str | None:
    """Return what in the parameters is neither array, number, text nor a container of these.

    >>> foreign_part({"w": np.ones(2), "history": [0.5, None]}) is None
    True
    >>> foreign_part([np.ones(2, dtype=complex)])
    'array of complex128'
    """
    if isinstance(params, np.ndarray):
        known = params.dtype.kind in _KINDS and params.dtype.itemsize <= 8
        return None if known else f"array of {params.dtype.name}"
    if isinstance(params, (list, tuple)):
        return next(filter(None, map(foreign_part, params)), None)
    if isinstance(params, dict):
        return foreign_part([*params, *params.values()])
    if params is None or isinstance(params, (bool, int, float, str, np.generic)):
        return None
    return params.kind if isinstance(params, Foreign) else type(params).__name__
