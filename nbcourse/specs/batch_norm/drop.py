"""Dropout with a mask that is given: both ways, which are one and the same multiplication."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nbcourse.dropout import dropout_backward, dropout_forward
from nbcourse.exercise import Exercise, Mistake
from nbcourse.exercise.cases import Raised
from nbcourse.specs.graphs.common import entrywise_shapes


def _cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    # p away from 1/2, where the chance to drop and the chance to keep are the same.
    for shape in entrywise_shapes(rng):
        for p in (float(rng.uniform(0.1, 0.4)), float(rng.uniform(0.6, 0.9))):
            mask = (rng.random(shape) >= p).astype(float)
            mask.flat[0], mask.flat[-1] = rng.permutation([0.0, 1.0])
            yield rng.normal(2.0, 1.0, shape), p, mask
    yield rng.normal(2.0, 1.0, (3, 4)), 0.0, np.ones((3, 4))


def _large(rng: np.random.Generator) -> tuple[Any, ...]:
    return rng.normal(2.0, 1.0, (500, 60)), 0.3, (rng.random((500, 60)) >= 0.3).astype(float)


def _entry_by_entry(x: Any, p: float, mask: Any) -> Any:
    out = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        if mask[index] == 1:
            out[index] = x[index] / (1 - p)
    return out


def _row_by_row(x: Any, p: float, mask: Any) -> Any:
    """One mask value for a whole row."""
    return x * mask[..., :1] / (1 - p)


def _drawn_anew(args: tuple[Any, ...], result: Any) -> bool:
    """Whether entries are 0 or scaled as they are to be, but not where the mask says."""
    x, p, _ = args
    if isinstance(result, Raised) or np.shape(result) != x.shape:
        return False
    kept = np.asarray(result) != 0
    return any(np.allclose(result, scale * x * kept) for scale in (1 / (1 - p), 1.0))


def _mistakes(x: str, out: str) -> tuple[Mistake, ...]:
    """The mistakes, with the names of what comes in and of what is returned."""
    told: tuple[tuple[str, Callable[..., Any]], ...] = (
        (
            f"The scaling is left out. What is kept is divided by 1 - p, so that {out} has the "
            "mean that it would have without dropout.",
            lambda x, p, mask: x * mask,
        ),
        (
            "You multiply by 1 - p. That is done at test time where nothing is scaled in training; "
            "here what is kept is divided by 1 - p.",
            lambda x, p, mask: x * mask * (1 - p),
        ),
        (
            "You take p for the chance to keep. Here it is the chance to drop: divide by 1 - p.",
            lambda x, p, mask: x * mask / p,
        ),
        (
            "You multiply by p. What is kept is divided by the chance to keep, 1 - p.",
            lambda x, p, mask: x * mask * p,
        ),
        (
            "You multiply by 1 - p and leave the mask out. That is what other kinds of dropout do "
            "at test time.",
            lambda x, p, mask: x * (1 - p),
        ),
        (
            "The mask is the wrong way round: 1 stands where a unit is kept.",
            lambda x, p, mask: x * (1 - mask) / (1 - p),
        ),
        (
            "The mask is the wrong way round, and so is p: 1 stands where a unit is kept, p is the "
            "chance to drop.",
            lambda x, p, mask: x * (1 - mask) / p,
        ),
        (
            "The mask is left out. Multiply by it: dropped units give 0.",
            lambda x, p, mask: x / (1 - p),
        ),
        (
            f"You return {x} as it is. That is right at test time; in training multiply by the "
            "mask, and divide by 1 - p.",
            lambda x, p, mask: x.copy(),
        ),
        (
            "You return the mask, scaled. Multiply by it.",
            lambda x, p, mask: mask / (1 - p),
        ),
        (
            "The brackets round 1 - p are missing: x * mask / 1 - p divides by 1 and then "
            "subtracts p.",
            lambda x, p, mask: x * mask / 1 - p,
        ),
        (
            "You divide by 1 - p twice. Once is enough.",
            lambda x, p, mask: x * mask / (1 - p) ** 2,
        ),
        (
            "You divide by the root of 1 - p. The mean is what is kept, not the variance: divide "
            "by 1 - p itself.",
            lambda x, p, mask: x * mask / np.sqrt(1 - p),
        ),
        (
            "You divide by the share that this mask has kept. Divide by the chance to keep, 1 - p: "
            "a mask keeps a little more or less by chance.",
            lambda x, p, mask: x * mask / mask.mean(),
        ),
        (
            "You scale what is dropped too, or in place of what is kept. First multiply by the "
            "mask; dropped units stay 0.",
            lambda x, p, mask: np.where(mask == 1, x, x / (1 - p)),
        ),
        (
            "You use one entry of the mask for a whole row. Each unit has its own: multiply entry "
            "by entry.",
            _row_by_row,
        ),
        (
            "You sum over the batch. Every entry has its own: the shape stays.",
            lambda x, p, mask: (x * mask / (1 - p)).sum(axis=0),
        ),
    )
    return (
        *(Mistake(hint, function) for hint, function in told),
        Mistake(
            "You draw a mask of your own. The mask is given: use that one, so that the way forward "
            "and the way back drop the same units.",
            lambda x, p, mask: x * np.roll(mask, 1, axis=-1) / (1 - p),
            _drawn_anew,
        ),
    )


_ALTERNATIVES = (
    _entry_by_entry,
    lambda x, p, mask: np.where(mask > 0, x / (1 - p), 0.0),
    lambda x, p, mask: x * (mask / (1 - p)),
)

DROPOUT_FORWARD = Exercise(
    name="dropout_forward",
    points=1,
    reference=dropout_forward,
    parts=("out",),
    cases=_cases,
    large=_large,
    mistakes=_mistakes("x", "out"),
    alternatives=_ALTERNATIVES,
    summary="inverted dropout with a given mask",
)

DROPOUT_BACKWARD = Exercise(
    name="dropout_backward",
    points=1,
    reference=dropout_backward,
    parts=("dx",),
    cases=_cases,
    large=_large,
    mistakes=_mistakes("dout", "dx"),
    alternatives=_ALTERNATIVES,
    summary="gradient of inverted dropout",
)
