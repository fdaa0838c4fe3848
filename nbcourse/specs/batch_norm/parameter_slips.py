"""What goes wrong in a normalization's dgamma and dbeta, and with what is returned."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nbcourse.exercise import Mistake
from nbcourse.specs.batch_norm.last_resorts import only_wrong
from nbcourse.specs.batch_norm.short_steps import Short
from nbcourse.specs.networks.common import stops_over_shapes

# What the shape of the statistics is, by axis.
_KEEP = (
    "(D,): sums over the batch, axis 0, have the shape (D,) as well.",
    "(N, 1): means over axis 1 need keepdims=True, so that they are (N, 1) too.",
)


def _means(dgamma: Any, dbeta: Any) -> dict[str, Any]:
    return {"dgamma": dgamma, "dbeta": dbeta}


def in_parameters(axis: int) -> Iterator[Mistake]:
    """The mistakes in dgamma and dbeta, next to statistics over this axis."""
    told: tuple[tuple[str, dict[str, Any]], ...] = (
        (
            "Your dgamma and dbeta are means over the batch. The same gamma and beta were used by "
            "every row, so their gradients add up: sums, over axis 0.",
            _means(lambda s: np.mean(s.dout * s.x_hat, axis=0), lambda s: s.dout.mean(axis=0)),
        ),
        (
            "Your dgamma and dbeta have the shape (1, D), and gamma and beta are (D,): leave "
            "keepdims out.",
            _means(
                lambda s: np.sum(s.dout * s.x_hat, axis=0, keepdims=True),
                lambda s: s.dout.sum(axis=0, keepdims=True),
            ),
        ),
        (
            "You sum dgamma and dbeta over the features. Each feature has a gamma and a beta of "
            "its own, used by every row: sum over the batch, axis 0.",
            _means(lambda s: np.sum(s.dout * s.x_hat, axis=1), lambda s: s.dout.sum(axis=1)),
        ),
        (
            "You sum dgamma and dbeta over everything. Each feature has a gamma and a beta of its "
            "own: sum over the batch, axis 0.",
            _means(lambda s: np.sum(s.dout * s.x_hat), lambda s: s.dout.sum()),
        ),
        (
            "Your dgamma is a mean over the batch. Every row used the same gamma: a sum.",
            {"dgamma": lambda s: np.mean(s.dout * s.x_hat, axis=0)},
        ),
        (
            "Your dgamma does not use dout. Multiply x_hat by dout before you sum.",
            {"dgamma": lambda s: np.sum(s.x_hat, axis=0)},
        ),
        (
            "x_hat is missing in your dgamma: gamma multiplies it on the way forward.",
            {"dgamma": lambda s: np.sum(s.dout, axis=0)},
        ),
        (
            "Your dgamma starts from dout * gamma. For gamma the other factor counts: dout * "
            "x_hat.",
            {"dgamma": lambda s: np.sum(s.g * s.x_hat, axis=0)},
        ),
        (
            "Your dgamma has inv_std in it. x_hat is what gamma multiplies, as it is.",
            {"dgamma": lambda s: np.sum(s.dout * s.x_hat * s.inv, axis=0)},
        ),
        (
            "Your dgamma divides x_hat by inv_std, which makes x - mean of it. gamma multiplies "
            "x_hat itself.",
            {"dgamma": lambda s: np.sum(s.dout * s.x_hat / s.inv, axis=0)},
        ),
        (
            "In dgamma you sum dout before you multiply. In each row dout belongs to its own "
            "x_hat: multiply first, then sum.",
            {"dgamma": lambda s: np.sum(s.dout, axis=0) * np.sum(s.x_hat, axis=0)},
        ),
        (
            "In dgamma you sum dout before you multiply, and do not sum x_hat. Multiply row by row "
            "first, then sum over the batch.",
            {"dgamma": lambda s: np.sum(s.dout, axis=0) * s.x_hat},
        ),
        (
            "Your dbeta is a mean over the batch. The same beta was added to every row: a sum.",
            {"dbeta": lambda s: s.dout.mean(axis=0)},
        ),
        (
            "Your dbeta has gamma in it. beta is added behind the scaling: sum dout.",
            {"dbeta": lambda s: np.sum(s.g, axis=0)},
        ),
        (
            "Your dbeta counts the rows. That is right for dout = 1 only: sum dout.",
            {"dbeta": lambda s: np.full(s.d, float(s.n))},
        ),
        (
            "Your dbeta is dout itself. The same beta was added to every row: sum over the batch.",
            {"dbeta": lambda s: s.dout},
        ),
        (
            "Your dgamma is not summed over the batch. The same gamma was used by every row.",
            {"dgamma": lambda s: s.dout * s.x_hat},
        ),
    )
    for hint, steps in told:
        yield Mistake(hint, Short(axis, **steps))


def _again(x: Any, inv_std: Any, axis: int) -> Any:
    return (x - x.mean(axis=axis, keepdims=True)) * inv_std


def in_what_is_returned(axis: int) -> Iterator[Mistake]:
    """A cache misread, parts in another order, and what is left when nothing is recognized."""
    right = Short(axis)
    yield Mistake(
        "You take the cache apart in another order. It is (x_hat, gamma, inv_std).",
        lambda dout, cache: right(dout, (cache[1] + 0 * cache[0], cache[0], cache[2])),
    )
    yield Mistake(
        "You return dx, dbeta, dgamma. The order is dx, dgamma, dbeta.",
        lambda dout, cache: (lambda dx, dgamma, dbeta: (dx, dbeta, dgamma))(*right(dout, cache)),
    )
    yield Mistake(
        "You return dx alone. gamma and beta are learned too: return (dx, dgamma, dbeta).",
        lambda dout, cache: right(dout, cache)[0],
    )
    yield Mistake(
        "Your dx has the shape (D,). Every entry of x has a gradient of its own: dx is (N, D).",
        Short(axis, dx=lambda s: Short(axis).dx(s).sum(axis=0)),
        lambda args, result: np.shape(result[0]) == args[1][1].shape,
    )
    yield Mistake(
        "You take the first entry of the cache for x, and normalize it once more. It is x_hat.",
        lambda dout, cache: right(dout, (_again(cache[0], cache[2], axis), *cache[1:])),
    )
    yield Mistake(
        "The shapes do not fit. dout and x_hat are (N, D), gamma is (D,), inv_std " + _KEEP[axis],
        lambda dout, cache: dout @ cache[0],
        lambda args, result: 1 in args[0].shape or stops_over_shapes(result),
    )
    yield only_wrong(
        right,
        "dgamma and dbeta are right, and dx is not. With g = dout * gamma and means over the axis "
        "that was normalized over, it is inv_std * (g - mean(g) - x_hat * mean(g * x_hat)).",
        0,
    )
    yield only_wrong(right, "Your dgamma is wrong: sum dout * x_hat over the batch, axis 0.", 1)
    yield only_wrong(right, "Your dbeta is wrong: sum dout over the batch, axis 0.", 2)
