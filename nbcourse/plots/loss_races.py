"""Training losses of several networks against each other."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from nbcourse.arrays import Array
from nbcourse.plots.style import COLORS

_DASHES = ("-", "--", "-.", ":")


def plot_loss_races(races: Mapping[str, Mapping[str, Sequence[float]]], window: int = 5) -> Figure:
    """Loss against the step, one panel for each race, curves named in the order they finish.

    Parameters
    ----------
    races : title -> name of the runner -> loss at every step; a name keeps its line in all panels
    window : each point is the mean over so many steps, as batches differ

    Returns
    -------
    Figure

    Examples
    --------
    >>> figure = plot_loss_races({"digits": {"slow": [2.0, 1.9], "fast": [2.0, 0.1]}}, window=1)
    >>> [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    ['slow', 'fast']
    >>> plt.close(figure)
    """
    names = list(dict.fromkeys(name for runners in races.values() for name in runners))
    styles = {
        # Dashes first: seven colors, then the next dash.
        name: {"color": COLORS[i % len(COLORS)], "linestyle": _DASHES[i % len(_DASHES)]}
        for i, name in enumerate(names)
    }
    figure, axes = plt.subplots(
        1, len(races), figsize=(7.2, 4.6), sharey=True, squeeze=False, layout="constrained"
    )
    # A spike may leave the figure; where the runners stand at the start must not.
    top = 1.15 * max(losses[0] for runners in races.values() for losses in runners.values())
    for ax, (title, runners) in zip(axes[0], races.items(), strict=True):
        means = {name: _moving_mean(losses, window) for name, losses in runners.items()}
        # The legend reads from top to bottom as the ends of the curves do.
        for name in sorted(means, key=lambda name: -means[name][-1]):
            steps = np.arange(len(means[name])) + (window - 1) / 2
            ax.plot(steps, means[name], label=name, **styles[name])
        ax.set_title(title, fontsize=10.5)
        ax.set(xlabel="step", ylim=(0, top))
        ax.legend(
            loc="upper center", bbox_to_anchor=(0.5, -0.17), ncols=2, fontsize=8.5, handlelength=3
        )
    axes[0][0].set_ylabel("training loss")
    return figure


def _moving_mean(losses: Sequence[float], window: int) -> Array:
    mean: Array = np.convolve(losses, np.full(window, 1 / window), mode="valid")
    return mean
