"""Losses: their gradients, their means over the batch, and logits of any size."""

import numpy as np
import pytest

from nbcourse.gradcheck import numerical_gradient
from nbcourse.losses import binary_cross_entropy, softmax_cross_entropy, sum_of_squares


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


@pytest.mark.parametrize("n", [1, 2, 7])
@pytest.mark.parametrize("soft", [False, True])
def test_the_gradient_of_the_binary_loss_is_the_derivative(n: int, soft: bool) -> None:
    rng = np.random.default_rng(0)
    logits = 3.0 * rng.standard_normal(n)
    targets = rng.uniform(0.0, 1.0, n) if soft else rng.integers(0, 2, n)
    loss, dlogits = binary_cross_entropy(logits, targets)
    p = 1.0 / (1.0 + np.exp(-logits))
    assert loss == pytest.approx(-np.mean(targets * np.log(p) + (1 - targets) * np.log(1 - p)))
    measured = numerical_gradient(lambda z: binary_cross_entropy(z, targets)[0], logits)
    assert np.allclose(dlogits, measured, rtol=1e-6, atol=1e-9)


def test_the_binary_loss_is_that_of_two_classes_one_of_which_has_logit_0() -> None:
    rng = np.random.default_rng(0)
    logits, targets = 3.0 * rng.standard_normal(6), rng.integers(0, 2, 6)
    loss, dlogits = binary_cross_entropy(logits, targets)
    both = np.column_stack([np.zeros(6), logits])
    softmax_loss, d = softmax_cross_entropy(both, targets)
    assert loss == pytest.approx(softmax_loss, rel=1e-14)
    assert np.allclose(dlogits, d[:, 1], rtol=1e-13)


@pytest.mark.parametrize("size", [1e2, 1e4, 1e300])
def test_large_binary_logits_stay_finite_and_exact(size: float) -> None:
    logits = np.array([size, size, -size, -size])
    loss, dlogits = binary_cross_entropy(logits, np.array([1.0, 0.0, 1.0, 0.0]))
    assert loss == pytest.approx(size / 2)  # two of the four are wrong by all of it
    assert np.allclose(dlogits, [0.0, 0.25, -0.25, 0.0], atol=1e-40)


@pytest.mark.parametrize("shape", [(5, 3), (1, 4), (4, 1), (1, 1)])
def test_the_gradient_of_the_sum_of_squares_is_the_derivative(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    pred, target = rng.standard_normal(shape), rng.standard_normal(shape)
    loss, dpred = sum_of_squares(pred, target)
    assert loss == pytest.approx(0.5 * np.mean(np.sum((pred - target) ** 2, axis=1)))
    measured = numerical_gradient(lambda p: sum_of_squares(p, target)[0], pred)
    assert np.allclose(dpred, measured, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(
    ("logits", "targets", "words"),
    [
        (np.zeros(3), np.zeros((3, 1)), r"got logits \(3,\), targets \(3, 1\)"),
        (np.zeros((3, 1)), np.zeros((3, 1)), r"got logits \(3, 1\)"),
        (np.zeros(2), np.array([0, 2]), r"must lie in 0 to 1; got 0 to 2"),
        (np.zeros(2), np.array([-1, 1]), r"got -1 to 1"),
    ],
)
def test_binary_targets_that_do_not_fit_are_refused(
    logits: np.ndarray, targets: np.ndarray, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        binary_cross_entropy(logits, targets)


@pytest.mark.parametrize("target", [np.zeros(3), np.zeros((1, 1)), np.zeros((2, 3))])
def test_targets_that_would_be_broadcast_are_refused(target: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"got pred \(3, 1\), target"):
        sum_of_squares(np.zeros((3, 1)), target)


def test_float32_stays_float32() -> None:
    small = np.zeros((2, 3), dtype=np.float32)
    targets = np.zeros(3, dtype=np.float32)
    assert softmax_cross_entropy(small, np.array([0, 1]))[1].dtype == np.float32
    assert binary_cross_entropy(small[0], targets)[1].dtype == np.float32
    assert sum_of_squares(small, small)[1].dtype == np.float32
