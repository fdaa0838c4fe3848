"""The loss along the gradient, drawn: three measurements over training, and the way itself."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import plotly.graph_objects as go
from matplotlib.figure import Figure

from nbcourse.loss_landscape import AlongGradient
from nbcourse.plots.controls import Select, Slider
from nbcourse.plots.interactive import InteractiveGrid
from nbcourse.plots.style import COLORS

_DASHES = ("-", "--", "-.", ":")
_PLOTLY_DASHES = ("solid", "dash", "dashdot", "dot")
_MEASUREMENTS = {
    "variation of the loss": "loss_range",
    "change of the gradient": "gradient_change",
    "effective β": "effective_beta",
}

#: Name of a network -> what was met along the gradient, at several steps of its training.
Ways = Mapping[str, Sequence[AlongGradient]]


def plot_smoothness(ways: Ways, at: Sequence[int]) -> Figure:
    """The three measurements of Santurkar et al. against the training step, one panel each.

    Parameters
    ----------
    ways : name of a network -> its ways along the gradient
    at : the training step of each

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        More networks than can be told apart.

    Examples
    --------
    >>> way = AlongGradient(np.array([1.0, 2.0]), 2.0, np.array([1.0, 0.5]), 1.0, np.ones(2))
    >>> figure = plot_smoothness({"plain": [way, way]}, at=[0, 10])
    >>> [ax.get_title() for ax in figure.axes]
    ['variation of the loss', 'change of the gradient', 'effective β']
    >>> plt.close(figure)
    """
    _require_few(ways)
    figure, axes = plt.subplots(1, 3, figsize=(7.2, 3.1), layout="constrained")
    for ax, (title, measurement) in zip(axes, _MEASUREMENTS.items(), strict=True):
        for (name, along), color, dash in zip(ways.items(), COLORS, _DASHES, strict=False):
            ax.plot(at, [getattr(way, measurement) for way in along], dash, color=color, label=name)
        ax.set_title(title, fontsize=10.5)
        ax.set(xlabel="step", yscale="log")
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels))
    return figure


def landscape_explorer(
    cases: Mapping[str, Ways], at: Sequence[int], *, description: str, caption: str, start: int = 0
) -> InteractiveGrid:
    """The loss along the gradient behind a list of cases and a slider over the training step.

    Each curve is the loss after a step of every size, as a share of the loss before it: below 1
    the step has helped.

    Parameters
    ----------
    cases : name of a case -> the ways of its networks; the same names of networks in all
    at : the training step of each way
    description, caption : as for ``InteractiveGrid``
    start : the place in ``at`` that is shown first

    Returns
    -------
    InteractiveGrid

    Raises
    ------
    ValueError
        More networks than can be told apart.

    Examples
    --------
    >>> way = AlongGradient(np.array([1.0]), 2.0, np.array([1.0]), 1.0, np.array([0.5]))
    >>> shown = landscape_explorer(
    ...     {"ReLU": {"plain": [way, way]}}, [0, 10], description="Losses", caption="A step."
    ... )
    >>> shown.figure.frames[0].data[0].y
    (1.0, 0.5)
    """
    for ways in cases.values():
        _require_few(ways)
    frames = [
        go.Frame(data=[_curve(along[place]) for along in ways.values()])
        for ways in cases.values()
        for place in range(len(at))
    ]
    first = next(iter(cases.values()))
    curves = [
        go.Scatter(mode="lines+markers", name=name, line={"color": color, "dash": dash})
        for name, color, dash in zip(first, COLORS, _PLOTLY_DASHES, strict=False)
    ]
    largest = max(way.steps[-1] for ways in cases.values() for way in next(iter(ways.values())))
    layout = {
        "xaxis": {"title": "step along the gradient", "range": [0, 1.03 * largest]},
        "yaxis": {"title": "loss / loss before the step", "range": [0, 3]},
        "legend": {"orientation": "h", "x": 0.5, "xanchor": "center", "y": 1.02,
                   "yanchor": "bottom"},
    }  # fmt: skip
    figure = go.Figure(curves, layout, frames)
    controls = [
        Select("network", list(cases)),
        Slider("training step", [str(step) for step in at], start),
    ]
    return InteractiveGrid(figure, controls, description, caption)


def _require_few(ways: Ways) -> None:
    if len(ways) > len(_DASHES):
        raise ValueError(f"at most {len(_DASHES)} networks can be told apart, got {len(ways)}")


def _curve(way: AlongGradient) -> go.Scatter:
    """Loss over the loss at the start; what leaves the figure is cut, so that the page is small."""
    relative = np.minimum(way.losses / way.start, 100.0)
    return go.Scatter(x=[0.0, *way.steps.round(4).tolist()], y=[1.0, *relative.round(3).tolist()])
