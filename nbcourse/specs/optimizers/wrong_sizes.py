"""Batches of wrong sizes, or of examples that they share."""

from collections.abc import Callable
from math import ceil
from typing import Any

import numpy as np

from nbcourse.exercise import Mistake
from nbcourse.specs.optimizers.judging import TWICE, judge_batches, right_sizes

Sizes = Callable[[int, int], list[int]]

# How complaints about sizes begin, where no index comes twice.
_SIZES = ("lacks", "has batches of", "is an empty list")


def _sized(hint: str, sizes: Sizes, starts: Callable[[int, int], Any] | None = None) -> Mistake:
    """A mistake that shows in the sizes of the batches.

    Each begins where the one before ends, or, with ``starts``, there, so that some overlap.
    """

    def function(n: int, batch_size: int, rng: Any) -> Any:
        order, wanted = rng.permutation(n), sizes(n, batch_size)
        begin = np.cumsum([0, *wanted])[:-1] if starts is None else starts(n, batch_size)
        return [order[i : i + size] for i, size in zip(begin, wanted, strict=True)]

    words = _SIZES if starts is None else (TWICE,)

    def explains(args: tuple[Any, ...], result: Any) -> bool:
        complaint = judge_batches(args, result)
        return complaint is None or (
            complaint.startswith(words) and [len(batch) for batch in result] == sizes(*args[:2])
        )

    return Mistake(hint, function, explains)


def _array_split(parts: Callable[[int, int], int]) -> Sizes:
    return lambda n, b: [len(part) for part in np.array_split(range(n), parts(n, b))]


WRONG_SIZES = (
    _sized(
        "The examples that do not fill a batch are missing. The last batch may be short.",
        lambda n, b: [b] * (n // b),
    ),
    _sized(
        "You take batch_size for the number of batches. It is the number of examples in each.",
        _array_split(lambda n, b: b),
    ),
    _sized(
        "np.array_split makes parts of nearly equal size. All batches but the last have exactly "
        "batch_size examples: cut at the multiples of batch_size.",
        _array_split(lambda n, b: ceil(n / b)),
    ),
    _sized(
        "Your batches are larger than batch_size: what is left over is spread over them. All but "
        "the last have exactly batch_size examples; the last has what is left.",
        _array_split(lambda n, b: max(1, n // b)),
    ),
    _sized(
        "You add what is left over to the last full batch. It makes a batch of its own.",
        lambda n, b: [*[b] * (n // b - 1), b + n % b] if n >= b else [n],
    ),
    _sized(
        "Your short batch stands first. It is the last.",
        lambda n, b: right_sizes(n, b)[::-1],
    ),
    _sized(
        "You return the first batch alone. The list holds all of them: look where the return "
        "stands.",
        lambda n, b: right_sizes(n, b)[:1],
    ),
    _sized(
        "Your last batch is missing, also where it is a full one. Look where your range ends.",
        lambda n, b: right_sizes(n, b)[:-1],
    ),
    _sized(
        "Each of your batches lacks one example. Of a slice the end does not count: "
        "order[start : start + batch_size].",
        lambda n, b: [size - 1 if size == b else size for size in right_sizes(n, b)],
    ),
    _sized(
        "Each of your batches has one example too many, the first of the next one. Of a slice the "
        "end does not count: order[start : start + batch_size].",
        lambda n, b: [min(b + 1, n - start) for start in range(0, n, b)],
        lambda n, b: range(0, n, b),
    ),
    _sized(
        "A new batch starts at every example. It should start where the one before ends: give "
        "range the step batch_size.",
        lambda n, b: [min(b, n - start) for start in range(n)],
        lambda n, b: range(n),
    ),
    _sized(
        "You make one batch of everything. Each has at most batch_size examples.",
        lambda n, b: [n],
    ),
)
