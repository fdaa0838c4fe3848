"""What is subtracted and what is divided by: rules that can be put together wrongly.

What becomes of a constant feature is everybody's own choice, so such features tell nothing here.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from nbcourse.arrays import Array
from nbcourse.exercise import Mistake
from nbcourse.exercise.cases import Raised
from nbcourse.exercise.comparison import same
from nbcourse.preprocessing import standardize

Function = Callable[..., Any]


def mean_of(x: Array) -> Any:
    """Mean of every feature."""
    return x.mean(axis=0)


def std_of(x: Array) -> Any:
    """Standard deviation of every feature."""
    return x.std(axis=0)


def scaled(shift: Function = mean_of, scale: Function = std_of) -> Function:
    """Both sets by the training set's statistics, with these rules for them."""

    def function(x_train: Array, x_test: Array) -> Any:
        return _by(x_train, shift, scale, x_train), _by(x_test, shift, scale, x_train)

    return function


def test_by(shift: Function, scale: Function) -> Function:
    """The training set right, the test set by numbers found from (x_train, x_test)."""

    def function(x_train: Array, x_test: Array) -> Any:
        right, _ = standardize(x_train, x_test)
        return right, _by(x_test, shift, scale, x_train, x_test)

    return function


def _by(x: Array, shift: Function, scale: Function, *sets: Array) -> Any:
    divisor = np.asarray(scale(*sets))
    return (x - shift(*sets)) / np.where(divisor == 0, 1.0, divisor)


def telling(args: tuple[Any, ...]) -> Any:
    """Which features are not constant."""
    return np.ptp(args[0], axis=0) > 0


def _alike(args: tuple[Any, ...], result: Any, expected: Any) -> bool:
    """Whether both sets agree in the features that are not constant.

    A single example in the test set is constant, too, and its own std 0.
    """
    if isinstance(result, Raised) or isinstance(expected, Raised) or len(result) != 2:
        return False
    columns = telling(args)
    return all(
        np.shape(a) == np.shape(b) == x.shape
        and (len(x) == 1 or same(np.asarray(a)[:, columns], np.asarray(b)[:, columns], 1e-4, 1e-6))
        for a, b, x in zip(result, expected, args, strict=True)
    )


def mistake(hint: str, *functions: Function) -> Mistake:
    """A mistake that comes in these forms, whatever becomes of constant features."""

    def explains(args: tuple[Any, ...], result: Any) -> bool:
        with np.errstate(all="ignore"):
            return any(_alike(args, result, function(*args)) for function in functions)

    return Mistake(hint, functions[0], explains)


def rows(x_train: Array, x_test: Array) -> Any:
    """Every example standardized by itself."""
    return tuple(
        _by(x, lambda x: x.mean(axis=1, keepdims=True), lambda x: x.std(axis=1, keepdims=True), x)
        for x in (x_train, x_test)
    )


def overwritten(x_train: Array, x_test: Array) -> Any:
    """The test set by the statistics of the training set that is standardized already."""
    x_train, _ = standardize(x_train, x_test)
    return x_train, _by(x_test, mean_of, lambda x: x.std(axis=0).round(9), x_train)


def divided_by_zero(x_train: Array, x_test: Array) -> Any:
    """Right but for constant features, which become nan."""
    mean, std = x_train.mean(axis=0), x_train.std(axis=0)
    return (x_train - mean) / std, (x_test - mean) / std


def has_gaps(args: tuple[Any, ...], result: Any) -> bool:
    """Whether it is right but for constant features, and those come out as nan or infinity."""
    gaps = [~np.isfinite(np.asarray(part)).all(axis=0) for part in result]
    return _alike(args, result, standardize(*args)) and (
        bool(np.logical_or(*gaps).any()) or bool(telling(args).all())
    )


def uncentered_constants(x_train: Array, x_test: Array) -> Any:
    """Right but for constant features, which stay as they are."""
    constant = np.ptp(x_train, axis=0) == 0
    new_train, new_test = standardize(x_train, x_test)
    return np.where(constant, x_train, new_train), np.where(constant, x_test, new_test)


def without_constants(x_train: Array, x_test: Array) -> Any:
    """Right, with the constant features left out."""
    columns = np.ptp(x_train, axis=0) > 0
    return tuple(x[:, columns] for x in standardize(x_train, x_test))


def fewer_features(args: tuple[Any, ...], result: Any) -> bool:
    """Whether it is right, with the constant features left out."""
    columns = telling(args)
    right = standardize(*args)
    return all(
        same(np.asarray(a), b[:, columns], 1e-5, 1e-7) for a, b in zip(result, right, strict=True)
    )


def something_added(args: tuple[Any, ...], result: Any) -> bool:
    """Whether every std, or every variance, is larger than the right one by the same number."""
    columns = telling(args)
    if not columns.any():
        return True
    x_train, std = args[0][:, columns], args[0].std(axis=0)[columns]
    at = np.abs(x_train - x_train.mean(axis=0)).argmax(axis=0), np.arange(columns.sum())
    found = np.asarray(result[0])[:, columns][at]
    if not np.isfinite(found).all() or not found.all():
        return False
    used = (x_train - x_train.mean(axis=0))[at] / found
    for added in (used - std, used**2 - std**2):
        if added.min() > 0 and np.ptp(added) <= 1e-3 * added.max() + 1e-12:
            return _alike(args, result, scaled(scale=lambda x: _used_for(x, columns, used))(*args))
    return False


def _used_for(x: Array, columns: Any, used: Array) -> Array:
    """The divisors of all features: those found, and 1 for the constant ones."""
    scale = np.ones(x.shape[1])
    scale[columns] = used
    return scale


def own(shift: Function = mean_of, scale: Function = std_of) -> Function:
    """Each set by statistics of its own."""
    return lambda x_train, x_test: (
        _by(x_train, shift, scale, x_train),
        _by(x_test, shift, scale, x_test),
    )


def together(x_train: Array, x_test: Array) -> Any:
    """Both sets by the statistics of the two together."""
    both = np.concatenate([x_train, x_test])
    return _by(x_train, mean_of, std_of, both), _by(x_test, mean_of, std_of, both)


def sample_std(x: Array) -> Any:
    """Standard deviation with the divisor N - 1."""
    return x.std(axis=0, ddof=1) if len(x) > 1 else np.zeros(x.shape[1:])


def nothing(*sets: Array) -> float:
    """Subtract nothing."""
    return 0.0


def one(*sets: Array) -> float:
    """Divide by nothing."""
    return 1.0


SCALES: tuple[Function, ...] = (std_of, sample_std, lambda x: x.var(axis=0))
