"""Sheet "data", as many different people would write it: right passes, wrong is told why."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nbcourse.exercise import Exercise, check_function
from nbcourse.specs.data import SHEET

Function = Callable[..., Any]
STANDARDIZE, PCA_WHITEN = SHEET.exercises


def numbers(shift: Function, scale: Function) -> Function:
    """``standardize`` by these numbers of the training set."""

    def function(x_train: Any, x_test: Any) -> Any:
        m, s = shift(x_train), scale(x_train)
        return (x_train - m) / s, (x_test - m) / s

    return function


def mean(x: Any) -> Any:
    return x.mean(axis=0)


def safe(s: Any) -> Any:
    return np.where(s == 0, 1.0, s)


def std(x: Any) -> Any:
    return safe(x.std(0))


def svd(
    values: Function = lambda s, n: s**2 / n,
    scale: Function = lambda w, eps: np.sqrt(w + eps),
    rows: Function = lambda vt, k: vt[:k].T,
    test: Function = lambda x, m: x - m,
) -> Function:
    """``pca_whiten`` by singular values, with steps that can be replaced."""

    def function(x_train: Any, x_test: Any, n_components: int, eps: float = 1e-5) -> Any:
        m = x_train.mean(axis=0)
        _, s, vt = np.linalg.svd(x_train - m, full_matrices=False)
        matrix = rows(vt, n_components) / scale(values(s, len(x_train))[:n_components], eps)
        return (x_train - m) @ matrix, test(x_test, m) @ matrix

    return function


def eigh(
    learn: Function = lambda x: (x - x.mean(0)).T @ (x - x.mean(0)) / len(x),
    take: Function = lambda w, v, k: (w[::-1][:k], v[:, ::-1][:, :k]),
) -> Function:
    """``pca_whiten`` by eigenvectors, with steps that can be replaced."""

    def function(x_train: Any, x_test: Any, n_components: int, eps: float = 1e-5) -> Any:
        w, v = take(*np.linalg.eigh(learn(x_train)), n_components)
        m = x_train.mean(axis=0)
        return tuple((x - m) @ v / np.sqrt(np.abs(w) + eps) for x in (x_train, x_test))

    return function


def with_signs_made_positive(*args: Any) -> Any:
    z_train, z_test = svd()(*args)
    signs = np.sign(z_train[0])
    return signs * z_train, signs * z_test


def by_the_gram_matrix(x_train: Any, x_test: Any, k: int, eps: float = 1e-5) -> Any:
    m = x_train.mean(axis=0)
    w, u = np.linalg.eigh((x_train - m) @ (x_train - m).T / len(x_train))
    w, u = w[::-1][:k], u[:, ::-1][:, :k]
    v = (x_train - m).T @ u / np.sqrt(w * len(x_train))
    return (x_train - m) @ v / np.sqrt(w + eps), (x_test - m) @ v / np.sqrt(w + eps)


def each_alone(function: Function) -> Function:
    return lambda x_train, x_test, *more: (
        function(x_train, x_train, *more)[0],
        function(x_test, x_test, *more)[0],
    )


RIGHT = [
    (STANDARDIZE, numbers(mean, std)),
    (STANDARDIZE, numbers(mean, lambda x: np.maximum(x.std(0), 1e-12))),
    (STANDARDIZE, numbers(mean, lambda x: np.sqrt(x.var(0) + 1e-12))),
    (STANDARDIZE, numbers(mean, lambda x: np.array([s or 1.0 for s in x.std(0)]))),
    (STANDARDIZE, lambda *sets: [part.tolist() for part in numbers(mean, std)(*sets)]),
    (PCA_WHITEN, svd()),
    (PCA_WHITEN, svd(rows=lambda vt, k: -vt.T[:, :k])),
    (PCA_WHITEN, eigh()),
    (PCA_WHITEN, eigh(take=lambda w, v, k: (np.sort(-w)[:k], v[:, np.argsort(-w)[:k]]))),
    (PCA_WHITEN, with_signs_made_positive),
    (PCA_WHITEN, by_the_gram_matrix),
]

WRONG = [
    (STANDARDIZE, each_alone(numbers(mean, lambda x: x.std(0) + 1e-8)), "of its own"),
    (STANDARDIZE, numbers(mean, lambda x: x.std(0)), "0 / 0"),
    (STANDARDIZE, numbers(mean, lambda x: safe(x.var(0))), "variance"),
    (STANDARDIZE, numbers(mean, lambda x: x.var(0) + 1e-8), "variance"),
    (STANDARDIZE, numbers(np.mean, lambda x: np.std(x) + 1e-8), "all entries"),
    (STANDARDIZE, numbers(mean, lambda x: x.std(0) + 1e-4), "number"),
    (STANDARDIZE, numbers(lambda x: 0.0, std), "without subtracting"),
    (STANDARDIZE, numbers(lambda x: x.min(0), lambda x: safe(np.ptp(x, 0))), "range"),
    (STANDARDIZE, lambda a, b: (a - mean(a) / std(a), b - mean(a) / std(a)), "parentheses"),
    (STANDARDIZE, lambda a, b: (a / std(a) - mean(a), b / std(a) - mean(a)), "after the division"),
    (STANDARDIZE, lambda a, b: (mean(a), a.std(0)), "means and the standard deviations"),
    (PCA_WHITEN, each_alone(svd()), "of its own"),
    (PCA_WHITEN, svd(values=lambda s, n: s), "singular values"),
    (PCA_WHITEN, svd(values=lambda s, n: s**2 / (n - 1)), "N - 1"),
    (PCA_WHITEN, svd(scale=lambda w, eps: w + eps), "by the eigenvalue"),
    (PCA_WHITEN, svd(scale=lambda w, eps: np.sqrt(w) + eps), "outside the root"),
    (PCA_WHITEN, svd(scale=lambda w, eps: np.sqrt(w)), "depend on eps"),
    (PCA_WHITEN, svd(scale=lambda w, eps: 1.0), "whitening is not done"),
    (PCA_WHITEN, svd(rows=lambda vt, k: vt[:, :k]), "rows of the matrix"),
    (PCA_WHITEN, svd(test=lambda x, m: x), "do not center the test set"),
    (PCA_WHITEN, svd(test=lambda x, m: x - x.mean(0)), "by its own mean"),
    (PCA_WHITEN, eigh(take=lambda w, v, k: (w[:k], v[:, :k])), "rises"),
    (PCA_WHITEN, eigh(take=lambda w, v, k: (w[::-1][:k], v[:, :k])), "belong together"),
    (PCA_WHITEN, eigh(take=lambda w, v, k: (w[::-1][:k], v[::-1][:, :k])), "rows of the matrix"),
    (PCA_WHITEN, eigh(take=lambda w, v, k: (w[::-1], v[:, ::-1])), "All components"),
    (PCA_WHITEN, eigh(learn=lambda x: np.cov(x)), "rowvar"),
    (PCA_WHITEN, lambda *args: svd()(*args)[0], "one array"),
]


@pytest.mark.parametrize(("exercise", "answer"), RIGHT)
def test_a_right_answer_gets_full_marks(exercise: Exercise, answer: Function) -> None:
    score = check_function(exercise, answer, "a seed")
    assert score.passed, score


@pytest.mark.parametrize(("exercise", "answer", "words"), WRONG)
def test_a_wrong_answer_is_told_its_mistake(
    exercise: Exercise, answer: Function, words: str
) -> None:
    score = check_function(exercise, answer, "a seed")
    assert score < score.max_score
    assert words in (score.hint or ""), score
