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
            "You halve the variance in each layer, as ReLU does. These layers are linear.",
            _predict(lambda sigma, n, k, std: std * (sigma * sqrt(n / 2)) ** k),
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
