"""What goes wrong when examples are put into order and split into batches."""

from collections.abc import Callable
from math import ceil
from typing import Any

import numpy as np

from nbcourse.exercise import Mistake
from nbcourse.exercise.cases import Raised
from nbcourse.specs.optimizers.judging import MANY, TWICE, judge_batches, right_sizes
from nbcourse.specs.optimizers.wrong_kinds import WRONG_KINDS, cut, seen
from nbcourse.specs.optimizers.wrong_sizes import WRONG_SIZES


def _parts(order: Any, sizes: list[int]) -> Any:
    return np.split(order, np.cumsum(sizes)[:-1])


def _drawn(hint: str, function: Callable[..., Any], within: bool) -> Mistake:
    """Batches of the right sizes in which indices come again, in one batch or only in others."""

    def explains(args: tuple[Any, ...], result: Any) -> bool:
        complaint = judge_batches(args, result)
        if complaint is None or args[0] < MANY:
            return True
        sizes = [len(batch) for batch in result]
        if sizes not in (right_sizes(*args[:2]), [args[1]] * len(sizes)):
            return False
        # In a batch of one nothing comes twice.
        repeats = any(len(np.unique(batch)) < len(batch) for batch in result)
        return complaint.startswith(TWICE) and (args[1] == 1 or repeats == within)

    return Mistake(hint, function, explains)


def _empty_at_the_end(n: int, batch_size: int, rng: Any) -> Any:
    order = rng.permutation(n)
    return [order[k * batch_size : (k + 1) * batch_size] for k in range(n // batch_size + 1)]


def _batches_shuffled(n: int, batch_size: int, rng: Any) -> Any:
    full = n // batch_size
    batches = cut(np.arange(n), batch_size)
    return [batches[k] for k in rng.permutation(full)] + batches[full:]


def _shuffle_returned(n: int, batch_size: int, rng: Any) -> Any:
    return cut(rng.shuffle(np.arange(n)), batch_size)


def _padded(n: int, batch_size: int, rng: Any) -> Any:
    order = rng.permutation(n)
    return [np.resize(np.append(part, order), batch_size) for part in cut(order, batch_size)]


def _is_padded(args: tuple[Any, ...], result: Any) -> bool:
    n, batch_size, _ = args
    return [len(batch) for batch in result] == [batch_size] * ceil(n / batch_size) and (
        len(set(np.concatenate(result)[:n].tolist())) == n
    )


MISTAKES = (
    seen(
        "You do not shuffle. Cut an order in parts that rng.permutation(n) has drawn.",
        lambda n, batch_size, rng: cut(np.arange(n), batch_size),
        "is in order",
    ),
    seen(
        "You shuffle the batches only: the same examples always come together. Shuffle all "
        "indices, then cut.",
        _batches_shuffled,
        "order of the batches alone",
        "is in order",
        small=True,
    ),
    seen(
        "You shuffle within each batch only: the same examples always come together. Shuffle all "
        "indices, then cut.",
        lambda n, b, rng: [rng.permutation(part) for part in cut(np.arange(n), b)],
        "order within each batch alone",
        "is in order",
        small=True,
    ),
    seen(
        "You take indices at equal distances, which is no shuffling: the same examples always come "
        "together. Cut an order in parts that rng.permutation(n) has drawn.",
        lambda n, b, rng: _parts(
            np.concatenate([np.arange(n)[k :: ceil(n / b)] for k in range(ceil(n / b))]),
            right_sizes(n, b),
        ),
        "equal distances",
        "is in order",
        small=True,
    ),
    seen(
        "Neighbors stay together in your order: it is turned or pushed, not shuffled. Cut an order "
        "in parts that rng.permutation(n) has drawn.",
        lambda n, b, rng: cut(np.roll(np.arange(n), 1 + rng.integers(n)), b),
        "neighbors together",
        "order of the batches alone",
        "equal distances",
        "is in order",
        small=True,
    ),
    seen(
        "When batch_size divides n your last batch is empty: there are n / batch_size batches, "
        "rounded up.",
        _empty_at_the_end,
        "is empty",
    ),
    Mistake(
        "Your way to cut works only when batch_size divides n: batches of different sizes fit into "
        "no single array. Return a list, whose last batch may be short.",
        lambda n, b, rng: list(rng.permutation(n).reshape(-1, b)),
        lambda args, result: (
            isinstance(result, Raised) and result.kind in ("ValueError", "ZeroDivisionError")
            if args[0] > args[1] and args[0] % args[1]
            else args[0] < args[1] or not isinstance(result, Raised)
        ),
    ),
    Mistake(
        "You fill up the last batch with examples that were used already. Let it be short.",
        _padded,
        _is_padded,
    ),
    _drawn(
        "You draw with replacement: an example may come twice, and another not at all. Put all "
        "indices into a random order, rng.permutation(n), and cut it.",
        lambda n, b, rng: [rng.integers(0, n, size) for size in right_sizes(n, b)],
        within=True,
    ),
    _drawn(
        "You draw each batch anew from all examples: one may be in several batches, another in "
        "none. Draw one random order of all, and cut it.",
        lambda n, b, rng: [rng.permutation(n)[:size] for size in right_sizes(n, b)],
        within=False,
    ),
    Mistake(
        "rng.shuffle(order) shuffles order itself and returns None. rng.permutation(n) returns an "
        "order.",
        _shuffle_returned,
    ),
    *WRONG_SIZES,
    *WRONG_KINDS,
    seen(
        "Some examples are missing. Each number from 0 to n - 1 stands in exactly one batch: look "
        "where your range and your slices begin and end.",
        lambda n, b, rng: cut(rng.permutation(n)[: max(1, n - 3)], b),
        "lacks",
        "is empty",
        small=True,
    ),
    seen(
        "Your batches have wrong sizes. All but the last have exactly batch_size examples: cut the "
        "order at 0, batch_size, 2 batch_size and so on.",
        lambda n, b, rng: cut(rng.permutation(n), b + 2),
        "has batches of",
        "is empty",
        small=True,
    ),
    seen(
        "Examples are in several batches. Put all indices into one random order, and let each "
        "batch begin where the one before ends.",
        lambda n, b, rng: cut(np.append(rng.permutation(n), rng.permutation(n)), b),
        TWICE,
        small=True,
    ),
)
