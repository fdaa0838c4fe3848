"""What goes wrong in a step against the gradient of one example."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nbcourse.exercise import Mistake
from nbcourse.specs.optimizers.located_steps import STEPS_ASTRAY


def _step(rule: Callable[..., Any]) -> Callable[..., Any]:
    """A rule of theta, x, the error theta x - y, and lr."""
    return lambda theta, x, y, lr: rule(theta, x, np.dot(theta, x) - y, lr)


def _one_after_another(theta: Any, x: Any, y: Any, lr: Any) -> Any:
    theta = theta.copy()
    for j in range(len(theta)):
        theta[j] -= lr * (np.dot(theta, x) - y) * x[j]
    return theta


def _perceptron(theta: Any, x: Any, y: Any, lr: Any) -> Any:
    return theta + lr * y * x if y * np.dot(theta, x) <= 0 else theta


MISTAKES = (
    Mistake(
        "Your step goes uphill: subtract lr times the gradient, with the error taken as "
        "theta . x - y. (Or add it, with the error y - theta . x.)",
        _step(lambda theta, x, e, lr: theta + lr * e * x),
    ),
    Mistake(
        "Your step is twice as long as it should be: the 2 from the square is cancelled by the "
        "half in front of it.",
        _step(lambda theta, x, e, lr: theta - lr * 2 * e * x),
    ),
    Mistake(
        "Your step is half as long as it should be: the derivative of half a square has no "
        "half left.",
        _step(lambda theta, x, e, lr: theta - lr * 0.5 * e * x),
    ),
    Mistake(
        "x is missing: the derivative of theta . x with respect to theta is x. So each entry "
        "moves in proportion to its own x.",
        _step(lambda theta, x, e, lr: theta - lr * e),
    ),
    Mistake(
        "lr is missing: multiply the gradient by it.",
        _step(lambda theta, x, e, lr: theta - e * x),
    ),
    Mistake(
        "You divide by lr. The step is lr times the gradient.",
        _step(lambda theta, x, e, lr: theta - e * x / lr),
    ),
    Mistake(
        "You compare each theta * x with y on its own. The prediction is one number, the sum "
        "of these products: np.dot(theta, x).",
        lambda theta, x, y, lr: theta - lr * (theta * x - y) * x,
    ),
    Mistake(
        "You compare each theta * x with y on its own, and the factor x is missing. The prediction "
        "is one number, np.dot(theta, x), and its derivative with respect to theta is x.",
        lambda theta, x, y, lr: theta - lr * (theta * x - y),
    ),
    Mistake(
        "You take the mean over the entries of the gradient. Each entry of theta moves by its own.",
        _step(lambda theta, x, e, lr: theta - lr * np.mean(e * x)),
    ),
    Mistake(
        "Your step goes uphill and is twice as long as it should be: subtract lr times the error, "
        "theta . x - y, times x. The 2 from the square is cancelled by the half in front of it.",
        _step(lambda theta, x, e, lr: theta + lr * 2 * e * x),
    ),
    Mistake(
        "x is missing, and there is a 2 too many: it is cancelled by the half in front of the "
        "square. Each entry moves in proportion to its own x.",
        _step(lambda theta, x, e, lr: theta - lr * 2 * e),
    ),
    Mistake(
        "You use the square of the error. Its derivative has the error itself, with its sign.",
        _step(lambda theta, x, e, lr: theta - lr * e**2 * x),
    ),
    Mistake(
        "You multiply by the loss, half the squared error. Its derivative is asked for, in "
        "which the error stands once and with its sign.",
        _step(lambda theta, x, e, lr: theta - lr * 0.5 * e**2 * x),
    ),
    Mistake(
        "You use the sign of the error alone. The step is proportional to the error.",
        _step(lambda theta, x, e, lr: theta - lr * np.sign(e) * x),
    ),
    Mistake(
        "You use the absolute value of the error. Its sign says in which direction to go.",
        _step(lambda theta, x, e, lr: theta - lr * np.abs(e) * x),
    ),
    Mistake(
        "You multiply the error by theta. The derivative of theta . x with respect to theta is x.",
        _step(lambda theta, x, e, lr: theta - lr * e * theta),
    ),
    Mistake(
        "You return the step alone. The new theta is asked for: add the step to the old one.",
        _step(lambda theta, x, e, lr: -lr * e * x),
    ),
    Mistake(
        "You return lr times the gradient. The new theta is asked for: subtract it from the "
        "old one.",
        _step(lambda theta, x, e, lr: lr * e * x),
    ),
    Mistake(
        "You return the gradient. The new theta is asked for: theta - lr * gradient.",
        _step(lambda theta, x, e, lr: e * x),
    ),
    Mistake(
        "You return theta as it came. Subtract lr times the gradient.",
        lambda theta, x, y, lr: theta,
    ),
    Mistake(
        "y is missing. The error is the prediction less y.",
        lambda theta, x, y, lr: theta - lr * np.dot(theta, x) * x,
    ),
    Mistake(
        "You add y to the prediction. The error is their difference, theta . x - y.",
        lambda theta, x, y, lr: theta - lr * (np.dot(theta, x) + y) * x,
    ),
    Mistake(
        "You use y in place of the error. The step is proportional to theta . x - y.",
        lambda theta, x, y, lr: theta + lr * y * x,
    ),
    Mistake(
        "This is the perceptron's rule. Here y is any number, and every example makes a step, "
        "proportional to its error.",
        _perceptron,
    ),
    Mistake(
        "You compare the sign of the prediction with y. In a regression the prediction is the "
        "number theta . x itself.",
        lambda theta, x, y, lr: theta - lr * (np.sign(np.dot(theta, x)) - y) * x,
    ),
    Mistake(
        "The error is missing. The step is proportional to theta . x - y.",
        _step(lambda theta, x, e, lr: theta - lr * x),
    ),
    Mistake(
        "You divide by the number of entries. This is one example: there is no mean to take.",
        _step(lambda theta, x, e, lr: theta - lr * e * x / x.size),
    ),
    Mistake(
        "You take the mean of the products where the prediction is their sum.",
        lambda theta, x, y, lr: theta - lr * (np.mean(theta * x) - y) * x,
    ),
    Mistake(
        "You divide by x . x, which takes the whole error away when lr is 1. No such division "
        "is asked for.",
        _step(lambda theta, x, e, lr: theta - lr * e * x / np.dot(x, x)),
    ),
    Mistake(
        "You add up the entries of x. Each entry of theta moves by its own entry of x.",
        _step(lambda theta, x, e, lr: theta - lr * e * x.sum()),
    ),
    Mistake(
        "You square x. It stands once in the gradient.",
        _step(lambda theta, x, e, lr: theta - lr * e * x**2),
    ),
    Mistake(
        "You change theta entry by entry and take the error anew in between. Compute the error "
        "once, from the old theta, for all entries.",
        _one_after_another,
    ),
    Mistake(
        "You multiply theta by lr, too. Look at the parentheses: lr belongs to the gradient.",
        _step(lambda theta, x, e, lr: lr * (theta - e * x)),
    ),
    Mistake(
        "You return a loss. The new theta is asked for.",
        _step(lambda theta, x, e, lr: 0.5 * e**2),
    ),
    Mistake(
        "You return the loss as well. The new theta alone is asked for.",
        _step(lambda theta, x, e, lr: (theta - lr * e * x, 0.5 * e**2)),
    ),
    *STEPS_ASTRAY,
)
