"""Examples of two classes in the plane, and the lines at which a neuron changes its answer."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from nbcourse.arrays import Array
from nbcourse.plots.style import BLACK, BLUE, VERMILLION

Box = tuple[float, float]  # lowest and highest coordinate, the same for both axes


def half_plane(w: Array, b: float, box: Box) -> Array:
    r"""Corners of the part of a square where :math:`w \cdot x + b \ge 0`.

    Parameters
    ----------
    w : array (2,)
    b : number
    box : lowest and highest coordinate of the square

    Returns
    -------
    array (K, 2), the corners in order, K from 0 (nowhere) to 5

    Examples
    --------
    >>> half_plane(np.array([1.0, 0.0]), -0.5, (0.0, 1.0)).tolist()
    [[0.5, 0.0], [1.0, 0.0], [1.0, 1.0], [0.5, 1.0]]
    """
    low, high = box
    corners = np.array([[low, low], [high, low], [high, high], [low, high]])
    scores = corners @ w + b
    kept = []
    for i in range(4):
        here, there = corners[i], corners[(i + 1) % 4]
        if scores[i] >= 0:
            kept.append(here)
        if (scores[i] >= 0) != (scores[(i + 1) % 4] >= 0):
            # The line crosses this side: the score runs linearly from one corner to the next.
            share = scores[i] / (scores[i] - scores[(i + 1) % 4])
            kept.append(here + share * (there - here))
    return np.array(kept).reshape(-1, 2)


def decision_line(w: Array, b: float, box: Box) -> Array:
    r"""Ends of the line :math:`w \cdot x + b = 0`, far enough apart to cross the square.

    Parameters
    ----------
    w : array (2,)
    b : number
    box : lowest and highest coordinate of the square

    Returns
    -------
    array (2, 2), one end a row; (0, 2) when ``w`` is 0, which has no line

    Examples
    --------
    >>> decision_line(np.array([0.0, 2.0]), -1.0, (0.0, 1.0))[:, 1]
    array([0.5, 0.5])
    """
    length = float(np.hypot(*w))
    if length == 0:
        return np.zeros((0, 2))
    normal = np.asarray(w) / length
    middle = np.full(2, sum(box) / 2)
    foot = middle - (middle @ normal + b / length) * normal
    along = 2 * (box[1] - box[0]) * np.array([-normal[1], normal[0]])
    return np.array([foot - along, foot + along])


def draw_classes(ax: Axes, x: Array, y: Array, size: float = 6.0) -> None:
    """Draw examples of two classes: discs for +1 (or 1), crosses for -1 (or 0).

    Parameters
    ----------
    ax : axes to draw in
    x : array (N, 2)
    y : array (N,), the labels; everything above 0 is the first class
    size : diameter of the marks in points

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> figure, ax = plt.subplots()
    >>> draw_classes(ax, np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([-1, 1]))
    >>> [line.get_marker() for line in ax.lines]
    ['o', 'X']
    >>> plt.close(figure)
    """
    for kept, marker, color in ((y > 0, "o", BLUE), (y <= 0, "X", VERMILLION)):
        ax.plot(x[kept, 0], x[kept, 1], marker, color=color, markersize=size,
                markeredgecolor="white", markeredgewidth=0.6)  # fmt: skip


def draw_decision_line(
    ax: Axes, w: Array, b: float, box: Box, *, shade: bool = False, **style: Any
) -> None:
    r"""Draw the line :math:`w \cdot x + b = 0` within a square, and set the axes to the square.

    Parameters
    ----------
    ax : axes to draw in
    w : array (2,); for zeros there is no line, and none is drawn
    b : number
    box : lowest and highest coordinate of the square
    shade : whether to tint the side where the neuron gives 1
    style : what ``Axes.plot`` takes

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> figure, ax = plt.subplots()
    >>> draw_decision_line(ax, np.array([1.0, 1.0]), -1.0, (0.0, 1.0), label="OR")
    >>> ax.get_xlim() == (0.0, 1.0), len(ax.lines)
    (True, 1)
    >>> plt.close(figure)
    """
    if shade:
        ax.fill(*half_plane(w, b, box).T, color=BLUE, alpha=0.1, linewidth=0)
    ends = decision_line(w, b, box)
    if len(ends):
        ax.plot(*ends.T, **({"color": BLACK} | style))
    ax.set(xlim=box, ylim=box)
    ax.set_aspect("equal")
