"""Draw a computational graph with its values and gradients."""

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path

from nbcourse.graph import Node, ancestors
from nbcourse.plots.layout import Point, layered
from nbcourse.plots.style import BLACK, GRADIENT, GREY, VALUE

# Inches: from one layer to the next without and with a number on every edge, and one step down.
_STEP, _WIDE_STEP, _DROP = 0.78, 1.15, 1.05
_HEIGHT = 0.36  # of a node
_HALO = {"boxstyle": "round,pad=0.08", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}


def draw_graph(
    output: Node,
    gradients: Mapping[Node, Any] | None = None,
    *,
    arriving: bool = False,
    digits: int = 2,
    ax: Axes | None = None,
) -> Axes:
    """Draw the graph that leads to a node, inputs on the left.

    Above a node stands its value, below it the gradient of the output with respect to it. A short
    vector is shown by its entries, any other array by its shape.

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
    Axes, one unit an inch, with limits that fit the graph

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
    shares = _shares(parents, gradients) if arriving and gradients is not None else {}
    room = max(_room(node, gradients or {}, digits) for node in parents)
    between_nodes = max((_text_width(number(s, digits)) for s in shares.values()), default=0.0)
    step = max(_WIDE_STEP if shares else _STEP, room + between_nodes + 0.24)
    margin = max(0.38, room / 2 + 0.08)

    def place(point: Point) -> Point:
        return point[0] * step, point[1] * _DROP

    heights = [place(point)[1] for point in layers.values()]
    right = max(place(point)[0] for point in layers.values())
    low, high = min(heights) - 0.6, max(heights) + 0.6
    if ax is None:
        size = (right + 2 * margin, high - low)
        ax = plt.figure(figsize=size).add_axes((0.0, 0.0, 1.0, 1.0))
    ax.set_xlim(-margin, right + margin)
    ax.set_ylim(low, high)
    ax.set_aspect("equal")
    ax.axis("off")
    for node in parents:
        _draw_node(ax, node, place(layers[node]), gradients, digits)
    for (parent, node), between in bends.items():
        way = [place(point) for point in (layers[parent], *between, layers[node])]
        way[-1] = (way[-1][0] - _width(node.label) / 2, way[-1][1])
        uses = [i for i, other in enumerate(node.inputs) if other is parent]
        for number_, position in enumerate(uses):
            # Two uses of one node by another are two edges: bow them apart.
            bow = (number_ - (len(uses) - 1) / 2) * 0.34
            _draw_edge(ax, way, bow, shares.get((node, position)), digits)
    return ax


def _width(label: str) -> float:
    """Width of a node in inches: a circle for a short label, longer for a long one."""
    return max(_HEIGHT, 0.18 + 0.075 * len(label))


def _room(node: Node, gradients: Mapping[Node, Any], digits: int) -> float:
    """Width in inches of a node with the texts above and below it."""
    texts = _above(node, digits), number(gradients.get(node, 0.0), digits)
    return max(_width(node.label), *map(_text_width, texts))


def _text_width(text: str) -> float:
    return 0.09 * len(text)


def _above(node: Node, digits: int) -> str:
    """The value of a node, with its name where the node itself shows the gate."""
    top = f"{node.name} = " if node.operation is not None and node.name else ""
    return top + number(node.value, digits)


def _draw_node(
    ax: Axes, node: Node, at: Point, gradients: Mapping[Node, Any] | None, digits: int
) -> None:
    x, y = at
    gate = node.operation is not None
    width = _width(node.label)
    ax.add_patch(
        FancyBboxPatch(
            (x - width / 2, y - _HEIGHT / 2),
            width,
            _HEIGHT,
            boxstyle=f"round,pad=0,rounding_size={_HEIGHT / 2 if gate else 0.06}",
            facecolor="white" if gate else "#f0f0f0",
            edgecolor=BLACK if gate else GREY,
            linewidth=1.2,
            zorder=2,
        )
    )
    # x0 is set as x with an index.
    label = re.sub(r"^([a-z])(\d+)$", r"$\1_{\2}$", node.label or "?")
    size = 12 if len(node.label) < 3 else 9
    style = "normal" if gate else "italic"
    ax.text(x, y, label, ha="center", va="center_baseline" if not gate else "center",
            fontsize=size, style=style, color=BLACK, zorder=3)  # fmt: skip
    ax.text(x, y + 0.22, _above(node, digits), ha="center", va="bottom", color=VALUE,
            fontsize=10.5, zorder=4, bbox=_HALO)  # fmt: skip
    if gradients is not None and node in gradients:
        text = number(gradients[node], digits)
        ax.text(x, y - 0.24, text, ha="center", va="top", color=GRADIENT, fontsize=10.5,
                weight="bold", zorder=4, bbox=_HALO)  # fmt: skip


def _draw_edge(ax: Axes, way: list[Point], bow: float, share: Any, digits: int) -> None:
    """A smooth arrow through the points of the way."""
    points, codes = [way[0]], [Path.MOVETO]
    for (fx, fy), (bx, by) in pairwise(way):
        third = (bx - fx) / 3
        points += [(fx + third, fy + bow), (bx - third, by + bow), (bx, by)]
        codes += [Path.CURVE4] * 3
    arrow = FancyArrowPatch(path=Path(points, codes), arrowstyle="-|>", mutation_scale=11,
                            color=GREY, linewidth=1.2, zorder=1)  # fmt: skip
    ax.add_patch(arrow)
    if share is not None:
        # Nearer to where it arrives, so that the numbers of two edges that cross stand apart.
        t = 0.38
        weights = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3
        x, y = weights @ np.array(points[:4])
        ax.text(x, y, number(share, digits), ha="center", va="center", color=GRADIENT,
                fontsize=9.5, zorder=2, bbox=_HALO)  # fmt: skip


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
    """A number with fixed decimals, up to three in a vector, any other array as its shape.

    >>> number(0.5), number(np.array([1.0, -2.0]), 1), number(np.zeros((4, 3)))
    ('0.50', '[1.0 -2.0]', '(4, 3)')
    """
    if np.ndim(value) == 1 and len(value) <= 3:
        return "[" + " ".join(number(entry, digits) for entry in value) + "]"
    if np.ndim(value):
        return str(np.shape(value))
    return f"{float(value):.{digits}f}"
