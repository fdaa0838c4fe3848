"""The monitor writes what it saw, and what was written is what is read."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nbcourse.layers import Linear, Sequential
from nbcourse.models import mlp
from nbcourse.monitor import Monitor, forward_with_outputs, read_record, update_ratio
from nbcourse.optimizer_classes import SGD
from nbcourse.train import train

RNG = np.random.default_rng(0)
LAYERS = ["0 Linear", "1 ReLU", "2 Linear"]
X, LABELS = RNG.standard_normal((40, 4)), RNG.integers(0, 3, 40)


def watched(path: Path, **options: Any) -> Any:
    rng = np.random.default_rng(1)
    model = mlp([4, 6, 3], rng)
    settings = {"epochs": 3, "batch_size": 8, "rng": rng, "monitor": Monitor(path, every=4)}
    return model, train(model, SGD(model.params, lr=0.1), X, LABELS, **settings | options)


@pytest.mark.parametrize(
    ("w", "w_new", "expected"),
    [
        ([3.0, 4.0], [3.0, 4.5], 0.1),
        ([[-2.0]], [[2.0]], 2.0),
        ([[1.0, 2.0], [2.0, 4.0]], [[1.0, 2.0], [2.0, 4.5]], 0.1),
        ([1.0, 2.0], [1.0, 2.0], 0.0),
    ],
)
def test_update_ratio(w: Any, w_new: Any, expected: float) -> None:
    assert update_ratio(np.array(w), np.array(w_new)) == pytest.approx(expected, rel=1e-14)


def test_update_ratio_refuses_what_has_none() -> None:
    with pytest.raises(ValueError, match="zero everywhere"):
        update_ratio(np.zeros(2), np.ones(2))
    with pytest.raises(ValueError, match="one shape"):
        update_ratio(np.ones(2), np.ones((2, 1)))


def test_outputs_are_those_of_the_forward_pass() -> None:
    model = mlp([4, 6, 3], np.random.default_rng(0))
    outputs, caches, layers = forward_with_outputs(model, X)
    expected, expected_caches = model.forward(X)
    np.testing.assert_equal(outputs, expected)
    np.testing.assert_equal(caches, expected_caches)
    assert list(layers) == LAYERS
    assert layers["2 Linear"] is outputs
    np.testing.assert_equal(layers["1 ReLU"], np.maximum(layers["0 Linear"], 0))

    class Residual(Sequential):
        """Has another forward pass than the layers one after the other."""

        def forward(self, x: Any, training: bool = True) -> Any:
            out, caches = super().forward(x, training)
            return x + out, caches

    block = Residual(Linear(4, 4, np.random.default_rng(0)))
    np.testing.assert_equal(forward_with_outputs(block, X)[0], block.forward(X)[0])
    single = Linear(4, 2, np.random.default_rng(0))
    assert list(forward_with_outputs(single, X)[2]) == ["0 Linear"]


def test_record_holds_what_happened(tmp_path: Path) -> None:
    path = tmp_path / "record.jsonl"
    _, history = watched(path, validation=(X, LABELS))
    record = read_record(path)
    assert record.steps.tolist() == [0, 4, 8, 12]
    assert record.losses.tolist() == [history.train_losses[t] for t in (0, 4, 8, 12)]
    assert record.learning_rates.tolist() == [0.1] * 4
    assert record.validation_steps.tolist() == [4, 9, 14]
    assert record.validation_losses.tolist() == history.validation_losses
    assert record.validation_accuracies.tolist() == history.validation_accuracies
    names = ["0.weight", "0.bias", "2.weight", "2.bias"]
    assert [*record.gradient_mean] == [*record.gradient_std] == [*record.update_ratio] == names
    assert [*record.activation_mean] == [*record.activation_std] == LAYERS


def test_rates_are_those_of_the_schedule(tmp_path: Path) -> None:
    path = tmp_path / "record.jsonl"
    _, history = watched(path, schedule=lambda t: 0.1 / (1 + t))
    rates = [history.learning_rates[t] for t in (0, 4, 8, 12)]
    assert read_record(path).learning_rates.tolist() == rates
    assert len(set(rates)) == 4


def test_every_tenth_step_is_recorded_unless_told_otherwise() -> None:
    monitor = Monitor("record.jsonl")
    assert [step for step in range(31) if monitor.due(step)] == [0, 10, 20, 30]


def test_statistics_are_those_of_the_step(tmp_path: Path) -> None:
    """The last record is of a step whose parameters, before and after, are known."""
    path, places = tmp_path / "record.jsonl", []
    rng = np.random.default_rng(1)
    model = mlp([4, 6, 3], rng)
    train(
        model,
        SGD(model.params, lr=0.1),
        X,
        LABELS,
        epochs=3,
        batch_size=len(X),
        rng=rng,
        monitor=Monitor(path, every=1),
        after_step=lambda t: places.append(dict(model.params)),
    )
    record = read_record(path)
    before, after = places[1:]
    h = np.maximum(X @ before["0.weight"] + before["0.bias"], 0)
    assert record.activation_mean["1 ReLU"][-1] == pytest.approx(h.mean(), rel=1e-12)
    assert record.activation_std["1 ReLU"][-1] == pytest.approx(h.std(), rel=1e-12)
    for name in before:
        grad = (before[name] - after[name]) / 0.1
        assert record.gradient_mean[name][-1] == pytest.approx(grad.mean(), abs=1e-12)
        assert record.gradient_std[name][-1] == pytest.approx(grad.std(), rel=1e-10)
        ratio = np.linalg.norm(after[name] - before[name]) / np.linalg.norm(before[name])
        assert record.update_ratio[name][-1] == pytest.approx(ratio, rel=1e-12)
    # A bias starts at zero, and nothing is a share of that.
    assert np.isnan(record.update_ratio["0.bias"]).tolist() == [True, False, False]


def test_watching_changes_nothing(tmp_path: Path) -> None:
    model, history = watched(tmp_path / "record.jsonl")
    unwatched, expected = watched(tmp_path / "none.jsonl", monitor=None)
    np.testing.assert_equal(dict(model.params), dict(unwatched.params))
    assert history == expected
    assert [file.name for file in tmp_path.iterdir()] == ["record.jsonl"]


def test_a_new_run_begins_a_new_record(tmp_path: Path) -> None:
    path = tmp_path / "record.jsonl"
    watched(path, epochs=5)
    watched(path, epochs=1)
    assert read_record(path).steps.tolist() == [0, 4]
    path.write_text("step,loss\n0,2.3\n")
    watched(path, epochs=1)
    assert read_record(path).steps.tolist() == [0, 4], "what the old file held is no obstacle"


def test_training_goes_on_without_its_record(tmp_path: Path) -> None:
    Monitor(tmp_path / "record.jsonl").start(5)
    assert not len(read_record(tmp_path / "record.jsonl").steps)


def test_a_weight_with_a_zero_in_it_has_a_ratio(tmp_path: Path) -> None:
    monitor = Monitor(tmp_path / "record.jsonl")
    w, w_new = {"weight": np.array([0.0, 1.0])}, {"weight": np.array([0.0, 1.5])}
    monitor.record(0, 1.0, 0.1, w, w, w, w_new)
    assert read_record(monitor.path).update_ratio["weight"].tolist() == [0.5]


def test_a_line_that_a_killed_process_left_unfinished_is_no_record(tmp_path: Path) -> None:
    path = tmp_path / "record.jsonl"
    watched(path)
    whole = path.read_text()
    path.write_text(whole[:-20])
    assert read_record(path).steps.tolist() == [0, 4, 8]
    monitor = Monitor(path)
    monitor.start(100)
    monitor.record_validation(100, 0.5, 0.9)
    assert read_record(path).steps.tolist() == [0, 4, 8]
    assert read_record(path).validation_losses.tolist() == [0.5]


def test_a_diverging_loss_is_recorded(tmp_path: Path) -> None:
    monitor = Monitor(tmp_path / "record.jsonl")
    w = {"weight": np.array([1.0])}
    monitor.record(0, float("inf"), 0.1, w, w, w, w)
    monitor.record(1, float("nan"), 0.1, w, w, w, w)
    np.testing.assert_equal(read_record(monitor.path).losses, np.array([np.inf, np.nan]))


def test_what_is_no_record_is_told(tmp_path: Path) -> None:
    path = tmp_path / "record.jsonl"
    with pytest.raises(FileNotFoundError, match="train with monitor"):
        read_record(path)
    path.write_text("step,loss\n0,2.3\n")
    with pytest.raises(ValueError, match="not a record of training"):
        read_record(path)
    path.write_text("")
    assert not len(read_record(path).steps)
    with pytest.raises(ValueError, match="every"):
        Monitor(path, every=0)
