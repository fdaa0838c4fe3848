"""The same training with several seeds: one dot a run, so that spread and difference are seen."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from nbcourse.plots.style import BLACK, BLUE, GREY


def plot_seeds(
    results: Mapping[str, Sequence[float]], baseline: str | None = None, xlabel: str = "accuracy"
) -> Axes:
    """A line for each way of training, a dot for each of its seeds, a bar at their mean.

    Parameters
    ----------
    results : name -> one number for each seed; the first name stands on top
    baseline : the name with which the others are compared: a band over the whole height reaches
        one standard deviation of its seeds to both sides of its mean
    xlabel : what the numbers are

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        The baseline is not among the results.

    Examples
    --------
    >>> ax = plot_seeds({"plain": [0.97, 0.98], "with noise": [0.96, 0.99]}, baseline="plain")
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['plain', 'with noise']
    >>> plt.close(ax.figure)
    """
    if baseline is not None and baseline not in results:
        raise ValueError(f"baseline {baseline!r} is not among {', '.join(results)}")
    _, ax = plt.subplots(figsize=(6.6, 0.31 * len(results) + 0.8), layout="constrained")
    if baseline is not None:
        values = results[baseline]
        middle, spread = float(np.mean(values)), float(np.std(values, ddof=1))
        ax.axvspan(middle - spread, middle + spread, color=GREY, alpha=0.25, linewidth=0)
    for row, values in enumerate(results.values()):
        # Equal numbers would hide each other: they stand side by side, a little above the line.
        heights = [row - 0.17 * list(values[:i]).count(value) for i, value in enumerate(values)]
        ax.plot(values, heights, "o", color=BLUE, markersize=4.5, alpha=0.8)
        ax.plot([np.mean(values)] * 2, [row - 0.3, row + 0.3], color=BLACK, linewidth=2)
    ax.set_yticks(range(len(results)), labels=list(results))
    ax.set(ylim=(len(results) - 0.4, -0.8), xlabel=xlabel)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="y", visible=False)
    return ax
