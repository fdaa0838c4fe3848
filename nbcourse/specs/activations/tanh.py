"""The hyperbolic tangent."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nbcourse.activations import sigmoid, tanh_backward, tanh_forward
from nbcourse.exercise import Exercise, Mistake
from nbcourse.specs.activations.common import (
    MANY,
    matrix_product,
    smooth_cases,
    summed,
    taken_whole,
    wrong_slope,
)
from nbcourse.specs.graphs.common import rule


def _cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    for x in smooth_cases(rng):
        yield (x,)


def _slope(slope: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """A backward pass whose slope is worked out from the input x and the output t."""
    return rule(lambda dout, x: dout * slope(x, np.tanh(x)))


def _wrong(hint: str, slope: Callable[[Any, Any], Any]) -> Mistake:
    """Another slope, from the input x and the output t."""
    return wrong_slope(hint, lambda x: slope(x, np.tanh(x)))


def _by_exponentials(dout: Any, cache: Any) -> Any:
    (x,) = cache
    up, down = np.exp(x), np.exp(-x)
    return dout * (1 - ((up - down) / (up + down)) ** 2)


TANH = Exercise(
    name="tanh_backward",
    points=1,
    reference=tanh_backward,
    parts=("dx",),
    cases=_cases,
    large=lambda rng: (rng.normal(0.4, 2.0, MANY),),
    forward=tanh_forward,
    wrt={"dx": 0},
    upstream=True,
    mistakes=(
        _wrong(
            "You put x into 1 - t^2. That formula wants the output t: the cache holds the input "
            "x, so take its tanh first.",
            lambda x, t: 1 - x**2,
        ),
        _wrong(
            "You apply tanh twice. 1 - t^2 is already written in terms of the output t = tanh(x): "
            "put t into it, not tanh(t).",
            lambda x, t: 1 - np.tanh(t) ** 2,
        ),
        _wrong(
            "Your slope t (1 - t) has the form of the sigmoid's. tanh runs from -1 to 1, and its "
            "slope is the same on both sides of 0.",
            lambda x, t: t * (1 - t),
        ),
        _wrong(
            "This is the sigmoid's gradient. tanh is twice as high and twice as fast.",
            lambda x, t: sigmoid(x) * (1 - sigmoid(x)),
        ),
        Mistake(
            "You return the slope 1 - t^2 alone. The gradient that arrives is missing: multiply "
            "by dout.",
            rule(lambda dout, x: 1 - np.tanh(x) ** 2),
        ),
        _wrong(
            "Your slope is 1 - t: the square is missing. At x far below 0 it should vanish.",
            lambda x, t: 1 - t,
        ),
        _wrong(
            "Your slope is (1 - t)^2: the square belongs to t alone.",
            lambda x, t: (1 - t) ** 2,
        ),
        _wrong(
            "Your slope is 1 + t^2, with the wrong sign inside. It must vanish where t is near 1 "
            "or -1.",
            lambda x, t: 1 + t**2,
        ),
        _wrong(
            "Your slope is t^2. It is largest where the curve is flat; the right one is what is "
            "left of 1.",
            lambda x, t: t**2,
        ),
        _wrong(
            "You square x before the tanh. What is squared is the output, tanh(x).",
            lambda x, t: 1 - np.tanh(x**2),
        ),
        _wrong(
            "Your slope is 1 / cosh(x), the root of 1 - t^2: the square is missing.",
            lambda x, t: 1 / np.cosh(x),
        ),
        _wrong(
            "Your slope is 4 s (1 - s) with s = sigmoid(x). tanh(x) is 2 sigmoid(2x) - 1: the "
            "sigmoid is taken at 2x.",
            lambda x, t: 4 * sigmoid(x) * (1 - sigmoid(x)),
        ),
        Mistake(
            "Look at the parentheses round 1 - t^2. Without them dout * 1 - t^2 multiplies first.",
            rule(lambda dout, x: dout * 1 - np.tanh(x) ** 2),
        ),
        Mistake(
            "You put dout into 1 - t^2, as if it were the output. The output is tanh(x), and dout "
            "is the gradient that arrives at it.",
            rule(lambda dout, x: 1 - dout**2),
        ),
        Mistake(
            "You put dout into the slope, as if it were the output. The output is tanh(x); dout "
            "is only multiplied by the slope.",
            rule(lambda dout, x: dout * (1 - dout**2)),
        ),
        Mistake(
            "You take the slope at dout. It is taken at x, which the cache holds.",
            rule(lambda dout, x: dout * (1 - np.tanh(dout) ** 2)),
        ),
        Mistake(
            "You take the tanh of dout. The slope is taken at x, which the cache holds; dout is "
            "only multiplied by it.",
            rule(lambda dout, x: 1 - np.tanh(dout) ** 2),
        ),
        _wrong(
            "You multiply dout by the output of the forward pass. The chain rule multiplies it by "
            "the slope.",
            lambda x, t: t,
        ),
        _wrong(
            "You multiply the slope by the output once more. 1 - t^2 is the whole slope.",
            lambda x, t: t * (1 - t**2),
        ),
        Mistake(
            "You return the output of the forward pass. What is asked for is how fast the loss "
            "changes with x: dout times the slope.",
            rule(lambda dout, x: np.tanh(x)),
        ),
        Mistake(
            "You add dout to the slope. The chain rule multiplies the two.",
            rule(lambda dout, x: dout + 1 - np.tanh(x) ** 2),
        ),
        Mistake(
            "You hand dout on as it came, as if the slope were 1. That holds at x = 0 alone.",
            rule(lambda dout, x: dout),
        ),
        _wrong(
            "Your slope is 1 - |t|. What is taken from 1 is the square of t.",
            lambda x, t: 1 - np.abs(t),
        ),
        _wrong(
            "Your slope is 1 - 2t. What is taken from 1 is the square of t.",
            lambda x, t: 1 - 2 * t,
        ),
        _wrong(
            "Your slope is cosh(x)^2, which grows far out. tanh is flat there: divide by it.",
            lambda x, t: np.cosh(x) ** 2,
        ),
        _wrong(
            "Your slope is 1 / sinh(x)^2. It is 1 / cosh(x)^2, which is the same as 1 - t^2.",
            lambda x, t: 1 / np.sinh(x) ** 2,
        ),
        _wrong(
            "Your slope is 1 - t^3, a wrong power. What is taken from 1 is the square of t.",
            lambda x, t: 1 - t**3,
        ),
        summed(tanh_backward),
        matrix_product(lambda x: 1 - np.tanh(x) ** 2),
        taken_whole(tanh_backward, "(x,)"),
    ),
    alternatives=(
        _by_exponentials,
        _slope(lambda x, t: (1 - t) * (1 + t)),
        _slope(lambda x, t: 1 / np.cosh(x) ** 2),
        _slope(lambda x, t: 4 * sigmoid(2 * x) * (1 - sigmoid(2 * x))),
    ),
    summary="gradient of the hyperbolic tangent",
)
