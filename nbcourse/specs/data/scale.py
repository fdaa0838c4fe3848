"""``standardize``: the training set's mean and standard deviation for both sets."""

from collections.abc import Iterator

import numpy as np

from nbcourse.arrays import Array
from nbcourse.exercise import Exercise
from nbcourse.preprocessing import standardize
from nbcourse.specs.data.wrong_scales import MISTAKES

Sets = tuple[Array, Array]


def _drawn(rng: np.random.Generator, n: int, m: int, d: int) -> Sets:
    """Features of different scales and large means; the test set is distributed differently."""
    # No std is far below 1, so that a 1e-8 added to it against division by 0 cannot be seen.
    std = rng.permutation(np.geomspace(0.6, 20.0, d)) if d > 1 else rng.uniform(2.0, 5.0, 1)
    mean = rng.uniform(2.0, 4.0, d) * std * rng.choice([-1, 1], d)
    train = rng.standard_normal((n, d))
    train = mean + std * (train - train.mean(axis=0)) / train.std(axis=0)
    test = mean + std * (0.7 + 2.0 * rng.standard_normal((m, d)))
    return train, test


def _cases(rng: np.random.Generator) -> Iterator[Sets]:
    n, m, d = (int(size) for size in rng.choice(np.arange(3, 9), 3, replace=False))
    yield _drawn(rng, n + 3, m, d)
    yield _drawn(rng, n, 1, d)
    yield _drawn(rng, n, m, 1)
    yield _drawn(rng, 2, m, d)
    yield _drawn(rng, d, d, d)  # where a wrong axis raises no error
    # Constant features, like pixels at the edge. Whole numbers, so that their std is exactly 0;
    # the test set has the same, since how far a change there counts is left open.
    train, test = _drawn(rng, n + 2, m, d)
    for column, value in ((0, 0.0), (d - 1, float(rng.integers(2, 9)))):
        train[:, column] = test[:, column] = value
    yield train, test
    row = np.round(rng.uniform(2.0, 9.0, (1, d)))
    yield row, np.repeat(row, m, axis=0)  # a single example: every feature is constant


def _loops(x_train: Array, x_test: Array) -> Sets:
    new_train, new_test = np.zeros_like(x_train), np.zeros_like(x_test)
    for d in range(x_train.shape[1]):
        mean = sum(x_train[:, d]) / len(x_train)
        variance = sum((x - mean) ** 2 for x in x_train[:, d]) / len(x_train)
        scale = variance**0.5 if variance > 0 else 1.0
        for new, old in ((new_train, x_train), (new_test, x_test)):
            for i in range(len(old)):
                new[i, d] = (old[i, d] - mean) / scale
    return new_train, new_test


def _small_number(x_train: Array, x_test: Array) -> Sets:
    mean, std = np.mean(x_train, axis=0), np.std(x_train, axis=0) + 1e-8
    return (x_train - mean) / std, (x_test - mean) / std


def _mean_of_squares(x_train: Array, x_test: Array) -> Sets:
    mean = x_train.mean(axis=0, keepdims=True)
    variance = (x_train**2).mean(axis=0, keepdims=True) - mean**2
    std = np.sqrt(np.maximum(variance, 0.0))
    std[std < 1e-10 * (1.0 + np.abs(mean))] = 1.0
    return (x_train - mean) / std, (x_test - mean) / std


def _nan_to_zero(x_train: Array, x_test: Array) -> list[Array]:
    mean, std = x_train.mean(0), x_train.std(0)
    return [np.nan_to_num((x - mean) / std) for x in (x_train, x_test)]


def _both_at_once(x_train: Array, x_test: Array) -> Sets:
    x = np.concatenate([x_train, x_test])
    n = len(x_train)
    x = x - x[:n].sum(axis=0) / n
    std = np.linalg.norm(x[:n], axis=0) / np.sqrt(n)
    x = x / np.where(std == 0.0, 1.0, std)
    return x[:n], x[n:]


STANDARDIZE = Exercise(
    name="standardize",
    points=8,
    reference=standardize,
    parts=("x_train", "x_test"),
    cases=_cases,
    large=lambda rng: _drawn(rng, 3000, 500, 30),
    mistakes=MISTAKES,
    alternatives=(_loops, _small_number, _mean_of_squares, _nan_to_zero, _both_at_once),
    summary="mean 0 and standard deviation 1, by the training set's statistics",
)
