"""Checkpoints: all that training needs to go on as if it had never stopped.

That is more than the parameters. Batch norm has running statistics, an optimizer remembers earlier
gradients, and the generators of random numbers decide about every batch and every mask to come.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from nbcourse.archive import load_archive, save_archive
from nbcourse.arrays import Array
from nbcourse.layers import Layer
from nbcourse.optimizer_classes import MultiOptimizer, Optimizer

AnyOptimizer: TypeAlias = Optimizer | MultiOptimizer
ModelState: TypeAlias = dict[str, dict[str, Array]]


def model_state(model: Layer) -> ModelState:
    """Copies of a model's parameters and buffers, to keep for later: a snapshot.

    >>> from nbcourse.layers import Linear
    >>> model_state(Linear(2, 1, weight=np.ones((2, 1))))
    {'params': {'weight': array([[1.],
           [1.]]), 'bias': array([0.])}, 'buffers': {}}
    """
    return {
        "params": {name: value.copy() for name, value in model.params.items()},
        "buffers": {name: value.copy() for name, value in model.buffers.items()},
    }


def load_model_state(model: Layer, state: Mapping[str, Mapping[str, Array]]) -> None:
    """Give a model the parameters and buffers of a snapshot.

    Raises
    ------
    ValueError
        The snapshot is of another model: a name, a shape or a type differs. Nothing is changed.
    """
    for kind, ours in (("params", model.params), ("buffers", model.buffers)):
        _require_same(_shapes(state[kind]), _shapes(ours))
    for name, value in state["params"].items():
        model.params[name] = value.copy()
    for name, value in state["buffers"].items():
        model.buffers[name] = value.copy()


def save_checkpoint(
    path: str | Path,
    model: Layer,
    optimizer: AnyOptimizer,
    rng: np.random.Generator,
    settings: Mapping[str, Any] | None = None,
    **progress: Any,
) -> None:
    """Write everything to one file; a file that is there is replaced, never left half written.

    Parameters
    ----------
    path : the file, by custom ``.npz``
    model : its parameters, buffers and generators are saved
    optimizer : its state is saved
    rng : draws the batches
    settings : what makes it this run and no other, such as the size of a batch: name -> value
    progress : what else to keep, such as the history; see ``save_archive`` for what it may hold

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from nbcourse.layers import Linear
    >>> from nbcourse.optimizer_classes import SGD
    >>> rng = np.random.default_rng(0)
    >>> model = Linear(2, 1, rng)
    >>> with TemporaryDirectory() as folder:
    ...     save_checkpoint(f"{folder}/run.npz", model, SGD(model.params), rng, epoch=3)
    ...     load_checkpoint(f"{folder}/run.npz", model)
    {'epoch': 3}
    """
    contents = {
        "model": model_state(model),
        "optimizer": {"kind": _kind(optimizer), "state": optimizer.state_dict()},
        "generators": [source.bit_generator.state for source in (rng, *model.generators)],
        "settings": dict(settings or {}),
        "progress": progress,
    }
    save_archive(path, contents)


def load_checkpoint(
    path: str | Path,
    model: Layer,
    optimizer: AnyOptimizer | None = None,
    rng: np.random.Generator | None = None,
    settings: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Put a model, and what trains it, into the state that was saved.

    With a model alone its parameters and buffers are read, to look at or to test it. To go on with
    training to the same bits, give the optimizer and the rng as well.

    Parameters
    ----------
    path : as ``save_checkpoint`` wrote it
    model : built like the one that was saved; its numbers do not matter
    optimizer : of the same class, made with this model's parameters; its settings, the learning
        rate among them, become those of the checkpoint
    rng : of the same kind
    settings : if given, they must be those of the checkpoint

    Returns
    -------
    dict, the ``progress`` that was saved

    Raises
    ------
    ValueError
        The file is damaged, or of another model or optimizer. Nothing has been changed then.
    FileNotFoundError
        There is no file.
    """
    contents = load_archive(path)
    try:
        state, kept = contents["model"], contents["optimizer"]
        sources, saved_settings = contents["generators"], contents["settings"]
        progress: dict[str, Any] = contents["progress"]
    except (LookupError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is no checkpoint: it holds something else") from error
    generators = [] if rng is None else [rng, *model.generators]
    try:
        for kind, ours in (("params", model.params), ("buffers", model.buffers)):
            _require_same(_shapes(state[kind]), _shapes(ours))
        if settings is not None:
            _require_same(saved_settings, settings)
        if optimizer is not None:
            _require_same(kept["kind"], _kind(optimizer))
        if rng is not None:
            _require_same(_names(sources), _names([g.bit_generator.state for g in generators]))
    except ValueError as error:
        raise ValueError(
            f"{path} is the checkpoint of another run: {error}. Train with the same model, "
            "optimizer and settings, or give another path to begin anew."
        ) from error
    if optimizer is not None:
        optimizer.load_state_dict(kept["state"])
    load_model_state(model, state)
    for generator, source in zip(generators, sources, strict=False):
        generator.bit_generator.state = source
    return progress


def _shapes(arrays: Mapping[str, Array]) -> dict[str, str]:
    return {name: f"{value.dtype} {value.shape}" for name, value in arrays.items()}


def _kind(optimizer: AnyOptimizer) -> dict[str, str]:
    """Parameter -> name of the optimizer that moves it."""
    parts = optimizer.optimizers if isinstance(optimizer, MultiOptimizer) else (optimizer,)
    return {name: type(part).__name__ for part in parts for name in part.params}


def _names(states: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {f"generator {i}": str(state["bit_generator"]) for i, state in enumerate(states)}


def _require_same(saved: Mapping[str, Any], ours: Mapping[str, Any]) -> None:
    """Raise ``ValueError`` with the first difference, if there is one."""
    for name in [*saved, *ours]:
        if saved.get(name) != ours.get(name):
            raise ValueError(
                f"{name} was {saved.get(name, 'not there')} when saved and is "
                f"{ours.get(name, 'not there')} here"
            )
