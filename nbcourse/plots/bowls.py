"""The loss over two weights as contour lines, with the path that gradient descent takes."""

from collections.abc import Callable, Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from nbcourse.arrays import Array
from nbcourse.plots.style import BLACK, GREY, VERMILLION

_GRID = 121


def plot_bowls(
    bowls: Mapping[str, tuple[Callable[[Array, Array], Array], Array]],
    names: tuple[str, str],
) -> Figure:
    """Contour lines of several losses beside each other, each with one path down to its minimum.

    Both weights have the same scale in every panel, so that a round bowl looks round.

    Parameters
    ----------
    bowls : title -> (loss, path); ``loss(u, v)`` of two arrays of weights, and the weights after
        every step, an array (T, 2), from the start to (nearly) the minimum
    names : of the two weights

    Returns
    -------
    Figure with one axes for each bowl

    Raises
    ------
    ValueError
        ``bowls`` is empty.

    Examples
    --------
    >>> path = np.array([[1.0, 1.0], [0.5, 0.5], [0.0, 0.0]])
    >>> figure = plot_bowls({"round": (lambda u, v: u**2 + v**2, path)}, ("u", "v"))
    >>> [ax.get_title() for ax in figure.axes]
    ['round']
    >>> plt.close(figure)
    """
    if not bowls:
        raise ValueError("bowls is empty: give at least one title with its loss and path")
    count = len(bowls)
    width = min(7.2, 3.6 * count)
    figure, axes = plt.subplots(
        1, count, figsize=(width, width / count + 0.5), layout="constrained", squeeze=False
    )
    for ax, (title, (loss, path)) in zip(axes[0], bowls.items(), strict=True):
        end = path[-1]
        reach = 1.2 * float(np.abs(path - end).max())
        # Between the two ends of the path, with room behind the minimum to see the bowl close.
        middle = end + 0.35 * (path[0] - end)
        u, v = (np.linspace(m - reach, m + reach, _GRID) for m in middle)
        height = loss(*np.meshgrid(u, v))
        low, start = float(loss(end[0], end[1])), float(loss(path[0, 0], path[0, 1]))
        levels = low + (start - low) * 4.0 ** np.arange(-4.0, 4.0)
        ax.contour(u, v, height, levels=levels, colors=GREY, linewidths=0.9)
        ax.plot(path[:, 0], path[:, 1], ".-", color=VERMILLION, markersize=4, linewidth=1.2)
        ax.plot(*path[0], "o", color=VERMILLION, markersize=7)
        ax.plot(*end, "*", color=BLACK, markersize=11)
        ax.set(title=title, xlabel=names[0], ylabel=names[1], aspect="equal")
        ax.grid(False)
    return figure
