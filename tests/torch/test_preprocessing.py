"""Preprocessing against PyTorch's statistics, batch norm and linear algebra."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs PyTorch: pip install torch==2.13.0")

from nbcourse.arrays import Array  # noqa: E402
from nbcourse.preprocessing import (  # noqa: E402
    standardize,
    subtract_channel_mean,
    subtract_mean_image,
)
from nbcourse.whitening import covariance, pca, pca_whiten, zca_whiten  # noqa: E402

pytestmark = pytest.mark.torch
CLOSE = {"rtol": 1e-10, "atol": 1e-10}


@pytest.fixture(scope="module")
def sets() -> tuple[Array, Array]:
    rng = np.random.default_rng(0)
    mixing = rng.standard_normal((5, 5))
    return rng.standard_normal((40, 5)) @ mixing + 7.0, rng.standard_normal((9, 5)) @ mixing


def test_standardize_is_batch_norm_without_eps(sets: tuple[Array, Array]) -> None:
    train, test = map(torch.from_numpy, sets)
    var, mean = torch.var_mean(train, dim=0, correction=0)
    for ours, given in zip(standardize(*sets), (train, test), strict=True):
        theirs = torch.nn.functional.batch_norm(given, mean, var, eps=0.0)
        np.testing.assert_allclose(ours, theirs.numpy(), **CLOSE)


def test_covariance_is_torch_cov_with_the_divisor_n(sets: tuple[Array, Array]) -> None:
    theirs = torch.cov(torch.from_numpy(sets[0]).T, correction=0)
    np.testing.assert_allclose(covariance(sets[0]), theirs.numpy(), **CLOSE)


def test_components_are_right_singular_vectors(sets: tuple[Array, Array]) -> None:
    x = torch.from_numpy(sets[0])
    _, s, vt = torch.linalg.svd(x - x.mean(dim=0), full_matrices=False)
    mean, components, variances = pca(sets[0])
    np.testing.assert_allclose(mean, x.mean(dim=0).numpy(), **CLOSE)
    np.testing.assert_allclose(variances, (s**2 / len(x)).numpy(), **CLOSE)
    np.testing.assert_allclose(np.abs(components), np.abs(vt.T.numpy()), **CLOSE)


def test_whitening_by_svd(sets: tuple[Array, Array]) -> None:
    train, test = map(torch.from_numpy, sets)
    mean = train.mean(dim=0)
    _, s, vt = torch.linalg.svd(train - mean, full_matrices=False)
    scale = torch.sqrt(s**2 / len(train) + 1e-5)
    for ours, back, given in zip(
        pca_whiten(*sets, 5), zca_whiten(*sets), (train, test), strict=True
    ):
        white = (given - mean) @ vt.T / scale
        signs = np.sign(np.sum(white.numpy() * ours, axis=0))
        np.testing.assert_allclose(ours, signs * white.numpy(), **CLOSE)
        np.testing.assert_allclose(back, (white @ vt).numpy(), **CLOSE)


def test_means_of_images() -> None:
    rng = np.random.default_rng(1)
    train, test = rng.standard_normal((6, 3, 4, 5)) + 2.0, rng.standard_normal((2, 3, 4, 5))
    x, y = torch.from_numpy(train), torch.from_numpy(test)
    for function, dims in ((subtract_channel_mean, (0, 2, 3)), (subtract_mean_image, (0,))):
        mean = x.mean(dim=dims, keepdim=True)
        for ours, theirs in zip(function(train, test), (x - mean, y - mean), strict=True):
            np.testing.assert_allclose(ours, theirs.numpy(), **CLOSE)
