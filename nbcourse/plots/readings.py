"""Images with what a network reads in them."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from nbcourse.arrays import Array


def plot_readings(images: Array, titles: Sequence[str], columns: int = 6) -> Figure:
    """Gray images in rows, dark ink on white, each with a title above it.

    Parameters
    ----------
    images : array (N, H, W), N at least 1; 0 is white
    titles : one for each image
    columns : images in a row

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        There is no image, or there are not as many titles.

    Examples
    --------
    >>> import numpy as np
    >>> figure = plot_readings(np.zeros((3, 8, 8)), ["1, read 7", "2, read 3", "9, read 5"])
    >>> figure.axes[2].get_title()
    '9, read 5'
    >>> plt.close(figure)
    """
    if not len(images) or len(images) != len(titles):
        raise ValueError(f"got {len(images)} images and {len(titles)} titles, one for each needed")
    rows = -(-len(images) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(7.0, 1.35 * rows), layout="constrained", squeeze=False
    )
    for ax in axes.flat:
        ax.set_axis_off()
    for ax, image, title in zip(axes.flat, images, titles, strict=False):
        ax.imshow(image, cmap="gray_r", vmin=0)
        ax.set_title(title, fontsize=9)
    return figure
