"""``layer_statistics``: what is measured behind every layer."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from math import sqrt
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise, Mistake
from nbcourse.layer_statistics import layer_statistics
from nbcourse.specs.graphs.common import sizes


def relu(s: Any) -> Any:
    """The positive part."""
    return np.maximum(s, 0)


FUNCTIONS: dict[str, Callable[[Any], Any]] = {"tanh": np.tanh, "relu": relu}


def network(rng: np.random.Generator, widths: list[int], scale: float = 1.2) -> list[Any]:
    """Weights of a stack of layers of these widths, about keeping the size of a signal."""
    return [
        scale * rng.standard_normal((fan_in, fan_out)) / sqrt(fan_in)
        for fan_in, fan_out in pairwise(widths)
    ]


def _cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    a, b, c, d = sizes(rng, 4)
    for activation in ("tanh", "relu"):
        # A mean far from 0 tells the standard deviation from the root of the mean square.
        yield network(rng, [a, b, c, d]), 0.7 + rng.standard_normal((d + 3, a)), activation
        yield network(rng, [b, b, b]), rng.standard_normal((a + 2, b)), activation
    yield network(rng, [c, d]), rng.standard_normal((1, c)), "tanh"
    yield network(rng, [1, a, 1]), rng.standard_normal((b + 3, 1)), "tanh"


def _large(rng: np.random.Generator) -> tuple[Any, ...]:
    """More layers than anyone writes down one by one."""
    return network(rng, [12] * 41), rng.standard_normal((200, 12)), "tanh"


def _each_layer(
    measure: Callable[[Any], Any] = lambda h: (h.mean(), h.std()),
    before: bool = False,
    step: Callable[[Any, str], Any] = lambda s, activation: FUNCTIONS[activation](s),
) -> Callable[..., Any]:
    """``layer_statistics`` with other statistics of a layer, before or after the activation."""

    def function(weights: Any, x: Any, activation: str) -> Any:
        rows, h = [], x
        for w in weights:
            s = h @ w
            h = step(s, activation)
            rows.append(measure(s if before else h))
        return tuple(np.array(column) for column in zip(*rows, strict=True))

    return function


def _with_input(weights: Any, x: Any, activation: str) -> Any:
    means, stds = layer_statistics(weights, x, activation)
    return np.r_[x.mean(), means], np.r_[x.std(), stds]


def _without_last(weights: Any, x: Any, activation: str) -> Any:
    means, stds = layer_statistics(weights, x, activation)
    return np.r_[x.mean(), means[:-1]], np.r_[x.std(), stds[:-1]]


def _always_from_x(weights: Any, x: Any, activation: str) -> Any:
    outputs = [FUNCTIONS[activation](x @ w) for w in weights]
    return np.array([h.mean() for h in outputs]), np.array([h.std() for h in outputs])


def _last_layer_linear(weights: Any, x: Any, activation: str) -> Any:
    outputs, h = [], x
    for number, w in enumerate(weights):
        h = h @ w if number == len(weights) - 1 else FUNCTIONS[activation](h @ w)
        outputs.append(h)
    return np.array([h.mean() for h in outputs]), np.array([h.std() for h in outputs])


def _activation_of_a_linear_chain(weights: Any, x: Any, activation: str) -> Any:
    outputs, s = [], x
    for w in weights:
        s = s @ w
        outputs.append(FUNCTIONS[activation](s))
    return np.array([h.mean() for h in outputs]), np.array([h.std() for h in outputs])


def _of_the_weights(weights: Any, x: Any, activation: str) -> Any:
    return np.array([w.mean() for w in weights]), np.array([w.std() for w in weights])


def _last_only(weights: Any, x: Any, activation: str) -> Any:
    means, stds = layer_statistics(weights, x, activation)
    return means[-1], stds[-1]


def _pairs(weights: Any, x: Any, activation: str) -> Any:
    return list(zip(*layer_statistics(weights, x, activation), strict=True))


def _nonzero(h: Any) -> Any:
    kept = h[h != 0]
    return (kept.mean(), kept.std()) if kept.size else (0.0, 0.0)


def _by_one_matrix_product(weights: Any, x: Any, activation: str) -> Any:
    means, stds, h = [], [], x.T
    for w in weights:
        h = np.tanh(w.T @ h) if activation == "tanh" else (w.T @ h) * (w.T @ h > 0)
        means.append(float(np.sum(h) / h.size))
        stds.append(sqrt(np.mean((h - means[-1]) ** 2)))
    return means, stds


LAYER_STATISTICS = Exercise(
    name="layer_statistics",
    points=3,
    reference=layer_statistics,
    parts=("means", "stds"),
    cases=_cases,
    large=_large,
    mistakes=(
        Mistake(
            "You measure before the activation. What goes on to the next layer is the output "
            "behind it: measure that.",
            _each_layer(before=True),
        ),
        Mistake(
            "You use tanh whatever the argument activation says.",
            _each_layer(step=lambda s, activation: np.tanh(s)),
        ),
        Mistake(
            "You use ReLU whatever the argument activation says.",
            _each_layer(step=lambda s, activation: relu(s)),
        ),
        Mistake(
            "Your activation is the logistic function. It is tanh or ReLU, as the argument "
            "activation says.",
            _each_layer(step=lambda s, activation: 1 / (1 + np.exp(-s))),
        ),
        Mistake(
            "There is no activation in your network: apply it behind every layer.",
            _each_layer(step=lambda s, activation: s),
        ),
        Mistake(
            "You return variances. The standard deviation is the square root of the variance.",
            _each_layer(lambda h: (h.mean(), h.var())),
        ),
        Mistake(
            "You divide by one less than the number of entries (ddof=1). Here the divisor is the "
            "number of entries, as in h.std().",
            _each_layer(lambda h: (h.mean(), h.std(ddof=1))),
        ),
        Mistake(
            "You take the standard deviation of each unit and then the mean of these. That "
            "forgets how the units differ from each other: take it over all entries at once.",
            _each_layer(lambda h: (h.mean(), h.std(axis=0).mean())),
        ),
        Mistake(
            "You take the standard deviation of each example and then the mean of these. That "
            "forgets how the examples differ from each other: take it over all entries at once.",
            _each_layer(lambda h: (h.mean(), h.std(axis=1).mean())),
        ),
        Mistake(
            "You take the standard deviation of the unit's or example's means: the entries differ "
            "much more than their means. Take it over all entries at once.",
            _each_layer(lambda h: (h.mean(), h.mean(axis=0).std())),
        ),
        Mistake(
            "Your standard deviation is the root of the mean square. Subtract the mean first.",
            _each_layer(lambda h: (h.mean(), sqrt(np.mean(h**2)))),
        ),
        Mistake(
            "Your standard deviation is the mean distance from the mean. Square the distances, "
            "take their mean, then the root.",
            _each_layer(lambda h: (h.mean(), np.abs(h - h.mean()).mean())),
        ),
        Mistake(
            "Your means are means of absolute values. Entries of both signs cancel in a mean.",
            _each_layer(lambda h: (np.abs(h).mean(), h.std())),
        ),
        Mistake(
            "You leave out the entries that are 0. They are outputs like all others.",
            _each_layer(_nonzero),
        ),
        Mistake(
            "You return numbers for the input, too. There is one for each layer, and the first "
            "stands behind layer 1.",
            _with_input,
        ),
        Mistake(
            "Your numbers come one layer too early: the first are those of x, and the last layer "
            "is missing. Measure behind the layer.",
            _without_last,
        ),
        Mistake(
            "Every layer of yours gets x. The input of a layer is the output of the one before "
            "it: h = f(h @ w).",
            _always_from_x,
        ),
        Mistake(
            "You multiply all weights together and apply the activation for the measurement only. "
            "The next layer gets what comes out of the activation.",
            _activation_of_a_linear_chain,
        ),
        Mistake("Your last layer has no activation. Here every layer has one.", _last_layer_linear),
        Mistake(
            "You measure the weights. Measure what flows through them, the output of each layer.",
            _of_the_weights,
        ),
        Mistake(
            "You return the numbers of the last layer alone: collect those of every layer in two "
            "lists.",
            _last_only,
        ),
        Mistake(
            "You return a number for each unit, not for each layer: leave out axis=0, and the mean "
            "goes over all entries.",
            _each_layer(lambda h: (h.mean(axis=0), h.std(axis=0))),
            lambda args, result: len(result) == 2 and np.ndim(result[0][0]) == 1,
        ),
        Mistake(
            "You return one thing. Asked for are two, the means and the standard deviations: "
            "return means, stds.",
            lambda weights, x, activation: layer_statistics(weights, x, activation)[1],
            lambda args, result: np.shape(result) == (len(args[0]),),
        ),
        Mistake(
            "Your means are sums. Divide by the number of entries, or use h.mean().",
            _each_layer(lambda h: (h.sum(), h.std())),
        ),
        Mistake(
            "You return a pair for each layer. Asked for are two arrays, all means and all "
            "standard deviations.",
            _pairs,
        ),
        Mistake(
            "You multiply by w.T. The weights have shape (fan_in, fan_out), so the product is "
            "h @ w.",
            lambda weights, x, activation: layer_statistics([w.T for w in weights], x, activation),
        ),
    ),
    alternatives=(_by_one_matrix_product,),
    summary="mean and standard deviation behind every layer",
)
