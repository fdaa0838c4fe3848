"""LSUV as it is often written wrongly, and how each mistake is recognized."""

from collections.abc import Callable
from math import sqrt
from typing import Any

import numpy as np

from nbcourse.exercise.comparison import same
from nbcourse.lsuv import lsuv
from nbcourse.specs.initialization.networks import FUNCTIONS


def variant(
    factor: Callable[[Any], Any] = lambda s: 1 / s.std(),
    enough: Callable[[Any, float], bool] = lambda s, tol: abs(s.var() - 1) <= tol,
    measured: Callable[[Any, str], Any] = lambda s, activation: s,
    step: Callable[[Any, str], Any] = lambda s, activation: FUNCTIONS[activation](s),
) -> Callable[..., Any]:
    """``lsuv`` with one of its lines changed."""

    def function(
        weights: Any, x: Any, activation: str, tol: float = 0.02, max_iter: int = 10
    ) -> Any:
        scaled, h = [], x
        for w in weights:
            for _ in range(max_iter):
                s = measured(h @ w, activation)
                if enough(s, tol):
                    break
                w = w * factor(s)
            scaled.append(w)
            h = step(h @ w, activation)
        return scaled

    return function


def whether_near_or_not(function: Callable[..., Any]) -> Callable[[tuple[Any, ...], Any], bool]:
    """An ``explains`` of a mistake in code that scales near layers, too, or each layer once."""

    @np.errstate(all="ignore")
    def explains(args: tuple[Any, ...], result: Any) -> bool:
        tolerances = (args[3] if len(args) > 3 else 0.02, -1.0)
        return any(
            same(list(result), function(*args[:3], tol, rounds))
            for tol in tolerances
            for rounds in (1, 10)
        )

    return explains


def not_multiples(args: tuple[Any, ...], result: Any) -> bool:
    """Whether some weights are no multiples of those given; a single number is always one."""
    given, right = args[0], lsuv(*args)
    if [np.shape(w) for w in result] != [w.shape for w in given]:
        return False
    if same(list(result), right) or all(w.size == 1 for w in given):
        return True
    pairs = zip(result, given, strict=True)
    return any(not np.allclose(w * old.flat[0], w.flat[0] * old, rtol=1e-6) for w, old in pairs)


def first_is_right(args: tuple[Any, ...], result: Any) -> bool:
    """Whether there is a matrix for each layer, and the first is right."""
    right = lsuv(*args)
    return [np.shape(w) for w in result] == [w.shape for w in right] and same(result[0], right[0])


def all_multiples(args: tuple[Any, ...], result: Any) -> bool:
    """Whether every matrix is the given one, times some number."""
    factors = [(w / old).ravel() for w, old in zip(result, args[0], strict=True)]
    return all(np.allclose(f, f[0], equal_nan=True) for f in factors)


def twice_for_relu(
    weights: Any, x: Any, activation: str, tol: float = 0.02, max_iter: int = 10
) -> Any:
    """Bring the outputs to variance 2 before a ReLU."""
    aim = 2.0 if activation == "relu" else 1.0
    return variant(
        lambda s: sqrt(aim) / s.std(), enough=lambda s, near: abs(s.var() - aim) <= near
    )(weights, x, activation, tol, max_iter)


def one_less(weights: Any, x: Any, activation: str, tol: float = 0.02, max_iter: int = 10) -> Any:
    """Measure with the divisor N - 1 throughout."""
    return variant(
        lambda s: 1 / s.std(ddof=1), enough=lambda s, near: abs(s.var(ddof=1) - 1) <= near
    )(weights, x, activation, tol, max_iter)


def by_mean_square(
    weights: Any, x: Any, activation: str, tol: float = 0.02, max_iter: int = 10
) -> Any:
    """Measure the mean square in the place of the variance."""
    return variant(
        lambda s: 1 / sqrt(np.mean(s**2)), enough=lambda s, near: abs(np.mean(s**2) - 1) <= near
    )(weights, x, activation, tol, max_iter)


def centered(weights: Any, x: Any, activation: str, tol: float = 0.02, max_iter: int = 10) -> Any:
    """Take their mean from the weights before they are scaled."""
    return lsuv([w - w.mean() for w in weights], x, activation, tol, max_iter)


def all_at_once(
    weights: Any, x: Any, activation: str, tol: float = 0.02, max_iter: int = 10
) -> Any:
    """Measure every layer behind the weights as they were given."""
    scaled, h = [], x
    for w in weights:
        s = h @ w
        scaled.append(w if abs(s.var() - 1) <= tol else w / s.std())
        h = FUNCTIONS[activation](s)
    return scaled


def each_from_x(
    weights: Any, x: Any, activation: str, tol: float = 0.02, max_iter: int = 10
) -> Any:
    """Give every layer ``x``."""
    scaled = []
    for w in weights:
        s = x @ w
        scaled.append(w if abs(s.var() - 1) <= tol else w / s.std())
    return scaled


def orthogonal_first(
    weights: Any, x: Any, activation: str, tol: float = 0.02, max_iter: int = 10
) -> Any:
    """Make the weights orthogonal before they are scaled."""
    turned = [np.linalg.qr(w)[0] if w.shape[0] >= w.shape[1] else _rows(w) for w in weights]
    return lsuv(turned, x, activation, tol, max_iter)


def each_column_its_own(args: tuple[Any, ...], result: Any) -> bool:
    """Whether columns were multiplied by numbers of their own."""
    with np.errstate(all="ignore"):
        factors = [new / old for new, old in zip(result, args[0], strict=True)]
    # Where a unit's output is the same for all examples, its factor is not finite.
    one_each = all(np.allclose(f, f[:1], equal_nan=True) for f in factors)
    alike = all(np.isfinite(f).all() and np.allclose(f, f.flat[0]) for f in factors)
    return one_each and (not alike or all(f.shape[1] == 1 for f in factors))


def grows_with_the_signal(args: tuple[Any, ...], result: Any) -> bool:
    """Whether the first layer was made larger where its output was too large."""
    weights, x, _, *tol = args
    factor, std = result[0].flat[0] / weights[0].flat[0], (x @ weights[0]).std()
    if abs(std**2 - 1) <= (tol[0] if tol else 0.02):
        return True  # near enough: nothing is told by it
    return bool(factor != 1 and (not factor <= 1) == (std > 1))  # NaN was too large


def all_orthogonal(args: tuple[Any, ...], result: Any) -> bool:
    """Whether all matrices stretch every direction alike, as none of the given ones does."""
    if not all(np.isfinite(w).all() for w in result):
        return False
    stretched = [np.linalg.svd(w, compute_uv=False) for w in result]
    return all(np.allclose(each, each[0]) for each in stretched)


def nearly(args: tuple[Any, ...], result: Any) -> bool:
    """Whether the weights are right up to a thousandth."""
    pairs = zip(result, lsuv(*args), strict=True)
    return all(np.allclose(new, right, rtol=1e-3, atol=1e-12) for new, right in pairs)


def _rows(w: Any) -> Any:
    return np.linalg.qr(w.T)[0].T


def outputs(weights: Any, x: Any, activation: str, tol: float = 0.02, max_iter: int = 10) -> Any:
    """Return what the scaled layers put out."""
    found, h = [], x
    for w in lsuv(weights, x, activation, tol, max_iter):
        h = FUNCTIONS[activation](h @ w)
        found.append(h)
    return found


def factors(weights: Any, x: Any, activation: str, tol: float = 0.02, max_iter: int = 10) -> Any:
    """Return what the weights are multiplied by."""
    scaled = lsuv(weights, x, activation, tol, max_iter)
    return [float(new.flat[0] / old.flat[0]) for new, old in zip(scaled, weights, strict=True)]


def weights_alone(
    weights: Any, x: Any, activation: str, tol: float = 0.02, max_iter: int = 10
) -> Any:
    """Divide by the standard deviation of the weights."""
    return [w / w.std() for w in weights]


def by_fan_in(weights: Any, x: Any, activation: str, tol: float = 0.02, max_iter: int = 10) -> Any:
    """Bring the weights to the variance 1 / fan_in."""
    return [w / (w.std() * sqrt(w.shape[0])) for w in weights]


def but(wanted: Callable[[int, int], bool]) -> Callable[..., Any]:
    """``lsuv`` of some of the layers only: ``wanted`` of a layer's number and their count."""

    def function(
        weights: Any, x: Any, activation: str, tol: float = 0.02, max_iter: int = 10
    ) -> Any:
        scaled, h = [], x
        for number, w in enumerate(weights):
            if wanted(number, len(weights)) and abs((h @ w).var() - 1) > tol:
                w = w / (h @ w).std()
            scaled.append(w)
            h = FUNCTIONS[activation](h @ w)
        return scaled

    return function
