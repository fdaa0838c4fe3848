"""Models: build a multilayer perceptron of layers, ask it, and measure how good it is."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nbcourse.activation_layers import ReLU
from nbcourse.arrays import Array
from nbcourse.fast.cross_entropy import softmax_cross_entropy
from nbcourse.initializers import kaiming_normal
from nbcourse.layers import Layer, Linear, Sequential
from nbcourse.metrics import accuracy
from nbcourse.normalization_layers import BatchNorm1d, Dropout

Loss = Callable[[Array, Any], tuple[float, Array]]
#: How many examples are asked about at once: more would need more memory and no less time.
_AT_ONCE = 1000


def mlp(
    sizes: Sequence[int],
    rng: np.random.Generator,
    activation: Callable[[], Layer] = ReLU,
    batch_norm: bool = False,
    dropout: float = 0.0,
    initializer: Callable[[int, int, np.random.Generator], Array] = kaiming_normal,
) -> Sequential:
    """Multilayer perceptron: for every hidden layer linear, batch norm, activation, dropout.

    The last layer is linear alone: its outputs are the logits.

    Parameters
    ----------
    sizes : width of the input, of every hidden layer, of the output
    rng : draws the weights. Each dropout layer gets a generator of its own, spawned from it, so
        that the same seed gives the same weights and the same batches with and without dropout.
    activation : makes a new activation layer
    batch_norm : whether to normalize before every activation
    dropout : the probability to drop a hidden unit; 0 leaves the layer out
    initializer : ``initializer(fan_in, fan_out, rng)`` draws a weight

    Raises
    ------
    ValueError
        There are fewer than two sizes.

    Examples
    --------
    >>> model = mlp([64, 32, 10], np.random.default_rng(0), batch_norm=True, dropout=0.2)
    >>> [type(layer).__name__ for layer in model.layers]
    ['Linear', 'BatchNorm1d', 'ReLU', 'Dropout', 'Linear']
    >>> model.forward(np.ones((5, 64)), training=False)[0].shape
    (5, 10)
    """
    if len(sizes) < 2:
        raise ValueError(f"sizes needs the input's and the output's width at least; got {sizes}")
    layers: list[Layer] = []
    for below, above in pairwise(sizes[:-1]):
        layers.append(Linear(below, above, weight=initializer(below, above, rng)))
        if batch_norm:
            layers.append(BatchNorm1d(above))
        layers.append(activation())
        if dropout:
            layers.append(Dropout(dropout, rng.spawn(1)[0]))
    below, above = sizes[-2:]
    layers.append(Linear(below, above, weight=initializer(below, above, rng)))
    return Sequential(*layers)


def model_outputs(model: Layer, x: Array) -> Array:
    """Outputs in test mode, without dropout and with batch norm's running statistics.

    >>> model = mlp([64, 10], np.random.default_rng(0))
    >>> model_outputs(model, np.ones((5, 64))).shape
    (5, 10)
    """
    parts = [
        model.forward(x[start : start + _AT_ONCE], training=False)[0]
        for start in range(0, len(x), _AT_ONCE)
    ]
    return np.concatenate(parts)


def predict(model: Layer, x: Array) -> NDArray[np.intp]:
    """Class with the highest logit for every example.

    >>> predict(mlp([64, 10], np.random.default_rng(0)), np.ones((3, 64))).shape
    (3,)
    """
    classes: NDArray[np.intp] = np.argmax(model_outputs(model, x), axis=1)
    return classes


def evaluate(
    model: Layer,
    x: Array,
    labels: NDArray[np.integer],
    loss: Loss = softmax_cross_entropy,
) -> tuple[float, float]:
    """Loss and accuracy in test mode.

    Parameters
    ----------
    model : any layer with outputs (N, C)
    x : array, one example a row
    labels : integer array (N,)
    loss : ``loss(outputs, labels) -> (loss, gradient)``

    Returns
    -------
    loss, accuracy : floats

    Examples
    --------
    >>> model = Sequential(Linear(2, 2, weight=np.array([[5.0, 0.0], [0.0, 5.0]])))
    >>> loss, correct = evaluate(model, np.eye(2), np.array([0, 0]))
    >>> round(loss, 4), correct
    (2.5067, 0.5)
    """
    outputs = model_outputs(model, x)
    return float(loss(outputs, labels)[0]), accuracy(np.argmax(outputs, axis=1), labels)
