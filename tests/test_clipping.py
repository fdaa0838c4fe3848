"""Clipping by norm keeps the direction of a step, clipping by value does not."""

import math

import numpy as np
import pytest

from nbcourse.clipping import clip_grad_norm, clip_grad_value

RNG = np.random.default_rng(0)
GRADS = [RNG.standard_normal((3, 4)), RNG.standard_normal(5), np.array(0.5)]
NORM = math.sqrt(sum(np.sum(grad**2) for grad in GRADS))


@pytest.mark.parametrize("max_norm", [0.01 * NORM, 0.999 * NORM, 1.001 * NORM, 1e6])
def test_clipping_by_norm_keeps_the_direction(max_norm: float) -> None:
    clipped, norm = clip_grad_norm(GRADS, max_norm)
    assert norm == pytest.approx(NORM, rel=1e-14)
    factor = min(1.0, max_norm / NORM)
    for ours, grad in zip(clipped, GRADS, strict=True):
        np.testing.assert_allclose(ours, factor * grad, rtol=1e-14)
        assert ours.shape == grad.shape


def test_zero_gradients_stay_zero() -> None:
    clipped, norm = clip_grad_norm([np.zeros(3)], 1.0)
    assert (clipped[0].tolist(), norm) == ([0.0] * 3, 0.0)
    assert clip_grad_norm([], 1.0) == ([], 0.0)


def test_clipping_by_value_changes_the_direction() -> None:
    grads = [np.array([10.0, 0.1, -10.0]), np.array([[-0.5, -3.0]])]
    clipped = [grad.tolist() for grad in clip_grad_value(grads, 1.0)]
    assert clipped == [[1.0, 0.1, -1.0], [[-0.5, -1.0]]]


@pytest.mark.parametrize("limit", [0.0, -1.0, math.nan])
def test_a_limit_must_be_positive(limit: float) -> None:
    for clip in (clip_grad_norm, clip_grad_value):
        with pytest.raises(ValueError, match="must be more than 0"):
            clip(GRADS, limit)
