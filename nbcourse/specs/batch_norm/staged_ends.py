"""What goes wrong where the paths of batch norm's way back come together, and at its parameters."""

from typing import Any

import numpy as np

from nbcourse.exercise import Mistake
from nbcourse.exercise.comparison import same
from nbcourse.normalization import batchnorm_backward_staged
from nbcourse.specs.batch_norm.staged_steps import Staged

#: How x reaches the output.
THREE_PATHS = (
    "dx collects three paths: straight from x_hat, through the variance, through the mean."
)


def _straight(s: Any) -> Any:
    return s.dx_hat * s.inv


def _by_var(s: Any) -> Any:
    return s.dvar * 2 * s.centered / s.n


def _only(part: str) -> Any:
    """Whether this part is wrong, and all others are right."""

    def explains(args: tuple[Any, ...], result: Any) -> bool:
        right = batchnorm_backward_staged(*args)
        return result.keys() == right.keys() and all(
            same(result[name], right[name]) for name in right if name != part
        )

    return explains


IN_DX = (
    Mistake(
        THREE_PATHS + " The one through the mean is missing: dmean / N.",
        Staged(dx=lambda s: _straight(s) + _by_var(s)),
    ),
    Mistake(
        THREE_PATHS + " The one through the variance is missing: dvar * 2 (x - mean) / N.",
        Staged(dx=lambda s: _straight(s) + s.dmean / s.n),
    ),
    Mistake(
        THREE_PATHS
        + " You have the straight one alone: mean and variance are no constants, they are "
        "computed from x.",
        Staged(dx=_straight),
    ),
    Mistake(
        THREE_PATHS + " The straight one is missing: dx_hat / sqrt(var + eps).",
        Staged(dx=lambda s: _by_var(s) + s.dmean / s.n),
    ),
    Mistake(
        "dmean is not divided by N in dx: each of the N rows has the share 1/N in the mean.",
        Staged(dx=lambda s: _straight(s) + _by_var(s) + s.dmean),
    ),
    Mistake(
        "The path through the variance is not divided by N in dx: var is the mean of (x - mean)^2.",
        Staged(dx=lambda s: _straight(s) + s.n * _by_var(s) + s.dmean / s.n),
    ),
    Mistake(
        "The divisions by N are missing in dx: mean and variance are both means over N rows.",
        Staged(dx=lambda s: _straight(s) + s.n * _by_var(s) + s.dmean),
    ),
    Mistake(
        "In dx you divide by the number of features. Mean and variance are taken over the N rows "
        "of the batch: divide by N = len(x).",
        Staged(dx=lambda s: _straight(s) + (s.n * _by_var(s) + s.dmean) / s.x.shape[1]),
    ),
    Mistake(
        "The factor 2 is missing in dx: the derivative of (x - mean)^2 is 2 (x - mean).",
        Staged(dx=lambda s: _straight(s) + 0.5 * _by_var(s) + s.dmean / s.n),
    ),
    Mistake(
        "In dx, on the path through the variance, x stands where x - mean belongs.",
        Staged(dx=lambda s: _straight(s) + s.dvar * 2 * s.x / s.n + s.dmean / s.n),
    ),
    Mistake(
        "In dx, on the path through the variance, x_hat stands where x - mean belongs.",
        Staged(dx=lambda s: _straight(s) + _by_var(s) * s.inv + s.dmean / s.n),
    ),
    Mistake(
        "On the straight path of dx the division by sqrt(var + eps) is missing.",
        Staged(dx=lambda s: s.dx_hat + _by_var(s) + s.dmean / s.n),
    ),
    Mistake(
        "On the straight path of dx you start from dout. It starts from dx_hat, with its gamma.",
        Staged(dx=lambda s: s.dout * s.inv + _by_var(s) + s.dmean / s.n),
    ),
    Mistake(
        "On the straight path of dx you divide by the variance. Divide by its root, "
        "sqrt(var + eps).",
        Staged(dx=lambda s: _straight(s) * s.inv + _by_var(s) + s.dmean / s.n),
    ),
    Mistake(
        "In dx you subtract the path through the mean. dmean has its minus sign already.",
        Staged(dx=lambda s: _straight(s) + _by_var(s) - s.dmean / s.n),
    ),
    Mistake(
        "In dx you subtract the path through the variance. dvar has its minus sign already.",
        Staged(dx=lambda s: _straight(s) - _by_var(s) + s.dmean / s.n),
    ),
    Mistake(
        "Your dx has the shape (D,). Every entry of x has a gradient of its own, (N, D): what is "
        "summed over the batch are dmean and dvar.",
        Staged(dx=lambda s: Staged().dx(s).sum(axis=0)),
        lambda args, result: (
            _only("dx")(args, result) and np.shape(result["dx"]) == args[1][1].shape
        ),
    ),
)

IN_DGAMMA = (
    Mistake(
        "Your dgamma has x - mean where x_hat belongs: divide by sqrt(var + eps).",
        Staged(dgamma=lambda s: np.sum(s.dout * s.centered, axis=0)),
    ),
    Mistake(
        "Your dgamma has x where x_hat belongs: (x - mean) / sqrt(var + eps).",
        Staged(dgamma=lambda s: np.sum(s.dout * s.x, axis=0)),
    ),
    Mistake(
        "eps is missing in the x_hat of your dgamma: (x - mean) / sqrt(var + eps).",
        Staged(dgamma=lambda s: np.sum(s.dout * s.centered / np.sqrt(s.var), axis=0)),
    ),
    Mistake(
        "Your dgamma starts from dx_hat. The product gamma * x_hat gives dout * x_hat for gamma; "
        "gamma itself is not in it.",
        Staged(dgamma=lambda s: np.sum(s.dx_hat * s.centered * s.inv, axis=0)),
    ),
    Mistake(
        "Your dgamma does not use dout. Multiply x_hat by dout before you sum.",
        Staged(dgamma=lambda s: np.sum(s.centered * s.inv, axis=0)),
    ),
    Mistake(
        "Your dgamma is a mean over the batch. The same gamma was used by every row: a sum.",
        Staged(dgamma=lambda s: np.mean(s.dout * s.centered * s.inv, axis=0)),
    ),
    Mistake(
        "Your dgamma multiplies by x - mean and by the standard deviation. Divide by it.",
        Staged(dgamma=lambda s: np.sum(s.dout * s.centered / s.inv, axis=0)),
    ),
    Mistake(
        "Your dbeta is a mean over the batch. The same beta was added to every row: a sum.",
        Staged(dbeta=lambda s: s.dout.mean(axis=0)),
    ),
    Mistake(
        "Your dbeta starts from dx_hat. beta is added behind gamma: its gradient is the sum of "
        "dout.",
        Staged(dbeta=lambda s: s.dx_hat.sum(axis=0)),
    ),
)
