"""``numerical_gradient``: the derivative, measured."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nbcourse.arrays import Array
from nbcourse.exercise import Exercise, Mistake
from nbcourse.gradcheck import numerical_gradient


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


def _row_by_row(f: Any, x: Array, h: float = 1e-5) -> Array:
    result = np.zeros_like(x)
    for i in range(len(x)):
        step = np.zeros_like(x)
        step[i] = h
        result[i] = _central(f, x, step, h)
    return result


def _two_axes(f: Any, x: Array, h: float = 1e-5) -> Array:
    result = np.zeros_like(x)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            step = np.zeros_like(x)
            step[i, j] = h
            result[i, j] = _central(f, x, step, h)
    return result


def _entry_alone(f: Any, x: Array, h: float = 1e-5) -> Array:
    slopes = [(f(entry + h) - f(entry - h)) / (2 * h) for entry in x.ravel()]
    return np.reshape(slopes, x.shape)


def _first_entry_only(f: Any, x: Array, h: float = 1e-5) -> Array:
    result = np.zeros_like(x)
    step = np.zeros_like(x)
    step.flat[0] = h
    result.flat[0] = _central(f, x, step, h)
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
        Mistake(
            "This is a one-sided difference, from x - h to x. Its error shrinks only in proportion "
            "to h: take the upper point at x + h.",
            _entry_by_entry(lambda f, x, s, h: (f(x) - f(x - s)) / h),
        ),
        Mistake(
            "You return differences of f. A slope is the difference divided by the distance of "
            "the two points.",
            _entry_by_entry(lambda f, x, s, h: f(x + s) - f(x - s)),
        ),
        Mistake(
            "You divide by 2 and not by h as well: the two points lie 2h apart.",
            _entry_by_entry(lambda f, x, s, h: (f(x + s) - f(x - s)) / 2),
        ),
        Mistake(
            "You add the two values of f. How much f changes between two points is their "
            "difference.",
            _entry_by_entry(lambda f, x, s, h: (f(x + s) + f(x - s)) / (2 * h)),
        ),
        Mistake(
            "Only the second value of f is divided: division binds before subtraction. Put "
            "parentheses round the difference.",
            _entry_by_entry(lambda f, x, s, h: f(x + s) - f(x - s) / (2 * h)),
        ),
        Mistake(
            "This is the second difference, which measures how f curves. The slope needs f at "
            "x + h and x - h alone.",
            _entry_by_entry(lambda f, x, s, h: (f(x + s) - 2 * f(x) + f(x - s)) / h**2),
        ),
        Mistake(
            "You step by h / 2 to either side. Asked for is a whole step h up and one down.",
            _entry_by_entry(lambda f, x, s, h: (f(x + s / 2) - f(x - s / 2)) / h),
        ),
        Mistake(
            "You step by h / 2 to either side but divide by 2h, as if the steps were whole.",
            _entry_by_entry(lambda f, x, s, h: (f(x + s / 2) - f(x - s / 2)) / (2 * h)),
        ),
        Mistake(
            "Your step is h times the entry of x. The step is h itself, for every entry.",
            _entry_by_entry(lambda f, x, s, h: (f(x + s * x) - f(x - s * x)) / np.sum(2 * s * x)),
        ),
        Mistake(
            "You run over the first axis only and move whole rows. x may have several axes: move "
            "every single entry.",
            _row_by_row,
        ),
        Mistake(
            "You give f a flat array. It expects arrays in the shape of x.",
            lambda f, x, h=1e-5: _entry_by_entry(_central)(f, x.ravel(), h).reshape(x.shape),
        ),
        Mistake(
            "You give f a single entry. It is a function of the whole array: move the entry in "
            "a copy of x, and give f all of it.",
            _entry_alone,
        ),
        Mistake(
            "Only the first entry of your result is filled: the function returns inside its loop. "
            "Take the return out of it.",
            _first_entry_only,
        ),
        Mistake(
            "Your loops take x for a matrix. It may have one axis or three: run over the indices "
            "of all its entries with np.ndindex(x.shape).",
            _two_axes,
        ),
    ),
    alternatives=(_in_place, _rows_of_steps, _entry_by_entry(_central)),
    summary="gradient of a function by central differences",
)
