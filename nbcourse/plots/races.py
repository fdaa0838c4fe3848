"""The outcome of a race of several methods, each run under several seeds."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from nbcourse.plots.style import BLUE, VERMILLION


def plot_race(results: Mapping[str, Sequence[float]], xlabel: str, limit: float) -> Axes:
    """One row a method, one dot a seed, a bar at the median; the best method on top.

    Parameters
    ----------
    results : method -> what each seed needed, less is better
    xlabel : what was measured
    limit : where a run was stopped; a seed that did not arrive before is drawn there as a cross

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        There is no method, or a method without a seed.

    Examples
    --------
    >>> ax = plot_race({"slow": [30, 50, 40], "fast": [10, 12, 11]}, "steps", 50)
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['fast', 'slow']
    >>> plt.close(ax.figure)
    """
    if not results or not all(map(len, results.values())):
        raise ValueError("a race needs at least one method, and at least one result for each")
    order = sorted(results, key=lambda name: (np.median(results[name]), np.mean(results[name])))
    _, ax = plt.subplots(figsize=(7.0, 0.28 * len(order) + 1.2))
    for row, name in enumerate(order):
        runs = np.asarray(results[name], dtype=float)
        arrived = runs < limit
        ax.plot(runs[arrived], np.full(arrived.sum(), row), "o", color=BLUE, alpha=0.75)
        ax.plot(runs[~arrived], np.full((~arrived).sum(), row), "X", color=VERMILLION)
        ax.vlines(np.median(runs), row - 0.33, row + 0.33, color=BLUE, linewidth=2.5)
    ax.set_yticks(range(len(order)), order)
    ax.set(ylim=(len(order) - 0.4, -0.6), xlim=(0, None), xlabel=xlabel)
    ax.grid(False, axis="y")
    return ax
