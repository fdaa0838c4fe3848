"""What goes wrong in a normalization's dx, whichever axis the statistics were taken over."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nbcourse.exercise import Mistake
from nbcourse.specs.batch_norm.short_steps import Short

_THREE = "x reaches the output on three paths: straight, through the mean and through the variance."
# What the divisor is called, by axis.
_COUNT = ("N, the rows of the batch", "D, the features of a row")


def in_dx(axis: int) -> Iterator[Mistake]:
    """The mistakes in dx, for statistics over this axis."""
    count, other = _COUNT[axis], _COUNT[1 - axis]
    told: tuple[tuple[str, dict[str, Any]], ...] = (
        (
            f"{_THREE} You have the straight one alone, as if mean and variance were constants.",
            {"dx": lambda s: s.inv * s.g},
        ),
        (
            f"{_THREE} The one through the mean is missing: subtract the mean of dout * gamma.",
            {"mean": lambda s: 0.0},
        ),
        (
            f"{_THREE} The one through the variance is missing: subtract x_hat times the mean of "
            "dout * gamma * x_hat.",
            {"along": lambda s: 0.0},
        ),
        (
            f"{_THREE} The straight one is missing: dout * gamma / sqrt(var + eps).",
            {"dx": lambda s: -s.inv * (s.mean + s.along)},
        ),
        (
            "gamma is missing in dx. The gradient of x_hat is dout * gamma.",
            {"g": lambda s: s.dout},
        ),
        (
            "gamma is missing in dx on the straight path. All three start from dout * gamma.",
            {"dx": lambda s: s.inv * (s.dout - s.mean - s.along)},
        ),
        (
            "gamma is missing in dx on the path through the mean. All three start from "
            "dout * gamma.",
            {"mean": lambda s: np.mean(s.dout, axis=s.axis, keepdims=True)},
        ),
        (
            "gamma is missing in dx on the path through the variance. All three start from "
            "dout * gamma.",
            {"along": lambda s: s.x_hat * np.mean(s.dout * s.x_hat, axis=s.axis, keepdims=True)},
        ),
        (
            "gamma is twice in your dx. It is in dout * gamma once, and once is enough.",
            {"dx": lambda s: s.gamma * s.inv * (s.g - s.mean - s.along)},
        ),
        (
            "In dx the factor inv_std is missing in front.",
            {"inv": lambda s: 1.0},
        ),
        (
            "In dx you divide by inv_std. The cache holds one over the standard deviation: "
            "multiply by it.",
            {"inv": lambda s: 1 / s.inv},
        ),
        (
            "You take the third entry of the cache for the variance. It is "
            "inv_std = 1 / sqrt(var + eps): multiply by it as it is.",
            {"inv": lambda s: 1 / np.sqrt(s.inv)},
        ),
        (
            "You take the third entry of the cache for the variance. It is "
            "inv_std = 1 / sqrt(var + eps): multiply by it as it is, and leave eps aside.",
            {"inv": lambda s: 1 / np.sqrt(s.inv + 1e-5)},
        ),
        (
            "inv_std is squared in your dx. Once is enough.",
            {"inv": lambda s: s.inv**2},
        ),
        (
            "On two of the three paths inv_std is missing in your dx: it stands in front of all of "
            "them.",
            {"dx": lambda s: s.inv * s.g - s.mean - s.along},
        ),
        (
            "On the path through the mean inv_std is missing in your dx.",
            {"dx": lambda s: s.inv * (s.g - s.along) - s.mean},
        ),
        (
            "On the path through the variance inv_std is missing in your dx.",
            {"dx": lambda s: s.inv * (s.g - s.mean) - s.along},
        ),
        (
            "On the path through the variance inv_std^3 belongs to x - mean, and the cache holds "
            "x_hat, which has been divided already: one inv_std is left, as on the other paths.",
            {"dx": lambda s: s.inv * (s.g - s.mean) - s.inv**3 * s.along},
        ),
        (
            "On the path through the variance the factors of inv_std do not fit: with x_hat in "
            "place of x - mean one inv_std is left, as on the other paths.",
            {"dx": lambda s: s.inv * (s.g - s.mean) - s.inv**2 * s.along},
        ),
        (
            f"In dx you sum where the mean is meant, on two paths: divide by {count}.",
            {"mean": lambda s: s.count * _mean(s), "along": lambda s: s.count * _along(s)},
        ),
        (
            f"In dx, on the path through the mean, the division by {count}, is missing.",
            {"mean": lambda s: s.count * _mean(s)},
        ),
        (
            f"In dx, on the path through the variance, the division by {count}, is missing.",
            {"along": lambda s: s.count * _along(s)},
        ),
        (
            f"In dx the division by {count}, is missing as a whole: what is in the brackets is "
            "multiplied by it.",
            {"dx": lambda s: s.count * s.inv * (s.g - s.mean - s.along)},
        ),
        (
            f"In dx you divide by {other}. Divide by {count}: that is what mean and variance were "
            "taken over.",
            {
                "mean": lambda s: s.count * _mean(s) / s.x_hat.shape[1 - s.axis],
                "along": lambda s: s.count * _along(s) / s.x_hat.shape[1 - s.axis],
            },
        ),
        (
            f"All of your dx is divided by {other}, where {count}, is meant.",
            {
                "dx": lambda s: (
                    s.inv * (s.g - s.mean - s.along) * (s.count / s.x_hat.shape[1 - s.axis])
                )
            },
        ),
        (
            "The sign of the path through the mean is wrong in dx: it is subtracted.",
            {"mean": lambda s: -_mean(s)},
        ),
        (
            "The sign of the path through the variance is wrong in dx: it is subtracted.",
            {"along": lambda s: -_along(s)},
        ),
        (
            "Two signs are wrong in dx: the paths through mean and variance are subtracted.",
            {"mean": lambda s: -_mean(s), "along": lambda s: -_along(s)},
        ),
        (
            "On the path through the variance x_hat is missing behind the mean of dout * gamma * "
            "x_hat: each entry moves the variance as far as it lies from the mean.",
            {"along": lambda s: np.mean(s.g * s.x_hat, axis=s.axis, keepdims=True)},
        ),
        (
            "On the path through the variance dout is multiplied by x_hat, but not summed: the "
            "variance is one number for all of them.",
            {"along": lambda s: s.x_hat * s.g * s.x_hat},
        ),
        (
            "A factor of 2 is wrong on the path through the variance: the 2 of the square and the "
            "1/2 of the root cancel.",
            {"along": lambda s: 2 * _along(s)},
        ),
        (
            "A factor of 1/2 is wrong on the path through the variance: the 2 of the square and "
            "the 1/2 of the root cancel.",
            {"along": lambda s: 0.5 * _along(s)},
        ),
        (
            "You sum dout before you multiply: on the straight path each entry keeps its own.",
            {"dx": lambda s: s.inv * (_total(s) - s.mean - s.along)},
        ),
    )
    for hint, steps in told:
        yield Mistake(hint, Short(axis, **steps))


def _mean(s: Any) -> Any:
    return np.mean(s.g, axis=s.axis, keepdims=True)


def _along(s: Any) -> Any:
    return s.x_hat * np.mean(s.g * s.x_hat, axis=s.axis, keepdims=True)


def _total(s: Any) -> Any:
    return np.sum(s.g, axis=s.axis, keepdims=True)
