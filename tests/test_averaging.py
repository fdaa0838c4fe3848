"""Averages of parameters over steps, and of predictions over networks."""

import math
from typing import Any

import numpy as np
import pytest

from nbcourse.activations import softmax_forward
from nbcourse.averaging import ensemble_probabilities, polyak_average

RNG = np.random.default_rng(0)


def test_polyak_average_is_a_weighted_mean_of_all_steps() -> None:
    steps = [{"w": RNG.standard_normal((2, 3)), "b": RNG.standard_normal(3)} for _ in range(6)]
    average: Any = steps[0]
    for params in steps[1:]:
        average = polyak_average(average, params, 0.9)
    shares = [0.9**5, *(0.1 * 0.9 ** (5 - t) for t in range(1, 6))]
    assert sum(shares) == pytest.approx(1.0)
    for name in ("w", "b"):
        expected = sum(share * step[name] for share, step in zip(shares, steps, strict=True))
        np.testing.assert_allclose(average[name], expected, rtol=1e-12)


def test_polyak_average_forgets_half_a_percent_unless_told_otherwise() -> None:
    average = polyak_average({"w": np.array([1.0])}, {"w": np.array([0.0])})
    assert average["w"].tolist() == [0.995]


@pytest.mark.parametrize(
    ("params", "message"),
    [({"v": np.ones(3)}, "the same keys"), ({"w": np.ones((1, 3))}, "has shape")],
)
def test_polyak_average_needs_two_of_a_kind(params: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        polyak_average({"w": np.ones(3)}, params)


def test_an_ensemble_averages_probabilities() -> None:
    sure, unsure = np.array([[0.0, 100.0]]), np.array([[1.0, 0.0]])
    p = 1 / (1 + math.exp(-1.0))
    expected = [[p / 2, (2 - p) / 2]]
    np.testing.assert_allclose(ensemble_probabilities([sure, unsure]), expected, rtol=1e-12)
    logits = list(RNG.normal(0, 3, (3, 4, 5)))
    mean = sum(softmax_forward(each)[0] for each in logits) / 3
    np.testing.assert_allclose(ensemble_probabilities(logits), mean, rtol=1e-14)
    with pytest.raises(ValueError, match="one shape"):
        ensemble_probabilities([sure, np.ones((2, 2))])
    with pytest.raises(ValueError, match="one shape"):
        ensemble_probabilities([])
