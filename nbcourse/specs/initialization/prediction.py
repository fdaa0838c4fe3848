"""``predict_layer_std``: what to expect behind every layer, before anything is computed."""

from collections.abc import Callable, Iterator
from math import sqrt
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise, Mistake
from nbcourse.initializers import predict_layer_std


def _cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    for depth in (int(rng.integers(2, 5)), int(rng.integers(6, 10)), 1):
        fan_in = int(rng.integers(60, 600))
        factor = float(rng.choice([rng.uniform(0.3, 0.8), rng.uniform(1.3, 2.0)]))
        yield factor / sqrt(fan_in), fan_in, depth, float(rng.uniform(1.5, 4.0))


def _predict(rule: Callable[[float, int, Any, float], Any]) -> Callable[..., Any]:
    """``predict_layer_std`` by a rule in which k stands for the number of the layer."""
    return lambda sigma, fan_in, depth, input_std: rule(
        sigma, fan_in, np.arange(1, depth + 1), input_std
    )


def _right_start(args: tuple[Any, ...], stds: Any) -> bool:
    return np.shape(stds) == (args[2],) and bool(np.isclose(stds[0], predict_layer_std(*args)[0]))


def _right_factor(args: tuple[Any, ...], stds: Any) -> bool:
    """Whether the right numbers are all multiplied by one."""
    ratios = np.asarray(stds) / predict_layer_std(*args)
    return ratios.shape == (args[2],) and np.allclose(ratios, ratios[0])


def _wrong_factor(args: tuple[Any, ...], stds: Any) -> bool:
    """Whether the numbers are those of another factor in the place of sigma * sqrt(fan_in)."""
    depth, std = args[2:]
    powers = std * (stds[0] / std) ** np.arange(1, depth + 1)
    return np.shape(stds) == (depth,) and np.allclose(stds, powers)


def _loop(sigma: float, fan_in: int, depth: int, input_std: float) -> list[float]:
    variances = [input_std**2]
    for _ in range(depth):
        variances.append(variances[-1] * fan_in * sigma**2)
    return [sqrt(variance) for variance in variances[1:]]


PREDICT_LAYER_STD = Exercise(
    name="predict_layer_std",
    points=2,
    reference=predict_layer_std,
    parts=("stds",),
    cases=_cases,
    mistakes=(
        Mistake(
            "You multiply by sigma * fan_in in each layer. Variances add up, not standard "
            "deviations: the factor is sigma * sqrt(fan_in).",
            _predict(lambda sigma, n, k, std: std * (sigma * n) ** k),
        ),
        Mistake(
            "You multiply by sigma^2 * fan_in in each layer, which is the factor of the variance. "
            "That of the standard deviation is its root.",
            _predict(lambda sigma, n, k, std: std * (sigma**2 * n) ** k),
        ),
        Mistake(
            "You return variances. The standard deviation is the square root of the variance.",
            _predict(lambda sigma, n, k, std: (std * (sigma * sqrt(n)) ** k) ** 2),
        ),
        Mistake(
            "You begin with the input's standard deviation where its variance is meant: square it, "
            "or work with standard deviations all the way.",
            _predict(lambda sigma, n, k, std: np.sqrt(std * (sigma**2 * n) ** k)),
        ),
        Mistake(
            "You multiply by sigma in each layer. Every output is a sum of fan_in terms: the "
            "factor is sigma * sqrt(fan_in).",
            _predict(lambda sigma, n, k, std: std * sigma**k),
        ),
        Mistake(
            "The root goes over fan_in alone: the factor is sigma * sqrt(fan_in).",
            _predict(lambda sigma, n, k, std: std * np.sqrt(sigma * n) ** k),
        ),
        Mistake(
            "You add something in each layer. Each layer multiplies by sigma * sqrt(fan_in).",
            _predict(lambda sigma, n, k, std: std + k * sigma * sqrt(n)),
        ),
        Mistake(
            "Your numbers come in the wrong order: the first stands behind layer 1.",
            _predict(lambda sigma, n, k, std: std * (sigma * sqrt(n)) ** k[::-1]),
        ),
        Mistake(
            "You divide by sqrt(fan_in). A sum of more terms spreads wider: multiply.",
            _predict(lambda sigma, n, k, std: std * (sigma / sqrt(n)) ** k),
        ),
        Mistake(
            "Your first entry is the input's standard deviation. It is to be the one behind "
            "layer 1.",
            _predict(lambda sigma, n, k, std: std * (sigma * sqrt(n)) ** (k - 1)),
        ),
        Mistake(
            "Your result has an entry for the input, too. There is one for each layer, and the "
            "first stands behind layer 1.",
            lambda sigma, fan_in, depth, input_std: np.r_[
                input_std, predict_layer_std(sigma, fan_in, depth, input_std)
            ],
        ),
        Mistake(
            "You return the last layer's number alone: one is asked for each layer.",
            lambda sigma, fan_in, depth, input_std: predict_layer_std(
                sigma, fan_in, depth, input_std
            )[-1],
        ),
        Mistake(
            "Your result does not depend on input_std: all numbers are multiples of it.",
            _predict(lambda sigma, n, k, std: (sigma * sqrt(n)) ** k),
        ),
        Mistake(
            "input_std enters once, at the first layer. You raise it to the power of the layer, "
            "too.",
            _predict(lambda sigma, n, k, std: (std * sigma * sqrt(n)) ** k),
        ),
        Mistake(
            "Every layer multiplies what the layer before left: powers of the factor, in place of "
            "multiples of it.",
            _predict(lambda sigma, n, k, std: std * k * sigma * sqrt(n)),
        ),
        Mistake(
            "Your number is the same for all layers. Each layer multiplies by the factor again.",
            _predict(lambda sigma, n, k, std: std * sigma * sqrt(n) + 0 * k),
        ),
        Mistake(
            "Only sqrt(fan_in) is raised to the power in your code. Every layer multiplies by "
            "sigma as well: put parentheses round sigma * sqrt(fan_in).",
            _predict(lambda sigma, n, k, std: std * sigma * sqrt(n) ** k),
        ),
        Mistake(
            "Only sigma is raised to the power in your code. Every layer multiplies by "
            "sqrt(fan_in) as well: put parentheses round sigma * sqrt(fan_in).",
            _predict(lambda sigma, n, k, std: std * sigma**k * sqrt(n)),
        ),
        Mistake(
            "You add input_std. The input's standard deviation is multiplied by the factor of "
            "every layer.",
            _predict(lambda sigma, n, k, std: std + (sigma * sqrt(n)) ** k),
        ),
        Mistake(
            "Your numbers come one layer too late: the first is the one behind layer 2. Begin "
            "behind layer 1.",
            _predict(lambda sigma, n, k, std: std * (sigma * sqrt(n)) ** (k + 1)),
        ),
        Mistake(
            "You use the square of input_std, which is the variance of the input. Standard "
            "deviations are asked for: begin with input_std.",
            _predict(lambda sigma, n, k, std: std**2 * (sigma * sqrt(n)) ** k),
        ),
        Mistake(
            "Your factor counts 2 fan_in terms. Every output is a sum of fan_in terms: the factor "
            "is sigma * sqrt(fan_in).",
            _predict(lambda sigma, n, k, std: std * (sigma * sqrt(2 * n)) ** k),
        ),
        Mistake(
            "You halve the variance in each layer, as ReLU does. These layers are linear.",
            _predict(lambda sigma, n, k, std: std * (sigma * sqrt(n / 2)) ** k),
        ),
        Mistake(
            "You fill all places with the last layer's number. Each layer has a number of its own: "
            "the power is that of its place.",
            _predict(lambda sigma, n, k, std: std * (sigma * sqrt(n)) ** k[-1] + 0.0 * k),
        ),
        Mistake(
            "You add up the numbers of all layers so far. Each entry is that of one layer alone.",
            _predict(lambda sigma, n, k, std: np.cumsum(std * (sigma * sqrt(n)) ** k)),
        ),
        Mistake(
            "Your numbers are cut off at 1, as if there were a tanh. These layers are linear.",
            _predict(lambda sigma, n, k, std: np.minimum(std * (sigma * sqrt(n)) ** k, 1.0)),
        ),
        Mistake(
            "Your numbers change by the right factor from layer to layer, and the first one is "
            "wrong: behind layer 1 it is input_std times the factor.",
            _predict(lambda sigma, n, k, std: 0.7 * (sigma * sqrt(n)) ** k),
            _right_factor,
        ),
        Mistake(
            "Your numbers are powers of a factor, as they should be, and the factor is wrong. A "
            "sum of fan_in terms of standard deviation sigma spreads by sigma * sqrt(fan_in).",
            _predict(lambda sigma, n, k, std: std * (0.7 * sigma * sqrt(n)) ** k),
            _wrong_factor,
        ),
        Mistake(
            "The number behind layer 1 is right, and those behind the others are not. Each layer "
            "multiplies what the one before left by the same factor again.",
            _predict(lambda sigma, n, k, std: std * sigma * sqrt(n) / k**2),
            _right_start,
        ),
    ),
    alternatives=(
        _loop,
        lambda sigma, fan_in, depth, input_std: (
            input_std * np.cumprod(np.full(depth, sigma * fan_in**0.5))
        ),
    ),
    summary="standard deviation to expect behind every linear layer",
)
