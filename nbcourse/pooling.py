"""Pooling: each window of each channel becomes one number, its maximum or its mean.

The stride is the kernel's size unless another is given, so windows do not overlap. Nothing is
learned. Max pooling sends the gradient to the pixel that won, average pooling an equal share to
every pixel.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from nbcourse.arrays import Array
from nbcourse.windows import Pair, Windows, find_windows

MaxCache: TypeAlias = tuple[NDArray[np.intp], Windows]


def max_pool2d_forward(
    x: Array, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0
) -> tuple[Array, MaxCache]:
    r"""Maximum of each window.

    .. math:: out_{ncpq} = \max_{i, j} \tilde x_{n,\, c,\, s p + i,\, s q + j}

    with the stride :math:`s` and the images :math:`\tilde x` padded by :math:`-\infty`, which
    never wins.

    Parameters
    ----------
    x : array (N, C, H, W)
    kernel_size : number from 1, or pair (rows, columns)
    stride : the same; the kernel's size when it is None
    padding : number or pair, at most half the kernel

    Returns
    -------
    out : array (N, C, oh, ow)
    cache : (winner, windows); winner (N, C, oh, ow) counts the kernel's positions row by row, and
        of equal pixels the first one wins

    Raises
    ------
    ValueError
        The shapes do not fit together.

    Examples
    --------
    >>> x = np.array([[[[1.0, 5.0, 0.0, 2.0], [3.0, 4.0, 8.0, 6.0]]]])
    >>> out, (winner, _) = max_pool2d_forward(x, kernel_size=2)
    >>> out, winner
    (array([[[[5., 8.]]]]), array([[[[1, 2]]]]))
    """
    windows = _pooling_windows(x.shape, kernel_size, stride, padding)
    padded = windows.pad(x, -np.inf)
    (_, _, first), *others = windows.positions()
    out = padded[first].copy()
    winner = np.zeros(out.shape, dtype=np.intp)
    for k, (_, _, pixels) in enumerate(others, start=1):
        pixel = padded[pixels]
        # NaN is larger than nothing, and must not be lost all the same.
        np.copyto(winner, k, where=(pixel > out) | np.isnan(pixel))
        np.maximum(out, pixel, out=out)
    return out, (winner, windows)


def max_pool2d_backward(dout: Array, cache: MaxCache) -> Array:
    """Gradient of max pooling: ``dout`` goes to the winner of each window, the others get 0.

    A pixel that wins in several overlapping windows gets the sum.

    Parameters
    ----------
    dout : array (N, C, oh, ow)
    cache : (winner, windows)

    Returns
    -------
    dx : array (N, C, H, W)

    Raises
    ------
    ValueError
        ``dout`` has not the shape of the output.

    Examples
    --------
    >>> x = np.array([[[[1.0, 5.0, 0.0, 2.0], [3.0, 4.0, 8.0, 6.0]]]])
    >>> out, cache = max_pool2d_forward(x, kernel_size=2)
    >>> max_pool2d_backward(np.array([[[[10.0, 20.0]]]]), cache)
    array([[[[ 0., 10.,  0.,  0.],
             [ 0.,  0., 20.,  0.]]]])
    """
    winner, windows = cache
    if dout.shape != winner.shape:
        raise ValueError(
            f"max_pool2d_backward needs dout of the output's shape {winner.shape}; got {dout.shape}"
        )
    dx = windows.pad(np.zeros((*dout.shape[:2], *windows.image), dtype=dout.dtype))
    for k, (_, _, pixels) in enumerate(windows.positions()):
        dx[pixels] += np.where(winner == k, dout, 0.0)
    return windows.crop(dx)


def avg_pool2d_forward(
    x: Array, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0
) -> tuple[Array, Windows]:
    r"""Mean of each window.

    .. math:: out_{ncpq} = \frac{1}{kh\, kw} \sum_{i, j} \tilde x_{n,\, c,\, s p + i,\, s q + j}

    The zeros of the padding count, as in PyTorch: the divisor is the same for every window.

    Parameters
    ----------
    x : array (N, C, H, W)
    kernel_size : number from 1, or pair (rows, columns)
    stride : the same; the kernel's size when it is None
    padding : number or pair, at most half the kernel

    Returns
    -------
    out : array (N, C, oh, ow)
    cache : the windows

    Raises
    ------
    ValueError
        The shapes do not fit together.

    Examples
    --------
    >>> x = np.array([[[[1.0, 5.0, 0.0, 2.0], [3.0, 4.0, 8.0, 6.0]]]])
    >>> avg_pool2d_forward(x, kernel_size=2)[0]
    array([[[[3.25, 4.  ]]]])
    """
    windows = _pooling_windows(x.shape, kernel_size, stride, padding)
    padded = windows.pad(x)
    total: Array = sum(padded[pixels] for _, _, pixels in windows.positions())
    return total / (windows.kernel[0] * windows.kernel[1]), windows


def avg_pool2d_backward(dout: Array, cache: Windows) -> Array:
    """Gradient of average pooling: every pixel of a window gets an equal share of its ``dout``.

    Parameters
    ----------
    dout : array (N, C, oh, ow)
    cache : the windows

    Returns
    -------
    dx : array (N, C, H, W)

    Raises
    ------
    ValueError
        ``dout`` has not the shape of the output.

    Examples
    --------
    >>> _, cache = avg_pool2d_forward(np.ones((1, 1, 2, 3)), kernel_size=2)
    >>> avg_pool2d_backward(np.array([[[[4.0]]]]), cache)
    array([[[[1., 1., 0.],
             [1., 1., 0.]]]])
    """
    windows = cache
    if dout.ndim != 4 or dout.shape[2:] != windows.count:
        raise ValueError(
            "avg_pool2d_backward needs dout of the output's shape "
            f"(N, C, {windows.count[0]}, {windows.count[1]}); got {dout.shape}"
        )
    share = dout / (windows.kernel[0] * windows.kernel[1])
    dx = windows.pad(np.zeros((*dout.shape[:2], *windows.image), dtype=share.dtype))
    for _, _, pixels in windows.positions():
        dx[pixels] += share
    return windows.crop(dx)


def _pooling_windows(
    shape: tuple[int, ...], kernel_size: Pair, stride: Pair | None, padding: Pair
) -> Windows:
    windows = find_windows(shape, kernel_size, kernel_size if stride is None else stride, padding)
    sides = zip(windows.padding, windows.kernel, strict=True)
    if any(2 * padded > kernel for padded, kernel in sides):
        raise ValueError(
            f"padding {windows.padding} is more than half the kernel {windows.kernel}: "
            "there would be windows with nothing but padding in them"
        )
    return windows
