"""What is measured along a gradient is what the definitions say, and the model stays as it was."""

import numpy as np
import pytest

from nbcourse.layers import Linear, Sequential
from nbcourse.loss_landscape import along_gradient
from nbcourse.losses import softmax_cross_entropy
from nbcourse.models import mlp


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(3)


@pytest.fixture
def batch(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    return rng.standard_normal((20, 5)), rng.integers(0, 3, 20)


@pytest.mark.parametrize("batch_norm", [False, True])
def test_the_measurements_follow_their_definitions(
    batch: tuple[np.ndarray, np.ndarray], rng: np.random.Generator, batch_norm: bool
) -> None:
    x, labels = batch
    model = mlp([5, 7, 3], rng, batch_norm=batch_norm)

    def gradient() -> tuple[float, np.ndarray]:
        logits, cache = model.forward(x)
        loss, dlogits = softmax_cross_entropy(logits, labels)
        grads = model.backward(dlogits, cache)[1]
        return loss, np.concatenate([grads[name].ravel() for name in model.params])

    steps = [0.1, 0.5, 3.0]
    way = along_gradient(model, x, labels, steps)
    start, direction = gradient()
    before = dict(model.params)
    losses, distances = [], []
    for eta in steps:
        place = 0
        for name, value in before.items():
            part = direction[place : place + value.size].reshape(value.shape)
            model.params[name] = value - eta * part
            place += value.size
        loss, there = gradient()
        losses.append(loss)
        distances.append(np.linalg.norm(there - direction))
    length = np.linalg.norm(direction)
    assert way.start == pytest.approx(start)
    assert way.losses == pytest.approx(losses)
    assert way.loss_range == pytest.approx(max(losses) - min(losses))
    assert way.gradient_change == pytest.approx(max(distances) / length)
    assert way.effective_beta == pytest.approx(
        max(d / (eta * length) for d, eta in zip(distances, steps, strict=True))
    )


def test_the_model_stays_as_it_was(
    batch: tuple[np.ndarray, np.ndarray], rng: np.random.Generator
) -> None:
    model = mlp([5, 7, 3], rng, batch_norm=True)
    model.forward(rng.standard_normal((20, 5)))  # moves the running statistics
    before = {**model.params}, {**model.buffers}
    along_gradient(model, *batch, steps=[1.0])
    for kept, now in zip(before, (model.params, model.buffers), strict=True):
        assert list(kept) == list(now)
        assert all(np.array_equal(kept[name], now[name]) for name in kept)


@pytest.mark.parametrize("steps", [[], [0.0], [0.1, -0.1]])
def test_steps_that_go_nowhere_or_back_are_refused(
    batch: tuple[np.ndarray, np.ndarray], rng: np.random.Generator, steps: list[float]
) -> None:
    with pytest.raises(ValueError, match="steps above 0"):
        along_gradient(mlp([5, 3], rng), *batch, steps=steps)


def test_a_zero_gradient_is_refused_and_changes_nothing() -> None:
    model = Sequential(Linear(1, 2, weight=np.zeros((1, 2))))
    x, labels = np.zeros((2, 1)), np.array([0, 1])
    with pytest.raises(ValueError, match="gradient is zero"):
        along_gradient(model, x, labels, steps=[1.0])
    assert not model.params["0.weight"].any()
