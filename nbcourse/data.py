"""The data that comes with the course."""

from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from nbcourse.arrays import Array


def load_digits() -> tuple[Array, NDArray[np.int64]]:
    """Handwritten digits, 1,797 images of 8 x 8 pixels.

    The test set of "Optical Recognition of Handwritten Digits" by E. Alpaydin and C. Kaynak (UCI
    Machine Learning Repository, 1998, CC BY 4.0). Each pixel counts how many of the 4 x 4 dots
    it stands for were black, 0 to 16.

    Returns
    -------
    images : float64 array (1797, 8, 8), values 0 to 16
    labels : integer array (1797,), values 0 to 9

    Examples
    --------
    >>> images, labels = load_digits()
    >>> images.shape, labels[:5]
    ((1797, 8, 8), array([0, 1, 2, 3, 4]))
    """
    images, labels = _digits()
    return images.astype(np.float64), labels.astype(np.int64)


@lru_cache(maxsize=1)
def _digits() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The arrays as they lie in the file, read once; callers get copies that they may change."""
    with files("nbcourse").joinpath("digits.npz").open("rb") as file:
        digits = np.load(file)
        return digits["images"], digits["labels"]
