"""How many units of a ReLU layer never answer."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise, Mistake
from nbcourse.rectifiers import dead_unit_fraction
from nbcourse.specs.graphs.common import sizes


def _outputs(rng: np.random.Generator, n: int, d: int, dead: int) -> Any:
    """Outputs of D units: some dead, one on for one example, one always on, the others mixed."""
    h = np.maximum(rng.normal(-0.2, 1.0, (n, d)), 0.0)
    h[rng.integers(n, size=d), np.arange(d)] = rng.uniform(0.5, 2.0, d)
    h[1:, -1] = 0.0
    h[0, -1] = 1.0
    h[:, dead : dead + 1] = rng.uniform(0.5, 2.0, (n, 1))
    h[:, :dead] = 0.0
    return rng.permutation(rng.permutation(h, axis=1), axis=0)


def _cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    n, d = sizes(rng, 2)
    yield (_outputs(rng, n + 3, d + 4, 3),)
    yield (_outputs(rng, d + 8, n + 2, 1),)
    yield (_outputs(rng, n + 3, d, 0),)
    yield (_outputs(rng, 1, d + 2, 2),)
    yield (_outputs(rng, 150, d + 3, 2),)
    yield (np.zeros((n, d)),)
    yield (_outputs(rng, n + 3, 1, 0),)
    # Small is not dead: a unit behind small weights still hands a gradient on.
    yield (1e-14 * _outputs(rng, n + 2, d + 5, 2),)
    h = _outputs(rng, n + 4, d + 3, 2)
    h[0] = 0.0  # an example to which no unit answers
    yield (h,)


def _shares(h: Any) -> Any:
    """Share of zeros of each unit."""
    return np.mean(h == 0, axis=0)


def _near_zero(args: tuple[Any, ...], share: Any) -> bool:
    """Whether units that are small on all rows, or in the mean, were counted."""
    (h,) = args
    sizes = np.stack([h.max(axis=0), h.mean(axis=0), h.sum(axis=0)])
    limits = [*10.0 ** np.arange(-15, 1), 5e-3, 5e-4, 5e-5]  # the last three by rounding
    shares = [(sizes < limit).mean(axis=1) for limit in limits]
    return _near(share, shares)


def _near(share: Any, others: Any, atol: float = 1e-9) -> bool:
    """Whether a single number is near one of several."""
    return np.ndim(share) == 0 and bool(np.isclose(share, others, 1e-6, atol).any())


def _zeros_per(h: Any) -> tuple[float, float]:
    """Zeros for each unit, and for each example."""
    zeros = np.sum(h == 0)
    return float(zeros / h.shape[1]), float(zeros / h.shape[0])


def _mostly_off(args: tuple[Any, ...], share: Any) -> bool:
    """Whether units that are off for some large part of the examples were counted."""
    zeros = _shares(*args)
    shares = [np.mean(zeros > limit) for limit in (0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 0.95, 0.98, 0.99)]
    return _near(share, shares)


def _by_loop(h: Any) -> Any:
    dead = 0
    for unit in h.T:
        if not any(value > 0 for value in unit):
            dead += 1
    return dead / h.shape[1]


DEAD_UNIT_FRACTION = Exercise(
    name="dead_unit_fraction",
    points=1,
    reference=dead_unit_fraction,
    parts=("fraction",),
    cases=_cases,
    large=lambda rng: (_outputs(rng, 300, 500, 120),),
    mistakes=(
        Mistake(
            "You count zeros among all entries. A unit that is off for some examples is at work "
            "for others: it is dead when it is 0 on every row.",
            lambda h: float(np.mean(h == 0)),
        ),
        Mistake(
            "You look along the rows: examples for which every unit is 0. A unit is a column: is "
            "it 0 on all rows?",
            lambda h: float(np.mean((h == 0).all(axis=1))),
        ),
        Mistake(
            "You count units that are 0 on at least one row. Dead is one that is 0 on all rows: "
            "all, not any.",
            lambda h: float(np.mean((h == 0).any(axis=0))),
        ),
        Mistake(
            "You return how many units are dead. The share of them is asked for: divide by the "
            "number of units.",
            lambda h: int((h == 0).all(axis=0).sum()),
        ),
        Mistake(
            "You return the share of units that are alive. Take it from 1.",
            lambda h: 1 - dead_unit_fraction(h),
        ),
        Mistake(
            "You divide by the number of examples. The share is one of the D units.",
            lambda h: (h == 0).all(axis=0).sum() / len(h),
        ),
        Mistake(
            "You divide by the number of entries. The share is one of the D units.",
            lambda h: (h == 0).all(axis=0).sum() / h.size,
        ),
        Mistake(
            "You count units that are off for most of the examples. Dead is one that is 0 on all "
            "rows.",
            lambda h: float(np.mean(_shares(h) > 0.5)),
            _mostly_off,
        ),
        Mistake(
            "You count units that are small on all rows, not 0. However small its output, a unit "
            "above 0 hands a gradient on: compare with 0 exactly.",
            lambda h: float(np.mean((h <= 1e-8).all(axis=0))),
            _near_zero,
        ),
        Mistake(
            "You count zeros and divide by the number of units or examples. Count units that are 0 "
            "on every row, and divide by the number of units.",
            lambda h: float((h == 0).sum() / h.shape[1]),
            lambda args, share: _near(share, _zeros_per(*args)),
        ),
        Mistake(
            "You round the share. Return it as it is.",
            lambda h: round(dead_unit_fraction(h), 2),
            lambda args, share: _near(share, [dead_unit_fraction(*args)], 0.05),
        ),
        Mistake(
            "You divide by the number of units that are alive. The share is one of all D units.",
            lambda h: float((h == 0).all(axis=0).sum() / np.any(h > 0, axis=0).sum()),
        ),
        Mistake(
            "You count units that do not change from example to example. With a single example "
            "all of them do not: ask whether each output is 0.",
            lambda h: float(np.mean(h.std(axis=0) == 0)),
        ),
        Mistake(
            "You return a text. Return the number itself, without str or an f-string.",
            lambda h: str(dead_unit_fraction(h)),
            lambda args, share: isinstance(share, str),
        ),
        Mistake(
            "You ask for h >= 0, and that is true of every output of a ReLU. Dead are units whose "
            "output is 0.",
            lambda h: float(np.mean((h >= 0).all(axis=0))),
        ),
        Mistake(
            "You ask whether an output is >= 0 to call a unit alive, and 0 itself passes. Alive "
            "is a unit with an output above 0.",
            lambda h: float(np.mean(~(h >= 0).any(axis=0))),
        ),
        Mistake(
            "You return a percentage. The share is a number from 0 to 1.",
            lambda h: 100 * dead_unit_fraction(h),
        ),
        Mistake(
            "You return which units are dead. Their share is asked for: a single number.",
            lambda h: (h == 0).all(axis=0),
        ),
        Mistake(
            "You return the share of zeros of each unit. Count the units for which it is 1, and "
            "divide by their number.",
            _shares,
        ),
        Mistake(
            "You look at one example alone. A unit that is off for this row may be on for the "
            "next.",
            lambda h: float(np.mean(h[0] == 0)),
            lambda args, share: _near(share, [np.mean(args[0][-1] == 0)]),
        ),
        Mistake(
            "You look at one unit alone, and count its zeros. Ask of every unit whether it is 0 "
            "on all rows.",
            lambda h: float(np.mean(h[:, 0] == 0)),
        ),
        Mistake(
            "You count units that are on for every example. Dead ones are off for every example.",
            lambda h: float(np.mean((h > 0).all(axis=0))),
        ),
        Mistake(
            "You count examples, not units: those for which some unit is off.",
            lambda h: float(np.mean((h == 0).any(axis=1))),
        ),
        Mistake(
            "Your share is 1 when all units are dead, and otherwise 0. Either a division by // "
            "drops what stands behind the point, or you ask one question about the whole layer: "
            "judge each unit by itself, along axis 0.",
            lambda h: float(np.all(h == 0)),
        ),
    ),
    alternatives=(
        _by_loop,
        lambda h: np.mean(h.max(axis=0) == 0),
        lambda h: np.mean(h.sum(axis=0) == 0),
        lambda h: 1 - np.count_nonzero(np.any(h > 0, axis=0)) / h.shape[1],
        lambda h: np.array(np.sum(~h.any(axis=0)) / len(h[0])),
    ),
    summary="share of units of a ReLU layer that are 0 for every example",
)
