"""Principal components and whitening: what they promise holds on data where it can be computed."""

import numpy as np
import pytest

from nbcourse.arrays import Array
from nbcourse.whitening import covariance, pca, pca_whiten, zca_whiten


@pytest.fixture
def train() -> Array:
    rng = np.random.default_rng(1)
    mixing = np.array([[3.0, 1.0, 0.0], [0.0, 1.0, -1.0], [0.0, 0.0, 0.2]])
    return rng.standard_normal((60, 3)) @ mixing + np.array([10.0, -5.0, 2.0])


def test_covariance_by_loops(train: Array) -> None:
    mean = train.mean(axis=0)
    for i in range(3):
        for j in range(3):
            entry = np.mean([(x[i] - mean[i]) * (x[j] - mean[j]) for x in train])
            assert covariance(train)[i, j] == pytest.approx(entry)
    assert np.allclose(covariance(train), np.cov(train, rowvar=False, ddof=0))


def test_components_are_orthonormal_and_diagonalize_the_covariance(train: Array) -> None:
    mean, components, variances = pca(train)
    assert np.allclose(components.T @ components, np.eye(3))
    assert np.allclose(components @ np.diag(variances) @ components.T, covariance(train))
    assert (np.diff(variances) < 0).all()
    assert np.allclose(((train - mean) @ components).var(axis=0), variances)


def test_no_direction_varies_more_than_the_first_component(train: Array) -> None:
    _, _, variances = pca(train)
    directions = np.random.default_rng(0).standard_normal((1000, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    found = (train @ directions.T).var(axis=0)
    assert 0.9 * variances[0] < found.max() <= variances[0]
    assert variances[2] <= found.min()


def test_whitened_data_have_the_identity_as_covariance(train: Array) -> None:
    for white, _ in (pca_whiten(train, train, 3, 0.0), zca_whiten(train, train, 0.0)):
        assert np.allclose(covariance(white), np.eye(3))
        assert np.allclose(white.mean(axis=0), 0)


def test_fewer_components_are_the_first_ones(train: Array) -> None:
    every, _ = pca_whiten(train, train, 3)
    first, _ = pca_whiten(train, train, 1)
    assert np.allclose(first, every[:, :1])


def test_zca_is_pca_whitening_rotated_back_and_has_a_symmetric_matrix(train: Array) -> None:
    _, components, _ = pca(train)
    white, _ = pca_whiten(train, train, 3)
    back, _ = zca_whiten(train, train)
    assert np.allclose(white @ components.T, back)
    matrix = np.linalg.lstsq(train - train.mean(axis=0), back, rcond=None)[0]
    assert np.allclose(matrix, matrix.T)
    # Of all whitenings, which differ by a rotation, it is the one that moves the data least.
    centered = train - train.mean(axis=0)
    for seed in range(20):
        rotation, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((3, 3)))
        assert np.sum((back - centered) ** 2) < np.sum((back @ rotation - centered) ** 2)


def test_eps_keeps_what_hardly_varies_small(train: Array) -> None:
    _, _, variances = pca(train)
    for eps in (1e-5, 1.0):
        white, _ = pca_whiten(train, train, 3, eps)
        assert np.allclose(white.var(axis=0), variances / (variances + eps))


def test_the_test_set_is_moved_and_turned_like_the_training_set(train: Array) -> None:
    test = train[:5] + 100.0
    for whiten in (lambda a, b: pca_whiten(a, b, 2), zca_whiten):
        white, white_test = whiten(train, test)
        one_by_one = np.concatenate([whiten(train, row[None])[1] for row in test])
        assert np.allclose(white_test, one_by_one)
        assert np.allclose(whiten(train, train[:5])[1], white[:5])
        assert white_test.mean() > 10 or white_test.mean() < -10


def test_a_constant_feature_and_fewer_examples_than_features_give_finite_numbers() -> None:
    train = np.random.default_rng(0).standard_normal((4, 6))
    train[:, 2] = 3.0
    assert (pca(train)[2] >= 0).all()
    for white, _ in (pca_whiten(train, train, 3), zca_whiten(train, train)):
        assert np.isfinite(white).all()
    assert np.allclose(zca_whiten(train, train)[0][:, 2], 0)


def test_float32_is_kept(train: Array) -> None:
    small = train.astype(np.float32)
    results = (*pca(small), *pca_whiten(small, small, 2), *zca_whiten(small, small))
    assert {array.dtype for array in results} == {np.dtype(np.float32)}


@pytest.mark.parametrize("count", [0, 4, -1])
def test_a_number_of_components_that_is_not_there_is_refused(train: Array, count: int) -> None:
    with pytest.raises(ValueError, match="give a number from 1 to 3"):
        pca_whiten(train, train, count)


def test_sets_that_do_not_fit_are_refused(train: Array) -> None:
    with pytest.raises(ValueError, match="the same features"):
        zca_whiten(train, train[:, :2])
    with pytest.raises(ValueError, match="reshape it"):
        pca(train[0])
