"""The training loop: each of its parts does what it says, on a problem small enough to follow."""

import io
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nbcourse.arrays import Array
from nbcourse.batches import minibatches
from nbcourse.clipping import clip_grad_norm
from nbcourse.early_stopping import EarlyStopping
from nbcourse.gradcheck import numerical_gradient
from nbcourse.layers import Linear, Sequential
from nbcourse.losses import softmax_cross_entropy
from nbcourse.models import evaluate, mlp, model_outputs, predict
from nbcourse.networks import mlp_loss
from nbcourse.optimizer_classes import SGD, Adam
from nbcourse.progress_bar import ProgressBar
from nbcourse.regularization import l2_penalty
from nbcourse.schedules import warmup
from nbcourse.train import History, penalized_names, train


@pytest.fixture
def data() -> tuple[Array, Any]:
    rng = np.random.default_rng(5)
    x = rng.standard_normal((50, 4))
    return x, (x[:, 0] * x[:, 1] > 0).astype(int) + (x[:, 2] > 1)


def small(**options: Any) -> Sequential:
    return mlp([4, 8, 3], np.random.default_rng(0), **options)


def run(model: Sequential, data: Any, optimizer: Any = None, **options: Any) -> History:
    optimizer = optimizer or SGD(model.params, lr=0.1)
    settings = {"epochs": 3, "batch_size": 16, "rng": np.random.default_rng(1)} | options
    return train(model, optimizer, *data, **settings)


def test_a_run_is_the_loop_that_one_would_write(data: tuple[Array, Any]) -> None:
    model, x, labels = small(), *data
    params = dict(zip(("w1", "b1", "w2", "b2"), small().params.values(), strict=True))
    history = run(model, data, weight_decay=0.01)

    rng, losses = np.random.default_rng(1), []
    for _ in range(3):
        for rows in minibatches(50, 16, rng):
            losses.append(mlp_loss(params, x[rows], labels[rows], 0.0)[0])
            _, grads = mlp_loss(params, x[rows], labels[rows], 0.01)
            params = {name: params[name] - 0.1 * grads[name] for name in params}
    for ours, expected in zip(model.params.values(), params.values(), strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-12)
    np.testing.assert_allclose(history.train_losses, losses, rtol=1e-12)
    assert history.epochs == 3
    assert len(losses) == 12


def test_schedule_sets_the_rate_of_every_step(data: tuple[Array, Any]) -> None:
    model = small()
    optimizer = SGD(model.params, lr=9.0)
    history = run(model, data, optimizer, schedule=lambda t: warmup(t, 0.1, 5))
    np.testing.assert_allclose(history.learning_rates, [warmup(t, 0.1, 5) for t in range(12)])
    still = small()
    run(still, data, schedule=lambda _: 0.0)
    np.testing.assert_equal(dict(still.params), dict(small().params))


def test_clipping_limits_the_step(data: tuple[Array, Any]) -> None:
    model, seen = small(), []
    places = [dict(model.params)]

    def look(t: int) -> None:
        seen.append(t)
        places.append(dict(model.params))

    history = run(model, data, clip_norm=1.0, after_step=look)
    assert seen == list(range(12))
    steps = [clip_grad_norm([b[name] - a[name] for name in a], 1.0)[1] for a, b in pairwise(places)]
    limits = 0.1 * np.minimum(history.gradient_norms, 1.0)
    np.testing.assert_allclose(steps, limits, rtol=1e-10)
    assert min(history.gradient_norms) < 1.0 < max(history.gradient_norms)
    assert run(small(), data).gradient_norms == []


def test_validation_is_measured_in_test_mode_and_changes_nothing(data: tuple[Array, Any]) -> None:
    options: dict[str, Any] = {"batch_norm": True, "dropout": 0.4}
    model, unwatched = small(**options), small(**options)
    history = run(model, data, validation=data)
    run(unwatched, data)
    np.testing.assert_equal(dict(model.params), dict(unwatched.params))
    np.testing.assert_equal(dict(model.buffers), dict(unwatched.buffers))
    assert evaluate(model, *data) == evaluate(model, *data)
    expected = history.validation_losses[-1], history.validation_accuracies[-1]
    assert evaluate(model, *data) == expected
    assert len(history.validation_losses) == 3
    assert history.best_epoch is None


def test_early_stopping_leaves_the_best_epoch(data: tuple[Array, Any]) -> None:
    """A rate that grows spoils the network after a few epochs."""
    model, kept = small(), []
    stopper = EarlyStopping(3)
    history = run(
        model,
        data,
        epochs=60,
        schedule=lambda t: 0.3 if t < 20 else 30.0,
        validation=data,
        early_stopping=stopper,
        after_step=lambda t: kept.append(dict(model.params)) if t % 4 == 3 else None,
    )
    best = int(np.argmin(history.validation_losses)) + 1
    assert history.stopped
    assert (history.best_epoch, history.epochs) == (best, max(3, 2 * best))
    np.testing.assert_equal(dict(model.params), kept[best - 1])
    assert evaluate(model, *data)[0] == min(history.validation_losses)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"early_stopping": EarlyStopping(3)}, "give validation"),
        ({"batch_size": 0}, "at least 1"),
    ],
)
def test_nonsense_is_refused(
    options: dict[str, Any], message: str, data: tuple[Array, Any]
) -> None:
    with pytest.raises(ValueError, match=message):
        run(small(), data, **options)


def test_x_and_labels_of_different_length_are_refused(data: tuple[Array, Any]) -> None:
    with pytest.raises(ValueError, match="x has 50 examples and labels has 49"):
        run(small(), (data[0], data[1][1:]))


def half(outputs: Array, labels: Any) -> tuple[float, Array]:
    loss, dout = softmax_cross_entropy(outputs, labels)
    return 0.5 * loss, 0.5 * dout


def test_another_loss_may_be_given(data: tuple[Array, Any]) -> None:
    model, other = small(), small()
    history = run(model, data, SGD(model.params, lr=0.2), loss=half, validation=data)
    expected = run(other, data, validation=data)
    np.testing.assert_allclose(history.train_losses, np.multiply(0.5, expected.train_losses))
    losses = np.multiply(0.5, expected.validation_losses)
    np.testing.assert_allclose(history.validation_losses, losses)


def test_the_penalty_falls_on_weights_alone(data: tuple[Array, Any]) -> None:
    model = small(batch_norm=True)
    assert penalized_names(model.params) == ["0.weight", "3.weight"]
    x, labels = data

    def objective(w: Array) -> float:
        model.params["0.weight"] = w
        logits = model.forward(x)[0]
        weights = [model.params[name] for name in penalized_names(model.params)]
        return softmax_cross_entropy(logits, labels)[0] + l2_penalty(weights, 0.1)[0]

    before = model.params["0.weight"]
    expected = numerical_gradient(objective, before)
    model.params["0.weight"] = before
    run(model, data, SGD(model.params, lr=1.0), epochs=1, batch_size=50, weight_decay=0.1)
    np.testing.assert_allclose(before - model.params["0.weight"], expected, atol=1e-8)


@pytest.mark.parametrize(
    ("stream", "shown", "writes"),
    [(False, None, False), (True, None, True), (False, True, True), (True, False, False)],
)
def test_the_bar_is_for_terminals(stream: bool, shown: bool | None, writes: bool) -> None:
    out = io.StringIO()
    out.isatty = lambda: stream  # type: ignore[method-assign]
    bar = ProgressBar(2, shown, out)
    bar.show(1, "a long text")
    bar.show(2, "short")
    bar.close()
    if not writes:
        assert out.getvalue() == ""
        return
    first, second = out.getvalue().lstrip("\r").removesuffix("\n").split("\r")
    assert first == "1/2 [##########..........] a long text"
    assert second == "2/2 [####################] short      "


def test_a_run_shows_its_bar(data: Any, capsys: pytest.CaptureFixture[str]) -> None:
    run(small(), data, validation=data)
    assert capsys.readouterr() == ("", "")
    run(small(), data, validation=data, progress=True)
    shown = capsys.readouterr().err
    assert "3/3 [####" in shown
    assert shown.endswith("\n")


def test_a_bar_of_nothing_can_be_shown() -> None:
    out = io.StringIO()
    ProgressBar(0, True, out).show(0, "done")
    assert "0/0 [" in out.getvalue()


def layer_names(model: Sequential) -> list[str]:
    return [type(layer).__name__ for layer in model.layers]


def test_mlp_is_built_as_it_says() -> None:
    assert layer_names(mlp([4, 3], np.random.default_rng(0))) == ["Linear"]
    rng = np.random.default_rng(0)
    model = mlp([4, 8, 8, 3], rng, batch_norm=True, dropout=0.5)
    assert layer_names(model) == [*["Linear", "BatchNorm1d", "ReLU", "Dropout"] * 2, "Linear"]
    assert len({id(generator) for generator in (rng, *model.generators)}) == 3
    with pytest.raises(ValueError, match="sizes"):
        mlp([4], rng)


def test_dropout_changes_neither_weights_nor_batches() -> None:
    rng, plain_rng = np.random.default_rng(0), np.random.default_rng(0)
    model, plain = mlp([4, 8, 3], rng, dropout=0.5), mlp([4, 8, 3], plain_rng)
    np.testing.assert_equal(model.params["3.weight"], plain.params["2.weight"])
    model.forward(np.ones((5, 4)))
    assert rng.random() == plain_rng.random()


def test_outputs_come_in_pieces_that_fit_together() -> None:
    model, x = small(batch_norm=True), np.random.default_rng(3).standard_normal((2500, 4))
    np.testing.assert_allclose(model_outputs(model, x), model.forward(x, False)[0], rtol=1e-12)
    assert (predict(model, x) == model_outputs(model, x).argmax(axis=1)).all()
    asked: list[int] = []

    class Counted(Linear):
        def forward(self, x: Array, training: bool = True) -> Any:
            asked.append(len(x))
            return super().forward(x, training)

    model_outputs(Counted(4, 3, np.random.default_rng(0)), x)
    assert asked == [1000, 1000, 500]


def resumable(
    path: Path, optimizer: Callable[..., Any] = Adam, **options: Any
) -> Callable[..., History]:
    """A run from a fresh model, as a script makes it each time it is started."""

    def start(data: Any, epochs: int, **more: Any) -> History:
        model = small(batch_norm=True, dropout=0.3)
        return run(
            model, data, optimizer(model.params), epochs=epochs, checkpoint=path, **options, **more
        )

    return start


def test_a_finished_run_is_not_run_again(data: tuple[Array, Any], tmp_path: Path) -> None:
    start = resumable(tmp_path / "c.npz", validation=data)
    first = start(data, 2)
    steps: list[int] = []
    assert start(data, 2, after_step=steps.append) == first
    assert steps == []
    assert len(start(data, 3, after_step=steps.append).train_losses) == 12
    assert steps == [8, 9, 10, 11]


# What differs in the second run -> what is said of it.
OTHERS: list[tuple[dict[str, Any], str]] = [
    ({"weight_decay": 0.1}, "weight_decay was 0.0 when saved and is 0.1 here"),
    ({"early_stopping": EarlyStopping(3)}, "early_stopping was False when saved and is True here"),
    ({"batch_size": 8}, "batch_size was 16 when saved and is 8 here"),
    ({"clip_norm": 1.0}, "clip_norm was None when saved and is 1.0 here"),
    ({"loss": half}, "loss was softmax_cross_entropy when saved and is half here"),
]


@pytest.mark.parametrize(("other", "message"), OTHERS, ids=[next(iter(row[0])) for row in OTHERS])
def test_other_settings_are_another_run(
    other: dict[str, Any], message: str, data: tuple[Array, Any], tmp_path: Path
) -> None:
    start = resumable(tmp_path / "c.npz", validation=data)
    start(data, 1)
    with pytest.raises(ValueError, match=re.escape(message)):
        start(data, 2, **other)


def test_another_number_of_examples_is_another_run(data: tuple[Array, Any], tmp_path: Path) -> None:
    start = resumable(tmp_path / "c.npz")
    start(data, 1)
    with pytest.raises(ValueError, match="number of examples was 50 when saved and is 40 here"):
        start((data[0][:40], data[1][:40]), 2)
