"""The sheet on data, answered as different people would: right ones pass, others are told why.

Each wrong answer makes one mistake. The words beside it are those of the hint that names it.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nbcourse.exercise import check_function
from nbcourse.specs import find_exercise

Function = Callable[..., Any]


def mean(x: Any) -> Any:
    return x.mean(axis=0)


def std(x: Any) -> Any:
    return np.where(x.std(axis=0) == 0, 1.0, x.std(axis=0))


def both(
    center: Function = mean, scale: Function = std, moved: Function = lambda x, m, s: (x - m) / s
) -> Function:
    """``standardize`` from a center and a scale of the training set."""

    def standardize(train: Any, test: Any) -> Any:
        m, s = center(train), scale(train)
        return moved(train, m, s), moved(test, m, s)

    return standardize


def feature_by_feature(train: Any, test: Any) -> Any:
    new = [np.zeros(x.shape) for x in (train, test)]
    for j in range(train.shape[1]):
        m = sum(train[:, j]) / len(train)
        s = (sum((v - m) ** 2 for v in train[:, j]) / len(train)) ** 0.5
        for out, old in zip(new, (train, test), strict=True):
            out[:, j] = (old[:, j] - m) / (s if s > 1e-12 else 1.0)
    return new


def last_feature(train: Any, test: Any) -> Any:
    for column in train.T:
        m, s = column.mean(), column.std() or 1.0
    return (train - m) / s, (test - m) / s


def plain_division(x: Any, m: Any, s: Any) -> Any:
    with np.errstate(all="ignore"):
        return (x - m) / x.std(axis=0)


def in_place(train: Any, test: Any) -> Any:
    m, s = mean(train), std(train)
    for x in (train, test):
        x -= m
        x /= s
    return train, test


def falling(centered: Any, divisor: float) -> tuple[Any, Any]:
    values, vectors = np.linalg.eigh(centered.T @ centered / divisor)
    return np.maximum(values[::-1], 0), vectors[:, ::-1]


def whiten(
    scale: Function = lambda values, eps: np.sqrt(values + eps),
    pairs: Function = lambda values, vectors: (values, vectors),
    finish: Function = lambda z: z,
    divisor: Function = len,
    before: Function = lambda train: 1.0,
    test_mean: Function = lambda train, test: train.mean(axis=0),
    test_scale: Function = lambda s: s,
) -> Function:
    """``pca_whiten`` with another step."""

    def pca_whiten(train: Any, test: Any, count: int, eps: float = 1e-5) -> Any:
        center, unit = train.mean(axis=0), before(train)
        values, vectors = pairs(*falling((train - center) / unit, divisor(train)))
        with np.errstate(all="ignore"):
            s, v = scale(values, eps)[:count], vectors[:, :count]
            z_train = (train - center) / unit @ v / s
            z_test = (test - test_mean(train, test)) / unit @ v / test_scale(s)
            return finish(z_train), finish(z_test)

    return pca_whiten


def by_svd(train: Any, test: Any, count: int, eps: float = 1e-5) -> Any:
    m = np.mean(train, axis=0, keepdims=True)
    _, s, vt = np.linalg.svd(train - m, full_matrices=False)
    matrix = (-vt[:count].T) @ np.diag((s[:count] ** 2 / len(train) + eps) ** -0.5)
    return [(x - m).dot(matrix) for x in (train, test)]


def by_cov(train: Any, test: Any, count: int, eps: float = 1e-5) -> Any:
    u, s, _ = np.linalg.svd(np.atleast_2d(np.cov(train.T, bias=True)))
    return tuple(
        np.einsum("nd,dk->nk", x - train.mean(0), u[:, :count]) / np.sqrt(s[:count] + eps)
        for x in (train, test)
    )


def each_by_itself(train: Any, test: Any, count: int, eps: float = 1e-5) -> Any:
    return tuple(whiten()(x, x, count, eps)[0] for x in (train, test))


def of_examples(train: Any, test: Any, count: int, eps: float = 1e-5) -> Any:
    values, vectors = np.linalg.eigh(np.cov(train))
    matrix = vectors[:, ::-1][:, :count] / np.sqrt(values[::-1][:count] + eps)
    return (train - mean(train)) @ matrix, (test - mean(train)) @ matrix


RIGHT: list[tuple[str, Function]] = [
    ("standardize", both()),
    ("standardize", both(scale=lambda x: x.std(axis=0) + 1e-8)),
    ("standardize", both(scale=lambda x: np.sqrt(np.var(x, axis=0) + 1e-16))),
    ("standardize", both(lambda x: np.einsum("nd->d", x) / len(x))),
    ("standardize", feature_by_feature),
    ("pca_whiten", whiten()),
    ("pca_whiten", whiten(finish=lambda z: -z)),
    ("pca_whiten", by_svd),
    ("pca_whiten", by_cov),
]

WRONG: list[tuple[str, Function, str]] = [
    (
        "standardize",
        lambda train, test: (both()(train, train)[0], both()(test, test)[0]),
        "of its own",
    ),
    (
        "standardize",
        lambda train, test: tuple(np.split(both()(np.r_[train, test], test)[0], [len(train)])),
        "both sets together",
    ),
    ("standardize", both(np.mean, np.std), "one mean and one std"),
    ("standardize", both(scale=lambda x: std(x) ** 2), "variance"),
    (
        "standardize",
        both(scale=lambda x: std(x) * (len(x) / max(len(x) - 1, 1)) ** 0.5),
        "N - 1",
    ),
    ("standardize", both(moved=lambda x, m, s: x - m / s), "parentheses"),
    ("standardize", both(moved=lambda x, m, s: x / s), "without subtracting the mean"),
    ("standardize", both(scale=lambda x: std(x) + 0.01), "add nothing elsewhere"),
    ("standardize", both(lambda x: np.median(x, axis=0)), "median"),
    ("standardize", both(lambda x: x.min(axis=0), lambda x: np.ptp(x, axis=0) + 1e-9), "range"),
    ("standardize", last_feature, "last one"),
    ("standardize", in_place, "changes its input"),
    (
        "standardize",
        lambda train, test: (both()(train, test)[0], mean(train), std(train)),
        "Return two arrays",
    ),
    (
        "standardize",
        lambda train, test: (both()(train, test)[0], test - mean(train)),
        "only centered",
    ),
    ("pca_whiten", whiten(lambda values, eps: np.ones_like(values)), "keep their variances"),
    ("pca_whiten", whiten(lambda values, eps: values + eps), "by its root"),
    ("pca_whiten", whiten(lambda values, eps: np.sqrt(values) + eps), "outside the root"),
    ("pca_whiten", whiten(lambda values, eps: np.sqrt(values + 1e-5)), "does not depend on eps"),
    (
        "pca_whiten",
        whiten(lambda values, eps: np.sqrt(values / values.sum() + eps)),
        "share of the whole variance",
    ),
    ("pca_whiten", whiten(divisor=lambda x: len(x) - 1), "N - 1"),
    ("pca_whiten", whiten(divisor=lambda x: 1), "sum over the examples"),
    ("pca_whiten", whiten(pairs=lambda v, u: (v[::-1], u[:, ::-1])), "rises"),
    ("pca_whiten", whiten(pairs=lambda v, u: (v, u[:, ::-1])), "do not belong together"),
    ("pca_whiten", whiten(pairs=lambda v, u: (v, u.T)), "rows of the matrix of eigenvectors"),
    ("pca_whiten", whiten(finish=lambda z: z / z.std(axis=0)), "std of its own result"),
    ("pca_whiten", whiten(before=std), "before the components are found"),
    ("pca_whiten", whiten(test_mean=lambda train, test: mean(test)), "by its own mean"),
    ("pca_whiten", whiten(test_mean=lambda train, test: 0.0), "do not center the test set"),
    ("pca_whiten", whiten(test_scale=lambda s: 1.0), "components of x_test keep"),
    ("pca_whiten", each_by_itself, "of its own"),
    ("pca_whiten", of_examples, "rowvar=False"),
    ("pca_whiten", lambda *args: whiten()(*args)[0], "Two are asked for"),
]


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_a_right_answer_gets_full_marks(name: str, answer: Function) -> None:
    score = check_function(find_exercise(name), answer, "a seed")
    assert score.passed, score


@pytest.mark.parametrize(("name", "answer", "words"), WRONG)
def test_a_wrong_answer_is_told_its_mistake(name: str, answer: Function, words: str) -> None:
    score = check_function(find_exercise(name), answer, "a seed")
    assert score < score.max_score
    assert words in (score.hint or ""), score
