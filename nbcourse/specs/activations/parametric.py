"""PReLU: the slope of each feature is learned, so it gets a gradient of its own."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise, Mistake
from nbcourse.rectifiers import prelu_backward, prelu_forward
from nbcourse.specs.activations.common import MANY, off_kink, one_decision, taken_whole
from nbcourse.specs.activations.parametric_slips import IN_ONE_PART
from nbcourse.specs.graphs.common import BEYOND_STEPS, rule, sizes


def _slopes(rng: np.random.Generator, count: int) -> Any:
    return rng.uniform(-0.5, 0.9, count)


def _cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    n, d = sizes(rng, 2)
    for shape in ((n, d), (d, n), (1, d), (n, 1)):
        yield off_kink(rng, shape), _slopes(rng, shape[1])
    # A unit that is always on, one that never is, and inputs far out.
    x = off_kink(rng, (n, 4)) * np.array([1.0, 1.0, 1.0, 40.0])
    x[:, 0], x[:, 1] = np.abs(x[:, 0]) + 5.0, -np.abs(x[:, 1]) - 5.0
    yield x, _slopes(rng, 4)


def _large(rng: np.random.Generator) -> tuple[Any, ...]:
    return BEYOND_STEPS * off_kink(rng, MANY), _slopes(rng, MANY[1])


def _by_loops(dout: Any, cache: Any) -> Any:
    x, alpha = cache
    dx, dalpha = np.zeros_like(x), np.zeros_like(alpha)
    for n in range(x.shape[0]):
        for d in range(x.shape[1]):
            if x[n, d] > 0:
                dx[n, d] = dout[n, d]
            else:
                dx[n, d] = alpha[d] * dout[n, d]
                dalpha[d] += x[n, d] * dout[n, d]
    return dx, dalpha


PRELU = Exercise(
    name="prelu_backward",
    points=2,
    reference=prelu_backward,
    parts=("dx", "dalpha"),
    cases=_cases,
    large=_large,
    forward=prelu_forward,
    wrt={"dx": 0, "dalpha": 1},
    upstream=True,
    mistakes=(
        *IN_ONE_PART,
        Mistake(
            "You choose the side by the output. With a negative alpha it is positive on both "
            "sides: look at x.",
            rule(
                lambda dout, x, alpha: (
                    np.where(prelu_forward(x, alpha)[0] > 0, dout, alpha * dout),
                    np.sum(dout * x * (prelu_forward(x, alpha)[0] <= 0), axis=0),
                )
            ),
        ),
        Mistake(
            "You return dx alone. alpha is learned, so it needs a gradient too: return "
            "(dx, dalpha).",
            lambda dout, cache: prelu_backward(dout, cache)[0],
        ),
        one_decision(prelu_backward),
        taken_whole(prelu_backward, "x, alpha"),
    ),
    alternatives=(
        _by_loops,
        rule(
            lambda dout, x, alpha: (
                dout * ((x > 0) + alpha * (x < 0)),
                np.einsum("nd,nd->d", dout, x * (x < 0)),
            )
        ),
        rule(
            lambda dout, x, alpha: [
                np.where(x < 0, alpha, 1) * dout,
                [float(dout[x[:, d] < 0, d] @ x[x[:, d] < 0, d]) for d in range(x.shape[1])],
            ]
        ),
    ),
    summary="gradients of parametric ReLU, with respect to input and slopes",
)
