"""Softmax cross-entropy in one sweep: each block of rows becomes its own gradient."""

import numpy as np
from numpy.typing import NDArray

from nbcourse.arrays import Array
from nbcourse.fast.threads import blocks_of, for_each
from nbcourse.losses import require_labels


def softmax_cross_entropy(logits: Array, labels: NDArray[np.integer]) -> tuple[float, Array]:
    """``losses.softmax_cross_entropy``, for many rows or classes.

    Parameters
    ----------
    logits : array (N, C)
    labels : integer array (N,), values 0 to C - 1

    Returns
    -------
    loss : float
    dlogits : array (N, C)

    Raises
    ------
    ValueError
        As there.

    Examples
    --------
    >>> loss, dlogits = softmax_cross_entropy(np.array([[0.0, 0.0]]), np.array([1]))
    >>> round(loss, 4), dlogits
    (0.6931, array([[ 0.5, -0.5]]))
    """
    require_labels(logits, labels)
    n = len(logits)
    dlogits = np.empty(logits.shape, logits.dtype)

    def write(rows: slice) -> float:
        block, right = dlogits[rows], (np.arange(rows.stop - rows.start), labels[rows])
        np.subtract(logits[rows], logits[rows].max(axis=1, keepdims=True), out=block)
        of_labels = block[right]
        np.exp(block, out=block)
        sums = block.sum(axis=1, keepdims=True)
        block /= sums * n
        block[right] -= 1.0 / n
        return float(np.sum(np.log(sums[:, 0]) - of_labels))

    return sum(for_each(write, blocks_of(n, logits[0].nbytes))) / n, dlogits
