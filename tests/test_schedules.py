"""Schedules: their values at the steps that matter, their limits, and what they refuse."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from nbcourse.schedules import (
    ReduceOnPlateau,
    constant,
    cosine,
    cosine_restarts,
    exponential_decay,
    inverse_time_decay,
    step_decay,
    triangular_lr,
    warmup,
)

# Schedule, its arguments after t -> rate at these steps.
VALUES = [
    (constant, (0.3,), {0: 0.3, 7: 0.3}),
    (step_decay, (0.8, 0.5, 10), {0: 0.8, 9: 0.8, 10: 0.4, 19: 0.4, 20: 0.2, 35: 0.1}),
    (exponential_decay, (0.8, math.log(2) / 10), {0: 0.8, 10: 0.4, 20: 0.2}),
    (inverse_time_decay, (0.6, 0.1), {0: 0.6, 10: 0.3, 20: 0.2, 50: 0.1}),
    (cosine, (0.4, 12), {0: 0.4, 4: 0.3, 6: 0.2, 8: 0.1, 12: 0.0, 13: 0.0, 40: 0.0}),
    (cosine_restarts, (0.4, 12), {0: 0.4, 6: 0.2, 8: 0.1, 12: 0.4, 18: 0.2, 36: 0.4}),
    (triangular_lr, (0.1, 0.5, 4), {0: 0.1, 1: 0.2, 4: 0.5, 6: 0.3, 8: 0.1, 12: 0.5, 15: 0.2}),
    (warmup, (0.8, 4), {0: 0.2, 2: 0.6, 3: 0.8, 4: 0.8, 100: 0.8}),
    (warmup, (0.8, 1), {0: 0.8, 1: 0.8}),
]


@pytest.mark.parametrize(("schedule", "args", "rates"), VALUES)
def test_rates_at_the_steps_that_matter(
    schedule: Callable[..., float], args: tuple[float, ...], rates: dict[int, float]
) -> None:
    found = {t: schedule(t, *args) for t in rates}
    assert found == pytest.approx(rates, abs=1e-15)
    assert {type(rate) for rate in found.values()} == {float}


@pytest.mark.parametrize(("schedule", "args", "rates"), VALUES)
def test_steps_counted_by_numpy_and_between_two_whole_ones_are_fine(
    schedule: Callable[..., float], args: tuple[float, ...], rates: dict[int, float]
) -> None:
    for t in rates:
        assert schedule(np.int64(t), *args) == schedule(t, *args)
        assert 0 <= schedule(t + 0.5, *args) <= max(rates.values())


def test_a_warm_up_goes_before_any_other_schedule() -> None:
    rates = [warmup(t, cosine(t, 1.0, 20), 5) for t in range(20)]
    assert rates.index(max(rates)) == 4
    assert rates[4:] == [cosine(t, 1.0, 20) for t in range(4, 20)]


def test_only_inverse_time_decay_meets_robbins_and_monro() -> None:
    """The sum of the rates grows without end by log(10) per tenfold; that of the squares does not.

    The staircase and the exponential stop: their sum is finite.
    """
    rates = np.array([inverse_time_decay(t, 1.0, 1.0) for t in range(100_000)])
    sums = [rates[:n].sum() for n in (1_000, 10_000, 100_000)]
    assert np.diff(sums) == pytest.approx([math.log(10)] * 2, rel=1e-3)
    assert np.sum(rates**2) == pytest.approx(math.pi**2 / 6, rel=1e-4)
    for falling in (
        [step_decay(t, 1.0, 0.5, 10) for t in range(2_000)],
        [exponential_decay(t, 1.0, 0.1) for t in range(2_000)],
    ):
        assert sum(falling) == pytest.approx(sum(falling[:400]), rel=1e-9)


@pytest.mark.parametrize(
    ("schedule", "args", "name"),
    [
        (step_decay, (0, 0.1, 0.5, 0), "every"),
        (cosine, (0, 0.1, 0), "period"),
        (cosine, (0, 0.1, math.nan), "period"),
        (cosine_restarts, (0, 0.1, -3), "period"),
        (triangular_lr, (0, 0.1, 0.2, 0), "half_cycle"),
        (warmup, (0, 0.1, 0), "steps"),
    ],
)
def test_a_length_that_is_not_positive_is_refused(
    schedule: Callable[..., float], args: tuple[float, ...], name: str
) -> None:
    with pytest.raises(ValueError, match=rf"{name} must be positive; got {args[-1]}"):
        schedule(*args)


def test_a_plateau_lowers_the_rate_and_starts_to_count_anew() -> None:
    schedule = ReduceOnPlateau(0.8, factor=0.5, patience=2, min_lr=0.15)
    losses = [1.0, 1.0, 1.0, 1.0, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9]
    rates = [schedule.step(loss) for loss in losses]
    assert rates == [0.8] * 3 + [0.4] * 4 + [0.2] * 3 + [0.15] * 4
    assert schedule.best == 0.9


def test_too_small_an_improvement_is_none_and_so_is_nan() -> None:
    for losses in ([1.0, 0.95, 0.92], [1.0, math.nan, math.nan], [math.nan] * 3):
        schedule = ReduceOnPlateau(1.0, factor=0.5, patience=1, threshold=0.1)
        assert [schedule.step(loss) for loss in losses][-1] == 0.5
    schedule = ReduceOnPlateau(1.0, factor=0.5, patience=1, threshold=0.1)
    assert [schedule.step(loss) for loss in (1.0, 0.95, 0.89, 0.85)] == [1.0] * 4


def test_the_threshold_is_a_share_of_the_best_loss() -> None:
    schedule = ReduceOnPlateau(1.0, factor=0.5, patience=0, threshold=0.1)
    assert [schedule.step(loss) for loss in (100.0, 95.0, 89.0)] == [1.0, 0.5, 0.5]


def test_a_plateau_has_the_settings_of_pytorch_unless_told_otherwise() -> None:
    schedule = ReduceOnPlateau(1.0)
    found = schedule.factor, schedule.patience, schedule.threshold, schedule.min_lr
    assert found == (0.1, 10, 1e-4, 0.0)


@pytest.mark.parametrize("given", [{"factor": 1.0}, {"factor": 0.0}, {"patience": -1}])
def test_a_plateau_that_could_not_lower_the_rate_is_refused(given: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="factor must lie between 0 and 1 and patience must not"):
        ReduceOnPlateau(0.1, **given)  # type: ignore[arg-type]
