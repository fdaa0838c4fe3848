"""Metrics: the numbers that are reported about a classifier.

They count, so their gradient is 0 almost everywhere: training descends the loss, and the metric
says what that was worth.
"""

import numpy as np
from numpy.typing import NDArray

from nbcourse.arrays import Array

Labels = NDArray[np.integer]


def accuracy(predictions: Labels, labels: Labels) -> float:
    """Share of the predictions that are right.

    Parameters
    ----------
    predictions : integer array (N,), one class for each example
    labels : integer array (N,)

    Raises
    ------
    ValueError
        The shapes differ, or there are no examples.

    Examples
    --------
    >>> accuracy(np.array([1, 0, 2, 2]), np.array([1, 0, 2, 1]))
    0.75
    """
    _require_pairs("accuracy", predictions, labels)
    return float(np.mean(predictions == labels))


def top_k_accuracy(scores: Array, labels: Labels, k: int) -> float:
    """Share of the examples whose label is among the k classes with the highest scores.

    Of classes with equal scores the one with the lower number stands first, as in ``argmax``: a
    network with the same score for every class does not get all examples right. A score that is
    NaN stands before every number, so a network that has diverged gets nothing right either.

    Parameters
    ----------
    scores : array (N, C); logits or probabilities, the order is the same
    labels : integer array (N,), values 0 to C - 1
    k : 1 to C

    Raises
    ------
    ValueError
        The shapes do not fit, or k lies outside 1 to C.

    Examples
    --------
    >>> scores = np.array([[0.1, 0.5, 0.4], [0.7, 0.2, 0.1]])
    >>> [top_k_accuracy(scores, np.array([2, 2]), k) for k in (1, 2, 3)]
    [0.0, 0.5, 1.0]
    """
    if scores.ndim != 2 or labels.shape != scores.shape[:1]:
        raise ValueError(
            f"top_k_accuracy needs scores (N, C) and labels (N,); got scores {scores.shape}, "
            f"labels {labels.shape}"
        )
    n, classes = scores.shape
    if not 1 <= k <= classes:
        raise ValueError(f"k must lie in 1 to {classes} for {classes} classes; got {k}")
    own = scores[np.arange(n), labels][:, np.newaxis]
    tied_before = (scores == own) & (np.arange(classes) < labels[:, np.newaxis])
    ahead = ~(scores <= own) | tied_before
    return float(np.mean(ahead.sum(axis=1) < k))


def confusion_matrix(predictions: Labels, labels: Labels, classes: int) -> NDArray[np.int64]:
    """How often each class was taken for each: rows are the labels, columns the predictions.

    Parameters
    ----------
    predictions : integer array (N,)
    labels : integer array (N,)
    classes : C, larger than every entry of both

    Returns
    -------
    integer array (C, C); the diagonal counts what is right, all entries sum to N

    Raises
    ------
    ValueError
        The shapes differ, or a class lies outside 0 to C - 1.

    Examples
    --------
    >>> confusion_matrix(np.array([1, 0, 1]), np.array([1, 0, 0]), 2)
    array([[1, 1],
           [0, 1]])
    """
    _require_pairs("confusion_matrix", predictions, labels)
    both = np.concatenate([predictions, labels])
    if both.min() < 0 or both.max() >= classes:
        raise ValueError(
            f"classes must lie in 0 to {classes - 1}; got {both.min()} to {both.max()}"
        )
    counts = np.bincount(labels * classes + predictions, minlength=classes**2)
    return counts.reshape(classes, classes).astype(np.int64)


def precision_recall(predictions: Labels, labels: Labels, positive: int = 1) -> tuple[float, float]:
    r"""Precision and recall of one class.

    .. math::

        \text{precision} = \frac{TP}{TP + FP}, \qquad \text{recall} = \frac{TP}{TP + FN}

    Of those called positive, how many are; of those that are, how many are called so. Each is 0
    where it would be 0 / 0, as in scikit-learn.

    Parameters
    ----------
    predictions : integer array (N,)
    labels : integer array (N,)
    positive : the class asked about; every other one counts as negative

    Returns
    -------
    precision, recall : floats

    Raises
    ------
    ValueError
        The shapes differ, or there are no examples.

    Examples
    --------
    >>> precision_recall(np.array([1, 1, 1, 0, 0]), np.array([1, 0, 0, 1, 0]))
    (0.3333333333333333, 0.5)
    """
    _require_pairs("precision_recall", predictions, labels)
    called, is_one = predictions == positive, labels == positive
    hits = float(np.sum(called & is_one))
    return hits / max(1, int(np.sum(called))), hits / max(1, int(np.sum(is_one)))


def _require_pairs(name: str, predictions: Labels, labels: Labels) -> None:
    # (N,) == (N, 1) would compare every prediction with every label.
    if predictions.ndim != 1 or labels.shape != predictions.shape or not len(labels):
        raise ValueError(
            f"{name} needs predictions (N,) and labels (N,), N at least 1; got predictions "
            f"{predictions.shape}, labels {labels.shape}"
        )
