"""What students let go back on one side of ELU's kink, whatever they do on the other."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nbcourse.exercise import Mistake
from nbcourse.rectifiers import elu_backward
from nbcourse.specs.activations.common import either, half


def _left(hint: str, gradient: Callable[..., Any]) -> Mistake:
    return half(elu_backward, hint, False, gradient)


def _right(hint: str, gradient: Callable[..., Any]) -> Mistake:
    return half(elu_backward, hint, True, gradient)


def _wrong_left(hint: str, slope: Callable[..., Any]) -> Mistake:
    """Another slope of the negative side, with dout or without."""
    with_dout = _left(hint, lambda dout, x, alpha: dout * slope(x, alpha))
    without = _left(hint, lambda dout, x, alpha: slope(x, alpha))
    return Mistake(hint, with_dout.function, either(with_dout, without))


ON_ONE_SIDE = (
    _wrong_left(
        "Your slope of the negative side is exp(x): alpha is missing. It stands in front of "
        "the exponential in the output, and stays there.",
        lambda x, alpha: np.exp(x),
    ),
    _wrong_left(
        "On the negative side you multiply by the output, alpha (exp(x) - 1). Its slope is "
        "what is left when the constant is gone.",
        lambda x, alpha: alpha * (np.exp(x) - 1),
    ),
    _wrong_left(
        "Your slope of the negative side is alpha, as in leaky ReLU. Here the output bends: "
        "its slope changes with x.",
        lambda x, alpha: alpha,
    ),
    _wrong_left(
        "Where x is below 0 your gradient is 0, as in ReLU. What is the derivative of "
        "alpha (exp(x) - 1)?",
        lambda x, alpha: 0.0,
    ),
    _wrong_left(
        "You add alpha to x. The short form is output + alpha: the cache holds the input, so "
        "compute the output first.",
        lambda x, alpha: x + alpha,
    ),
    _wrong_left(
        "Your slope of the negative side is 1 + output. With alpha in front of the "
        "exponential it is alpha + output.",
        lambda x, alpha: alpha * (np.exp(x) - 1) + 1,
    ),
    _wrong_left(
        "You add alpha to exp(x) - 1. The short form is output + alpha, and the output is "
        "alpha (exp(x) - 1).",
        lambda x, alpha: np.exp(x) - 1 + alpha,
    ),
    _wrong_left(
        "Your slope of the negative side is exp(x) - 1. The constant goes away when you "
        "differentiate, and alpha stays in front.",
        lambda x, alpha: np.exp(x) - 1,
    ),
    _wrong_left(
        "Your exponential has the wrong sign inside: exp(-x) grows to the left, where ELU "
        "levels off.",
        lambda x, alpha: alpha * np.exp(-x),
    ),
    _wrong_left(
        "You put alpha inside the exponential. It stands in front: alpha (exp(x) - 1).",
        lambda x, alpha: np.exp(alpha * x),
    ),
    _wrong_left(
        "You put alpha inside the exponential as well. It stands in front only.",
        lambda x, alpha: alpha * np.exp(alpha * x),
    ),
    _wrong_left(
        "You multiply by x as well. The derivative of exp(x) is exp(x), without a factor x.",
        lambda x, alpha: alpha * x * np.exp(x),
    ),
    _wrong_left(
        "Your slope of the negative side has the wrong sign. ELU rises everywhere.",
        lambda x, alpha: -alpha * np.exp(x),
    ),
    _wrong_left(
        "You add alpha to the exponential. It stands in front of it: alpha exp(x).",
        lambda x, alpha: np.exp(x) + alpha,
    ),
    _left(
        "On the negative side dout is missing. Both sides are multiplied by it.",
        lambda dout, x, alpha: alpha * np.exp(x),
    ),
    _left(
        "On the negative side you add dout to the slope. The chain rule multiplies the two.",
        lambda dout, x, alpha: dout + alpha * np.exp(x),
    ),
    _left(
        "You take the exponential of dout. It is that of the input x.",
        lambda dout, x, alpha: dout * alpha * np.exp(dout),
    ),
    _left(
        "On the negative side you return dout times the exponential, divided by alpha. alpha "
        "stands in front of the exponential: multiply.",
        lambda dout, x, alpha: dout * np.exp(x) / alpha,
    ),
    _wrong_left(
        "Where x is below 0 alpha stands twice. It stands in front of the exponential once.",
        lambda x, alpha: alpha**2 * np.exp(x),
    ),
    _wrong_left(
        "Your slope of the negative side is alpha (1 - exp(x)). The constant goes away when "
        "you differentiate, and the exponential stays.",
        lambda x, alpha: alpha * (1 - np.exp(x)),
    ),
    _wrong_left(
        "Where x is below 0 your slope is 1. The output bends there.",
        lambda x, alpha: 1.0,
    ),
    _right(
        "On the positive side you return 1 alone. Both sides are multiplied by dout.",
        lambda dout, x, alpha: 1.0,
    ),
    _right(
        "On the positive side you multiply by x. The slope of x is 1.",
        lambda dout, x, alpha: dout * x,
    ),
    _right(
        "On the positive side you return x. What goes back there is dout: the slope is 1.",
        lambda dout, x, alpha: x,
    ),
    _right(
        "Where x is above 0 your gradient is 0. The output there is x: what is its slope?",
        lambda dout, x, alpha: 0.0,
    ),
    _right(
        "Where x is above 0 you multiply by alpha. The output there is x itself.",
        lambda dout, x, alpha: alpha * dout,
    ),
)
