"""The record of a training run, read back from the lines that a monitor wrote."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nbcourse.arrays import Array


@dataclass(frozen=True)
class Record:
    """A record, read back: T steps that were looked at, E epochs with a validation.

    Where a number is missing, such as the first update ratio of a bias, it is NaN.

    Attributes
    ----------
    steps, losses, learning_rates : arrays (T,)
    activation_mean, activation_std : layer -> array (T,)
    gradient_mean, gradient_std, update_ratio : parameter -> array (T,)
    validation_steps, validation_losses, validation_accuracies : arrays (E,)
    """

    steps: NDArray[np.int64]
    losses: Array
    learning_rates: Array
    activation_mean: dict[str, Array]
    activation_std: dict[str, Array]
    gradient_mean: dict[str, Array]
    gradient_std: dict[str, Array]
    update_ratio: dict[str, Array]
    validation_steps: NDArray[np.int64]
    validation_losses: Array
    validation_accuracies: Array


def read_record(path: str | Path) -> Record:
    """Read what a ``Monitor`` has written so far.

    Raises
    ------
    ValueError
        The file is not such a record.
    FileNotFoundError
        There is no file.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist: train with monitor=Monitor({str(path)!r})")
    lines = read_lines(path)
    steps = [line for line in lines if "loss" in line]
    validations = [line for line in lines if "validation" in line]
    return Record(
        steps=np.array([line["step"] for line in steps], dtype=np.int64),
        losses=np.array([line["loss"] for line in steps]),
        learning_rates=np.array([line["lr"] for line in steps]),
        activation_mean=_columns([line["activations"] for line in steps], 0),
        activation_std=_columns([line["activations"] for line in steps], 1),
        gradient_mean=_columns([line["gradients"] for line in steps], 0),
        gradient_std=_columns([line["gradients"] for line in steps], 1),
        update_ratio=_columns([line["update_ratios"] for line in steps]),
        validation_steps=np.array([line["step"] for line in validations], dtype=np.int64),
        validation_losses=np.array([line["validation"][0] for line in validations]),
        validation_accuracies=np.array([line["validation"][1] for line in validations]),
    )


def _columns(rows: Sequence[Mapping[str, Any]], place: int | None = None) -> dict[str, Array]:
    """Name -> its number in every row, or that at one place of it."""
    if not rows:
        return {}
    # None, for what could not be measured, becomes NaN.
    table: dict[str, Array] = {
        name: np.array([row[name] for row in rows], np.float64) for name in rows[0]
    }
    return table if place is None else {name: both[:, place] for name, both in table.items()}


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The lines of a record; one that a killed process has not finished is left out."""
    if not path.exists():
        return []
    *whole, _ = path.read_text(encoding="utf-8").split("\n")
    try:
        return [json.loads(line) for line in whole]
    except json.JSONDecodeError as error:
        raise ValueError(f"{path} is not a record of training: {error}. Delete it.") from error
