"""Figures of numerical differentiation: secants of a curve, and error against step size."""

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import plotly.graph_objects as go
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nbcourse.arrays import Array
from nbcourse.plots.interactive import Interactive
from nbcourse.plots.style import BLACK, BLUE, GREY, VERMILLION


def secant_slider(
    f: Callable[[Array], Array],
    derivative: Callable[[Array], Array],
    x: float,
    steps: Sequence[float],
    caption: str,
) -> Interactive:
    """Tangent of a curve and the secants of both difference rules; a slider moves the step.

    The one-sided secant passes through the curve at ``x`` and ``x + h``, the two-sided one at
    ``x - h`` and ``x + h``. The legend gives their slopes.

    Parameters
    ----------
    f, derivative : functions of an array
    x : where the slope is measured
    steps : one position of the slider for each step h, smallest first; it starts on the last
    caption : the sentence under the figure

    Returns
    -------
    Interactive

    Examples
    --------
    >>> figure = secant_slider(lambda x: x**3, lambda x: 3 * x**2, 1.0, [0.01, 0.5], "A cube.")
    >>> figure.values
    ['0.01: slopes 3.0301 and 3.0001', '0.5: slopes 4.7500 and 3.2500']
    """
    reach = 1.25 * max(steps)
    curve = np.linspace(x - reach, x + reach, 61)
    ends = np.array([x - reach, x + reach])
    at, slope = _value(f, x), _value(derivative, x)
    frames, values = [], []
    for h in steps:
        above, below = _value(f, x + h), _value(f, x - h)
        one, two = (above - at) / h, (above - below) / (2 * h)
        values.append(f"{h:g}: slopes {one:.4f} and {two:.4f}")
        lines = [
            _line(curve, f(curve), "f", BLACK, 2.5),
            _line(ends, at + slope * (ends - x), f"tangent, slope {slope:.4f}", GREY, 2, "dot"),
            _line(ends, at + one * (ends - x), f"one-sided, slope {one:.4f}", VERMILLION, 2),
            _line(ends, below + two * (ends - x + h), f"two-sided, slope {two:.4f}", BLUE, 2),
            _points([x, x + h], [at, above], VERMILLION, "circle-open"),
            _points([x - h, x + h], [below, above], BLUE, "circle"),
        ]
        frames.append(go.Frame(data=lines))
    low, high = float(np.min(f(curve))), float(np.max(f(curve)))
    figure = go.Figure(
        data=list(frames[-1].data),
        layout={
            "xaxis": {"title": "x", "range": [x - reach, x + reach]},
            "yaxis": {"title": "f(x)", "range": [low - 0.1, high + 0.1]},
            # Above the axes, so that it never covers a line and fits a narrow screen.
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        },
        frames=frames,
    )
    description = (
        f"A curve with its tangent of slope {slope:.4f} at x = {x:g} and two secants. With the "
        f"step h = {steps[-1]:g} their slopes are {values[-1].split(': slopes ')[1]}; with "
        f"h = {steps[0]:g} they are {values[0].split(': slopes ')[1]}. The two-sided one is nearly "
        "parallel to the tangent long before the one-sided one."
    )
    return Interactive(
        figure,
        label="step size h",
        values=values,
        description=description,
        caption=caption,
        start=len(steps) - 1,
    )


def _value(f: Callable[[Array], Array], x: float) -> float:
    return float(f(np.array(x)))


def _line(
    x: Array, y: Array, name: str, color: str, width: float, dash: str = "solid"
) -> go.Scatter:
    # Four decimals are finer than a pixel and keep the page small.
    return go.Scatter(
        x=np.round(x, 4).tolist(),
        y=np.round(y, 4).tolist(),
        name=name,
        mode="lines",
        line={"color": color, "width": width, "dash": dash},
    )


def _points(x: list[float], y: list[float], color: str, symbol: str) -> go.Scatter:
    marker = {"color": color, "size": 10 if symbol == "circle" else 15, "symbol": symbol}
    return go.Scatter(x=x, y=y, mode="markers", marker=marker, showlegend=False)


def plot_step_errors(
    steps: Array,
    errors: Mapping[str, Mapping[str, Array]],
    theory: Mapping[str, Mapping[str, Array]],
) -> Figure:
    """Error of a difference quotient against its step on log-log axes, one panel a precision.

    A ring marks each rule's best step.

    Parameters
    ----------
    steps : array of step sizes, rising
    errors : title of the panel -> name of the rule -> array of errors, one for each step
    theory : title of the panel -> label -> array of predicted errors, drawn dotted

    Returns
    -------
    Figure

    Examples
    --------
    >>> h = np.array([1e-3, 1e-2, 1e-1])
    >>> errors = {"float64": {"one-sided": 3 * h, "two-sided": h**2}}
    >>> figure = plot_step_errors(h, errors, {"float64": {"3h": 3 * h}})
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['3h']
    >>> plt.close(figure)
    """
    figure, row = plt.subplots(
        1, len(errors), figsize=(7.2, 3.9), sharey=True, squeeze=False, layout="constrained"
    )
    smallest = min(
        float(error[error > 0].min()) for curves in errors.values() for error in curves.values()
    )
    low, high = smallest / 10, 30.0
    for ax, (title, curves) in zip(row[0], errors.items(), strict=True):
        for label, predicted in theory[title].items():
            _draw_theory(ax, steps, predicted, label, low, high)
        for (rule, error), color, marker in zip(
            curves.items(), (VERMILLION, BLUE), "so", strict=True
        ):
            shown = error > 0  # a logarithmic axis has no place for an exact hit
            ax.plot(steps[shown], error[shown], marker=marker, markersize=3.5, linewidth=1.3,
                    color=color, label=rule)  # fmt: skip
            best = int(np.argmin(error))
            ax.plot(steps[best], error[best], "o", markersize=11, markerfacecolor="none",
                    color=color, markeredgewidth=1.6)  # fmt: skip
        ax.set(xscale="log", yscale="log", ylim=(low, high), xlim=(steps[0] / 2, steps[-1] * 2))
        # Every third decade: all of them do not fit a narrow panel.
        ax.set_xticks(10.0 ** np.arange(-15, 1, 3))
        ax.set_title(title, fontsize=10.5)
        ax.set_xlabel("step size h")
    row[0][0].set_ylabel("error of the slope")
    figure.legend(*row[0][0].get_legend_handles_labels(), loc="outside upper center", ncols=2)
    return figure


def _draw_theory(
    ax: Axes, steps: Array, predicted: Array, label: str, low: float, high: float
) -> None:
    """A dotted line, with its label in the open space beside the part that can be seen."""
    ax.plot(steps, predicted, ":", color=GREY, linewidth=1.5)
    visible = np.flatnonzero((predicted > low) & (predicted < high))
    rising = predicted[-1] > predicted[0]
    at = visible[int(len(visible) * (0.15 if rising else 0.3))]
    ax.annotate(label, (steps[at], predicted[at]), xytext=(7, 0), textcoords="offset points",
                va="top" if rising else "bottom", color="#5a5a5a", fontsize=9.5)  # fmt: skip
