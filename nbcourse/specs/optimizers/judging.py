"""How a split into mini-batches is judged: every index once, the sizes, and an order by chance.

The order within a batch is free, since a gradient does not depend on it. What is judged is which
examples come together, and when. Every limit is so wide that a random split meets it by chance
less than once in 1e10 draws.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nbcourse.exercise.comparison import kind_of

#: Fewer examples than this may come in any order by chance.
MANY = 100
#: How a complaint begins about an index that comes more than once.
TWICE = "holds the index"
_SIGMAS = 7.0


def judge_batches(args: tuple[Any, ...], result: Any) -> str | None:
    """What is wrong with a list of index arrays, if anything is."""
    n, batch_size, _ = args
    if not isinstance(result, (list, tuple)):
        return f"is {kind_of(result)}, expected a list of index arrays"
    for number, batch in enumerate(result):
        if words := _not_indices(batch):
            return f"has an entry {number} that {words}"
    batches = [np.asarray(batch) for batch in result]
    if not batches:
        return "is an empty list, expected the batches"
    order = np.concatenate(batches)
    if order.min() < 0 or order.max() >= n:
        wrong = order.min() if order.min() < 0 else order.max()
        return f"holds {wrong}, expected indices from 0 to {n - 1}"
    counts = np.bincount(order, minlength=n)
    if counts.max() > 1:
        return f"{TWICE} {counts.argmax()} {counts.max()} times, expected every index once"
    if counts.min() < 1:
        return f"lacks {np.sum(counts == 0)} of the {n} indices, such as {counts.argmin()}"
    shuffled = n >= MANY and len(batches) > 1
    if shuffled and (words := _planned(batches, order)):
        return words
    sizes = [len(batch) for batch in batches]
    if sizes != right_sizes(n, batch_size):
        return f"has batches of {_some(sizes)}, expected {_some(right_sizes(n, batch_size))}"
    return _not_shuffled(batches, order) if shuffled else None


def right_sizes(n: int, batch_size: int) -> list[int]:
    """The sizes of the batches in their order."""
    return [batch_size] * (n // batch_size) + [n % batch_size] * (n % batch_size > 0)


def _not_indices(batch: Any) -> str | None:
    """What is wrong with one batch as an array of integers."""
    wanted = "expected an array of indices"
    try:
        array = np.asarray(batch)
    except ValueError:
        return f"is a ragged list, {wanted}"
    if array.dtype.kind not in "iufb":
        return f"is {kind_of(batch)}, {wanted}"
    if array.ndim == 0:
        return f"is a number, {wanted}"
    if array.ndim > 1:
        return f"has shape {array.shape}, {wanted} of one axis"
    if array.size == 0:
        return "is empty"
    if array.dtype.kind == "b":
        return f"is a mask of bools, {wanted}"
    return f"is of {array.dtype}, expected integers" if array.dtype.kind == "f" else None


def _planned(batches: Sequence[Any], order: Any) -> str | None:
    """What shows that the members of the batches were not drawn, whatever their sizes are."""
    steps = np.diff(order)
    if (steps == 1).all() or (steps == -1).all():
        return "is in order, expected a shuffled one"
    # Of ten numbers drawn from many, all at equal distances are not met by chance.
    gaps = [np.unique(np.diff(np.sort(batch))) for batch in batches if len(batch) > 2]
    if gaps and all(gap.size == 1 for gap in gaps):
        if any(gap[0] != 1 for gap in gaps):
            return "takes indices at equal distances, expected a shuffled order"
        starts = [batch.min() for batch in batches]
        what = "order of the batches" if starts != sorted(starts) else "order within each batch"
        return f"holds neighbors in each batch: the {what} alone is shuffled"
    # Sorted batches that are large have many neighbors by chance.
    if len(batches[0]) <= order.size / 5 and np.bincount(np.abs(steps)).max() > order.size / 2:
        return "takes indices at equal distances, expected a shuffled order"
    return None


def _not_shuffled(batches: Sequence[Any], order: Any) -> str | None:
    """What in the order of many indices, split into the right sizes, is not by chance."""
    n = order.size
    batch_of = np.empty(n)
    batch_of[order] = np.repeat(np.arange(len(batches)), [len(batch) for batch in batches])
    distance = np.abs(np.diff(batch_of))
    size = len(batches[0])
    for near, share in ((0, size / n), (1, 3 * size / n)):
        expected = min(1.0, share) * n
        spread = np.sqrt(expected * max(0.0, 1 - share))
        if share < 1 and np.sum(distance <= near) > expected + _SIGMAS * spread + _SIGMAS:
            return "keeps neighbors together, expected a shuffled order"
    drift = np.corrcoef(batch_of, np.arange(n))[0, 1]
    if abs(drift) > _SIGMAS / np.sqrt(n - 1):
        return "has low indices at one end and high ones at the other, expected a shuffled order"
    return None


def _some(sizes: Sequence[int]) -> str:
    shown = ", ".join(map(str, sizes[:4]))
    return f"{len(sizes)} ({shown}, ... {sizes[-1]})" if len(sizes) > 5 else f"sizes {sizes}"
