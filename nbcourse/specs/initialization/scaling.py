"""``lsuv``: weights scaled by what the data do in them."""

from collections.abc import Iterator
from math import sqrt
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise, Mistake
from nbcourse.exercise.comparison import same
from nbcourse.layer_statistics import layer_outputs
from nbcourse.lsuv import lsuv
from nbcourse.specs.graphs.common import sizes
from nbcourse.specs.initialization.networks import FUNCTIONS, network
from nbcourse.specs.initialization.wrong_scaling import (
    all_at_once,
    all_multiples,
    all_orthogonal,
    but,
    by_fan_in,
    by_mean_square,
    centered,
    each_column_its_own,
    each_from_x,
    factors,
    first_is_right,
    grows_with_the_signal,
    nearly,
    not_multiples,
    one_less,
    orthogonal_first,
    outputs,
    twice_for_relu,
    variant,
    weights_alone,
    whether_near_or_not,
)


def _cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    a, b, c, d = sizes(rng, 4)
    for activation, scale in (("tanh", 0.2), ("relu", 3.0)):
        x = 1.5 + rng.standard_normal((d + 4, a))
        yield _alive(rng, [a, b, c, d], x, scale), x, activation
    for activation, tol in (("relu", 0.02), ("tanh", 0.4)):
        x = rng.standard_normal((a + 5, b))
        yield *_two_near(rng, x, activation, tol), tol
    yield network(rng, [1, b, 1], 0.5), rng.standard_normal((c + 3, 1)), "tanh", 0.02, 10
    yield network(rng, [c, d], 2.0), rng.standard_normal((1, c)), "relu"


def _alive(rng: np.random.Generator, widths: list[int], x: Any, scale: float) -> list[Any]:
    """Weights with which ReLU leaves something of ``x`` in every layer: nothing has no scale."""
    while True:
        weights = network(rng, widths, scale)
        if all((h > 0).mean() > 0.2 for h in layer_outputs(weights, x, "relu")):
            return weights


def _two_near(
    rng: np.random.Generator, x: Any, activation: str, tol: float
) -> tuple[list[Any], Any, str]:
    """Weights of which the first are near enough, the second only by their std, the third far off.

    Layer 1 stays as it is. The variance of layer 2 is too far from 1, its standard deviation would
    not be: that tells the two tolerances apart.
    """
    weights = lsuv(_alive(rng, [x.shape[1]] * 4, x, 1.0), x, activation)
    weights[0] = weights[0] * sqrt(1 + 0.5 * tol)
    h = FUNCTIONS[activation](x @ weights[0])
    weights[1] = weights[1] / (h @ weights[1]).std() * (1 + 0.75 * tol)
    return [weights[0], weights[1], 3 * weights[2]], x, activation


def _large(rng: np.random.Generator) -> tuple[Any, ...]:
    """More layers than anyone writes down one by one."""
    return network(rng, [12] * 41, 2.0), rng.standard_normal((200, 12)), "tanh"


def _while(weights: Any, x: Any, activation: str, tol: float = 0.02, max_iter: int = 10) -> Any:
    result = [np.array(w) for w in weights]
    for index in range(len(result)):
        h = x
        for w in result[:index]:
            h = FUNCTIONS[activation](h @ w)
        rounds = 0
        while abs(np.var(h @ result[index]) - 1) > tol and rounds < max_iter:
            result[index] = result[index] / np.sqrt(np.var(h @ result[index]))
            rounds += 1
    return tuple(result)


LSUV = Exercise(
    name="lsuv",
    points=4,
    reference=lsuv,
    parts=("weights",),
    cases=_cases,
    large=_large,
    mistakes=(
        Mistake(
            "You measure behind the activation. LSUV brings the output before the activation, "
            "h @ w, to variance 1.",
            variant(measured=lambda s, activation: FUNCTIONS[activation](s)),
        ),
        Mistake(
            "You measure behind the activation, and scale every layer. LSUV brings the output "
            "before the activation, h @ w, to variance 1, unless it is within tol.",
            lambda weights, x, activation, tol=0.02, max_iter=10: variant(
                enough=lambda s, tol: False, measured=lambda s, activation: FUNCTIONS[activation](s)
            )(weights, x, activation, tol, 1),
        ),
        Mistake(
            "Your weights come out as they went in. Either you divide by the variance, which turns "
            "a variance v into 1 / v and in the next round back: divide by its root. Or the new "
            "matrices are not kept: collect them in a list of your own.",
            variant(lambda s: 1 / s.var()),
        ),
        Mistake(
            "You divide by the variance, once. The weights are divided by the standard deviation, "
            "its root.",
            lambda weights, x, activation, tol=0.02, max_iter=10: variant(lambda s: 1 / s.var())(
                weights, x, activation, tol, 1
            ),
        ),
        Mistake(
            "You multiply by the standard deviation. A signal that is too strong needs smaller "
            "weights: divide.",
            variant(lambda s: s.std()),
            grows_with_the_signal,
        ),
        Mistake(
            "You measure every layer in the network as it was given. The layers before have been "
            "scaled by then: compute h from the scaled weights before you go on.",
            all_at_once,
            whether_near_or_not(all_at_once),
        ),
        Mistake(
            "Every layer of yours gets x. The input of a layer is the output of the one before "
            "it, with its scaled weights and its activation.",
            each_from_x,
            whether_near_or_not(each_from_x),
        ),
        Mistake(
            "You pass h @ w on to the next layer. It gets the activation of that.",
            variant(step=lambda s, activation: s),
            whether_near_or_not(variant(step=lambda s, activation: s)),
        ),
        Mistake(
            "You use tanh whatever the argument activation says.",
            variant(step=lambda s, activation: np.tanh(s)),
            whether_near_or_not(variant(step=lambda s, activation: np.tanh(s))),
        ),
        Mistake(
            "You use ReLU whatever the argument activation says.",
            variant(step=lambda s, activation: np.maximum(s, 0)),
            whether_near_or_not(variant(step=lambda s, activation: np.maximum(s, 0))),
        ),
        Mistake(
            "You scale every layer. One whose variance is within tol of 1 stays as it was given.",
            variant(enough=lambda s, tol: abs(s.var() - 1) <= 1e-9),
        ),
        Mistake(
            "You compare the standard deviation with 1. It is the variance that has to be within "
            "tol of 1.",
            variant(enough=lambda s, tol: abs(s.std() - 1) <= tol),
        ),
        Mistake(
            "Your result does not depend on the argument tol: somewhere it is written as a number.",
            lambda weights, x, activation, tol=0.02, max_iter=10: lsuv(weights, x, activation),
        ),
        Mistake(
            "You stop when the variance is below 1 + tol. A signal that is too weak is scaled, "
            "too: compare the absolute value of the difference.",
            variant(enough=lambda s, tol: s.var() - 1 <= tol),
        ),
        Mistake(
            "You scale a layer that is near enough and leave the others: the comparison with tol "
            "is the wrong way round.",
            variant(enough=lambda s, tol: abs(s.var() - 1) > tol),
        ),
        Mistake(
            "You divide by the root of the mean square. The variance is measured from the mean: "
            "use (h @ w).std().",
            by_mean_square,
            lambda args, result: any(
                whether_near_or_not(function)(args, result)
                for function in (by_mean_square, variant(lambda s: 1 / sqrt(np.mean(s**2))))
            ),
        ),
        Mistake(
            "You divide by one less than the number of entries (ddof=1). Here the divisor is the "
            "number of entries, as in s.std().",
            variant(lambda s: 1 / s.std(ddof=1)),
            lambda args, result: (
                same(list(result), one_less(*args)) or whether_near_or_not(one_less)(args, result)
            ),
        ),
        Mistake(
            "You scale each unit by its own standard deviation, s.std(axis=0). A weight matrix is "
            "divided by one number, s.std() over all entries.",
            variant(lambda s: 1 / s.std(axis=0)),
            each_column_its_own,
        ),
        Mistake(
            "You divide by the standard deviation of the weights. What counts is what the data "
            "make of them: that of h @ w.",
            weights_alone,
        ),
        Mistake(
            "You bring the weights themselves to the variance 1 / fan_in. What counts is what the "
            "data make of them: the standard deviation of h @ w.",
            by_fan_in,
        ),
        Mistake(
            "You make the weights orthogonal first. That is for the caller to do: the weights "
            "given are rescaled, and nothing else.",
            orthogonal_first,
            all_orthogonal,
        ),
        Mistake(
            "Your weights are close to the right ones, but not equal. That is what a number gives "
            "that is added to the divisor, or float32: divide by the standard deviation as it is.",
            variant(lambda s: 1 / (s.std() + 1e-5)),
            nearly,
        ),
        Mistake("You return the outputs of the layers. Asked for are the weights.", outputs),
        Mistake(
            "You return a number for each layer. Asked for are the weights, multiplied by the "
            "factors that you find.",
            factors,
            lambda args, result: (
                len(result) == len(args[0]) and all(np.ndim(each) == 0 for each in result)
            ),
        ),
        Mistake(
            "Your function returns nothing. Put the scaled weights into a new list and return it.",
            lambda weights, x, activation, tol=0.02, max_iter=10: None,
        ),
        Mistake(
            "Only your first layer is scaled. Go on with the next ones, each behind those already "
            "scaled.",
            but(lambda number, count: number == 0),
            whether_near_or_not(but(lambda number, count: number == 0)),
        ),
        Mistake(
            "You divide by the root of the standard deviation. The standard deviation is already "
            "the root of the variance: divide by it as it is.",
            variant(lambda s: 1 / sqrt(s.std())),
            whether_near_or_not(variant(lambda s: 1 / sqrt(s.std()))),
        ),
        Mistake(
            "Where the activation is ReLU you bring the output to variance 2. LSUV measures before "
            "the activation, and the variance there is 1 for tanh and ReLU alike.",
            twice_for_relu,
            whether_near_or_not(twice_for_relu),
        ),
        Mistake(
            "You return the last layer's weights alone: collect those of every layer in a list.",
            lambda weights, x, activation, tol=0.02, max_iter=10: lsuv(
                weights, x, activation, tol, max_iter
            )[-1],
        ),
        Mistake(
            "Your last layer is not scaled. Every layer is, the last one too.",
            but(lambda number, count: number < count - 1),
            whether_near_or_not(but(lambda number, count: number < count - 1)),
        ),
        Mistake(
            "Your first layer is not scaled. Every layer is, the first one too.",
            but(lambda number, count: number > 0),
            whether_near_or_not(but(lambda number, count: number > 0)),
        ),
        Mistake(
            "Your weights are no multiples of those given: something is added to them, or taken "
            "away. They are only divided by a number, one for each matrix.",
            centered,
            not_multiples,
        ),
        Mistake(
            "You return more than the weights. Asked for is one list, with a matrix for each "
            "layer.",
            lambda weights, x, activation, tol=0.02, max_iter=10: (
                lsuv(weights, x, activation, tol, max_iter),
                [1.0] * len(weights),
            ),
            lambda args, result: same(list(result[0]), lsuv(*args)),
        ),
        Mistake(
            "You divide by the root of the sum of squares. The standard deviation is that of the "
            "mean: (h @ w).std().",
            variant(lambda s: 1 / np.linalg.norm(s)),
            whether_near_or_not(variant(lambda s: 1 / np.linalg.norm(s))),
        ),
        Mistake(
            "You take the standard deviation of each unit and divide by the mean of these. It is "
            "that of all entries at once: (h @ w).std().",
            variant(lambda s: 1 / s.std(axis=0).mean(), lambda s, tol: False),
            whether_near_or_not(variant(lambda s: 1 / s.std(axis=0).mean(), lambda s, tol: False)),
        ),
        Mistake(
            "Layer 1 is right, and the layers behind it are not. Their input is what the scaled "
            "layers before them put out: h = f(h @ w), with the new w.",
            variant(step=lambda s, activation: 0.5 * FUNCTIONS[activation](s)),
            first_is_right,
        ),
        Mistake(
            "Your matrices are multiples of those given, by other numbers than are asked for. Each "
            "is divided by the standard deviation of h @ w, over all entries and before the "
            "activation, with h the output of the layers scaled before.",
            variant(lambda s: 0.5 / s.std(), lambda s, tol: abs(s.std() - 0.5) <= tol),
            all_multiples,
        ),
    ),
    alternatives=(_while,),
    summary="weights scaled until every layer's output has variance 1",
)
