"""Dropout: what is dropped, how much the rest is scaled, and the way back."""

import numpy as np
import pytest

from nbcourse.dropout import dropout_backward, dropout_forward, dropout_mask
from nbcourse.gradcheck import gradcheck


@pytest.mark.parametrize("p", [0.0, 0.2, 0.5, 0.9])
@pytest.mark.parametrize("shape", [(5, 3), (1, 4), (6,)])
def test_gradient(p: float, shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    mask = dropout_mask(shape, p, rng)
    gradcheck(
        lambda x: (dropout_forward(x, p, mask), (p, mask)),
        lambda dout, cache: dropout_backward(dout, *cache),
        (rng.standard_normal(shape),),
        rng,
    )


@pytest.mark.parametrize("p", [0.0, 0.2, 0.9])
def test_a_share_p_is_dropped_and_the_mean_is_kept(p: float) -> None:
    mask = dropout_mask((400, 500), p, np.random.default_rng(0))
    assert set(np.unique(mask)) <= {0.0, 1.0}
    spread = np.sqrt(p * (1.0 - p) / mask.size)
    assert mask.mean() == pytest.approx(1.0 - p, abs=5.0 * spread + 1e-12)
    # Each entry is drawn on its own: neither rows nor columns share one.
    for axis, length in ((0, 400), (1, 500)):
        expected = np.sqrt(p * (1.0 - p) / length)
        assert mask.mean(axis=axis).std() == pytest.approx(expected, rel=0.2)
    x = np.full(mask.shape, 3.0)
    assert dropout_forward(x, p, mask).mean() == pytest.approx(3.0, rel=0.02)


def test_float32_stays() -> None:
    x = np.ones((2, 3), dtype=np.float32)
    assert dropout_forward(x, 0.3, np.ones_like(x)).dtype == np.float32
    assert dropout_backward(x, 0.3, np.ones_like(x)).dtype == np.float32


@pytest.mark.parametrize("p", [1.0, -0.1, 1.5, float("nan")])
def test_p_is_a_probability_below_one(p: float) -> None:
    x = np.ones((2, 3))
    for call in (
        lambda: dropout_forward(x, p, x),
        lambda: dropout_backward(x, p, x),
        lambda: dropout_mask((2, 3), p, np.random.default_rng(0)),
    ):
        with pytest.raises(ValueError, match="0 <= p < 1"):
            call()


def test_a_mask_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\(2, 3\).*got \(3,\)"):
        dropout_forward(np.ones((2, 3)), 0.5, np.ones(3))
