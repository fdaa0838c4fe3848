"""The whole network of the chapter on digits trains as PyTorch does, and its figures are stored."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs PyTorch: pip install torch==2.13.0")

from benchmarks import digits_pytorch  # noqa: E402

pytestmark = pytest.mark.torch


def test_from_the_same_weights_every_loss_is_the_same() -> None:
    found = digits_pytorch.same_start(np.arange(1797), seed=1)
    assert found["steps"] == 285
    assert found["largest_loss_difference"] < 1e-10
    ours, theirs = found["accuracies"]
    assert ours == theirs > 0.85


def test_the_stored_figures_are_of_this_script() -> None:
    path = Path(digits_pytorch.__file__).with_suffix(".json")
    stored = json.loads(path.read_text(encoding="utf-8"))
    assert date.fromisoformat(stored["date"]) <= date.today()
    assert tuple(stored["sizes"]) == digits_pytorch.SIZES
    assert stored["epochs"] == digits_pytorch.EPOCHS
    assert stored["batch_size"] == digits_pytorch.BATCH
    assert stored["learning_rate"] == digits_pytorch.RATE
    for accuracies in stored["test_accuracies"].values():
        assert len(accuracies) == len(digits_pytorch.SEEDS)
