"""The training loop: batches, a step for each, a look at the validation set after each epoch.

One step is always the same five lines: outputs, loss, gradients, update, and a note of what
happened. Everything else here is for training that is watched, stopped in time, and gone on with.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nbcourse.arrays import Array
from nbcourse.batches import minibatches
from nbcourse.checkpoint import (
    AnyOptimizer,
    ModelState,
    load_checkpoint,
    load_model_state,
    model_state,
    save_checkpoint,
)
from nbcourse.clipping import clip_grad_norm
from nbcourse.early_stopping import EarlyStopping
from nbcourse.fast.cross_entropy import softmax_cross_entropy
from nbcourse.history import History
from nbcourse.layers import Layer
from nbcourse.models import Loss, evaluate
from nbcourse.monitor import Monitor, forward_with_outputs
from nbcourse.progress_bar import ProgressBar
from nbcourse.regularization import l2_penalty

__all__ = ["History", "penalized_names", "train"]

Labels = NDArray[Any]


def train(
    model: Layer,
    optimizer: AnyOptimizer,
    x: Array,
    labels: Labels,
    *,
    epochs: int,
    batch_size: int,
    rng: np.random.Generator,
    schedule: Callable[[int], float] | None = None,
    validation: tuple[Array, Labels] | None = None,
    loss: Loss = softmax_cross_entropy,
    weight_decay: float = 0.0,
    clip_norm: float | None = None,
    monitor: Monitor | None = None,
    checkpoint: str | Path | None = None,
    early_stopping: EarlyStopping | None = None,
    after_step: Callable[[int], None] | None = None,
    progress: bool | None = None,
) -> History:
    """Train a model; its parameters are those of the last epoch, or of the best one.

    Parameters
    ----------
    model : any layer
    optimizer : made with ``model.params``
    x, labels : the training set, one example a row
    epochs : how often every example is used, what a checkpoint has behind it included
    batch_size : examples in a step
    rng : shuffles the examples
    schedule : learning rate of step t, counted from 0 over all epochs
    validation : inputs and labels that are measured after every epoch and never trained on
    loss : ``loss(outputs, labels) -> (loss, gradient)``
    weight_decay : factor of the L2 penalty on all weights, see ``penalized_names``
    clip_norm : the largest norm that the gradient of a step may have
    monitor : records what happens inside the model
    checkpoint : a file that is written after every epoch. Where it exists, training goes on from
        it and comes to the same bits as without the interruption; delete it to begin anew.
    early_stopping : is told the validation loss after every epoch; in the end the model has the
        parameters of the epoch that was the best by its count
    after_step : called with t after every update; what it keeps is in no checkpoint
    progress : whether to show a bar; None for on a terminal only

    Returns
    -------
    History

    Raises
    ------
    ValueError
        The numbers of examples and labels differ; early stopping has nothing to go by; the
        checkpoint is damaged or of another run.

    Examples
    --------
    >>> from nbcourse.models import mlp
    >>> from nbcourse.optimizer_classes import SGD
    >>> rng = np.random.default_rng(0)
    >>> x = rng.standard_normal((100, 2))
    >>> model = mlp([2, 8, 2], rng)
    >>> optimizer = SGD(model.params, lr=0.5)
    >>> labels = (x[:, 0] > x[:, 1]).astype(int)
    >>> history = train(model, optimizer, x, labels, epochs=20, batch_size=10, rng=rng)
    >>> len(history.train_losses), evaluate(model, x, labels)[1] > 0.95
    (200, True)
    """
    _require_sense(x, labels, early_stopping, validation)
    settings = {
        "the number of examples": len(x),
        "batch_size": batch_size,
        "loss": getattr(loss, "__name__", type(loss).__name__),
        "weight_decay": weight_decay,
        "clip_norm": clip_norm,
        "early_stopping": early_stopping is not None,
    }
    history, best = History(), None
    if checkpoint is not None and Path(checkpoint).exists():
        history, best = _resume(checkpoint, model, optimizer, rng, settings, early_stopping)
    if monitor is not None:
        monitor.start(len(history.train_losses))
    bar = ProgressBar(epochs, progress)

    while history.epochs < epochs and not history.stopped:
        for rows in minibatches(len(x), batch_size, rng):
            t = len(history.train_losses)
            if schedule is not None:
                optimizer.lr = float(schedule(t))

            outputs, cache, layer_outputs = forward_with_outputs(model, x[rows])
            value, dout = loss(outputs, labels[rows])
            grads = model.param_grads(dout, cache)
            if weight_decay:
                grads = _with_penalty(model, grads, weight_decay)
            if clip_norm is not None:
                clipped, norm = clip_grad_norm(list(grads.values()), clip_norm)
                grads = dict(zip(grads, clipped, strict=True))
                history.gradient_norms.append(norm)
            before = dict(model.params)
            optimizer.step(grads)

            history.train_losses.append(float(value))
            history.learning_rates.append(optimizer.lr)
            if monitor is not None and monitor.due(t):
                monitor.record(t, value, optimizer.lr, layer_outputs, grads, before, model.params)
            if after_step is not None:
                after_step(t)

        history.epochs += 1
        message = f"loss {history.train_losses[-1]:.4f}"
        if validation is not None:
            validation_loss, correct = evaluate(model, *validation, loss)
            history.validation_losses.append(validation_loss)
            history.validation_accuracies.append(correct)
            message += f", validation {validation_loss:.4f}, accuracy {correct:.2%}"
            if monitor is not None:
                monitor.record_validation(len(history.train_losses) - 1, validation_loss, correct)
            if early_stopping is not None:
                history.stopped = early_stopping.update(validation_loss)
                if early_stopping.best_step == early_stopping.step:
                    best, history.best_epoch = model_state(model), history.epochs
        if checkpoint is not None:
            kept = {
                "history": asdict(history),
                "best": best,
                "early_stopping": early_stopping and asdict(early_stopping),
            }
            save_checkpoint(checkpoint, model, optimizer, rng, settings, **kept)
        bar.show(history.epochs, message)

    bar.close()
    if best is not None:
        load_model_state(model, best)
    return history


def penalized_names(params: Mapping[str, Array]) -> list[str]:
    """The parameters that the L2 penalty falls on: weights with two axes or more.

    Biases only shift. The weight of batch norm has one axis and no use for a penalty: it would
    pull the scale of every unit to 0. The slopes of PReLU would be pulled to those of ReLU.

    >>> penalized_names({"0.weight": np.ones((2, 3)), "0.bias": np.ones(3), "1.weight": np.ones(3)})
    ['0.weight']
    """
    return [name for name, value in params.items() if name.endswith("weight") and value.ndim > 1]


def _with_penalty(model: Layer, grads: dict[str, Array], weight_decay: float) -> dict[str, Array]:
    names = penalized_names(model.params)
    _, extra = l2_penalty([model.params[name] for name in names], weight_decay)
    return grads | {name: grads[name] + more for name, more in zip(names, extra, strict=True)}


def _resume(
    path: str | Path,
    model: Layer,
    optimizer: AnyOptimizer,
    rng: np.random.Generator,
    settings: Mapping[str, Any],
    early_stopping: EarlyStopping | None,
) -> tuple[History, ModelState | None]:
    """Put everything into the state of the checkpoint, and return what has happened so far."""
    kept = load_checkpoint(path, model, optimizer, rng, settings)
    if early_stopping is not None:
        vars(early_stopping).update(kept["early_stopping"])
    return History(**kept["history"]), kept["best"]


def _require_sense(
    x: Array,
    labels: Labels,
    early_stopping: EarlyStopping | None,
    validation: tuple[Array, Labels] | None,
) -> None:
    if len(x) != len(labels):
        raise ValueError(f"x has {len(x)} examples and labels has {len(labels)}: give as many")
    if early_stopping is not None and validation is None:
        raise ValueError("early_stopping goes by the validation loss: give validation=(x, labels)")
