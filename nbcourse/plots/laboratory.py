"""One case of the deep laboratory as a figure: a histogram for every layer, and their spread."""

import re
from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nbcourse.distribution import Distribution
from nbcourse.layer_statistics import Laboratory
from nbcourse.plots.style import BLUE, PURPLE, VERMILLION

_WIDTH = 0.86  # of a histogram; the layers stand 1 apart


def plot_laboratory(laboratory: Laboratory, *, nonzero: bool = False, log: bool = False) -> Figure:
    """Histograms of activations and weight gradients at every layer, and how their std goes.

    Every histogram has an axis of its own, whose end stands below it: look there first. Below, the
    standard deviations share one logarithmic axis.

    Parameters
    ----------
    laboratory : as ``run_laboratory`` returns it
    nonzero : the entries that are 0 count neither in the histograms nor in the std, and the titles
        say how many there are; for ReLU
    log : counts of the gradients on a logarithmic axis, which shows rare values

    Returns
    -------
    Figure

    Examples
    --------
    >>> from nbcourse.layer_statistics import run_laboratory
    >>> case = run_laboratory("tanh", 0.01, np.random.default_rng(0), depth=3, width=50)
    >>> figure = plot_laboratory(case)
    >>> [ax.get_title() for ax in figure.axes[:2]]
    ['activations', 'gradients of the weights']
    >>> plt.close(figure)
    """
    figure, (top, middle, bottom) = plt.subplots(
        3, 1, figsize=(7.2, 5.4), height_ratios=(1, 1, 1.25)
    )
    # By hand: a chapter draws eight of these, and a layout engine takes half of their time.
    figure.subplots_adjust(left=0.09, right=0.99, top=0.95, bottom=0.15, hspace=0.42)
    rows = (
        (top, laboratory.activations, "activations", BLUE, False),
        (middle, laboratory.weight_gradients, "gradients of the weights", VERMILLION, log),
    )
    for ax, layers, title, color, counts_log in rows:
        _draw_histograms(ax, layers, color, counts_log)
        zeros = np.mean([1 - layer.nonzero for layer in layers])
        about_zeros = f"non-zero {title} ({zeros:.0%} are 0)" if nonzero else title
        ax.set_title(about_zeros + (", log counts" if counts_log else ""), fontsize=10)
    _draw_spread(bottom, laboratory, nonzero)
    figure.legend(loc="lower center", ncols=3, fontsize=9)
    return figure


def _draw_histograms(ax: Axes, layers: Sequence[Distribution], color: str, log: bool) -> None:
    labels = []
    for number, layer in enumerate(layers, start=1):
        end = max(abs(layer.low), abs(layer.high))
        # Symmetric about 0, but for values of one sign.
        start = -end if layer.low < 0 else 0.0
        share = (layer.edges - start) / (end - start or 1.0)
        counts = np.log10(1.0 + layer.counts) if log else layer.counts
        ax.stairs(
            counts / max(counts.max(), 1),
            number + _WIDTH * (share - 0.5),
            fill=True,
            color=color,
        )
        ax.hlines(0, number - _WIDTH / 2, number + _WIDTH / 2, color="#444444", linewidth=0.8)
        labels.append(("±" if start else "0 to ") + _short(end))
    ax.set_xticks(range(1, len(layers) + 1), labels, fontsize=7.5)
    ax.set(xlim=(0.5, len(layers) + 0.5), ylim=(0, 1.05), yticks=[])
    ax.tick_params(axis="x", length=0)
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.grid(False)


def _draw_spread(ax: Axes, laboratory: Laboratory, nonzero: bool) -> None:
    curves = (
        ("activations", laboratory.activations, BLUE, "o", "-"),
        ("gradients of the sums", laboratory.gradients, PURPLE, "s", "--"),
        ("gradients of the weights", laboratory.weight_gradients, VERMILLION, "^", ":"),
    )
    shown: list[float] = []
    for name, layers, color, marker, dash in curves:
        stds = [layer.nonzero_std if nonzero else layer.std for layer in layers]
        numbers = range(1, len(stds) + 1)
        ax.plot(numbers, stds, dash, marker=marker, markersize=5, color=color, label=name)
        shown += [std for std in stds if std > 0]
    if shown:  # a logarithmic axis has no place for 0
        lowest, highest = min(shown), max(shown)
        # At least two decades, so that a nearly flat line looks flat.
        middle = np.sqrt(lowest * highest)
        ax.set(yscale="log", ylim=(min(lowest / 3, middle / 10), max(3 * highest, 10 * middle)))
    ax.set(xlim=(0.5, len(laboratory.activations) + 0.5), xlabel="layer", ylabel="std")
    ax.set_xticks(range(1, len(laboratory.activations) + 1))


def _short(number: float) -> str:
    """Two digits, and an exponent without padding: 1.3e4, 0.75, 6.2e-4."""
    digits = f"{number:.1e}" if 0 < number < 1e-3 else f"{number:.2g}"
    return re.sub(r"(\.0)?e(-?)\+?0*", r"e\2", digits)
