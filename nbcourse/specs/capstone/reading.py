"""Reading a student's parameters as a network, to see whether ``predict`` uses it as trained.

The usual ones are a chain of matrices from 64 pixels to 10 classes with a bias each. Put to the
held-back rows in the usual ways, one of them may name many more digits right than the student's
``predict`` does: then the mistake is there, and the reading that gives the student's labels says
which it is.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nbcourse.arrays import Array
from nbcourse.specs.capstone.evidence import Trained
from nbcourse.specs.capstone.rows import CLASSES, SIDE

ACTIVATION = (
    "The parameters are those of a network that was trained with an activation between its "
    "layers, and predict leaves it out: relu(x @ w1 + b1) @ w2 + b2. Use one forward pass in "
    "train and in predict."
)
SCALING = (
    "The parameters are good, but train and predict do not scale the pixels alike. Do in predict "
    "what train does to its rows, with the same numbers: divide by 16 in both, or keep the "
    "training rows' mean and std in params."
)
OTHERWISE = (
    "The parameters are those of a well trained network, but predict does not use them as train "
    "did. Use one forward pass in both: the same scaling, every layer, its bias, its activation."
)

_ALIKE = 0.98  # so many labels are the same when two readings are the same
_GOOD = 0.8  # chance makes no reading as good as this

ACTIVATIONS: dict[str, Callable[[Array], Array]] = {
    "relu": lambda z: np.maximum(z, 0),
    "tanh": np.tanh,
    "sigmoid": lambda z: 0.5 * (1 + np.tanh(0.5 * z)),
    "none": lambda z: z,
}


def reading_hint(trained: Trained, accuracy: float) -> str | None:
    """The hint when the parameters, read in another way, come to more than this accuracy."""
    chain = _chain(trained.params)
    if chain is None:
        return None
    given = trained.given
    readings = {
        (scaling, activation): _labels(chain, x, ACTIVATIONS[activation])
        for scaling, x in _scaled(given.x, given.x_held).items()
        for activation in ACTIVATIONS
    }
    right = {key: float(np.mean(each == given.labels_held)) for key, each in readings.items()}
    best = max(right, key=lambda key: right[key])
    if right[best] < max(accuracy, _GOOD):
        return None
    alike = {key: np.mean(each == trained.predicted) for key, each in readings.items()}
    rows = _scaled(given.x, given.x_held)[best[0]]
    without = max(
        np.mean(_labels(bare, rows, ACTIVATIONS[best[1]]) == trained.predicted)
        for bare in _without_biases(chain)
    )
    if without > max(_ALIKE, *alike.values()):
        return OTHERWISE
    own = [key for key, share in alike.items() if share > _ALIKE]
    # Where several readings come to the same labels, the one nearest to the best is meant.
    if any(activation == best[1] for _, activation in own):
        return SCALING
    if len(chain) > 1 and any(key == (best[0], "none") for key in own):
        return ACTIVATION
    return OTHERWISE


def _without_biases(chain: list[tuple[Array, Array]]) -> Iterator[list[tuple[Array, Array]]]:
    """The layers without any of their biases, and without one of them."""
    yield [(w, 0 * b) for w, b in chain]
    for left_out in range(len(chain)):
        yield [(w, 0 * b if k == left_out else b) for k, (w, b) in enumerate(chain)]


def depth(params: Any) -> int:
    """How many layers there are from the pixels to the classes; 0 where that cannot be told."""
    return len(_chain(params) or ())


def is_flat(trained: Trained) -> bool:
    """Whether the labels are those of linear layers with nothing between them."""
    chain = _chain(trained.params)
    if chain is None:
        return False
    given = trained.given
    return any(
        np.mean(_labels(chain, x, ACTIVATIONS["none"]) == trained.predicted) > _ALIKE
        for x in _scaled(given.x, given.x_held).values()
    )


def _scaled(x: Array, held: Array) -> dict[str, Array]:
    """The held-back rows, scaled in the ways in which people do it."""
    mean, std = x.mean(axis=0), x.std(axis=0) + 1e-8
    return {
        "as given": held,
        "by 16": held / 16,
        "by 255": held / 255,
        "centered": held - mean,
        "by 16, centered": (held - mean) / 16,
        "standardized": (held - mean) / std,
        "by one mean and std": (held - x.mean()) / x.std(),
        "from -1 to 1": held / 8 - 1,
    }


def _labels(
    chain: list[tuple[Array, Array]], x: Array, activation: Callable[[Array], Array]
) -> Any:
    with np.errstate(all="ignore"):
        for k, (w, b) in enumerate(chain, start=1):
            x = x @ w + b
            x = activation(x) if k < len(chain) else x
    return x.argmax(axis=1)


def _chain(params: Any) -> list[tuple[Array, Array]] | None:
    """The layers in the parameters, from the pixels to the classes; None if there is no chain."""
    arrays = list(_arrays(params))
    matrices = [each for each in arrays if each.ndim == 2 and min(each.shape) > 1]
    vectors = [each.ravel() for each in arrays if each.ndim == 1 or 1 in each.shape]
    width, chain = SIDE * SIDE, []
    for matrix in matrices:
        w = matrix if matrix.shape[0] == width else matrix.T
        if w.shape[0] != width:
            return None
        width = w.shape[1]
        at = next((i for i, v in enumerate(vectors) if len(v) == width), None)
        chain.append((w, np.zeros(width) if at is None else vectors.pop(at)))
    finite = all(np.all(np.isfinite(w)) and np.all(np.isfinite(b)) for w, b in chain)
    return chain if width == CLASSES and chain and finite else None


def _arrays(params: Any) -> Iterator[Array]:
    """All arrays of floats with an axis, in the order in which they stand."""
    if isinstance(params, np.ndarray) and params.ndim and params.dtype.kind == "f":
        yield params
    elif isinstance(params, dict):
        for key in sorted(params, key=str):
            yield from _arrays(params[key])
    elif isinstance(params, (list, tuple)):
        for each in params:
            yield from _arrays(each)
