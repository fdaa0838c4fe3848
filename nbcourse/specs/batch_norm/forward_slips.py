"""What goes wrong in batch norm's output."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nbcourse.exercise import Mistake
from nbcourse.exercise.cases import Raised
from nbcourse.exercise.comparison import same
from nbcourse.normalization import batchnorm_forward
from nbcourse.specs.batch_norm.forward_steps import Forward

# What x - mean is multiplied by, and what becomes of x_hat: in both modes, or in one of them.
_INVERSES: dict[str, Any] = {
    "You divide by the variance. Divide by its root, sqrt(var + eps).": (
        lambda var, eps: 1 / (var + eps)
    ),
    "You divide by the variance, without eps. Divide by sqrt(var + eps).": lambda var, eps: 1 / var,
    "You add eps to the standard deviation. It belongs under the root: sqrt(var + eps).": (
        lambda var, eps: 1 / (np.sqrt(var) + eps)
    ),
    (
        "You leave eps out. It is added to the variance under the root, so that a feature that is "
        "constant in a batch gives no division by 0."
    ): lambda var, eps: 1 / np.sqrt(var),
    "You take the root twice: sqrt(var + eps) is the standard deviation already.": (
        lambda var, eps: 1 / np.sqrt(np.sqrt(var + eps))
    ),
    "You multiply by the standard deviation. Divide by it.": lambda var, eps: np.sqrt(var + eps),
}
_FINISHES: dict[str, Any] = {
    "You return x_hat, without gamma and beta. The output is gamma * x_hat + beta.": (
        lambda x_hat, gamma, beta: x_hat
    ),
    "The shift beta is left out: gamma * x_hat + beta.": lambda x_hat, gamma, beta: gamma * x_hat,
    "The scale gamma is left out: gamma * x_hat + beta.": lambda x_hat, gamma, beta: x_hat + beta,
    "You subtract beta. It is added: gamma * x_hat + beta.": (
        lambda x_hat, gamma, beta: gamma * x_hat - beta
    ),
    "You add beta before you scale. First gamma * x_hat, then beta.": (
        lambda x_hat, gamma, beta: gamma * (x_hat + beta)
    ),
    "You divide by gamma. The output is gamma * x_hat + beta.": (
        lambda x_hat, gamma, beta: x_hat / gamma + beta
    ),
    "gamma and beta have changed places: gamma scales, beta shifts.": (
        lambda x_hat, gamma, beta: beta * x_hat + gamma
    ),
}


def _in_either_mode(step: str, wrong: dict[str, Any]) -> Iterator[Mistake]:
    for hint, function in wrong.items():
        yield Mistake(hint, Forward(**{step: function, f"{step}_in_test": function}))
        yield Mistake(f"In training: {hint}", Forward(**{step: function}))
        yield Mistake(f"At test time: {hint}", Forward(**{f"{step}_in_test": function}))


def _any_eps(args: tuple[Any, ...], result: Any) -> bool:
    """Whether out comes of an eps that is written into the code, one that people write."""
    return any(
        same(result[0], batchnorm_forward(*(*args[:5], 0.1, eps))[0])
        for eps in (1e-5, 1e-8, 1e-12, 1e-10, 1e-7, 1e-6, 1e-3)
    )


def _another_default(args: tuple[Any, ...], result: Any) -> bool:
    """Whether all is right but for the default of eps, whatever number of one digit that is."""
    if len(args) > 6:
        return same(list(result), list(batchnorm_forward(*args)))
    x, gamma, beta, running, mode, *given = args
    mean, var = running["mean"], running["var"]
    if mode == "train":
        mean, var = x.mean(axis=0), x.var(axis=0)
    # The root of var + eps; in a column that is constant it is 0 / 0.
    root = np.abs(x - mean).max(axis=0) / np.abs((result[0] - beta) / gamma).max(axis=0)
    eps = float(f"{np.nanmedian(root**2 - var):.1g}")
    right = batchnorm_forward(*(*args[:5], *(given or [0.1]), eps))
    return eps != 1e-5 and same(list(result), list(right))


def _x_hat(x: Any, axis: int | None, **keep: bool) -> Any:
    return x.mean(axis=axis, **keep), x.var(axis=axis, **keep)


def _refuses_one_row(args: tuple[Any, ...], result: Any) -> bool:
    """Whether it stops for one row at test time and is right for more."""
    if len(args[0]) == 1:
        return isinstance(result, Raised)
    return same(result, batchnorm_forward(*args))


def _fails_over_axes(args: tuple[Any, ...], result: Any) -> bool:
    """Whether it stops over shapes in training, where N and D differ."""
    n, d = args[0].shape
    return args[4] == "test" or 1 in (n, d) or getattr(result, "kind", "") == "ValueError"


IN_OUT = (
    Mistake(
        "You normalize each row over its features: that is layer norm. Batch norm takes mean and "
        "variance of each feature over the batch, axis 0.",
        Forward(statistics=lambda x: _x_hat(x, 1, keepdims=True)),
    ),
    Mistake(
        "Mean and variance are taken over the wrong axis, and no longer fit x. Each of the D "
        "features has its own, over the rows of the batch: axis=0 gives the shape (D,).",
        Forward(statistics=lambda x: _x_hat(x, 1)),
        _fails_over_axes,
    ),
    Mistake(
        "You take one mean and one variance of the whole array. Each feature has its own: axis=0.",
        Forward(statistics=lambda x: _x_hat(x, None)),
    ),
    Mistake(
        "In training you normalize by the variance with the divisor N - 1. That factor belongs to "
        "the running variance alone; the batch is normalized by its own variance, divisor N.",
        Forward(statistics=lambda x: (x.mean(axis=0), x.var(axis=0, ddof=1))),
    ),
    *_in_either_mode("inverse", _INVERSES),
    Mistake(
        "Your eps is a number written into the code. Take the argument: it may be another.",
        Forward(
            inverse=lambda var, eps: 1 / np.sqrt(var + 1e-5),
            inverse_in_test=lambda var, eps: 1 / np.sqrt(var + 1e-5),
        ),
        _any_eps,
    ),
    Mistake("The default of eps is 1e-5.", Forward(eps=1e-8), _another_default),
    Mistake(
        "The mean is not subtracted: x_hat = (x - mean) / sqrt(var + eps).",
        Forward(x_hat=lambda x, mean, inv_std, var, eps: x * inv_std),
    ),
    Mistake(
        "You only subtract the mean. Divide by sqrt(var + eps) as well.",
        Forward(x_hat=lambda x, mean, inv_std, var, eps: x - mean),
    ),
    *_in_either_mode("finish", _FINISHES),
    Mistake(
        "At test time you normalize by the statistics of the batch. Then an output would depend on "
        "what else is in the batch: use running['mean'] and running['var'].",
        Forward(used_in_test=lambda running, x: (x.mean(axis=0), x.var(axis=0))),
    ),
    Mistake(
        "In training you normalize by the running statistics. They are only kept up to date then; "
        "the batch is normalized by its own mean and variance.",
        Forward(used=lambda running, updated, mean, var: (running["mean"], running["var"])),
    ),
    Mistake(
        "In training you normalize by the updated running statistics. The batch is normalized by "
        "its own mean and variance.",
        Forward(used=lambda running, updated, mean, var: (updated["mean"], updated["var"])),
    ),
    Mistake(
        "You stop when there is one row at test time. The running statistics serve for one row as "
        "for many; only in training a single row is refused.",
        lambda *args: batchnorm_forward(*args, **{}) if len(args[0]) > 1 else _stop(),
        _refuses_one_row,
    ),
)


def _stop() -> Any:
    raise ValueError("a batch of one")
