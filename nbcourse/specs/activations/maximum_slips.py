"""What students get wrong in one of maxout's three gradients when the right pieces win."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nbcourse.exercise import Mistake
from nbcourse.exercise.comparison import same
from nbcourse.maxout import maxout_backward


def pieces(x: Any, w: Any, b: Any) -> Any:
    """All K linear functions, (K, N, M)."""
    return np.einsum("nd,kdm->knm", x, w) + b[:, None]


def one(index: Any, count: int) -> Any:
    """1 where a piece has this index and 0 elsewhere, for an array of indices (N, M)."""
    return np.arange(count)[:, None, None] == index


def _part(position: int, gradient: Callable[..., Any]) -> Callable[..., Any]:
    """The right gradients but one, worked out from g (K, N, M), dout, x, w and b."""

    def backward(dout: Any, cache: Any) -> Any:
        x, w, b = cache
        g = dout * one(pieces(x, w, b).argmax(axis=0), len(w))
        parts = list(maxout_backward(dout, cache))
        parts[position] = gradient(g, dout, x, w, b)
        return tuple(parts)

    return backward


def _one_piece_carries(args: tuple[Any, ...], result: Any) -> bool:
    """Whether dw and db are right, and dx is made with the weights of the first or last piece."""
    dout, (_, w, _) = args
    _, dw, db = maxout_backward(*args)
    return (
        same(result[1], dw)
        and same(result[2], db)
        and any(same(result[0], dout @ each.T) for each in (w[0], w[-1], w.mean(axis=0)))
    )


IN_ONE_PART = (
    Mistake(
        "Your dx comes from all pieces. At each output only the winner's weights carry the "
        "gradient back.",
        _part(0, lambda g, dout, x, w, b: np.einsum("nm,kdm->nd", dout, w)),
    ),
    Mistake(
        "Your dx is carried back by the weights of one piece, whichever wins. At each output it is "
        "the winner's weights that do.",
        _part(0, lambda g, dout, x, w, b: dout @ w[0].T),
        _one_piece_carries,
    ),
    Mistake(
        "Your dx comes from one piece alone. x went into all K of them: add up what comes "
        "back from each.",
        _part(0, lambda g, dout, x, w, b: g[-1] @ w[-1].T),
    ),
    Mistake(
        "Your dx comes from the first piece alone. x went into all K of them: add up what "
        "comes back from each.",
        _part(0, lambda g, dout, x, w, b: g[0] @ w[0].T),
    ),
    Mistake(
        "Your dx is a mean over the pieces. What comes back from the K pieces is added up.",
        _part(0, lambda g, dout, x, w, b: np.einsum("knm,kdm->nd", g, w) / len(w)),
    ),
    Mistake(
        "Your dx is made with the largest weight of each entry. What wins is a whole piece, "
        "x w_k + b_k, and its weights carry the gradient.",
        _part(0, lambda g, dout, x, w, b: dout @ w.max(axis=0).T),
    ),
    Mistake(
        "Your dx is not summed over the pieces. x went into all K of them: add up what comes "
        "back from each.",
        _part(0, lambda g, dout, x, w, b: np.einsum("knm,kdm->knd", g, w)),
    ),
    Mistake(
        "Your dw is not summed over the batch. The same weights served all N examples: their "
        "gradients add up.",
        _part(1, lambda g, dout, x, w, b: np.einsum("nd,knm->nkdm", x, g)),
    ),
    Mistake(
        "Your dw is a mean over the batch. The loss holds the 1/N already, and with it dout: sum.",
        _part(1, lambda g, dout, x, w, b: np.einsum("nd,knm->kdm", x, g) / len(x)),
    ),
    Mistake(
        "In your dw the last example replaces the ones before it. Their gradients add up.",
        _part(1, lambda g, dout, x, w, b: np.einsum("d,km->kdm", x[-1], g[:, -1])),
    ),
    Mistake(
        "Your dw has rows and columns exchanged: each dw[k] is (D, M), as w[k] is.",
        _part(1, lambda g, dout, x, w, b: np.einsum("nd,knm->kmd", x, g)),
    ),
    Mistake(
        "Your dw gives every piece the whole gradient. A piece gets dout only where it won.",
        _part(
            1,
            lambda g, dout, x, w, b: np.einsum("k,nd,nm->kdm", np.ones(len(w)), x, dout),
        ),
    ),
    Mistake(
        "Your db gives every piece the whole gradient. A piece gets dout only where it won.",
        _part(2, lambda g, dout, x, w, b: np.tile(dout.sum(axis=0), (len(w), 1))),
    ),
    Mistake(
        "Your db is not summed over the batch. One bias served all N examples: their "
        "gradients add up.",
        _part(2, lambda g, dout, x, w, b: g),
    ),
    Mistake(
        "Your db is summed over the units. Each unit has its own bias: sum over the examples, "
        "to the shape (K, M).",
        _part(2, lambda g, dout, x, w, b: g.sum(axis=2)),
    ),
    Mistake(
        "Your db is summed over the pieces, to one bias for each unit. Each of the K pieces "
        "has its own: the shape is (K, M).",
        _part(2, lambda g, dout, x, w, b: dout.sum(axis=0)),
    ),
    Mistake(
        "Your db is a mean over the batch. The loss holds the 1/N already, and with it dout: sum.",
        _part(2, lambda g, dout, x, w, b: g.mean(axis=1)),
    ),
    Mistake(
        "Your db counts how often each piece wins. Add up the dout of those examples.",
        _part(2, lambda g, dout, x, w, b: (g != 0).sum(axis=1)),
    ),
    Mistake(
        "Your dw is divided by the number of pieces. Where a piece won it gets all of dout.",
        _part(1, lambda g, dout, x, w, b: np.einsum("nd,knm->kdm", x, g) / len(w)),
    ),
    Mistake(
        "Your dw has no axis for the pieces. Each of the K pieces has weights of its own: the "
        "shape is (K, D, M), and a piece gets dout only where it won.",
        _part(1, lambda g, dout, x, w, b: x.T @ dout),
    ),
    Mistake(
        "Your db is summed over examples and units. Each unit of each piece has its own bias: "
        "the shape is (K, M).",
        _part(2, lambda g, dout, x, w, b: g.sum(axis=(1, 2))),
    ),
    Mistake(
        "Your db takes the largest dout of each unit. The examples' gradients add up.",
        _part(2, lambda g, dout, x, w, b: g.max(axis=1)),
    ),
    Mistake(
        "Your dx is scaled with the winner's value. Where a piece wins, the output is that "
        "piece itself, and its slope with respect to x is its weights.",
        _part(
            0,
            lambda g, dout, x, w, b: np.einsum("knm,kdm->nd", g * pieces(x, w, b), w),
        ),
    ),
    Mistake(
        "In your dx the share of one unit replaces those of the others. x went into all M "
        "units: add up what comes back from each, +=, not =.",
        _part(0, lambda g, dout, x, w, b: np.einsum("kn,kd->nd", g[:, :, -1], w[:, :, -1])),
    ),
    Mistake(
        "Your dx is multiplied by x. A linear function's slope with respect to x is its "
        "weights alone.",
        _part(0, lambda g, dout, x, w, b: x * np.einsum("knm,kdm->nd", g, w)),
    ),
    Mistake(
        "Your db is multiplied by b. The bias is added, so it moves the output one to one.",
        _part(2, lambda g, dout, x, w, b: b * g.sum(axis=1)),
    ),
    Mistake(
        "Your dw is made with the weights. A product x w moves with w by x.",
        _part(1, lambda g, dout, x, w, b: w * g.sum(axis=1)[:, None]),
    ),
)
