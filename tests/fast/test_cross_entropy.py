"""Softmax cross-entropy in one sweep is the textbook's."""

from typing import Any

import numpy as np
import pytest

from nbcourse import losses
from nbcourse.fast import cross_entropy as fast
from nbcourse.fast import threads


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize(("n", "classes"), [(1, 1), (1, 10), (50, 2), (64, 7)])
@pytest.mark.parametrize("size", [1.0, 1e3])
def test_it_is_the_textbooks(
    n: int, classes: int, size: float, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "_threads", lambda: count)
    threads._pool.cache_clear()
    monkeypatch.setattr(fast, "blocks_of", lambda n, each: threads.blocks_of(n, each, 9 * each))
    rng = np.random.default_rng(n)
    logits, labels = size * rng.standard_normal((n, classes)), rng.integers(0, classes, n)
    kept = logits.copy()
    loss, dlogits = fast.softmax_cross_entropy(logits, labels)
    expected, expected_dlogits = losses.softmax_cross_entropy(logits, labels)
    assert np.isclose(loss, expected, rtol=1e-12, atol=1e-12)
    assert np.allclose(dlogits, expected_dlogits, rtol=1e-12, atol=1e-15)
    assert np.array_equal(logits, kept)


def test_single_precision_stays_single() -> None:
    _, dlogits = fast.softmax_cross_entropy(np.ones((3, 4), np.float32), np.array([0, 1, 2]))
    assert dlogits.dtype == np.float32


@pytest.mark.parametrize(
    ("labels", "words"), [([0, 1, 4], "labels must lie in 0 to 3"), ([0, 1], "labels \\(N,\\)")]
)
def test_what_the_textbook_refuses_is_refused(labels: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        fast.softmax_cross_entropy(np.ones((3, 4)), np.array(labels))
