"""A slider through the images of a test set, from the one a network is least sure of on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from nbcourse.arrays import Array
from nbcourse.plots.controls import Select, Slider
from nbcourse.plots.interactive import InteractiveGrid
from nbcourse.plots.style import BLUE, ORANGE


@dataclass(frozen=True)
class Reading:
    """What a network says about a test set.

    Attributes
    ----------
    images : array (N, H, W), values 0 to 16
    labels : integer array (N,)
    probabilities : array (N, C)
    """

    images: Array
    labels: NDArray[np.integer]
    probabilities: Array


def confidence_explorer(
    readings: Mapping[str, Reading], ranks: Sequence[int], description: str, caption: str
) -> InteractiveGrid:
    """An image, and the probability of each class; a slider goes through the images by confidence.

    The confidence is the highest probability. The label's own bar is orange and striped. The
    vertical axis has no title, which a phone has no room for: the caption should say what it is.

    Parameters
    ----------
    readings : name of a test set -> what the network says about it; all have as many images
    ranks : places in the order of confidence that the slider stops at; 1 is the least sure
    description, caption : as for ``InteractiveGrid``

    Returns
    -------
    InteractiveGrid

    Examples
    --------
    >>> reading = Reading(np.ones((2, 8, 8)), np.array([1, 0]), np.array([[0.9, 0.1], [0.6, 0.4]]))
    >>> shown = confidence_explorer({"test": reading}, [1, 2], "Two images", "By confidence.")
    >>> shown.figure.layout.title.text
    'reads 0 with 60.0 %, right'
    """
    frames = [
        _frame(reading, place)
        for reading in readings.values()
        for place in np.argsort(reading.probabilities.max(axis=1))[np.array(ranks) - 1]
    ]
    count = len(next(iter(readings.values())).labels)
    classes = next(iter(readings.values())).probabilities.shape[1]
    image = go.Heatmap(
        zmin=0, zmax=16, colorscale=[[0, "white"], [1, "black"]], showscale=False, hoverinfo="skip"
    )
    digits = list(range(classes))
    others = go.Bar(x=digits, name="other classes", marker={"color": BLUE})
    label = go.Bar(
        x=digits, name="the label",
        marker={"color": ORANGE, "pattern": {"shape": "/", "fgcolor": "black", "solidity": 0.25}},
    )  # fmt: skip
    pixels = {"showticklabels": False, "ticks": "", "mirror": True}
    layout = {
        "barmode": "overlay",
        "xaxis": {"domain": [0, 0.42], "constrain": "domain", **pixels},
        "yaxis": {"scaleanchor": "x", "autorange": "reversed", "constrain": "domain", **pixels},
        "xaxis2": {"domain": [0.55, 1], "anchor": "y2", "tickvals": digits, "title": "class",
                   "range": [-0.6, classes - 0.4]},
        "yaxis2": {"anchor": "x2", "range": [0, 1.02]},
        "title": {"x": 0.5, "xanchor": "center", "y": 0.97, "yanchor": "top", "font": {"size": 15}},
        "legend": {"orientation": "h", "x": 0.78, "xanchor": "center", "y": 1.0,
                   "yanchor": "bottom", "font": {"size": 12}},
        "height": 380,
    }  # fmt: skip
    others.update(xaxis="x2", yaxis="y2", hoverinfo="skip")
    label.update(xaxis="x2", yaxis="y2", hoverinfo="skip")
    controls = [
        Select("test rows", list(readings)),
        Slider("image, the least sure one first", [f"{rank} of {count}" for rank in ranks]),
    ]
    figure = go.Figure([image, others, label], layout, frames)
    shown = InteractiveGrid(figure, controls, description, caption)
    shown.figure.update_layout(margin={"t": 80, "l": 10})
    return shown


def _frame(reading: Reading, place: int) -> go.Frame:
    p, label = reading.probabilities[place], reading.labels[place]
    read = int(p.argmax())
    verdict = "right" if read == label else f"but it is a {label}"
    own = np.arange(len(p)) == label
    return go.Frame(
        data=[
            # Small types: a figure of 200 frames is mostly pixels.
            go.Heatmap(z=reading.images[place].astype(np.int8)),
            go.Bar(y=np.where(own, 0, p).astype(np.float32)),
            go.Bar(y=np.where(own, p, 0).astype(np.float32)),
        ],
        traces=[0, 1, 2],
        layout={
            "title": {"text": f"reads {read} with {p[read]:.1%}, {verdict}".replace("%", " %")}
        },
    )
