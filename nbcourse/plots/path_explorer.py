"""Paths of optimizers with controls: on which surface, with which rate and momentum."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from nbcourse.arrays import Array
from nbcourse.plots.controls import Select, Slider
from nbcourse.plots.interactive import InteractiveGrid
from nbcourse.plots.optimizer_paths import GONE, Rule, contour_heights, follow
from nbcourse.plots.style import BLACK, BLUE, GREEN, GREY, ORANGE, VERMILLION
from nbcourse.plots.surfaces import BOX, Surface

_GRID = 41
_LINES = 12
_LOOKS = ((BLUE, "solid", "circle"), (VERMILLION, "dash", "square"), (GREEN, "dot", "diamond"),
          (ORANGE, "dashdot", "cross"))  # fmt: skip
_FAR = 15.0  # what is farther away is drawn outside the picture, wherever it is


def path_explorer(
    surfaces: Mapping[str, Surface],
    rules: Mapping[str, Callable[[float, float], tuple[Rule, Mapping[str, Any]]]],
    rates: Sequence[float],
    momenta: Sequence[float],
    *,
    steps: int,
    description: str,
    caption: str,
    start: tuple[int, int, int] = (0, 0, 0),
) -> InteractiveGrid:
    """The paths of several rules at once; the legend has the loss that each has at the end.

    Parameters
    ----------
    surfaces : text of a choice -> surface
    rules : name -> function of rate and momentum that gives a rule and its settings; at most four
    rates, momenta : positions of the two sliders
    steps : length of every path
    description, caption : as for ``InteractiveGrid``
    start : positions of surface, rate and momentum shown first

    Returns
    -------
    InteractiveGrid

    Raises
    ------
    ValueError
        There are more rules than can be told apart.

    Examples
    --------
    >>> from nbcourse.optimizers import momentum
    >>> from nbcourse.plots.surfaces import ravine
    >>> shown = path_explorer(
    ...     {"ravine": ravine()},
    ...     {"momentum": lambda lr, mu: (momentum, {"lr": lr, "momentum": mu})},
    ...     [0.01, 0.1], [0.0, 0.9], steps=10, description="A path", caption="Down.",
    ... )
    >>> [control.label for control in shown.controls], len(shown.figure.frames)
    (['surface', 'rate', 'momentum'], 4)
    """
    if len(rules) > len(_LOOKS):
        raise ValueError(f"at most {len(_LOOKS)} rules can be told apart; got {len(rules)}")
    traces: list[Any] = [_contours(surface) for surface in surfaces.values()]
    ends = {"symbol": ["circle", "star"], "size": [9, 15], "color": BLACK}
    traces.append(go.Scatter(mode="markers", marker=ends, hoverinfo="skip", showlegend=False))
    for color, dash, symbol in _LOOKS[: len(rules)]:
        line, marker = {"color": color, "dash": dash, "width": 1.6}, {"symbol": symbol, "size": 5}
        traces.append(go.Scatter(mode="lines+markers", line=line, marker=marker, hoverinfo="skip"))
    frames = [
        _frame(list(surfaces.values()), number, rules, rate, momentum, steps)
        for number, rate, momentum in itertools.product(range(len(surfaces)), rates, momenta)
    ]
    title = {"standoff": 2}
    figure = go.Figure(traces, frames=frames)
    figure.update_layout(
        height=520,
        xaxis={"title": {"text": "u", **title}, "range": BOX[:2]},
        yaxis={"title": "v", "range": BOX[2:]},
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
    )
    controls = [
        Select("surface", list(surfaces), start[0]),
        Slider("rate", [f"{rate:g}" for rate in rates], start[1]),
        Slider("momentum", [f"{momentum:g}" for momentum in momenta], start[2]),
    ]
    return InteractiveGrid(figure, controls, description, caption)


def _frame(
    surfaces: Sequence[Surface],
    number: int,
    rules: Mapping[str, Callable[[float, float], tuple[Rule, Mapping[str, Any]]]],
    rate: float,
    momentum: float,
    steps: int,
) -> go.Frame:
    """All rules on one surface; of the contours only that surface's are visible."""
    surface = surfaces[number]
    lowest = float(surface.loss(surface.minimum[0], surface.minimum[1]))
    data: list[Any] = [go.Contour(visible=i == number) for i in range(len(surfaces))]
    marks = np.array([surface.start, surface.minimum])
    data.append(go.Scatter(x=_short(marks[:, 0]), y=_short(marks[:, 1])))
    for name, make in rules.items():
        rule, config = make(rate, momentum)
        path = follow(rule, surface, steps, **config)
        end = "gone"
        if np.abs(path[-1]).max() <= GONE:
            excess = max(float(surface.loss(*path[-1])) - lowest, 0.0)
            end = f"{excess:.0f}" if excess >= 1 else f"{excess:.1g}"
        path = _drawn(path)
        data.append(go.Scatter(x=_short(path[:, 0]), y=_short(path[:, 1]), name=f"{name}: {end}"))
    return go.Frame(data=data, traces=list(range(len(data))))


def _contours(surface: Surface) -> go.Contour:
    u, v, heights = contour_heights(surface, _GRID)
    step = float(heights.max()) / _LINES
    return go.Contour(
        x=_short(u),
        y=_short(v),
        z=np.round(heights, 3).tolist(),  # finer, or the lines of a flat place are ragged
        contours={"coloring": "none", "start": step / 2, "end": _LINES * step, "size": step},
        line={"color": GREY, "width": 1},
        showscale=False,
        hoverinfo="skip",
        visible=False,
        showlegend=False,
    )


def _drawn(path: Array) -> Array:
    """The path up to where it leaves far behind what is shown, or stands still."""
    outside = np.abs(path).max(axis=1) > _FAR
    if outside.any():
        path = np.clip(path[: int(outside.argmax()) + 1], -_FAR, _FAR)
    still = np.all(np.round(path, 2) == np.round(path[-1], 2), axis=1)
    # From the last place that differs on, one point is enough.
    moving = int(len(path) - still[::-1].argmin()) if not still.all() else 0
    return path[: moving + 1]


def _short(values: Array) -> list[float]:
    """Two decimals are a pixel."""
    return [round(float(value), 2) for value in values]
