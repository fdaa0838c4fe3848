"""What the units of a first layer look at: their weights as little images."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from nbcourse.arrays import Array


def plot_weight_images(weights: Mapping[str, Array], columns: int = 4) -> Figure:
    """Each column of a weight matrix as a square image, the matrices beside each other.

    Orange is positive, violet negative, white 0; every matrix has a scale of its own.

    Parameters
    ----------
    weights : title -> array (side * side, number of units)
    columns : images beside each other in one panel

    Returns
    -------
    Figure with one axes for each matrix

    Raises
    ------
    ValueError
        A matrix has not a square number of rows.

    Examples
    --------
    >>> figure = plot_weight_images({"ones": np.ones((9, 4))}, columns=2)
    >>> figure.axes[0].images[0].get_array().shape
    (7, 7)
    >>> plt.close(figure)
    """
    figure, axes = plt.subplots(
        1,
        len(weights),
        figsize=(2.4 * len(weights), 2.7),
        squeeze=False,
        layout="constrained",
        gridspec_kw={"wspace": 0.08},
    )
    for ax, (title, w) in zip(axes[0], weights.items(), strict=True):
        picture = _mosaic(w, columns)
        largest = float(np.nanmax(np.abs(picture))) or 1.0
        ax.imshow(picture, cmap="PuOr_r", vmin=-largest, vmax=largest)
        ax.set_title(title, fontsize=10.5)
        ax.axis("off")
    return figure


def _mosaic(w: Array, columns: int) -> Array:
    """The images in rows, with a line of NaN, which is drawn as nothing, between them."""
    side = round(float(np.sqrt(len(w))))
    if side * side != len(w):
        raise ValueError(f"weights need a square number of rows to be images, got {len(w)}")
    rows = -(-w.shape[1] // columns)
    picture = np.full((rows * (side + 1) - 1, columns * (side + 1) - 1), np.nan)
    for unit, image in enumerate(w.T.reshape(-1, side, side)):
        top, left = (side + 1) * (unit // columns), (side + 1) * (unit % columns)
        picture[top : top + side, left : left + side] = image
    return picture
