"""Convolution in steps of one, a few images at a time, so that the columns stay in the cache.

All columns of a batch are nine times as large as its images when the kernel is 3 x 3: too large for
a cache, and for keeping them until the backward pass. Here they are made for a few images and used
at once. A line of numbers that holds a whole padded image makes this cheap: from the position
(0, 0) of the kernel to (i, j) every pixel lies equally far, so that a row of the columns is one
slice of the line. Where a window runs over an edge to the next line there is no such window, and
what comes of it is left out.

The way back is taken in two steps, first across, then down. ``dout``, moved by 0, 1, ... places to
the right, times the filters is a gradient for each line of the kernel, and the lines, moved down,
are added. So kh additions do what ``col2im`` does with kh kw.
"""

from typing import TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from nbcourse.arrays import Array
from nbcourse.convolution import require_dout, require_images
from nbcourse.fast.threads import BLOCK_BYTES, blocks_of
from nbcourse.windows import Pair, Windows, as_pair, find_windows

Cache: TypeAlias = tuple[Array, Array, Windows]

#: Columns of an image that are smaller than this many bytes are made at once for the whole batch.
SMALL = 64 * 1024


def pays(x: Array, w: Array, stride: Pair) -> bool:
    """Whether this form is the faster one; with another stride than 1 it cannot be used.

    >>> x, w = np.ones((2, 3, 32, 32)), np.ones((16, 3, 3, 3))
    >>> pays(x, w, 1), pays(x, w, 2), pays(x[:, :, :8, :8], w, 1)
    (True, False, False)
    """
    if x.ndim != 4 or as_pair(stride, "stride", least=1) != (1, 1) or w.shape[2:] == (1, 1):
        return False
    return int(x.shape[2] * x.shape[3] * w[0].size * w.itemsize) >= SMALL


def conv2d_forward(x: Array, w: Array, b: Array, padding: Pair = 0) -> tuple[Array, Cache]:
    """``convolution.conv2d_forward`` with stride 1, and another cache.

    Parameters
    ----------
    x : array (N, C, H, W)
    w : array (M, C, kh, kw)
    b : array (M,)
    padding : number of zeros on every side, or pair

    Returns
    -------
    out : array (N, M, oh, ow)
    cache : (x, w, windows)

    Raises
    ------
    ValueError
        As there.

    Examples
    --------
    >>> x = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> conv2d_forward(x, np.array([[[[1.0, 0.0], [0.0, -1.0]]]]), np.array([0.5]))[0]
    array([[[[-3.5, -3.5],
             [-3.5, -3.5]]]])
    """
    require_images(x, w, b)
    windows = find_windows(x.shape, (w.shape[2], w.shape[3]), 1, padding)
    (rows, columns), length = windows.count, _line(windows)
    # The bias is the weight of an input that is always 1.
    filters = np.concatenate([w.reshape(len(w), -1), b[:, np.newaxis]], axis=1)
    out = np.empty((len(x), len(w), rows, columns), np.result_type(x, filters))

    def write(block: slice) -> None:
        wide = filters @ _columns(x[block], windows, out.dtype)
        out[block] = wide.reshape(*wide.shape[:2], rows, length)[..., :columns]

    for block in _blocks(len(x), w, windows, out.dtype):
        write(block)
    return out, (x, w, windows)


def conv2d_backward(dout: Array, cache: Cache) -> tuple[Array, Array, Array]:
    """``convolution.conv2d_backward`` for the cache of this module's ``conv2d_forward``.

    Parameters
    ----------
    dout : array (N, M, oh, ow)
    cache : (x, w, windows)

    Returns
    -------
    dx : array (N, C, H, W)
    dw : array (M, C, kh, kw)
    db : array (M,)

    Raises
    ------
    ValueError
        As there.

    Examples
    --------
    >>> x = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> out, cache = conv2d_forward(x, np.ones((1, 1, 2, 2)), np.zeros(1))
    >>> dx, dw, db = conv2d_backward(np.ones_like(out), cache)
    >>> dw, db
    (array([[[[ 8., 12.],
             [20., 24.]]]]), array([4.]))
    """
    x, w, windows = cache
    (rows, columns), length = windows.count, _line(windows)
    require_dout(dout, (len(x), len(w), rows, columns))
    dtype = np.result_type(x, w, dout)
    m, channels, height, width = w.shape
    filters = w.transpose(2, 1, 3, 0).reshape(height * channels, width * m)
    dx = np.empty(x.shape, dtype)

    # A function, so that what it makes is freed: the next block is given the same memory again.
    def write(block: slice) -> Array:
        """``dx`` of these images; returns what they add to the filters' and biases' gradients."""
        moved = _moved(dout[block], width, length, dtype)
        padded = _padded(x[block], windows, dtype)
        lines = np.empty((len(moved), height * channels + 1, rows * length), dtype)
        lines[:, -1] = 1.0
        stacks = lines[:, :-1].reshape(len(moved), height, channels, rows, length)
        for i in range(height):
            stacks[:, i] = padded[:, :, i : i + rows]
        found: Array = (moved @ lines.transpose(0, 2, 1)).sum(axis=0)
        np.matmul(filters, moved, out=lines[:, :-1])
        padded[...] = 0.0
        for i in range(height):
            padded[:, :, i : i + rows] += stacks[:, i]
        dx[block] = windows.crop(padded)
        return found

    total = np.zeros((width * m, height * channels + 1), dtype)
    for block in _blocks(len(x), w, windows, dtype):
        total += write(block)
    dw = total[:, :-1].reshape(width, m, height, channels).transpose(1, 3, 2, 0)
    return dx, np.ascontiguousarray(dw), total[:m, -1].copy()


def _blocks(n: int, w: Array, windows: Windows, dtype: np.dtype) -> list[slice]:
    """The images in blocks whose columns, or moved gradients, stay in the cache."""
    m, channels, height, width = w.shape
    rows = (channels * height * width + m * width) // 2
    bytes_each = rows * windows.count[0] * _line(windows) * dtype.itemsize
    return blocks_of(n, bytes_each, BLOCK_BYTES)


def _moved(dout: Array, width: int, length: int, dtype: np.dtype) -> Array:
    """``dout`` moved to the right by 0, 1, ..., width - 1 places in lines of ``length``."""
    n, m, rows, columns = dout.shape
    moved = np.empty((n, width, m * rows * length), dtype)
    first = moved[:, 0].reshape(n, m, rows, length)
    first[..., :columns] = dout
    first[..., columns:] = 0.0
    # Each line ends with zeros enough: what leaves it there enters the next one as zero.
    for j in range(1, width):
        moved[:, j, :j] = 0.0
        moved[:, j, j:] = moved[:, 0, :-j]
    return moved.reshape(n, width * m, rows * length)


def _line(windows: Windows) -> int:
    """Columns of a padded image."""
    return windows.image[1] + 2 * windows.padding[1]


def _padded(x: Array, windows: Windows, dtype: np.dtype, more: int = 0) -> Array:
    """The images with zeros around them, and so many lines more below."""
    lines = windows.image[0] + 2 * windows.padding[0] + more
    padded = np.zeros((*x.shape[:2], lines, _line(windows)), dtype)
    windows.crop(padded)[...] = x
    return padded


def _columns(x: Array, windows: Windows, dtype: np.dtype) -> Array:
    """``im2col`` with the windows over the ends of the lines, and a row of ones at the end."""
    n, channels = x.shape[:2]
    (height, width), line = windows.kernel, _line(windows)
    length = windows.count[0] * line
    # The last windows run over the end of the last line.
    flat = _padded(x, windows, dtype, more=1).reshape(n, channels, -1)
    cols = np.empty((n, channels * height * width + 1, length), dtype)
    cols[:, -1] = 1.0
    # All slices of that length, then of each line the first ones: those at a kernel's positions.
    slices = sliding_window_view(flat, length, axis=2)[:, :, : height * line]
    slices = slices.reshape(n, channels, height, line, length)[:, :, :, :width]
    cols[:, :-1].reshape(slices.shape)[...] = slices
    return cols
