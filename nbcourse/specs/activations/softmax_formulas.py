"""Wrong formulas for the gradient of softmax, each for one row from dout and probabilities."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nbcourse.activations import softmax
from nbcourse.exercise import Mistake
from nbcourse.exercise.comparison import same
from nbcourse.specs.graphs.common import rule


def with_p(gradient: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """A backward pass worked out from dout and the probabilities."""
    return rule(lambda dout, x: gradient(dout, softmax(x)))


def row_sum(a: Any) -> Any:
    """Sums of the rows, (N, 1)."""
    return a.sum(axis=1, keepdims=True)


def jacobians(p: Any) -> Any:
    """The matrix of all derivatives for each row, (N, C, C)."""
    return p[:, :, None] * (np.eye(p.shape[1]) - p[:, None, :])


def moderate(x: Any) -> Any:
    """The rows whose scores exp can take as they are."""
    return np.abs(x).max(axis=1) < 600.0


def _wrong(hint: str, gradient: Callable[[Any, Any], Any]) -> Mistake:
    """Another gradient, also recognized where large scores overflow on top of it."""

    def explains(args: tuple[Any, ...], dx: Any) -> bool:
        dout, (x,) = args
        rows = moderate(x)
        return dx.shape == x.shape and same(dx[rows], gradient(dout[rows], softmax(x[rows])))

    return Mistake(hint, with_p(gradient), explains)


FORMULAS = (
    _wrong(
        "You use p (1 - p), which is the diagonal of the Jacobian alone. Raise one score: the "
        "other probabilities of the row fall, and their dout counts too.",
        lambda dout, p: dout * p * (1 - p),
    ),
    _wrong(
        "You return p (1 - p), the diagonal of the Jacobian alone, and without dout. Raise "
        "one score: all probabilities of the row move, each with its own dout.",
        lambda dout, p: p * (1 - p),
    ),
    _wrong(
        "The diagonal of the Jacobian is missing: you leave out what a score does to its own "
        "probability, p (1 - p).",
        lambda dout, p: p * (dout * p - row_sum(dout * p)),
    ),
    _wrong(
        "In your loop the last share replaces the ones before it. A score acts on all "
        "probabilities of its row: add the shares up.",
        lambda dout, p: jacobians(p)[:, :, -1] * dout[:, -1:],
    ),
    _wrong(
        "You sum the rows of the Jacobian without dout. Each of its entries meets the dout of "
        "the probability that it moves.",
        lambda dout, p: jacobians(p).sum(axis=2),
    ),
    _wrong(
        "You return p dout. From dout you still have to take away the sum of dout p over the "
        "row, because a higher score takes probability from all others.",
        lambda dout, p: p * dout,
    ),
    _wrong(
        "Your sum runs over all entries. Every row is an example of its own: sum over axis 1, "
        "and keep that axis.",
        lambda dout, p: p * (dout - np.sum(dout * p)),
    ),
    _wrong(
        "Your sum runs down the columns. The entries that act on each other stand in one row: "
        "sum over axis 1, and keep that axis.",
        lambda dout, p: p * (dout - (dout * p).sum(axis=0)),
    ),
    _wrong(
        "You take away the sum of dout. In the sum every dout is weighted with its "
        "probability: sum dout p.",
        lambda dout, p: p * (dout - row_sum(dout)),
    ),
    _wrong(
        "You take away the mean over the row. The product with the Jacobian is a sum: do not "
        "divide by C.",
        lambda dout, p: p * (dout - (dout * p).mean(axis=1, keepdims=True)),
    ),
    _wrong(
        "You take away the plain mean of dout. What is taken away is the mean weighted by the "
        "probabilities: the sum of dout p.",
        lambda dout, p: p * (dout - dout.mean(axis=1, keepdims=True)),
    ),
    _wrong(
        "You take the same sum away from every entry. It carries the factor p as well: "
        "p dout - p times the sum.",
        lambda dout, p: p * dout - row_sum(dout * p),
    ),
    _wrong(
        "You return the gradient without the factor p in front. It multiplies both terms: "
        "p (dout - sum).",
        lambda dout, p: dout - row_sum(dout * p),
    ),
    _wrong(
        "This is only what the other scores do, -p times the sum. The diagonal of the "
        "Jacobian, p dout, is missing.",
        lambda dout, p: -p * row_sum(dout * p),
    ),
    _wrong(
        "Your sum has p in it once too often: p is either inside the sum or in front of it, "
        "and in the sum it stands once, beside dout.",
        lambda dout, p: p * (dout - p * row_sum(dout * p)),
    ),
    _wrong(
        "You weight the sum of dout by p of the entry itself. Inside the sum each dout meets "
        "its own p.",
        lambda dout, p: p * (dout - p * row_sum(dout)),
    ),
    _wrong(
        "You return p - dout. That is the form of softmax and cross-entropy together, with "
        "labels; here dout may be any gradient, and only softmax is differentiated.",
        lambda dout, p: p - dout,
    ),
    _wrong(
        "You return (p - dout) / N. That is the form of softmax and cross-entropy together, "
        "with labels; here dout may be any gradient, and only softmax is differentiated.",
        lambda dout, p: (p - dout) / len(p),
    ),
    _wrong(
        "You return a matrix of derivatives for each row. Multiply it by that row of dout: dx "
        "has the shape of x.",
        lambda dout, p: jacobians(p),
    ),
    _wrong(
        "The signs inside the Jacobian are wrong: the row sum is taken away, not added. A "
        "higher score takes probability from the others.",
        lambda dout, p: p * (dout + row_sum(dout * p)),
    ),
    _wrong(
        "You return the probabilities. What is asked for is how fast the loss changes with "
        "the scores.",
        lambda dout, p: p,
    ),
    _wrong(
        "Your gradient has the sum of dout p where the difference dout - sum belongs.",
        lambda dout, p: p * row_sum(dout * p),
    ),
    _wrong(
        "You multiply p (1 - p) by the sum of dout. Each probability moves by its own "
        "derivative, and meets its own dout.",
        lambda dout, p: p * (1 - p) * row_sum(dout),
    ),
    _wrong(
        "You hand dout on as it came, as if a score moved its own probability alone, and at "
        "the speed 1.",
        lambda dout, p: dout,
    ),
)
