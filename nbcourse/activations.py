"""Activation functions: nonlinear functions applied to every entry on its own.

Each is a pair. The forward pass returns ``(out, cache)``; the backward pass takes the gradient of
the loss with respect to ``out`` and the cache, and returns the gradient with respect to ``x``.
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
    r"""Logistic function with its cache.

    Parameters
    ----------
    x : array of any shape

    Returns
    -------
    out : array, shape of x, :math:`\sigma(x)`
    cache : (x,)

    Examples
    --------
    >>> out, cache = sigmoid_forward(np.array([0.0, 2.0]))
    >>> out.round(4)
    array([0.5   , 0.8808])
    """
    return sigmoid(x), (x,)


def sigmoid_backward(dout: Array, cache: tuple[Array]) -> Array:
    r"""Gradient of the logistic function, :math:`dx = dout \cdot \sigma(x)(1 - \sigma(x))`.

    Parameters
    ----------
    dout : array, gradient of the loss with respect to ``out``
    cache : (x,)

    Returns
    -------
    dx : array, shape of x

    Examples
    --------
    >>> sigmoid_backward(np.array([1.0, 1.0]), (np.array([0.0, 2.0]),)).round(4)
    array([0.25 , 0.105])
    """
    (x,) = cache
    s = sigmoid(x)
    return dout * s * (1.0 - s)


def relu_forward(x: Array) -> tuple[Array, tuple[Array]]:
    r"""Rectified linear unit, :math:`out = \max(0, x)` (Nair and Hinton, 2010).

    Parameters
    ----------
    x : array of any shape

    Returns
    -------
    out : array, shape of x
    cache : (x,)

    Examples
    --------
    >>> out, cache = relu_forward(np.array([-1.0, 2.0]))
    >>> out
    array([0., 2.])
    """
    return np.maximum(x, 0.0), (x,)


def relu_backward(dout: Array, cache: tuple[Array]) -> Array:
    r"""Gradient of the rectified linear unit: ``dout`` where :math:`x > 0`, else 0.

    At :math:`x = 0` the function has no derivative; this one takes 0, as PyTorch does.

    Parameters
    ----------
    dout : array, gradient of the loss with respect to ``out``
    cache : (x,)

    Returns
    -------
    dx : array, shape of x

    Examples
    --------
    >>> relu_backward(np.array([3.0, 3.0]), (np.array([-1.0, 2.0]),))
    array([0., 3.])
    """
    (x,) = cache
    return dout * (np.asarray(x) > 0)


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
