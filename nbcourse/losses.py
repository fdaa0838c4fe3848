"""Loss functions: how wrong the network's output is, and the gradient that starts the way back."""

import numpy as np
from numpy.typing import NDArray

from nbcourse.activations import sigmoid
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
    require_labels(logits, labels)
    n = len(logits)
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(n)
    dlogits = np.exp(log_p)
    dlogits[rows, labels] -= 1.0
    return float(-log_p[rows, labels].mean()), dlogits / n


def require_labels(logits: Array, labels: NDArray[np.integer]) -> None:
    """Raise ``ValueError`` unless there is a label for each row, and a logit for each label."""
    if logits.ndim != 2 or labels.shape != logits.shape[:1]:
        raise ValueError(
            f"softmax_cross_entropy needs logits (N, C) and labels (N,); got logits "
            f"{logits.shape}, labels {labels.shape}"
        )
    classes = logits.shape[1]
    if labels.min() < 0 or labels.max() >= classes:
        raise ValueError(
            f"labels must lie in 0 to {classes - 1} for {classes} logits; got "
            f"{labels.min()} to {labels.max()}"
        )


def binary_cross_entropy(
    logits: Array, targets: Array | NDArray[np.integer]
) -> tuple[float, Array]:
    r"""Binary cross-entropy (log loss) of the sigmoid of the logits, and its gradient.

    .. math::

        L = -\frac1N \sum_n \bigl(t_n \log p_n + (1 - t_n) \log(1 - p_n)\bigr), \quad
        p_n = \sigma(z_n), \qquad
        \frac{\partial L}{\partial z} = \frac1N (p - t)

    It is computed from the logits, as :math:`\max(z, 0) - t z + \log(1 + e^{-|z|})`: a probability
    that has been rounded to 0 has no logarithm any more. PyTorch calls this
    ``binary_cross_entropy_with_logits``.

    Parameters
    ----------
    logits : array (N,)
    targets : array (N,), 0 or 1, or the probability of a 1

    Returns
    -------
    loss : float
    dlogits : array (N,)

    Raises
    ------
    ValueError
        The shapes do not fit, or a target lies outside 0 to 1.

    Examples
    --------
    >>> loss, dlogits = binary_cross_entropy(np.array([0.0, 1e4]), np.array([1, 1]))
    >>> round(loss, 4), dlogits
    (0.3466, array([-0.25,  0.  ]))
    """
    if logits.ndim != 1 or targets.shape != logits.shape:
        raise ValueError(
            f"binary_cross_entropy needs logits (N,) and targets (N,); got logits "
            f"{logits.shape}, targets {targets.shape}"
        )
    if targets.min() < 0 or targets.max() > 1:
        raise ValueError(f"targets must lie in 0 to 1; got {targets.min()} to {targets.max()}")
    losses = np.maximum(logits, 0.0) - logits * targets + np.log1p(np.exp(-np.abs(logits)))
    dlogits: Array = (sigmoid(logits) - targets) / len(logits)
    return float(losses.mean()), dlogits


def sum_of_squares(pred: Array, target: Array) -> tuple[float, Array]:
    r"""Half the sum of squared errors over the outputs, mean over the batch, and its gradient.

    .. math::

        L = \frac{1}{2N} \sum_n \sum_d (\hat y_{nd} - y_{nd})^2, \qquad
        \frac{\partial L}{\partial \hat y} = \frac1N (\hat y - y)

    The half cancels the 2 of the square. PyTorch's ``mse_loss`` has no half and divides by
    :math:`N D`.

    Parameters
    ----------
    pred : array (N, D)
    target : array (N, D)

    Returns
    -------
    loss : float
    dpred : array (N, D)

    Raises
    ------
    ValueError
        The shapes differ: ``(N,)`` minus ``(N, 1)`` would be broadcast to all pairs.

    Examples
    --------
    >>> loss, dpred = sum_of_squares(np.array([[3.0, 1.0]]), np.array([[1.0, 1.0]]))
    >>> loss, dpred
    (2.0, array([[2., 0.]]))
    """
    if pred.ndim != 2 or target.shape != pred.shape:
        raise ValueError(
            f"sum_of_squares needs pred (N, D) and target (N, D); got pred {pred.shape}, "
            f"target {target.shape}"
        )
    error = pred - target
    dpred: Array = error / len(pred)
    return float(0.5 * np.sum(error**2) / len(pred)), dpred
