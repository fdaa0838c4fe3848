"""Rows of small images, in gray or in color, with 0 in the middle where data are centered."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from nbcourse.arrays import Array


def show_images(rows: Mapping[str, Array], span: float, *, centered: bool = False) -> Figure:
    """Images in rows, each row with its name at the left.

    Parameters
    ----------
    rows : name -> images (n, H, W), or (n, 3, H, W) with the channels red, green, blue
    span : how far the values reach: black is 0 and white is ``span``; with ``centered`` black is
        ``-span`` and white is ``span``, so that 0 is a middle gray. What lies outside is cut off.
    centered : whether the values lie around 0

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        Images have another number of axes.

    Examples
    --------
    >>> figure = show_images({"dark": np.zeros((2, 3, 4, 4)), "light": np.ones((2, 4, 4))}, 1.0)
    >>> len(figure.axes), figure.axes[2].get_ylabel()
    (4, 'light')
    >>> plt.close(figure)
    """
    count = max(len(images) for images in rows.values())
    size = min(0.85, 6.0 / count)
    figure, axes = plt.subplots(
        len(rows),
        count,
        figsize=(size * count + 1.2, size * len(rows) + 0.1),
        layout="constrained",
        squeeze=False,
    )
    for line, (name, images) in zip(axes, rows.items(), strict=True):
        if images.ndim not in (3, 4):
            raise ValueError(f"{name}: images of shape {images.shape}, expected (n, H, W) or "
                             "(n, 3, H, W)")  # fmt: skip
        light = (images / span + 1) / 2 if centered else images / span
        light = np.clip(light, 0.0, 1.0)
        for ax, image in zip(line, light, strict=False):
            color = image.ndim == 3
            ax.imshow(image.transpose(1, 2, 0) if color else image, cmap="gray", vmin=0, vmax=1)
        for ax in line:
            ax.set(xticks=[], yticks=[])
            ax.spines[:].set_visible(False)
        line[0].set_ylabel(name, rotation=0, ha="right", va="center")
    return figure
