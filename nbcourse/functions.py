"""Gates with one input: a number or an array goes in, one of the same shape comes out.

They are pairs in the manner of ``nbcourse.operations``. ``reciprocal``, ``exp``, ``shift`` and
``scale`` are all that a logistic function is made of. ``transform``, the product with a constant
matrix, is the only one that may change the shape.
"""

from typing import Any

import numpy as np

from nbcourse.arrays import Array


def reciprocal_forward(x: Any) -> tuple[Any, tuple[Any]]:
    """Reciprocal, ``out = 1 / x``; cache (x,).

    >>> reciprocal_forward(4.0)[0]
    0.25
    """
    return 1.0 / x, (x,)


def reciprocal_backward(dout: Any, cache: tuple[Any]) -> Any:
    r"""Gradient of the reciprocal, :math:`dx = -dout / x^2`.

    >>> reciprocal_backward(1.0, (4.0,))
    -0.0625
    """
    (x,) = cache
    return -dout / x**2


def exp_forward(x: Any) -> tuple[Any, tuple[Any]]:
    """Exponential, ``out = exp(x)``; cache (x,).

    >>> float(exp_forward(0.0)[0])
    1.0
    """
    return np.exp(x), (x,)


def exp_backward(dout: Any, cache: tuple[Any]) -> Any:
    r"""Gradient of the exponential, :math:`dx = dout \cdot e^x`.

    >>> float(exp_backward(2.0, (0.0,)))
    2.0
    """
    (x,) = cache
    return dout * np.exp(x)


def log_forward(x: Any) -> tuple[Any, tuple[Any]]:
    """Natural logarithm, ``out = log(x)`` for x > 0; cache (x,).

    >>> float(log_forward(1.0)[0])
    0.0
    """
    return np.log(x), (x,)


def log_backward(dout: Any, cache: tuple[Any]) -> Any:
    r"""Gradient of the logarithm, :math:`dx = dout / x`.

    >>> log_backward(1.0, (4.0,))
    0.25
    """
    (x,) = cache
    return dout / x


def shift_forward(x: Any, c: float) -> tuple[Any, tuple[()]]:
    """Add a constant, ``out = c + x``; nothing to keep, cache ().

    >>> shift_forward(2.0, 1.0)[0]
    3.0
    """
    return c + x, ()


def shift_backward(dout: Any, cache: tuple[()]) -> Any:
    """Gradient of ``c + x``: the local derivative is 1, so ``dx = dout``.

    >>> shift_backward(0.5, ())
    0.5
    """
    return 1.0 * dout  # an array of its own: who changes dx does not change dout


def scale_forward(x: Any, a: float) -> tuple[Any, tuple[float]]:
    """Multiply by a constant, ``out = a x``; cache (a,).

    >>> scale_forward(2.0, -1.0)[0]
    -2.0
    """
    return a * x, (a,)


def scale_backward(dout: Any, cache: tuple[float]) -> Any:
    r"""Gradient of :math:`a x`: ``dx = a * dout``.

    >>> scale_backward(0.5, (-1.0,))
    -0.5
    """
    (a,) = cache
    return a * dout


def transform_forward(x: Array, a: Array) -> tuple[Array, tuple[Array]]:
    """Multiply by a constant matrix, ``out = a @ x``, a (N, D), x (D, M); cache (a,).

    >>> transform_forward(np.array([[3.0], [4.0]]), np.array([[1.0, 2.0]]))[0]
    array([[11.]])
    """
    return a @ x, (a,)


def transform_backward(dout: Array, cache: tuple[Array]) -> Array:
    r"""Gradient of ``a @ x``, :math:`dx = a^\top dout`: one product where ``matmul`` has two.

    In the first layer of a network ``a`` is the data, whose gradient nobody asks for.

    Parameters
    ----------
    dout : array (N, M)
    cache : (a,), a (N, D)

    Returns
    -------
    array (D, M)

    Examples
    --------
    >>> transform_backward(np.ones((1, 1)), (np.array([[1.0, 2.0]]),)).tolist()
    [[1.0], [2.0]]
    """
    (a,) = cache
    return a.T @ dout
