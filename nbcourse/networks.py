"""Whole networks: the loss of a multilayer perceptron and the gradients of all its parameters.

The parameters are a dict with keys ``w1``, ``b1`` to ``wk``, ``bk``. Between the layers stands
ReLU, at the end softmax cross-entropy, and the L2 penalty falls on the weights, not on the biases.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nbcourse.activations import relu_backward, relu_forward
from nbcourse.arrays import Array
from nbcourse.layers import linear_backward, linear_forward
from nbcourse.losses import softmax_cross_entropy
from nbcourse.regularization import l2_penalty

Params = Mapping[str, Array]


def count_parameters(sizes: Sequence[int]) -> int:
    r"""Number of weights and biases of a network of linear layers.

    .. math:: \sum_l (n_{l-1} + 1)\, n_l

    Parameters
    ----------
    sizes : width of the input, of every hidden layer, of the output

    Examples
    --------
    >>> count_parameters([784, 64, 10]), count_parameters([4096, 32, 3])
    (50890, 131203)
    """
    return sum((below + 1) * above for below, above in pairwise(sizes))


def initial_parameters(sizes: Sequence[int], rng: np.random.Generator) -> dict[str, Array]:
    r"""Parameters to start training from.

    Weights are normal with variance :math:`2 / n_{l-1}`, as He et al. (2015) draw them for ReLU;
    biases are zero.

    Parameters
    ----------
    sizes : width of the input, of every hidden layer, of the output

    Returns
    -------
    dict with ``w1`` (n0, n1), ``b1`` (n1,) and so on

    Examples
    --------
    >>> params = initial_parameters([784, 64, 10], np.random.default_rng(0))
    >>> {name: value.shape for name, value in params.items()}
    {'w1': (784, 64), 'b1': (64,), 'w2': (64, 10), 'b2': (10,)}
    """
    params = {}
    for layer, (below, above) in enumerate(pairwise(sizes), start=1):
        params[f"w{layer}"] = np.sqrt(2.0 / below) * rng.standard_normal((below, above))
        params[f"b{layer}"] = np.zeros(above)
    return params


def mlp_forward(params: Params, x: Array) -> tuple[Array, list[Any]]:
    """Logits of a multilayer perceptron, ReLU between its linear layers.

    Parameters
    ----------
    params : dict with ``w1``, ``b1`` to ``wk``, ``bk``
    x : array (N, D)

    Returns
    -------
    logits : array (N, C)
    caches : for each layer the cache of its linear part, then that of its ReLU, up to the last
        linear part

    Raises
    ------
    ValueError
        The keys of ``params`` are not those of k layers, or the shapes do not fit.

    Examples
    --------
    >>> params = initial_parameters([3, 4, 2], np.random.default_rng(0))
    >>> mlp_forward(params, np.ones((5, 3)))[0].shape
    (5, 2)
    """
    depth = _depth(params)
    caches: list[Any] = []
    for layer in range(1, depth + 1):
        x, cache = linear_forward(x, params[f"w{layer}"], params[f"b{layer}"])
        caches.append(cache)
        if layer < depth:
            x, relu_cache = relu_forward(x)
            caches.append(relu_cache)
    return x, caches


def mlp_loss(
    params: Params, x: Array, labels: NDArray[np.integer], weight_decay: float
) -> tuple[float, dict[str, Array]]:
    r"""Loss of a multilayer perceptron of any depth, and the gradients of its parameters.

    .. math::

        L = -\frac1N \sum_n \log p_{n y_n} + \lambda \sum_l \lVert W_l \rVert^2

    Parameters
    ----------
    params : dict with ``w1``, ``b1`` to ``wk``, ``bk``
    x : array (N, D)
    labels : integer array (N,)
    weight_decay : :math:`\lambda`

    Returns
    -------
    loss : float
    grads : dict, the keys and shapes of ``params``

    Raises
    ------
    ValueError
        The keys of ``params`` are not those of k layers, or the shapes do not fit.

    Examples
    --------
    >>> params = {"w1": np.zeros((3, 2)), "b1": np.zeros(2)}
    >>> loss, grads = mlp_loss(params, np.ones((1, 3)), np.array([1]), 0.1)
    >>> round(loss, 4), grads["b1"]
    (0.6931, array([ 0.5, -0.5]))
    """
    logits, caches = mlp_forward(params, x)
    data_loss, dout = softmax_cross_entropy(logits, labels)
    grads = {}
    for layer in range(_depth(params), 0, -1):
        dout, grads[f"w{layer}"], grads[f"b{layer}"] = linear_backward(dout, caches.pop())
        if caches:
            dout = relu_backward(dout, caches.pop())
    names = [name for name in params if name.startswith("w")]
    penalty, decay = l2_penalty([params[name] for name in names], weight_decay)
    for name, extra in zip(names, decay, strict=True):
        grads[name] = grads[name] + extra
    return data_loss + penalty, {name: grads[name] for name in params}


def two_layer_loss(
    params: Params, x: Array, labels: NDArray[np.integer], weight_decay: float
) -> tuple[float, dict[str, Array]]:
    r"""Loss of a network with one hidden layer, written out step by step.

    .. math::

        a = x w_1 + b_1, \quad h = \max(0, a), \quad z = h w_2 + b_2, \quad
        L = -\frac1N \sum_n \log p_{n y_n} + \lambda (\lVert w_1 \rVert^2 + \lVert w_2 \rVert^2)

    The same number as ``mlp_loss``, with the loop over the layers unrolled.

    Parameters
    ----------
    params : dict with ``w1`` (D, H), ``b1`` (H,), ``w2`` (H, C), ``b2`` (C,)
    x : array (N, D)
    labels : integer array (N,)
    weight_decay : :math:`\lambda`

    Returns
    -------
    loss : float
    grads : dict, the keys and shapes of ``params``

    Examples
    --------
    >>> params = initial_parameters([3, 4, 2], np.random.default_rng(0))
    >>> loss, grads = two_layer_loss(params, np.ones((1, 3)), np.array([1]), 0.1)
    >>> grads["w1"].shape
    (3, 4)
    """
    a, cache1 = linear_forward(x, params["w1"], params["b1"])
    h, relu_cache = relu_forward(a)
    logits, cache2 = linear_forward(h, params["w2"], params["b2"])
    data_loss, dlogits = softmax_cross_entropy(logits, labels)
    penalty, (decay1, decay2) = l2_penalty([params["w1"], params["w2"]], weight_decay)

    dh, dw2, db2 = linear_backward(dlogits, cache2)
    da = relu_backward(dh, relu_cache)
    _, dw1, db1 = linear_backward(da, cache1)
    grads = {"w1": dw1 + decay1, "b1": db1, "w2": dw2 + decay2, "b2": db2}
    return data_loss + penalty, grads


def _depth(params: Params) -> int:
    """Number of layers; the keys must be those of layers 1 to k, and no others."""
    depth = len(params) // 2
    expected = {f"{kind}{layer}" for layer in range(1, depth + 1) for kind in "wb"}
    if not depth or set(params) != expected:
        raise ValueError(f"params needs the keys w1, b1 to wk, bk; got {', '.join(params)}")
    return depth
