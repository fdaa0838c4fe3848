"""Draw a computational graph with its values and gradients."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch
from matplotlib.path import Path

from nbcourse.graph import Node, ancestors
from nbcourse.plots.layout import Point, layered
from nbcourse.plots.style import BLACK, GRADIENT, GREY, VALUE

# Inches for one step to the right and one step down.
_STEP = (1.4, 1.2)


def draw_graph(
    output: Node,
    gradients: Mapping[Node, Any] | None = None,
    *,
    arriving: bool = False,
    digits: int = 2,
    ax: Axes | None = None,
) -> Axes:
    """Draw the graph that leads to a node, inputs on the left.

    Above a node stands its value, below it the gradient of the output with respect to it. An array
    is shown by its shape.

    Parameters
    ----------
    output : the node at the right end
    gradients : what ``backward(output)`` returned; left out, only values are drawn
    arriving : also write on every edge the share of the gradient that arrives along it, so that
        one sees what a fork adds up
    digits : decimals of the numbers
    ax : axes to draw in; a new figure of fitting size when left out

    Returns
    -------
    Axes

    Examples
    --------
    >>> from nbcourse.graph import backward, variable
    >>> f = (variable(-2.0, "x") + variable(5.0, "y")) * variable(-4.0, "z")
    >>> ax = draw_graph(f, backward(f))
    >>> [text.get_text() for text in ax.texts][:3]
    ['×', '-12.00', '1.00']
    >>> plt.close(ax.figure)
    """
    parents = ancestors(output)
    layers, bends = layered(parents)
    place = {node: _inches(point) for node, point in layers.items()}
    if ax is None:
        heights = [y for _, y in place.values()]
        width = max(x for x, _ in place.values())
        size = (width + 1.2, max(heights) - min(heights) + 1.3)
        ax = plt.figure(figsize=size).add_axes((0.0, 0.0, 1.0, 1.0))
        ax.set_xlim(-0.6, width + 0.6)
        ax.set_ylim(min(heights) - 0.65, max(heights) + 0.65)
    ax.set_aspect("equal")
    ax.axis("off")
    for node in parents:
        _draw_node(ax, node, place[node], gradients, digits)
    shares = _shares(parents, gradients) if arriving and gradients is not None else {}
    for parent, node in bends:
        way = [place[parent], *map(_inches, bends[parent, node]), place[node]]
        uses = [i for i, other in enumerate(node.inputs) if other is parent]
        for number, position in enumerate(uses):
            # Two uses of one node by another are two edges: bow them apart.
            bow = (number - (len(uses) - 1) / 2) * 0.34
            _draw_edge(
                ax,
                way,
                0.18 if len(node.label) < 3 else 0.27,
                bow,
                shares.get((node, position)),
                digits,
            )
    return ax


def _inches(point: Point) -> Point:
    return point[0] * _STEP[0], point[1] * _STEP[1]


def _draw_node(
    ax: Axes, node: Node, at: Point, gradients: Mapping[Node, Any] | None, digits: int
) -> None:
    x, y = at
    gate = node.operation is not None
    shape = "circle" if gate else "round"
    label = node.label or "?"
    ax.text(
        x,
        y,
        label,
        ha="center",
        va="center",
        fontsize=11 if len(label) < 3 else 8.5,
        style="normal" if gate else "italic",
        color=BLACK,
        bbox={
            "boxstyle": f"{shape},pad=0.32",
            "facecolor": "white" if gate else "#f0f0f0",
            "edgecolor": BLACK if gate else GREY,
            "linewidth": 1.2,
        },
        zorder=3,
    )
    top = f"{node.name} = " if gate and node.name else ""
    ax.text(x, y + 0.28, top + number(node.value, digits), ha="center", va="bottom", color=VALUE,
            fontsize=9.5, zorder=4, bbox=_HALO)  # fmt: skip
    if gradients is not None and node in gradients:
        text = number(gradients[node], digits)
        ax.text(x, y - 0.28, text, ha="center", va="top", color=GRADIENT, fontsize=9.5,
                weight="bold", zorder=4, bbox=_HALO)  # fmt: skip


_HALO = {"boxstyle": "round,pad=0.08", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}


def _draw_edge(
    ax: Axes, way: list[Point], reach: float, bow: float, share: Any, digits: int
) -> None:
    """A smooth arrow through the points of the way."""
    # Stop at the rim of the node, which is wider around a longer label.
    way = [*way[:-1], (way[-1][0] - reach, way[-1][1])]
    x0, y0 = way[0]
    points, codes = [(x0, y0)], [Path.MOVETO]
    for (fx, fy), (bx, by) in pairwise(way):
        third = (bx - fx) / 3
        points += [(fx + third, fy + bow), (bx - third, by + bow), (bx, by)]
        codes += [Path.CURVE4] * 3
    ax.add_patch(
        FancyArrowPatch(
            path=Path(points, codes),
            arrowstyle="-|>",
            mutation_scale=11,
            color=GREY,
            linewidth=1.2,
            zorder=1,
        )
    )
    if share is not None:
        (mx, my), (nx, ny) = way[-2], way[-1]
        ax.text((mx + nx) / 2, (my + ny) / 2 + bow * 0.75, number(share, digits), ha="center",
                va="center", color=GRADIENT, fontsize=8.5, zorder=2, bbox=_HALO)  # fmt: skip


def _shares(
    parents: Mapping[Node, list[Node]], gradients: Mapping[Node, Any]
) -> dict[tuple[Node, int], Any]:
    """What each use of a node sends back to it: (user, position among its inputs) -> gradient."""
    shares = {}
    for node in parents:
        if node.operation is not None:
            sent = node.operation.backward(gradients[node], node.cache)
            for position, share in enumerate(sent if isinstance(sent, tuple) else (sent,)):
                shares[node, position] = share
    return shares


def number(value: Any, digits: int = 2) -> str:
    """A number with fixed decimals, an array as its shape.

    >>> number(0.5), number(np.zeros((4, 3)))
    ('0.50', '(4, 3)')
    """
    if np.shape(value):
        return str(np.shape(value))
    return f"{float(value):.{digits}f}"
