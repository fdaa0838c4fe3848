"""Loss functions: how wrong the network's output is, and the gradient that starts the way back."""

import numpy as np
from numpy.typing import NDArray

from nbcourse.arrays import Array


def softmax_cross_entropy(logits: Array, labels: NDArray[np.integer]) -> tuple[float, Array]:
    r"""Cross-entropy of the softmax of the logits, mean over the batch, and its gradient.

    .. math::

        p_{nc} = \frac{e^{z_{nc}}}{\sum_k e^{z_{nk}}}, \qquad
        L = -\frac1N \sum_n \log p_{n y_n}, \qquad
        \frac{\partial L}{\partial z} = \frac1N (p - y)

    with :math:`y` the one-hot labels. Each row's largest logit is subtracted first, which changes
    no probability and keeps ``exp`` from overflowing.

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
        The shapes do not fit, or a label lies outside 0 to C - 1.

    Examples
    --------
    >>> loss, dlogits = softmax_cross_entropy(np.array([[0.0, 0.0]]), np.array([1]))
    >>> round(loss, 4), dlogits
    (0.6931, array([[ 0.5, -0.5]]))
    """
    if logits.ndim != 2 or labels.shape != logits.shape[:1]:
        raise ValueError(
            f"softmax_cross_entropy needs logits (N, C) and labels (N,); got logits "
            f"{logits.shape}, labels {labels.shape}"
        )
    n, classes = logits.shape
    if labels.min() < 0 or labels.max() >= classes:
        raise ValueError(
            f"labels must lie in 0 to {classes - 1} for {classes} logits; got "
            f"{labels.min()} to {labels.max()}"
        )
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(n)
    dlogits = np.exp(log_p)
    dlogits[rows, labels] -= 1.0
    return float(-log_p[rows, labels].mean()), dlogits / n
