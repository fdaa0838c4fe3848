"""Maxout: K linear layers compete at every output, and the winner alone gets the gradient."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise, Mistake
from nbcourse.exercise.comparison import same
from nbcourse.maxout import maxout_backward, maxout_forward
from nbcourse.specs.activations.common import named_by_itself, raised
from nbcourse.specs.activations.maximum_slips import IN_ONE_PART, one, pieces
from nbcourse.specs.graphs.common import BEYOND_STEPS, rule, sizes

# Closer than this no two pieces may come: where they are equal the output has a kink.
_MARGIN = 0.01


def _cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    n, d, m = sizes(rng, 3)
    for shape in ((n, d, m, 3), (1, d, m, 2), (n, 1, m, 4), (n, d, 1, 2), (n, d, m, 1)):
        yield _drawn(rng, *shape)


def _drawn(rng: np.random.Generator, n: int, d: int, m: int, k: int) -> tuple[Any, ...]:
    """Inputs in which every piece but a single one wins and loses, and no two are nearly equal."""
    while True:
        x, w = rng.normal(0.4, 1.0, (n, d)), rng.normal(-0.2, 1.0, (k, d, m))
        b = rng.normal(0.0, 1.0, (k, m))
        z = np.sort(pieces(x, w, b), axis=0)
        if k == 1 or (z[-1] - z[-2]).min() > _MARGIN:
            return x, w, b


def _large(rng: np.random.Generator) -> tuple[Any, ...]:
    x, w = rng.normal(0.4, 1.0, (100, 25)), rng.normal(-0.2, 1.0, (3, 25, 40))
    return BEYOND_STEPS * x, w, rng.normal(0.0, BEYOND_STEPS, (3, 40))


def _routed(winners: Callable[..., Any]) -> Callable[..., Any]:
    """The right gradients for another choice of who gets dout, (K, N, M)."""

    def backward(dout: Any, cache: Any) -> Any:
        x, w, b = cache
        g = dout * winners(pieces(x, w, b), x, w)
        return np.einsum("knm,kdm->nd", g, w), np.einsum("nd,knm->kdm", x, g), g.sum(axis=1)

    return backward


def _does_not_fit(args: tuple[Any, ...], result: Any) -> bool:
    """Whether it stopped at shapes that cannot be broadcast, as far as these shapes cannot."""
    _, (x, w, _) = args
    return raised(result, "broadcast") or 1 in (*x.shape, *w.shape)


def _another_wins(args: tuple[Any, ...], result: Any) -> bool:
    """Whether all of dout is given to some piece or other."""
    pairs = zip(result, maxout_backward(*args), strict=True)
    right = [same(*pair) for pair in pairs]  # all of them, where there is but one piece
    given = same(result[2].sum(axis=0), args[0].sum(axis=0))
    return given and (all(right) or not any(right))


def _all_but(position: int) -> Callable[[tuple[Any, ...], Any], bool]:
    """Whether the other parts are right, and this one has the right shape."""

    def explains(args: tuple[Any, ...], result: Any) -> bool:
        parts = list(zip(result, maxout_backward(*args), strict=True))
        got, right = parts.pop(position)
        return (
            all(same(*pair) for pair in parts)
            and np.shape(got) == right.shape
            and not named_by_itself(maxout_backward, position, args, got)
        )

    return explains


def _without_adding_up(dout: Any, cache: Any) -> Any:
    x, w, b = cache
    dx, dw, db = maxout_backward(dout, cache)
    winners = pieces(x, w, b).argmax(axis=0)
    for n, m in np.ndindex(dout.shape):
        k = winners[n, m]
        dw[k, :, m], db[k, m] = dout[n, m] * x[n], dout[n, m]
    return dx, dw, db


def _piece_by_piece(dout: Any, cache: Any) -> Any:
    x, w, b = cache
    scores = np.stack([x @ w[k] + b[k] for k in range(len(w))])
    dx, dw, db = np.zeros_like(x), np.zeros_like(w), np.zeros_like(b)
    for k in range(len(w)):
        dk = np.where(scores[k] == scores.max(axis=0), dout, 0.0)
        dx += dk @ w[k].T
        dw[k] = x.T @ dk
        db[k] = dk.sum(axis=0)
    return dx, dw, db


def _entry_by_entry(dout: Any, cache: Any) -> Any:
    x, w, b = cache
    dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(b.shape)
    for n in range(len(x)):
        for m in range(w.shape[2]):
            k = int(np.argmax([x[n] @ w[j][:, m] + b[j, m] for j in range(len(w))]))
            dx[n] += dout[n, m] * w[k, :, m]
            dw[k, :, m] += dout[n, m] * x[n]
            db[k, m] += dout[n, m]
    return [dx, dw, db]


MAXOUT = Exercise(
    name="maxout_backward",
    points=3,
    reference=maxout_backward,
    parts=("dx", "dw", "db"),
    cases=_cases,
    large=_large,
    forward=maxout_forward,
    wrt={"dx": 0, "dw": 1, "db": 2},
    upstream=True,
    mistakes=(
        Mistake(
            "Every piece gets dout. At each output only the largest piece was passed on: the "
            "others get 0 there.",
            _routed(lambda z, x, w: np.ones_like(z)),
        ),
        Mistake(
            "You choose the piece of largest absolute value. The largest of -3 and 1 is 1.",
            _routed(lambda z, x, w: one(np.abs(z).argmax(axis=0), len(z))),
        ),
        Mistake(
            "The first piece always wins. Compute all K pieces again from x, w and b, and see "
            "which is the largest at each output.",
            _routed(lambda z, x, w: one(0, len(z)) * np.ones_like(z)),
        ),
        Mistake(
            "The last piece always wins, or replaces the others in a loop. At each output the "
            "largest one gets dout.",
            _routed(lambda z, x, w: one(len(z) - 1, len(z)) * np.ones_like(z)),
        ),
        Mistake(
            "You send dout to the smallest piece. The output is the largest.",
            _routed(lambda z, x, w: one(z.argmin(axis=0), len(z))),
        ),
        Mistake(
            "You choose the winner without the biases. The output is the largest of x w_k + b_k.",
            _routed(lambda z, x, w: one(np.einsum("nd,kdm->knm", x, w).argmax(axis=0), len(z))),
        ),
        Mistake(
            "You share dout among the K pieces. At each output one piece takes all of it.",
            _routed(lambda z, x, w: np.full_like(z, 1 / len(z))),
        ),
        Mistake(
            "You send dout where a piece is above 0, which is ReLU's rule. Here the pieces "
            "compete with each other.",
            _routed(lambda z, x, w: z > 0),
        ),
        Mistake(
            "You put a ReLU behind the maximum: where the largest piece is below 0 it gets "
            "nothing. Maxout passes it on as it is.",
            _routed(lambda z, x, w: (z == z.max(axis=0)) & (z > 0)),
        ),
        Mistake(
            "You look for the largest unit of each example, or compare along another axis. What "
            "competes at each output is the K pieces: the first axis of x @ w + b.",
            _routed(lambda z, x, w: z == z.max(axis=2, keepdims=True)),
        ),
        Mistake(
            "You look for the largest example of each unit. What competes at each output is the K "
            "pieces: the first axis of x @ w + b.",
            _routed(lambda z, x, w: z == z.max(axis=1, keepdims=True)),
        ),
        Mistake(
            "You return two parts, dx and dw. The biases get a gradient too: return (dx, dw, db).",
            lambda dout, cache: maxout_backward(dout, cache)[:2],
        ),
        Mistake(
            "You return dx alone. Weights and biases are learned and need gradients too: return "
            "(dx, dw, db).",
            lambda dout, cache: maxout_backward(dout, cache)[0],
        ),
        Mistake(
            "You choose one winner for each unit, over the whole batch. Each example has its own.",
            _routed(lambda z, x, w: one(z.sum(axis=1).argmax(axis=0), len(z)) * np.ones_like(z)),
        ),
        Mistake(
            "You choose one winner for each example, for all units together. Each output has its "
            "own.",
            _routed(
                lambda z, x, w: one(z.sum(axis=2).argmax(axis=0)[:, None], len(z)) * np.ones_like(z)
            ),
        ),
        Mistake(
            "You choose one winner for the whole layer. Each output of each example has its own.",
            _routed(lambda z, x, w: one(z.max(axis=(1, 2)).argmax(), len(z)) * np.ones_like(z)),
        ),
        Mistake(
            "You scale dout by the value of the winner. Where a piece wins, the output is that "
            "piece itself, and its slope is 1.",
            _routed(lambda z, x, w: z * (z == z.max(axis=0))),
        ),
        Mistake(
            "You weight the pieces by a softmax. The largest one takes all of dout, the others "
            "nothing.",
            _routed(lambda z, x, w: np.exp(z - z.max(0)) / np.exp(z - z.max(0)).sum(axis=0)),
        ),
        Mistake(
            "In your loop an example's share of dw and db replaces the ones before it. The "
            "gradients of all examples that a piece won add up: +=, not =.",
            _without_adding_up,
        ),
        Mistake(
            "In your dw and db the gradient that arrives is missing: you add up x, and 1, where a "
            "piece wins.",
            rule(
                lambda dout, x, w, b: (
                    maxout_backward(dout, (x, w, b))[0],
                    *maxout_backward(np.ones_like(dout), (x, w, b))[1:],
                )
            ),
        ),
        *IN_ONE_PART,
        Mistake(
            "At each output one piece gets all of dout in your code, and it is not the right one. "
            "Compute all K pieces, x w_k + b_k, and give it to the largest.",
            _routed(lambda z, x, w: one(np.argsort(z, axis=0)[max(len(z) - 2, 0)], len(z))),
            _another_wins,
        ),
        Mistake(
            "Your dw and db are right and your dx is not. At each output dout goes back to x "
            "through the winner's weights; add up over the pieces and over the units.",
            rule(
                lambda dout, x, w, b: (
                    maxout_backward(dout, (x, w, b))[0] + 0.1 * x,
                    *maxout_backward(dout, (x, w, b))[1:],
                )
            ),
            _all_but(0),
        ),
        Mistake(
            "Your dx and db are right and your dw is not. Each dw[k] is x.T, (D, N), times the "
            "dout that went to piece k, (N, M): a matrix product, which adds up over the batch.",
            rule(
                lambda dout, x, w, b: (
                    maxout_backward(dout, (x, w, b))[0],
                    maxout_backward(dout, (x, w, b))[1] + 0.1 * w,
                    maxout_backward(dout, (x, w, b))[2],
                )
            ),
            _all_but(1),
        ),
        Mistake(
            "Two of your arrays do not fit. x @ w + b[:, None] has the shape (K, N, M); the winner "
            "is found along its first axis, which leaves (N, M), the shape of dout.",
            _routed(lambda z, x, w: one(z.argmax(axis=1), len(z))),
            _does_not_fit,
        ),
    ),
    alternatives=(
        _piece_by_piece,
        _entry_by_entry,
        _routed(lambda z, x, w: z == z.max(axis=0)),
    ),
    summary="gradients of a maxout layer",
)
