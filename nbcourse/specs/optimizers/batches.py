"""``minibatches``: the indices of all examples, in random order, in parts."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nbcourse.batches import minibatches
from nbcourse.exercise import Exercise
from nbcourse.specs.optimizers.judging import judge_batches
from nbcourse.specs.optimizers.wrong_batches import MISTAKES


def _cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    sizes = [
        # Whether the order is random is seen on many examples; the first call is made twice.
        (7 * int(rng.integers(28, 40)) + int(rng.integers(2, 6)), 7),
        (50 * int(rng.integers(4, 7)), 50),
        (int(rng.integers(150, 200)), 1),
        (2 * int(rng.integers(90, 120)), 0),  # two batches
        (6, 2),
        (int(rng.integers(3, 6)) * 3 + 1, 3),  # one is left
        (int(rng.integers(5, 9)), 20),  # not enough for a single batch
        (5, 5),
        (1, 1),
    ]
    for n, batch_size in sizes:
        yield n, batch_size or n // 2, np.random.default_rng(int(rng.integers(2**32)))


def _large(rng: np.random.Generator) -> tuple[Any, ...]:
    return 60_001, 128, np.random.default_rng(int(rng.integers(2**32)))


def _by_shuffling(n: int, batch_size: int, rng: Any) -> Any:
    order = list(range(n))
    rng.shuffle(order)
    batches = []
    while order:
        batches.append(order[:batch_size])
        order = order[batch_size:]
    return batches


def _by_sorting_random_numbers(n: int, batch_size: int, rng: Any) -> Any:
    order = np.argsort(rng.random(n))
    return np.split(order, range(batch_size, n, batch_size))


def _sorted_within(n: int, batch_size: int, rng: Any) -> Any:
    return tuple(np.sort(rows) for rows in minibatches(n, batch_size, rng))


MINIBATCHES = Exercise(
    name="minibatches",
    points=1,
    reference=minibatches,
    parts=("batches",),
    cases=_cases,
    large=_large,
    accept=judge_batches,
    mistakes=MISTAKES,
    alternatives=(
        _by_shuffling,
        _by_sorting_random_numbers,
        _sorted_within,
        lambda n, batch_size, rng: np.array_split(
            rng.choice(n, n, replace=False), np.arange(batch_size, n, batch_size)
        ),
    ),
    summary="all examples in random order, in batches",
)
