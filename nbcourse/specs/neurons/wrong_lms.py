"""Wrong steps of ADALINE, and tests that recognize some of them in other people's code."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nbcourse.arrays import Array
from nbcourse.exercise.comparison import same
from nbcourse.neurons import adaline_update

Neuron = tuple[Any, Any]


def rule(
    error: Callable[[Any, Any], Any] = lambda y, s: y - s,
    step: Callable[[Any, Any, Any], Neuron] = lambda e, x, lr: (lr * e * x, lr * e),
    score: Callable[[Any, Any, Any], Any] = lambda w, b, x: w @ x + b,
) -> Callable[..., Neuron]:
    """An update with another error, another change, or another score."""

    def update(w: Array, b: float, x: Array, y: float, lr: float) -> Neuron:
        dw, db = step(error(y, score(w, b, x)), x, lr)
        return w + dw, b + db

    return update


def new_weights_for_the_bias(w: Array, b: float, x: Array, y: float, lr: float) -> Neuron:
    """Change w first, and work out the error of b with the new w."""
    w = w + lr * (y - (w @ x + b)) * x
    return w, b + lr * (y - (w @ x + b))


def new_bias_for_the_weights(w: Array, b: float, x: Array, y: float, lr: float) -> Neuron:
    """Change b first, and work out the error of w with the new b."""
    new = b + lr * (y - (w @ x + b))
    return w + lr * (y - (w @ x + new)) * x, new


def parentheses_lost(w: Array, b: float, x: Array, y: float, lr: float) -> Neuron:
    """Add the bias to the error in place of taking it away."""
    error = y - w @ x + b
    return w + lr * error * x, b + lr * error


def only_when_wrong(w: Array, b: float, x: Array, y: float, lr: float) -> Neuron:
    """Learn from examples on the wrong side alone."""
    return adaline_update(w, b, x, y, lr) if y * (w @ x + b) <= 0 else (w, b)


def times_the_label(w: Array, b: float, x: Array, y: float, lr: float) -> Neuron:
    """Multiply the error by y once more."""
    return w + lr * (y - (w @ x + b)) * y * x, b + lr * (y - (w @ x + b)) * y


def weights_for_inputs(w: Array, b: float, x: Array, y: float, lr: float) -> Neuron:
    """Multiply the error by w in place of x."""
    error = y - (w @ x + b)
    return w * (1.0 + lr * error), b + lr * error


def entry_by_entry(w: Array, b: float, x: Array, y: float, lr: float) -> Neuron:
    """Work out the error anew for each weight, with those that have moved."""
    w = w.copy()
    for i, value in enumerate(x):
        w[i] += lr * (y - (w @ x + b)) * value
    return w, b + lr * (y - (w @ x + b))


def products(w: Any, b: Any, x: Any) -> Any:
    """A score for each input: the sum left out."""
    return w * x + b


def multiple(factor: float) -> Callable[..., Neuron]:
    """Steps of another length."""
    return rule(lambda y, s: factor * (y - s))


def some_error(args: tuple[Any, ...], result: Any) -> bool:
    """Whether w moves by a multiple of x, and b by this same multiple of 1."""
    w, b, x, _, _ = args
    return same(result, (w + (result[1] - b) * x, result[1]))


def bias_right(args: tuple[Any, ...], result: Any) -> bool:
    """Whether b is as it should be, and w has the right shape at least."""
    new_w, new_b = result
    return np.shape(new_w) == args[0].shape and same(new_b, adaline_update(*args)[1])


def fixed_rate(fixed: float) -> Callable[..., Neuron]:
    """A learning rate of its own, whatever lr is."""
    return lambda w, b, x, y, lr: adaline_update(w, b, x, y, fixed)
