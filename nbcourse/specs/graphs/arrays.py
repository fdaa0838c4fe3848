"""Matrices, and what broadcasting asks for on the way back."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise, Mistake
from nbcourse.exercise.comparison import same
from nbcourse.operations import matmul_backward, matmul_forward, unbroadcast
from nbcourse.specs.graphs.common import BEYOND_STEPS, rule, sizes


def _matmul_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    n, d, m = sizes(rng, 3)
    for n_, d_, m_ in ((n, d, m), (1, d, m), (n, 1, m), (n, d, 1)):
        yield rng.normal(1.0, 1.0, (n_, d_)), rng.normal(-0.5, 1.0, (d_, m_))


def _large_matrices(rng: np.random.Generator) -> tuple[Any, ...]:
    a, b = rng.normal(1.0, 1.0, (9, 6_000)), rng.normal(-0.5, 1.0, (6_000, 11))
    return a * BEYOND_STEPS, b * BEYOND_STEPS


def _matmul_row_by_row(dout: Any, cache: Any) -> Any:
    a, b = cache
    da, db = np.zeros_like(a), np.zeros_like(b)
    for n in range(len(a)):
        da[n] = b @ dout[n]
        db += np.outer(a[n], dout[n])
    return da, db


MATMUL = Exercise(
    name="matmul_backward",
    points=2,
    reference=matmul_backward,
    parts=("da", "db"),
    cases=_matmul_cases,
    # Long rather than square: loops over all products still end, differences do not.
    large=_large_matrices,
    forward=matmul_forward,
    wrt={"da": 0, "db": 1},
    upstream=True,
    mistakes=(
        Mistake(
            "The shapes in one of your products do not fit. Write them down: dout is (N, M), b is "
            "(D, M), and da must come out as (N, D), so M is what is summed away; then the same "
            "for db. A transpose, or the order of the factors, will have to change.",
            rule(lambda dout, a, b: (dout @ b, a @ dout)),
        ),
        Mistake(
            "Your db is the transpose of the right one: the factors are the right ones in the "
            "wrong order. db has the shape of b, (D, M).",
            rule(lambda dout, a, b: (dout @ b.T, dout.T @ a)),
        ),
        Mistake(
            "Your da is the transpose of the right one: the factors are the right ones in the "
            "wrong order. da has the shape of a, (N, D).",
            rule(lambda dout, a, b: (b @ dout.T, a.T @ dout)),
        ),
        Mistake(
            "Both gradients are there, in the other order: return the gradient of a first.",
            rule(lambda dout, a, b: (a.T @ dout, dout @ b.T)),
        ),
        Mistake(
            "You multiply entry by entry, as if this were the multiply gate. Each entry of a "
            "takes part in a whole row of the output, so its gradient is a sum over that row.",
            rule(lambda dout, a, b: (dout * b, dout * a)),
        ),
        Mistake(
            "You return the other factor alone. The gradient that arrives is missing, and with "
            "it the sum over all the entries in which a was used.",
            rule(lambda dout, a, b: (b, a)),
        ),
        Mistake(
            "You return the other factor, transposed. The gradient that arrives is missing, and "
            "with it the sum over all the entries in which a was used.",
            rule(lambda dout, a, b: (b.T, a.T)),
        ),
        Mistake(
            "You give every row of a the same gradient, summed over the batch. Row n of a makes "
            "row n of the output and no other, so its gradient uses row n of dout alone.",
            rule(
                lambda dout, a, b: (
                    np.broadcast_to(dout.sum(axis=0) @ b.T, a.shape).copy(),
                    a.T @ dout,
                )
            ),
        ),
        Mistake(
            "Both gradients are the transposes of the right ones: the factors are the right ones "
            "in the wrong order. da has the shape of a, and db that of b.",
            rule(lambda dout, a, b: (b @ dout.T, dout.T @ a)),
        ),
        Mistake(
            "You reshape where a transpose is needed. reshape keeps the entries in their order "
            "and only breaks the rows elsewhere; a transpose swaps rows and columns.",
            rule(lambda dout, a, b: (dout @ b.reshape(b.T.shape), a.reshape(a.T.shape) @ dout)),
        ),
        Mistake(
            "In your loop the last share replaces the ones before it. An entry that is used many "
            "times collects the sum of what comes back from all its uses.",
            rule(lambda dout, a, b: (np.outer(dout[:, -1], b[:, -1]), np.outer(a[-1], dout[-1]))),
        ),
    ),
    alternatives=(
        _matmul_row_by_row,
        rule(
            lambda dout, a, b: (
                np.einsum("nm,dm->nd", dout, b),
                np.einsum("nd,nm->dm", a, dout),
            )
        ),
        rule(lambda dout, a, b: [np.dot(b, dout.T).T, np.dot(dout.T, a).T]),
    ),
    summary="gradients of a matrix product",
)


def _unbroadcast_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    n, d, k = sizes(rng, 3)
    for large, small in (
        ((n, d), (d,)),
        ((n, d), (n, 1)),
        ((n, d), (1, d)),
        ((n, d), (1, 1)),
        ((n, d), ()),
        ((n, d), (n, d)),
        ((n,), (1,)),
        ((1, d), (d,)),
        ((k, n, d), (n, 1)),
        ((k, n, d), (k, 1, d)),
        ((k, n, d), (d,)),
    ):
        yield rng.normal(0.7, 1.0, large), small


def _sum_added_axes(dout: Any, shape: Any) -> Any:
    while dout.ndim > len(shape):
        dout = dout.sum(axis=0)
    return dout


def _sum_stretched_axes(dout: Any, shape: Any) -> Any:
    added = dout.ndim - len(shape)
    axes = tuple(added + axis for axis, size in enumerate(shape) if size == 1)
    return dout.sum(axis=axes, keepdims=True)


def _sum_and_keep_all_axes(dout: Any, shape: Any) -> Any:
    padded = (1,) * (dout.ndim - len(shape)) + tuple(shape)
    return dout.sum(axis=tuple(i for i, size in enumerate(padded) if size == 1), keepdims=True)


def _sum_and_drop_axes(dout: Any, shape: Any) -> Any:
    padded = (1,) * (dout.ndim - len(shape)) + tuple(shape)
    return dout.sum(axis=tuple(i for i, size in enumerate(padded) if size == 1))


def _compare_from_the_left(dout: Any, shape: Any) -> Any:
    padded = tuple(shape) + (1,) * (dout.ndim - len(shape))
    axes = tuple(i for i, size in enumerate(padded) if size != dout.shape[i])
    return dout.sum(axis=axes, keepdims=True).reshape(shape)


def _mean_of_copies(dout: Any, shape: Any) -> Any:
    return unbroadcast(dout, shape) * (int(np.prod(shape)) / dout.size)


def _first_copy(dout: Any, shape: Any) -> Any:
    while dout.ndim > len(shape):
        dout = dout[0]
    return dout[tuple(slice(0, size) for size in shape)]


def _sum_over_rows(dout: Any, shape: Any) -> Any:
    return dout.sum(axis=0).reshape(shape) if dout.shape != tuple(shape) else dout


def _sum_last_axes(dout: Any, shape: Any) -> Any:
    while dout.ndim > len(shape):
        dout = dout.sum(axis=-1)
    axes = tuple(axis for axis, size in enumerate(shape) if size == 1)
    return dout.sum(axis=axes, keepdims=True)


def _largest_copy(dout: Any, shape: Any) -> Any:
    added = dout.ndim - len(shape)
    axes = (*range(added), *(added + i for i, size in enumerate(shape) if size == 1))
    return dout.max(axis=axes, keepdims=True).reshape(shape)


def _sum_to_each_copy(dout: Any, shape: Any) -> Any:
    return np.broadcast_to(unbroadcast(dout, shape), dout.shape)


def _only_added_axes_left(args: tuple[Any, ...], dx: Any) -> bool:
    """Whether it is right where no axis was added, and keeps all axes where some were."""
    dout, shape = args
    if dout.ndim == len(shape):
        return same(dx, unbroadcast(dout, shape))
    return bool(dx.ndim == dout.ndim)


def _unbroadcast_axis_by_axis(dout: Any, shape: Any) -> Any:
    while np.ndim(dout) > len(shape):
        dout = np.sum(dout, axis=0)
    for axis, size in enumerate(shape):
        if size == 1:
            dout = np.sum(dout, axis=axis, keepdims=True)
    return dout


def _unbroadcast_entry_by_entry(dout: Any, shape: Any) -> Any:
    total = np.zeros(shape)
    home = np.broadcast_to(np.arange(total.size).reshape(shape), dout.shape)
    np.add.at(total.reshape(-1), home.ravel(), dout.ravel())
    return total


UNBROADCAST = Exercise(
    name="unbroadcast",
    points=2,
    reference=unbroadcast,
    parts=("dx",),
    cases=_unbroadcast_cases,
    large=lambda rng: (rng.normal(0.7, 1.0, (30, 40, 50)), (40, 1)),
    mistakes=(
        Mistake(
            "You sum over the axes that broadcasting put in front, and over no others. An axis of "
            "length 1 was stretched as well: its copies have to be summed, and the axis kept.",
            _sum_added_axes,
        ),
        Mistake(
            "You sum over the axes of length 1, and over no others. Where dout has more axes than "
            "shape, broadcasting put the extra ones in front, and they are summed away.",
            _sum_stretched_axes,
            _only_added_axes_left,
        ),
        Mistake(
            "Your sums are right, but axes that were put in front are still there with length 1. "
            "Return the shape that was asked for.",
            _sum_and_keep_all_axes,
        ),
        Mistake(
            "Your sums are right, but an axis that had length 1 is gone. Return the shape that "
            "was asked for: a sum can keep the axis it sums over.",
            _sum_and_drop_axes,
        ),
        Mistake(
            "You line the two shapes up at their first axes. NumPy lines them up at their last: "
            "the axes that are missing are missing in front.",
            _compare_from_the_left,
            lambda args, dx: same(dx, _sum_last_axes(*args)),
        ),
        Mistake(
            "You average over the copies. Every copy acts on the loss in full, so their gradients "
            "add up.",
            _mean_of_copies,
        ),
        Mistake(
            "You keep the gradient of the first copy and drop those of the others. Each copy acts "
            "on the loss.",
            _first_copy,
        ),
        Mistake(
            "You always sum over the first axis. Which axes are summed depends on shape: those "
            "that it lacks, and those in which it has length 1.",
            _sum_over_rows,
            lambda args, dx: same(dx, args[0].sum(axis=0)),
        ),
        Mistake(
            "You return dout as it came. A gradient has the shape of what it belongs to, and here "
            "one entry stands for many copies.",
            lambda dout, shape: dout,
        ),
        Mistake(
            "You put the sum of everything into every entry. Each entry collects the gradients of "
            "its own copies only.",
            lambda dout, shape: np.full(shape, dout.sum()),
        ),
        Mistake(
            "You reshape. That arranges the same numbers anew and can make none of them fewer: "
            "the gradients of the copies have to be summed.",
            lambda dout, shape: dout.reshape(shape),
        ),
        Mistake(
            "You broadcast dout to shape. That makes copies, as the way forward did; on the way "
            "back the copies are summed.",
            lambda dout, shape: np.broadcast_to(dout, shape),
        ),
        Mistake(
            "You take the largest of the copies' gradients. Every copy acts on the loss, so their "
            "gradients add up.",
            _largest_copy,
        ),
        Mistake(
            "Your sums are right, but you hand one to each copy, in the shape of dout. One entry "
            "made all these copies: return it once, in the shape that was asked for.",
            _sum_to_each_copy,
        ),
    ),
    alternatives=(_unbroadcast_axis_by_axis, _unbroadcast_entry_by_entry),
    summary="gradient of an array that was broadcast",
)
