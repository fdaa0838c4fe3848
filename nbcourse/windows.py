"""Where a kernel stands on an image: what convolution and pooling have in common.

A kernel of size ``(kh, kw)`` moves over an image of size ``(H, W)`` in steps of the stride, after
``padding`` rows and columns were put on every side. The part of the image under it is a window.
"""

import operator
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from nbcourse.arrays import Array

#: One number for both directions, or one for the rows and one for the columns.
Pair: TypeAlias = int | tuple[int, int]


@dataclass(frozen=True)
class Windows:
    r"""All windows of one kernel on images of one size, ``(oh, ow)`` of them.

    .. math:: oh = \left\lfloor \frac{H + 2\,padding - kh}{stride} \right\rfloor + 1

    and the same for the columns. Rows and columns at the end that fill no whole window are left
    out, as PyTorch leaves them out.

    Examples
    --------
    >>> windows = find_windows((1, 1, 5, 6), kernel_size=2, stride=2)
    >>> windows.count
    (2, 3)
    """

    image: tuple[int, int]
    kernel: tuple[int, int]
    stride: tuple[int, int]
    padding: tuple[int, int]

    @property
    def count(self) -> tuple[int, int]:
        """Windows above one another, and side by side."""
        down, across = (
            (size + 2 * padding - kernel) // stride + 1
            for size, kernel, stride, padding in zip(
                self.image, self.kernel, self.stride, self.padding, strict=True
            )
        )
        return down, across

    def pad(self, x: Array, value: float = 0.0) -> Array:
        """The images with their padding, filled with ``value``."""
        if self.padding == (0, 0):
            return x
        down, across = self.padding
        sides = (0, 0), (0, 0), (down, down), (across, across)
        return np.pad(x, sides, constant_values=value)

    def crop(self, x: Array) -> Array:
        """Padded images without their padding."""
        down, across = self.padding
        return x[:, :, down : down + self.image[0], across : across + self.image[1]]

    def positions(self) -> Iterator[tuple[int, int, tuple[Any, ...]]]:
        """For every position (i, j) in the kernel: the pixels that lie under it, as an index.

        ``padded[index]`` has shape (N, C, oh, ow): one pixel of each window.
        """
        for i in range(self.kernel[0]):
            for j in range(self.kernel[1]):
                rows, columns = (
                    slice(start, start + step * count, step)
                    for start, step, count in zip((i, j), self.stride, self.count, strict=True)
                )
                yield i, j, (..., rows, columns)


def find_windows(
    shape: tuple[int, ...], kernel_size: Pair, stride: Pair = 1, padding: Pair = 0
) -> Windows:
    """The windows of a kernel on images of this shape.

    Parameters
    ----------
    shape : (N, C, H, W)
    kernel_size, stride : numbers from 1, or pairs (rows, columns)
    padding : number from 0, or pair

    Raises
    ------
    ValueError
        The shape has not four axes, a number is too small, or the kernel is larger than the
        padded image.

    Examples
    --------
    >>> find_windows((2, 3, 4, 4), 5)
    Traceback (most recent call last):
    ValueError: a kernel (5, 5) does not fit on images (4, 4) with padding (0, 0): ...
    """
    if len(shape) != 4:
        raise ValueError(
            f"images have shape (N, C, H, W), got {shape}: reshape them, with C = 1 for gray ones"
        )
    windows = Windows(
        image=(shape[2], shape[3]),
        kernel=as_pair(kernel_size, "kernel_size", least=1),
        stride=as_pair(stride, "stride", least=1),
        padding=as_pair(padding, "padding", least=0),
    )
    if min(windows.count) < 1:
        raise ValueError(
            f"a kernel {windows.kernel} does not fit on images {windows.image} with padding "
            f"{windows.padding}: take a smaller kernel, more padding, or larger images"
        )
    return windows


def as_pair(value: Pair, name: str, least: int) -> tuple[int, int]:
    """The pair (rows, columns) that ``value`` stands for.

    Raises
    ------
    ValueError
        It is neither a whole number nor two of them, or one is smaller than ``least``.

    Examples
    --------
    >>> as_pair(3, "stride", least=1), as_pair((3, 2), "stride", least=1)
    ((3, 3), (3, 2))
    """
    numbers = np.asarray(value)
    if numbers.shape not in {(), (2,)} or numbers.dtype.kind not in "iu" or numbers.min() < least:
        raise ValueError(
            f"{name} must be a whole number from {least}, or two of them (rows, columns); "
            f"got {value!r}"
        )
    rows, columns = np.broadcast_to(numbers, 2)
    return operator.index(rows), operator.index(columns)
