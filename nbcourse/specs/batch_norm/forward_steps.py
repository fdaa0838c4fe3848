"""Batch norm's forward pass, each step of which can be made a wrong one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Step = Callable[..., Any]


def moved(old: Any, new: Any, momentum: float) -> Any:
    """The rule that is asked for: ``momentum`` is the share of the new batch."""
    return (1 - momentum) * old + momentum * new


def unbiased(x: Any) -> Any:
    """Variance of each column with the divisor N - 1; not a number for a single row."""
    return x.var(axis=0) * len(x) / np.float64(len(x) - 1)


def inverse(var: Any, eps: float) -> Any:
    """One over the standard deviation."""
    return 1 / np.sqrt(var + eps)


def scaled(x_hat: Any, gamma: Any, beta: Any) -> Any:
    """The output."""
    return gamma * x_hat + beta


@dataclass(frozen=True)
class Forward:
    """Output, cache and running statistics, from the right steps or from other ones.

    Parameters
    ----------
    statistics : x -> mean, variance, which training normalizes by
    inverse : (variance, eps) -> what x - mean is multiplied by, in training
    x_hat : (x, mean, inv_std, variance, eps) -> normalized input, in training
    finish : (x_hat, gamma, beta) -> out, in training
    spread : x -> what the running variance takes of a batch
    moved : (old, new, momentum) -> running statistic
    update : (running, x, momentum, spread, moved) -> running statistics
    used : (running, updated, mean, variance) -> mean, variance, in training
    used_in_test : (running, x) -> mean, variance
    inverse_in_test, finish_in_test : as above, at test time
    updates_in_test : whether the running statistics move at test time too
    cache : (x, mean, variance, x_hat, gamma, inv_std) -> cache
    cache_in_test : the same at test time
    give : (out, cache, running) -> what is returned
    momentum, eps : the defaults
    """

    statistics: Step = lambda x: (x.mean(axis=0), x.var(axis=0))
    inverse: Step = inverse
    x_hat: Step = lambda x, mean, inv_std, var, eps: (x - mean) * inv_std
    finish: Step = scaled
    spread: Step = unbiased
    moved: Step = moved
    update: Step = lambda running, x, momentum, spread, moved: {
        "mean": moved(running["mean"], x.mean(axis=0), momentum),
        "var": moved(running["var"], spread(x), momentum),
    }
    used: Step = lambda running, updated, mean, var: (mean, var)
    used_in_test: Step = lambda running, x: (running["mean"], running["var"])
    inverse_in_test: Step = inverse
    finish_in_test: Step = scaled
    updates_in_test: bool = False
    cache: Step = lambda x, mean, var, x_hat, gamma, inv_std: (x_hat, gamma, inv_std)
    cache_in_test: Step = lambda x, mean, var, x_hat, gamma, inv_std: None
    give: Step = lambda out, cache, running: (out, cache, running)
    momentum: float = 0.1
    eps: float = 1e-5

    def __call__(
        self,
        x: Any,
        gamma: Any,
        beta: Any,
        running: Any,
        mode: str,
        momentum: float | None = None,
        eps: float | None = None,
    ) -> Any:
        """As ``batchnorm_forward``."""
        momentum = self.momentum if momentum is None else momentum
        eps = self.eps if eps is None else eps
        training = mode == "train"
        if training and len(x) < 2:
            raise ValueError("batch norm needs at least two rows in training")
        updated = dict(running)
        if training or self.updates_in_test:
            updated = self.update(running, x, momentum, self.spread, self.moved)
        if training:
            mean, var = self.used(running, updated, *self.statistics(x))
            inv_std = self.inverse(var, eps)
            x_hat = self.x_hat(x, mean, inv_std, var, eps)
            kept = self.cache(x, mean, var, x_hat, gamma, inv_std)
            return self.give(self.finish(x_hat, gamma, beta), kept, updated)
        mean, var = self.used_in_test(running, x)
        inv_std = self.inverse_in_test(var, eps)
        x_hat = (x - mean) * inv_std
        kept = self.cache_in_test(x, mean, var, x_hat, gamma, inv_std)
        return self.give(self.finish_in_test(x_hat, gamma, beta), kept, updated)
