"""Maxout: a unit that computes K linear functions and passes on the largest (Goodfellow, 2013).

The unit learns its own activation function, convex and made of K straight pieces. ReLU is the case
of two pieces of which one is 0; the price is K times the parameters.
"""

import numpy as np

from nbcourse.arrays import Array

Cache = tuple[Array, Array, Array]


def maxout_forward(x: Array, w: Array, b: Array) -> tuple[Array, Cache]:
    r"""Maxout layer, :math:`out_{nm} = \max_k\, (x w_k + b_k)_{nm}`.

    Parameters
    ----------
    x : array (N, D)
    w : array (K, D, M), the weights of the K pieces
    b : array (K, M)

    Returns
    -------
    out : array (N, M)
    cache : (x, w, b)

    Raises
    ------
    ValueError
        The shapes do not fit together.

    Examples
    --------
    >>> w, b = np.array([[[1.0]], [[-1.0]]]), np.zeros((2, 1))
    >>> maxout_forward(np.array([[-3.0], [2.0]]), w, b)[0].ravel()  # the absolute value
    array([3., 2.])
    """
    if x.ndim != 2 or w.ndim != 3 or x.shape[1] != w.shape[1] or b.shape != w.shape[::2]:
        raise ValueError(
            f"maxout_forward needs x (N, D), w (K, D, M), b (K, M); got x {x.shape}, "
            f"w {w.shape}, b {b.shape}"
        )
    return _pieces(x, w, b).max(axis=0), (x, w, b)


def maxout_backward(dout: Array, cache: Cache) -> Cache:
    r"""Gradients of the maxout layer: each output's gradient goes to the piece that won there.

    With :math:`g_k` equal to ``dout`` where piece k is the largest and 0 elsewhere, each piece is
    a linear layer of its own:

    .. math::

        dx = \sum_k g_k\, w_k^\top, \qquad dw_k = x^\top g_k, \qquad db_k = \sum_n (g_k)_n

    Where two pieces are equal, the first of them wins.

    Parameters
    ----------
    dout : array (N, M)
    cache : (x, w, b), x (N, D), w (K, D, M), b (K, M)

    Returns
    -------
    dx : array (N, D)
    dw : array (K, D, M)
    db : array (K, M)

    Examples
    --------
    >>> w, b = np.array([[[1.0]], [[-1.0]]]), np.zeros((2, 1))
    >>> dx, dw, db = maxout_backward(np.ones((2, 1)), (np.array([[-3.0], [2.0]]), w, b))
    >>> dx.ravel(), dw.ravel(), db.ravel()
    (array([-1.,  1.]), array([ 2., -3.]), array([1., 1.]))
    """
    x, w, b = cache
    winner = _pieces(x, w, b).argmax(axis=0)
    wins = winner == np.arange(len(w))[:, None, None]
    g = dout * wins
    dx = (g @ w.transpose(0, 2, 1)).sum(axis=0)
    return dx, x.T @ g, g.sum(axis=1)


def _pieces(x: Array, w: Array, b: Array) -> Array:
    """All K linear functions, (K, N, M): ``@`` multiplies x by each matrix in turn."""
    return x @ w + b[:, None, :]
