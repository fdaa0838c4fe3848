"""A small exercise with three parts, for the tests of the checks: the linear layer."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise, Mistake
from nbcourse.layers import linear_backward, linear_forward

BIAS_HINT = "You sum over the wrong axis."


def _cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    for n, d, m in ((4, 3, 2), (1, 3, 2), (3, 1, 4)):
        yield rng.standard_normal((n, d)), rng.standard_normal((d, m)), rng.standard_normal(m)


def _wrong_bias(dout: Any, cache: Any) -> Any:
    dx, dw, _ = linear_backward(dout, cache)
    return dx, dw, dout.sum(axis=1)


EXERCISE = Exercise(
    name="linear_backward",
    points=3,
    reference=linear_backward,
    parts=("dx", "dw", "db"),
    cases=_cases,
    large=lambda rng: (
        rng.standard_normal((50, 40)),
        rng.standard_normal((40, 30)),
        rng.standard_normal(30),
    ),
    forward=linear_forward,
    wrt={"dx": 0, "dw": 1, "db": 2},
    upstream=True,
    mistakes=(Mistake(BIAS_HINT, _wrong_bias),),
    alternatives=(),
    summary="gradients of the linear layer",
)
