"""Schedules equal those of PyTorch, step by step."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nbcourse.schedules import (
    ReduceOnPlateau,
    cosine,
    cosine_restarts,
    exponential_decay,
    inverse_time_decay,
    step_decay,
    triangular_lr,
    warmup,
)

torch = pytest.importorskip("torch", reason="needs PyTorch: pip install torch==2.13.0")
pytestmark = pytest.mark.torch

LR = 0.37


def optimizer() -> Any:
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=LR)


# Name in PyTorch, its arguments -> ours, and the steps over which the two are the same.
SAME: list[tuple[str, dict[str, Any], Callable[[int], float], int]] = [
    ("StepLR", {"step_size": 7, "gamma": 0.3}, lambda t: step_decay(t, LR, 0.3, 7), 100),
    ("ExponentialLR", {"gamma": 0.9}, lambda t: exponential_decay(t, LR, -math.log(0.9)), 100),
    ("CosineAnnealingLR", {"T_max": 60}, lambda t: cosine(t, LR, 60), 61),
    ("CosineAnnealingWarmRestarts", {"T_0": 9}, lambda t: cosine_restarts(t, LR, 9), 100),
    (
        "CyclicLR",
        {"base_lr": 0.1, "max_lr": 0.8, "step_size_up": 13, "cycle_momentum": False},
        lambda t: triangular_lr(t, 0.1, 0.8, 13),
        100,
    ),
    (
        "LinearLR",
        {"start_factor": 1 / 20, "total_iters": 19},
        lambda t: warmup(t, LR, 20),
        100,
    ),
    (
        "LambdaLR",
        {"lr_lambda": lambda t: 1 / (1 + 0.2 * t)},
        lambda t: inverse_time_decay(t, LR, 0.2),
        100,
    ),
]


@pytest.mark.parametrize(("name", "given", "ours", "steps"), SAME, ids=[row[0] for row in SAME])
def test_rates_are_those_of_pytorch(
    name: str, given: dict[str, Any], ours: Callable[[int], float], steps: int
) -> None:
    theirs = optimizer()
    schedule = getattr(torch.optim.lr_scheduler, name)(theirs, **given)
    for t in range(steps):
        assert ours(t) == pytest.approx(theirs.param_groups[0]["lr"], abs=1e-10)
        theirs.step()
        schedule.step()


@pytest.mark.parametrize(
    ("given", "noise"),
    [
        ({"factor": 0.4, "patience": 3, "threshold": 0.02}, 0.05),
        ({"factor": 0.4, "patience": 3, "threshold": 0.02, "min_lr": 0.01}, 0.05),
        ({}, 0.3),
    ],
    ids=["no least rate", "a least rate", "as it comes"],
)
def test_the_plateau_is_that_of_pytorch(given: dict[str, Any], noise: float) -> None:
    rng = np.random.default_rng(0)
    theirs = optimizer()
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(theirs, **given)
    ours = ReduceOnPlateau(LR, **given)
    rates = []
    for t in range(100):
        loss = 1 / (1 + 0.1 * t) + noise * rng.standard_normal()
        schedule.step(loss)
        rates.append(ours.step(loss))
        assert rates[-1] == pytest.approx(theirs.param_groups[0]["lr"], abs=1e-10)
    assert len(set(rates)) > 4
