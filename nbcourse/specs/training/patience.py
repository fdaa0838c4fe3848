"""Early stopping with patience."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nbcourse.early_stopping import early_stopping
from nbcourse.exercise import Exercise
from nbcourse.specs.training.wrong_counts import COUNT_MISTAKES
from nbcourse.specs.training.wrong_patience import PATIENCE_MISTAKES


def _noisy(rng: np.random.Generator, length: int, best: int) -> list[float]:
    """Losses that fall up to step ``best`` and rise slowly behind it, with noise all the way."""
    steps = np.arange(1, length + 1)
    losses = 0.05 * np.abs(steps - best) + rng.uniform(0.0, 0.12, length) + 0.3
    return [float(loss) for loss in losses]


def _loss_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    first = float(rng.uniform(1.0, 3.0))
    wait = int(rng.integers(5, 9))
    yield _noisy(rng, 60, int(rng.integers(8, 14))), wait, 0.0
    yield _noisy(rng, 60, int(rng.integers(8, 14))), wait, 0.03
    yield _noisy(rng, 80, int(rng.integers(20, 30))), 25, 0.1
    # Behind the stop something better comes, for all who wait longer.
    for delta in (0.0, 0.05):
        late = _noisy(rng, 90, int(rng.integers(8, 14)))
        yield late + [0.1 - 0.06 * i for i in range(40)], wait, delta
    yield _noisy(rng, 25, 20), wait, 0.0  # the patience outlasts the losses
    # Nothing new: the patience that was given is the last step.
    yield [first + 0.01 * i for i in range(30)], wait + 4, 0.0
    # The last step of the patience is an improvement, and so goes on.
    yield [first] * (wait - 1) + [first - 0.5] + [first] * 30, wait, 0.125
    # Lower by exactly min_delta, and equal: neither is an improvement.
    yield [8.0, 8.0, 7.75, 7.5, 7.5, 7.25, 7.25, 7.5, 7.75, 0.5], 4, 0.25
    # Many small steps down that make a large one, in time and too late.
    yield [float(4.0 - i / 8) for i in range(30)], 6, 0.4375
    yield [float(4.0 - i / 8) for i in range(30)], 3, 0.4375
    # An early improvement does not take anything from a long patience.
    yield [first, first - 0.25, *[first + 0.01 * i for i in range(40)]], 3 * wait, 0.0
    # Of the lowest loss of all nothing is known when training stops.
    yield [first, first - 0.5, *[first] * 20, -first], wait, 0.0
    # The first step raises a patience of 1.
    yield [first, first + 1.0, first - 0.9, first - 1.0], 1, 0.0
    yield [first], wait, 0.1
    yield [first, first - 0.5, first + 0.1], 10 * wait, 0.0
    # Far from 1 on both sides.
    yield [float(10.0**k) for k in (15, 14, 13, 13, 13, 13, 13, 13)], 3, 0.0
    yield [-1.0, -1.3, -1.2, -1.9, -1.8, -2.15, -2.0, *[-2.25] * 20], 4, 0.2


def _long(rng: np.random.Generator) -> tuple[Any, ...]:
    return _noisy(rng, 6000, 1500), 400, 0.1


def _with_while(losses: Any, patience: Any, min_delta: Any) -> Any:
    i, best, best_step = 0, float("inf"), 0
    while i < patience and i < len(losses):
        loss = losses[i]
        i += 1
        if best - loss > min_delta:
            best, best_step = loss, i
            if 2 * i > patience:
                patience = 2 * i
    return i, best_step


def _with_records(losses: Any, patience: Any, min_delta: Any) -> Any:
    """The improvements first, then the first step that outlasts the one before it."""
    records = [(1, losses[0])]
    for i in range(2, len(losses) + 1):
        if i > max(patience, 2 * records[-1][0]):
            break
        if losses[i - 1] < records[-1][1] - min_delta:
            records.append((i, losses[i - 1]))
    best_step = records[-1][0]
    return np.minimum(len(losses), max(patience, 2 * best_step)), best_step


def _with_arrays(losses: Any, patience: Any, min_delta: Any) -> Any:
    losses = np.array(losses)
    best_step = 1
    while True:
        limit = min(max(patience, 2 * best_step), len(losses))
        lower = losses[best_step:limit] < losses[best_step - 1] - min_delta
        if not lower.any():
            return limit, best_step
        best_step += int(lower.argmax()) + 1


EARLY_STOPPING = Exercise(
    name="early_stopping",
    points=7,
    reference=early_stopping,
    parts=("stop_step", "best_step"),
    cases=_loss_cases,
    large=_long,
    mistakes=PATIENCE_MISTAKES + COUNT_MISTAKES,
    alternatives=(_with_while, _with_records, _with_arrays),
    summary="where training stops when nothing has improved for long, and the best step",
)
