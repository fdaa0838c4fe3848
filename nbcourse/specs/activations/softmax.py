"""Softmax, the one activation in which the entries of a row act on each other."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nbcourse.activations import softmax, softmax_backward, softmax_forward
from nbcourse.exercise import Exercise, Mistake
from nbcourse.exercise.comparison import same
from nbcourse.specs.activations.common import raised, summed, taken_whole
from nbcourse.specs.activations.softmax_formulas import (
    FORMULAS,
    jacobians,
    moderate,
    row_sum,
    with_p,
)
from nbcourse.specs.graphs.common import rule, sizes


def _cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    n, c = sizes(rng, 2)
    for shape in ((n, c), (1, c), (n, 1)):
        yield (rng.normal(0.5, 1.5, shape),)
    yield (rng.normal(50.0, 2.0, (c, n)),)
    yield (np.array([[-100.0, -3.0, -2.0, 0.5], [2.0, 1.0, 0.0, 100.0]]),)
    # Rows far from each other, so that one maximum for all of them is of no use.
    rows = np.array([[0.0], [1e4], [-1e4], [30.0], [3000.0]])
    yield (rows + rng.normal(0.0, 1.5, (5, 3)),)


def _large(rng: np.random.Generator) -> tuple[Any, ...]:
    # Numbers of this size have no room for a small step.
    return (rng.normal(0.0, 1e6, (1000, 1)) + rng.normal(0.0, 1.5, (1000, 20)),)


def _shifted_by(shift: Callable[[Any], Any]) -> Callable[..., Any]:
    def backward(dout: Any, cache: Any) -> Any:
        e = np.exp(cache[0] - shift(cache[0]))
        p = e / row_sum(e)
        return p * (dout - row_sum(dout * p))

    return backward


def _overflows(args: tuple[Any, ...], dx: Any) -> bool:
    """Whether the rows of moderate scores are right, and others need not be."""
    rows = moderate(args[1][0])
    return same(dx[rows], softmax_backward(*args)[rows])


def _shifts_all_alike(args: tuple[Any, ...], dx: Any) -> bool:
    """Whether the rows are right that do not lie far below the largest score of all."""
    x = args[1][0]
    rows = x.max() - x.max(axis=1) < 600.0
    return same(dx[rows], softmax_backward(*args)[rows])


def _sum_of_row_lost_its_axis(args: tuple[Any, ...], dx: Any) -> bool:
    n, c = args[0].shape
    return raised(dx, "broadcast") if n != c and 1 not in (n, c) else not raised(dx, "unpack")


def _rows_do_not_sum_to_zero(args: tuple[Any, ...], dx: Any) -> bool:
    """Whether some row's sum is far from 0, where there are rows of several scores."""
    _, (x,) = args
    sums = np.abs(dx[moderate(x)].sum(axis=1))
    return dx.shape == x.shape and bool(sums.max() > 1e-6 or x.shape[1] == 1)


def _over(axis: Any) -> Callable[..., Any]:
    """Softmax over another axis, or over all entries, forward and backward alike."""

    def backward(dout: Any, cache: Any) -> Any:
        (x,) = cache
        e = np.exp(x - x.max(axis=axis, keepdims=True))
        p = e / e.sum(axis=axis, keepdims=True)
        return p * (dout - (dout * p).sum(axis=axis, keepdims=True))

    return backward


def _softmax_of_dout(dout: Any, cache: Any) -> list[Any]:
    """Gradients with the softmax of dout in the place of the probabilities."""
    q = softmax(dout)
    inner = [q * (a - row_sum(a * q)) for a in (dout, *cache)]
    return [*inner, *(a * q * (1 - q) for a in (dout, *cache)), q, q * (1 - q)]


def _as_if_labels(dout: Any, p: Any) -> Any:
    """The gradient of cross-entropy, with the place of the largest dout for a label."""
    return p - (dout == dout.max(axis=1, keepdims=True))


def _labels_in_dout(dout: Any, cache: Any) -> list[Any]:
    """The same for the largest dout or the smallest, as a sum or as a mean over the batch."""
    p = softmax(*cache)
    sums = [_as_if_labels(d, p) for d in (dout, -dout)]
    return [*sums, *(each / len(p) for each in sums)]


def _row_by_row(dout: Any, cache: Any) -> Any:
    (x,) = cache
    dx = np.zeros_like(x)
    for n in range(len(x)):
        p = np.exp(x[n] - np.max(x[n]))
        p /= p.sum()
        dx[n] = (np.diag(p) - np.outer(p, p)) @ dout[n]
    return dx


SOFTMAX = Exercise(
    name="softmax_backward",
    points=3,
    reference=softmax_backward,
    parts=("dx",),
    cases=_cases,
    large=_large,
    forward=softmax_forward,
    wrt={"dx": 0},
    upstream=True,
    mistakes=(
        *FORMULAS,
        Mistake(
            "Your softmax runs down the columns, over axis 0. Here every row is one example, "
            "whose probabilities sum to 1: axis 1.",
            _over(0),
        ),
        Mistake(
            "Your softmax makes one distribution of all entries. Every row is one example, whose "
            "probabilities sum to 1: work along axis 1.",
            _over(None),
        ),
        Mistake(
            "You use the scores x where the probabilities belong. Take the softmax of x first.",
            rule(lambda dout, x: x * (dout - row_sum(dout * x))),
        ),
        Mistake(
            "You apply softmax twice. The cache holds the scores: one softmax makes the "
            "probabilities.",
            rule(lambda dout, x: softmax_backward(dout, (softmax(x),))),
        ),
        Mistake(
            "You take the softmax of dout. dout is the gradient that arrives, any numbers; the "
            "probabilities are the softmax of the scores x.",
            rule(lambda dout, x: softmax_backward(x, (dout,))),
            lambda args, dx: any(same(dx, wrong) for wrong in _softmax_of_dout(*args)),
        ),
        Mistake(
            "You look for a label in dout. That is the form of softmax and cross-entropy together; "
            "here dout may be any gradient, and all of its entries count: p (dout - sum dout p).",
            with_p(_as_if_labels),
            lambda args, dx: any(same(dx, wrong) for wrong in _labels_in_dout(*args)),
        ),
        Mistake(
            "exp of a large score overflows, and of a very small one it is 0 everywhere. Take "
            "from each row its largest entry before exp: no probability changes.",
            _shifted_by(lambda x: 0.0),
            _overflows,
        ),
        Mistake(
            "You take one maximum of the whole array from all scores. A row that lies far below "
            "it becomes 0 / 0: take from each row its own largest entry, keepdims=True.",
            _shifted_by(np.max),
            _shifts_all_alike,
        ),
        Mistake(
            "A sum or maximum over each row has the shape (N,), and NumPy lines it up with the "
            "columns. Keep the axis: keepdims=True gives (N, 1).",
            with_p(lambda dout, p: p * (dout - (dout * p).sum(axis=1))),
            _sum_of_row_lost_its_axis,
        ),
        Mistake(
            "You take from each score the largest of its column. Take from each row its own "
            "largest entry, over axis 1: only what a whole row loses alike changes nothing.",
            _shifted_by(lambda x: x.max(axis=0)),
        ),
        Mistake(
            "You use the mean of dout for all entries. Each probability of the row meets the dout "
            "of its own place: sum dout p over the row.",
            with_p(lambda dout, p: p * (1 - p) * dout.mean()),
        ),
        Mistake(
            "You use the Jacobian of one row for all of them. Each row has probabilities of its "
            "own, and a Jacobian made of them.",
            with_p(lambda dout, p: np.einsum("ij,nj->ni", jacobians(p[:1])[0], dout)),
        ),
        Mistake(
            "p.T @ p adds up over the batch, as if its rows were one. Each row has a Jacobian of "
            "its own, with its own outer product.",
            with_p(lambda dout, p: dout * p - dout @ (p.T @ p)),
        ),
        Mistake(
            "In your loop each row replaces the one before it, and the last is returned. Keep "
            "them all: dx[n] = ...",
            with_p(lambda dout, p: (p * (dout - row_sum(dout * p)))[-1]),
        ),
        Mistake(
            "You use x (1 - x), the sigmoid's rule, and the scores where the output belongs. Take "
            "the softmax first; and every probability of the row moves.",
            rule(lambda dout, x: dout * x * (1 - x)),
        ),
        Mistake(
            "You use the diagonal of the Jacobian alone, p (1 - p), with the sum of all dout. Each "
            "probability of the row moves by its own derivative, and meets its own dout.",
            with_p(lambda dout, p: p * (1 - p) * dout.sum()),
        ),
        Mistake(
            "The rows of your dx do not sum to 0. What a score gives to its own probability it "
            "takes from the others: before the factor p, dout loses its mean over the row, "
            "weighted by the probabilities.",
            with_p(lambda dout, p: p * (dout - 0.3 * row_sum(dout * p))),
            _rows_do_not_sum_to_zero,
        ),
        summed(softmax_backward),
        taken_whole(softmax_backward, "(x,)"),
    ),
    alternatives=(
        _row_by_row,
        with_p(lambda dout, p: np.einsum("nij,nj->ni", jacobians(p), dout)),
        with_p(lambda dout, p: p * dout - p * np.einsum("nc,nc->n", p, dout)[:, None]),
        with_p(lambda dout, p: (p.T * (dout.T - np.sum(p * dout, axis=-1))).T),
    ),
    summary="gradient of softmax, row by row",
)
