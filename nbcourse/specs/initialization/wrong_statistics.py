"""Layers as they are often measured wrongly, and how each mistake is recognized."""

from collections.abc import Callable
from math import sqrt
from typing import Any

import numpy as np

from nbcourse.exercise import Mistake
from nbcourse.layer_statistics import layer_statistics
from nbcourse.specs.initialization.networks import FUNCTIONS, relu


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


def _instead(**others: Callable[[Any], Any]) -> Callable[[Any, str], Any]:
    """The activations, with others in the place of some."""
    functions = FUNCTIONS | others
    return lambda s, activation: functions[activation](s)


def _normalized(change: Callable[[Any], Any]) -> Callable[..., Any]:
    """Pass on another signal than the one that was measured."""

    def function(weights: Any, x: Any, activation: str) -> Any:
        rows, h = [], x
        for w in weights:
            h = FUNCTIONS[activation](h @ w)
            rows.append((h.mean(), h.std()))
            h = change(h)
        return tuple(np.array(column) for column in zip(*rows, strict=True))

    return function


def _first_is_right(args: tuple[Any, ...], result: Any) -> bool:
    """Whether there is a number for each layer, and those of the first are right."""
    right = layer_statistics(*args)
    return all(
        np.shape(part) == each.shape and bool(np.isclose(part[0], each[0]))
        for part, each in zip(result, right, strict=True)
    )


def _one_example(args: tuple[Any, ...], result: Any) -> bool:
    """Whether the numbers are those of the first example, or of the last."""
    weights, x, activation = args
    return any(
        np.allclose(result, layer_statistics(weights, rows, activation)) for rows in (x[:1], x[-1:])
    )


def _activation_first(weights: Any, x: Any, activation: str) -> Any:
    rows, h = [], x
    for w in weights:
        h = FUNCTIONS[activation](h) @ w
        rows.append((h.mean(), h.std()))
    return tuple(np.array(column) for column in zip(*rows, strict=True))


def _all_so_far(weights: Any, x: Any, activation: str) -> Any:
    entries, rows, h = np.empty(0), [], x
    for w in weights:
        h = FUNCTIONS[activation](h @ w)
        entries = np.append(entries, h)
        rows.append((entries.mean(), entries.std()))
    return tuple(np.array(column) for column in zip(*rows, strict=True))


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


WRONG = (
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
        "Where the argument says tanh, your activation is the logistic function. tanh runs "
        "from -1 to 1: use np.tanh.",
        _each_layer(step=_instead(tanh=lambda s: 1 / (1 + np.exp(-s)))),
    ),
    Mistake(
        "Where the argument says relu, your activation lets a part of the negative side "
        "through, as leaky ReLU does. ReLU is np.maximum(s, 0).",
        _each_layer(step=_instead(relu=lambda s: np.where(s > 0, s, 0.01 * s))),
    ),
    Mistake(
        'Where the argument says relu, you apply nothing. Its value is the text "relu", in '
        "small letters: compare with that.",
        _each_layer(step=_instead(relu=lambda s: s)),
    ),
    Mistake(
        'Where the argument says tanh, you apply nothing. Its value is the text "tanh", in '
        "small letters: compare with that.",
        _each_layer(step=_instead(tanh=lambda s: s)),
    ),
    Mistake(
        "You divide the signal by its standard deviation before it goes on. Only measure it: "
        "the next layer gets h as it is.",
        _normalized(lambda h: h / h.std()),
    ),
    Mistake(
        "You standardize the signal before it goes on. Only measure it: the next layer gets h "
        "as it is.",
        _normalized(lambda h: (h - h.mean()) / h.std()),
    ),
    Mistake(
        "You divide by the number of examples. The mean goes over all entries, examples times "
        "units: h.mean(), h.std().",
        _each_layer(lambda h: (h.sum() / len(h), sqrt(np.sum((h - h.mean()) ** 2) / len(h)))),
    ),
    Mistake(
        "You divide by the number of units. The mean goes over all entries, examples times "
        "units: h.mean(), h.std().",
        _each_layer(
            lambda h: (
                h.sum() / h.shape[1],
                sqrt(np.sum((h - h.mean()) ** 2) / h.shape[1]),
            )
        ),
    ),
    Mistake(
        "You measure all layers so far as one. Each layer has numbers of its own: measure the "
        "output of that layer alone.",
        _all_so_far,
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
        "Your means are medians. The mean is the sum of all entries over their number: h.mean().",
        _each_layer(lambda h: (np.median(h), h.std())),
    ),
    Mistake(
        "Your standard deviation is the distance from the smallest entry to the largest. It is "
        "h.std().",
        _each_layer(lambda h: (h.mean(), np.ptp(h))),
    ),
    Mistake(
        "Your standard deviation is that of absolute values. Take it of h as it is.",
        _each_layer(lambda h: (h.mean(), np.abs(h).std())),
    ),
    Mistake(
        "You measure one example alone. All entries count, those of every example.",
        _each_layer(lambda h: (h[0].mean(), h[0].std())),
        _one_example,
    ),
    Mistake(
        "You apply the activation twice to what you measure. The output of a layer is f(h @ w).",
        lambda weights, x, activation: _each_layer(
            lambda h: (FUNCTIONS[activation](h).mean(), FUNCTIONS[activation](h).std())
        )(weights, x, activation),
    ),
    Mistake(
        "You apply the activation to the input of a layer, before the product. A layer computes "
        "f(h @ w): first the product, then the activation.",
        _activation_first,
    ),
    Mistake(
        "You standardize x first. The layers get x as it is given.",
        lambda weights, x, activation: layer_statistics(
            weights, (x - x.mean()) / x.std(), activation
        ),
    ),
    Mistake(
        "You round your numbers. Return them as they are.",
        lambda weights, x, activation: tuple(
            np.round(part, 2) for part in layer_statistics(weights, x, activation)
        ),
        lambda args, result: np.allclose(result, layer_statistics(*args), rtol=0, atol=0.06),
    ),
    Mistake(
        "A layer is missing: there is a number for each of them, the first behind layer 1 and the "
        "last behind the last layer.",
        lambda weights, x, activation: tuple(
            part[1:] for part in layer_statistics(weights, x, activation)
        ),
        lambda args, result: [len(part) for part in result] == [len(args[0]) - 1] * 2,
    ),
    Mistake(
        "You multiply by w.T. The weights have shape (fan_in, fan_out), so the product is h @ w.",
        lambda weights, x, activation: layer_statistics([w.T for w in weights], x, activation),
    ),
    Mistake(
        "Layer 1 comes out right, and the layers behind it do not. What goes on from one to the "
        "next is the whole output behind the activation, unchanged: h = f(h @ w).",
        _normalized(lambda h: 0.5 * h),
        _first_is_right,
    ),
)
