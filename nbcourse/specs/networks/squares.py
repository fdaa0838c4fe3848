"""Half the sum of squared errors."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise, Mistake
from nbcourse.exercise.comparison import same
from nbcourse.losses import sum_of_squares
from nbcourse.specs.graphs.common import BEYOND_STEPS, sizes


def _prediction_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    n, d = sizes(rng, 2)
    for shape in ((n, d), (d, n), (1, d), (n, 1), (1, 1)):
        yield rng.normal(1.0, 1.5, shape), rng.normal(-0.5, 1.0, shape)


def _large_predictions(rng: np.random.Generator) -> tuple[Any, ...]:
    shape = (100, 200)
    return BEYOND_STEPS * rng.normal(1.0, 1.5, shape), BEYOND_STEPS * rng.normal(-0.5, 1.0, shape)


def _with(
    loss: Callable[..., Any] | None = None, dpred: Callable[..., Any] | None = None
) -> Callable[..., Any]:
    """The right function with another loss, or another gradient, of (error, N)."""

    def whole(pred: Any, target: Any) -> Any:
        error, n = pred - target, len(pred)
        return (
            np.sum(error**2) / 2 / n if loss is None else loss(error, n),
            error / n if dpred is None else dpred(error, n),
        )

    return whole


def _by_loops(pred: Any, target: Any) -> Any:
    loss, dpred = 0.0, np.zeros(pred.shape)
    for n, d in np.ndindex(pred.shape):
        loss += 0.5 * (pred[n, d] - target[n, d]) ** 2 / len(pred)
        dpred[n, d] = (pred[n, d] - target[n, d]) / len(pred)
    return loss, dpred


def _some_root(args: tuple[Any, ...], result: Any) -> bool:
    """Whether the loss is the length of the errors, of each row or of all, halved or not."""
    error = args[0] - args[1]
    lengths = np.sqrt(np.sum(error**2, axis=1))
    whole = np.sqrt(np.sum(error**2))
    roots = [lengths.mean(), lengths.sum(), whole, whole / len(error), np.sqrt(np.mean(error**2))]
    roots.append(np.sqrt(np.mean(lengths**2)))
    return any(same(float(result[0]), float(f * root)) for root in roots for f in (0.5, 1.0))


SUM_OF_SQUARES = Exercise(
    name="sum_of_squares",
    points=1,
    reference=sum_of_squares,
    parts=("loss", "dpred"),
    cases=_prediction_cases,
    large=_large_predictions,
    forward=lambda pred, target: sum_of_squares(pred, target)[0],
    wrt={"dpred": 0},
    mistakes=(
        Mistake(
            "The half is missing: the loss is (1/2N) times the sum of the squares, and its "
            "gradient, where the 2 of the square cancels it, (pred - target) / N.",
            _with(lambda e, n: np.sum(e**2) / n, lambda e, n: 2 * e / n),
        ),
        Mistake(
            "The half is missing in your loss: half the sum of the squares over the outputs, mean "
            "over the batch.",
            _with(lambda e, n: np.sum(e**2) / n),
        ),
        Mistake(
            "Your dpred is twice the right one: the 2 of the square and the half of the loss "
            "cancel.",
            _with(dpred=lambda e, n: 2 * e / n),
        ),
        Mistake(
            "Your dpred is half the right one: differentiating the square gives a 2, which cancels "
            "the half of the loss.",
            _with(dpred=lambda e, n: e / 2 / n),
        ),
        Mistake(
            "You take the mean over all N D entries. The squares are summed over the outputs, and "
            "only the N examples are averaged.",
            _with(lambda e, n: np.mean(e**2) / 2, lambda e, n: e / e.size),
        ),
        Mistake(
            "You take the mean over all N D entries, and the half is missing. The squares are "
            "summed over the outputs, halved, and averaged over the N examples.",
            _with(lambda e, n: np.mean(e**2), lambda e, n: 2 * e / e.size),
        ),
        Mistake(
            "Your loss is the mean over all N D entries. Sum over the outputs, and average over "
            "the N examples only.",
            _with(lambda e, n: np.mean(e**2) / 2),
        ),
        Mistake(
            "Your loss is the mean over all N D entries, and the half is missing. Sum over the "
            "outputs, halve, and average over the N examples.",
            _with(lambda e, n: np.mean(e**2)),
        ),
        Mistake(
            "You divide by the number of outputs. It is the examples that are averaged: divide "
            "by N, the length of the first axis.",
            _with(lambda e, n: np.sum(e**2) / 2 / e.shape[1], lambda e, n: e / e.shape[1]),
        ),
        Mistake(
            "Loss and gradient are sums over the batch. Both are to be means: divide by N.",
            _with(lambda e, n: np.sum(e**2) / 2, lambda e, n: e),
        ),
        Mistake(
            "Your dpred lacks the 1/N. The loss is the mean over the batch, so each example has a "
            "share of 1/N in it, and the gradient has the same factor.",
            _with(dpred=lambda e, n: e),
        ),
        Mistake(
            "Your dpred lacks the 1/N, and it is twice too large besides: the 2 of the square and "
            "the half of the loss cancel.",
            _with(dpred=lambda e, n: 2 * e),
        ),
        Mistake(
            "Your gradient is target - pred. The loss grows with pred where pred is too large: "
            "pred - target.",
            _with(dpred=lambda e, n: -e / n),
        ),
        Mistake(
            "Your gradient is target - pred, and it lacks the 1/N. It is (pred - target) / N.",
            _with(dpred=lambda e, n: -e),
        ),
        Mistake(
            "Your loss has one entry for each example. It is one number: their mean.",
            _with(lambda e, n: np.sum(e**2, axis=1) / 2),
        ),
        Mistake(
            "You take a root. The squares are only summed: with a root, the gradient would have "
            "the root in its denominator.",
            _with(lambda e, n: np.sqrt(np.sum(e**2)) / 2 / n),
            _some_root,
        ),
        Mistake(
            "You subtract squares. The error comes first, pred - target, then its square.",
            lambda pred, target: (
                np.sum(pred**2 - target**2) / 2 / len(pred),
                (pred - target) / len(pred),
            ),
        ),
        Mistake(
            "You sum the errors without squaring them, and those of opposite sign cancel.",
            _with(lambda e, n: np.sum(e) / 2 / n),
        ),
        Mistake(
            "You sum absolute values. The square is asked for.",
            _with(lambda e, n: np.sum(np.abs(e)) / 2 / n),
        ),
        Mistake(
            "You square the sum of the errors. Each error is squared first, then they are summed.",
            _with(lambda e, n: np.sum(np.sum(e, axis=1) ** 2) / 2 / n),
        ),
        Mistake(
            "You square the sum of all errors. Each error is squared first, then they are summed.",
            _with(lambda e, n: np.sum(e) ** 2 / 2 / n),
        ),
        Mistake(
            "Your dpred is summed over the batch. Every prediction has a gradient of its own: "
            "dpred has the shape of pred.",
            _with(dpred=lambda e, n: e.sum(axis=0) / n),
        ),
    ),
    alternatives=(
        _by_loops,
        lambda pred, target: [
            0.5 * np.mean(np.sum((target - pred) ** 2, axis=1)),
            -(target - pred) / pred.shape[0],
        ],
        lambda pred, target: (
            np.linalg.norm(pred - target) ** 2 / (2 * len(pred)),
            pred / len(pred) - target / len(pred),
        ),
    ),
    summary="half the sum of squared errors, mean over the batch, and its gradient",
)
