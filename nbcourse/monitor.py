"""The monitor: what goes on inside a network in training, written to a file as it happens.

The loss alone says that something is wrong, and not what. The statistics of each layer say where:
gradients that vanish, units that are stuck, steps too large for their weights. All figures are
made from the record on disk, also while training still runs, or after it has been killed.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from nbcourse.arrays import Array
from nbcourse.layers import Layer, Sequential
from nbcourse.training_record import Record, read_lines, read_record

__all__ = ["Monitor", "Record", "forward_with_outputs", "read_record", "update_ratio"]


def update_ratio(w: Array, w_new: Array) -> float:
    r"""Size of an update relative to the weight that it changes.

    .. math:: \frac{\lVert w_{new} - w \rVert}{\lVert w \rVert}

    with the norm over all entries. A usual rule of thumb is 1e-3: at 1e-1 every step rewrites the
    layer, at 1e-6 it hardly learns.

    Parameters
    ----------
    w : array of any shape, before the update, not zero everywhere
    w_new : array of the same shape, after it

    Returns
    -------
    float

    Raises
    ------
    ValueError
        The shapes differ, or w is zero everywhere.

    Examples
    --------
    >>> update_ratio(np.array([[3.0, 4.0]]), np.array([[3.0, 4.5]]))
    0.1
    """
    if w.shape != w_new.shape:
        raise ValueError(f"w and w_new need one shape; got {w.shape} and {w_new.shape}")
    size = np.linalg.norm(w)
    if size == 0:
        raise ValueError("w is zero everywhere: no update has a size relative to it")
    return float(np.linalg.norm(w_new - w) / size)


def forward_with_outputs(model: Layer, x: Array) -> tuple[Array, Any, dict[str, Array]]:
    """A forward pass in training that keeps every layer's output.

    Parameters
    ----------
    model : of a ``Sequential`` each layer is seen, any other model as one layer
    x : array, one example a row

    Returns
    -------
    outputs : of the last layer
    cache : for ``model.backward``
    layer_outputs : place and class of a layer, such as ``"0 Linear"`` -> its output

    Examples
    --------
    >>> from nbcourse.layers import Linear
    >>> model = Sequential(Linear(2, 3, np.random.default_rng(0)))
    >>> list(forward_with_outputs(model, np.ones((4, 2)))[2])
    ['0 Linear']
    """
    # A class that is made of Sequential, such as a residual block, may have another forward pass.
    if not isinstance(model, Sequential) or type(model).forward is not Sequential.forward:
        outputs, cache = model.forward(x)
        return outputs, cache, {f"0 {type(model).__name__}": outputs}
    # The same calls as in Sequential.forward, whose caches do not tell the outputs.
    caches, layer_outputs = [], {}
    for place, layer in enumerate(model.layers):
        x, cache = layer.forward(x)
        caches.append(cache)
        layer_outputs[f"{place} {type(layer).__name__}"] = x
    return x, caches, layer_outputs


class Monitor:
    """Writes a record of training, one line of JSON for each step that is looked at.

    Parameters
    ----------
    path : the file
    every : steps from one record to the next

    Raises
    ------
    ValueError
        ``every`` is less than 1.
    """

    def __init__(self, path: str | Path, every: int = 10) -> None:
        if every < 1:
            raise ValueError(f"every must be at least 1 step; got {every}")
        self.path = Path(path)
        self.every = every

    def start(self, step: int) -> None:
        """Begin at a step: what the file holds of this step and later ones is dropped.

        Training that goes on from a checkpoint repeats the steps since. With 0 the file is new.
        """
        lines = [line for line in read_lines(self.path) if line["step"] < step] if step else []
        beside = self.path.with_name(self.path.name + ".tmp")
        beside.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        os.replace(beside, self.path)

    def due(self, step: int) -> bool:
        """Whether this step, counted from 0, is one to record."""
        return step % self.every == 0

    def record(
        self,
        step: int,
        loss: float,
        lr: float,
        layer_outputs: Mapping[str, Array],
        grads: Mapping[str, Array],
        before: Mapping[str, Array],
        after: Mapping[str, Array],
    ) -> None:
        """Record a step: means and standard deviations over all entries, and update ratios.

        Parameters
        ----------
        step, loss, lr : number of the step, its loss and its learning rate
        layer_outputs : as ``forward_with_outputs`` returned them
        grads : name of a parameter -> its gradient
        before, after : the parameters before and after the update
        """
        line = {
            "step": step,
            "loss": float(loss),
            "lr": float(lr),
            "activations": {name: _moments(value) for name, value in layer_outputs.items()},
            "gradients": {name: _moments(value) for name, value in grads.items()},
            # A bias that starts at zero has no ratio in the first step.
            "update_ratios": {
                name: update_ratio(w, after[name]) if np.any(w) else None
                for name, w in before.items()
            },
        }
        self._append(line)

    def record_validation(self, step: int, loss: float, accuracy: float) -> None:
        """Record what was measured on the validation set after a step."""
        self._append({"step": step, "validation": [float(loss), float(accuracy)]})

    def _append(self, line: Mapping[str, Any]) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def _moments(values: Array) -> list[float]:
    return [float(values.mean()), float(values.std())]
