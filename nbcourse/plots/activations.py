"""Activation functions: every curve with its derivative, and what a parameter does to both."""

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import plotly.graph_objects as go
from matplotlib.figure import Figure

from nbcourse.arrays import Array
from nbcourse.plots.interactive import Interactive
from nbcourse.plots.style import BLACK, GRADIENT, GREY, VALUE

#: An activation as a figure needs it: x -> (value, derivative).
Curve = Callable[[Array], tuple[Array, Array]]

_REACH = 4.0
_LOW, _HIGH = -1.9, 2.6


def plot_activations(curves: Mapping[str, Curve], columns: int = 4) -> Figure:
    """Small panels on equal axes: value drawn through, derivative dashed.

    Parameters
    ----------
    curves : title -> function of an array that returns values and derivatives
    columns : panels in a row

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        ``curves`` is empty.

    Examples
    --------
    >>> figure = plot_activations({"square": lambda x: (x**2, 2 * x)})
    >>> [ax.get_title() for ax in figure.axes]
    ['square']
    >>> plt.close(figure)
    """
    if not curves:
        raise ValueError("curves is empty: give at least one title and function")
    columns = min(columns, len(curves))
    rows = -(-len(curves) // columns)
    figure, grid = plt.subplots(
        rows, columns, figsize=(7.2, 1.62 * rows + 0.5), sharex=True, sharey=True, squeeze=False
    )
    figure.subplots_adjust(0.05, 0.05, 0.99, 1 - 0.65 / (1.62 * rows + 0.5), 0.08, 0.3)
    # An even number of points: a derivative is not asked for at 0, where some have a kink.
    x = np.linspace(-_REACH, _REACH, 200)
    for ax in grid.flat[len(curves) :]:
        ax.remove()
    for ax, (title, curve) in zip(grid.flat, curves.items(), strict=False):
        value, slope = curve(x)
        ax.plot(x, value, color=VALUE, linewidth=2, label="value")
        ax.plot(x, slope, "--", color=GRADIENT, linewidth=1.5, label="derivative")
        ax.axhline(0, color=BLACK, linewidth=0.6, zorder=0)
        ax.axvline(0, color=BLACK, linewidth=0.6, zorder=0)
        ax.set(xlim=(-_REACH, _REACH), ylim=(_LOW, _HIGH), xticks=(-3, 0, 3), yticks=(-1, 0, 1, 2))
        ax.set_title(title, fontsize=10)
    figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="upper center", ncols=2)
    return figure


def activation_slider(
    curve: Callable[[Array, float], tuple[Array, Array]],
    flow: Callable[[float], Array],
    settings: Sequence[float],
    *,
    parameter: str,
    name: str,
    reference: Array,
    caption: str,
    start: int = 0,
) -> Interactive:
    """An activation with a slider for its parameter, and what it does to a gradient.

    Above, the curve and its derivative. Below, the size of a gradient on its way back through the
    layers of a network, as a multiple of the size it arrived with.

    Parameters
    ----------
    curve : (x, setting) -> values and derivatives
    flow : setting -> size of the gradient after 0, 1, 2, ... layers, the first entry 1
    settings : one position of the slider each
    parameter, name : what the slider moves, and the activation, as the reader knows them
    reference : what ``flow`` would give for ReLU, drawn dotted
    caption : the sentence under the figure
    start : the position shown first

    Returns
    -------
    Interactive

    Examples
    --------
    >>> line = lambda x, a: (a * x, np.full_like(x, a))
    >>> shown = activation_slider(
    ...     line, lambda a: a ** np.arange(3.0), [0.5, 1.0], parameter="slope a", name="line",
    ...     reference=np.ones(3), caption="A line.",
    ... )
    >>> shown.values
    ['0.5: gradient × 0.25 after 2 layers', '1: gradient × 1 after 2 layers']
    """
    # The last point left of 0 and the first one right of it make a jump upright.
    left = np.linspace(-_REACH, -1e-9, 80)
    x = np.concatenate([left, -left[::-1]])
    flows = [np.asarray(flow(setting)) for setting in settings]
    depth = len(reference) - 1
    values = [
        f"{setting:g}: gradient × {sizes[-1]:.2g} after {depth} layers"
        for setting, sizes in zip(settings, flows, strict=True)
    ]
    layers = np.arange(depth + 1.0)
    frames = []
    for setting, sizes in zip(settings, flows, strict=True):
        value, slope = curve(x, setting)
        traces = [
            _line(x, value, name, VALUE, "solid"),
            _line(x, slope, "derivative", GRADIENT, "dash"),
            _line(layers, sizes, f"gradient, {name}", GRADIENT, "solid", below=True),
            _line(layers, np.asarray(reference), "gradient, ReLU", GREY, "dot", below=True),
        ]
        frames.append(go.Frame(data=traces))
    smallest = min(float(sizes.min()) for sizes in [*flows, reference])
    largest = max(float(sizes.max()) for sizes in [*flows, reference])
    figure = go.Figure(
        data=frames[start].data,
        layout={
            "xaxis": {"title": "x", "range": [-_REACH, _REACH], "anchor": "y"},
            "yaxis": {"range": [_LOW, _HIGH], "domain": [0.5, 1.0]},
            "xaxis2": {
                "title": "layers passed on the way back",
                "range": [-0.2, depth + 0.2],
                "dtick": 1,
                "anchor": "y2",
            },
            "yaxis2": {
                "title": "size of gradient",
                "type": "log",
                "range": [np.log10(smallest) - 0.15, np.log10(largest) + 0.15],
                "domain": [0.0, 0.3],
                "tickvals": [a * 10.0**b for b in range(-6, 7) for a in (1, 3)],
                "tickformat": "~g",
            },
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        },
        frames=frames,
    )
    first, last = values[0], values[-1]
    description = (
        f"Above, the curve of {name} and its derivative, between x = -4 and 4; below, on a "
        f"logarithmic axis, the size of a gradient that goes back through {depth} layers. With "
        f"{parameter} = {first}, with {last}. ReLU's gradient ends at × {reference[-1]:.2g}."
    )
    return Interactive(
        figure,
        label=parameter,
        values=values,
        description=description,
        caption=caption,
        start=start,
    )


def _line(x: Array, y: Array, name: str, color: str, dash: str, below: bool = False) -> go.Scatter:
    # Four digits are finer than a pixel and keep the page small.
    return go.Scatter(
        x=np.round(x, 3).tolist(),
        y=[float(f"{value:.4g}") for value in y],
        name=name,
        mode="lines+markers" if below else "lines",
        line={"color": color, "width": 2.5, "dash": dash},
        xaxis="x2" if below else "x",
        yaxis="y2" if below else "y",
    )
