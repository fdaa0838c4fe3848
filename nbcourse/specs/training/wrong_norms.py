"""What goes wrong in the norm of all gradients: another norm, or one for each array."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nbcourse.clipping import clip_grad_norm
from nbcourse.exercise import Mistake


def _squares(grads: Any) -> Any:
    return sum(np.sum(grad**2) for grad in grads)


def whole_norm(grads: Any) -> Any:
    """The right norm."""
    return np.sqrt(_squares(grads))


def _by(norm_of: Callable[[Any], Any]) -> Callable[..., Any]:
    """Clipping with another norm."""

    def clip(grads: Any, max_norm: Any) -> Any:
        norm = norm_of(grads)
        return ([grad * (max_norm / norm) for grad in grads] if norm > max_norm else grads), norm

    return clip


def mapped(rule: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """The right norm, and something done to each gradient on its own."""
    return lambda grads, max_norm: ([rule(grad, max_norm) for grad in grads], whole_norm(grads))


def _told(told: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """The right gradients, and another norm beside them."""
    return lambda grads, max_norm: (clip_grad_norm(grads, max_norm)[0], told(grads, max_norm))


def _own_norm(grad: Any, max_norm: Any) -> Any:
    norm = np.linalg.norm(grad)
    return grad * (max_norm / norm) if norm > max_norm else grad


def _own_condition(grads: Any, max_norm: Any) -> Any:
    norm = whole_norm(grads)
    factor = max_norm / norm if norm > 0 else 1.0
    return [grad * factor if np.linalg.norm(grad) > max_norm else grad for grad in grads], norm


def _while_summing(grads: Any, max_norm: Any) -> Any:
    clipped, squares = [], 0.0
    for grad in grads:
        squares += np.sum(grad**2)
        norm = np.sqrt(squares)
        clipped.append(grad * (max_norm / norm) if norm > max_norm else grad)
    return clipped, np.sqrt(squares)


NORM_MISTAKES = (
    Mistake(
        "You clip each array by its own norm. All arrays have one norm together, the root of the "
        "sum of all their squares, and one factor: otherwise the direction of the step changes.",
        mapped(_own_norm),
    ),
    Mistake(
        "You clip each array by its own norm, and what you return as norm is a list. One norm over "
        "all arrays is asked for, and one factor.",
        lambda grads, max_norm: (
            [_own_norm(grad, max_norm) for grad in grads],
            [np.linalg.norm(grad) for grad in grads],
        ),
    ),
    Mistake(
        "You clip each array by its own norm, with a small number added to it. One norm over all "
        "arrays, one factor max_norm / norm, and nothing added.",
        mapped(lambda grad, limit: grad * min(1.0, limit / (np.linalg.norm(grad) + 1e-6))),
    ),
    Mistake(
        "You ask for each array whether its own norm is too large. The norm over all arrays "
        "decides, for all of them together.",
        _own_condition,
    ),
    Mistake(
        "Your norm is that of the gradients after clipping. Return the one from before: it is "
        "what one wants to watch.",
        _told(lambda grads, max_norm: min(whole_norm(grads), max_norm)),
    ),
    Mistake(
        "The root is missing: you use the sum of the squares as if it were the norm.",
        _by(_squares),
    ),
    Mistake(
        "You return the sum of the squares; its root is the norm.",
        _told(lambda grads, max_norm: _squares(grads)),
    ),
    Mistake(
        "You add up the norms of the arrays. Their squares are to be added, and the root taken of "
        "the sum.",
        _by(lambda grads: sum(np.linalg.norm(grad) for grad in grads)),
    ),
    Mistake(
        "You add up absolute values, which is the L1 norm. Add squares, and take the root.",
        _by(lambda grads: sum(np.sum(np.abs(grad)) for grad in grads)),
    ),
    Mistake(
        "Your norm is the largest entry. The root of the sum of all squares is asked for.",
        _by(lambda grads: max(np.max(np.abs(grad)) for grad in grads)),
    ),
    Mistake(
        "Your norm is the largest of the arrays' norms. All entries of all arrays make one norm "
        "together.",
        _by(lambda grads: max(np.linalg.norm(grad) for grad in grads)),
    ),
    Mistake(
        "You take a mean: of the squares under the root, or of the arrays. The norm is the root "
        "of their sum.",
        _by(lambda grads: np.sqrt(_squares(grads) / sum(grad.size for grad in grads))),
    ),
    Mistake(
        "You take the mean of each array's squares. The norm is the root of the sum of all "
        "squares.",
        _by(lambda grads: np.sqrt(sum(np.mean(grad**2) for grad in grads))),
    ),
    Mistake(
        "You take the mean of the arrays' norms. The root of the sum of all squares is asked for.",
        _by(lambda grads: np.mean([np.linalg.norm(grad) for grad in grads])),
    ),
    Mistake(
        "Your norm is that of the last array: each one replaces the one before. Add the squares "
        "up over the whole list.",
        _by(lambda grads: np.linalg.norm(grads[-1])),
    ),
    Mistake(
        "Your norm is that of the first array only. Add the squares up over the whole list.",
        _by(lambda grads: np.linalg.norm(grads[0])),
    ),
    Mistake(
        "For a matrix np.linalg.norm(g, 2) is the spectral norm, its largest singular value. "
        "Leave out the 2, or write np.sum(g**2).",
        _by(lambda grads: np.sqrt(sum(np.linalg.norm(grad, 2) ** 2 for grad in grads))),
    ),
    Mistake(
        "np.linalg.norm cannot take a list of arrays of different shapes. Add up np.sum(g**2) "
        "over the list, and take the root.",
        _by(lambda grads: np.linalg.norm(grads)),
    ),
    Mistake(
        "You scale each array while the sum is still growing. First the norm over all arrays, "
        "then the factor: two loops.",
        _while_summing,
    ),
    Mistake(
        "You add a small number to the norm, and return it with the norm. Leave it out: where "
        "norm > max_norm no division by 0 can happen.",
        _by(lambda grads: whole_norm(grads) + 1e-6),
    ),
    Mistake(
        "Your norm is the factor that you scale by. Return the norm of the given gradients.",
        _told(lambda grads, max_norm: min(1.0, max_norm / max(float(whole_norm(grads)), 1e-300))),
    ),
    Mistake(
        "Your norm is max_norm itself. Return the norm that the given gradients have.",
        _told(lambda grads, max_norm: max_norm),
    ),
    Mistake(
        "You add up the norms and take the root of that sum. Their squares are to be added.",
        _by(lambda grads: np.sqrt(sum(np.linalg.norm(grad) for grad in grads))),
    ),
    Mistake(
        "You add up the entries without squaring them: positive and negative ones cancel.",
        _by(lambda grads: np.sqrt(abs(sum(np.sum(grad) for grad in grads)))),
    ),
    Mistake(
        "You divide the sum of the squares by the number of arrays. The norm is the root of the "
        "sum, without a mean.",
        _by(lambda grads: np.sqrt(_squares(grads) / len(grads))),
    ),
)
