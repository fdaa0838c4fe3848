"""Batch norm and layer norm: derivatives, running statistics, and what only one of them does."""

from typing import Any

import numpy as np
import pytest

from nbcourse.gradcheck import gradcheck, numerical_gradient
from nbcourse.layer_normalization import layernorm_backward, layernorm_forward
from nbcourse.normalization import (
    batchnorm_backward,
    batchnorm_backward_staged,
    batchnorm_forward,
)

SHAPES = ((5, 3), (2, 3), (5, 1), (7, 4))
EACH_SHAPE = pytest.mark.parametrize("shape", SHAPES)


def drawn(shape: tuple[int, int]) -> Any:
    """Inputs with a mean far from 0, gamma far from 1, running statistics of their own."""
    rng = np.random.default_rng(shape)
    d = shape[1]
    x = rng.normal(4.0, 1.5, shape)
    gamma, beta = rng.uniform(-3.0, 3.0, d), rng.standard_normal(d)
    return x, gamma, beta, {"mean": rng.standard_normal(d), "var": rng.uniform(0.5, 4.0, d)}


def train(x: Any, gamma: Any, beta: Any, **options: Any) -> Any:
    d = len(gamma)
    running = {"mean": np.zeros(d), "var": np.ones(d)}
    return batchnorm_forward(x, gamma, beta, running, "train", **options)[:2]


@EACH_SHAPE
def test_batchnorm_gradients(shape: tuple[int, int]) -> None:
    x, gamma, beta, _ = drawn(shape)
    # A large eps, so that a backward pass that leaves it out is off by more than rounding.
    gradcheck(
        lambda *inputs: train(*inputs, eps=0.3),
        batchnorm_backward,
        (x, gamma, beta),
        np.random.default_rng(0),
    )


@EACH_SHAPE
def test_layernorm_gradients(shape: tuple[int, int]) -> None:
    x, gamma, beta, _ = drawn(shape)
    gradcheck(
        lambda *inputs: layernorm_forward(*inputs, eps=0.3),
        layernorm_backward,
        (x, gamma, beta),
        np.random.default_rng(0),
    )


@EACH_SHAPE
@pytest.mark.parametrize("eps", [0.0, 1e-5, 0.3])
def test_stages_and_short_form_agree(shape: tuple[int, int], eps: float) -> None:
    x, gamma, beta, _ = drawn(shape)
    dout = np.random.default_rng(1).standard_normal(shape)
    staged = batchnorm_backward_staged(dout, (x, x.mean(axis=0), x.var(axis=0), gamma, eps))
    short = batchnorm_backward(dout, train(x, gamma, beta, eps=eps)[1])
    for name, gradient in zip(("dx", "dgamma", "dbeta"), short, strict=True):
        assert np.allclose(staged[name], gradient, rtol=1e-10, atol=1e-10), name


@EACH_SHAPE
def test_each_stage_is_the_derivative_at_its_node(shape: tuple[int, int]) -> None:
    x, gamma, beta, _ = drawn(shape)
    mean, var, eps = x.mean(axis=0), x.var(axis=0), 0.3
    dout = np.random.default_rng(1).standard_normal(shape)
    staged = batchnorm_backward_staged(dout, (x, mean, var, gamma, eps))

    def from_x_hat(x_hat: Any) -> Any:
        return np.sum(dout * (gamma * x_hat + beta))

    def from_var(value: Any) -> Any:
        return from_x_hat((x - mean) / np.sqrt(value + eps))

    def from_mean(value: Any) -> Any:
        spread = np.mean((x - value) ** 2, axis=0)
        return from_x_hat((x - value) / np.sqrt(spread + eps))

    x_hat = (x - mean) / np.sqrt(var + eps)
    for name, loss, at in (
        ("dx_hat", from_x_hat, x_hat),
        ("dvar", from_var, var),
        ("dmean", from_mean, mean),
    ):
        assert staged[name] == pytest.approx(numerical_gradient(loss, at), rel=1e-5, abs=1e-7)


def test_training_standardizes_and_moves_the_running_statistics() -> None:
    x, gamma, beta, running = drawn((7, 4))
    before = {name: value.copy() for name, value in running.items()}
    out, cache, updated = batchnorm_forward(x, gamma, beta, running, "train", 0.25, 0.0)
    assert out.mean(axis=0) == pytest.approx(beta)
    assert out.std(axis=0) == pytest.approx(np.abs(gamma))
    assert updated["mean"] == pytest.approx(0.75 * before["mean"] + 0.25 * x.mean(axis=0))
    assert updated["var"] == pytest.approx(0.75 * before["var"] + 0.25 * x.var(axis=0, ddof=1))
    assert all(np.array_equal(running[name], before[name]) for name in before)
    assert cache is not None
    assert [part.shape for part in cache] == [(7, 4), (4,), (4,)]


def test_at_test_time_the_running_statistics_serve_and_stay() -> None:
    x, gamma, beta, running = drawn((7, 4))
    out, cache, after = batchnorm_forward(x, gamma, beta, running, "test")
    expected = gamma * (x - running["mean"]) / np.sqrt(running["var"] + 1e-5) + beta
    assert np.allclose(out, expected, rtol=1e-12)
    assert cache is None
    assert all(np.array_equal(after[name], running[name]) for name in ("mean", "var"))
    alone = batchnorm_forward(x[:1], gamma, beta, running, "test")[0]
    assert np.array_equal(alone, out[:1])


def test_running_statistics_reach_those_of_the_population() -> None:
    rng = np.random.default_rng(0)
    running = {"mean": np.zeros(2), "var": np.ones(2)}
    seen = []
    for _ in range(4000):
        x = rng.normal([3.0, -50.0], [2.0, 1.0], (4, 2))
        _, _, running = batchnorm_forward(x, np.ones(2), np.zeros(2), running, "train", 0.01)
        seen.append(running["var"])
    assert running["mean"] == pytest.approx([3.0, -50.0], abs=0.3)
    # Batches of 4: the biased variance would settle at 3/4 of these.
    assert np.mean(seen[500:], axis=0) == pytest.approx([4.0, 1.0], rel=0.1)


@pytest.mark.parametrize("forward", [train, layernorm_forward])
def test_types_and_extremes(forward: Any) -> None:
    x, gamma, beta, _ = drawn((5, 3))
    single = [each.astype(np.float32) for each in (x, gamma, beta)]
    out, (x_hat, *_) = forward(*single)
    assert out.dtype == np.float32
    assert x_hat.dtype == np.float32
    for extreme in (np.full((5, 3), 1e8), 1e100 * x, 1e8 + x, np.zeros((5, 3))):
        assert np.isfinite(forward(extreme, gamma, beta)[0]).all()


def test_a_running_statistic_keeps_float32() -> None:
    single = np.ones(3, dtype=np.float32)
    x = np.arange(12, dtype=np.float32).reshape(4, 3)
    _, _, updated = batchnorm_forward(x, single, single, {"mean": single, "var": single}, "train")
    assert updated["mean"].dtype == updated["var"].dtype == np.float32


@pytest.mark.parametrize(
    ("x", "gamma", "mode", "message"),
    [
        (np.ones((1, 3)), np.ones(3), "train", "at least 2 rows"),
        (np.ones((0, 3)), np.ones(3), "train", "at least 2 rows"),
        (np.ones((4, 3)), np.ones(3), "eval", "not 'eval'"),
        (np.ones((4, 3)), np.ones(4), "train", r"gamma \(4,\)"),
        (np.ones((4, 3, 1)), np.ones(3), "test", r"x \(4, 3, 1\)"),
    ],
)
def test_what_batchnorm_refuses(x: Any, gamma: Any, mode: str, message: str) -> None:
    running = {"mean": np.zeros(3), "var": np.ones(3)}
    with pytest.raises(ValueError, match=message):
        batchnorm_forward(x, gamma, gamma, running, mode)


def test_layernorm_takes_a_single_row_and_refuses_other_shapes() -> None:
    x = np.array([[1.0, 2.0, 6.0]])
    alone = layernorm_forward(x, np.ones(3), np.zeros(3))
    among = layernorm_forward(np.vstack([x, 100.0 * x]), np.ones(3), np.zeros(3))
    assert np.array_equal(alone[0], among[0][:1])
    assert alone[1][2].shape == (1, 1)
    with pytest.raises(ValueError, match=r"gamma \(2,\)"):
        layernorm_forward(x, np.ones(2), np.zeros(2))
    with pytest.raises(ValueError, match=r"x \(2, 3, 4\)"):
        layernorm_forward(np.ones((2, 3, 4)), np.ones((3, 4)), np.zeros((3, 4)))


def test_the_mean_of_the_stages_reaches_the_variance_too() -> None:
    """At the batch's own mean this term is 0; with another mean in the cache it is not."""
    rng = np.random.default_rng(1)
    x, gamma, eps = rng.normal(4.0, 1.5, (5, 3)), rng.uniform(1, 3, 3), 0.3
    mean, dout = x.mean(axis=0) + 0.5, rng.standard_normal((5, 3))

    def from_mean(value: Any) -> float:
        centered = x - value
        return float(np.sum(dout * gamma * centered / np.sqrt((centered**2).mean(axis=0) + eps)))

    cache = x, mean, ((x - mean) ** 2).mean(axis=0), gamma, eps
    expected = numerical_gradient(from_mean, mean)
    staged = batchnorm_backward_staged(dout, cache)
    assert staged["dmean"] == pytest.approx(expected, rel=1e-6)
