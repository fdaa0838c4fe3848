"""Metrics: what they count, and where counting by hand goes astray."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nbcourse.metrics import accuracy, confusion_matrix, precision_recall, top_k_accuracy

PREDICTIONS = np.array([0, 2, 2, 1, 0, 2])
LABELS = np.array([0, 2, 1, 1, 2, 2])


def test_accuracy_is_the_diagonal_of_the_confusion_matrix() -> None:
    counts = confusion_matrix(PREDICTIONS, LABELS, 3)
    assert counts.tolist() == [[1, 0, 0], [0, 1, 1], [1, 0, 2]]
    assert accuracy(PREDICTIONS, LABELS) == np.trace(counts) / counts.sum() == 4 / 6


@pytest.mark.parametrize("positive", [0, 1, 2])
def test_precision_and_recall_are_a_column_and_a_row_of_it(positive: int) -> None:
    counts = confusion_matrix(PREDICTIONS, LABELS, 3)
    hits = counts[positive, positive]
    assert precision_recall(PREDICTIONS, LABELS, positive) == pytest.approx(
        (hits / counts[:, positive].sum(), hits / counts[positive].sum())
    )


def test_nothing_called_positive_and_nothing_positive() -> None:
    assert precision_recall(np.array([0, 0]), np.array([1, 0])) == (0.0, 0.0)
    assert precision_recall(np.array([1, 0]), np.array([0, 0])) == (0.0, 0.0)


def test_top_k_takes_in_more_as_k_grows() -> None:
    rng = np.random.default_rng(0)
    scores, labels = rng.standard_normal((200, 7)), rng.integers(0, 7, 200)
    shares = [top_k_accuracy(scores, labels, k) for k in range(1, 8)]
    by_sorting = [
        np.mean([label in np.argsort(-row)[:k] for row, label in zip(scores, labels, strict=True)])
        for k in range(1, 8)
    ]
    assert shares == pytest.approx(by_sorting)
    assert shares[0] == accuracy(scores.argmax(axis=1), labels)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_network_that_says_the_same_of_all_classes_is_not_right_about_all() -> None:
    scores, labels = np.zeros((4, 4)), np.arange(4)
    assert [top_k_accuracy(scores, labels, k) for k in (1, 2, 4)] == [0.25, 0.5, 1.0]


def test_a_network_that_has_diverged_is_right_about_nothing() -> None:
    scores = np.full((4, 3), np.nan)
    assert top_k_accuracy(scores, np.array([0, 1, 2, 0]), 2) == 0.0
    scores[:, 0] = 1.0  # the other two stand before it, whatever they are
    assert top_k_accuracy(scores, np.zeros(4, dtype=int), 2) == 0.0


ONES = np.ones(3, dtype=int)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: accuracy(ONES, ONES[:, None]), r"accuracy needs .* got predictions \(3,\), lab"),
        (lambda: accuracy(ONES[:0], ONES[:0]), "N at least 1"),
        (lambda: precision_recall(ONES, ONES[:2]), r"got predictions \(3,\), labels \(2,\)"),
        (lambda: confusion_matrix(ONES, ONES, 1), "must lie in 0 to 0; got 1 to 1"),
        (lambda: confusion_matrix(-ONES, ONES, 2), "must lie in 0 to 1; got -1 to 1"),
        (lambda: confusion_matrix(ONES, ONES[:2], 2), "confusion_matrix needs"),
        (lambda: top_k_accuracy(np.ones((3, 2)), ONES[:2], 1), r"scores \(3, 2\), labels \(2,\)"),
        (lambda: top_k_accuracy(np.ones((3, 2)), ONES, 0), "k must lie in 1 to 2 for 2 .* got 0"),
        (lambda: top_k_accuracy(np.ones((3, 2)), ONES, 3), "got 3"),
    ],
)
def test_what_does_not_fit_is_refused(call: Callable[[], Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()
