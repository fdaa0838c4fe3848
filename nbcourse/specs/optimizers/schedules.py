"""Four schedules of the learning rate. All take the number of the step, counted from 0."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise
from nbcourse.schedules import cosine_restarts, inverse_time_decay, step_decay, triangular_lr
from nbcourse.specs.optimizers.wrong_decays import INVERSE_TIME_MISTAKES
from nbcourse.specs.optimizers.wrong_stairs import STEP_MISTAKES
from nbcourse.specs.optimizers.wrong_triangles import TRIANGLE_MISTAKES
from nbcourse.specs.optimizers.wrong_waves import COSINE_MISTAKES


def _rate(rng: np.random.Generator) -> float:
    return float(rng.uniform(0.2, 0.9))


def _stairs(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    lr, drop = _rate(rng), float(rng.uniform(0.3, 0.45))
    every = int(rng.integers(6, 14))
    for t in (0, 1, every - 1, every, every + 1, 2 * every - 1, 2 * every, 3 * every + every // 3):
        yield t, lr, drop, every
    yield every, lr, drop, 1
    yield 30 * every, lr, drop, every  # so low that a lower bound of one's own would show
    yield 5 * every - 2, _rate(rng), float(rng.uniform(0.55, 0.95)), every


def _times(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    lr, decay = _rate(rng), float(rng.uniform(0.02, 0.3))
    for t in (0, 1, 2, int(rng.integers(5, 30)), 1000):
        yield t, lr, decay
    yield 40, lr, 1e6 * decay + 1e5  # so low that a lower bound of one's own would show
    yield int(rng.integers(5, 30)), _rate(rng), float(rng.uniform(1.2, 3.0))
    yield 7, _rate(rng), 0.0


def _triangles(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    base_lr, max_lr = float(rng.uniform(0.05, 0.2)), float(rng.uniform(0.6, 1.5))
    half = int(rng.integers(5, 12))
    for t in (0, 1, half - 1, half, half + 1, 2 * half - 1, 2 * half, 2 * half + 2, 3 * half):
        yield t, base_lr, max_lr, half
    yield 7 * half + 3, base_lr, max_lr, half
    yield 3, base_lr, max_lr, 1
    yield half + 2, 0.0, max_lr, half


def _waves(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    lr, period = _rate(rng), int(rng.integers(6, 14))
    third = period // 3
    for t in (0, 1, third, period - 1, period, period + 1, 2 * period - 1, 2 * period + third):
        yield t, lr, period
    yield 7 * period + 2, _rate(rng), period
    yield 5, _rate(rng), 1
    yield 2, _rate(rng), 100


def _step_by_step(t: int, lr: float, drop: float, every: int) -> float:
    for step in range(1, t + 1):
        if step % every == 0:
            lr *= drop
    return lr


def _triangle_by_parts(t: int, base_lr: float, max_lr: float, half_cycle: int) -> float:
    rise = (max_lr - base_lr) / half_cycle
    position = t % (2 * half_cycle)
    if position < half_cycle:
        return base_lr + rise * position
    return max_lr - rise * (position - half_cycle)


def _triangle_by_cycles(t: int, base_lr: float, max_lr: float, half_cycle: int) -> Any:
    cycle = np.floor(1 + t / (2 * half_cycle))
    x = np.abs(t / half_cycle - 2 * cycle + 1)
    return base_lr + (max_lr - base_lr) * np.maximum(0, 1 - x)


STEP_DECAY = Exercise(
    name="step_decay",
    points=1,
    reference=step_decay,
    parts=("lr",),
    cases=_stairs,
    mistakes=STEP_MISTAKES,
    alternatives=(
        _step_by_step,
        lambda t, lr, drop, every: lr * drop ** int(t / every),
        lambda t, lr, drop, every: lr * np.power(drop, np.floor(t / every)),
        lambda t, lr, drop, every: lr * math.exp(math.log(drop) * (t - t % every) / every),
    ),
    summary="learning rate that is multiplied by a factor every so many steps",
)

INVERSE_TIME_DECAY = Exercise(
    name="inverse_time_decay",
    points=1,
    reference=inverse_time_decay,
    parts=("lr",),
    cases=_times,
    mistakes=INVERSE_TIME_MISTAKES,
    alternatives=(
        lambda t, lr, decay: lr * (1 + decay * t) ** -1,
        lambda t, lr, decay: np.divide(lr, np.add(1, np.multiply(decay, t))),
        lambda t, lr, decay: 1 / (1 / lr + decay * t / lr),
    ),
    summary="learning rate that falls like one over the number of the step",
)

TRIANGULAR_LR = Exercise(
    name="triangular_lr",
    points=1,
    reference=triangular_lr,
    parts=("lr",),
    cases=_triangles,
    mistakes=TRIANGLE_MISTAKES,
    alternatives=(
        _triangle_by_parts,
        _triangle_by_cycles,
        lambda t, base_lr, max_lr, half_cycle: np.interp(
            t % (2 * half_cycle), [0, half_cycle, 2 * half_cycle], [base_lr, max_lr, base_lr]
        ),
        lambda t, base_lr, max_lr, half_cycle: (
            base_lr
            + (max_lr - base_lr)
            * np.arccos(np.cos(np.pi * (t % (2 * half_cycle)) / half_cycle))
            / np.pi
        ),
    ),
    summary="learning rate that goes up and down between two values on straight lines",
)

COSINE_RESTARTS = Exercise(
    name="cosine_restarts",
    points=1,
    reference=cosine_restarts,
    parts=("lr",),
    cases=_waves,
    mistakes=COSINE_MISTAKES,
    alternatives=(
        lambda t, lr, period: 0.5 * lr * (1 + np.cos(np.pi * (t % period) / period)),
        lambda t, lr, period: lr * np.cos(np.pi * (t % period) / (2 * period)) ** 2,
        lambda t, lr, period: lr * (1 + math.cos(math.pi * (t / period - t // period))) / 2,
    ),
    summary="learning rate that falls like half a cosine wave, again and again",
)
