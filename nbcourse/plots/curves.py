"""Several curves in one panel, told apart by line style and marker as well as by color."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from nbcourse.arrays import Array
from nbcourse.plots.style import COLORS

_STYLES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 3)), (0, (1, 1)))
_MARKERS = "os^DvPX"


def plot_curves(
    curves: Mapping[str, Array],
    xlabel: str,
    ylabel: str,
    *,
    x: Array | None = None,
    log: bool = False,
    every: int | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Curves over a common x, with a legend.

    Parameters
    ----------
    curves : label -> array of heights; at most seven
    xlabel, ylabel : names of the axes
    x : array of the places; 0, 1, 2, ... when left out
    log : a logarithmic axis for the heights
    every : put a marker on every so many-th point; about ten of them when left out
    ax : axes to draw in; a new figure when left out

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        More curves than can be told apart.

    Examples
    --------
    >>> ax = plot_curves({"rising": np.arange(3.0), "falling": -np.arange(3.0)}, "step", "height")
    >>> [line.get_label() for line in ax.lines]
    ['rising', 'falling']
    >>> plt.close(ax.figure)
    """
    if len(curves) > len(_STYLES):
        raise ValueError(f"at most {len(_STYLES)} curves can be told apart, got {len(curves)}")
    if ax is None:
        ax = plt.subplots(figsize=(6.8, 3.5))[1]
    for (label, y), color, style, marker in zip(
        curves.items(), COLORS, _STYLES, _MARKERS, strict=False
    ):
        places = np.arange(len(y)) if x is None else x
        gap = every or max(1, len(y) // 10)
        ax.plot(places, y, linestyle=style, color=color, marker=marker, markersize=4.5,
                markevery=gap, label=label)  # fmt: skip
    if log:
        ax.set_yscale("log")
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.legend(fontsize=9.5)
    return ax
