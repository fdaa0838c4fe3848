"""``pca_whiten``: uncorrelated components of variance 1, learned from the training set."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nbcourse.arrays import Array
from nbcourse.exercise import Exercise
from nbcourse.specs.data.signs import align
from nbcourse.specs.data.wrong_components import MISTAKES
from nbcourse.whitening import pca_whiten

Sets = tuple[Array, Array]


def _drawn(rng: np.random.Generator, n: int, m: int, variances: Any, offset: float = 3.0) -> Sets:
    """A training set with exactly these variances along its components, in random directions.

    They are far enough apart that every way to compute the components gives the same. The test
    set is moved and scaled otherwise.
    """
    d = len(variances)
    scores = rng.standard_normal((n, d))
    scores, _ = np.linalg.qr(scores - scores.mean(axis=0))
    spread = np.sqrt(np.asarray(variances))
    directions, _ = np.linalg.qr(rng.standard_normal((d, d)))
    mean = offset * rng.choice([-1, 1], d) * rng.uniform(1.0, 2.0, d)
    train = mean + np.sqrt(n) * scores * spread @ directions
    test = (
        mean + (0.5 + rng.uniform(0.5, 2.0, d) * rng.standard_normal((m, d))) * spread @ directions
    )
    return train, test


def _cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    # More examples than features: fewer have components of variance 0, for which np.linalg.eig
    # answers with complex numbers.
    d = int(rng.integers(4, 6))
    n, m = int(rng.integers(12, 20)), int(rng.integers(7, 11))
    falling = rng.uniform(0.8, 1.2, d) * 4.0 ** -np.arange(d)
    yield *_drawn(rng, n, m, 8.0 * falling), 2
    yield *_drawn(rng, n + 1, m + 1, falling), d, 0.1
    yield *_drawn(rng, n, 1, falling[:3]), 1, 0.5
    yield *_drawn(rng, n, m, [rng.uniform(0.5, 2.0)]), 1, 0.3
    yield *_drawn(rng, n + 2, m, falling[:3], offset=40.0), 2, 0.0
    train, test = _drawn(rng, n + 3, m, falling[: d - 1])
    column = int(rng.integers(d))  # a constant feature: the rank is d - 1
    yield *(np.insert(x, column, 2.0, axis=1) for x in (train, test)), d - 1
    yield *_drawn(rng, n, n, 0.1 * falling[:3]), 2, 0.01


def _large(rng: np.random.Generator) -> tuple[Any, ...]:
    return *_drawn(rng, 200, 90, 0.7 ** np.arange(20)), 8


def _by_svd(x_train: Array, x_test: Array, n_components: int, eps: float = 1e-5) -> Sets:
    mean = np.mean(x_train, axis=0)
    _, s, vt = np.linalg.svd(x_train - mean, full_matrices=False)
    scale = np.sqrt(s[:n_components] ** 2 / len(x_train) + eps)
    matrix = vt[:n_components].T / scale
    return (x_train - mean) @ matrix, (x_test - mean) @ matrix


def _by_eig(x_train: Array, x_test: Array, n_components: int, eps: float = 1e-5) -> list[Array]:
    mean = x_train.mean(axis=0)
    values, vectors = np.linalg.eig(np.cov(x_train, rowvar=False, bias=True).reshape(len(mean), -1))
    order = np.argsort(-values)[:n_components]
    matrix = vectors[:, order] @ np.diag(1.0 / np.sqrt(values[order] + eps))
    return [(x_train - mean).dot(matrix), (x_test - mean).dot(matrix)]


def _turned(x_train: Array, x_test: Array, n_components: int, eps: float = 1e-5) -> Sets:
    z_train, z_test = pca_whiten(x_train, x_test, n_components, eps)
    signs = (-1.0) ** np.arange(n_components)
    return signs * z_train, signs * z_test


def _one_by_one(x_train: Array, x_test: Array, n_components: int, eps: float = 1e-5) -> Sets:
    """Without linear algebra: find the strongest direction by powers, remove it, go on."""
    mean = x_train.mean(axis=0)
    left = (x_train - mean).T @ (x_train - mean) / len(x_train)
    columns = []
    for _ in range(n_components):
        power = left / np.trace(left)
        for _ in range(40):
            power = power @ power
            power /= np.trace(power)
        direction = power[:, np.argmax(np.diag(power))]
        direction /= np.sqrt(np.sum(direction**2))
        variance = direction @ left @ direction
        left = left - variance * np.outer(direction, direction)
        columns.append(direction / np.sqrt(variance + eps))
    matrix = np.stack(columns, axis=1)
    return (x_train - mean) @ matrix, (x_test - mean) @ matrix


PCA_WHITEN = Exercise(
    name="pca_whiten",
    points=12,
    reference=pca_whiten,
    parts=("z_train", "z_test"),
    cases=_cases,
    large=_large,
    align=align,
    mistakes=MISTAKES,
    alternatives=(_by_svd, _by_eig, _turned, _one_by_one),
    summary="uncorrelated components of variance 1, by the training set's statistics",
)
