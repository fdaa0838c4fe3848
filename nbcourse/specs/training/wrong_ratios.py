"""What goes wrong in the ratio of an update: other norms divided, or divided otherwise."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nbcourse.exercise import Mistake


def _norms(rule: Callable[[Any, Any, Any], Any]) -> Callable[..., Any]:
    """A function of the norms of the update, of the old and of the new weight."""
    norm = np.linalg.norm
    return lambda w, w_new: rule(norm(w_new - w), norm(w), norm(w_new))


def _with_small(small: float) -> Callable[..., Any]:
    return _norms(lambda step, old, new: step / (old + small))


RATIO_MISTAKES = (
    Mistake(
        "You divide by the norm of the new weight. The old one is what the update is compared "
        "with.",
        _norms(lambda step, old, new: step / new),
    ),
    Mistake(
        "Your ratio is upside down: the norm of the update is divided by that of the weight.",
        _norms(lambda step, old, new: old / step),
    ),
    Mistake(
        "You return the norm of the update. Divide it by the norm of the old weight.",
        _norms(lambda step, old, new: step),
    ),
    Mistake(
        "You compare the two norms. A weight can turn round without changing its length: take "
        "the norm of the difference w_new - w.",
        _norms(lambda step, old, new: abs(new - old) / old),
    ),
    Mistake(
        "You subtract the two norms, and the sign is left. Take the norm of the difference "
        "w_new - w.",
        _norms(lambda step, old, new: (new - old) / old),
    ),
    Mistake(
        "You divide the new norm by the old one. It is the update w_new - w whose norm is "
        "asked for.",
        _norms(lambda step, old, new: new / old),
    ),
    Mistake(
        "You divide the old norm by the new one. It is the update w_new - w whose norm is "
        "asked for, divided by that of w.",
        _norms(lambda step, old, new: old / new),
    ),
    Mistake(
        "Your ratio is squared: a sum of squares lacks its root, above and below.",
        _norms(lambda step, old, new: step**2 / old**2),
    ),
    Mistake(
        "The norm of the weight is squared: a root is missing below.",
        _norms(lambda step, old, new: step / old**2),
    ),
    Mistake(
        "The norm of the update is squared: a root is missing above.",
        _norms(lambda step, old, new: step**2 / old),
    ),
    *(
        Mistake(
            f"You add {small} to the norm. The weight is not zero, and small weights need the "
            "exact ratio.",
            _with_small(small),
        )
        for small in (1e-5, 1e-6, 1e-7, 1e-8, 1e-10)
    ),
    Mistake(
        "You take the root of the ratio.",
        _norms(lambda step, old, new: np.sqrt(step / old)),
    ),
    Mistake(
        "You return the logarithm of the ratio; the ratio itself is asked for.",
        _norms(lambda step, old, new: np.log10(step / old)),
    ),
    Mistake(
        "You divide by the sum of both norms. Only the norm of the old weight stands below.",
        _norms(lambda step, old, new: step / (old + new)),
    ),
    Mistake(
        "You divide by the larger of both norms, as a gradient check does. Here the norm of "
        "the old weight stands below.",
        _norms(lambda step, old, new: step / max(old, new)),
    ),
    Mistake(
        "You subtract the two norms, and the sign is left. Take the norm of the difference "
        "w_new - w, not the difference of the norms.",
        _norms(lambda step, old, new: (old - new) / old),
    ),
    Mistake(
        "You divide by the mean of both norms. Only the norm of the old weight stands below.",
        _norms(lambda step, old, new: 2 * step / (old + new)),
    ),
    Mistake(
        "You divide by at least 1. The norm of the weight may be smaller, and is to be divided by "
        "as it is.",
        _norms(lambda step, old, new: step / max(old, 1.0)),
    ),
)
