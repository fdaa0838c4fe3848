"""The residual block, as a pair and as a layer round others."""

from typing import Any

import numpy as np
import pytest

from nbcourse.activation_layers import ReLU
from nbcourse.gradcheck import gradcheck
from nbcourse.layers import Linear, Sequential
from nbcourse.normalization_layers import BatchNorm1d, Dropout
from nbcourse.residual import Residual, residual_backward, residual_forward


def block(n: int, d: int, hidden: int, seed: int = 0) -> Any:
    """Input and parameters; no hidden unit within 1e-2 of its kink."""
    rng = np.random.default_rng(seed)
    x, w1, b1 = (rng.standard_normal(shape) for shape in ((n, d), (d, hidden), hidden))
    assert np.abs(x @ w1 + b1).min() > 1e-2
    return x, w1, b1, rng.standard_normal((hidden, d)), rng.standard_normal(d)


@pytest.mark.parametrize("sizes", [(5, 3, 4), (1, 3, 4), (5, 1, 2), (5, 3, 1)])
def test_gradients(sizes: tuple[int, int, int]) -> None:
    gradcheck(residual_forward, residual_backward, block(*sizes), np.random.default_rng(1))


def test_the_layer_agrees_with_the_pair() -> None:
    x, w1, b1, w2, b2 = block(5, 3, 4)
    layer = Residual(Linear(3, 4, weight=w1), ReLU(), Linear(4, 3, weight=w2))
    layer.params["0.bias"], layer.params["2.bias"] = b1, b2
    out, cache = layer.forward(x)
    expected, pair_cache = residual_forward(x, w1, b1, w2, b2)
    assert np.array_equal(out, expected)
    dout = np.random.default_rng(1).standard_normal(out.shape)
    dx, grads = layer.backward(dout, cache)
    assert list(grads) == list(layer.params) == ["0.weight", "0.bias", "2.weight", "2.bias"]
    for ours, pair in zip((dx, *grads.values()), residual_backward(dout, pair_cache), strict=True):
        assert np.array_equal(ours, pair)


def test_the_training_flag_goes_down_and_the_buffers_come_up() -> None:
    x = np.random.default_rng(0).normal(3.0, 2.0, (6, 3))
    norm = BatchNorm1d(3)
    model = Sequential(Residual(norm))
    assert list(model.buffers) == ["0.0.running_mean", "0.0.running_var"]
    model.forward(x)
    moved = dict(norm.buffers)
    assert all(model.buffers[f"0.0.{name}"] is moved[name] for name in moved)
    out, _ = model.forward(x, training=False)
    assert all(norm.buffers[name] is moved[name] for name in moved)
    assert np.array_equal(out, x + norm.forward(x, training=False)[0])


def test_the_generators_come_up() -> None:
    dropout = Dropout(0.5, np.random.default_rng(0))
    assert Sequential(Residual(dropout)).generators == dropout.generators


def test_with_zero_weights_the_block_is_the_identity_both_ways() -> None:
    x, w1, b1, w2, b2 = block(5, 3, 4)
    out, cache = residual_forward(x, w1, b1, 0.0 * w2, 0.0 * b2)
    assert np.array_equal(out, x)
    assert np.array_equal(residual_backward(x, cache)[0], x)


def test_a_hundred_blocks_hand_the_gradient_down() -> None:
    rng = np.random.default_rng(0)

    def stack(shortcut: bool) -> Sequential:
        linear = [Linear(16, 16, weight=0.05 * rng.standard_normal((16, 16))) for _ in range(100)]
        return Sequential(*(Residual(layer) if shortcut else layer for layer in linear))

    x = rng.standard_normal((8, 16))
    norms = []
    for shortcut in (True, False):
        model = stack(shortcut)
        out, caches = model.forward(x)
        norms.append(np.linalg.norm(model.backward(np.ones_like(out), caches)[0]))
    assert norms[0] > 1.0
    assert norms[1] < 1e-30


def test_what_is_refused() -> None:
    x, w1, b1, w2, b2 = block(5, 3, 4)
    with pytest.raises(ValueError, match=r"w2 \(4, 2\)"):
        residual_forward(x, w1, b1, w2[:, :2], b2[:2])
    with pytest.raises(ValueError, match=r"got x \(3,\)"):
        residual_forward(x[0], w1, b1, w2, b2)
    with pytest.raises(ValueError, match=r"w2 \(3,\)"):
        residual_forward(x, w1, b1, w2[0], b2)
    with pytest.raises(ValueError, match=r"\(5, 3\).*\(5, 4\)"):
        Residual(Linear(3, 4, weight=w1)).forward(x)
