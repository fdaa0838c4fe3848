"""The logistic function, whose slope is best written with its output."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nbcourse.activations import sigmoid, sigmoid_backward, sigmoid_forward
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
    """A backward pass whose slope is worked out from the input x and the output s."""
    return rule(lambda dout, x: dout * slope(x, sigmoid(x)))


def _wrong(hint: str, slope: Callable[[Any, Any], Any]) -> Mistake:
    """Another slope, from the input x and the output s."""
    return wrong_slope(hint, lambda x: slope(x, sigmoid(x)))


def _slope_of_difference(dout: Any, cache: Any) -> Any:
    s = sigmoid(cache[0])
    return (dout - s) * s * (1 - s)


def _by_loop(dout: Any, cache: Any) -> Any:
    (x,) = cache
    dx = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        s = 1.0 / (1.0 + np.exp(-x[index]))
        dx[index] = dout[index] * s * (1.0 - s)
    return dx


SIGMOID = Exercise(
    name="sigmoid_backward",
    points=2,
    reference=sigmoid_backward,
    parts=("dx",),
    cases=_cases,
    # Far to the right a step moves the output by little more than its last digit.
    large=lambda rng: (rng.uniform(-16.0, 16.0, MANY),),
    forward=sigmoid_forward,
    wrt={"dx": 0},
    upstream=True,
    mistakes=(
        _wrong(
            "You put x into s (1 - s). That formula wants the output s: the cache holds the input "
            "x, so squash it first.",
            lambda x, s: x * (1 - x),
        ),
        _wrong(
            "You apply the sigmoid twice. s (1 - s) is already written in terms of the output "
            "s = sigmoid(x): put s into it, not sigmoid(s).",
            lambda x, s: sigmoid(s) * (1 - sigmoid(s)),
        ),
        Mistake(
            "You return the slope s (1 - s) alone. The gradient that arrives is missing: multiply "
            "by dout.",
            rule(lambda dout, x: sigmoid(x) * (1 - sigmoid(x))),
        ),
        _wrong(
            "Your slope is s. It lacks the factor that makes the curve flat where s is near 1.",
            lambda x, s: s,
        ),
        _wrong(
            "Your slope is 1 - s. It lacks the factor that makes the curve flat where s is near "
            "0. If you differentiated 1 / (1 + exp(-x)), the denominator is squared.",
            lambda x, s: 1 - s,
        ),
        _wrong(
            "Your slope 1 - s^2 belongs to tanh. That of the sigmoid is made of s and 1 - s.",
            lambda x, s: 1 - s**2,
        ),
        _wrong(
            "Your slope is s (1 + s), with the wrong sign inside. It must vanish where s is near "
            "1.",
            lambda x, s: s * (1 + s),
        ),
        _wrong(
            "Your slope is s^2. The derivative of 1 / c is -1 / c^2, and then c = 1 + exp(-x) has "
            "a derivative of its own: that factor is missing.",
            lambda x, s: s**2,
        ),
        _wrong(
            "Your slope has exp(x) where exp(-x) belongs: c = 1 + exp(-x) moves with x by "
            "-exp(-x).",
            lambda x, s: np.exp(x) * s**2,
        ),
        _wrong(
            "You multiply by x once too often. x itself enters only through the output s.",
            lambda x, s: x * s * (1 - s),
        ),
        Mistake(
            "Look at the parentheses round 1 - s. Without them dout * s * 1 - s multiplies first.",
            rule(lambda dout, x: dout * sigmoid(x) * 1 - sigmoid(x)),
        ),
        Mistake(
            "You squash dout. The slope is taken at x, which the cache holds; dout is only "
            "multiplied by it.",
            rule(lambda dout, x: sigmoid(dout) * (1 - sigmoid(dout))),
        ),
        Mistake(
            "You take the slope at dout. It is taken at x, which the cache holds.",
            rule(lambda dout, x: dout * sigmoid(dout) * (1 - sigmoid(dout))),
        ),
        Mistake(
            "You put dout into s (1 - s), as if it were the output. The output is sigmoid(x), and "
            "dout is the gradient that arrives at it.",
            rule(lambda dout, x: dout * (1 - dout)),
        ),
        _wrong(
            "You multiply dout by x and the output. The chain rule multiplies it by the slope "
            "s (1 - s), and x enters only through s.",
            lambda x, s: x * s,
        ),
        Mistake(
            "You add dout to the slope. The chain rule multiplies the two.",
            rule(lambda dout, x: dout + sigmoid(x) * (1 - sigmoid(x))),
        ),
        Mistake(
            "You return the output of the forward pass. What is asked for is how fast the loss "
            "changes with x: dout times the slope.",
            rule(lambda dout, x: sigmoid(x)),
        ),
        Mistake(
            "You hand dout on as it came, as if the slope were 1. It is at most 1/4.",
            rule(lambda dout, x: dout),
        ),
        _wrong(
            "Your slope is s (1 - x): one of its factors has the input where the output belongs.",
            lambda x, s: s * (1 - x),
        ),
        Mistake(
            "You take the output from dout. That is how a loss with a target begins; here dout is "
            "the gradient already, and is multiplied by the slope.",
            _slope_of_difference,
        ),
        _wrong(
            "Your slope has s once too often: s (1 - s) is the whole of it.",
            lambda x, s: s**2 * (1 - s),
        ),
        _wrong(
            "Your slope is (1 - s)^2. One of the two factors is s: sigmoid(-x) is 1 - s already.",
            lambda x, s: (1 - s) ** 2,
        ),
        _wrong(
            "Your slope is 1 / (s (1 - s)). The chain rule multiplies by the slope.",
            lambda x, s: 1 / (s * (1 - s)),
        ),
        _wrong(
            "Your slope has 1 - exp(-x) in the denominator, which is 0 at x = 0. The sigmoid is "
            "1 / (1 + exp(-x)).",
            lambda x, s: np.exp(-x) / (1 - np.exp(-x)) ** 2,
        ),
        _wrong(
            "Your slope is s (1 - 2s). That vanishes at x = 0, where the sigmoid is steepest: the "
            "second factor is 1 - s.",
            lambda x, s: s * (1 - 2 * s),
        ),
        _wrong(
            "Look at the parentheses: 1 / 1 + exp(-x) divides first. The whole denominator is "
            "1 + exp(-x).",
            lambda x, s: (1 + np.exp(-x)) * -np.exp(-x),
        ),
        _wrong(
            "Look at the parentheses: the square belongs to the whole of 1 + exp(-x), not to the "
            "exponential alone.",
            lambda x, s: np.exp(-x) / (1 + np.exp(-x) ** 2),
        ),
        summed(sigmoid_backward),
        matrix_product(lambda x: sigmoid(x) * sigmoid(-x)),
        taken_whole(sigmoid_backward, "(x,)"),
    ),
    alternatives=(
        _by_loop,
        _slope(lambda x, s: s - s**2),
        _slope(lambda x, s: 0.25 / np.cosh(x / 2) ** 2),
        _slope(lambda x, s: np.exp(-x) / (1 + np.exp(-x)) ** 2),
        lambda dout, cache: np.multiply(dout, np.exp(-np.logaddexp(0, cache[0])) * sigmoid(*cache)),
    ),
    summary="gradient of the logistic function",
)
