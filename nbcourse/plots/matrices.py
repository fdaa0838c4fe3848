"""Matrices as pictures: where the zeros are, and what repeats."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from nbcourse.arrays import Array
from nbcourse.plots.style import GREY


def plot_matrices(matrices: Mapping[str, Array], cell: float = 0.155) -> Figure:
    """Matrices beside each other, all entries drawn at one size and on one color scale.

    Orange is positive, violet negative, white 0. A frame stands around each matrix, since its zeros
    are as white as the page.

    Parameters
    ----------
    matrices : title -> array (rows, columns)
    cell : side of an entry in inches

    Returns
    -------
    Figure with one axes for each matrix

    Raises
    ------
    ValueError
        There is no matrix, or an array has another number of axes than two.

    Examples
    --------
    >>> figure = plot_matrices({"identity": np.eye(3), "row": np.ones((1, 5))})
    >>> [ax.get_title() for ax in figure.axes]
    ['identity', 'row']
    >>> plt.close(figure)
    """
    if not matrices:
        raise ValueError("matrices is empty: give at least one title and matrix")
    for title, matrix in matrices.items():
        if np.ndim(matrix) != 2:
            raise ValueError(f"{title}: an array of shape {np.shape(matrix)}, expected a matrix")
    rows = max(len(matrix) for matrix in matrices.values())
    widths = [matrix.shape[1] for matrix in matrices.values()]
    figure, axes = plt.subplots(
        1,
        len(matrices),
        figsize=(cell * sum(widths) + 0.45 * len(widths), cell * rows + 0.75),
        gridspec_kw={"width_ratios": widths},
        layout="constrained",
        squeeze=False,
    )
    largest = max(float(np.abs(matrix).max()) for matrix in matrices.values()) or 1.0
    for ax, (title, matrix) in zip(axes[0], matrices.items(), strict=True):
        ax.imshow(matrix, cmap="PuOr_r", vmin=-largest, vmax=largest)
        ax.set_title(title, fontsize=9.5)
        ax.set_xlabel(f"{matrix.shape[0]} × {matrix.shape[1]}", fontsize=9)
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
        ax.spines[:].set(visible=True, color=GREY)
        ax.set_anchor("N")
    return figure
