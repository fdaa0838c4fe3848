r"""Gates with two inputs, and the sums that broadcasting asks for on the way back.

Each gate is a pair. ``f_forward(inputs) -> (out, cache)`` computes the value and keeps what the way
back will need. ``f_backward(dout, cache)`` multiplies the gradient that arrives from above,
``dout`` = :math:`\partial L / \partial out`, by the gate's local derivative and returns one
gradient for each input. A gate knows nothing of the graph it stands in.
"""

from typing import Any

import numpy as np

from nbcourse.arrays import Array

Pair = tuple[Any, Any]  # two numbers or two arrays


def unbroadcast(dout: Any, shape: tuple[int, ...]) -> Any:
    r"""Sum a gradient over the axes along which its input was broadcast.

    An entry that broadcasting copied to many places is used many times, and a value used many
    times collects the sum of the gradients: :math:`dx = \sum_{\text{copies}} dout`.

    Parameters
    ----------
    dout : array, gradient with the broadcast shape
    shape : tuple, the shape of the input before broadcasting

    Returns
    -------
    array of the given shape

    Raises
    ------
    ValueError
        An array of ``shape`` does not broadcast to the shape of ``dout``.

    Examples
    --------
    >>> unbroadcast(np.ones((4, 3)), (3,))
    array([4., 4., 4.])
    >>> unbroadcast(np.ones((4, 3)), (4, 1)).shape
    (4, 1)
    """
    if np.shape(dout) == shape:
        return np.array(dout)[()]  # nothing was copied; [()] makes a number of a 0-d array
    dout = np.asarray(dout)
    added = dout.ndim - len(shape)
    if added < 0 or any(
        small not in (1, large) for small, large in zip(shape, dout.shape[added:], strict=True)
    ):
        raise ValueError(f"an array of shape {shape} does not broadcast to {dout.shape}")
    stretched = tuple(
        added + axis
        for axis, size in enumerate(shape)
        if size == 1 and dout.shape[added + axis] != 1
    )
    summed: Array = dout.sum(axis=(*range(added), *stretched), keepdims=True)
    return summed.reshape(shape)[()]


def _like(x: Any, dout: Any) -> Any:
    """``dout`` in the shape of ``x``. Two numbers need no look at shapes, which costs far more."""
    if isinstance(dout, float) and isinstance(x, float):
        return np.float64(dout)
    return unbroadcast(dout, np.shape(x))


def add_forward(x: Any, y: Any) -> tuple[Any, Pair]:
    """Sum, ``out = x + y``; cache (x, y).

    >>> add_forward(-2.0, 5.0)[0]
    3.0
    """
    return x + y, (x, y)


def add_backward(dout: Any, cache: Pair) -> Pair:
    r"""The add gate distributes: both local derivatives are 1, so both inputs get ``dout``.

    Parameters
    ----------
    dout : gradient with respect to the sum
    cache : (x, y); where broadcasting copied one of them, its copies are summed

    Returns
    -------
    dx, dy

    Examples
    --------
    >>> add_backward(np.array([3.0]), (np.array([1.0]), np.array([2.0])))
    (array([3.]), array([3.]))
    """
    x, y = cache
    return _like(x, dout), _like(y, dout)


def multiply_forward(x: Any, y: Any) -> tuple[Any, Pair]:
    """Product entry by entry, ``out = x * y``; cache (x, y).

    >>> multiply_forward(3.0, -4.0)[0]
    -12.0
    """
    return x * y, (x, y)


def multiply_backward(dout: Any, cache: Pair) -> Pair:
    r"""The multiply gate switches: :math:`dx = dout \cdot y`, :math:`dy = dout \cdot x`.

    Parameters
    ----------
    dout : gradient with respect to the product
    cache : (x, y); where broadcasting copied one of them, its copies are summed

    Returns
    -------
    dx, dy

    Examples
    --------
    >>> multiply_backward(np.array([1.0]), (np.array([3.0]), np.array([-4.0])))
    (array([-4.]), array([3.]))
    """
    x, y = cache
    return _like(x, dout * y), _like(y, dout * x)


def max_forward(x: Any, y: Any) -> tuple[Any, Pair]:
    """Larger of the two entry by entry, ``out = max(x, y)``; cache (x, y).

    >>> float(max_forward(2.0, -1.0)[0])
    2.0
    """
    return np.maximum(x, y), (x, y)


def max_backward(dout: Any, cache: Pair) -> Pair:
    r"""The max gate routes: all of ``dout`` goes to the larger input, 0 to the other.

    Where :math:`x = y` the function has no derivative; this one routes to ``x``.

    Parameters
    ----------
    dout : gradient with respect to the maximum
    cache : (x, y); where broadcasting copied one of them, its copies are summed

    Returns
    -------
    dx, dy

    Examples
    --------
    >>> max_backward(np.array([5.0]), (np.array([2.0]), np.array([-1.0])))
    (array([5.]), array([0.]))
    """
    x, y = cache
    first = np.greater_equal(x, y)
    return _like(x, dout * first), _like(y, dout * ~first)


def sum_forward(x: Array) -> tuple[Any, tuple[tuple[int, ...]]]:
    """Sum of all entries, a number; cache (shape of x,).

    >>> float(sum_forward(np.array([[1.0, 2.0]]))[0])
    3.0
    """
    return np.sum(x), (np.shape(x),)


def sum_backward(dout: Any, cache: tuple[tuple[int, ...]]) -> Array:
    """Gradient of the sum: every entry gets ``dout``.

    >>> sum_backward(2.0, ((1, 3),))
    array([[2., 2., 2.]])
    """
    (shape,) = cache
    return np.full(shape, dout)


def matmul_forward(a: Array, b: Array) -> tuple[Array, tuple[Array, Array]]:
    """Matrix product, ``out = a @ b``, a (N, D), b (D, M); cache (a, b).

    >>> matmul_forward(np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]]))[0]
    array([[11.]])
    """
    return a @ b, (a, b)


def matmul_backward(dout: Array, cache: tuple[Array, Array]) -> tuple[Array, Array]:
    r"""Gradients of the matrix product, :math:`da = dout\, b^\top`, :math:`db = a^\top dout`.

    Parameters
    ----------
    dout : array (N, M)
    cache : (a, b), a (N, D), b (D, M)

    Returns
    -------
    da : array (N, D)
    db : array (D, M)

    Examples
    --------
    >>> da, db = matmul_backward(np.ones((1, 1)), (np.array([[1.0, 2.0]]), np.ones((2, 1))))
    >>> db.tolist()
    [[1.0], [2.0]]
    """
    a, b = cache
    return dout @ b.T, a.T @ dout


def compound_backward(x: float, y: float, z: float) -> tuple[float, float, float]:
    r"""Gradients of :math:`f = (x + y) z`.

    With :math:`q = x + y`: :math:`df/dx = df/dy = z` and :math:`df/dz = q`.

    Returns
    -------
    dx, dy, dz

    Examples
    --------
    >>> compound_backward(-2.0, 5.0, -4.0)
    (-4.0, -4.0, 3.0)
    """
    return z, z, x + y
