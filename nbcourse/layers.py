"""The linear layer as a pair of functions, and layers as objects that hold their parameters.

A pair is pure: everything goes in and comes out as arguments. A ``Layer`` adds one thing, a place
where its parameters live. What one call leaves for the way back is in the cache it returns, never
in the object, so a layer may be used twice before any backward pass runs. The batch is the first
axis.
"""

from collections.abc import MutableMapping
from typing import Any, Self

import numpy as np
from numpy.typing import DTypeLike

from nbcourse.arrays import Array
from nbcourse.parameters import JoinedParameters


def linear_forward(x: Array, w: Array, b: Array) -> tuple[Array, tuple[Array, Array]]:
    r"""Linear layer, :math:`out = x w + b`.

    Parameters
    ----------
    x : array (N, D), one example a row
    w : array (D, M)
    b : array (M,), added to every row

    Returns
    -------
    out : array (N, M)
    cache : (x, w)

    Raises
    ------
    ValueError
        The shapes do not fit together.

    Examples
    --------
    >>> import numpy as np
    >>> x, w, b = np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]]), np.array([0.5])
    >>> linear_forward(x, w, b)[0]
    array([[11.5]])
    """
    if x.ndim != 2 or w.ndim != 2 or b.shape != w.shape[1:] or x.shape[1] != w.shape[0]:
        raise ValueError(
            f"linear_forward needs x (N, D), w (D, M), b (M,); got x {x.shape}, w {w.shape}, "
            f"b {b.shape}"
        )
    return x @ w + b, (x, w)


def linear_backward(dout: Array, cache: tuple[Array, Array]) -> tuple[Array, Array, Array]:
    r"""Gradients of the linear layer.

    .. math:: dx = dout\, w^\top, \qquad dw = x^\top dout, \qquad db = \sum_n dout_n

    Parameters
    ----------
    dout : array (N, M)
    cache : (x, w)

    Returns
    -------
    dx : array (N, D)
    dw : array (D, M)
    db : array (M,)

    Examples
    --------
    >>> import numpy as np
    >>> cache = np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]])
    >>> dx, dw, db = linear_backward(np.array([[10.0]]), cache)
    >>> dx
    array([[30., 40.]])
    """
    x, w = cache
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)


class Layer:
    """A layer without parameters: what every layer derives from.

    ``params`` maps names to arrays, under PyTorch's names (``"weight"``, ``"bias"``). An update
    writes new arrays into it; a forward pass reads them and changes nothing.

    ``buffers`` maps names to arrays that belong to the layer and are not trained: batch norm's
    running mean and variance. They are the one thing that a forward pass writes, in training, as
    new arrays. ``generators`` are the random number generators that a layer draws from, as
    dropout does. Who saves a model saves all three.
    """

    def __init__(self) -> None:
        self.params: MutableMapping[str, Array] = {}
        self.buffers: MutableMapping[str, Array] = {}
        self.generators: list[np.random.Generator] = []

    def forward(self, x: Array, training: bool = True) -> tuple[Array, Any]:
        """Output of the layer, and the cache that ``backward`` needs.

        Parameters
        ----------
        x : array, one example a row
        training : False at test time; most layers do the same in both
        """
        raise NotImplementedError(f"{type(self).__name__} must define forward")

    def backward(self, dout: Array, cache: Any) -> tuple[Array, dict[str, Array]]:
        """Gradients with respect to the input, and to each parameter under its name.

        Parameters
        ----------
        dout : array, gradient of the loss with respect to the output
        cache : as ``forward`` returned it
        """
        raise NotImplementedError(f"{type(self).__name__} must define backward")

    def param_grads(self, dout: Array, cache: Any) -> dict[str, Array]:
        """Gradients with respect to the parameters alone: what training needs of a whole model.

        Parameters
        ----------
        dout, cache : as for ``backward``
        """
        return self.backward(dout, cache)[1]

    def astype(self, dtype: DTypeLike) -> Self:
        """Put parameters and buffers into another type, float32 for half the memory and time.

        Outputs are in the type of parameters and inputs together: give inputs in the same one.

        >>> Linear(3, 4, np.random.default_rng(0)).astype(np.float32).params["bias"].dtype
        dtype('float32')
        """
        for arrays in (self.params, self.buffers):
            for name, value in arrays.items():
                arrays[name] = value.astype(dtype)
        return self


class Linear(Layer):
    r"""Linear layer, :math:`out = x w + b`, parameters ``"weight"`` (D, M) and ``"bias"`` (M,).

    The bias starts at zero, the weight as He et al. (2015) draw it: normal, variance :math:`2/D`.
    PyTorch keeps the weight the other way round, (M, D).

    Parameters
    ----------
    in_features : D
    out_features : M
    rng : draws the weight
    weight : array (D, M) to start from in place of a drawn one

    Raises
    ------
    ValueError
        The weight given has another shape, or there is neither a weight nor an rng.

    Examples
    --------
    >>> layer = Linear(784, 64, np.random.default_rng(0))
    >>> {name: value.shape for name, value in layer.params.items()}
    {'weight': (784, 64), 'bias': (64,)}
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        rng: np.random.Generator | None = None,
        weight: Array | None = None,
    ) -> None:
        super().__init__()
        shape = in_features, out_features
        if weight is None:
            if rng is None:
                raise ValueError("Linear needs an rng to draw its weight with, or a weight")
            weight = np.sqrt(2.0 / in_features) * rng.standard_normal(shape)
        if np.shape(weight) != shape:
            raise ValueError(f"Linear{shape} needs a weight {shape}; got {np.shape(weight)}")
        self.params["weight"] = weight
        self.params["bias"] = np.zeros(out_features, dtype=weight.dtype)

    def forward(self, x: Array, training: bool = True) -> tuple[Array, Any]:
        """``linear_forward`` with the layer's parameters."""
        return linear_forward(x, self.params["weight"], self.params["bias"])

    def backward(self, dout: Array, cache: Any) -> tuple[Array, dict[str, Array]]:
        """``linear_backward``; gradients under ``"weight"`` and ``"bias"``."""
        dx, dw, db = linear_backward(dout, cache)
        return dx, {"weight": dw, "bias": db}

    def param_grads(self, dout: Array, cache: Any) -> dict[str, Array]:
        """The same without ``dx``, a matrix product as large as that of the forward pass."""
        x, _ = cache
        return {"weight": x.T @ dout, "bias": dout.sum(axis=0)}


class Sequential(Layer):
    """Layers one after the other; the whole is a layer again.

    Parameters and buffers carry the layer's place: ``"0.weight"``, ``"2.bias"``. They are the
    layers' own: a value written under such a name is the one that the layer uses next.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> model = Sequential(Linear(3, 4, rng), Linear(4, 2, rng))
    >>> list(model.params)
    ['0.weight', '0.bias', '1.weight', '1.bias']
    >>> out, caches = model.forward(np.ones((5, 3)))
    >>> dx, grads = model.backward(np.ones((5, 2)), caches)
    >>> dx.shape, grads["0.weight"].shape
    ((5, 3), (3, 4))
    """

    def __init__(self, *layers: Layer) -> None:
        super().__init__()
        self.layers = layers
        self.params = JoinedParameters([layer.params for layer in layers])
        self.buffers = JoinedParameters([layer.buffers for layer in layers])
        self.generators = [rng for layer in layers for rng in layer.generators]

    def forward(self, x: Array, training: bool = True) -> tuple[Array, Any]:
        """Output of the last layer; the cache is the list of the layers' caches."""
        caches = []
        for layer in self.layers:
            x, cache = layer.forward(x, training)
            caches.append(cache)
        return x, caches

    def backward(self, dout: Array, cache: Any) -> tuple[Array, dict[str, Array]]:
        """The same loop, against the order: each layer's ``dx`` is the ``dout`` of the one below.

        Returns
        -------
        dx : array, gradient with respect to the input of the first layer
        grads : dict, the keys of ``params``
        """
        dout, grads = self._back_to(0, dout, cache)
        return dout, {name: grads[name] for name in self.params}

    def param_grads(self, dout: Array, cache: Any) -> dict[str, Array]:
        """The same loop down to the first layer with parameters, below which nobody waits."""
        first = next((i for i, layer in enumerate(self.layers) if layer.params), None)
        if first is None:
            return {}
        dout, grads = self._back_to(first + 1, dout, cache)
        of_first = self.layers[first].param_grads(dout, cache[first])
        grads.update({f"{first}.{name}": value for name, value in of_first.items()})
        return {name: grads[name] for name in self.params}

    def _back_to(self, lowest: int, dout: Array, cache: Any) -> tuple[Array, dict[str, Array]]:
        """Through the layers from the last one to ``lowest``."""
        grads: dict[str, Array] = {}
        places = list(enumerate(zip(self.layers, cache, strict=True)))
        for i, (layer, kept) in reversed(places[lowest:]):
            dout, layer_grads = layer.backward(dout, kept)
            grads.update({f"{i}.{name}": value for name, value in layer_grads.items()})
        return dout, grads
