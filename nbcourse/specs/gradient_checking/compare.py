"""``relative_error``: how far two gradients lie apart."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nbcourse.arrays import Array
from nbcourse.exercise import Exercise, Mistake
from nbcourse.exercise.cases import Raised
from nbcourse.exercise.comparison import same
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
    yield 1e-9 * a / np.linalg.norm(a), 2e-9 * a[::-1] / np.linalg.norm(a)
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


def _instead(
    hint: str, numerator: Callable[[Array, Array], Any], denominator: Callable[[Array, Array], Any]
) -> Mistake:
    """A mistake with this ratio in place of the right one, and anything where it is 0 / 0."""

    def explains(args: tuple[Any, ...], result: Any) -> bool:
        a, b = map(np.atleast_1d, args)
        below = denominator(a, b)
        return not below or same(float(numerator(a, b) / below), float(result))

    return Mistake(hint, _ratio(lambda a, b: numerator(a, b) / denominator(a, b)), explains)


def _sizes(a: Any, b: Any) -> Any:
    return _norm(a) + _norm(b)


def _something_added(args: tuple[Any, ...], result: Any) -> bool:
    """Whether the denominator is the right one or a little larger."""
    a, b = args
    size, difference = _sizes(a, b), _norm(np.subtract(a, b))
    if size == 0:
        return True
    return bool(result and -1e-12 * size < difference / result - size < 1e-3)


def _one_for_each(args: tuple[Any, ...], result: Any) -> bool:
    """Whether a matrix gives several numbers where one is asked for."""
    a, _ = args
    return np.ndim(result) > 0 or np.ndim(a) < 2 or not np.any(a)


def _largest_of_the_entries(args: tuple[Any, ...], result: Any) -> bool:
    """Whether it divides entry by entry, with any small number to keep the denominator off 0."""
    a, b = args
    if _sizes(a, b) < 1e-6:
        return True
    return same(np.max(np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-12)), float(result))


def _spectral(args: tuple[Any, ...], result: Any) -> bool:
    """Whether it is the ratio of spectral norms for matrices, and right for the rest, if any."""
    a, b = map(np.atleast_1d, args)
    if a.ndim > 2:
        return isinstance(result, Raised) or same(float(result), relative_error(a, b))
    size = np.linalg.norm(a, 2) + np.linalg.norm(b, 2)
    return not size or same(float(np.linalg.norm(a - b, 2) / size), float(result))


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
            _largest_of_the_entries,
        ),
        Mistake(
            "This is the mean of the entries' relative errors. Take the norms first and divide "
            "once.",
            _ratio(lambda a, b: np.mean(np.abs(a - b) / (np.abs(a) + np.abs(b)))),
        ),
        _instead(
            "The denominator is ||a|| + ||b||, not ||a + b||, which is 0 for b = -a.",
            lambda a, b: _norm(a - b),
            lambda a, b: _norm(a + b),
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
        _instead(
            "You divide by ||a|| alone. The denominator is ||a|| + ||b||, so that neither of the "
            "two counts more.",
            lambda a, b: _norm(a - b),
            lambda a, b: _norm(a),
        ),
        _instead(
            "You divide by ||b|| alone. The denominator is ||a|| + ||b||, so that neither of the "
            "two counts more.",
            lambda a, b: _norm(a - b),
            lambda a, b: _norm(b),
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
            lambda a, b: _norm(np.subtract(a, b)) / (_sizes(a, b) + 1e-8),
            _something_added,
        ),
        Mistake(
            "For a matrix np.linalg.norm(a, 2) is the spectral norm, its largest singular value. "
            "Flatten first, or leave the 2 out.",
            _ratio(
                lambda a, b: (
                    np.linalg.norm(a - b, 2) / (np.linalg.norm(a, 2) + np.linalg.norm(b, 2))
                )
            ),
            _spectral,
        ),
        Mistake(
            "Where the gradients are small you return 0 without comparing them. Only two "
            "gradients that are 0 everywhere have no size to divide by.",
            lambda a, b: relative_error(a, b) if _sizes(a, b) > 1e-8 else 0.0,
        ),
        Mistake(
            "Where one of the two is 0 you return 0. Only when both are 0 do they agree: a "
            "gradient of 0 beside one that is not is as wrong as can be.",
            lambda a, b: relative_error(a, b) if _norm(a) and _norm(b) else 0.0,
        ),
        Mistake(
            "Right, except when both are 0. They agree then, and the error of what agrees is 0, "
            "not 1.",
            lambda a, b: relative_error(a, b) if _sizes(a, b) else 1.0,
        ),
        Mistake(
            "You call equal what lies close together, and return 0 for it. How close is what this "
            "function measures: test only whether the denominator is 0.",
            lambda a, b: 0.0 if np.allclose(a, b) else relative_error(a, b),
        ),
        _instead(
            "This is the distance, not yet divided by the size of what is compared.",
            lambda a, b: _norm(a - b),
            lambda a, b: 1.0,
        ),
        _instead(
            "Only the first norm of the denominator divides, and the second is added to the "
            "result. Put parentheses round the sum of the norms.",
            lambda a, b: _norm(a - b) + _norm(a) * _norm(b),
            lambda a, b: _norm(a),
        ),
        _instead(
            "You sum the differences, in which those of opposite sign cancel. The norm is the "
            "root of the sum of their squares.",
            lambda a, b: abs(np.sum(a - b)),
            _sizes,
        ),
        _instead(
            "You compare the largest entries. The norm takes in all of them: the root of the sum "
            "of squares.",
            lambda a, b: np.max(np.abs(a - b)),
            lambda a, b: np.max(np.abs(a)) + np.max(np.abs(b)),
        ),
        Mistake(
            "You return several numbers. One is asked for, for the whole array: take the norm "
            "over all of its entries.",
            lambda a, b: np.abs(a - b) / (np.abs(a) + np.abs(b)),
            _one_for_each,
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
