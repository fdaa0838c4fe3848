"""Descent of two weights with controls: how large the rate is, and what becomes of it."""

import math
from collections.abc import Callable, Mapping

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from nbcourse.arrays import Array
from nbcourse.plots.controls import Select, Slider
from nbcourse.plots.interactive import InteractiveGrid
from nbcourse.plots.style import BLACK, BLUE, GREY, VERMILLION

_GRID = 41
_LOW = 1e-6  # of the excess loss: what is lower is drawn here


def rate_explorer(
    loss: Callable[[Array, Array], Array],
    runs: Mapping[str, Mapping[str, Array]],
    optimum: Array,
    *,
    labels: tuple[str, str],
    names: tuple[str, str],
    box: tuple[float, float, float, float],
    description: str,
    caption: str,
    high: float = 10.0,
    start: tuple[int, int] = (0, 0),
) -> InteractiveGrid:
    """The path over the contour lines above, the excess of the loss over its minimum below.

    Parameters
    ----------
    loss : ``loss(u, v)`` of two arrays of weights
    runs : what is chosen from the list -> text of a slider's position -> path, an array (T + 1, 2)
        of the weights before the first step and after each; the positions are the same for all
    optimum : array (2,), where the loss is lowest
    labels : of the list and of the slider
    names : of the two weights
    box : left, right, bottom and top of the plane shown
    description, caption : as for ``InteractiveGrid``
    high : upper end of the axis of the excess loss
    start : positions of list and slider shown first

    Returns
    -------
    InteractiveGrid

    Raises
    ------
    ValueError
        The positions of the slider differ from one choice to another.

    Examples
    --------
    >>> path = np.array([[1.0, 1.0], [0.5, 0.5]])
    >>> shown = rate_explorer(
    ...     lambda u, v: u**2 + v**2, {"constant": {"0.1": path}}, np.zeros(2),
    ...     labels=("kind", "rate"), names=("u", "v"), box=(-1, 2, -1, 2),
    ...     description="A path", caption="Descent.",
    ... )
    >>> shown.figure.frames[0].data[1].y
    (2.0, 0.5)
    """
    positions = [list(paths) for paths in runs.values()]
    if any(texts != positions[0] for texts in positions):
        raise ValueError(f"every choice needs the same positions of the slider, {positions[0]}")
    lowest = float(loss(optimum[0], optimum[1]))
    frames = []
    for paths in runs.values():
        for path in paths.values():
            excess = loss(path[:, 0], path[:, 1]) - lowest
            data = [
                go.Scatter(x=_rounded(path[:, 0]), y=_rounded(path[:, 1])),
                go.Scatter(y=_short(excess)),
            ]
            frames.append(go.Frame(data=data, traces=[1, 3]))
    longest = max(len(path) for paths in runs.values() for path in paths.values())
    figure = make_subplots(rows=2, cols=1, row_heights=[0.62, 0.38], vertical_spacing=0.13)
    figure.add_trace(_contours(loss, lowest, box), row=1, col=1)
    line = {"color": VERMILLION, "width": 1.3}
    path_trace = go.Scatter(mode="lines+markers", line=line, marker={"size": 3.5}, hoverinfo="skip")
    figure.add_trace(path_trace, row=1, col=1)
    star = {"symbol": "star", "size": 14, "color": BLACK}
    x, y = _rounded(np.array([optimum[0]])), _rounded(np.array([optimum[1]]))
    figure.add_trace(go.Scatter(x=x, y=y, mode="markers", marker=star, hoverinfo="skip"), 1, 1)
    figure.add_trace(go.Scatter(mode="lines", line={"color": BLUE, "width": 1.5}), row=2, col=1)
    figure.update(frames=frames)
    figure.update_layout(
        height=680,
        showlegend=False,
        xaxis={"title": {"text": names[0], "standoff": 2}, "range": box[:2], "constrain": "domain"},
        yaxis={"title": names[1], "range": box[2:], "scaleanchor": "x", "constrain": "domain"},
        xaxis2={"title": "step", "range": [0, longest - 1]},
        yaxis2={
            "title": "loss above minimum",
            "type": "log",
            "range": [math.log10(_LOW), math.log10(high)],
            "dtick": 2,
            "exponentformat": "power",
        },
    )
    controls = [Select(labels[0], list(runs), start[0]), Slider(labels[1], positions[0], start[1])]
    return InteractiveGrid(figure, controls, description, caption)


def _contours(
    loss: Callable[[Array, Array], Array], lowest: float, box: tuple[float, float, float, float]
) -> go.Contour:
    """Lines at heights above the minimum that grow fourfold from one to the next."""
    x, y = np.linspace(box[0], box[1], _GRID), np.linspace(box[2], box[3], _GRID)
    excess = np.maximum(loss(*np.meshgrid(x, y)) - lowest, 1e-4)
    step = math.log10(4.0)
    top = float(np.log10(excess.max()))
    return go.Contour(
        x=_rounded(x),
        y=_rounded(y),
        z=[_rounded(line) for line in np.log10(excess)],
        contours={"coloring": "none", "start": top - 6 * step, "end": top, "size": step},
        line={"color": GREY, "width": 1},
        showscale=False,
        hoverinfo="skip",
    )


def _rounded(values: Array) -> list[float | None]:
    """Three decimals are finer than a pixel; what is not finite has no place, and JSON no name."""
    return [round(float(value), 3) if abs(value) < 1e6 else None for value in values]


def _short(values: Array) -> list[float | None]:
    """Three digits are finer than a pixel; what has no logarithm is drawn at the axis's end."""
    return [float(f"{max(value, _LOW):.3g}") if value < math.inf else None for value in values]
