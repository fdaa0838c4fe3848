"""The max gate, which hands everything to the larger of its inputs."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise, Mistake
from nbcourse.operations import max_backward, max_forward
from nbcourse.specs.graphs.common import BEYOND_STEPS, entrywise_shapes, rule


def _apart(rng: np.random.Generator, shape: tuple[int, ...]) -> tuple[Any, Any]:
    """Two arrays that differ by at least 0.2 everywhere: at a tie max has no derivative."""
    x = rng.normal(0.5, 1.0, shape)
    gap = rng.uniform(0.2, 2.0, shape) * rng.choice((-1.0, 1.0), shape)
    return x, x + gap


def _max_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    for shape in entrywise_shapes(rng):
        yield _apart(rng, shape)


def _max_by_one_comparison(dout: Any, cache: Any) -> Any:
    x, y = cache
    if x > y:
        return dout, 0 * dout
    return 0 * dout, dout


def _one_winner(args: tuple[Any, ...], result: Any) -> bool:
    """Whether one input gets all of dout, however the winner was chosen."""
    dout = args[0]
    dx, dy = (np.broadcast_to(part, dout.shape) for part in result)
    return bool(
        (np.array_equal(dx, dout) and not dy.any()) or (np.array_equal(dy, dout) and not dx.any())
    )


def _max_by_assigning_into_a_copy(dout: Any, cache: Any) -> Any:
    x, y = cache
    dx, dy = dout.copy(), dout.copy()
    dx[x < y] = 0
    dy[x > y] = 0
    return dx, dy


MAX = Exercise(
    name="max_backward",
    points=2,
    reference=max_backward,
    parts=("dx", "dy"),
    cases=_max_cases,
    large=lambda rng: tuple(BEYOND_STEPS * each for each in _apart(rng, (200, 300))),
    forward=max_forward,
    wrt={"dx": 0, "dy": 1},
    upstream=True,
    mistakes=(
        Mistake(
            "You return where each input wins, as 0 and 1. These are the local derivatives: the "
            "gradient that arrives is not in them yet.",
            rule(lambda dout, x, y: (1.0 * (x > y), 1.0 * (y > x))),
        ),
        Mistake(
            "You send dout to the smaller input. Move the smaller one a little: the maximum does "
            "not notice.",
            rule(lambda dout, x, y: (dout * (x < y), dout * (y < x))),
        ),
        Mistake(
            "You send dout to both inputs, as an add gate does. At every entry only one of them "
            "decides what the maximum is.",
            rule(lambda dout, x, y: (dout, dout)),
        ),
        Mistake(
            "Both inputs get half of dout. Away from a tie one of them decides alone, and takes "
            "all of it.",
            rule(lambda dout, x, y: (dout / 2, dout / 2)),
        ),
        Mistake(
            "You route the values of x and y. What travels backward is dout: the values only "
            "decide which way it goes.",
            rule(lambda dout, x, y: (np.where(x > y, x, 0.0), np.where(y > x, y, 0.0))),
        ),
        Mistake(
            "You scale dout by the value of the larger input. Where x wins, the output is x "
            "itself: what is its derivative with respect to x?",
            rule(lambda dout, x, y: (dout * x * (x > y), dout * y * (y > x))),
        ),
        Mistake(
            "You compare each input with 0, which is ReLU's rule. Here the inputs compete with "
            "each other.",
            rule(lambda dout, x, y: (dout * (x > 0), dout * (y > 0))),
        ),
        Mistake(
            "An if makes one decision for the whole array. Each entry has its own winner: compare "
            "entry by entry, which gives an array of True and False.",
            _max_by_one_comparison,
        ),
        Mistake(
            "You choose one winner for the whole array. Each entry has its own: compare entry by "
            "entry, without any, all or the largest entry of an array.",
            rule(lambda dout, x, y: (dout, 0 * dout) if x.max() > y.max() else (0 * dout, dout)),
            _one_winner,
        ),
        Mistake(
            "You use the same comparison for both inputs. Where x wins, y gets nothing: dy needs "
            "the entries in which y is the larger one.",
            rule(lambda dout, x, y: (dout * (x > y), dout * (x > y))),
        ),
        Mistake(
            "The input that loses gets the negative of dout. Move it a little: the maximum does "
            "not notice, so its gradient is 0.",
            rule(lambda dout, x, y: (dout * np.sign(x - y), dout * np.sign(y - x))),
        ),
        Mistake(
            "You compare absolute values. The larger of -3 and 1 is 1.",
            rule(lambda dout, x, y: (dout * (abs(x) > abs(y)), dout * (abs(y) > abs(x)))),
        ),
        Mistake(
            "You compare dout with the inputs. Which of them wins was decided on the way forward, "
            "before any gradient came back: compare x with y.",
            rule(lambda dout, x, y: (dout * (dout > x), dout * (dout > y))),
        ),
        Mistake(
            "You pick out the entries that win, and the others are gone. dx has the shape of x, "
            "with 0 where x loses.",
            rule(lambda dout, x, y: (dout[x > y], dout[y > x])),
        ),
    ),
    alternatives=(
        _max_by_assigning_into_a_copy,
        rule(lambda dout, x, y: (np.where(x > y, dout, 0.0), np.where(x > y, 0.0, dout))),
        rule(lambda dout, x, y: [dout * (x == np.maximum(x, y)), dout * (y >= x)]),
        rule(lambda dout, x, y: (dout * (1 + np.sign(x - y)) / 2, dout * (1 + np.sign(y - x)) / 2)),
    ),
    summary="gradients of the larger of two arrays, entry by entry",
)
