"""Mini-batches: the examples of one epoch in random order, a few at a time.

The gradient of a batch is an estimate of the gradient over all examples: right in the mean, with
noise that falls like one over the root of the batch's size.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def minibatches(
    n: int, batch_size: int, rng: np.random.Generator
) -> list[NDArray[np.integer[Any]]]:
    r"""Split the numbers 0 to n - 1, in random order, into batches: one epoch.

    Every example is in exactly one batch. All have ``batch_size`` members but the last, which has
    what is left; there are :math:`\lceil n / batch\_size \rceil` of them.

    Parameters
    ----------
    n : number of examples, at least 1
    batch_size : at least 1; more than n makes a single batch
    rng : decides the order

    Returns
    -------
    list of integer arrays; ``x[rows]`` and ``labels[rows]`` are a batch

    Raises
    ------
    ValueError
        n or ``batch_size`` is less than 1.

    Examples
    --------
    >>> batches = minibatches(5, 2, np.random.default_rng(0))
    >>> [len(rows) for rows in batches], sorted(np.concatenate(batches).tolist())
    ([2, 2, 1], [0, 1, 2, 3, 4])
    """
    if n < 1 or batch_size < 1:
        raise ValueError(f"n and batch_size must be at least 1; got {n} and {batch_size}")
    order = rng.permutation(n)
    return [order[start : start + batch_size] for start in range(0, n, batch_size)]
