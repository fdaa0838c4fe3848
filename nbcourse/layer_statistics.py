"""The deep laboratory: what a signal looks like after every layer, forward and backward.

The network is a stack of linear layers without bias, each followed by the same activation.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from nbcourse.activations import sigmoid
from nbcourse.arrays import Array
from nbcourse.distribution import Distribution, distribution
from nbcourse.initializers import normal

#: Name -> the activation, and its derivative as a function of its output.
ACTIVATIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
    "linear": (lambda s: s, np.ones_like),
    "sigmoid": (sigmoid, lambda h: h * (1.0 - h)),
    "tanh": (np.tanh, lambda h: 1.0 - h * h),
    "relu": (lambda s: np.maximum(s, 0.0), lambda h: np.sign(h)),
}


def layer_outputs(weights: Sequence[Array], x: Array, activation: str) -> list[Array]:
    r"""Output of every layer, :math:`h_k = f(h_{k-1} w_k)` with :math:`h_0 = x`.

    Parameters
    ----------
    weights : list of arrays (fan_in, fan_out), one for each layer
    x : array (N, D)
    activation : ``linear``, ``sigmoid``, ``tanh`` or ``relu``

    Returns
    -------
    list of arrays, one for each layer

    Raises
    ------
    ValueError
        The activation is none of these.

    Examples
    --------
    >>> layer_outputs([np.array([[2.0]]), np.array([[-1.0]])], np.array([[3.0]]), "relu")
    [array([[6.]]), array([[0.]])]
    """
    function, _ = _activation(activation)
    outputs, h = [], x
    for w in weights:
        h = function(h @ w)
        outputs.append(h)
    return outputs


def layer_statistics(weights: Sequence[Array], x: Array, activation: str) -> tuple[Array, Array]:
    """Mean and standard deviation after every layer, over all examples and units, divisor N.

    Parameters
    ----------
    weights : list of arrays (fan_in, fan_out), one for each layer
    x : array (N, D)
    activation : ``linear``, ``sigmoid``, ``tanh`` or ``relu``

    Returns
    -------
    means, stds : arrays with one number for each layer

    Raises
    ------
    ValueError
        The activation is none of these.

    Examples
    --------
    >>> means, stds = layer_statistics([np.array([[2.0, -2.0]])], np.array([[3.0]]), "relu")
    >>> means, stds
    (array([3.]), array([3.]))
    """
    outputs = layer_outputs(weights, x, activation)
    return np.array([h.mean() for h in outputs]), np.array([h.std() for h in outputs])


@dataclass(frozen=True)
class Laboratory:
    """What was measured at every layer, the first layer first.

    Attributes
    ----------
    activations : the outputs h of the layers
    gradients : the gradients with respect to the sums s = h w before the activation
    weight_gradients : the gradients with respect to the weights, mean over the examples
    """

    activations: tuple[Distribution, ...]
    gradients: tuple[Distribution, ...]
    weight_gradients: tuple[Distribution, ...]


def measure_layers(weights: Sequence[Array], x: Array, activation: str, dout: Array) -> Laboratory:
    r"""Send ``x`` forward and ``dout`` back, and describe what passes every layer.

    .. math::

        s_k = h_{k-1} w_k, \quad h_k = f(s_k), \qquad
        ds_k = dh_k \cdot f'(s_k), \quad dh_{k-1} = ds_k w_k^\top, \quad
        dw_k = h_{k-1}^\top ds_k / N

    For ``relu`` zeros are left out of the histograms: about half of everything is exactly 0.

    Parameters
    ----------
    weights : list of arrays (fan_in, fan_out), one for each layer
    x : array (N, D)
    activation : ``linear``, ``sigmoid``, ``tanh`` or ``relu``
    dout : array (N, M), the gradient of each example's loss with respect to the last output

    Returns
    -------
    Laboratory

    Raises
    ------
    ValueError
        The activation is none of these, or ``dout`` has not the shape of the last output.

    Examples
    --------
    >>> w = [np.array([[2.0]]), np.array([[3.0]])]
    >>> laboratory = measure_layers(w, np.array([[1.0]]), "linear", np.array([[1.0]]))
    >>> [d.mean for d in laboratory.activations], [d.mean for d in laboratory.gradients]
    ([2.0, 6.0], [3.0, 1.0])
    """
    outputs = layer_outputs(weights, x, activation)
    if dout.shape != outputs[-1].shape:
        raise ValueError(
            f"dout must have the shape of the last output, {outputs[-1].shape}; got {dout.shape}"
        )
    _, slope = _activation(activation)
    skip = activation == "relu"
    gradients, weight_gradients = [], []
    dh = dout
    for w, h, h_before in zip(
        reversed(weights), reversed(outputs), [*outputs[-2::-1], x], strict=True
    ):
        ds = dh * slope(h)
        gradients.append(distribution(ds, skip))
        weight_gradients.append(distribution(h_before.T @ ds / len(x), skip))
        dh = ds @ w.T
    return Laboratory(
        tuple(distribution(h, skip) for h in outputs),
        tuple(reversed(gradients)),
        tuple(reversed(weight_gradients)),
    )


def run_laboratory(
    activation: str,
    sigma: float,
    rng: np.random.Generator,
    depth: int = 10,
    width: int = 500,
    examples: int = 200,
) -> Laboratory:
    """One case: normal inputs, weights with std ``sigma``, a normal gradient arriving at the top.

    Parameters
    ----------
    activation : ``linear``, ``sigmoid``, ``tanh`` or ``relu``
    sigma : standard deviation of the weights
    rng : draws the input, the weights and the upstream gradient, all with mean 0
    depth, width, examples : number of layers, of units in each (and of inputs), and of rows of x

    Returns
    -------
    Laboratory

    Examples
    --------
    >>> laboratory = run_laboratory("tanh", 0.01, np.random.default_rng(0), depth=2)
    >>> [round(d.std, 2) for d in laboratory.activations]
    [0.21, 0.05]
    """
    x = rng.standard_normal((examples, width))
    weights = [normal(width, width, sigma, rng) for _ in range(depth)]
    return measure_layers(weights, x, activation, rng.standard_normal((examples, width)))


def _activation(name: str) -> tuple[Callable[[Array], Array], Callable[[Array], Array]]:
    if name not in ACTIVATIONS:
        raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}; got {name!r}")
    return ACTIVATIONS[name]
