"""What goes wrong in batch norm's cache."""

from typing import Any

import numpy as np

from nbcourse.exercise import Mistake
from nbcourse.exercise.comparison import same
from nbcourse.normalization import batchnorm_forward
from nbcourse.specs.batch_norm.forward_steps import Forward
from nbcourse.specs.batch_norm.last_resorts import only_wrong


def _with_test_cache(args: tuple[Any, ...], result: Any) -> bool:
    """Whether all is right but for a cache at test time, whatever it holds."""
    out, cache, running = batchnorm_forward(*args)
    if not same([result[0], result[2]], [out, running]):
        return False
    return result[1] is not None if args[4] == "test" else same(result[1], cache)


def _kept(*names: str) -> Any:
    """A cache of other entries, or in another order."""

    def cache(x: Any, mean: Any, var: Any, x_hat: Any, gamma: Any, inv_std: Any) -> Any:
        there = {"x": x, "mean": mean, "var": var, "x_hat": x_hat, "gamma": gamma}
        there |= {"inv_std": inv_std, "std": 1 / inv_std, "centered": x - mean}
        return tuple(there[name] for name in names)

    return cache


_ORDER = "Return the cache (x_hat, gamma, inv_std), in this order."


def _only_out(hint: str, mode: str) -> Mistake:
    """The output is wrong in this mode alone, in whatever way."""

    def wrong(*args: Any) -> Any:
        out, cache, running = batchnorm_forward(*args)
        return (0.9 * out - 0.4 if args[4] == mode else out), cache, running

    def explains(args: tuple[Any, ...], result: Any) -> bool:
        out, cache, running = batchnorm_forward(*args)
        there = args[4] == mode and np.shape(result[0]) == out.shape
        return same([result[1], result[2]], [cache, running]) and (there or same(result[0], out))

    return Mistake(hint, wrong, explains)


IN_CACHE = (
    Mistake(
        "Your cache holds the standard deviation. The way back multiplies: keep one over it, "
        "inv_std = 1 / sqrt(var + eps).",
        Forward(cache=_kept("x_hat", "gamma", "std")),
    ),
    Mistake(
        "Your cache holds the variance. Keep inv_std = 1 / sqrt(var + eps).",
        Forward(cache=_kept("x_hat", "gamma", "var")),
    ),
    Mistake(
        "Your cache holds x. Keep the normalized input: " + _ORDER,
        Forward(cache=_kept("x", "gamma", "inv_std")),
    ),
    Mistake(
        "Your cache holds x - mean, before the division. " + _ORDER,
        Forward(cache=_kept("centered", "gamma", "inv_std")),
    ),
    Mistake(
        "The entries of your cache are in another order. " + _ORDER,
        Forward(cache=_kept("gamma", "x_hat", "inv_std")),
        lambda args, result: (
            args[4] == "test"
            or (
                not same(list(result[1]), list(batchnorm_forward(*args)[1] or ()))
                and all(
                    any(same(mine, right) for right in batchnorm_forward(*args)[1] or ())
                    for mine in result[1]
                )
                and len(result[1]) == 3
            )
        ),
    ),
    Mistake(
        "Your cache has other entries than the three that are asked for. " + _ORDER,
        Forward(cache=_kept("x", "mean", "var", "gamma", "inv_std")),
        lambda args, result: args[4] == "test" or len(result[1]) != 3,
    ),
    Mistake(
        "At test time the cache is None: nothing is learned then, and no way back is asked for.",
        Forward(cache_in_test=_kept("x_hat", "gamma", "inv_std")),
        _with_test_cache,
    ),
    Mistake(
        "In training you return no cache. " + _ORDER,
        Forward(cache=lambda *args: None),
    ),
    only_wrong(
        batchnorm_forward,
        "Your cache is not the one that is asked for. In training: " + _ORDER + " At test time "
        "it is None.",
        1,
        upstream=False,
    ),
    _only_out(
        "The output is right at test time, and wrong in training: x_hat there is "
        "(x - mean) / sqrt(var + eps), by the statistics of the batch, axis 0, divisor N.",
        "train",
    ),
    _only_out(
        "The output is right in training, and wrong at test time. There it is "
        "gamma * (x - running mean) / sqrt(running variance + eps) + beta.",
        "test",
    ),
)
