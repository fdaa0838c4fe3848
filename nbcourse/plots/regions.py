"""The two regions into which a network cuts the plane, with the examples on top."""

from collections.abc import Callable, Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from nbcourse.arrays import Array
from nbcourse.plots.decision_lines import Box
from nbcourse.plots.style import BLACK, BLUE, VERMILLION

#: Points (K, 2) -> numbers (K,), positive where the network answers with class 1.
Margin = Callable[[Array], Array]

#: Tints of the sides of class 0 and of class 1; they differ in lightness too.
TINTS = ("#fbe3d3", "#a9cfe6")


def margin_grid(margin: Margin, box: Box, points: int) -> Array:
    """The margin at the points of a square grid.

    Parameters
    ----------
    margin : points (K, 2) -> numbers (K,)
    box : lowest and highest coordinate, the same for both axes
    points : number of points along each axis

    Returns
    -------
    array (points, points); row i has the i-th second coordinate, column j the j-th first one

    Examples
    --------
    >>> margin_grid(lambda x: x[:, 0] + 10 * x[:, 1], (0.0, 1.0), 2).tolist()
    [[0.0, 1.0], [10.0, 11.0]]
    """
    ticks = np.linspace(*box, points)
    first, second = np.meshgrid(ticks, ticks)
    return margin(np.column_stack([first.ravel(), second.ravel()])).reshape(points, points)


def plot_regions(
    networks: Mapping[str, Margin], x: Array, y: Array, box: Box, *, columns: int = 4
) -> Figure:
    """One panel for each network: its regions, the line between them, and the examples.

    Examples of class 1 are discs, those of class 0 crosses.

    Parameters
    ----------
    networks : title -> margin
    x : array (N, 2), examples
    y : array (N,), labels 0 and 1
    box : lowest and highest coordinate, the same for both axes
    columns : panels beside each other

    Returns
    -------
    Figure with one axes for each network, row after row

    Raises
    ------
    ValueError
        There is no network.

    Examples
    --------
    >>> figure = plot_regions(
    ...     {"left": lambda x: -x[:, 0], "right": lambda x: x[:, 0]},
    ...     np.array([[0.5, 0.5], [-0.5, 0.0]]), np.array([1, 0]), (-1.0, 1.0),
    ... )
    >>> [ax.get_title() for ax in figure.axes]
    ['left', 'right']
    >>> plt.close(figure)
    """
    if not networks:
        raise ValueError("networks is empty: give at least one title and margin")
    columns = min(columns, len(networks))
    rows = -(-len(networks) // columns)
    size = min(2.4, 7.2 / columns)
    figure, axes = plt.subplots(
        rows,
        columns,
        figsize=(size * columns, (size + 0.25) * rows),
        layout="constrained",
        squeeze=False,
    )
    ticks = np.linspace(*box, 121)
    for ax, (title, margin) in zip(axes.flat, networks.items(), strict=False):
        z = margin_grid(margin, box, len(ticks))
        ax.contourf(ticks, ticks, z > 0, levels=[-0.5, 0.5, 1.5], colors=TINTS)
        if z.min() < 0 < z.max():
            ax.contour(ticks, ticks, z, levels=[0.0], colors=[BLACK], linewidths=1.2)
        ax.plot(*x[y == 1].T, "o", color=BLUE, markersize=2.8)
        ax.plot(*x[y == 0].T, "x", color=VERMILLION, markersize=3.2, markeredgewidth=1.1)
        ax.set(xlim=box, ylim=box, xticks=[], yticks=[])
        ax.set_title(title, fontsize=8.8)
        ax.set_aspect("equal")
    for ax in axes.flat[len(networks) :]:
        ax.remove()
    return figure
