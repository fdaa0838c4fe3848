"""The regions of many networks behind labelled controls."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from nbcourse.arrays import Array
from nbcourse.plots.controls import Control
from nbcourse.plots.decision_lines import Box
from nbcourse.plots.interactive import InteractiveGrid
from nbcourse.plots.regions import TINTS, Margin, margin_grid
from nbcourse.plots.style import BLACK, BLUE, VERMILLION

_POINTS = 61  # of the grid, along each axis


def region_explorer(
    networks: Sequence[tuple[str, Margin]],
    controls: Sequence[Control],
    x: Array,
    y: Array,
    *,
    box: Box,
    description: str,
    caption: str,
) -> InteractiveGrid:
    """Regions of one network out of many; the controls choose which.

    A frame holds one byte for each point of a grid, so that 32 networks take 180 kB of the page.

    Parameters
    ----------
    networks : for each combination of the controls' values a title and a margin as in
        ``plot_regions``, in the order of ``itertools.product``: the last control changes fastest
    controls : objects ``Slider`` and ``Select``
    x : array (N, 2), examples
    y : array (N,), labels 0 and 1
    box : lowest and highest coordinate, the same for both axes
    description, caption : as for ``InteractiveGrid``

    Returns
    -------
    InteractiveGrid

    Examples
    --------
    >>> from nbcourse.plots.controls import Select
    >>> networks = [("left", lambda x: -x[:, 0]), ("right", lambda x: x[:, 0])]
    >>> shown = region_explorer(
    ...     networks, [Select("side", ["left", "right"])], np.array([[0.5, 0.5], [-0.5, 0.0]]),
    ...     np.array([1, 0]), box=(-1.0, 1.0), description="Two halves", caption="A side.",
    ... )
    >>> shown.figure.layout.title.text
    'left'
    """
    ticks = np.linspace(*box, _POINTS)
    frames = [
        go.Frame(
            data=[go.Contour(z=_one_byte(margin_grid(margin, box, _POINTS)))],
            traces=[0],
            layout={"title": {"text": title}},
        )
        for title, margin in networks
    ]
    regions = go.Contour(
        x=ticks,
        y=ticks,
        contours={"start": 0, "end": 0, "size": 2},
        autocontour=False,
        zmin=-1,
        zmax=1,
        colorscale=[[0, TINTS[0]], [0.5, TINTS[0]], [0.5, TINTS[1]], [1, TINTS[1]]],
        line={"color": BLACK, "width": 2, "smoothing": 0},
        showscale=False,
        hoverinfo="skip",
    )
    classes = [
        go.Scatter(
            x=x[kept, 0],
            y=x[kept, 1],
            mode="markers",
            name=name,
            hoverinfo="skip",
            marker={"color": color, "symbol": symbol, "size": 8},
        )
        for kept, name, color, symbol in (
            (y == 1, "class 1", BLUE, "circle"),
            (y == 0, "class 0", VERMILLION, "x"),
        )
    ]
    axis: dict[str, Any] = {"range": list(box), "constrain": "domain", "zeroline": False}
    layout = {
        "xaxis": {"title": "x1", **axis},
        "yaxis": {"title": "x2", "scaleanchor": "x", **axis},
        "title": {"x": 0.5, "xanchor": "center", "y": 0.98, "yanchor": "top", "font": {"size": 14}},
        "legend": {"orientation": "h", "x": 0.5, "xanchor": "center", "y": 1.01,
                   "yanchor": "bottom"},
        "height": 520,
    }  # fmt: skip
    figure = go.Figure([regions, *classes], layout, frames)
    shown = InteractiveGrid(figure, controls, description, caption)
    shown.figure.update_layout(margin_t=64)
    return shown


def _one_byte(z: Array) -> Array:
    """The margins in steps of one 127th, with their signs kept.

    The largest is taken beside the line, where the sign changes: only there the size of a margin
    matters, for it says where between two points of the grid the line runs. All others are cut off.
    """
    beside = np.zeros(z.shape, dtype=bool)
    across, along = np.diff(z > 0, axis=0), np.diff(z > 0, axis=1)
    beside[1:] |= across
    beside[:-1] |= across
    beside[:, 1:] |= along
    beside[:, :-1] |= along
    largest = float(np.abs(z[beside]).max()) if beside.any() else 1.0
    steps = np.round(127 * np.clip(z / largest, -1.0, 1.0))
    return np.where(steps == 0, np.where(z > 0, 1, -1), steps).astype(np.int8)
