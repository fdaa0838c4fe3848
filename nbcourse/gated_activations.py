"""Activations that multiply ``x`` by a gate between 0 and 1: Swish, SiLU and GELU.

Where ReLU's gate is a step, theirs is smooth, and the output dips below 0 before it vanishes.
"""

from math import erfc, pi, sqrt
from typing import Any

import numpy as np

from nbcourse.activations import sigmoid
from nbcourse.arrays import Array

Beta = float | Array


def swish_forward(x: Array, beta: Beta = 1.0) -> tuple[Array, tuple[Array, Beta]]:
    r"""Swish, :math:`out = x\,\sigma(\beta x)` (Ramachandran, Zoph and Le, 2017).

    With :math:`\beta = 0` it is the line :math:`x / 2`, and with a large :math:`\beta` nearly
    ReLU. :math:`\beta` is one number for the whole layer, fixed or learned.

    Parameters
    ----------
    x : array of any shape
    beta : number, or an array without axes

    Returns
    -------
    out : array, shape of x
    cache : (x, beta)

    Examples
    --------
    >>> swish_forward(np.array([-2.0, 2.0]), 1.5)[0].round(4)
    array([-0.0949,  1.9051])
    """
    return x * sigmoid(beta * x), (x, beta)


def swish_backward(dout: Array, cache: tuple[Array, Beta]) -> tuple[Array, Any]:
    r"""Gradients of Swish.

    With :math:`s = \sigma(\beta x)`, by the product rule,

    .. math::

        dx = dout \cdot \big(s + \beta x\, s (1 - s)\big), \qquad
        d\beta = \sum dout \cdot x^2\, s (1 - s)

    One :math:`\beta` serves every entry, so its gradient is summed over all of them. Where
    :math:`\beta` is fixed, leave it aside.

    Parameters
    ----------
    dout : array, shape of x
    cache : (x, beta)

    Returns
    -------
    dx : array, shape of x
    dbeta : number

    Examples
    --------
    >>> dx, dbeta = swish_backward(np.array([1.0, 1.0]), (np.array([0.0, 2.0]), 1.0))
    >>> dx.round(4), round(float(dbeta), 4)
    (array([0.5   , 1.0908]), 0.42)
    """
    x, beta = cache
    s = sigmoid(beta * x)
    slope = s * (1.0 - s)
    return dout * (s + beta * x * slope), np.sum(dout * x**2 * slope)


def silu_forward(x: Array) -> tuple[Array, tuple[Array]]:
    r"""SiLU, Swish with :math:`\beta` fixed at 1, :math:`out = x\,\sigma(x)`; cache (x,).

    >>> silu_forward(np.array([-2.0, 2.0]))[0].round(4)
    array([-0.2384,  1.7616])
    """
    return x * sigmoid(x), (x,)


def silu_backward(dout: Array, cache: tuple[Array]) -> Array:
    r"""Gradient of SiLU, :math:`dx = dout \cdot \sigma(x) \big(1 + x (1 - \sigma(x))\big)`.

    >>> silu_backward(np.array([1.0, 1.0]), (np.array([0.0, 2.0]),)).round(4)
    array([0.5   , 1.0908])
    """
    (x,) = cache
    s = sigmoid(x)
    return dout * s * (1.0 + x * (1.0 - s))


def normal_cdf(x: Array) -> Array:
    r"""Probability :math:`\Phi(x)` that a standard normal number lies below ``x``.

    :math:`\Phi(x) = \tfrac12 \mathrm{erfc}(-x / \sqrt 2)`. NumPy has no error function, so the
    standard library's ``math.erfc`` is called for each entry: exact to rounding, some 100 ns an
    entry. With ``erfc`` in place of ``1 + erf`` small probabilities keep all their digits.

    >>> normal_cdf(np.array([-8.0, 0.0, 1.96]))
    array([6.22096057e-16, 5.00000000e-01, 9.75002105e-01])
    """
    x = np.asarray(x)
    halves = [0.5 * erfc(-value / sqrt(2.0)) for value in x.ravel().tolist()]
    return np.array(halves, dtype=x.dtype).reshape(x.shape)


def gelu_forward(x: Array) -> tuple[Array, tuple[Array]]:
    r"""Gaussian error linear unit, :math:`out = x\,\Phi(x)` (Hendrycks and Gimpel, 2016).

    The exact form, not the approximation by tanh; cache (x,).

    >>> gelu_forward(np.array([-2.0, 2.0]))[0].round(4)
    array([-0.0455,  1.9545])
    """
    return x * normal_cdf(x), (x,)


def gelu_backward(dout: Array, cache: tuple[Array]) -> Array:
    r"""Gradient of GELU, :math:`dx = dout \cdot \big(\Phi(x) + x\,\varphi(x)\big)`.

    :math:`\varphi(x) = e^{-x^2/2} / \sqrt{2\pi}` is the density, the derivative of
    :math:`\Phi`.

    >>> gelu_backward(np.array([1.0, 1.0]), (np.array([0.0, 2.0]),)).round(4)
    array([0.5   , 1.0852])
    """
    (x,) = cache
    density: Array = np.exp(-0.5 * x**2) / sqrt(2.0 * pi)
    dx: Array = dout * (normal_cdf(x) + x * density)
    return dx
