"""Training that goes on from its checkpoint comes to the same bits as training that never stopped.

For every optimizer, with dropout and batch norm, also when the process is killed.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nbcourse import optimizer_classes
from nbcourse.checkpoint import model_state
from nbcourse.data import load_digits
from nbcourse.early_stopping import EarlyStopping
from nbcourse.models import mlp
from nbcourse.monitor import Monitor, read_record
from nbcourse.optimizer_classes import SGD, Adam, Momentum, MultiOptimizer, Optimizer, select
from nbcourse.schedules import cosine_restarts
from nbcourse.train import History, train

CLASSES = [
    value
    for value in vars(optimizer_classes).values()
    if isinstance(value, type) and issubclass(value, Optimizer) and value is not Optimizer
]
EPOCHS = 4


def two_groups(params: Any, lr: float = 0.01) -> MultiOptimizer:
    above = select(params, [name for name in params if not name.startswith("0.")])
    return MultiOptimizer(Momentum(select(params, "0"), lr=lr), Adam(above, lr=0.1 * lr))


MAKERS: dict[str, Callable[..., Any]] = {cls.__name__: cls for cls in CLASSES}
MAKERS["MultiOptimizer"] = two_groups


def start(
    folder: Path, maker: str, epochs: int, after_step: Callable[[int], None] | None = None
) -> tuple[History, Any]:
    """What a script does each time it is started; returns all that is left of the run."""
    images, labels = load_digits()
    x = images.reshape(len(images), -1)[:240] / 16
    rng = np.random.default_rng(3)
    model = mlp([64, 16, 12, 10], rng, batch_norm=True, dropout=0.25)
    optimizer = MAKERS[maker](model.params, lr=0.02)
    history = train(
        model,
        optimizer,
        x[:180],
        labels[:180],
        epochs=epochs,
        batch_size=25,
        rng=rng,
        schedule=None if maker == "RProp" else lambda t: cosine_restarts(t, 0.02, 11),
        validation=(x[180:], labels[180:240]),
        weight_decay=1e-3,
        clip_norm=1.0,
        monitor=Monitor(folder / "record.jsonl", every=3),
        checkpoint=folder / "run.npz",
        early_stopping=EarlyStopping(EPOCHS + 1),
        after_step=after_step,
    )
    rngs = [source.bit_generator.state for source in (rng, *model.generators)]
    record = vars(read_record(folder / "record.jsonl"))
    return history, (model_state(model), optimizer.state_dict(), optimizer.lr, rngs, record)


def assert_same_bits(ours: Any, expected: Any) -> None:
    """Equal, not close; NaN stands where NaN stands."""
    np.testing.assert_equal(ours, expected)


@pytest.mark.parametrize("maker", MAKERS)
def test_an_interruption_after_any_epoch_changes_no_bit(maker: str, tmp_path: Path) -> None:
    for folder in ("whole", "parts"):
        (tmp_path / folder).mkdir()
    history, expected = start(tmp_path / "whole", maker, EPOCHS)
    for epochs in range(1, EPOCHS + 1):
        parts = start(tmp_path / "parts", maker, epochs)
    assert parts[0] == history
    assert_same_bits(parts[1], expected)
    assert len(history.train_losses) == 8 * EPOCHS
    # The optimizer did something, or nothing would have been shown.
    untouched = mlp([64, 16, 12, 10], np.random.default_rng(3), batch_norm=True).params
    moved = expected[0]["params"]["0.weight"] != untouched["0.weight"]
    assert np.mean(moved) > 0.5  # some pixels are 0 in every image


def die_at(step: int) -> Callable[[int], None]:
    """A process that is killed has no time to tidy up."""

    def after_step(t: int) -> None:
        if t == step:
            os.kill(os.getpid(), signal.SIGKILL)

    return after_step


def start_and_die(folder: str, step: int) -> None:
    """Run in a process of its own, which does not outlive the step."""
    start(Path(folder), "Adam", EPOCHS, die_at(step))


@pytest.mark.parametrize("steps", [(3,), (15, 16), (7, 30)])
def test_a_killed_run_goes_on_to_the_same_bits(
    steps: tuple[int, ...], tmp_path: Path, root: Path
) -> None:
    """Killed in the first epoch, when there is no checkpoint; at an epoch's last step; twice."""
    for folder in ("whole", "parts"):
        (tmp_path / folder).mkdir()
    history, expected = start(tmp_path / "whole", "Adam", EPOCHS)
    for step in steps:
        call = f"start_and_die({str(tmp_path / 'parts')!r}, {step})"
        script = f"from tests.test_resuming import start_and_die; {call}"
        done = subprocess.run([sys.executable, "-c", script], cwd=root, check=False)
        assert done.returncode == -signal.SIGKILL
        assert (tmp_path / "parts" / "run.npz").exists() == (step >= 8)
    resumed = start(tmp_path / "parts", "Adam", EPOCHS)
    assert resumed[0] == history
    assert_same_bits(resumed[1], expected)


def test_early_stopping_goes_on_where_it_was(tmp_path: Path) -> None:
    """The patience, the best epoch and its parameters are in the checkpoint."""
    rng = np.random.default_rng(0)
    x, labels = rng.standard_normal((60, 5)), rng.integers(0, 3, 60)

    def begin(path: Path, epochs: int) -> tuple[History, Any]:
        model_rng = np.random.default_rng(1)
        model = mlp([5, 8, 3], model_rng, batch_norm=True)
        history = train(
            model,
            SGD(model.params, lr=1.0),
            x[:40],
            labels[:40],
            epochs=epochs,
            batch_size=8,
            rng=model_rng,
            validation=(x[40:], labels[40:]),
            checkpoint=path,
            early_stopping=EarlyStopping(6),
        )
        return history, model_state(model)

    history, expected = begin(tmp_path / "whole.npz", 30)
    assert history.stopped
    assert history.best_epoch is not None
    assert history.best_epoch < history.epochs < 30
    for epochs in range(1, 31):
        resumed = begin(tmp_path / "parts.npz", epochs)
    assert resumed[0] == history
    assert_same_bits(resumed[1], expected)


def test_without_a_file_training_begins_anew(tmp_path: Path) -> None:
    first = start(tmp_path, "SGD", 2)
    (tmp_path / "run.npz").unlink()
    again = start(tmp_path, "SGD", 2)
    assert again[0] == first[0]
    assert_same_bits(again[1], first[1])


def test_a_damaged_checkpoint_is_told_and_left_alone(tmp_path: Path) -> None:
    start(tmp_path, "SGD", 1)
    path = tmp_path / "run.npz"
    damaged = path.read_bytes()[:-300]
    path.write_bytes(damaged)
    with pytest.raises(ValueError, match=r"run\.npz cannot be read: it is damaged"):
        start(tmp_path, "SGD", 2)
    assert path.read_bytes() == damaged
