"""The way of two weights through their plane, step by step."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from nbcourse.arrays import Array
from nbcourse.plots.style import BLACK, COLORS, GREEN


def plot_weight_paths(paths: Mapping[str, Array], optimum: Array) -> Figure:
    """Paths of two weights in panels of equal axes; a star marks where they should end.

    The shaded quadrants hold the steps that raise one weight and lower the other, seen from the
    start of the path.

    Parameters
    ----------
    paths : title -> array (T + 1, 2), the weights before the first step and after each
    optimum : array (2,)

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        A path has not two columns.

    Examples
    --------
    >>> figure = plot_weight_paths({"one step": np.array([[0, 0], [1, 1]])}, np.array([1, -1]))
    >>> figure.axes[0].lines[0].get_xydata().tolist()
    [[0.0, 0.0], [1.0, 1.0]]
    >>> plt.close(figure)
    """
    for title, path in paths.items():
        if np.ndim(path) != 2 or np.shape(path)[1] != 2:
            raise ValueError(f"path {title!r} needs shape (T + 1, 2); got {np.shape(path)}")
    figure, row = plt.subplots(
        1, len(paths), figsize=(7.2, 3.4), sharex=True, sharey=True, squeeze=False
    )
    figure.subplots_adjust(wspace=0.06)
    every = np.vstack([*paths.values(), optimum])
    (left, low), (right, high) = every.min(axis=0) - 0.2, every.max(axis=0) + 0.2
    for ax, (title, path), color, marker in zip(
        row[0], paths.items(), COLORS, "os^DvPX", strict=False
    ):
        x, y = path[0]
        ax.fill_between([x, right], low, y, color=GREEN, alpha=0.09, linewidth=0)
        ax.fill_between([left, x], y, high, color=GREEN, alpha=0.09, linewidth=0)
        ax.plot(path[:, 0], path[:, 1], color=color, linewidth=1.1, marker=marker, markersize=3.2)
        ax.plot(*optimum, "*", color=BLACK, markersize=14, label="best weights")
        ax.set(xlim=(left, right), ylim=(low, high), xlabel="first weight", aspect="equal")
        ax.set_title(title, fontsize=10.5)
    row[0][0].set_ylabel("second weight")
    row[0][0].legend(loc="lower left", fontsize=9.5)
    return figure
