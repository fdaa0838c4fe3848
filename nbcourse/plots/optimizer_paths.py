"""The ways of several optimizer rules over one surface."""

from collections.abc import Callable, Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from nbcourse.arrays import Array
from nbcourse.plots.style import BLACK, BLUE, GREY
from nbcourse.plots.surfaces import BOX, Surface

Rule = Callable[[Array, Array, Mapping[str, Any]], tuple[Array, dict[str, Any]]]

#: A path that has gone so far away has left for good.
GONE = 100.0
_GRID = 81


def follow(rule: Rule, surface: Surface, steps: int, **config: Any) -> Array:
    """The path of a rule from the surface's start.

    Parameters
    ----------
    rule : ``(w, dw, config) -> (w, config)``
    surface : loss and gradient of two weights
    steps : how many
    config : the rule's settings

    Returns
    -------
    path : array (T + 1, 2), the weights before the first step and after each; it ends early where
        a weight exceeds 100

    Examples
    --------
    >>> from nbcourse.optimizers import sgd
    >>> from nbcourse.plots.surfaces import ravine
    >>> follow(sgd, ravine(flat=1.0, steep=10.0), 2, lr=0.1)
    array([[-1.8  ,  0.9  ],
           [-1.62 ,  0.   ],
           [-1.458,  0.   ]])
    """
    w = surface.start
    path = [w]
    while len(path) <= steps and np.abs(w).max() <= GONE:
        w, config = rule(w, surface.gradient(w), config)
        path.append(w)
    return np.array(path)


def plot_paths(
    surface: Surface, paths: Mapping[str, Array], *, columns: int = 4, color: str = BLUE
) -> Figure:
    """Paths over the contour lines of one surface, a small panel for each.

    Parameters
    ----------
    surface : what the contour lines are of; its minimum is marked with a star
    paths : title -> array (T + 1, 2)
    columns : number of panels in a row
    color : of the paths

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        There is no path.

    Examples
    --------
    >>> from nbcourse.plots.surfaces import saddle
    >>> figure = plot_paths(saddle(), {"one step": np.array([[0.0, 1.0], [0.0, 0.5]])})
    >>> [ax.get_title() for ax in figure.axes]
    ['one step']
    >>> plt.close(figure)
    """
    if not paths:
        raise ValueError("paths is empty: give at least one title with its path")
    rows = -(-len(paths) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(7.2, 0.3 + 1.4 * rows), sharex=True, sharey=True, squeeze=False,
        layout="constrained",
    )  # fmt: skip
    u, v, heights = contour_heights(surface, _GRID)
    for ax, (title, path) in zip(axes.flat, paths.items(), strict=False):
        ax.contour(u, v, heights, levels=9, colors=GREY, linewidths=0.6)
        ax.plot(path[:, 0], path[:, 1], ".-", color=color, linewidth=1.1, markersize=3)
        ax.plot(*path[0], "o", color=color, markersize=5)
        ax.plot(*surface.minimum, "*", color=BLACK, markersize=10)
        ax.set(xlim=BOX[:2], ylim=BOX[2:], aspect="equal")
        ax.set_title(title, fontsize=10)
        ax.grid(False)
    for ax in axes.flat[len(paths) :]:
        ax.remove()
    return figure


def contour_heights(surface: Surface, points: int) -> tuple[Array, Array, Array]:
    """Places along both axes, and for each pair the cube root of the height above the minimum.

    Contour lines at equal distances of that root show the bottom of a valley as well as its walls.

    >>> from nbcourse.plots.surfaces import ravine
    >>> u, v, heights = contour_heights(ravine(flat=2.0, steep=2.0), 3)
    >>> heights[1].round(3)
    array([1.692, 0.   , 1.692])
    """
    u, v = np.linspace(BOX[0], BOX[1], points), np.linspace(BOX[2], BOX[3], points)
    lowest = surface.loss(surface.minimum[0], surface.minimum[1])
    heights: Array = np.cbrt(np.maximum(surface.loss(*np.meshgrid(u, v)) - lowest, 0.0))
    return u, v, heights
