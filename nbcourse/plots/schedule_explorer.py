"""Schedules with controls: the rate at every step, and the loss of a network trained with it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from nbcourse.plots.controls import Select, Slider
from nbcourse.plots.interactive import InteractiveGrid
from nbcourse.plots.style import BLUE, VERMILLION


@dataclass(frozen=True)
class ScheduledRun:
    """What one schedule with one value of its parameter did.

    Parameters
    ----------
    title : says the schedule and the value, such as ``"halved every 40 steps"``
    rates : learning rate at every step
    losses : training loss at every ``gap``-th step, the first before step 0
    """

    title: str
    rates: Sequence[float]
    losses: Sequence[float]


def schedule_explorer(
    runs: Mapping[str, Sequence[ScheduledRun]],
    positions: Sequence[str],
    *,
    gap: int,
    labels: tuple[str, str],
    description: str,
    caption: str,
    rate_top: float,
    loss_range: tuple[float, float],
    start: tuple[int, int] = (0, 0),
) -> InteractiveGrid:
    """A list chooses the schedule and a slider its parameter; above the rate, below the loss.

    Parameters
    ----------
    runs : what is chosen from the list -> one run for each position of the slider
    positions : the slider's texts
    gap : number of steps between two losses; of the rates, too, only every ``gap // 4``-th is drawn
    labels : of the list and of the slider
    description, caption : as for ``InteractiveGrid``
    rate_top : upper end of the rates' axis; what lies above is cut off
    loss_range : ends of the losses' axis, which is logarithmic
    start : positions of list and slider shown first

    Returns
    -------
    InteractiveGrid

    Raises
    ------
    ValueError
        A schedule has not one run for each position.

    Examples
    --------
    >>> run = ScheduledRun("rate 0.1", [0.1] * 4, [2.0, 1.0, 0.5])
    >>> shown = schedule_explorer(
    ...     {"constant": [run]}, ["usual"], gap=2, labels=("schedule", "parameter"),
    ...     description="Two curves", caption="Rates.", rate_top=1.0, loss_range=(0.1, 3.0),
    ... )
    >>> shown.figure.frames[0].data[1].y, shown.figure.layout.title.text
    ((2.0, 1.0, 0.5), 'rate 0.1')
    """
    for name, series in runs.items():
        if len(series) != len(positions):
            raise ValueError(
                f"schedule {name!r} needs one run for each of {len(positions)} positions; "
                f"got {len(series)}"
            )
    every = max(1, gap // 4)
    frames = [
        go.Frame(
            data=[go.Scatter(y=_short(run.rates[::every])), go.Scatter(y=_short(run.losses))],
            traces=[0, 1],
            layout={"title": {"text": run.title}},
        )
        for series in runs.values()
        for run in series
    ]
    steps = max(len(run.rates) for series in runs.values() for run in series)
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.08)
    line = {"color": BLUE, "width": 2.5, "shape": "hv"}
    figure.add_trace(go.Scatter(mode="lines", line=line, dx=every), row=1, col=1)
    loss_line = {"color": VERMILLION, "width": 2.5}
    marker = {"size": 4.5}
    trace = go.Scatter(mode="lines+markers", line=loss_line, marker=marker, dx=gap)
    figure.add_trace(trace, row=2, col=1)
    figure.update(frames=frames)
    ticks = [tick for tick in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)
             if loss_range[0] <= tick <= loss_range[1]]  # fmt: skip
    figure.update_layout(
        height=560,
        showlegend=False,
        title={"x": 0.5, "xanchor": "center", "y": 0.98, "yanchor": "top", "font": {"size": 14}},
        xaxis={"range": [0, steps]},
        yaxis={"title": "learning rate", "range": [0, rate_top]},
        xaxis2={"title": "step", "range": [0, steps]},
        yaxis2={
            "title": "training loss",
            "type": "log",
            "range": [math.log10(end) for end in loss_range],
            "tickvals": ticks,
            "ticktext": [f"{tick:g}" for tick in ticks],
        },
    )
    controls = [Select(labels[0], list(runs), start[0]), Slider(labels[1], positions, start[1])]
    shown = InteractiveGrid(figure, controls, description, caption)
    shown.figure.update_layout(margin_t=44)
    return shown


def _short(values: Sequence[float]) -> list[float | None]:
    """Three digits are finer than a pixel; JSON has no word for what is not finite."""
    return [float(f"{value:.3g}") if math.isfinite(value) else None for value in values]
