"""Wrong steps of the perceptron, and tests that recognize some of them in other people's code."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nbcourse.arrays import Array
from nbcourse.exercise.comparison import same
from nbcourse.neurons import perceptron_update

Neuron = tuple[Any, Any]


def rule(
    learns: Callable[[Any, Any, Any, Any], Any] = lambda w, b, x, y: y * (w @ x + b) <= 0,
    step: Callable[[Any, Any], Neuron] = lambda x, y: (y * x, y),
) -> Callable[..., Neuron]:
    """An update with another condition, or another change."""

    def update(w: Array, b: float, x: Array, y: int) -> Neuron:
        if not learns(w, b, x, y):
            return w, b
        dw, db = step(x, y)
        return w + dw, b + db

    return update


def prediction(w: Any, b: Any, x: Any) -> int:
    """The output as -1 or +1, the latter at a score of exactly 0."""
    return 1 if w @ x + b >= 0 else -1


def by_the_error(error: Callable[[Any, Any], float]) -> Callable[..., Neuron]:
    """An update by y less the output, as a function of label and score."""

    def update(w: Array, b: float, x: Array, y: int) -> Neuron:
        e = error(y, w @ x + b)
        return w + e * x, b + e

    return update


def until_right(w: Array, b: float, x: Array, y: int) -> Neuron:
    """Learn from the example until it is right."""
    while y * (w @ x + b) <= 0:
        w, b = w + y * x, b + y
    return w, b


def nothing_when_right(w: Array, b: float, x: Array, y: int) -> Neuron | None:
    """Return nothing for an example that is right."""
    return None if y * (w @ x + b) > 0 else (w + y * x, b + y)


def scaled(args: tuple[Any, ...], result: Any) -> bool:
    """Whether the example is learned from as it should, but by a step of another size."""
    w, b, x, y = args
    right = perceptron_update(*args)
    if same(right, (w, b)):
        return same(result, (w, b))
    size = (result[1] - b) / y
    return size > 0 and same(result, (w + size * y * x, b + size * y))


def learns_where_it_should(args: tuple[Any, ...], result: Any) -> bool:
    """Whether what changes nothing and what changes something are the right examples."""
    w, b, x, y = args
    new_w, new_b = result
    if np.shape(new_w) != w.shape or np.ndim(new_b):
        return False
    kept = same(result, (w, b))
    # On the line with weights of 0, a step that is a multiple of the score is none.
    return bool(kept == (y * (w @ x + b) > 0) or w @ x + b == 0)
