"""Layer norm: the way forward."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise
from nbcourse.layer_normalization import layernorm_forward
from nbcourse.specs.batch_norm.common import normalized_cases
from nbcourse.specs.batch_norm.layer_forward_slips import MISTAKES, LayerForward


def _cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    x = None
    for x, gamma, beta, eps in normalized_cases(rng, 1):
        yield x, gamma, beta, eps
        yield x, gamma, beta
    # A row that is constant; the last inputs are known to have several features.
    assert x is not None
    constant = x.copy()
    constant[0] = 3.0
    yield constant, gamma, beta


def _large(rng: np.random.Generator) -> tuple[Any, ...]:
    d = 70
    return rng.normal(3.0, 2.0, (600, d)), rng.uniform(1.5, 3.0, d), rng.normal(0.8, 1.0, d), 0.1


def _by_rows(x: Any, gamma: Any, beta: Any, eps: float = 1e-5) -> Any:
    x_hat, inv_std = np.empty(x.shape), np.empty((len(x), 1))
    for i, row in enumerate(x):
        mean = sum(row) / len(row)
        inv_std[i] = (sum((value - mean) ** 2 for value in row) / len(row) + eps) ** -0.5
        x_hat[i] = (row - mean) * inv_std[i]
    return [x_hat * gamma + beta, [x_hat, gamma, inv_std]]


def _transposed(x: Any, gamma: Any, beta: Any, eps: float = 1e-5) -> Any:
    columns = x.T
    inv_std = 1.0 / np.sqrt(np.var(columns, axis=0) + eps)
    x_hat = ((columns - np.mean(columns, axis=0)) * inv_std).T
    return gamma.reshape(1, -1) * x_hat + beta.reshape(1, -1), (x_hat, gamma, inv_std[:, None])


LAYERNORM_FORWARD = Exercise(
    name="layernorm_forward",
    points=1,
    reference=layernorm_forward,
    parts=("out", "cache"),
    cases=_cases,
    large=_large,
    mistakes=MISTAKES,
    alternatives=(_by_rows, _transposed, LayerForward()),
    summary="layer norm, each row over its features",
)
