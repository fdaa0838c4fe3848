"""The size of an update relative to the weight."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise
from nbcourse.monitor import update_ratio
from nbcourse.specs.graphs.common import sizes
from nbcourse.specs.training.wrong_ratios import RATIO_MISTAKES
from nbcourse.specs.training.wrong_sizes import SIZE_MISTAKES


def _ratio_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    n, d, m = sizes(rng, 3)
    for shape in ((n, d), (d,), (n, 1), (1, d), (n, d, m)):
        w = rng.normal(0.8, 1.0, shape)
        yield w, w + rng.normal(0.2, 0.4, shape)
    w = rng.normal(-0.5, 1.0, (n, d))
    yield w, w - 1e-3 * rng.standard_normal((n, d))
    yield w, -2.0 * w
    yield w, w.copy()
    # Small weights: what is added to the norm would show.
    yield 1e-4 * w, 1e-4 * (w + rng.standard_normal((n, d)))
    yield 1e6 * w, 1e6 * (w + rng.standard_normal((n, d)))
    yield np.array([[-4.0]]), np.array([[-3.0]])
    # Half of the weights are 0: no ratio of single entries is finite.
    w = rng.standard_normal((d, n)) * (np.arange(n) % 2)
    yield w, w + 0.1 * rng.standard_normal((d, n))


def _layer(rng: np.random.Generator) -> tuple[Any, ...]:
    w = rng.normal(0.1, 1.0, (300, 200))
    return w, w + 1e-2 * rng.normal(0.1, 1.0, (300, 200))


UPDATE_RATIO = Exercise(
    name="update_ratio",
    points=4,
    reference=update_ratio,
    parts=("ratio",),
    cases=_ratio_cases,
    large=_layer,
    mistakes=RATIO_MISTAKES + SIZE_MISTAKES,
    alternatives=(
        lambda w, w_new: np.sqrt(np.sum((w_new - w) ** 2)) / np.sqrt(np.sum(w**2)),
        lambda w, w_new: np.sqrt(np.mean((w - w_new) ** 2) / np.mean(w**2)),
        lambda w, w_new: np.linalg.norm((w_new - w) / np.linalg.norm(w)),
        lambda w, w_new: (
            sum((b - a) ** 2 for a, b in zip(w.ravel(), w_new.ravel(), strict=True)) ** 0.5
            / sum(a**2 for a in w.ravel()) ** 0.5
        ),
    ),
    summary="norm of an update divided by the norm of the weight",
)
