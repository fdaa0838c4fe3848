"""A residual block: the way back."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise, Mistake
from nbcourse.residual import residual_backward, residual_forward
from nbcourse.specs.batch_norm.last_resorts import only_wrong
from nbcourse.specs.batch_norm.shortcut_slips import (
    IN_PARAMETERS,
    IN_THE_BLOCK,
    ON_THE_SHORTCUT,
    TOGETHER,
)
from nbcourse.specs.batch_norm.shortcut_steps import Block
from nbcourse.specs.graphs.common import BEYOND_STEPS, rule, sizes


def _inputs(rng: np.random.Generator, n: int, d: int, h: int) -> tuple[Any, ...]:
    """A block of which no hidden unit is so near its kink that a step could cross it."""
    while True:
        x, w1 = rng.normal(1.0, 1.2, (n, d)), rng.normal(0.1, 0.8, (d, h))
        b1, w2 = rng.normal(0.2, 1.0, h), rng.normal(-0.2, 1.0, (h, d))
        if np.abs(x @ w1 + b1).min() > 0.01:
            return x, w1, b1, w2, rng.normal(0.5, 1.0, d)


def _cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    n, d, h = sizes(rng, 3)
    for shape in ((n, d, h), (h, n, d), (1, d, h), (n, 1, h), (n, d, 1)):
        yield _inputs(rng, *shape)


def _large(rng: np.random.Generator) -> tuple[Any, ...]:
    n, d, h = 40, 300, 200
    x, w1 = rng.normal(1.0, 1.2, (n, d)), rng.normal(0.0, 0.1, (d, h))
    b1, w2 = rng.normal(0.2, 1.0, h), rng.normal(0.0, 1.0, (h, d))
    # Huge x and b1: a step is lost in them, in w1 / BEYOND_STEPS it is far too long.
    return BEYOND_STEPS * x, w1 / BEYOND_STEPS, b1, w2, rng.normal(0.5, 1.0, d)


def _by_examples(dout: Any, cache: Any) -> Any:
    x, w1, b1, w2 = cache
    dx, dw1, db1, dw2 = (np.zeros(part.shape) for part in (x, w1, b1, w2))
    db2 = np.zeros(x.shape[1])
    for i in range(len(x)):
        a = x[i] @ w1 + b1
        da = np.where(a > 0, w2 @ dout[i], 0.0)
        dx[i] = dout[i] + w1 @ da
        dw1 += np.outer(x[i], da)
        db1 += da
        dw2 += np.outer(np.maximum(a, 0), dout[i])
        db2 += dout[i]
    return dx, dw1, db1, dw2, db2


def _with_sums_written_out(dout: Any, x: Any, w1: Any, b1: Any, w2: Any) -> Any:
    h = np.clip(np.einsum("nd,dh->nh", x, w1) + b1, 0, None)
    dh = np.einsum("nd,hd->nh", dout, w2)
    dh[h <= 0] = 0
    dx = np.einsum("nh,dh->nd", dh, w1) + dout
    dw1, dw2 = np.einsum("nd,nh->dh", x, dh), np.einsum("nh,nd->hd", h, dout)
    return [dx, dw1, np.ones(len(x)) @ dh, dw2, np.ones(len(x)) @ dout]


# What to say where nothing is recognized, and the parts that are wrong then.
_WHERE: tuple[tuple[Any, ...], ...] = (
    ("dx is wrong, and all else is right: dx = dout + da @ w1.T, two paths.", 0),
    ("Your dw1 is wrong: x.T @ da.", 1),
    ("Your db1 is wrong: da summed over the batch.", 2),
    ("Your dw2 is wrong: h.T @ dout, with h = max(0, a).", 3),
    ("Your db2 is wrong: dout summed over the batch.", 4),
    (
        "The gradients of w2 and b2 are right, those below are not. Between them lies "
        "dh = dout @ w2.T, without the shortcut, and then the ReLU, by the sign of a.",
        *(0, 1, 2),
    ),
)

RESIDUAL_BACKWARD = Exercise(
    name="residual_backward",
    points=3,
    reference=residual_backward,
    parts=("dx", "dw1", "db1", "dw2", "db2"),
    cases=_cases,
    large=_large,
    forward=residual_forward,
    wrt={"dx": 0, "dw1": 1, "db1": 2, "dw2": 3, "db2": 4},
    upstream=True,
    mistakes=(
        *ON_THE_SHORTCUT,
        *IN_THE_BLOCK,
        *IN_PARAMETERS,
        Mistake(
            "The shapes do not fit. Write them down: dout and dx are (N, D), a, h and their "
            "gradients (N, H), w1 is (D, H), w2 is (H, D).",
            Block(dh=lambda s: s.dout @ s.w2),
        ),
        *TOGETHER,
        Mistake(
            "You return dx alone. All five are asked for: dx, dw1, db1, dw2, db2.",
            lambda dout, cache: residual_backward(dout, cache)[0],
        ),
        *(only_wrong(residual_backward, hint, *parts) for hint, *parts in _WHERE),
    ),
    alternatives=(_by_examples, rule(_with_sums_written_out), Block()),
    summary="gradients of a residual block of two linear layers",
)
