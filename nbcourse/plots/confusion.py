"""A confusion matrix with its counts written in."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from numpy.typing import NDArray

from nbcourse.plots.style import BLACK

# White for none, then what is wrong from light to strong, then what is right.
_TINTS = ("white", "#fbe3d3", "#f0a57a", "#a9cfe6")


def plot_confusion(counts: NDArray[np.integer]) -> Axes:
    """Draw a confusion matrix: labels downward, predictions across, a count in each cell.

    The diagonal is blue, a single mistake light orange, two or more of a kind stronger orange;
    cells with a 0 stay empty.

    Parameters
    ----------
    counts : integer array (C, C), as ``confusion_matrix`` returns it

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        The matrix is not square.

    Examples
    --------
    >>> ax = plot_confusion(np.array([[5, 1], [0, 4]]))
    >>> [text.get_text() for text in ax.texts]
    ['5', '1', '4']
    >>> plt.close(ax.figure)
    """
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise ValueError(f"a confusion matrix is (C, C); got {counts.shape}")
    classes = len(counts)
    tints = np.minimum(counts, 2)
    np.fill_diagonal(tints, 3)
    size = 0.36 * classes + 0.8
    _, ax = plt.subplots(figsize=(size, size))
    ax.imshow(tints, cmap=ListedColormap(_TINTS), vmin=0, vmax=3)
    for row, column in zip(*np.nonzero(counts), strict=True):
        ax.text(column, row, str(counts[row, column]), ha="center", va="center", color=BLACK,
                fontsize=9.5, weight="normal" if row == column else "bold")  # fmt: skip
    ax.set_xticks(range(classes))
    ax.set_yticks(range(classes))
    ax.set(xlabel="predicted", ylabel="label")
    ax.grid(False)
    return ax
