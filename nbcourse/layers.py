"""Layers with parameters, as pairs of functions. The batch is the first axis."""

from nbcourse.arrays import Array


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
