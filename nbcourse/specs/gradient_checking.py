"""Sheet "gradient-checking": measure a gradient, compare it, find the node where it goes wrong."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nbcourse.arrays import Array
from nbcourse.exercise import Exercise, Mistake, Sheet
from nbcourse.gradcheck import find_wrong_node, numerical_gradient, relative_error

Gradients = dict[str, Any]

# --- numerical_gradient -------------------------------------------------------------------------


def _cubic(rng: np.random.Generator, shape: tuple[int, ...]) -> Callable[[Array], float]:
    """A polynomial in which every entry meets every other, so that none may stay perturbed."""
    c, w = rng.uniform(1.0, 2.0, shape), rng.standard_normal(shape)
    return lambda x: float(np.mean(c * x**3) + np.mean(w * x) ** 2)


def _neurons(rng: np.random.Generator, d: int) -> Callable[[Array], float]:
    """Sum of neurons with d inputs, which takes an array of any shape that ends in d."""
    w = rng.standard_normal(d)
    return lambda x: float(np.sum(np.tanh(x @ w)))


def _gradient_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    n = int(rng.integers(2, 4))
    d = n + int(rng.integers(1, 3))
    # Values of f near 1 and steps not below 1e-5: rounding, about 1e-16 |f| / h, stays far below
    # the tolerance, so that it does not matter in which order a student adds and subtracts h.
    for shape in ((d,), (n, d), (n, 1, d)):
        yield _neurons(rng, d), rng.standard_normal(shape)
    # With a large step the right answer is visibly not the derivative, but a difference.
    for shape, h in (((d, n), 1e-2), ((1, d), 1e-3), ((1,), 0.1)):
        yield _cubic(rng, shape), rng.standard_normal(shape), h


def _entry_by_entry(rule: Callable[[Any, Array, Array, float], float]) -> Callable[..., Array]:
    """``numerical_gradient`` with another rule for one entry; ``step`` is h there, 0 elsewhere."""

    def gradient(f: Any, x: Array, h: float = 1e-5) -> Array:
        result = np.zeros_like(x)
        for index in np.ndindex(x.shape):
            step = np.zeros_like(x)
            step[index] = h
            result[index] = rule(f, x, step, h)
        return result

    return gradient


def _central(f: Any, x: Array, step: Array, h: float) -> float:
    return float((f(x + step) - f(x - step)) / (2 * h))


def _never_put_back(f: Any, x: Array, h: float = 1e-5) -> Array:
    x, result = x.copy(), np.zeros_like(x)
    for index in np.ndindex(x.shape):
        x[index] += h
        above = f(x)
        x[index] -= 2 * h
        result[index] = (above - f(x)) / (2 * h)
    return result


def _in_place(f: Any, x: Array, h: float = 1e-5) -> Array:
    result = np.zeros(x.shape)
    for i in range(x.size):
        kept = x.flat[i]
        x.flat[i] = kept + h
        above = f(x)
        x.flat[i] = kept - h
        below = f(x)
        x.flat[i] = kept
        result.flat[i] = (above - below) / (2 * h)
    return result


def _rows_of_steps(f: Any, x: Array, h: float = 1e-5) -> Array:
    steps = h * np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([f(x + s) / (2 * h) - f(x - s) / (2 * h) for s in steps]).reshape(x.shape)


NUMERICAL_GRADIENT = Exercise(
    name="numerical_gradient",
    points=3,
    reference=numerical_gradient,
    parts=("gradient",),
    cases=_gradient_cases,
    mistakes=(
        Mistake(
            "This is the one-sided difference (f(x + h) - f(x)) / h, whose error shrinks only in "
            "proportion to h. Take f on both sides: (f(x + h) - f(x - h)) / (2h).",
            _entry_by_entry(lambda f, x, s, h: (f(x + s) - f(x)) / h),
        ),
        Mistake(
            "You take f at x and at x + h, which lie h apart, and divide by 2h. The lower point "
            "of the central difference is x - h.",
            _entry_by_entry(lambda f, x, s, h: (f(x + s) - f(x)) / (2 * h)),
        ),
        Mistake(
            "You divide by h, but x + h and x - h lie 2h apart.",
            _entry_by_entry(lambda f, x, s, h: (f(x + s) - f(x - s)) / h),
        ),
        Mistake(
            "In Python a / 2 * h means (a / 2) * h. Put parentheses round the denominator: "
            "a / (2 * h).",
            _entry_by_entry(lambda f, x, s, h: (f(x + s) - f(x - s)) / 2 * h),
        ),
        Mistake(
            "You subtract the wrong way round: it is f(x + h) - f(x - h), the upper point first.",
            _entry_by_entry(lambda f, x, s, h: (f(x - s) - f(x + s)) / (2 * h)),
        ),
        Mistake(
            "Your result does not depend on the argument h: somewhere the step is written as a "
            "number. Use h.",
            lambda f, x, h=1e-5: _entry_by_entry(_central)(f, x),
        ),
        Mistake(
            "You move all entries at once and return one number. The gradient has an entry for "
            "each entry of x: move them one at a time, and leave the others where they are.",
            lambda f, x, h=1e-5: (f(x + h) - f(x - h)) / (2 * h),
        ),
        Mistake(
            "Every entry of your result is the same: f(x + h) moves all of x. Move only the entry "
            "whose derivative you want.",
            _entry_by_entry(lambda f, x, s, h: (f(x + h) - f(x - h)) / (2 * h)),
        ),
        Mistake(
            "An entry of x stays moved while you measure the next one. Put its old value back "
            "before you go on.",
            _never_put_back,
        ),
        Mistake(
            "Your two values of f are always equal, so the result is 0. A line such as "
            "x_plus = x gives the same array a second name: write x_plus = x.copy().",
            _entry_by_entry(lambda f, x, s, h: (f(x) - f(x)) / (2 * h)),
        ),
        Mistake(
            "Your result is flat. The numbers are right, but a gradient has the shape of x: "
            "make it with np.zeros_like(x), or reshape it to x.shape at the end.",
            lambda f, x, h=1e-5: _entry_by_entry(_central)(f, x, h).ravel(),
        ),
    ),
    alternatives=(_in_place, _rows_of_steps, _entry_by_entry(_central)),
    summary="gradient of a function by central differences",
)

# --- relative_error -----------------------------------------------------------------------------


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
    yield float(rng.uniform(1.0, 2.0)), float(rng.uniform(2.0, 3.0))
    yield 0.0, float(rng.uniform(1.0, 2.0))
    yield 0.0, 0.0


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
    large=lambda rng: (rng.standard_normal((300, 500)), rng.standard_normal((300, 500))),
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

# --- find_wrong_node ----------------------------------------------------------------------------


def _gradients(
    rng: np.random.Generator, names: list[str], errors: dict[str, float]
) -> tuple[Gradients, Gradients, list[str]]:
    """Gradients for nodes in this order, analytic ones off by a relative error where one is set.

    All entries are off by about the same factor, so that every way to measure the error agrees.
    """
    numeric: Gradients = {}
    for i, name in enumerate(names):
        shape = ((), (3,), (2, 3))[i % 3]
        numeric[name] = rng.uniform(1.0, 2.0, shape) * rng.choice([-1.0, 1.0], shape)
    analytic = {name: value + value * 2.0 * errors.get(name, 0.0) for name, value in numeric.items()}
    return _shuffled(rng, analytic), _shuffled(rng, numeric), names


def _shuffled(rng: np.random.Generator, gradients: Gradients) -> Gradients:
    """The same dict in another order: only ``order`` tells which node comes first."""
    names = list(gradients)
    return {names[i]: gradients[names[i]] for i in rng.permutation(len(names))}
