"""How a random matrix is judged: by its shape, its moments and its bounds.

Every limit is so wide that a right matrix meets it by chance less than once in 1e10 draws: moments
may be off by seven of their standard deviations, and an interval is filled up to one part in
``entries / 30``, beyond which a draw from it leaves a gap with a probability of exp(-30). A check
makes about fifty such tests, so that less than one right answer in 1e8 is called wrong.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from nbcourse.exercise import Mistake
from nbcourse.exercise.comparison import difference

#: A number that depends on fan_in and fan_out: a standard deviation, or the bound of an interval.
Scale = Callable[[int, int], float]

_SIGMAS = 7.0
# Of the fourth moment, which is 3 for a normal distribution: one entry in 2,000 that lies eight
# standard deviations out could lift it so far.
_HEAVY_TAILS = 5.0


def shape_complaint(result: Any, shape: tuple[int, ...]) -> str | None:
    """What is wrong with a result as a float64 matrix of this shape, whatever its entries are."""
    if wrong := difference(result, np.zeros(shape), atol=np.inf):
        return wrong.message
    kind = np.asarray(result).dtype
    return f"is {kind}, expected float64" if kind in (np.float16, np.float32) else None


def judge_normal(std: Scale) -> Callable[[tuple[Any, ...], Any], str | None]:
    """An ``accept`` for a matrix (fan_in, fan_out) of normal entries with this ``std``."""

    @np.errstate(all="ignore")
    def accept(args: tuple[Any, ...], result: Any) -> str | None:
        fan_in, fan_out, _ = args
        words = shape_complaint(result, (fan_in, fan_out))
        if words:
            return words
        w = np.asarray(result, dtype=np.float64)
        right = std(fan_in, fan_out)
        if words := _not_drawn(w) or _off_center(w, right) or _off_scale(w, right, 2.0):
            return words
        if _fourth_moment(w) < _light_tails(w):
            largest = np.abs(w).max() / w.std()
            return (
                f"has no entry beyond {largest:.2f} standard deviations, expected a normal "
                "distribution"
            )
        if _fourth_moment(w) > _HEAVY_TAILS:
            return "has tails heavier than those of a normal distribution"
        return None

    return accept


def judge_uniform(bound: Scale) -> Callable[[tuple[Any, ...], Any], str | None]:
    """An ``accept`` for a matrix (fan_in, fan_out) of uniform entries within this ``bound``."""

    @np.errstate(all="ignore")
    def accept(args: tuple[Any, ...], result: Any) -> str | None:
        fan_in, fan_out, _ = args
        words = shape_complaint(result, (fan_in, fan_out))
        if words:
            return words
        w = np.asarray(result, dtype=np.float64)
        right = bound(fan_in, fan_out)
        if words := _not_drawn(w) or _off_center(w, right / np.sqrt(3)):
            return words
        if not fills(w, right):
            largest = np.abs(w).max()
            return f"lies between -{largest:.4g} and {largest:.4g}, expected bounds +-{right:.4g}"
        if _fourth_moment(w) > 2.0:
            return "is not spread evenly between its bounds"
        return _off_scale(w, right / np.sqrt(3), 0.8)

    return accept


def complaint_is(
    accept: Callable[[tuple[Any, ...], Any], str | None], *words: str
) -> Callable[[tuple[Any, ...], Any], bool]:
    """An ``explains`` of results of which all that are wrong are so in one of these words."""

    def explains(args: tuple[Any, ...], result: Any) -> bool:
        complaint = accept(args, result)
        return complaint is None or any(each in complaint for each in words)

    return explains


def fills(w: Any, bound: float) -> bool:
    """Whether the largest entry lies as near to a bound as among so many draws it must.

    Whoever writes 1.732 for sqrt(3) is right, and not only where no entry comes near the bound.
    """
    return bool(bound * (1 - 30 / w.size) <= np.abs(w).max() <= bound * (1 + 1e-4))


def _not_drawn(w: Any) -> str | None:
    """What is wrong with entries that are not all drawn anew."""
    if not w.any():
        return "is 0 everywhere"
    if (w == w.flat[0]).all():
        return f"is {w.flat[0]:.4g} everywhere"
    values, counts = np.unique(w, return_counts=True)
    if counts.max() > 0.02 * w.size and values.size > 0.1 * w.size:
        share, value = counts.max() / w.size, values[counts.argmax()]
        return f"is {value:.4g} in {share:.0%} of its entries"
    if values.size < 0.99 * w.size:
        return "holds the same numbers several times, expected every entry drawn on its own"
    return None


def _off_center(w: Any, std: float) -> str | None:
    if (w > 0).all() or (w < 0).all():
        sign = "positive" if w.flat[0] > 0 else "negative"
        return f"has only {sign} entries, expected both signs alike"
    # Against its own spread, too: a scale that is wrong is told as that.
    if abs(w.mean()) > _SIGMAS * max(std, w.std()) / np.sqrt(w.size):
        return f"has the mean {w.mean():.4g}, expected 0 but for chance"
    return None


def _off_scale(w: Any, std: float, spread: float) -> str | None:
    """``spread`` is the variance of a squared entry in units of the fourth power of ``std``."""
    if abs(np.mean(w**2) / std**2 - 1) > _SIGMAS * np.sqrt(spread / w.size):
        return f"has the standard deviation {np.sqrt(np.mean(w**2)):.4g}, expected {std:.4g}"
    return None


def _fourth_moment(w: Any) -> float:
    """Mean fourth power over the squared variance: 3 for a normal distribution, 1.8 for uniform."""
    squares = w * w  # w**4 is a power, which takes thirty times as long as a product
    return float(np.mean(squares * squares) / np.mean(squares) ** 2)


def _light_tails(w: Any) -> float:
    return float(3.0 - _SIGMAS * np.sqrt(24.0 / w.size))


def looks_normal(w: Any, std: float) -> bool:
    """Whether a matrix could have been drawn from the normal distribution with this ``std``."""
    if w.size == 0:
        return False
    # The scale comes first: it is told soonest, and what is compared differs in it most.
    return not (_off_scale(w, std, 2.0) or _off_center(w, std) or _not_drawn(w)) and bool(
        _light_tails(w) <= _fourth_moment(w) <= _HEAVY_TAILS
    )


def looks_uniform(w: Any, bound: float) -> bool:
    """Whether a matrix could have been drawn evenly from the interval within this ``bound``."""
    return fills(w, bound) and not _off_center(w, bound) and _fourth_moment(w) <= 2.0


def cut_off(std: Scale) -> Mistake:
    """The mistake of a normal distribution without its tails, as truncated ones are."""

    def function(fan_in: int, fan_out: int, rng: np.random.Generator) -> Any:
        w = rng.standard_normal((fan_in, fan_out))
        while (far := np.abs(w) > 2).any():
            w[far] = rng.standard_normal(int(far.sum()))
        return std(fan_in, fan_out) * w

    def explains(args: tuple[Any, ...], result: Any) -> bool:
        # Of 1,600 normal entries one lies beyond 2.6 standard deviations but once in 3e6 draws;
        # of uniform ones, cut off as well but told apart, the bound is at 1.73.
        w = np.asarray(result)
        return w.shape == args[:2] and not _not_drawn(w) and 1.8 < np.abs(w).max() / w.std() < 2.6

    return Mistake(
        "Your distribution is cut off: it has no entries far from 0, as a truncated normal one. "
        "Asked for is the whole: take every number as rng.standard_normal draws it.",
        function,
        explains,
    )


def wrong_std(hint: str, std: Scale) -> Mistake:
    """The mistake of a normal distribution with another standard deviation."""

    def function(fan_in: int, fan_out: int, rng: np.random.Generator) -> Any:
        return std(fan_in, fan_out) * rng.standard_normal((fan_in, fan_out))

    @np.errstate(all="ignore")
    def explains(args: tuple[Any, ...], result: Any) -> bool:
        return looks_normal(np.asarray(result), std(*args[:2]))

    return Mistake(hint, function, explains)


def wrong_factors(
    wrong: Callable[[str, Scale], Mistake], right: Scale, what: str, name: str
) -> tuple[Mistake, ...]:
    """Formulas that are right but for a number in front; ``wrong`` is a maker of mistakes."""
    factors = (1 / 6, 1 / 5, 1 / 4, 1 / 3, 0.4, 0.6, 1.7, 2.4, 3.0, 4.0, 5.0, 6.0)

    def scaled(factor: float) -> Scale:
        return lambda fan_in, fan_out: factor * right(fan_in, fan_out)

    return tuple(
        wrong(
            f"Your {what} is {factor:.2g} times the right one for every layer: fan_in and fan_out "
            f"are used as they should be, and a number is wrong or too many. It is {name}.",
            scaled(factor),
        )
        for factor in factors
    )


def off_center(accept: Callable[[tuple[Any, ...], Any], str | None], draw: Any) -> Mistake:
    """The mistake of a distribution that does not lie around 0."""
    return Mistake(
        "The mean of your weights is not 0: something is added to all of them, or the two ends of "
        "the distribution are not alike.",
        lambda fan_in, fan_out, rng: 0.3 + draw(fan_in, fan_out, (fan_in, fan_out), rng),
        complaint_is(accept, "has the mean"),
    )


def wrong_bound(hint: str, bound: Scale) -> Mistake:
    """The mistake of a uniform distribution with another bound."""

    def function(fan_in: int, fan_out: int, rng: np.random.Generator) -> Any:
        a = bound(fan_in, fan_out)
        return rng.uniform(-a, a, (fan_in, fan_out))

    @np.errstate(all="ignore")
    def explains(args: tuple[Any, ...], result: Any) -> bool:
        return looks_uniform(np.asarray(result), bound(*args[:2]))

    return Mistake(hint, function, explains)
