"""Batch norm of one feature as a graph of examples, lit up one backward step at a time."""

from collections.abc import Mapping
from itertools import product
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from nbcourse.plots.graphs import number
from nbcourse.plots.style import BLACK, GRADIENT, GREY, VALUE

Name = tuple[str, int]  # what it is, and of which example (0 for what the batch shares)

#: The gradients in the order in which the way back finds them.
STEPS = ("dx_hat", "dvar", "dmean", "dx")

_STEP_DOWN = 0.9  # inches between two examples
_COLUMNS = {"x": 0.0, "mean": 1.75, "var": 3.15, "x_hat": 4.9, "loss": 6.3}
_MARKS = {"x": "$x_{}$", "mean": r"$\mu$", "var": "$v$", "x_hat": r"$\hat x_{}$", "loss": "$L$"}


def draw_batch_norm_graph(
    values: Mapping[str, Any], gradients: Mapping[str, Any], step: str, example: int = 0
) -> Axes:
    """Draw the graph of one feature over a few examples, at one step of the way back.

    Each example is a row; mean and variance, which all of them share, stand above and below.
    Edges along which the gradient of this step arrives are thick and point back. Values stand
    above the nodes, the gradients known after this step below them.

    Parameters
    ----------
    values : ``x``, ``mean``, ``var``, ``x_hat``; arrays (N,) and numbers
    gradients : those of ``STEPS``, in the same shapes
    step : the gradient that is being found, one of ``STEPS``
    example : the row for which the edges are lit at step ``dx``

    Returns
    -------
    Axes, one unit an inch

    Raises
    ------
    ValueError
        The step is none of ``STEPS``.

    Examples
    --------
    >>> x = np.array([1.0, 2.0, 6.0])
    >>> values = {"x": x, "mean": 3.0, "var": 14 / 3, "x_hat": (x - 3) / np.sqrt(14 / 3)}
    >>> ax = draw_batch_norm_graph(values, {"dx_hat": np.array([1.0, -1.0, 2.0])}, "dx_hat")
    >>> sorted(text.get_text() for text in ax.texts)[:3]
    ['$L$', '$\\\\hat x_1$', '$\\\\hat x_2$']
    >>> plt.close(ax.figure)
    """
    if step not in STEPS:
        raise ValueError(f"step must be one of {', '.join(STEPS)}; got {step!r}")
    count = len(values["x"])
    places = _places(count)
    low, high = places["var", 0][1] - 0.55, places["mean", 0][1] + 0.55
    width = _COLUMNS["loss"] + 0.9
    ax = plt.figure(figsize=(width, high - low)).add_axes((0.0, 0.0, 1.0, 1.0))
    ax.set(xlim=(-0.55, width - 0.55), ylim=(low, high), aspect="equal")
    ax.axis("off")
    lit = lit_edges(count, step, example)
    for edge in _edges(count):
        _draw_edge(ax, places[edge[0]], places[edge[1]], edge in lit)
    known = STEPS[: STEPS.index(step) + 1]
    for (kind, i), place in places.items():
        # Arrows come into the mean from below and into the variance from above.
        beside = {"mean": "gradient", "var": "value"}.get(kind, "")
        mark = _MARKS[kind].format(i + 1)
        value = _entry(values[kind], i) if kind in values else ""
        found = "d" + kind in known
        gradient = _entry(gradients["d" + kind], i) if found else ""
        _draw_box(ax, place, mark, found and "d" + kind == step)
        _write(ax, place, value, VALUE, 1, beside == "value")
        _write(ax, place, gradient, GRADIENT, -1, beside == "gradient")
    return ax


def lit_edges(count: int, step: str, example: int = 0) -> set[tuple[Name, Name]]:
    """The edges (parent, child) along which the gradient of a step arrives.

    >>> sorted(lit_edges(2, "dvar"))
    [(('var', 0), ('x_hat', 0)), (('var', 0), ('x_hat', 1))]
    """
    wanted = step.removeprefix("d")
    edges = {edge for edge in _edges(count) if edge[0][0] == wanted}
    return {edge for edge in edges if edge[0][1] == example} if wanted == "x" else edges


def _edges(count: int) -> list[tuple[Name, Name]]:
    edges: list[tuple[Name, Name]] = [(("mean", 0), ("var", 0))]
    rows = range(count)
    edges += [(("x", i), (kind, 0)) for i, kind in product(rows, ("mean", "var"))]
    edges += [((kind, 0), ("x_hat", i)) for i, kind in product(rows, ("mean", "var"))]
    edges += [(("x", i), ("x_hat", i)) for i in rows]
    return edges + [(("x_hat", i), ("loss", 0)) for i in rows]


def _places(count: int) -> dict[Name, tuple[float, float]]:
    top = _STEP_DOWN * (count - 1) / 2
    places: dict[Name, tuple[float, float]] = {}
    for i, kind in product(range(count), ("x", "x_hat")):
        places[kind, i] = _COLUMNS[kind], top - _STEP_DOWN * i
    places["mean", 0] = _COLUMNS["mean"], top + _STEP_DOWN
    places["var", 0] = _COLUMNS["var"], -top - _STEP_DOWN
    places["loss", 0] = _COLUMNS["loss"], 0.0
    return places


def _entry(value: Any, i: int) -> str:
    return number(np.ravel(value)[i])


def _draw_edge(
    ax: Axes, parent: tuple[float, float], child: tuple[float, float], lit: bool
) -> None:
    """A thin arrow forward, or a thick one along which a gradient comes back."""
    tail, head = (child, parent) if lit else (parent, child)
    arrow = FancyArrowPatch(
        tail,
        head,
        arrowstyle="-|>",
        mutation_scale=16 if lit else 9,
        color=GRADIENT if lit else GREY,
        linewidth=2.4 if lit else 0.8,
        shrinkA=14,
        shrinkB=14,
        zorder=2 if lit else 1,
    )
    ax.add_patch(arrow)


def _draw_box(ax: Axes, place: tuple[float, float], mark: str, new: bool) -> None:
    x, y = place
    size = 0.38
    box = FancyBboxPatch(
        (x - size / 2, y - size / 2),
        size,
        size,
        boxstyle=f"round,pad=0,rounding_size={size / 2}",
        facecolor="white",
        edgecolor=GRADIENT if new else BLACK,
        linewidth=2.4 if new else 1.2,
        zorder=3,
    )
    ax.add_patch(box)
    ax.text(x, y, mark, ha="center", va="center", fontsize=12, color=BLACK, zorder=4)


def _write(
    ax: Axes, place: tuple[float, float], text: str, color: str, side: int, beside: bool
) -> None:
    """A number above (side 1) or below (side -1) a node, or on its left where arrows arrive."""
    if not text:
        return
    x, y = place
    halo = {"boxstyle": "round,pad=0.08", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
    weight = "bold" if color == GRADIENT else "normal"
    at = (x - 0.27, y - 0.1) if beside else (x, y + 0.24 * side)
    across = "right" if beside else "center"
    along = "center" if beside else "bottom" if side > 0 else "top"
    ax.text(*at, text, ha=across, va=along, color=color, fontsize=10.5, weight=weight,
            zorder=5, bbox=halo)  # fmt: skip
