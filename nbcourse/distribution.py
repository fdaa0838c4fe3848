"""How the entries of an array are spread: moments and histogram, kept without the array."""

from dataclasses import dataclass

import numpy as np

from nbcourse.arrays import Array

_BINS = 50


@dataclass(frozen=True)
class Distribution:
    """How the entries of an array are spread.

    Attributes
    ----------
    mean, std, low, high : of all entries
    nonzero : share of the entries that are not exactly 0
    counts, edges : histogram, as ``numpy.histogram`` returns it
    """

    mean: float
    std: float
    low: float
    high: float
    nonzero: float
    counts: Array
    edges: Array

    @property
    def nonzero_mean(self) -> float:
        """Mean of the entries that are not 0; 0 when there are none."""
        return self.mean / self.nonzero if self.nonzero else 0.0

    @property
    def nonzero_std(self) -> float:
        """Standard deviation of the entries that are not 0."""
        if not self.nonzero:
            return 0.0
        square = (self.std**2 + self.mean**2) / self.nonzero
        return float(np.sqrt(max(square - self.nonzero_mean**2, 0.0)))


def distribution(values: Array, skip_zeros: bool = False) -> Distribution:
    """Moments and histogram of all entries; ``skip_zeros`` leaves zeros out of the histogram.

    >>> d = distribution(np.array([[0.0, 2.0], [0.0, 4.0]]), skip_zeros=True)
    >>> d.mean, d.nonzero, d.nonzero_mean, d.nonzero_std, int(d.counts.sum())
    (1.5, 0.5, 3.0, 1.0, 2)
    """
    zero = values == 0
    counts, edges = np.histogram(values[~zero] if skip_zeros else values, bins=_BINS)
    return Distribution(
        mean=float(values.mean()),
        std=float(values.std()),
        low=float(values.min()),
        high=float(values.max()),
        nonzero=float(1.0 - zero.mean()),
        counts=counts,
        edges=edges,
    )
