"""Several computational graphs beside each other in one figure."""

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from nbcourse.graph import Node
from nbcourse.plots.graphs import draw_graph

_TITLE = 0.3  # inches above each graph


def draw_graphs(
    graphs: Mapping[str, tuple[Node, Mapping[Node, Any]]],
    *,
    arriving: bool = False,
    digits: int = 2,
) -> Figure:
    """Draw graphs in a row, at one scale, each under its title.

    Parameters
    ----------
    graphs : title -> (output, what ``backward(output)`` returned)
    arriving, digits : as for ``draw_graph``

    Returns
    -------
    Figure with one axes for each graph

    Raises
    ------
    ValueError
        ``graphs`` is empty.

    Examples
    --------
    >>> from nbcourse.graph import backward, variable
    >>> x = variable(3.0, "x")
    >>> figure = draw_graphs({f.label: (f, backward(f)) for f in (x + x, x * x)})
    >>> [ax.get_title() for ax in figure.axes]
    ['+', '×']
    >>> plt.close(figure)
    """
    if not graphs:
        raise ValueError("graphs is empty: give at least one title and graph")
    figure = plt.figure()
    sizes = []
    for title, (output, gradients) in graphs.items():
        ax = draw_graph(
            output, gradients, arriving=arriving, digits=digits, ax=figure.add_axes((0, 0, 1, 1))
        )
        ax.set_title(title, fontsize=11)
        (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
        sizes.append((right - left, high - low))
    # The graphs say how much room they need only once they are drawn.
    width, height = sum(w for w, _ in sizes), max(h for _, h in sizes) + _TITLE
    figure.set_size_inches(width, height)
    start = 0.0
    for ax, (w, h) in zip(figure.axes, sizes, strict=True):
        middle = (height - _TITLE - h) / 2
        ax.set_position((start / width, middle / height, w / width, h / height))
        start += w
    return figure
