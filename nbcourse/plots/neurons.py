"""One neuron in the plane, with controls: its line turned, shifted, or moved by learning."""

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
import plotly.graph_objects as go

from nbcourse.arrays import Array
from nbcourse.neurons import Neuron, neuron_scores
from nbcourse.plots.controls import Select, Slider
from nbcourse.plots.decision_lines import Box, decision_line, half_plane
from nbcourse.plots.interactive import Interactive, InteractiveGrid
from nbcourse.plots.style import BLACK, BLUE, VERMILLION

#: Outputs at which the sigmoid neuron changes its tint.
LEVELS = (0.1, 0.5, 0.9)


def neuron_explorer(
    x: Array,
    y: Array,
    *,
    angles: Sequence[float],
    biases: Sequence[float],
    length: float,
    box: Box,
    description: str,
    caption: str,
    start: tuple[int, int] = (0, 0),
) -> InteractiveGrid:
    """A neuron with two inputs whose weights are turned and whose bias is moved by hand.

    A list switches between the step unit, one tint where it gives 1, and the sigmoid, with three
    tints from the lines of output 0.1, 0.5 and 0.9 on.

    Parameters
    ----------
    x : array (N, 2), examples
    y : array (N,), -1 or +1
    angles : directions of ``w`` in degrees, counted from the first axis
    biases : values of b
    length : length of ``w``
    box : lowest and highest coordinate of both axes
    description, caption : as for ``Interactive``
    start : the positions of angle and bias shown first

    Returns
    -------
    InteractiveGrid

    Examples
    --------
    >>> x, y = np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([-1, 1])
    >>> shown = neuron_explorer(
    ...     x, y, angles=[0, 90], biases=[-0.5], length=1.0, box=(0.0, 1.0),
    ...     description="A line", caption="A neuron.",
    ... )
    >>> [frame.data[-1].text[0] for frame in shown.figure.frames[::2]]
    ['0 of 2 wrong', '2 of 2 wrong']
    """
    units = ("step", "sigmoid")
    frames = []
    for angle, b, unit in product(angles, biases, units):
        turn = np.deg2rad(angle)
        w = length * np.array([np.cos(turn), np.sin(turn)])
        levels = LEVELS if unit == "sigmoid" else (0.5,) * len(LEVELS)
        frames.append(go.Frame(data=_moving(w, b, x, y, levels, box), traces=_MOVING))
    controls = [
        Slider("angle of w", [f"{angle:g}°" for angle in angles], start[0]),
        Slider("bias b", [f"{b:g}" for b in biases], start[1]),
        Select("unit", units),
    ]
    return InteractiveGrid(_figure(x, y, box, frames), controls, description, caption)


def learning_slider(
    x: Array,
    y: Array,
    neurons: Sequence[Neuron],
    *,
    box: Box,
    description: str,
    caption: str,
    start: int = 0,
) -> Interactive:
    """The line of a step unit while it learns; a slider goes from one update to the next.

    Parameters
    ----------
    x : array (N, 2), examples
    y : array (N,), -1 or +1
    neurons : w and b before the first update and after each
    box, description, caption, start : as for ``neuron_explorer``

    Returns
    -------
    Interactive

    Examples
    --------
    >>> x, y = np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([-1, 1])
    >>> neurons = [(np.zeros(2), 0.0), (np.array([1.0, -1.0]), 0.0)]
    >>> shown = learning_slider(
    ...     x, y, neurons, box=(0.0, 1.0), description="A line", caption="A neuron."
    ... )
    >>> shown.values
    ['0: 2 of 2 wrong', '1: 0 of 2 wrong']
    """
    levels = (0.5,) * len(LEVELS)
    frames = [go.Frame(data=_moving(w, b, x, y, levels, box), traces=_MOVING) for w, b in neurons]
    values = [f"{i}: {_count_wrong(w, b, x, y)}" for i, (w, b) in enumerate(neurons)]
    figure = _figure(x, y, box, frames)
    return Interactive(figure, "update", values, description, caption, start)


# The traces that a frame moves: the tints, the decision line, and the texts beside it. The
# examples are drawn once, on top.
_MOVING = list(range(len(LEVELS) + 2))


def _figure(x: Array, y: Array, box: Box, frames: list[go.Frame]) -> go.Figure:
    hidden: dict[str, Any] = {"hoverinfo": "skip", "showlegend": False}
    tints = [
        go.Scatter(
            mode="lines",
            fill="toself",
            fillcolor="rgba(0,114,178,0.11)",
            line={"width": 0},
            **hidden,
        )
        for _ in LEVELS
    ]
    line = go.Scatter(mode="lines", line={"color": BLACK, "width": 2.5}, **hidden)
    # The first text is the count, which begins in its corner; the others stand on their place.
    aligned = ["middle right"] + ["middle center"] * len(LEVELS)
    texts = go.Scatter(
        mode="text", textfont={"color": BLACK, "size": 14}, textposition=aligned, **hidden
    )
    classes = [
        go.Scatter(
            x=x[kept, 0],
            y=x[kept, 1],
            mode="markers",
            name=name,
            hoverinfo="skip",
            marker={"color": color, "symbol": symbol, "size": 10},
        )
        for kept, name, color, symbol in (
            (y > 0, "label +1", BLUE, "circle"),
            (y < 0, "label -1", VERMILLION, "x"),
        )
    ]
    axis = {"range": list(box), "constrain": "domain", "zeroline": False}
    layout = {
        "xaxis": {"title": "x1", **axis},
        "yaxis": {"title": "x2", "scaleanchor": "x", **axis},
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
    }
    return go.Figure([*tints, line, texts, *classes], layout, frames)


def _moving(
    w: Array, b: float, x: Array, y: Array, levels: Sequence[float], box: Box
) -> list[go.Scatter]:
    """What depends on the weights; attributes left out keep what ``_figure`` gave them."""
    # Output p is where the score is the inverse of the sigmoid at p.
    shifts = [float(np.log(p / (1 - p))) for p in levels]
    tints = [half_plane(w, b - shift, box) for shift in shifts]
    # A polygon without corners would keep the last one that was drawn.
    outlines = [_path(corners if len(corners) else np.full((1, 2), box[1])) for corners in tints]
    line = _path(decision_line(w, b, box))
    return [*outlines, line, _texts(w, b, x, y, levels, shifts, box)]


def _path(points: Array) -> go.Scatter:
    # Three decimals are finer than a pixel and keep the page small.
    return go.Scatter(x=np.round(points[:, 0], 3).tolist(), y=np.round(points[:, 1], 3).tolist())


def _texts(
    w: Array,
    b: float,
    x: Array,
    y: Array,
    levels: Sequence[float],
    shifts: Sequence[float],
    box: Box,
) -> go.Scatter:
    """How many examples are wrong, in the corner, and the outputs across the line."""
    low, high = box
    size = high - low
    words = [_count_wrong(w, b, x, y)]
    places = [np.array([low + 0.02 * size, high - 0.05 * size])]
    length = float(np.hypot(*w))
    if length > 0:
        normal = w / length
        foot = -b / length * normal
        if len(set(levels)) == 1:
            steps = {"0": -0.06 * size, "1": 0.06 * size}
        else:
            steps = {f"{p:g}": s / length for p, s in zip(levels, shifts, strict=True)}
        for word, step in steps.items():
            words.append(word)
            places.append(foot + step * normal)
    marks = _path(np.array(places))
    marks.text = words
    return marks


def _count_wrong(w: Array, b: float, x: Array, y: Array) -> str:
    """An example on the line counts as wrong, as it does for the perceptron."""
    return f"{int((y * neuron_scores(w, b, x) <= 0).sum())} of {len(y)} wrong"
