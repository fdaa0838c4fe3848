"""Calls of convolution, pooling and local response normalization, and loops that give the same.

The loops follow the formulas number by number.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from nbcourse import convolution, local_response_norm, pooling

Array = np.ndarray


def pair(value: Any) -> tuple[int, int]:
    return value if isinstance(value, tuple) else (value, value)


def windows_of(x: Array, kernel: Any, stride: Any, padding: Any, fill: float) -> Array:
    """Array (N, C, oh, ow, kh, kw), cut out of the image window by window."""
    (kh, kw), (down, across), (top, left) = pair(kernel), pair(stride), pair(padding)
    n, c, height, width = x.shape
    padded = np.full((n, c, height + 2 * top, width + 2 * left), fill)
    padded[:, :, top : top + height, left : left + width] = x
    rows = range(0, height + 2 * top - kh + 1, down)
    columns = range(0, width + 2 * left - kw + 1, across)
    return np.stack(
        [
            np.stack([padded[:, :, row : row + kh, col : col + kw] for col in columns], axis=2)
            for row in rows
        ],
        axis=2,
    )


def conv2d_by_loops(x: Array, w: Array, b: Array, stride: Any = 1, padding: Any = 0) -> Array:
    windows = windows_of(x, w.shape[2:], stride, padding, 0.0)
    n, _, down, across = windows.shape[:4]
    out = np.empty((n, len(w), down, across))
    for i, m, p, q in np.ndindex(out.shape):
        out[i, m, p, q] = b[m] + np.sum(windows[i, :, p, q] * w[m])
    return out


def pool_by_loops(
    reduce: Any, fill: float, x: Array, kernel_size: Any, stride: Any = None, padding: Any = 0
) -> Array:
    stride = kernel_size if stride is None else stride
    windows = windows_of(x, kernel_size, stride, padding, fill)
    out = np.empty(windows.shape[:4])
    for place in np.ndindex(out.shape):
        out[place] = reduce(windows[place])
    return out


def local_response_norm_by_loops(
    x: Array, size: int = 5, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
) -> Array:
    out = np.empty_like(x)
    for place in np.ndindex(x.shape):
        n, c, *pixel = place
        first, last = max(0, c - size // 2), min(x.shape[1] - 1, c + (size - 1) // 2)
        squares = sum(x[(n, other, *pixel)] ** 2 for other in range(first, last + 1))
        out[place] = x[place] / (k + alpha / size * squares) ** beta
    return out


@dataclass(frozen=True)
class Call:
    """A pair, the loops that give the same, the shapes of its arrays, and its other arguments."""

    module: Any
    name: str
    loops: Callable[..., Array]
    shapes: tuple[tuple[int, ...], ...]
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def forward(self) -> Any:
        return partial(getattr(self.module, f"{self.name}_forward"), **self.options)

    @property
    def backward(self) -> Any:
        return getattr(self.module, f"{self.name}_backward")

    def inputs(self) -> tuple[Array, ...]:
        """Numbers 0.025 apart from each other: no small step changes which one is the maximum."""
        rng = np.random.default_rng(0)
        sizes = [int(np.prod(shape)) for shape in self.shapes]
        return tuple(
            0.025 * (rng.permutation(size) - size / 3).reshape(shape)
            for size, shape in zip(sizes, self.shapes, strict=True)
        )


def conv(x: tuple[int, ...], m: int, kernel: tuple[int, int], **options: Any) -> Call:
    shapes = x, (m, x[1], *kernel), (m,)
    return Call(convolution, "conv2d", conv2d_by_loops, shapes, options)


def pools(x: tuple[int, ...], **options: Any) -> tuple[Call, Call]:
    highest = partial(pool_by_loops, np.max, -np.inf)
    mean = partial(pool_by_loops, np.mean, 0.0)
    return (
        Call(pooling, "max_pool2d", highest, (x,), options),
        Call(pooling, "avg_pool2d", mean, (x,), options),
    )


def lrn(x: tuple[int, ...], **options: Any) -> Call:
    name = "local_response_norm"
    return Call(local_response_norm, name, local_response_norm_by_loops, (x,), options)


CALLS = (
    conv((2, 3, 5, 4), 4, (3, 2)),
    conv((1, 1, 3, 3), 1, (3, 3)),  # one window: a linear layer
    conv((2, 3, 4, 5), 2, (1, 1)),  # one pixel: a linear layer at every place
    conv((2, 2, 5, 6), 3, (3, 3), padding=1),  # as large as the image
    conv((2, 2, 6, 5), 3, (3, 3), stride=2),  # a row is left over
    conv((2, 2, 7, 8), 2, (2, 3), stride=(3, 2), padding=(0, 2)),
    conv((1, 2, 6, 6), 2, (2, 2), stride=3),  # pixels that no window touches
    conv((1, 1, 2, 2), 2, (4, 4), padding=1),  # a kernel larger than the image
    *pools((2, 3, 4, 6), kernel_size=2),
    *pools((2, 2, 5, 7), kernel_size=(2, 3)),  # a row and a column are left over
    *pools((1, 2, 5, 6), kernel_size=3, stride=1),  # overlapping
    *pools((2, 1, 6, 7), kernel_size=3, stride=2, padding=1),
    *pools((1, 2, 7, 8), kernel_size=(2, 4), stride=(3, 2), padding=(1, 2)),
    *pools((2, 2, 3, 3), kernel_size=1),
    lrn((2, 7, 3, 2), size=5),
    lrn((2, 6, 3, 2), size=4, alpha=0.7, beta=0.6, k=2.0),  # even: one more below than above
    lrn((2, 3, 2, 2), size=9, alpha=2.0, beta=1.3, k=0.5),  # more neighbors than channels
    lrn((3, 4), size=1, alpha=1.5),
    lrn((1, 1, 2), size=2, alpha=1.5),
)
