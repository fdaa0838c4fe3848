"""Local response normalization: a channel is held down where its neighbors are strong.

AlexNet had it after its first two layers; batch normalization has taken its place.
"""

from typing import TypeAlias

import numpy as np

from nbcourse.arrays import Array

Cache: TypeAlias = tuple[Array, Array, int, float, float]


def local_response_norm_forward(
    x: Array, size: int = 5, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
) -> tuple[Array, Cache]:
    r"""Divide each number by a power of the mean square over ``size`` neighboring channels.

    .. math::

        out_c = x_c\, s_c^{-\beta}, \qquad
        s_c = k + \frac{\alpha}{size} \sum_{c' = c - \lfloor size / 2 \rfloor}
            ^{c + \lfloor (size - 1) / 2 \rfloor} x_{c'}^2

    at every pixel by itself. Channels beyond the first and the last count as 0.

    Parameters
    ----------
    x : array (N, C, ...), such as images (N, C, H, W)
    size : number of channels, from 1
    alpha, beta, k : as in the formula

    Returns
    -------
    out : array, shape of x
    cache : (x, s, size, alpha, beta)

    Raises
    ------
    ValueError
        ``x`` has no axis of channels, or ``size`` is not a whole number from 1.

    Notes
    -----
    Krizhevsky, Sutskever and Hinton, 2012, section 3.3, in PyTorch's form: :math:`\alpha` is
    divided by ``size``, which it is not in the paper, and :math:`k` is 1 unless given, where the
    paper has 2.

    Examples
    --------
    >>> x = np.array([[3.0, 4.0, 0.0]])
    >>> local_response_norm_forward(x, size=3, alpha=3.0, beta=0.5, k=0.0)[0]
    array([[0.6, 0.8, 0. ]])
    """
    if x.ndim < 2:
        raise ValueError(f"local_response_norm needs x (N, C, ...), got {x.shape}: add the axes")
    if size < 1 or int(size) != size:
        raise ValueError(f"size must be a whole number of channels from 1, got {size!r}")
    below = int(size) // 2
    s = k + alpha / size * _sum_over_neighbors(x**2, below, int(size) - 1 - below)
    return x * s**-beta, (x, s, size, alpha, beta)


def local_response_norm_backward(dout: Array, cache: Cache) -> Array:
    r"""Gradient of local response normalization.

    .. math::

        dx_c = dout_c\, s_c^{-\beta} - \frac{2 \alpha \beta}{size}\, x_c
            \sum_{c'} dout_{c'}\, x_{c'}\, s_{c'}^{-\beta - 1}

    The sum goes over the channels :math:`c'` that have :math:`c` among their neighbors: the same
    number of them, with above and below exchanged.

    Parameters
    ----------
    dout : array, shape of x
    cache : (x, s, size, alpha, beta)

    Returns
    -------
    dx : array, shape of x

    Examples
    --------
    >>> cache = local_response_norm_forward(np.array([[3.0, 4.0, 0.0]]), 3, 3.0, 0.5, 0.0)[1]
    >>> local_response_norm_backward(np.array([[1.0, 0.0, 0.0]]), cache).round(3)
    array([[ 0.128, -0.096,  0.   ]])
    """
    x, s, size, alpha, beta = cache
    below = int(size) // 2
    scaled = dout * s**-beta
    through_s = _sum_over_neighbors(scaled * x / s, int(size) - 1 - below, below)
    dx: Array = scaled - 2.0 * alpha * beta / size * x * through_s
    return dx


def _sum_over_neighbors(x: Array, below: int, above: int) -> Array:
    """Sum over the channels from ``c - below`` to ``c + above``, for every channel c."""
    channels = x.shape[1]
    sides = [(0, 0)] * x.ndim
    sides[1] = below, above
    padded = np.pad(x, sides)
    total = np.zeros_like(x)
    for start in range(below + above + 1):
        total += padded[:, start : start + channels]
    return total
