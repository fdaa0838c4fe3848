"""How large signals are, layer by layer: measured points and predicted lines."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from nbcourse.plots.style import COLORS, GREY

_MARKERS = "os^Dv*X"


def plot_layer_stds(
    measured: Mapping[str, Sequence[float]],
    predicted: Mapping[str, Sequence[float]] | None = None,
    *,
    ylabel: str = "std after the layer",
    log: bool = True,
) -> Axes:
    """Standard deviation against the layer, one color and one marker for each network.

    Parameters
    ----------
    measured : label -> one number for each layer
    predicted : label -> one number for each layer, drawn as a dotted line in the color of that
        label; a network may lack a prediction
    ylabel : what was measured
    log : a logarithmic axis

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        A prediction has no measurement of its name, or there are more than seven networks.

    Examples
    --------
    >>> ax = plot_layer_stds({"0.9": [0.9, 0.81]}, {"0.9": [0.9, 0.81]})
    >>> [text.get_text() for text in ax.figure.legends[0].get_texts()]
    ['0.9', 'predicted']
    >>> plt.close(ax.figure)
    """
    predicted = predicted or {}
    if len(measured) > len(_MARKERS) or not set(predicted) <= set(measured):
        raise ValueError(
            f"at most {len(_MARKERS)} networks, and predictions for these alone; got "
            f"measurements of {list(measured)} and predictions for {list(predicted)}"
        )
    figure, ax = plt.subplots(figsize=(6.8, 3.9), layout="constrained")
    for (label, stds), color, marker in zip(measured.items(), COLORS, _MARKERS, strict=False):
        layers = np.arange(1, len(stds) + 1)
        style = "none" if label in predicted else "-"
        ax.plot(layers, stds, marker=marker, linestyle=style, color=color, label=label)
        if label in predicted:
            ax.plot(layers, predicted[label], ":", color=color)
    if predicted:
        ax.plot([], [], ":", color=GREY, label="predicted")
    ax.set(xlabel="layer", ylabel=ylabel, yscale="log" if log else "linear")
    longest = max(len(stds) for stds in measured.values())
    ax.set_xticks(range(1, longest + 1, 1 if longest <= 12 else 2))
    figure.legend(loc="outside right upper", fontsize=9.5)
    return ax
