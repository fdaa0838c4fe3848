"""Loss against steps of gradient descent, with a slider for what the runs are made under."""

import math
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from nbcourse.plots.interactive import Interactive
from nbcourse.plots.style import COLORS

_DASHES = ("solid", "dash", "dot", "dashdot", "longdash")


def loss_curves(
    losses: Sequence[Mapping[str, Sequence[float]]],
    *,
    label: str,
    values: Sequence[str],
    description: str,
    caption: str,
    low: float = 1e-6,
    high: float = 1e6,
    start: int = 0,
) -> Interactive:
    """Curves of the loss on a logarithmic axis, one set of them for each position of the slider.

    Parameters
    ----------
    losses : one mapping for each position, name of a curve -> loss after step 0, 1, 2, ...; the
        names are the same at every position, at most five
    label, values, description, caption, start : as for ``Interactive``
    low, high : ends of the loss axis; a curve stops where it leaves it upward or falls to zero

    Returns
    -------
    Interactive

    Raises
    ------
    ValueError
        The names of the curves differ between positions, or are more than five.

    Examples
    --------
    >>> runs = [{"step 0.1": [1.0, 0.81]}, {"step 0.1": [1.0, 1.21]}]
    >>> shown = loss_curves(
    ...     runs, label="scale", values=["1", "2"], description="Two curves", caption="Loss."
    ... )
    >>> shown.figure.frames[1].data[0].y
    (1.0, 1.21)
    """
    names = list(losses[0])
    if len(names) > len(_DASHES):
        raise ValueError(f"at most {len(_DASHES)} curves can be told apart, got {len(names)}")
    if any(list(run) != names for run in losses):
        raise ValueError(f"every position needs the same curves, {names}")
    frames = [
        go.Frame(data=[_curve(i, name, run[name], low, high) for i, name in enumerate(names)])
        for run in losses
    ]
    longest = max(len(curve) for run in losses for curve in run.values())
    layout = {
        "xaxis": {"title": "step", "range": [0, longest - 1]},
        "yaxis": {
            "title": "loss",
            "type": "log",
            "range": [math.log10(low), math.log10(high)],
            "exponentformat": "power",
            "dtick": 2,
        },
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
    }
    figure = go.Figure(data=frames[0].data, layout=layout, frames=frames)
    return Interactive(figure, label, values, description, caption, start)


def _curve(
    position: int, name: str, losses: Sequence[float], low: float, high: float
) -> go.Scatter:
    """One curve; what lies off the axis is left out, as None, which JSON can hold."""
    shown: list[float | None] = []
    for loss in losses:
        # The first point outside is kept, so that the line is seen to leave.
        outside = bool(shown) and (shown[-1] is None or not low <= shown[-1] <= high)
        shown.append(None if outside or not 0.0 < loss < math.inf else float(loss))
    line = {"color": COLORS[position], "dash": _DASHES[position], "width": 2.5}
    return go.Scatter(x=list(range(len(shown))), y=shown, name=name, mode="lines", line=line)
