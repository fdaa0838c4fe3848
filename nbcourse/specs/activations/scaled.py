"""SELU: ELU with two constants, of which either is easily forgotten on one side."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise, Mistake
from nbcourse.exercise.comparison import same
from nbcourse.rectifiers import SELU_ALPHA, SELU_LAMBDA, selu_backward, selu_forward
from nbcourse.specs.activations.common import (
    MANY,
    either,
    elsewhere,
    half,
    kinked_cases,
    matrix_product,
    one_decision,
    summed,
    taken_whole,
)
from nbcourse.specs.graphs.common import rule

_PRODUCT = SELU_LAMBDA * SELU_ALPHA


def _cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    for x in kinked_cases(rng):
        yield (x,)


def _slopes(right: float, left: Callable[[Any], Any]) -> Callable[..., Any]:
    """A backward pass with the slope of the right side and that of the left."""
    return rule(lambda dout, x: dout * np.where(x > 0, right, left(x)))


def _left(hint: str, gradient: Callable[..., Any]) -> Mistake:
    return half(selu_backward, hint, False, gradient)


def _right(hint: str, gradient: Callable[..., Any]) -> Mistake:
    return half(selu_backward, hint, True, gradient)


def _wrong_left(hint: str, slope: Callable[[Any], Any]) -> Mistake:
    """Another slope of the negative side, with dout or without."""
    with_dout = _left(hint, lambda dout, x: dout * slope(x))
    without = _left(hint, lambda dout, x: np.asarray(slope(x)))
    return Mistake(hint, with_dout.function, either(with_dout, without))


def _rounded(args: tuple[Any, ...], dx: Any) -> bool:
    """Whether the result is right up to the digits that constants lose when they are rounded."""
    right = selu_backward(*args)
    return same(dx, right, rtol=2e-2, atol=1e-12) and not (
        np.ptp(dx / right) < 1e-9 and abs(dx.flat[0] / right.flat[0] - 1) > 1e-3
    )


def _by_loop(dout: Any, cache: Any) -> Any:
    (x,) = cache
    dx = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        slope = 1.0 if x[index] > 0 else SELU_ALPHA * np.exp(x[index])
        dx[index] = SELU_LAMBDA * slope * dout[index]
    return dx


SELU = Exercise(
    name="selu_backward",
    points=2,
    reference=selu_backward,
    parts=("dx",),
    cases=_cases,
    # Far to the left a step moves the output by little more than its last digit.
    large=lambda rng: (rng.uniform(8.0, 16.0, MANY) * rng.choice((-1.0, 1.0), MANY),),
    forward=selu_forward,
    wrt={"dx": 0},
    upstream=True,
    mistakes=(
        Mistake(
            "lambda is missing on both sides. It scales the whole output, so it scales the whole "
            "gradient.",
            _slopes(1.0, lambda x: SELU_ALPHA * np.exp(x)),
        ),
        _wrong_left(
            "lambda is missing where x is below 0. The output there is lambda alpha (exp(x) - 1).",
            lambda x: SELU_ALPHA * np.exp(x),
        ),
        _wrong_left(
            "alpha is missing where x is below 0. The output there is lambda alpha (exp(x) - 1).",
            lambda x: SELU_LAMBDA * np.exp(x),
        ),
        Mistake(
            "lambda and alpha have changed places: lambda, the smaller one, scales both sides; "
            "alpha belongs to the exponential.",
            _slopes(SELU_ALPHA, lambda x: _PRODUCT * np.exp(x)),
        ),
        _wrong_left(
            "Where x is below 0 you multiply by the output, lambda alpha (exp(x) - 1). Its slope "
            "is what is left when the constant is gone.",
            lambda x: _PRODUCT * (np.exp(x) - 1),
        ),
        _wrong_left(
            "Where x is below 0 the exponential is missing: your slope is the same everywhere on "
            "that side. The output bends.",
            lambda x: _PRODUCT,
        ),
        _wrong_left(
            "Where x is below 0 your slope is alpha alone, as in leaky ReLU. The output there is "
            "lambda alpha (exp(x) - 1), which bends.",
            lambda x: SELU_ALPHA,
        ),
        _wrong_left(
            "Where x is below 0 your gradient is 0, as in ReLU. What is the derivative of "
            "lambda alpha (exp(x) - 1)?",
            lambda x: 0.0,
        ),
        Mistake(
            "The slopes are on the wrong sides: the exponential belongs to x below 0.",
            rule(lambda dout, x: dout * np.where(x > 0, _PRODUCT * np.exp(x), SELU_LAMBDA)),
        ),
        Mistake(
            "alpha scales both sides in your gradient. Where x is above 0 the output is lambda x.",
            _slopes(_PRODUCT, lambda x: _PRODUCT * np.exp(x)),
        ),
        Mistake(
            "lambda stands twice, on both sides. It scales the output once.",
            _slopes(SELU_LAMBDA**2, lambda x: SELU_LAMBDA * _PRODUCT * np.exp(x)),
        ),
        _wrong_left(
            "lambda and alpha are both missing where x is below 0. The output there is "
            "lambda alpha (exp(x) - 1).",
            np.exp,
        ),
        Mistake(
            "Both constants are missing: these are the slopes of ELU with alpha = 1.",
            _slopes(1.0, np.exp),
        ),
        _wrong_left(
            "lambda stands twice where x is below 0.",
            lambda x: SELU_LAMBDA * _PRODUCT * np.exp(x),
        ),
        Mistake(
            "You return the slopes alone. The gradient that arrives is missing: multiply by dout.",
            rule(lambda dout, x: np.where(x > 0, SELU_LAMBDA, _PRODUCT * np.exp(x))),
        ),
        _wrong_left(
            "You add alpha to x. The short form is output + lambda alpha: the cache holds the "
            "input, so compute the output first.",
            lambda x: x + SELU_ALPHA,
        ),
        _wrong_left(
            "Your slope is output + alpha. With lambda in front of the whole it is "
            "output + lambda alpha.",
            lambda x: _PRODUCT * (np.exp(x) - 1) + SELU_ALPHA,
        ),
        _wrong_left(
            "Your exponential has the wrong sign inside: exp(-x) grows to the left, where SELU "
            "levels off.",
            lambda x: _PRODUCT * np.exp(-x),
        ),
        _wrong_left(
            "Your slope where x is below 0 has the wrong sign. SELU rises everywhere.",
            lambda x: -_PRODUCT * np.exp(x),
        ),
        Mistake(
            "You use the exponential on both sides. Where x is above 0 the output is lambda x, "
            "and its slope is lambda.",
            rule(lambda dout, x: dout * _PRODUCT * np.exp(x)),
        ),
        Mistake(
            "You choose the side by the sign of dout. Which slope a unit has depends on its input "
            "x.",
            rule(lambda dout, x: dout * np.where(dout > 0, SELU_LAMBDA, _PRODUCT * np.exp(x))),
        ),
        Mistake(
            "You multiply dout by the output of the forward pass. The chain rule multiplies it by "
            "the slope.",
            rule(lambda dout, x: dout * selu_forward(x)[0]),
        ),
        _left(
            "dout is missing where x is below 0. Both sides are multiplied by it.",
            lambda dout, x: _PRODUCT * np.exp(x),
        ),
        _wrong_left(
            "Where x is below 0 you add lambda to the slope. There is one slope on each side.",
            lambda x: SELU_LAMBDA + SELU_ALPHA * np.exp(x),
        ),
        _wrong_left(
            "Where x is below 0 you multiply by x. The derivative of exp(x) is exp(x).",
            lambda x: _PRODUCT * x * np.exp(x),
        ),
        _right(
            "dout is missing where x is above 0. Both sides are multiplied by it.",
            lambda dout, x: SELU_LAMBDA,
        ),
        _right(
            "lambda is missing where x is above 0. The output there is lambda x.",
            lambda dout, x: dout,
        ),
        _right(
            "Where x is above 0 you return 1 alone. The slope there is lambda, times dout.",
            lambda dout, x: 1.0,
        ),
        _right(
            "lambda stands twice where x is above 0. The output there is lambda x.",
            lambda dout, x: SELU_LAMBDA**2 * dout,
        ),
        _right(
            "On the positive side you multiply by x. The slope of lambda x is lambda.",
            lambda dout, x: SELU_LAMBDA * x * dout,
        ),
        Mistake(
            "Your constants are not exact. Write all the digits that the text gives: lambda = "
            "1.0507009873554805, alpha = 1.6732632423543772.",
            _slopes(1.0507, lambda x: 1.0507 * 1.6733 * np.exp(x)),
            _rounded,
        ),
        one_decision(selu_backward),
        summed(selu_backward),
        matrix_product(lambda x: np.exp(np.minimum(x, 0))),
        elsewhere(
            selu_backward,
            "Where x is above 0 your gradient is right, and where it is below 0 it is not. "
            "Differentiate lambda alpha (exp(x) - 1), without leaving anything of the constant, "
            "and multiply by dout.",
            False,
        ),
        elsewhere(
            selu_backward,
            "Where x is below 0 your gradient is right, and where it is above 0 it is not. The "
            "output there is lambda x: dout times its slope is asked for, and nothing else.",
            True,
        ),
        taken_whole(selu_backward, "(x,)"),
    ),
    alternatives=(
        _by_loop,
        rule(lambda dout, x: dout * (SELU_LAMBDA * (x > 0) + _PRODUCT * np.exp(x) * (x < 0))),
        _slopes(SELU_LAMBDA, lambda x: np.exp(x + np.log(_PRODUCT))),
        rule(
            lambda dout, x: dout * np.where(x > 0, SELU_LAMBDA, selu_forward(x)[0] + _PRODUCT),
        ),
    ),
    summary="gradient of the scaled exponential linear unit",
)
