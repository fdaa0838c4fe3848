"""``layer_statistics``: what is measured behind every layer."""

from collections.abc import Iterator
from math import sqrt
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise
from nbcourse.layer_statistics import layer_statistics
from nbcourse.specs.graphs.common import sizes
from nbcourse.specs.initialization.networks import network
from nbcourse.specs.initialization.wrong_statistics import WRONG


def _cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    a, b, c, d = sizes(rng, 4)
    for activation in ("tanh", "relu"):
        # A mean far from 0 tells the standard deviation from the root of the mean square.
        yield network(rng, [a, b, c, d]), 0.7 + rng.standard_normal((d + 3, a)), activation
        yield network(rng, [b, b, b]), rng.standard_normal((a + 2, b)), activation
    yield network(rng, [c, d]), rng.standard_normal((1, c)), "tanh"
    yield network(rng, [1, a, 1]), rng.standard_normal((b + 3, 1)), "tanh"


def _large(rng: np.random.Generator) -> tuple[Any, ...]:
    """More layers than anyone writes down one by one."""
    return network(rng, [12] * 41), rng.standard_normal((200, 12)), "tanh"


def _by_one_matrix_product(weights: Any, x: Any, activation: str) -> Any:
    means, stds, h = [], [], x.T
    for w in weights:
        h = np.tanh(w.T @ h) if activation == "tanh" else (w.T @ h) * (w.T @ h > 0)
        means.append(float(np.sum(h) / h.size))
        stds.append(sqrt(np.mean((h - means[-1]) ** 2)))
    return means, stds


LAYER_STATISTICS = Exercise(
    name="layer_statistics",
    points=3,
    reference=layer_statistics,
    parts=("means", "stds"),
    cases=_cases,
    large=_large,
    mistakes=WRONG,
    alternatives=(_by_one_matrix_product,),
    summary="mean and standard deviation behind every layer",
)
