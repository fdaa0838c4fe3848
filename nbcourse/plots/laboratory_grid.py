"""The deep laboratory with controls: scale of the weights, activation and depth."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from nbcourse.arrays import Array
from nbcourse.layer_statistics import ACTIVATIONS
from nbcourse.plots.controls import Select, Slider
from nbcourse.plots.interactive import InteractiveGrid
from nbcourse.plots.style import BLUE, VERMILLION

# Histograms of log10 |value|, in steps of a quarter of a decade.
_LOW, _HIGH, _STEP = -12, 14, 0.25
_CENTERS = np.arange(_LOW, _HIGH, _STEP) + _STEP / 2

_DESCRIPTION = (
    "Three panels that share a sigma, an activation and a layer. On top the standard deviations of "
    "activations and gradients at layers 1 to {depth}, on a logarithmic axis, the chosen layer "
    "marked; below, histograms of the sizes of its activations and of its gradients, on the same "
    "logarithmic axis, without zeros. With a small sigma the activations slide to the left as the "
    "layer grows, and the gradients as it falls; with a large one ReLU's slide to the right, and "
    "tanh's pile up at 1. Near 1/√n for tanh and √(2/n) for ReLU nothing slides."
)


def laboratory_grid(
    sigmas: Mapping[str, float],
    activations: Mapping[str, str],
    rng: np.random.Generator,
    *,
    caption: str,
    start: tuple[int, int, int] = (0, 0, 0),
    depth: int = 10,
    width: int = 500,
    examples: int = 40,
) -> InteractiveGrid:
    """Activations and gradients of a deep network, by sigma, activation and layer.

    The same input, the same normal numbers behind the weights and the same upstream gradient serve
    all positions, so that what changes comes from the controls alone.

    Parameters
    ----------
    sigmas : text of a position -> standard deviation of the weights
    activations : text of a position -> name of the activation in ``layer_statistics``
    rng : draws input, weights and upstream gradient
    caption : the sentence under the figure
    start : positions of sigma, activation and layer shown first
    depth, width, examples : number of layers, of units in each, of rows of the input

    Returns
    -------
    InteractiveGrid

    Examples
    --------
    >>> shown = laboratory_grid(
    ...     {"0.1": 0.1, "1": 1.0}, {"tanh": "tanh"}, np.random.default_rng(0),
    ...     caption="Signals.", depth=3, width=20,
    ... )
    >>> len(shown.figure.frames), [control.label for control in shown.controls]
    (6, ['sigma', 'activation', 'layer (depth)'])
    """
    x, dout = rng.standard_normal((2, examples, width))
    normals = rng.standard_normal((depth, width, width))
    scales = np.array(list(sigmas.values()))
    signals = [_signals(normals, scales, x, kind, dout) for kind in activations.values()]
    frames = []
    for i in range(len(scales)):
        for outputs, gradients in signals:
            frames += _frames([h[i] for h in outputs], [ds[i] for ds in gradients])
    figure = make_subplots(
        rows=3,
        cols=1,
        row_heights=[0.36, 0.32, 0.32],
        vertical_spacing=0.17,
        subplot_titles=["", "activations of the chosen layer", "gradients of the chosen layer"],
    )
    for row, trace in zip((1, 1, 1, 1, 2, 3), _traces(depth), strict=True):
        figure.add_trace(trace, row=row, col=1)
    figure.update(frames=frames)
    figure.update_layout(_layout(depth))
    layers = [str(layer) for layer in range(1, depth + 1)]
    controls = [
        Slider("sigma", list(sigmas), start[0]),
        Select("activation", list(activations), start[1]),
        Slider("layer (depth)", layers, start[2]),
    ]
    return InteractiveGrid(figure, controls, _DESCRIPTION.format(depth=depth), caption)


def _signals(
    normals: Array, sigmas: Array, x: Array, activation: str, dout: Array
) -> tuple[list[Array], list[Array]]:
    """Outputs of the layers, and gradients of the sums before the activation, for all sigmas.

    The weights of all sigmas are multiples of the same ``normals``, so one large matrix product a
    layer serves all: each sigma has a block of rows.

    Returns
    -------
    outputs, gradients : for each layer an array (number of sigmas, examples, width)
    """
    function, slope = ACTIVATIONS[activation]
    blocks = (len(sigmas), *x.shape)
    scale = np.repeat(sigmas, len(x))[:, None]
    h, dh = np.tile(x, (len(sigmas), 1)), np.tile(dout, (len(sigmas), 1))
    outputs: list[Array] = []
    gradients: list[Array] = []
    for z in normals:
        h = function(scale * (h @ z))
        outputs.append(h)
    for z, h in zip(normals[::-1], outputs[::-1], strict=True):
        gradients.append(dh * slope(h))
        dh = scale * (gradients[-1] @ z.T)
    return [h.reshape(blocks) for h in outputs], [ds.reshape(blocks) for ds in gradients[::-1]]


def _frames(outputs: Sequence[Array], gradients: Sequence[Array]) -> list[go.Frame]:
    """One frame for each layer; a frame holds only what differs from one to another."""
    stds = [[_short(part.std()) for part in parts] for parts in (outputs, gradients)]
    histograms = [[_sizes(part) for part in parts] for parts in (outputs, gradients)]
    frames = []
    for i in range(len(outputs)):
        marked = [go.Scatter(x=[i + 1], y=[values[i]]) for values in stds]
        data = [
            *(go.Scatter(y=values) for values in stds),
            *marked,
            *(go.Scatter(y=bars[i]) for bars in histograms),
        ]
        frames.append(go.Frame(data=data, traces=list(range(len(data)))))
    return frames


def _short(number: float) -> float:
    """Three digits are finer than a pixel, and keep the page small."""
    return float(f"{number:.3g}")


def _sizes(values: Array) -> list[int]:
    """Per cent of the entries in every bin of log10 |value|; zeros are in none."""
    sizes = np.log10(np.abs(values[values != 0]))
    counts, _ = np.histogram(sizes, bins=len(_CENTERS), range=(_LOW, _HIGH))
    percent: list[int] = np.rint(100 * counts / values.size).astype(int).tolist()
    return percent


def _traces(depth: int) -> list[go.Scatter]:
    layers = list(range(1, depth + 1))
    traces = []
    for name, color, dash, symbol in (
        ("activations", BLUE, "solid", "circle"),
        ("gradients", VERMILLION, "dash", "square"),
    ):
        line = {"color": color, "dash": dash}
        marker = {"symbol": symbol, "size": 6}
        traces.append(
            go.Scatter(x=layers, name=name, mode="lines+markers", line=line, marker=marker)
        )
    for color, symbol in ((BLUE, "circle-open"), (VERMILLION, "square-open")):
        ring = {"symbol": symbol, "size": 15, "color": color, "line": {"width": 2.5}}
        traces.append(go.Scatter(mode="markers", marker=ring, showlegend=False))
    centers = [_short(10**center) for center in _CENTERS]
    for color in (BLUE, VERMILLION):
        steps = {"color": color, "shape": "hvh", "width": 1.5}
        traces.append(
            go.Scatter(x=centers, mode="lines", fill="tozeroy", line=steps, showlegend=False)
        )
    return traces


def _layout(depth: int) -> dict[str, object]:
    sizes = {
        "tickangle": 0,
        "type": "log",
        "range": [_LOW, _HIGH],
        "dtick": 6,
        "exponentformat": "power",
    }
    share = {"range": [0, 100], "title": "% of all"}
    return {
        "height": 640,
        "xaxis": {
            "title": {"text": "layer", "standoff": 2},
            "range": [0.5, depth + 0.5],
            "dtick": 1,
        },
        "yaxis": {**sizes, "title": "std"},
        "xaxis2": sizes,
        "yaxis2": share,
        "xaxis3": {**sizes, "title": "size of the entries that are not 0"},
        "yaxis3": share,
        "legend": {"orientation": "h", "x": 0, "y": 1.01, "yanchor": "bottom"},
    }
