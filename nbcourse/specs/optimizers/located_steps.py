"""Steps on one example that no list holds, told from the direction in which they go.

They stand last among the mistakes of their exercise: a formula that is known gets its own hint.
"""

from typing import Any

import numpy as np

from nbcourse.exercise import Mistake
from nbcourse.exercise.comparison import same
from nbcourse.linear_regression import linear_regression_sgd


def _step(args: tuple[Any, ...], result: Any) -> Any:
    theta = args[0]
    step = np.asarray(result, dtype=float) - theta
    if step.shape != theta.shape:
        raise ValueError("no theta")
    return step


def _along_x(args: tuple[Any, ...], result: Any) -> bool:
    step, x = _step(args, result), args[1]
    return same(step, np.dot(step, x) / np.dot(x, x) * x)


def _not_along_x(args: tuple[Any, ...], result: Any) -> bool:
    theta = args[0]
    if theta.size == 1 or not theta.any():
        return True
    # The negative of the right theta is told as that.
    return not _along_x(args, result) and not same(result, -linear_regression_sgd(*args))


def _all_alike(args: tuple[Any, ...], result: Any) -> bool:
    step = _step(args, result)
    return same(step, np.full_like(step, step[0]))


STEPS_ASTRAY = (
    Mistake(
        "Every entry of theta moves by the same amount in your code. It moves in proportion to its "
        "own entry of x: multiply the error by x, entry by entry, and add nothing up.",
        lambda theta, x, y, lr: theta - lr * (np.dot(theta, x) - y) ** 3,
        _all_alike,
    ),
    Mistake(
        "Your step goes along x, as it should, but by a wrong number. It is -lr times the error, "
        "and the error is np.dot(theta, x) - y.",
        lambda theta, x, y, lr: theta - lr * (np.dot(theta, x) - y) ** 3 * x,
        _along_x,
    ),
    Mistake(
        "Your step does not go along x. theta changes by a number times x, and that number is -lr "
        "times the error. Nothing else is added to theta, and nothing multiplies it.",
        lambda theta, x, y, lr: linear_regression_sgd(theta, x, y, lr) + 0.3 * theta**2,
        _not_along_x,
    ),
)
