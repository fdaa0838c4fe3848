"""The L2 penalty."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise, Mistake
from nbcourse.exercise.comparison import same
from nbcourse.regularization import l2_penalty
from nbcourse.specs.graphs.common import BEYOND_STEPS, sizes


def _weight_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    n, d, m = sizes(rng, 3)
    for shapes in (
        ((n, d), (d, m)),
        ((d, m),),
        ((n, d), (d, m), (m, 1)),
        ((1, d), (d, 1)),
        ((n, m), (m, m), (m, m), (m, d)),
    ):
        weights = [rng.normal(0.5, 1.0, shape) for shape in shapes]
        yield weights, float(rng.uniform(0.05, 0.3))
    yield [rng.normal(0.5, 1.0, (n, d)), rng.normal(0.5, 1.0, (d, m))], 1.7
    yield [rng.normal(0.5, 1.0, (n, d)), rng.normal(0.5, 1.0, (d, m))], 0.0


def _large_weights(rng: np.random.Generator) -> tuple[Any, ...]:
    widths = (120, 100, 60, 10)
    pairs = pairwise(widths)
    return [BEYOND_STEPS * rng.normal(0.5, 1.0, shape) for shape in pairs], 0.2


def _with(
    loss: Callable[..., Any] | None = None, grads: Callable[..., Any] | None = None
) -> Callable[..., Any]:
    """The right function with another loss, or other gradients."""

    def whole(weights: Any, weight_decay: Any) -> Any:
        right = l2_penalty(weights, weight_decay)
        return (
            right[0] if loss is None else loss(weights, weight_decay),
            right[1] if grads is None else grads(weights, weight_decay),
        )

    return whole


def _squares(weights: Any) -> Any:
    return sum(np.sum(w**2) for w in weights)


L2_PENALTY = Exercise(
    name="l2_penalty",
    points=1,
    reference=l2_penalty,
    parts=("loss", "grads"),
    cases=_weight_cases,
    large=_large_weights,
    forward=lambda weights, weight_decay: l2_penalty(weights, weight_decay)[0],
    wrt={"grads": 0},
    mistakes=(
        Mistake(
            "Your gradients lack the factor 2: the penalty is weight_decay times the sum of the "
            "squares, without a half, and the derivative of w^2 is 2 w.",
            _with(grads=lambda ws, k: [k * w for w in ws]),
        ),
        Mistake(
            "You use the convention with a half. In this sheet the penalty is weight_decay times "
            "the sum of the squares, and its gradient 2 * weight_decay * W.",
            _with(lambda ws, k: k / 2 * _squares(ws), lambda ws, k: [k * w for w in ws]),
        ),
        Mistake(
            "Your loss has a half. In this sheet the penalty is weight_decay times the sum of the "
            "squares; the 2 stays in the gradient.",
            _with(lambda ws, k: k / 2 * _squares(ws)),
        ),
        Mistake(
            "weight_decay is missing: it multiplies the loss and the gradients.",
            _with(lambda ws, k: _squares(ws), lambda ws, k: [2 * w for w in ws]),
        ),
        Mistake(
            "weight_decay is missing in your gradients.",
            _with(grads=lambda ws, k: [2 * w for w in ws]),
        ),
        Mistake(
            "weight_decay is missing in your loss.",
            _with(lambda ws, k: _squares(ws)),
        ),
        Mistake(
            "You sum the norms; their squares are to be summed, without a root.",
            _with(lambda ws, k: k * sum(np.linalg.norm(w) for w in ws)),
        ),
        Mistake(
            "For a matrix np.linalg.norm(w, 2) is the spectral norm, its largest singular value. "
            "The squares of all entries are summed here: np.sum(w**2).",
            _with(lambda ws, k: k * sum(np.linalg.norm(w, 2) ** 2 for w in ws)),
        ),
        Mistake(
            "You sum absolute values, which is the L1 penalty. L2 sums squares.",
            _with(lambda ws, k: k * sum(np.sum(np.abs(w)) for w in ws)),
        ),
        Mistake(
            "This is the L1 penalty, absolute values with the sign as gradient. L2 sums squares, "
            "and its gradient is 2 * weight_decay * W.",
            _with(
                lambda ws, k: k * sum(np.sum(np.abs(w)) for w in ws),
                lambda ws, k: [k * np.sign(w) for w in ws],
            ),
        ),
        Mistake(
            "You sum the weights without squaring them.",
            _with(lambda ws, k: k * sum(np.sum(w) for w in ws)),
        ),
        Mistake(
            "You square the sum of the weights. Each is squared first, then they are summed.",
            _with(lambda ws, k: k * sum(np.sum(w) ** 2 for w in ws)),
        ),
        Mistake(
            "You add up the squared matrices. The penalty is one number: sum the entries of each, "
            "np.sum(w**2), and then over the matrices.",
            _with(lambda ws, k: k * sum(w**2 for w in ws)),
        ),
        Mistake(
            "weight_decay is squared in your loss. It multiplies the sum of the squares once.",
            _with(lambda ws, k: k**2 * _squares(ws)),
        ),
        Mistake(
            "Your loss is divided by the number of matrices. The sum over all of them is asked "
            "for.",
            _with(lambda ws, k: k * _squares(ws) / len(ws)),
        ),
        Mistake(
            "Your gradients are the weights themselves. The derivative of weight_decay * w^2 is "
            "2 * weight_decay * w.",
            _with(grads=lambda ws, k: [+w for w in ws]),
        ),
        Mistake(
            "You take the mean of the squares; the sum is asked for.",
            _with(lambda ws, k: k * sum(np.mean(w**2) for w in ws)),
        ),
        Mistake(
            "You take the mean of the squares, in the loss and in the gradients; the sum is asked "
            "for.",
            _with(
                lambda ws, k: k * sum(np.mean(w**2) for w in ws),
                lambda ws, k: [2 * k * w / w.size for w in ws],
            ),
        ),
        Mistake(
            "Only the last matrix counts in your loss: it replaces those before it. Add them up.",
            _with(lambda ws, k: k * np.sum(ws[-1] ** 2)),
        ),
        Mistake(
            "Only the first matrix counts in your loss. Every matrix in the list is penalized; a "
            "return inside the loop ends it too early.",
            _with(lambda ws, k: k * np.sum(ws[0] ** 2)),
        ),
        Mistake(
            "Only the first matrix is penalized. Go through the whole list; a return inside the "
            "loop ends it too early.",
            _with(lambda ws, k: k * np.sum(ws[0] ** 2), lambda ws, k: [2 * k * ws[0]]),
        ),
        Mistake(
            "Your loss is a list with one number for each matrix. Their sum is asked for.",
            _with(lambda ws, k: [k * np.sum(w**2) for w in ws]),
        ),
        Mistake(
            "weight_decay goes into your loss several times: the sum is multiplied by it at every "
            "matrix. Multiply once, at the end, or each square on its own.",
            _with(lambda ws, k: sum(np.sum(w**2) * k ** (len(ws) - i) for i, w in enumerate(ws))),
        ),
        Mistake(
            "Your gradients are the squares. The derivative of w^2 is 2 w.",
            _with(grads=lambda ws, k: [k * w**2 for w in ws]),
        ),
        Mistake(
            "Your gradients are numbers, one for each matrix. Every weight has a derivative of its "
            "own, 2 * weight_decay * w: each gradient has the shape of its matrix.",
            _with(grads=lambda ws, k: [2 * k * np.sum(w) for w in ws]),
        ),
        Mistake(
            "Your gradients are weights after a step. Return the gradients themselves; whoever "
            "called makes the step.",
            _with(grads=lambda ws, k: [w - 2 * k * w for w in ws]),
        ),
        Mistake(
            "The sign of your gradients is turned round. The penalty grows with the size of a "
            "weight; the minus sign belongs to the step that is made later.",
            _with(grads=lambda ws, k: [-2 * k * w for w in ws]),
        ),
        Mistake(
            "Your gradients hold something for the last matrix only. One gradient for each matrix "
            "belongs in the list: append to it.",
            _with(grads=lambda ws, k: [2 * k * ws[-1]]),
        ),
        Mistake(
            "Your gradient is one array. Return a list with one array for each matrix.",
            _with(grads=lambda ws, k: 2 * k * ws[-1]),
            lambda args, result: (
                isinstance(result[1], np.ndarray) and same(result[0], l2_penalty(*args)[0])
            ),
        ),
        Mistake(
            "weight_decay is squared in your gradients. It is a factor of the loss, and of its "
            "derivative, once.",
            _with(grads=lambda ws, k: [2 * k**2 * w for w in ws]),
        ),
        Mistake(
            "w.T @ w multiplies every column by every other. The squares of the entries are summed "
            "here: np.sum(w**2).",
            _with(lambda ws, k: k * sum(np.sum(w.T @ w) for w in ws)),
        ),
        Mistake(
            "w @ w.T multiplies every row by every other. The squares of the entries are summed "
            "here: np.sum(w**2).",
            _with(lambda ws, k: k * sum(np.sum(w @ w.T) for w in ws)),
        ),
        Mistake(
            "You divide by the number of rows. The penalty is no mean: no example takes part in "
            "it.",
            _with(
                lambda ws, k: k * sum(np.sum(w**2) / len(w) for w in ws),
                lambda ws, k: [2 * k * w / len(w) for w in ws],
            ),
        ),
    ),
    alternatives=(
        lambda ws, k: (
            k * sum(np.linalg.norm(w) ** 2 for w in ws),
            tuple(2 * k * w for w in ws),
        ),
        lambda ws, k: [
            sum(k * (w.ravel() @ w.ravel()) for w in ws),
            [np.multiply(w + w, k) for w in ws],
        ],
        lambda ws, k: (
            k * np.concatenate([w.ravel() for w in ws]) @ np.concatenate([w.ravel() for w in ws]),
            [2 * (k * w) for w in ws],
        ),
    ),
    summary="L2 penalty on a list of weights, and its gradients",
)
