"""Activation functions: what makes a layer of neurons more than a matrix product.

Each is a pair. The forward pass returns ``(out, cache)``, with ``x`` an array of any shape and
``out`` of the same shape; the backward pass takes ``dout``, the gradient of the loss with respect
to ``out``, and the cache, and returns the gradient with respect to ``x``. All but softmax work on
every entry on its own. Their relatives are in ``rectifiers``, ``gated_activations`` and ``maxout``.
"""

from typing import Any

import numpy as np

from nbcourse.arrays import Array


def sigmoid(x: Array) -> Array:
    r"""Logistic function :math:`\sigma(x) = 1 / (1 + e^{-x})`, finite for every finite ``x``.

    ``exp`` is only ever taken of numbers that are not positive, so it cannot overflow: for
    :math:`x < 0` the same value is :math:`e^{x} / (1 + e^{x})`.

    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    small = np.exp(-np.abs(x))
    return np.where(np.asarray(x) >= 0, 1.0, small) / (1.0 + small)


def sigmoid_forward(x: Array) -> tuple[Array, tuple[Array]]:
    r"""Logistic function, :math:`out = \sigma(x)`, from 0 to 1; cache (x,).

    >>> sigmoid_forward(np.array([0.0, 2.0]))[0].round(4)
    array([0.5   , 0.8808])
    """
    return sigmoid(x), (x,)


def sigmoid_backward(dout: Array, cache: tuple[Array]) -> Array:
    r"""Gradient of the logistic function, :math:`dx = dout \cdot \sigma(x)(1 - \sigma(x))`.

    >>> sigmoid_backward(np.array([1.0, 1.0]), (np.array([0.0, 2.0]),)).round(4)
    array([0.25 , 0.105])
    """
    (x,) = cache
    s = sigmoid(x)
    return dout * s * (1.0 - s)


def tanh_forward(x: Array) -> tuple[Array, tuple[Array]]:
    r"""Hyperbolic tangent, :math:`out = \tanh(x) = 2 \sigma(2x) - 1`, from -1 to 1; cache (x,).

    >>> tanh_forward(np.array([-100.0, 0.0, 0.5]))[0].round(4)
    array([-1.    ,  0.    ,  0.4621])
    """
    return np.tanh(x), (x,)


def tanh_backward(dout: Array, cache: tuple[Array]) -> Array:
    r"""Gradient of the hyperbolic tangent, :math:`dx = dout \cdot (1 - \tanh^2 x)`.

    >>> tanh_backward(np.array([1.0, 1.0]), (np.array([0.0, 0.5]),)).round(4)
    array([1.    , 0.7864])
    """
    (x,) = cache
    return dout * (1.0 - np.tanh(x) ** 2)


def relu_forward(x: Array) -> tuple[Array, tuple[Array]]:
    r"""Rectified linear unit, :math:`out = \max(0, x)` (Nair and Hinton, 2010); cache (x,).

    >>> relu_forward(np.array([-1.0, 2.0]))[0]
    array([0., 2.])
    """
    return np.maximum(x, 0.0), (x,)


def relu_backward(dout: Array, cache: tuple[Array]) -> Array:
    r"""Gradient of the rectified linear unit: ``dout`` where :math:`x > 0`, else 0.

    At :math:`x = 0` the function has no derivative; this one takes 0, as PyTorch does.

    >>> relu_backward(np.array([3.0, 3.0]), (np.array([-1.0, 2.0]),))
    array([0., 3.])
    """
    (x,) = cache
    return dout * (np.asarray(x) > 0)


def softplus_forward(x: Array) -> tuple[Array, tuple[Array]]:
    r"""A smooth ReLU, :math:`out = \log(1 + e^x)` (Dugas et al., 2001); cache (x,).

    Computed as :math:`\max(0, x) + \log(1 + e^{-|x|})`, which cannot overflow.

    >>> softplus_forward(np.array([-100.0, 0.0, 100.0]))[0].round(4)
    array([  0.    ,   0.6931, 100.    ])
    """
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x))), (x,)


def softplus_backward(dout: Array, cache: tuple[Array]) -> Array:
    r"""Gradient of softplus, :math:`dx = dout \cdot \sigma(x)`: a smooth step for a smooth ReLU.

    >>> softplus_backward(np.array([2.0]), (np.array([0.0]),))
    array([1.])
    """
    (x,) = cache
    return dout * sigmoid(x)


def identity_forward(x: Array) -> tuple[Array, tuple[Array]]:
    """No activation, ``out = x``, as in the last layer of a regression; cache (x,).

    >>> identity_forward(np.array([-3.0]))[0]
    array([-3.])
    """
    return x, (x,)


def identity_backward(dout: Array, cache: tuple[Array]) -> Array:
    """Gradient of the identity: ``dx = dout``.

    >>> identity_backward(np.array([0.5]), (np.array([-3.0]),))
    array([0.5])
    """
    return dout


def softmax(x: Array) -> Array:
    r"""Probabilities from scores, :math:`p_{nc} = e^{x_{nc}} / \sum_k e^{x_{nk}}`, row by row.

    Each row's largest entry is subtracted first, which changes no probability and keeps ``exp``
    from overflowing.

    >>> softmax(np.array([[0.0, np.log(3.0)], [1000.0, 1000.0]]))
    array([[0.25, 0.75],
           [0.5 , 0.5 ]])
    """
    exponentials: Array = np.exp(x - np.max(x, axis=-1, keepdims=True))
    p: Array = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return p


def softmax_forward(x: Array) -> tuple[Array, tuple[Array]]:
    """Softmax over the last axis, x (N, C); cache (x,).

    >>> softmax_forward(np.array([[5.0, 5.0]]))[0]
    array([[0.5, 0.5]])
    """
    return softmax(x), (x,)


def softmax_backward(dout: Array, cache: tuple[Array]) -> Array:
    r"""Gradient of softmax over the last axis.

    Every entry of a row acts on every probability of this row. With its probabilities :math:`p`
    the Jacobian is :math:`\mathrm{diag}(p) - p p^\top`; its product with a row of ``dout`` needs
    no matrix:

    .. math:: dx_i = p_i \Big(dout_i - \sum_j dout_j\, p_j\Big)

    Parameters
    ----------
    dout : array (N, C)
    cache : (x,), x (N, C)

    Returns
    -------
    dx : array (N, C); every row sums to 0, as adding one number to a row changes no probability

    Examples
    --------
    >>> softmax_backward(np.array([[1.0, 0.0]]), (np.array([[0.0, 0.0]]),))
    array([[ 0.25, -0.25]])
    """
    (x,) = cache
    p = softmax(x)
    dx: Array = p * (dout - (dout * p).sum(axis=-1, keepdims=True))
    return dx


def sigmoid_neuron_forward(w: Array, x: Array) -> tuple[Any, tuple[Array, Array]]:
    r"""A neuron with two inputs, :math:`out = \sigma(w_0 x_0 + w_1 x_1 + w_2)`; cache (w, x).

    >>> w, x = np.array([2.0, -3.0, -3.0]), np.array([-1.0, -2.0])
    >>> round(float(sigmoid_neuron_forward(w, x)[0]), 4)
    0.7311
    """
    return sigmoid(w[:2] @ x + w[2])[()], (w, x)


def sigmoid_neuron_backward(dout: Any, cache: tuple[Array, Array]) -> tuple[Array, Array]:
    r"""Gradients of the sigmoid neuron, the whole neuron taken as one gate.

    With :math:`s = \sigma(w_0 x_0 + w_1 x_1 + w_2)` and :math:`g = dout \cdot s (1 - s)`,

    .. math:: dw = (g x_0,\ g x_1,\ g), \qquad dx = (g w_0,\ g w_1)

    Parameters
    ----------
    dout : number, gradient with respect to the output
    cache : (w, x), w (3,), x (2,)

    Returns
    -------
    dw : array (3,)
    dx : array (2,)

    Examples
    --------
    >>> cache = np.array([2.0, -3.0, -3.0]), np.array([-1.0, -2.0])
    >>> dw, dx = sigmoid_neuron_backward(1.0, cache)
    >>> dw.round(2), dx.round(2)
    (array([-0.2 , -0.39,  0.2 ]), array([ 0.39, -0.59]))
    """
    w, x = cache
    s = sigmoid(w[:2] @ x + w[2])
    g = dout * s * (1.0 - s)
    return g * np.array([x[0], x[1], 1.0]), g * w[:2]
