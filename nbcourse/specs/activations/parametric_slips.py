"""What students get wrong in one of the two gradients of PReLU, the other being what it may."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nbcourse.exercise import Mistake
from nbcourse.exercise.comparison import same
from nbcourse.rectifiers import prelu_backward
from nbcourse.specs.activations.common import named_by_itself


def _alpha(gradient: Callable[..., Any]) -> Callable[..., Any]:
    """The right dx, and another gradient of alpha."""

    def backward(dout: Any, cache: Any) -> Any:
        return prelu_backward(dout, cache)[0], gradient(dout, *cache)

    return backward


def _input(gradient: Callable[..., Any]) -> Callable[..., Any]:
    """Another dx, and the right gradient of alpha."""

    def backward(dout: Any, cache: Any) -> Any:
        return gradient(dout, *cache), prelu_backward(dout, cache)[1]

    return backward


def _usual_slope(args: tuple[Any, ...], result: Any) -> bool:
    """Whether the negative side of dx has one of the usual numbers for a slope."""
    dout, (x, _) = args
    left = x < 0
    return any(same(result[0][left], slope * dout[left]) for slope in (0.01, 0.1, 0.2, 0.25))


def _one_slope(args: tuple[Any, ...], result: Any) -> bool:
    """Whether the negative side of dx has one number for a slope, made of all of alpha."""
    dout, (x, alpha) = args
    left = x < 0
    return same(result[1], prelu_backward(*args)[1]) and any(
        same(result[0][left], slope * dout[left])
        for slope in (alpha[0], alpha[-1], alpha.mean(), alpha.sum(), alpha.max())
    )


IN_ONE_PART = (
    Mistake(
        "Your dalpha is not summed over the batch: it has one row for each example. The same "
        "slope served all N of them, so their gradients add up: sum over axis 0.",
        _alpha(lambda dout, x, alpha: dout * np.minimum(x, 0)),
    ),
    Mistake(
        "Your dalpha is summed over everything. Each feature has a slope of its own: sum over "
        "the batch alone, axis 0.",
        _alpha(lambda dout, x, alpha: np.sum(dout * np.minimum(x, 0))),
    ),
    Mistake(
        "Your dalpha is summed over the features. The examples share a slope, the features do "
        "not: sum over axis 0.",
        _alpha(lambda dout, x, alpha: np.sum(dout * np.minimum(x, 0), axis=1)),
    ),
    Mistake(
        "Your dalpha counts entries with x above 0. There the output is x, and alpha has no "
        "part in it.",
        _alpha(lambda dout, x, alpha: np.sum(dout * x, axis=0)),
    ),
    Mistake(
        "Your dalpha collects from the wrong side. alpha acts where x is below 0, and nowhere "
        "else.",
        _alpha(lambda dout, x, alpha: np.sum(dout * np.maximum(x, 0), axis=0)),
    ),
    Mistake(
        "dout is missing in your dalpha. Each example's share is dout times the derivative of "
        "alpha x with respect to alpha.",
        _alpha(lambda dout, x, alpha: np.sum(np.minimum(x, 0), axis=0)),
    ),
    Mistake(
        "x is missing in your dalpha. Where x is below 0 the output is alpha x: how fast does "
        "it move with alpha?",
        _alpha(lambda dout, x, alpha: np.sum(dout * (x < 0), axis=0)),
    ),
    Mistake(
        "Your dalpha has a factor alpha in it. The output alpha x moves with alpha by x.",
        _alpha(lambda dout, x, alpha: np.sum(dout * alpha * np.minimum(x, 0), axis=0)),
    ),
    Mistake(
        "Your dalpha uses alpha where x belongs. The output alpha x moves with alpha by x.",
        _alpha(lambda dout, x, alpha: np.sum(dout * alpha * (x < 0), axis=0)),
    ),
    Mistake(
        "Your dalpha is a mean over the batch. The loss holds the 1/N already, and with it "
        "dout: sum.",
        _alpha(lambda dout, x, alpha: np.mean(dout * np.minimum(x, 0), axis=0)),
    ),
    Mistake(
        "Your dalpha is a mean over everything. Each feature has a slope of its own, and the "
        "examples' gradients add up: a sum over axis 0.",
        _alpha(lambda dout, x, alpha: np.mean(dout * np.minimum(x, 0))),
    ),
    Mistake(
        "Your dalpha is divided by the number of entries. The loss holds the 1/N already, and "
        "with it dout: sum over axis 0.",
        _alpha(lambda dout, x, alpha: np.sum(dout * np.minimum(x, 0), axis=0) / x.size),
    ),
    Mistake(
        "Your dalpha is summed over the features, and keeps that axis. The examples share a "
        "slope, the features do not: sum over axis 0.",
        _alpha(lambda dout, x, alpha: np.sum(dout * np.minimum(x, 0), axis=1, keepdims=True)),
    ),
    Mistake(
        "In your dalpha dout and x are summed by themselves. Multiply entry by entry, then sum.",
        _alpha(lambda dout, x, alpha: np.sum(dout, axis=0) * np.minimum(x, 0).sum(axis=0)),
    ),
    Mistake(
        "Your dalpha counts entries with x above 0 as 1. There alpha has no part in the "
        "output: they add 0.",
        _alpha(lambda dout, x, alpha: np.sum(dout * np.where(x > 0, 1.0, x), axis=0)),
    ),
    Mistake(
        "Your dalpha is dout times the output. Where x is above 0 alpha has no part in it, and "
        "below 0 the output alpha x moves with alpha by x.",
        _alpha(lambda dout, x, alpha: np.sum(dout * np.where(x > 0, x, alpha * x), axis=0)),
    ),
    Mistake(
        "Your dalpha is summed for positive and negative dout apart, or chosen by its sign. "
        "What chooses is the sign of x.",
        _alpha(lambda dout, x, alpha: np.sum(np.minimum(dout, 0) * x, axis=0)),
    ),
    Mistake(
        "In your dalpha the last example replaces the ones before it. Their gradients add up.",
        _alpha(lambda dout, x, alpha: (dout * np.minimum(x, 0))[-1]),
    ),
    Mistake(
        "Where x is below 0 your dx is 0, as in ReLU. The slope there is alpha.",
        _input(lambda dout, x, alpha: dout * (x > 0)),
    ),
    Mistake(
        "The slopes in your dx are on the wrong sides: alpha belongs to x below 0.",
        _input(lambda dout, x, alpha: np.where(x > 0, alpha * dout, dout)),
    ),
    Mistake(
        "In your dx dout is missing where x is below 0.",
        _input(lambda dout, x, alpha: np.where(x > 0, dout, alpha)),
    ),
    Mistake(
        "Where x is below 0 your dx is the output, alpha x. What goes back there is dout times "
        "the slope, alpha.",
        _input(lambda dout, x, alpha: np.where(x > 0, dout, alpha * x)),
    ),
    Mistake(
        "Your dx is dout times the output. The chain rule multiplies dout by the slope, 1 or "
        "alpha.",
        _input(lambda dout, x, alpha: dout * np.where(x > 0, x, alpha * x)),
    ),
    Mistake(
        "Your dx is the output of the forward pass. What is asked for is how fast the loss "
        "changes with x.",
        _input(lambda dout, x, alpha: np.where(x > 0, x, alpha * x)),
    ),
    Mistake(
        "In your dx every entry gets alpha. Where x is above 0 the output is x itself.",
        _input(lambda dout, x, alpha: alpha * dout),
    ),
    Mistake(
        "Your dx is dout as it came. Where x is below 0 only the share alpha of it goes through.",
        _input(lambda dout, x, alpha: dout),
    ),
    Mistake(
        "The slope of the negative side is a number written in your code. Take alpha from the "
        "cache: each feature has its own, and it changes as it is learned.",
        _input(lambda dout, x, alpha: np.where(x > 0, dout, 0.25 * dout)),
        _usual_slope,
    ),
    Mistake(
        "Your dx holds the slopes alone. The gradient that arrives is missing: multiply by dout.",
        _input(lambda dout, x, alpha: np.where(x > 0, 1.0, alpha)),
    ),
    Mistake(
        "Where x is below 0 your dx is multiplied by x. alpha x is the output there; its "
        "slope is alpha.",
        _input(lambda dout, x, alpha: np.where(x > 0, dout, dout * alpha * x)),
    ),
    Mistake(
        "In your dx all features share one slope. Each has its own: alpha[d] belongs to "
        "column d, which NumPy does by itself.",
        _input(lambda dout, x, alpha: np.where(x > 0, dout, alpha[0] * dout)),
        _one_slope,
    ),
    Mistake(
        "You choose the side by the sign of dout. Which slope a unit has depends on its input x.",
        _input(lambda dout, x, alpha: np.where(dout > 0, dout, alpha * dout)),
    ),
    Mistake(
        "Your dalpha has a row and a column for each feature: that is a matrix product. "
        "Multiply dout and x entry by entry where x is below 0, then sum over axis 0.",
        _alpha(lambda dout, x, alpha: dout.T @ np.minimum(x, 0)),
    ),
    Mistake(
        "You return alpha itself. Its gradient is asked for: how fast the loss moves with it.",
        _alpha(lambda dout, x, alpha: alpha),
    ),
    Mistake(
        "Your dalpha leaves out entries by the sign of dout as well. What decides is the sign "
        "of x alone.",
        _alpha(lambda dout, x, alpha: np.sum(np.minimum(dout, 0) * np.minimum(x, 0), axis=0)),
    ),
    Mistake(
        "Your dalpha is a single number. Each feature has a slope of its own, and so a "
        "gradient of its own: sum over the batch alone, axis 0.",
        _alpha(lambda dout, x, alpha: np.sum(dout * x)),
        lambda args, result: np.ndim(result[1]) == 0 and same(result[0], prelu_backward(*args)[0]),
    ),
    Mistake(
        "Your dx is right and your dalpha is not. Each example adds dout times x to it where x is "
        "below 0, and nothing where x is above 0; no other factor, no division.",
        _alpha(lambda dout, x, alpha: np.sum(np.abs(dout) * np.minimum(x, 0), axis=0)),
        lambda args, result: (
            same(result[0], prelu_backward(*args)[0])
            and np.shape(result[1]) == args[1][1].shape
            and not named_by_itself(prelu_backward, 1, args, result[1])
        ),
    ),
    Mistake(
        "Your dalpha is right and your dx is not. It is dout where x is above 0, and alpha times "
        "dout where it is below.",
        _input(lambda dout, x, alpha: np.where(x > 0, dout, alpha * dout + 0.1 * x)),
        lambda args, result: (
            same(result[1], prelu_backward(*args)[1])
            and np.shape(result[0]) == args[0].shape
            and not named_by_itself(prelu_backward, 0, args, result[0])
        ),
    ),
)
