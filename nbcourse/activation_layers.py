"""Activations as layers, to stand between others in a ``Sequential``.

Each layer calls the pair of functions that carries its name; what it adds is a place for the
constants and the learned parameters of the activation.
"""

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from nbcourse import activations, gated_activations, maxout, rectifiers
from nbcourse.arrays import Array
from nbcourse.layers import Layer

Pair = tuple[Callable[..., tuple[Array, Any]], Callable[[Array, Any], Array]]


class Activation(Layer):
    """An activation without parameters: it has a pair of functions, and calls them.

    ``constants`` are what the forward pass takes besides ``x``.

    >>> out, cache = Tanh().forward(np.array([[0.0, 0.5]]))
    >>> dx, grads = Tanh().backward(np.array([[1.0, 1.0]]), cache)
    >>> dx.round(4), grads
    (array([[1.    , 0.7864]]), {})
    """

    pair: ClassVar[Pair]

    def __init__(self, *constants: float) -> None:
        super().__init__()
        self.constants = constants

    def forward(self, x: Array, training: bool = True) -> tuple[Array, Any]:
        """Output of the activation, the same in training and in test."""
        return self.pair[0](x, *self.constants)

    def backward(self, dout: Array, cache: Any) -> tuple[Array, dict[str, Array]]:
        """Gradient with respect to the input; there are no parameters."""
        return self.pair[1](dout, cache), {}


class Identity(Activation):
    """No activation: ``activations.identity_forward``."""

    pair = activations.identity_forward, activations.identity_backward


class Sigmoid(Activation):
    """Logistic function: ``activations.sigmoid_forward``."""

    pair = activations.sigmoid_forward, activations.sigmoid_backward


class Tanh(Activation):
    """Hyperbolic tangent: ``activations.tanh_forward``."""

    pair = activations.tanh_forward, activations.tanh_backward


class ReLU(Activation):
    """Rectified linear unit: ``activations.relu_forward``."""

    pair = activations.relu_forward, activations.relu_backward


class Softplus(Activation):
    """Smooth ReLU: ``activations.softplus_forward``."""

    pair = activations.softplus_forward, activations.softplus_backward


class Softmax(Activation):
    """Probabilities from scores, row by row: ``activations.softmax_forward``."""

    pair = activations.softmax_forward, activations.softmax_backward


class SELU(Activation):
    """Scaled exponential linear unit: ``rectifiers.selu_forward``."""

    pair = rectifiers.selu_forward, rectifiers.selu_backward


class SiLU(Activation):
    """Swish with beta = 1: ``gated_activations.silu_forward``."""

    pair = gated_activations.silu_forward, gated_activations.silu_backward


class GELU(Activation):
    """Gaussian error linear unit: ``gated_activations.gelu_forward``."""

    pair = gated_activations.gelu_forward, gated_activations.gelu_backward


class LeakyReLU(Activation):
    """Leaky ReLU with a fixed slope alpha: ``rectifiers.leaky_relu_forward``."""

    pair = rectifiers.leaky_relu_forward, rectifiers.leaky_relu_backward

    def __init__(self, alpha: float = 0.01) -> None:
        super().__init__(alpha)


class ELU(Activation):
    """Exponential linear unit with a fixed alpha: ``rectifiers.elu_forward``."""

    pair = rectifiers.elu_forward, rectifiers.elu_backward

    def __init__(self, alpha: float = 1.0) -> None:
        super().__init__(alpha)


class NoisyReLU(Layer):
    """ReLU with noise in training, plain ReLU in test: ``rectifiers.noisy_relu_forward``.

    ``rng`` draws new noise at every forward pass.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        super().__init__()
        self.rng = rng

    def forward(self, x: Array, training: bool = True) -> tuple[Array, Any]:
        """Output of the activation; without noise the cache says so by noise of size 0."""
        if training:
            return rectifiers.noisy_relu_forward(x, self.rng)
        return activations.relu_forward(x)[0], (x, np.zeros_like(x))

    def backward(self, dout: Array, cache: Any) -> tuple[Array, dict[str, Array]]:
        """Gradient with respect to the input, for the noise that was drawn."""
        return rectifiers.noisy_relu_backward(dout, cache), {}


class PReLU(Layer):
    """Parametric ReLU: ``rectifiers.prelu_forward``, one learned slope for each feature.

    The parameter ``"alpha"`` (D,) starts at the given slope everywhere. Weight decay would pull
    it to 0, which is ReLU: He et al. (2015) leave it out there.

    >>> PReLU(3).params["alpha"]
    array([0.25, 0.25, 0.25])
    """

    def __init__(self, num_features: int, alpha: float = 0.25) -> None:
        super().__init__()
        self.params["alpha"] = np.full(num_features, alpha)

    def forward(self, x: Array, training: bool = True) -> tuple[Array, Any]:
        """``prelu_forward`` with the layer's slopes."""
        return rectifiers.prelu_forward(x, self.params["alpha"])

    def backward(self, dout: Array, cache: Any) -> tuple[Array, dict[str, Array]]:
        """``prelu_backward``; the gradient of the slopes under ``"alpha"``."""
        dx, dalpha = rectifiers.prelu_backward(dout, cache)
        return dx, {"alpha": dalpha}


class Swish(Layer):
    """Swish: ``gated_activations.swish_forward``, with beta fixed or learned.

    A learned beta is the parameter ``"beta"``, an array without axes; it starts at the number
    given.

    >>> Swish(1.5).params, Swish(1.5, learned=True).params
    ({}, {'beta': array(1.5)})
    """

    def __init__(self, beta: float = 1.0, learned: bool = False) -> None:
        super().__init__()
        self.beta = beta
        if learned:
            self.params["beta"] = np.array(beta)

    def forward(self, x: Array, training: bool = True) -> tuple[Array, Any]:
        """``swish_forward`` with the layer's beta."""
        return gated_activations.swish_forward(x, self.params.get("beta", self.beta))

    def backward(self, dout: Array, cache: Any) -> tuple[Array, dict[str, Array]]:
        """``swish_backward``; where beta is learned, its gradient under ``"beta"``."""
        dx, dbeta = gated_activations.swish_backward(dout, cache)
        return dx, {"beta": dbeta} if "beta" in self.params else {}


class Maxout(Layer):
    r"""Maxout layer: ``maxout.maxout_forward``, with its own weights for each of K pieces.

    The weights are drawn from a normal distribution of variance :math:`1/D`, the biases start at
    zero. The larger of two standard normal numbers has mean square 1, so with two pieces the size
    of the signal is kept.

    Parameters
    ----------
    in_features : D
    out_features : M
    pieces : K
    rng : draws the weights

    Examples
    --------
    >>> layer = Maxout(64, 10, 2, np.random.default_rng(0))
    >>> {name: value.shape for name, value in layer.params.items()}
    {'weight': (2, 64, 10), 'bias': (2, 10)}
    """

    def __init__(
        self, in_features: int, out_features: int, pieces: int, rng: np.random.Generator
    ) -> None:
        super().__init__()
        weight = rng.standard_normal((pieces, in_features, out_features))
        self.params["weight"] = weight / np.sqrt(in_features)
        self.params["bias"] = np.zeros((pieces, out_features))

    def forward(self, x: Array, training: bool = True) -> tuple[Array, Any]:
        """``maxout_forward`` with the layer's parameters."""
        return maxout.maxout_forward(x, self.params["weight"], self.params["bias"])

    def backward(self, dout: Array, cache: Any) -> tuple[Array, dict[str, Array]]:
        """``maxout_backward``; gradients under ``"weight"`` and ``"bias"``."""
        dx, dw, db = maxout.maxout_backward(dout, cache)
        return dx, {"weight": dw, "bias": db}
