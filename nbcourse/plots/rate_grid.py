"""Two networks over a grid of learning rates and initial scales, with their loss curves."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from nbcourse.arrays import Array
from nbcourse.plots.controls import Slider
from nbcourse.plots.interactive import InteractiveGrid
from nbcourse.plots.style import BLACK, BLUE, VERMILLION

_POINTS = 40  # of a loss curve


def rate_grid(
    accuracies: Mapping[str, Array],
    losses: Mapping[str, Sequence[Sequence[Sequence[float]]]],
    rates: Sequence[str],
    scales: Sequence[str],
    *,
    description: str,
    caption: str,
    start: tuple[int, int] = (0, 0),
) -> InteractiveGrid:
    """Accuracy for every rate and scale as two maps; sliders choose a cell and show its losses.

    Parameters
    ----------
    accuracies : name of each of the two networks -> array (rates, scales) of shares from 0 to 1
    losses : the same names -> for every rate and scale the training loss by step; a run that
        ended early, because its loss was no longer finite, is shorter
    rates, scales : texts of the axes and of the sliders
    description : the alternative text
    caption : the sentence under the figure
    start : positions of rate and scale shown first

    Returns
    -------
    InteractiveGrid

    Raises
    ------
    ValueError
        There are not two networks, or a map has another shape than (rates, scales).

    Examples
    --------
    >>> maps = {"without": np.zeros((1, 2)), "with": np.ones((1, 2))}
    >>> curves = {name: [[[2.3, 2.0], [2.3, 1.0]]] for name in maps}
    >>> shown = rate_grid(maps, curves, ["0.1"], ["1", "10"], description="d", caption="c")
    >>> len(shown.figure.frames)
    2
    """
    shape = len(rates), len(scales)
    if len(accuracies) != 2 or any(np.shape(part) != shape for part in accuracies.values()):
        shapes = {name: np.shape(part) for name, part in accuracies.items()}
        raise ValueError(f"rate_grid needs two maps of shape {shape}; got {shapes}")
    figure = make_subplots(
        rows=3,
        cols=1,
        row_heights=[0.35, 0.35, 0.3],
        vertical_spacing=0.13,
        subplot_titles=[f"{name}: test accuracy, %" for name in accuracies],
    )
    for row, part in enumerate(accuracies.values(), start=1):
        percent = np.rint(100 * part).astype(int).tolist()
        # A color scale that is also a scale of brightness, and the numbers themselves.
        colors = [[0.0, "#ffffff"], [1.0, BLUE]]
        heat = go.Heatmap(z=percent, x=list(scales), y=list(rates), zmin=0, zmax=170,
                          colorscale=colors, showscale=False, texttemplate="%{z}",
                          textfont={"size": 13, "color": BLACK}, xgap=2, ygap=2)  # fmt: skip
        figure.add_trace(heat, row=row, col=1)
        ring = {"symbol": "square-open", "size": 26, "color": BLACK, "line": {"width": 3}}
        figure.add_trace(go.Scatter(mode="markers", marker=ring, showlegend=False), row=row, col=1)
        figure.update_xaxes(type="category", row=row, col=1)
        figure.update_yaxes(type="category", title="rate", row=row, col=1)
    figure.update_xaxes(title={"text": "scale of the initial weights", "standoff": 2}, row=2, col=1)
    for name, color, dash in zip(accuracies, (VERMILLION, BLUE), ("dash", "solid"), strict=True):
        line = {"color": color, "dash": dash}
        figure.add_trace(go.Scatter(name=name, mode="lines", line=line), row=3, col=1)
    length = max(len(run) for grid in losses.values() for row in grid for run in row)
    figure.update_xaxes(range=[0, length], title={"text": "step", "standoff": 2}, row=3, col=1)
    figure.update_yaxes(range=[0, 4], title="training loss", row=3, col=1)
    figure.update(frames=_frames(losses, rates, scales))
    figure.update_layout(
        height=860, legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 0.27}
    )
    controls = [
        Slider("learning rate", list(rates), start[0]),
        Slider("scale of the initial weights", list(scales), start[1]),
    ]
    return InteractiveGrid(figure, controls, description, caption)


def _frames(
    losses: Mapping[str, Sequence[Sequence[Sequence[float]]]],
    rates: Sequence[str],
    scales: Sequence[str],
) -> list[go.Frame]:
    frames = []
    for i, rate in enumerate(rates):
        for j, scale in enumerate(scales):
            chosen = go.Scatter(x=[scale], y=[rate])
            curves = [_curve(grid[i][j]) for grid in losses.values()]
            frames.append(go.Frame(data=[chosen, chosen, *curves], traces=[1, 3, 4, 5]))
    return frames


def _curve(run: Sequence[float]) -> go.Scatter:
    """The run, thinned out to what a curve of this size can show."""
    steps = np.unique(np.linspace(0, len(run) - 1, min(_POINTS, len(run))).astype(int))
    # Above the axis it makes no difference by how much.
    values = [round(min(float(run[step]), 99.0), 3) for step in steps]
    return go.Scatter(x=steps.tolist(), y=values)
