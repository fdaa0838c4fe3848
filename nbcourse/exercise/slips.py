"""Slips that can be made in any gradient, told from the numbers alone.

Each test gets, for one part of the result, the rows ``(got, expected, unit)`` of all cases, where
``unit`` is the right result for an upstream gradient of all ones, if there is such a gradient.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nbcourse.exercise.comparison import same

Row = tuple[Any, Any, Any]


def name_slip(part: str, rows: Sequence[Row], sizes: Sequence[int | None]) -> str | None:
    """The hint for the first slip that explains every row, or None.

    >>> rows = [(np.array([-1.0, 2.0]), np.array([1.0, -2.0]), None)]
    >>> name_slip("dx", rows, [2])
    'Your dx is the negative of the right one: look for a sign.'
    """
    # A case whose right answer is 0 fits every factor and tells nothing, unless it is wrong too.
    telling = [
        (r, n) for r, n in zip(rows, sizes, strict=True) if np.any(r[1] != 0) or np.any(r[0] != 0)
    ]
    if not telling:
        return None
    rows, sizes = [r for r, _ in telling], [n for _, n in telling]
    shapes_fit = all(got.shape == expected.shape for got, expected, _ in rows)
    tests: tuple[Callable[[str, Sequence[Row], Sequence[int | None]], str | None], ...] = (
        (
            _zero,
            _constant,
            _negative,
            _ignored_upstream,
            _batch_factor,
            _mean,
            _factor,
            _squared,
            _transpose,
            _refilled,
            _truncated,
            _nearly,
        )
        if shapes_fit
        else (_unsummed, _oversummed, _reshaped, _transpose)
    )
    for test in tests:
        if hint := test(part, rows, sizes):
            return hint
    return None


def _zero(part: str, rows: Sequence[Row], sizes: Sequence[int | None]) -> str | None:
    if all(not got.any() for got, _, _ in rows):
        return f"Your {part} is 0 everywhere: some path from the loss to it is missing."
    return None


def _constant(part: str, rows: Sequence[Row], sizes: Sequence[int | None]) -> str | None:
    first, others = rows[0], rows[1:]
    if all(got.size == 1 and same(got.item(), first[0].item()) for got, _, _ in rows) and any(
        not same(expected.item(), first[1].item()) for _, expected, _ in others
    ):
        return (
            f"Your {part} is {first[0].item():.4g} whatever the inputs are. Compute it from the "
            "arguments: the check calls your function with many."
        )
    return None


def _negative(part: str, rows: Sequence[Row], sizes: Sequence[int | None]) -> str | None:
    if all(same(got, -expected) for got, expected, _ in rows):
        return f"Your {part} is the negative of the right one: look for a sign."
    return None


def _ignored_upstream(part: str, rows: Sequence[Row], sizes: Sequence[int | None]) -> str | None:
    if all(unit is not None and same(got, unit) for got, _, unit in rows):
        return (
            f"Your {part} is right for dout = 1 only: it does not use dout. Multiply the local "
            "gradient by the gradient that arrives."
        )
    return None


def _batch_factor(part: str, rows: Sequence[Row], sizes: Sequence[int | None]) -> str | None:
    if len(set(sizes)) < 2 or None in sizes:
        return None
    if all(same(got, n * expected) for (got, expected, _), n in zip(rows, sizes, strict=True) if n):
        return f"Your {part} is N times too large: a division by the batch size N is missing."
    if all(same(got * n, expected) for (got, expected, _), n in zip(rows, sizes, strict=True) if n):
        return (
            f"Your {part} is N times too small: it is divided by the batch size N once too often."
        )
    return None


def _mean(part: str, rows: Sequence[Row], sizes: Sequence[int | None]) -> str | None:
    if len({expected.size for _, expected, _ in rows}) > 1 and all(
        same(got * expected.size, expected) for got, expected, _ in rows
    ):
        return f"Your {part} is divided by the number of its entries: no mean is asked for here."
    return None


def _factor(part: str, rows: Sequence[Row], sizes: Sequence[int | None]) -> str | None:
    got, expected, _ = next((row for row in rows if row[1].any()), rows[0])
    if not expected.any():
        return None
    largest = np.unravel_index(np.abs(expected).argmax(), expected.shape)
    factor = float(got[largest] / expected[largest])
    if abs(factor - 1.0) < 1e-3 or not np.isfinite(factor):
        return None
    if all(same(got, factor * expected) for got, expected, _ in rows):
        return f"Your {part} is {factor:.4g} times the right one: a constant factor is wrong."
    return None


def _squared(part: str, rows: Sequence[Row], sizes: Sequence[int | None]) -> str | None:
    if any((expected < 0).any() for _, expected, _ in rows) and all(
        same(got, np.abs(expected)) for got, expected, _ in rows
    ):
        return (
            f"Your {part} has the right size everywhere, but its negative entries lost their sign."
        )
    return None


def _transpose(part: str, rows: Sequence[Row], sizes: Sequence[int | None]) -> str | None:
    # A number or a vector is its own transpose and tells nothing.
    matrices = [(got, expected) for got, expected, _ in rows if max(expected.shape, default=0) > 1]
    if matrices and all(
        got.ndim == expected.ndim == 2 and same(got, expected.T) for got, expected in matrices
    ):
        return f"Your {part} is the transpose of the right one: swap its axes."
    return None


def _refilled(part: str, rows: Sequence[Row], sizes: Sequence[int | None]) -> str | None:
    # With one row or one column the two are the same.
    matrices = [(got, e) for got, e, _ in rows if e.ndim == 2 and min(e.shape) > 1]
    if (
        matrices
        and all(same(got, e.T.reshape(e.shape)) for got, e in matrices)
        and all(same(got, e) for got, e, _ in rows if e.ndim != 2 or min(e.shape) == 1)
    ):
        return (
            f"Your {part} is the transpose of the right one, reshaped. reshape keeps the entries "
            "in their order; to swap rows and columns, transpose."
        )
    return None


def _truncated(part: str, rows: Sequence[Row], sizes: Sequence[int | None]) -> str | None:
    if all(np.array_equal(got, np.trunc(expected)) for got, expected, _ in rows):
        return (
            f"Your {part} is cut off to whole numbers: an array of integers drops what stands "
            "behind the point. Make the array that you write into one of floats."
        )
    return None


def _unsummed(part: str, rows: Sequence[Row], sizes: Sequence[int | None]) -> str | None:
    def sums_to(got: Any, expected: Any) -> bool:
        if got.ndim <= expected.ndim and got.size <= expected.size:
            return got.shape == expected.shape and same(got, expected)
        axes = range(got.ndim)
        choices = [(a,) for a in axes] + [(a, b) for a in axes for b in axes if a < b]
        return any(
            total.size == expected.size and same(total.reshape(expected.shape), expected)
            for total in (got.sum(axis=choice) for choice in choices)
        )

    if any(got.size > expected.size for got, expected, _ in rows) and all(
        sums_to(got, expected) for got, expected, _ in rows
    ):
        return (
            f"Your {part} is right before the sum: it still has an axis that must be summed over, "
            "because the same value was used for every entry along it."
        )
    return None


def _oversummed(part: str, rows: Sequence[Row], sizes: Sequence[int | None]) -> str | None:
    if any(expected.size > 1 for _, expected, _ in rows) and all(
        got.size == 1 and same(got.item(), expected.sum()) for got, expected, _ in rows
    ):
        return (
            f"Your {part} is the sum of the entries of the right one. Every entry has a gradient "
            f"of its own: {part} has the shape of what it belongs to."
        )
    return None


def _reshaped(part: str, rows: Sequence[Row], sizes: Sequence[int | None]) -> str | None:
    if all(
        got.size == expected.size and same(got.reshape(expected.shape), expected)
        for got, expected, _ in rows
    ):
        got, expected = next((g, e) for g, e, _ in rows if g.shape != e.shape)
        return (
            f"Your {part} has the right numbers in the wrong shape: {got.shape} where "
            f"{expected.shape} is expected. It has the shape of what it belongs to."
        )
    return None


def _nearly(part: str, rows: Sequence[Row], sizes: Sequence[int | None]) -> str | None:
    if all(same(got, expected, 1e-3, 1e-4) for got, expected, _ in rows):
        return (
            f"Your {part} is close to the right one but not equal to it. That is what a finite "
            "difference, a number added against division by zero, or float32 gives."
        )
    return None
