"""Two-dimensional convolution as one matrix product: the pair of functions, and im2col below it.

Every output number is the dot product of one filter with one window of the image. Write each
window as a column, each filter as a row, and all of them together are one product of matrices,
which NumPy hands to BLAS.
"""

from typing import Any, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from nbcourse.arrays import Array
from nbcourse.windows import Pair, find_windows

Cache: TypeAlias = tuple[Array, Array, tuple[int, ...], Pair, Pair]


def im2col(x: Array, kernel_size: Pair, stride: Pair = 1, padding: Pair = 0) -> Array:
    """Every window of every image as a column; ``torch.nn.functional.unfold``.

    Neighboring windows overlap, so most pixels stand in several columns: with a 3 x 3 kernel and
    stride 1 the result is nine times as large as ``x``.

    Parameters
    ----------
    x : array (N, C, H, W)
    kernel_size, stride : numbers from 1, or pairs (rows, columns)
    padding : number of zeros on every side, or pair

    Returns
    -------
    array (N, C kh kw, oh ow)
        Down a column the channels of a window, in each its rows; the columns go over the windows
        row by row.

    Raises
    ------
    ValueError
        ``x`` has not four axes, or the kernel does not fit on it.

    Examples
    --------
    >>> im2col(np.arange(9.0).reshape(1, 1, 3, 3), kernel_size=2)
    array([[[0., 1., 3., 4.],
            [1., 2., 4., 5.],
            [3., 4., 6., 7.],
            [4., 5., 7., 8.]]])
    """
    windows = find_windows(x.shape, kernel_size, stride, padding)
    (kh, kw), (down, across), (oh, ow) = windows.kernel, windows.stride, windows.count
    view = sliding_window_view(windows.pad(x), (kh, kw), axis=(2, 3))[:, :, ::down, ::across]
    n, channels = x.shape[:2]
    return view.transpose(0, 1, 4, 5, 2, 3).reshape(n, channels * kh * kw, oh * ow)


def col2im(
    cols: Array, shape: tuple[int, ...], kernel_size: Pair, stride: Pair = 1, padding: Pair = 0
) -> Array:
    """The way back of ``im2col``: each pixel is the sum of its copies; ``functional.fold``.

    ``im2col`` copies, and the gradient of a copied number is the sum over its copies.

    Parameters
    ----------
    cols : array (N, C kh kw, oh ow)
    shape : (N, C, H, W), of the images
    kernel_size, stride, padding : as for ``im2col``

    Returns
    -------
    array (N, C, H, W)

    Raises
    ------
    ValueError
        The columns are not those of such images.

    Examples
    --------
    >>> col2im(np.ones((1, 4, 4)), (1, 1, 3, 3), kernel_size=2)[0, 0]
    array([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]])
    """
    windows = find_windows(shape, kernel_size, stride, padding)
    (height, width), (kh, kw), (oh, ow) = windows.image, windows.kernel, windows.count
    n, channels = shape[:2]
    expected = n, channels * kh * kw, oh * ow
    if cols.shape != expected:
        raise ValueError(
            f"images {shape} have columns {expected}, got {cols.shape}: "
            "pass kernel_size, stride and padding as to im2col"
        )
    cols = cols.reshape(n, channels, kh, kw, oh, ow)
    down, across = windows.padding
    x = np.zeros((n, channels, height + 2 * down, width + 2 * across), dtype=cols.dtype)
    # Windows overlap, the pixels under one position of the kernel do not: += adds each of them.
    for i, j, pixels in windows.positions():
        x[pixels] += cols[:, :, i, j]
    return windows.crop(x)


def conv2d_forward(
    x: Array, w: Array, b: Array, stride: Pair = 1, padding: Pair = 0
) -> tuple[Array, Cache]:
    r"""Convolution of images with M filters, zeros around the images.

    .. math::

        out_{nmpq} = b_m + \sum_{c, i, j} w_{mcij}\; \tilde x_{n,\, c,\, s p + i,\, s q + j}

    with the stride :math:`s` and the padded images :math:`\tilde x`. The filters are not
    flipped, as in every deep learning library, so mathematics calls this a cross-correlation.

    Parameters
    ----------
    x : array (N, C, H, W)
    w : array (M, C, kh, kw), one filter for each output channel
    b : array (M,)
    stride : number from 1, or pair (rows, columns)
    padding : number of zeros on every side, or pair

    Returns
    -------
    out : array (N, M, oh, ow), oh = (H + 2 padding - kh) // stride + 1
    cache : (cols, w, x.shape, stride, padding) with cols from ``im2col``

    Raises
    ------
    ValueError
        The shapes do not fit together, or the kernel does not fit on the images.

    Notes
    -----
    Chellapilla, Puri and Simard, "High performance convolutional neural networks for document
    processing", 2006, wrote convolution as a matrix product.

    Examples
    --------
    >>> x = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> w, b = np.array([[[[1.0, 0.0], [0.0, -1.0]]]]), np.array([0.5])
    >>> conv2d_forward(x, w, b)[0]
    array([[[[-3.5, -3.5],
             [-3.5, -3.5]]]])
    """
    require_images(x, w, b)
    kernel = w.shape[2], w.shape[3]
    cols = im2col(x, kernel, stride, padding)
    out = _as_rows(w) @ cols
    out += b[:, np.newaxis]  # in place: a second array of this size costs as much as the product
    count = find_windows(x.shape, kernel, stride, padding).count
    return out.reshape(len(x), len(w), *count), (cols, w, x.shape, stride, padding)


def conv2d_backward(dout: Array, cache: Cache) -> tuple[Array, Array, Array]:
    r"""Gradients of convolution: those of the matrix product, and the way back through im2col.

    .. math::

        db = \sum_{n, p} dout_{n \cdot p}, \qquad
        dW = \sum_n dout_n\, cols_n^\top, \qquad
        dcols_n = W^\top dout_n, \qquad
        dx = \mathrm{col2im}(dcols)

    with :math:`dout_n` as a matrix (M, oh ow) and :math:`W` as a matrix (M, C kh kw).

    Parameters
    ----------
    dout : array (N, M, oh, ow)
    cache : (cols, w, shape, stride, padding)

    Returns
    -------
    dx : array (N, C, H, W)
    dw : array (M, C, kh, kw)
    db : array (M,)

    Raises
    ------
    ValueError
        ``dout`` has not the shape of the output.

    Examples
    --------
    >>> x, w = np.arange(9.0).reshape(1, 1, 3, 3), np.ones((1, 1, 2, 2))
    >>> out, cache = conv2d_forward(x, w, np.zeros(1))
    >>> dx, dw, db = conv2d_backward(np.ones_like(out), cache)
    >>> dw, db
    (array([[[[ 8., 12.],
             [20., 24.]]]]), array([4.]))
    """
    cols, w, shape, stride, padding = cache
    kernel = w.shape[2], w.shape[3]
    expected = shape[0], len(w), *find_windows(shape, kernel, stride, padding).count
    require_dout(dout, expected)
    rows = dout.reshape(len(dout), len(w), cols.shape[2])
    dw: Any = (rows @ cols.transpose(0, 2, 1)).sum(axis=0).reshape(w.shape)
    dx = col2im(_as_rows(w).T @ rows, shape, kernel, stride, padding)
    return dx, dw, rows.sum(axis=(0, 2))


def require_images(x: Array, w: Array, b: Array) -> None:
    """Raise ``ValueError`` for shapes that ``conv2d_forward`` cannot take."""
    if x.ndim != 4 or w.ndim != 4 or b.shape != w.shape[:1] or x.shape[1] != w.shape[1]:
        raise ValueError(
            f"conv2d_forward needs x (N, C, H, W), w (M, C, kh, kw), b (M,); got x {x.shape}, "
            f"w {w.shape}, b {b.shape}"
        )


def require_dout(dout: Array, expected: tuple[int, ...]) -> None:
    """Raise ``ValueError`` for a ``dout`` that has not the shape of the output."""
    if dout.shape != expected:
        raise ValueError(
            f"conv2d_backward needs dout of the output's shape {expected}; got {dout.shape}"
        )


def _as_rows(w: Array) -> Array:
    """The filters as a matrix (M, C kh kw), one a row."""
    return w.reshape(len(w), -1)
