"""Batch norm, layer norm and dropout as layers, to stand between others in a ``Sequential``.

Each calls the functions that carry its name. What it adds is a place: for scale and shift, for the
running statistics, for the generator that draws the masks.
"""

from typing import Any

import numpy as np

from nbcourse import normalization
from nbcourse.arrays import Array
from nbcourse.dropout import dropout_backward, dropout_forward, dropout_mask
from nbcourse.fast.batch_norm import batchnorm_backward, batchnorm_forward
from nbcourse.layer_normalization import layernorm_backward, layernorm_forward
from nbcourse.layers import Layer


class BatchNorm1d(Layer):
    r"""Batch norm: ``normalization.batchnorm_forward``, by the training flag.

    Parameters ``"weight"`` (:math:`\gamma`, starts at 1) and ``"bias"`` (:math:`\beta`, starts at
    0), buffers ``"running_mean"`` (0 at first) and ``"running_var"`` (1 at first), all (D,). A
    forward pass in training writes the buffers as new arrays.

    Parameters
    ----------
    num_features : D
    eps : added to the variance
    momentum : share of the new batch in the running statistics

    Examples
    --------
    >>> layer = BatchNorm1d(1)
    >>> out, cache = layer.forward(np.array([[1.0], [3.0]]))
    >>> out.ravel().round(4), layer.buffers["running_mean"], layer.buffers["running_var"]
    (array([-1.,  1.]), array([0.2]), array([1.1]))
    """

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.params["weight"] = np.ones(num_features)
        self.params["bias"] = np.zeros(num_features)
        self.buffers["running_mean"] = np.zeros(num_features)
        self.buffers["running_var"] = np.ones(num_features)

    def forward(self, x: Array, training: bool = True) -> tuple[Array, Any]:
        """Batch norm with the layer's parameters and running statistics."""
        gamma, beta = self.params["weight"], self.params["bias"]
        running = {"mean": self.buffers["running_mean"], "var": self.buffers["running_var"]}
        if not training:
            out, _, _ = normalization.batchnorm_forward(
                x, gamma, beta, running, "test", eps=self.eps
            )
            return out, (training, (x, gamma, running))
        out, cache, updated = batchnorm_forward(x, gamma, beta, running, self.momentum, self.eps)
        self.buffers["running_mean"] = updated["mean"]
        self.buffers["running_var"] = updated["var"]
        return out, (training, cache)

    def backward(self, dout: Array, cache: Any) -> tuple[Array, dict[str, Array]]:
        """``batchnorm_backward``; after a pass at test time the statistics are constants."""
        training, kept = cache
        if training:
            dx, dgamma, dbeta = batchnorm_backward(dout, kept)
        else:
            x, gamma, running = kept
            inv_std = 1.0 / np.sqrt(running["var"] + self.eps)
            dx = dout * gamma * inv_std
            dgamma = np.sum(dout * (x - running["mean"]) * inv_std, axis=0)
            dbeta = dout.sum(axis=0)
        return dx, {"weight": dgamma, "bias": dbeta}


class LayerNorm(Layer):
    r"""Layer norm: ``layer_normalization.layernorm_forward``, the same in training and in test.

    Parameters ``"weight"`` (:math:`\gamma`, starts at 1) and ``"bias"`` (:math:`\beta`, starts at
    0), both (D,).

    Parameters
    ----------
    normalized_shape : D, the number of features that each row is normalized over
    eps : added to the variance

    Examples
    --------
    >>> LayerNorm(2).forward(np.array([[1.0, 3.0]]))[0].round(4)
    array([[-1.,  1.]])
    """

    def __init__(self, normalized_shape: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.eps = eps
        self.params["weight"] = np.ones(normalized_shape)
        self.params["bias"] = np.zeros(normalized_shape)

    def forward(self, x: Array, training: bool = True) -> tuple[Array, Any]:
        """``layernorm_forward`` with the layer's parameters."""
        return layernorm_forward(x, self.params["weight"], self.params["bias"], self.eps)

    def backward(self, dout: Array, cache: Any) -> tuple[Array, dict[str, Array]]:
        """``layernorm_backward``; gradients under ``"weight"`` and ``"bias"``."""
        dx, dgamma, dbeta = layernorm_backward(dout, cache)
        return dx, {"weight": dgamma, "bias": dbeta}


class Dropout(Layer):
    """Dropout: ``dropout.dropout_forward`` with a new mask at every pass in training.

    At test time the output is the input.

    Parameters
    ----------
    p : probability that a unit is dropped, at least 0 and less than 1
    rng : draws the masks

    Examples
    --------
    >>> layer = Dropout(0.5, np.random.default_rng(0))
    >>> layer.forward(np.ones((2, 4)))[0]
    array([[2., 0., 0., 0.],
           [2., 2., 2., 2.]])
    """

    def __init__(self, p: float, rng: np.random.Generator) -> None:
        super().__init__()
        if not 0.0 <= p < 1.0:
            raise ValueError(f"Dropout needs 0 <= p < 1, the probability to drop a unit; got {p}")
        self.p = p
        self.generators = [rng]

    def forward(self, x: Array, training: bool = True) -> tuple[Array, Any]:
        """``dropout_forward`` with a mask drawn here; the cache is the mask, or None in test."""
        if not training:
            return x, None
        mask = dropout_mask(x.shape, self.p, self.generators[0]).astype(x.dtype)
        return dropout_forward(x, self.p, mask), mask

    def backward(self, dout: Array, cache: Any) -> tuple[Array, dict[str, Array]]:
        """``dropout_backward`` with the mask of the forward pass; there are no parameters."""
        dx = dout if cache is None else dropout_backward(dout, self.p, cache)
        return dx, {}
