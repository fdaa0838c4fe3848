"""Softmax cross-entropy: its gradient, its mean over the batch, and logits of any size."""

import numpy as np
import pytest

from nbcourse.gradcheck import numerical_gradient
from nbcourse.losses import softmax_cross_entropy


@pytest.mark.parametrize(("n", "classes"), [(5, 3), (1, 4), (4, 1), (2, 10)])
def test_the_gradient_is_the_derivative(n: int, classes: int) -> None:
    rng = np.random.default_rng(0)
    logits, labels = 3.0 * rng.standard_normal((n, classes)), rng.integers(0, classes, n)
    kept = logits.copy()
    _, dlogits = softmax_cross_entropy(logits, labels)
    measured = numerical_gradient(lambda z: softmax_cross_entropy(z, labels)[0], logits)
    assert np.allclose(dlogits, measured, rtol=1e-6, atol=1e-9)
    assert np.array_equal(logits, kept)


def test_the_loss_is_the_mean_of_minus_the_log_probability() -> None:
    p = np.array([[0.5, 0.25, 0.25], [0.1, 0.1, 0.8]])
    loss, dlogits = softmax_cross_entropy(np.log(p) + 7.0, np.array([0, 2]))
    assert loss == pytest.approx(-(np.log(0.5) + np.log(0.8)) / 2)
    # p - y, never y - p: a step against the gradient must raise the right logit.
    assert np.allclose(dlogits, (p - np.array([[1, 0, 0], [0, 0, 1]])) / 2)


@pytest.mark.parametrize("size", [1e2, 1e4])
def test_large_logits_stay_finite_and_exact(size: float) -> None:
    logits = np.array([[size, 0.0, -size], [-size, -size, size]])
    loss, dlogits = softmax_cross_entropy(logits, np.array([0, 0]))
    assert loss == pytest.approx(size)  # right for the first row, off by 2 size for the second
    assert np.allclose(dlogits, [[0.0, 0.0, 0.0], [-0.5, 0.0, 0.5]])


@pytest.mark.parametrize(
    ("logits", "labels", "words"),
    [
        (np.zeros(3), np.array([0]), r"got logits \(3,\), labels \(1,\)"),
        (np.zeros((2, 3)), np.array([0]), r"got logits \(2, 3\), labels \(1,\)"),
        (np.zeros((2, 3)), np.array([0, 3]), r"must lie in 0 to 2 for 3 logits; got 0 to 3"),
        (np.zeros((2, 3)), np.array([-1, 0]), r"got -1 to 0"),
    ],
)
def test_what_does_not_fit_is_refused(logits: np.ndarray, labels: np.ndarray, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        softmax_cross_entropy(logits, labels)
