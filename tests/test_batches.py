"""Mini-batches: every example once, in an order that the generator decides."""

from math import ceil

import numpy as np
import pytest

from nbcourse.batches import minibatches


@pytest.mark.parametrize(
    ("n", "batch_size", "sizes"),
    [
        (10, 5, [5, 5]),
        (10, 4, [4, 4, 2]),
        (10, 3, [3, 3, 3, 1]),
        (7, 1, [1] * 7),
        (5, 5, [5]),
        (5, 100, [5]),
        (1, 1, [1]),
    ],
)
def test_a_partition_of_which_the_last_may_be_short(
    n: int, batch_size: int, sizes: list[int]
) -> None:
    batches = minibatches(n, batch_size, np.random.default_rng(0))
    assert [len(rows) for rows in batches] == sizes
    assert len(batches) == ceil(n / batch_size)
    assert sorted(np.concatenate(batches).tolist()) == list(range(n))
    assert all(rows.dtype.kind == "i" for rows in batches)


def test_the_generator_decides_and_two_epochs_differ() -> None:
    rng = np.random.default_rng(3)
    first, second = (np.concatenate(minibatches(50, 8, rng)) for _ in range(2))
    again = np.concatenate(minibatches(50, 8, np.random.default_rng(3)))
    assert first.tolist() == again.tolist()
    assert first.tolist() != second.tolist()
    assert first.tolist() != list(range(50))


def test_every_example_is_as_likely_in_every_batch() -> None:
    rng = np.random.default_rng(0)
    where = np.zeros((7, 3))
    for _ in range(3_000):
        for k, rows in enumerate(minibatches(7, 3, rng)):
            where[rows, k] += 1
    # Seven standard deviations of a share of 3/7 in 3,000 draws.
    assert np.abs(where / 3_000 - [3 / 7, 3 / 7, 1 / 7]).max() < 7 * np.sqrt(0.25 / 3_000)


@pytest.mark.parametrize(("n", "batch_size"), [(0, 1), (5, 0), (5, -2)])
def test_nothing_to_split_is_refused(n: int, batch_size: int) -> None:
    with pytest.raises(ValueError, match=f"must be at least 1; got {n} and {batch_size}"):
        minibatches(n, batch_size, np.random.default_rng(0))
