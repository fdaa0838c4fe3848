"""Covariance matrices as pictures."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from nbcourse.arrays import Array
from nbcourse.whitening import covariance


def plot_covariances(data: Mapping[str, Array]) -> Figure:
    """The covariance of several data sets beside each other, each on a scale of its own.

    Blue is positive, red negative, white 0; the bar under a picture says how far its scale goes.

    Parameters
    ----------
    data : title -> array (N, D)

    Returns
    -------
    Figure

    Examples
    --------
    >>> figure = plot_covariances({"cloud": np.array([[1.0, 2.0], [3.0, 6.0]])})
    >>> figure.axes[0].images[0].get_array().tolist()
    [[1.0, 2.0], [2.0, 4.0]]
    >>> plt.close(figure)
    """
    figure, axes = plt.subplots(
        1, len(data), figsize=(7.2, 7.2 / len(data) + 0.9), layout="constrained", squeeze=False
    )
    for ax, (title, x) in zip(axes[0], data.items(), strict=True):
        matrix = covariance(x)
        limit = float(np.abs(matrix).max())
        picture = ax.imshow(matrix, cmap="RdBu", vmin=-limit, vmax=limit)
        ax.set(title=title, xticks=[], yticks=[])
        ax.grid(False)
        bar = figure.colorbar(picture, ax=ax, orientation="horizontal", pad=0.04)
        bar.set_ticks([-limit, 0, limit], labels=[f"{-limit:.3g}", "0", f"{limit:.3g}"])
    return figure
