"""Batch norm: the way forward, in both modes."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise
from nbcourse.normalization import batchnorm_forward
from nbcourse.specs.batch_norm.cache_slips import IN_CACHE
from nbcourse.specs.batch_norm.common import features, lengths, scale_and_shift
from nbcourse.specs.batch_norm.forward_slips import IN_OUT
from nbcourse.specs.batch_norm.forward_steps import Forward
from nbcourse.specs.batch_norm.running_slips import IN_RUNNING


def _inputs(rng: np.random.Generator, n: int, d: int) -> tuple[Any, ...]:
    # Running statistics in use for a while: neither zeros and ones, nor those of this batch.
    running = {"mean": rng.normal(1.0, 2.0, d), "var": rng.uniform(0.4, 6.0, d)}
    return features(rng, n, d), *scale_and_shift(rng, d), running


def _cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    n, d = lengths(rng, 2)

    def given() -> tuple[float, float]:
        return float(rng.uniform(0.15, 0.4)), float(rng.uniform(0.05, 0.5))

    for shape in ((n, d), (2, d), (n, 1)):
        yield *_inputs(rng, *shape), "train", *given()
    yield *_inputs(rng, d, n), "train"
    for shape in ((n, d), (1, d), (n, 1)):
        yield *_inputs(rng, *shape), "test", *given()
    yield *_inputs(rng, d, n), "test"
    constant, *more = _inputs(rng, n, d)
    constant[:, 0] = 3.0
    yield constant, *more, "train", 0.7


def _by_columns(
    x: Any, gamma: Any, beta: Any, running: Any, mode: str, momentum: float = 0.1, eps: float = 1e-5
) -> Any:
    n, d = x.shape
    if mode == "train" and n == 1:
        raise ValueError("one row has no spread")
    x_hat, inv_std = np.zeros((n, d)), np.zeros(d)
    mean, var = running["mean"].copy(), running["var"].copy()
    for j in range(d):
        column = x[:, j]
        if mode == "train":
            mu = sum(column) / n
            squares = sum((value - mu) ** 2 for value in column)
            inv_std[j] = (squares / n + eps) ** -0.5
            mean[j] += momentum * (mu - mean[j])
            var[j] += momentum * (squares / (n - 1) - var[j])
        else:
            mu, inv_std[j] = mean[j], (var[j] + eps) ** -0.5
        x_hat[:, j] = (column - mu) * inv_std[j]
    cache = (x_hat, gamma, inv_std) if mode == "train" else None
    return [x_hat * gamma + beta, cache, {"var": var, "mean": mean}]


def _step_by_step(
    x: Any, gamma: Any, beta: Any, running: Any, mode: str, momentum: float = 0.1, eps: float = 1e-5
) -> Any:
    if mode == "test":
        scale = gamma / np.sqrt(running["var"] + eps)
        return x * scale + (beta - running["mean"] * scale), None, running
    n = x.shape[0]
    if n < 2:
        raise ValueError(f"training needs at least 2 rows, got {n}")
    mu = 1.0 / n * np.sum(x, axis=0)
    centered = x - mu
    var = np.mean(centered**2, axis=0)
    inv_std = 1.0 / np.sqrt(var + eps)
    x_hat = centered * inv_std
    new = {
        "mean": running["mean"] * (1 - momentum) + mu * momentum,
        "var": running["var"] * (1 - momentum) + np.var(x, axis=0, ddof=1) * momentum,
    }
    return gamma * x_hat + beta, [x_hat, gamma, inv_std], new


BATCHNORM_FORWARD = Exercise(
    name="batchnorm_forward",
    points=4,
    reference=batchnorm_forward,
    parts=("out", "cache", "running"),
    cases=_cases,
    large=lambda rng: (*_inputs(rng, 700, 60), "train", 0.2, 0.1),
    refused=(
        "a training batch of one row",
        lambda rng: (*_inputs(rng, 1, 4), "train", 0.2, 0.1),
    ),
    mistakes=(*IN_OUT, *IN_CACHE, *IN_RUNNING),
    alternatives=(_by_columns, _step_by_step, Forward()),
    summary="batch norm in training and at test time, with its running statistics",
)
