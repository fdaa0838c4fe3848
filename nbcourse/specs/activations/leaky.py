"""Leaky ReLU: another slope on each side of 0."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise, Mistake
from nbcourse.exercise.comparison import same
from nbcourse.rectifiers import leaky_relu_backward, leaky_relu_forward
from nbcourse.specs.activations.common import (
    MANY,
    elsewhere,
    half,
    kinked_cases,
    matrix_product,
    off_kink,
    one_decision,
    summed,
    taken_whole,
)
from nbcourse.specs.activations.leaky_sides import LEFT, RIGHT
from nbcourse.specs.graphs.common import BEYOND_STEPS, rule

# What is written into code in place of the argument.
_USUAL_SLOPES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.3, 0.5, 1 / 5.5, 0.001)


def _slope(rng: np.random.Generator) -> float:
    return float(rng.uniform(0.02, 0.48))


def _cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    for x in kinked_cases(rng):
        yield x, _slope(rng)


def _sides(slope: Callable[..., Any]) -> Callable[..., Any]:
    """A backward pass from the right side's gradient and the left side's."""

    def backward(dout: Any, cache: Any) -> Any:
        x, alpha = cache
        right, left = slope(dout, x, alpha)
        return np.where(x > 0, right, left)

    return backward


def _usual_slope(args: tuple[Any, ...], dx: Any) -> bool:
    """Whether the left side has some other slope in place of alpha, the same everywhere."""
    dout, (x, _) = args
    left = x < 0
    return any(same(dx[left], slope * dout[left]) for slope in _USUAL_SLOPES)


def _left(hint: str, gradient: Callable[..., Any]) -> Mistake:
    return half(leaky_relu_backward, hint, False, gradient)


def _right(hint: str, gradient: Callable[..., Any]) -> Mistake:
    return half(leaky_relu_backward, hint, True, gradient)


def _by_loop(dout: Any, cache: Any) -> Any:
    x, alpha = cache
    dx = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        dx[index] = dout[index] if x[index] > 0 else alpha * dout[index]
    return dx


def _by_assigning(dout: Any, cache: Any) -> Any:
    x, alpha = cache
    dx = np.ones_like(x)
    dx[x <= 0] = alpha
    return dx * dout


LEAKY_RELU = Exercise(
    name="leaky_relu_backward",
    points=1,
    reference=leaky_relu_backward,
    parts=("dx",),
    cases=_cases,
    large=lambda rng: (BEYOND_STEPS * off_kink(rng, MANY), _slope(rng)),
    forward=leaky_relu_forward,
    wrt={"dx": 0},
    upstream=True,
    mistakes=(
        Mistake(
            "The slopes are on the wrong sides: alpha belongs to x below 0, and 1 to x above 0.",
            _sides(lambda dout, x, alpha: (alpha * dout, dout)),
        ),
        Mistake(
            "You return the slopes, 1 and alpha. The gradient that arrives is missing: multiply "
            "by dout.",
            _sides(lambda dout, x, alpha: (1.0, alpha)),
        ),
        Mistake(
            "You choose the side by the sign of dout. Which slope a unit has depends on its input "
            "x.",
            rule(lambda dout, x, alpha: np.where(dout > 0, dout, alpha * dout)),
        ),
        Mistake(
            "You multiply dout by the output of the forward pass. The chain rule multiplies it by "
            "the slope, 1 or alpha.",
            _sides(lambda dout, x, alpha: (dout * x, dout * alpha * x)),
        ),
        Mistake(
            "You return the output of the forward pass. What is asked for is how fast the loss "
            "changes with x.",
            _sides(lambda dout, x, alpha: (x, alpha * x)),
        ),
        Mistake(
            "The slope of the negative side is a number written in your code. Take alpha from the "
            "cache: the check calls your function with many.",
            _sides(lambda dout, x, alpha: (dout, 0.01 * dout)),
            _usual_slope,
        ),
        Mistake(
            "You compare x with alpha. The kink is at 0.",
            rule(lambda dout, x, alpha: np.where(x > alpha, dout, alpha * dout)),
        ),
        *(_left(*each) for each in LEFT),
        *(_right(*each) for each in RIGHT),
        one_decision(leaky_relu_backward),
        summed(leaky_relu_backward),
        matrix_product(lambda x: np.where(x > 0, 1.0, 0.1)),
        elsewhere(
            leaky_relu_backward,
            "Where x is above 0 your gradient is right, and where it is below 0 it is not. The "
            "output there is alpha x: dout times its slope is asked for, and nothing else.",
            False,
        ),
        elsewhere(
            leaky_relu_backward,
            "Where x is below 0 your gradient is right, and where it is above 0 it is not. The "
            "output there is x: dout times its slope is asked for, and nothing else.",
            True,
        ),
        taken_whole(leaky_relu_backward, "x, alpha"),
    ),
    alternatives=(
        _by_loop,
        _by_assigning,
        rule(lambda dout, x, alpha: dout * ((x > 0) + alpha * (x < 0))),
        rule(lambda dout, x, alpha: dout * np.where(x >= 0, 1, alpha)),
        rule(lambda dout, x, alpha: dout * (0.5 * (1 + alpha) + 0.5 * (1 - alpha) * np.sign(x))),
    ),
    summary="gradient of leaky ReLU",
)
