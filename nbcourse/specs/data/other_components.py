"""Wrong ways to find or to use components that are no small change of the right recipe."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nbcourse.arrays import Array
from nbcourse.exercise.cases import Raised
from nbcourse.specs.data.signs import alike
from nbcourse.whitening import pca, pca_whiten


def examples_as_features(x_train: Array, x_test: Array, count: int, eps: float = 1e-5) -> Any:
    """Eigenvectors of x x^T in place of x^T x: they have one entry for each example."""
    mean = x_train.mean(axis=0)
    centered = x_train - mean
    values, vectors = np.linalg.eigh(centered @ centered.T / len(x_train))
    matrix = vectors[:, ::-1][:, :count] / np.sqrt(values[::-1][:count] + eps)
    return centered @ matrix, (x_test - mean) @ matrix


def always_stops(args: tuple[Any, ...], result: Any) -> bool:
    """Whether shapes do not fit; for one feature the covariance of its examples may be nan."""
    kinds = ("ValueError", "LinAlgError", "RuntimeWarning")
    return isinstance(result, Raised) and result.kind in kinds


def rows_for_columns(x_train: Array, x_test: Array, count: int, eps: float = 1e-5) -> Any:
    """The rows of the matrix of eigenvectors taken for components."""
    mean, components, variances = pca(x_train)
    matrix = components.T[:, :count] / np.sqrt(variances[:count] + eps)
    return (x_train - mean) @ matrix, (x_test - mean) @ matrix


def rows_taken(args: tuple[Any, ...], result: Any) -> bool:
    """Whether the rows of the matrix of components were taken for components.

    Its columns may each have been turned over, which changes all entries of a row: the signs are
    found as those that fit the first set.
    """
    x_train, x_test, count, *_ = args
    mean, components, variances = pca(x_train)
    if isinstance(result, Raised):  # rows cut to ``count`` fit nothing
        return result.kind == "ValueError" and count != len(mean)
    z_train, z_test = np.asarray(result[0]), np.asarray(result[1])
    if z_train.shape != (len(x_train), count):
        return False
    if alike((z_train, z_test), pca_whiten(*args)):
        return bool(count == len(mean))  # rows cut short are right where nothing is cut
    if variances[-1] < 1e-9 * variances[0]:
        return True  # a component without variance: what it was multiplied by cannot be told
    for rows in (components, components[:, ::-1], components[::-1], components[::-1, ::-1]):
        # Every output is a sum over features: x[:, j] rows[i, j] sign[j], up to a scale.
        used = np.linalg.lstsq(x_train - mean, z_train, rcond=None)[0].T
        ratio = used / rows[:count]
        scale = np.abs(ratio).mean(axis=1, keepdims=True)
        signs = np.sign(ratio[:1] * np.sign(ratio[:1, :1]))
        fits = np.allclose(np.abs(ratio), scale, rtol=1e-4) and np.allclose(
            np.abs(np.sum(np.sign(ratio) * signs, axis=1)), len(mean)
        )
        if fits and np.allclose(z_test, (x_test - mean) @ used.T, rtol=1e-5, atol=1e-7):
            return True
    return False


def only(part: Callable[[Any], Any]) -> Callable[..., Any]:
    """A part of the right result, or the result changed."""
    return lambda *args: part(pca_whiten(*args))


def rows_centered(x_train: Array, x_test: Array, count: int, eps: float = 1e-5) -> Any:
    """The mean of every example subtracted from it."""

    def centered(x: Array) -> Any:
        return x - x.mean(axis=1, keepdims=True)

    product = centered(x_train).T @ centered(x_train) / len(x_train)
    values, vectors = np.linalg.eigh(product)
    matrix = vectors[:, ::-1][:, :count] / np.sqrt(np.maximum(values[::-1][:count], 0.0) + eps)
    return centered(x_train) @ matrix, centered(x_test) @ matrix


def no_rotation(x_train: Array, x_test: Array, count: int, eps: float = 1e-5) -> Any:
    """The features of the largest variance, not rotated."""
    mean, variances = x_train.mean(axis=0), x_train.var(axis=0)
    most = np.argsort(-variances)[:count]
    scale = np.sqrt(variances[most] + eps)
    return (x_train - mean)[:, most] / scale, (x_test - mean)[:, most] / scale


def unsorted(x_train: Array, x_test: Array, count: int, eps: float = 1e-5) -> Any:
    """The right components in another order."""
    z_train, z_test = pca_whiten(x_train, x_test, x_train.shape[1], eps)
    order = np.roll(np.arange(x_train.shape[1]), -1)[:count]
    return z_train[:, order], z_test[:, order]


def in_any_order(args: tuple[Any, ...], result: Any) -> bool:
    """Whether every column is one of the whitened components, whichever."""
    x_train, x_test, count, *eps = args
    every = np.concatenate(pca_whiten(x_train, x_test, x_train.shape[1], *eps))
    got = np.concatenate(result)
    return got.shape[1] == count and all(
        any(np.allclose(column, sign * right, atol=1e-6) for right in every.T for sign in (1, -1))
        for column in got.T
    )


def rows_turned_round(x_train: Array, x_test: Array, count: int, eps: float = 1e-5) -> Any:
    """``vectors[::-1]``, which turns the features round and leaves the components as they rise."""
    mean, components, variances = pca(x_train)
    matrix = components[::-1, ::-1][:, :count] / np.sqrt(variances[:count] + eps)
    return (x_train - mean) @ matrix, (x_test - mean) @ matrix


def of_correlations(x_train: Array, x_test: Array, count: int, eps: float = 1e-5) -> Any:
    """Components of the correlations, along which the data are not uncorrelated."""
    mean = x_train.mean(axis=0)
    matrix = np.atleast_2d(np.corrcoef(x_train, rowvar=False))
    values, vectors = np.linalg.eigh(np.nan_to_num(matrix))
    matrix = vectors[:, ::-1][:, :count] / np.sqrt(np.maximum(values[::-1][:count], 0.0) + eps)
    return (x_train - mean) @ matrix, (x_test - mean) @ matrix


def correlated(args: tuple[Any, ...], result: Any) -> bool:
    """Whether it comes from correlations, which are nan for a constant feature."""
    if isinstance(result, Raised):
        return result.kind == "LinAlgError"
    with np.errstate(all="ignore"):
        return alike(result, of_correlations(*args))


def first_features(x_train: Array, x_test: Array, count: int, eps: float = 1e-5) -> Any:
    """Components of the first features alone."""
    return pca_whiten(x_train[:, :count], x_test[:, :count], count, eps)


def is_complex(args: tuple[Any, ...], result: Any) -> bool:
    """Whether a part holds complex numbers."""
    return any(np.iscomplexobj(part) for part in result)
