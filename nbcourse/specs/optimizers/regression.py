"""``linear_regression_sgd``: one step against the gradient of one example."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise
from nbcourse.linear_regression import linear_regression_sgd
from nbcourse.specs.graphs.common import BEYOND_STEPS, sizes
from nbcourse.specs.optimizers.wrong_regressions import MISTAKES


def _example(rng: np.random.Generator, d: int, center: float = 0.0) -> tuple[Any, ...]:
    theta, x = rng.normal(0.3, 1.0, d), rng.normal(center, 1.0, d)
    # Far from what is predicted, so that squares and signs of the error differ from the error.
    y = float(np.dot(theta, x) + rng.choice((-1.0, 1.0)) * rng.uniform(1.5, 4.0))
    return theta, x, y, float(rng.uniform(0.05, 0.3))


def _cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    few, some = sizes(rng, 2)
    yield _example(rng, few)
    yield _example(rng, some, center=8.0)
    yield _example(rng, 1, center=2.0)
    theta, x, y, _ = _example(rng, some)
    yield theta, x, y, 0.7
    yield np.zeros(few), x[:1].repeat(few) + np.arange(few), y, 0.02  # where training starts


def _large(rng: np.random.Generator) -> tuple[Any, ...]:
    theta, x, y, lr = _example(rng, 300)
    return BEYOND_STEPS * theta, x, BEYOND_STEPS * y, lr


def _by_loops(theta: Any, x: Any, y: Any, lr: Any) -> Any:
    error = sum(t * v for t, v in zip(theta, x, strict=True)) - y
    return [t - lr * error * v for t, v in zip(theta, x, strict=True)]


LINEAR_REGRESSION_SGD = Exercise(
    name="linear_regression_sgd",
    points=1,
    reference=linear_regression_sgd,
    parts=("theta",),
    cases=_cases,
    large=_large,
    mistakes=MISTAKES,
    alternatives=(
        _by_loops,
        lambda theta, x, y, lr: theta + lr * (y - x @ theta) * x,
        lambda theta, x, y, lr: theta - lr * x * (np.sum(theta * x) - y),
        lambda theta, x, y, lr: theta - lr * (np.outer(x, x) @ theta - y * x),
    ),
    summary="one step of gradient descent on one example of a linear regression",
)
