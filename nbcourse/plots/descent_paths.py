"""Several ways down one surface, beside each other: contour lines of a loss over two weights."""

from collections.abc import Callable, Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from nbcourse.arrays import Array
from nbcourse.plots.style import BLACK, COLORS, GREY

_GRID = 101
_MARKED = 60  # a longer path is a line without its points


def plot_descent_paths(
    loss: Callable[[Array, Array], Array],
    paths: Mapping[str, Array],
    optimum: Array,
    names: tuple[str, str],
    *,
    box: tuple[float, float, float, float] | None = None,
    heights: Array | None = None,
) -> Figure:
    """Paths of two weights over the same contour lines, one panel each.

    All panels show the same part of the plane.

    Parameters
    ----------
    loss : ``loss(u, v)`` of two arrays of weights, lowest at the optimum
    paths : title -> array (T + 1, 2), the weights before the first step and after each
    optimum : array (2,), marked with a star
    names : of the two weights
    box : left, right, bottom and top of the plane shown; when left out, the smallest that holds
        every path, and some room around it
    heights : of the contour lines above the optimum, from low to high; when left out, each is a
        quarter of the next, and the highest a quarter of the highest place shown

    Returns
    -------
    Figure with one axes for each path

    Raises
    ------
    ValueError
        There is no path, or one has not two columns.

    Examples
    --------
    >>> path = np.array([[2.0, 1.0], [1.0, 0.5]])
    >>> figure = plot_descent_paths(
    ...     lambda u, v: u**2 + v**2, {"halves": path}, np.zeros(2), ("u", "v")
    ... )
    >>> figure.axes[0].lines[0].get_xydata().tolist()
    [[2.0, 1.0], [1.0, 0.5]]
    >>> plt.close(figure)
    """
    if not paths:
        raise ValueError("paths is empty: give at least one title with its path")
    for title, path in paths.items():
        if np.ndim(path) != 2 or np.shape(path)[1] != 2:
            raise ValueError(f"path {title!r} needs shape (T + 1, 2); got {np.shape(path)}")
    left, right, low, high = box or _around(np.vstack([*paths.values(), optimum]))
    u, v = np.linspace(left, right, _GRID), np.linspace(low, high, _GRID)
    lowest = loss(optimum[0], optimum[1])
    above = loss(*np.meshgrid(u, v)) - lowest
    if heights is None:
        heights = float(above.max()) * 4.0 ** np.arange(-6.0, 0.0)

    figure, row = plt.subplots(
        1, len(paths), figsize=(7.2, 3.3), sharex=True, sharey=True, squeeze=False,
        layout="constrained",
    )  # fmt: skip
    for i, (ax, (title, path)) in enumerate(zip(row[0], paths.items(), strict=True)):
        color = COLORS[i % len(COLORS)]
        ax.contour(u, v, above, levels=heights, colors=GREY, linewidths=0.8)
        marker = "." if len(path) <= _MARKED else ""
        ax.plot(path[:, 0], path[:, 1], marker=marker, color=color, linewidth=1.1, markersize=4)
        ax.plot(*path[0], "o", color=color, markersize=6)
        ax.plot(*optimum, "*", color=BLACK, markersize=11)
        ax.set(xlabel=names[0], aspect="equal")
        ax.set_title(title, fontsize=10.5)
        ax.grid(False)
    row[0][0].set_ylabel(names[1])
    return figure


def _around(points: Array) -> tuple[float, float, float, float]:
    """The smallest box that holds all points, and a bit more."""
    low, high = points.min(axis=0), points.max(axis=0)
    room = 0.15 * (high - low)
    (left, bottom), (right, top) = low - room, high + room
    return float(left), float(right), float(bottom), float(top)
