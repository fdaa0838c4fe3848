"""What a function returns in place of a list of index arrays, and what it shows in."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nbcourse.exercise import Mistake
from nbcourse.specs.initialization.judging import complaint_is
from nbcourse.specs.optimizers.judging import MANY, judge_batches


def cut(order: Any, batch_size: int) -> Any:
    """An order in batches of this size, the last as short as it comes."""
    return [order[i : i + batch_size] for i in range(0, len(order), batch_size)]


def seen(hint: str, function: Callable[..., Any], *words: str, small: bool = False) -> Mistake:
    """A mistake that shows in the words of the complaint.

    With ``small`` it shows so on many examples; on few the complaint may have any words.
    """
    complains = complaint_is(judge_batches, *words)

    def explains(args: tuple[Any, ...], result: Any) -> bool:
        return complains(args, result) or (small and args[0] < MANY)

    return Mistake(hint, function, explains)


WRONG_KINDS = (
    seen(
        "You return an order that is not cut. Return a list of arrays, one for each batch.",
        lambda n, b, rng: rng.permutation(n),
        "is an array, expected a list",
        "is a number, expected an array",
    ),
    seen(
        "A function with yield returns a generator. Return a list: list(...) of it, or append to "
        "one and return that.",
        lambda n, b, rng: (part for part in cut(rng.permutation(n), b)),
        "is a generator",
    ),
    seen(
        "You return a dict. Return a list of the batches, without keys.",
        lambda n, b, rng: dict(enumerate(cut(rng.permutation(n), b))),
        "is a dict",
    ),
    seen(
        "Your function returns None: the return is missing at its end.",
        lambda n, b, rng: None,
        "is None",
    ),
    seen(
        "Your indices are floats, and nothing can be indexed with them. Keep them integers.",
        lambda n, b, rng: cut(rng.permutation(n).astype(float), b),
        "expected integers",
    ),
    seen(
        "You return masks of True and False. Return the indices.",
        lambda n, b, rng: [np.isin(np.arange(n), part) for part in cut(rng.permutation(n), b)],
        "a mask of bools",
    ),
    seen(
        "You count from 1. Indices run from 0 to n - 1.",
        lambda n, b, rng: cut(1 + rng.permutation(n), b),
        "expected indices from 0",
    ),
    seen(
        "You return slices or ends of batches. Return the indices in each, as an array.",
        lambda n, b, rng: [slice(i, i + b) for i in range(0, n, b)],
        "is a slice",
        "is a tuple",
    ),
    seen(
        "Your batches have two axes. Each is a plain array of indices: look for brackets that are "
        "too many.",
        lambda n, b, rng: [part[None] for part in cut(rng.permutation(n), b)],
        "of one axis",
    ),
)
