"""What several modules of this sheet need."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nbcourse.exercise import Mistake
from nbcourse.exercise.cases import Raised
from nbcourse.exercise.comparison import same
from nbcourse.exercise.description import message_of
from nbcourse.specs.graphs.common import entrywise_shapes

#: So many entries that steps at one entry after the other take far too long.
MANY = (150, 200)


def smooth_cases(rng: np.random.Generator) -> Iterator[Any]:
    """Inputs of every shape, then some from deep saturation to the middle and back."""
    for shape in entrywise_shapes(rng):
        yield rng.normal(0.4, 1.5, shape)
    yield rng.normal(3.0, 1.0, (3, 2))
    yield np.array([[-100.0, -30.0, -2.5, 0.0], [0.5, 6.0, 30.0, 100.0]])


def off_kink(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """Both signs, and no entry near 0, where the rectifiers have no derivative."""
    x = rng.uniform(0.1, 2.5, shape) * rng.choice((-1.0, 1.0), shape)
    # Whatever was drawn: one entry on each side.
    x.flat[0], x.flat[1] = np.abs(x.flat[0]), -np.abs(x.flat[1])
    return x


def kinked_cases(rng: np.random.Generator) -> Iterator[Any]:
    """Inputs of every shape off the kink, one of a large mean, one far out."""
    for shape in entrywise_shapes(rng):
        yield off_kink(rng, shape)
    yield off_kink(rng, (3, 2)) + np.array([6.0, -6.0])
    yield np.array([[-100.0, -30.0, -2.5, -0.2], [0.5, 6.0, 30.0, 100.0]])


def raised(result: Any, words: str) -> bool:
    """Whether a call ended in an exception whose message holds these words."""
    return isinstance(result, Raised) and words in message_of(result.error)


def taken_whole(backward: Callable[[Any, Any], Any], names: str) -> Mistake:
    """The cache is used as if it were x; with ``(x,)`` NumPy makes an array of one more axis."""

    def with_an_axis(dout: Any, cache: Any) -> Any:
        result = backward(dout, cache)
        return tuple(np.array([part]) for part in cache) if type(result) is tuple else result[None]

    return Mistake(
        f"You use the cache as if it were x. It is a tuple: take it apart first, with "
        f"{names} = cache.",
        with_an_axis,
        lambda args, result: raised(result, "'tuple'"),
    )


def summed(backward: Callable[[Any, Any], Any]) -> Mistake:
    """A sum or mean where nothing was shared."""
    return Mistake(
        "You sum or average over an axis. Every entry of x has a gradient of its own: dx has the "
        "shape of x.",
        lambda dout, cache: backward(dout, cache).sum(axis=0),
        lambda args, dx: not isinstance(dx, Raised) and np.ndim(dx) < args[0].ndim,
    )


def matrix_product(slope: Callable[[Any], Any]) -> Mistake:
    """``@`` or ``dot`` in place of ``*``: it raises an exception, or the shape is another one."""
    return Mistake(
        "You use the matrix product. The activation works entry by entry, and so does its "
        "gradient: multiply with *, not with @, dot or a transpose.",
        lambda dout, cache: dout @ slope(cache[0]).T,
        lambda args, dx: (
            raised(dx, "aligned")
            or raised(dx, "core dimension")
            or (not isinstance(dx, Raised) and np.shape(dx) != args[0].shape)
        ),
    )


def one_decision(backward: Callable[[Any, Any], Any]) -> Mistake:
    """``if x > 0`` for a whole array, which NumPy refuses."""

    def decided(dout: Any, cache: Any) -> Any:
        return backward(dout, cache) if cache[0] > 0 else 0 * dout

    return Mistake(
        "An if makes one decision for the whole array. Each entry of x has its own side: compare "
        "entry by entry, which gives an array of True and False, and choose with np.where or "
        "multiply by it.",
        decided,
    )


def half(
    backward: Callable[[Any, Any], Any], hint: str, positive: bool, gradient: Callable[..., Any]
) -> Mistake:
    """Another gradient on one side of the kink; it is recognized whatever the other side holds."""

    def function(dout: Any, cache: Any) -> Any:
        here = (cache[0] > 0) == positive
        return np.where(here, gradient(dout, *cache), backward(dout, cache))

    @np.errstate(all="ignore")
    def explains(args: tuple[Any, ...], dx: Any) -> bool:
        dout, cache = args
        here = (cache[0] > 0) == positive
        wrong = np.broadcast_to(gradient(dout, *cache), here.shape)
        return dx.shape == here.shape and same(dx[here], wrong[here])

    return Mistake(hint, function, explains)


def either(*mistakes: Mistake) -> Callable[[tuple[Any, ...], Any], bool]:
    """Whether one of several mistakes explains a result."""
    return lambda args, result: any(
        mistake.explains is not None and mistake.explains(args, result) for mistake in mistakes
    )


def elsewhere(backward: Callable[[Any, Any], Any], hint: str, positive: bool) -> Mistake:
    """Something is wrong on one side alone, whatever it is. It stands behind all that is known."""

    def function(dout: Any, cache: Any) -> Any:
        right = backward(dout, cache)
        return np.where((cache[0] > 0) == positive, 2.5 * right - 0.5, right)

    def explains(args: tuple[Any, ...], dx: Any) -> bool:
        _, (x, *_) = args
        others = (x > 0) != positive
        return dx.shape == x.shape and same(dx[others], backward(*args)[others])

    return Mistake(hint, function, explains)


def named_by_itself(
    backward: Callable[[Any, Any], Any], position: int, args: Any, got: Any
) -> bool:
    """Whether a part is off by its sign, a factor, or for want of dout: that needs no list."""
    dout, cache = args
    right = backward(dout, cache)[position]
    if same(got, right):
        return False
    unit = backward(np.ones_like(dout), cache)[position]
    factors = [-1.0]
    if np.size(got) > 3:  # of fewer numbers too many are multiples by chance
        factors.append(float(np.sum(got * right) / np.sum(right**2)))
    return same(got, unit) or any(same(got, factor * right) for factor in factors if factor)


def wrong_slope(hint: str, slope: Callable[[Any], Any]) -> Mistake:
    """Another slope of a smooth activation; recognized without dout, or with a minus, as well."""

    @np.errstate(all="ignore")
    def explains(args: tuple[Any, ...], dx: Any) -> bool:
        dout, (x,) = args
        return same(dx, slope(x)) or same(dx, -dout * slope(x))

    return Mistake(hint, lambda dout, cache: dout * slope(cache[0]), explains)
