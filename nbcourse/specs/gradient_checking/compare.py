"""``relative_error``: how far two gradients lie apart."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nbcourse.arrays import Array
from nbcourse.exercise import Exercise, Mistake
from nbcourse.gradcheck import relative_error


def _error_cases(rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
    n = int(rng.integers(2, 5))
    shapes = ((n,), (n, n + 2), (1, n), (2, 1, n), (1,))
    for shape in shapes:
        yield rng.standard_normal(shape), rng.standard_normal(shape)
    a = rng.standard_normal((n + 1, n))
    yield a, a * (1.0 + 1e-7 * rng.uniform(1.0, 2.0, a.shape))
    # Small gradients: a number added to the denominator against division by 0 must not count.
    yield 1e-4 * a / np.linalg.norm(a), 2e-4 * a[::-1] / np.linalg.norm(a)
    yield a, -a
    yield a, np.zeros_like(a)
    yield np.zeros_like(a), np.zeros_like(a)
    # No plain numbers: they have no ravel(), with which a right answer may begin.
    yield np.zeros(1), rng.uniform(1.0, 2.0, 1)


def _ratio(rule: Callable[[Array, Array], Any]) -> Callable[[Any, Any], float]:
    """``relative_error`` with another formula, and 0 when both are 0."""

    def error(a: Any, b: Any) -> float:
        a, b = np.atleast_1d(a), np.atleast_1d(b)
        return float(rule(a, b)) if a.any() or b.any() else 0.0

    return error


def _norm(x: Any) -> Any:
    return np.linalg.norm(np.ravel(x))


def _loops(a: Any, b: Any) -> float:
    difference = size_a = size_b = 0.0
    for p, q in zip(np.ravel(a).tolist(), np.ravel(b).tolist(), strict=True):
        difference += (p - q) ** 2
        size_a += p**2
        size_b += q**2
    size = size_a**0.5 + size_b**0.5
    return 0.0 if size == 0 else float(difference**0.5 / size)


RELATIVE_ERROR = Exercise(
    name="relative_error",
    points=2,
    reference=relative_error,
    parts=("error",),
    cases=_error_cases,
    large=lambda rng: (rng.standard_normal((150, 200)), rng.standard_normal((150, 200))),
    mistakes=(
        Mistake(
            "Right, except when both are 0: 0 / 0 is not a number. Two zero gradients agree, so "
            "return 0 for them.",
            lambda a, b: _norm(np.subtract(a, b)) / np.float64(_norm(a) + _norm(b)),
        ),
        Mistake(
            "This is the largest relative error of a single entry. Here the norm is taken of the "
            "whole array first, in the numerator and in the denominator.",
            _ratio(lambda a, b: np.max(np.abs(a - b) / np.maximum(np.abs(a), np.abs(b)))),
        ),
        Mistake(
            "This divides entry by entry, |a - b| / (|a| + |b|), and takes the largest. Divide "
            "the norm of the difference by the sum of the norms.",
            _ratio(lambda a, b: np.max(np.abs(a - b) / (np.abs(a) + np.abs(b)))),
        ),
        Mistake(
            "This is the mean of the entries' relative errors. Take the norms first and divide "
            "once.",
            _ratio(lambda a, b: np.mean(np.abs(a - b) / (np.abs(a) + np.abs(b)))),
        ),
        Mistake(
            "The denominator is ||a|| + ||b||, not ||a + b||, which is 0 for b = -a.",
            _ratio(lambda a, b: _norm(a - b) / _norm(a + b)),
        ),
        Mistake(
            "Your norms are squared: a root is missing. ||a|| is the root of the sum of squares.",
            _ratio(lambda a, b: np.sum((a - b) ** 2) / (np.sum(a**2) + np.sum(b**2))),
        ),
        Mistake(
            "The denominator is the sum of two norms, ||a|| + ||b||. The root of "
            "||a||^2 + ||b||^2 is something else.",
            _ratio(lambda a, b: _norm(a - b) / np.sqrt(np.sum(a**2) + np.sum(b**2))),
        ),
        Mistake(
            "You divide by ||a|| alone. The denominator is ||a|| + ||b||, so that neither of the "
            "two counts more.",
            _ratio(lambda a, b: _norm(a - b) / _norm(a)),
        ),
        Mistake(
            "You divide by ||b|| alone. The denominator is ||a|| + ||b||, so that neither of the "
            "two counts more.",
            _ratio(lambda a, b: _norm(a - b) / _norm(b)),
        ),
        Mistake(
            "You divide by the larger of the two norms; the denominator is their sum.",
            _ratio(lambda a, b: _norm(a - b) / max(_norm(a), _norm(b))),
        ),
        Mistake(
            "You compare the lengths of a and b, and two gradients of the same length can point "
            "anywhere. The numerator is the norm of the difference, ||a - b||.",
            _ratio(lambda a, b: abs(_norm(a) - _norm(b)) / (_norm(a) + _norm(b))),
        ),
        Mistake(
            "You sum absolute values. The Euclidean norm is the root of the sum of squares.",
            _ratio(lambda a, b: np.sum(np.abs(a - b)) / (np.sum(np.abs(a)) + np.sum(np.abs(b)))),
        ),
        Mistake(
            "The number added to the denominator is not small beside a small gradient. Test "
            "whether the denominator is 0 instead.",
            lambda a, b: _norm(np.subtract(a, b)) / (_norm(a) + _norm(b) + 1e-8),
        ),
        Mistake(
            "For a matrix np.linalg.norm(a, 2) is the spectral norm, its largest singular value. "
            "Flatten first, or leave the 2 out.",
            _ratio(
                lambda a, b: (
                    np.linalg.norm(a - b, 2) / (np.linalg.norm(a, 2) + np.linalg.norm(b, 2))
                )
            ),
        ),
    ),
    alternatives=(
        _loops,
        lambda a, b: _norm(np.subtract(a, b)) / max(_norm(a) + _norm(b), 1e-300),
        _ratio(
            lambda a, b: np.sqrt(np.sum((a - b) ** 2) / (np.sqrt(np.sum(a**2)) + _norm(b)) ** 2)
        ),
    ),
    summary="distance of two gradients relative to their size",
)
