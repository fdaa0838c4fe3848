"""ELU, which bends where leaky ReLU has its straight negative side."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise, Mistake
from nbcourse.exercise.comparison import same
from nbcourse.rectifiers import elu_backward, elu_forward
from nbcourse.specs.activations.common import (
    MANY,
    elsewhere,
    kinked_cases,
    matrix_product,
    one_decision,
    summed,
    taken_whole,
)
from nbcourse.specs.activations.exponential_sides import ON_ONE_SIDE
from nbcourse.specs.graphs.common import rule


def _cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    for x in kinked_cases(rng):
        yield x, float(rng.uniform(0.3, 2.5) if rng.random() < 0.5 else rng.uniform(1.3, 2.5))


def _large(rng: np.random.Generator) -> tuple[Any, ...]:
    # Far to the left a small step drowns in the digits of the output; alpha makes it count. Not
    # so far that output + alpha, which is right, would drown as well.
    return rng.uniform(8.0, 16.0, MANY) * rng.choice((-1.0, 1.0), MANY), 1e6


def _left_slope(slope: Callable[..., Any]) -> Callable[..., Any]:
    """A backward pass with another slope of the negative side."""
    return rule(lambda dout, x, alpha: dout * np.where(x > 0, 1.0, slope(x, alpha)))


def _other_alpha(args: tuple[Any, ...], dx: Any) -> bool:
    """Whether all is right but for another number in place of alpha."""
    dout, (x, _) = args
    left = (x < 0) & (x > -20)
    if not same(dx[x > 0], dout[x > 0]):
        return False
    factors = dx[left] / (dout[left] * np.exp(x[left]))
    return bool(np.ptp(factors) < 1e-6 * np.abs(factors).max())


def _scaled_on_both_sides(args: tuple[Any, ...], dx: Any) -> bool:
    """Whether all is right but for one factor."""
    right = elu_backward(*args)
    factor = np.sum(dx * right) / np.sum(right**2)
    return bool(abs(factor) > 1e-6) and same(dx, factor * right)


def _sides(gradients: Callable[..., Any]) -> Callable[..., Any]:
    """A backward pass from the right side's gradient and the left side's."""

    def backward(dout: Any, cache: Any) -> Any:
        x, alpha = cache
        right, left = gradients(dout, x, alpha)
        return np.where(x > 0, right, left)

    return backward


def _no_mask(args: tuple[Any, ...], dx: Any) -> bool:
    """Whether the negative side is right, and the positive one has the exponential too."""
    dout, (x, alpha) = args
    left = x < 0
    everywhere = dout * alpha * np.exp(x)
    return same(dx[left], everywhere[left]) and any(
        same(dx[~left], other[~left]) for other in (everywhere, everywhere + dout)
    )


def _by_loop(dout: Any, cache: Any) -> Any:
    x, alpha = cache
    dx = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        dx[index] = dout[index] * (1.0 if x[index] > 0 else alpha * np.exp(x[index]))
    return dx


ELU = Exercise(
    name="elu_backward",
    points=2,
    reference=elu_backward,
    parts=("dx",),
    cases=_cases,
    large=_large,
    forward=elu_forward,
    wrt={"dx": 0},
    upstream=True,
    mistakes=(
        *ON_ONE_SIDE,
        Mistake(
            "The slopes are on the wrong sides: the exponential belongs to x below 0, and 1 to x "
            "above 0.",
            rule(lambda dout, x, alpha: dout * np.where(x > 0, alpha * np.exp(x), 1.0)),
        ),
        Mistake(
            "You return the slopes alone. The gradient that arrives is missing: multiply by dout.",
            _sides(lambda dout, x, alpha: (1.0, alpha * np.exp(x))),
        ),
        Mistake(
            "You choose the side by the sign of dout. Which slope a unit has depends on its input "
            "x.",
            rule(lambda dout, x, alpha: dout * np.where(dout > 0, 1.0, alpha * np.exp(x))),
        ),
        Mistake(
            "You use the exponential on both sides. Where x is above 0 the output is x itself, "
            "and its slope is 1.",
            rule(lambda dout, x, alpha: dout * alpha * np.exp(x)),
            _no_mask,
        ),
        Mistake(
            "You multiply dout by the output of the forward pass. The chain rule multiplies it by "
            "the slope.",
            rule(lambda dout, x, alpha: dout * elu_forward(x, alpha)[0]),
        ),
        Mistake(
            "You return the output of the forward pass. What is asked for is how fast the loss "
            "changes with x.",
            rule(lambda dout, x, alpha: elu_forward(x, alpha)[0]),
        ),
        Mistake(
            "alpha is a number written in your code. Take it from the cache: the check calls your "
            "function with many.",
            _left_slope(lambda x, alpha: 1.5 * np.exp(x)),
            _other_alpha,
        ),
        Mistake(
            "You scale both sides by a number, such as SELU's lambda. ELU has none: its slope is 1 "
            "where x is above 0, and alpha times the exponential below.",
            rule(lambda dout, x, alpha: 1.0507009873554805 * elu_backward(dout, (x, alpha))),
            _scaled_on_both_sides,
        ),
        one_decision(elu_backward),
        summed(elu_backward),
        matrix_product(lambda x: np.exp(np.minimum(x, 0))),
        elsewhere(
            elu_backward,
            "Where x is above 0 your gradient is right, and where it is below 0 it is not. "
            "Differentiate alpha (exp(x) - 1), without leaving anything of the constant, and "
            "multiply by dout.",
            False,
        ),
        elsewhere(
            elu_backward,
            "Where x is below 0 your gradient is right, and where it is above 0 it is not. The "
            "output there is x: dout times its slope is asked for, and nothing else.",
            True,
        ),
        taken_whole(elu_backward, "x, alpha"),
    ),
    alternatives=(
        _by_loop,
        rule(lambda dout, x, alpha: dout * ((x > 0) + (x < 0) * alpha * np.exp(x))),
        rule(
            lambda dout, x, alpha: dout * np.where(x > 0, 1.0, elu_forward(x, alpha)[0] + alpha),
        ),
        _left_slope(lambda x, alpha: np.exp(x + np.log(alpha))),
    ),
    summary="gradient of the exponential linear unit",
)
