"""What goes wrong on layer norm's way forward."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from nbcourse.exercise import Mistake
from nbcourse.exercise.comparison import same
from nbcourse.layer_normalization import layernorm_forward
from nbcourse.specs.batch_norm.last_resorts import only_wrong
from nbcourse.specs.networks.common import stops_over_shapes

Step = Callable[..., Any]


@dataclass(frozen=True)
class LayerForward:
    """Layer norm's forward pass, each step of which can be made a wrong one."""

    mean: Step = lambda x: x.mean(axis=1, keepdims=True)
    var: Step = lambda x: x.var(axis=1, keepdims=True)
    inv_std: Step = lambda var, eps: 1 / np.sqrt(var + eps)
    x_hat: Step = lambda x, mean, inv_std: (x - mean) * inv_std
    finish: Step = lambda x_hat, gamma, beta: gamma * x_hat + beta
    cache: Step = lambda x, x_hat, gamma, inv_std: (x_hat, gamma, inv_std)
    eps: float = 1e-5

    def __call__(self, x: Any, gamma: Any, beta: Any, eps: float | None = None) -> Any:
        """As ``layernorm_forward``."""
        inv_std = self.inv_std(self.var(x), self.eps if eps is None else eps)
        x_hat = self.x_hat(x, self.mean(x), inv_std)
        return self.finish(x_hat, gamma, beta), self.cache(x, x_hat, gamma, inv_std)


def _flat_inv_std(args: tuple[Any, ...], result: Any) -> bool:
    out, (x_hat, gamma, inv_std) = layernorm_forward(*args)
    x_hat_too, gamma_too, flat = result[1]
    return (
        same([result[0], x_hat_too, gamma_too], [out, x_hat, gamma])
        and np.ndim(flat) < 2
        and same(np.ravel(flat), inv_std.ravel())
    )


def _another_default(args: tuple[Any, ...], result: Any) -> bool:
    """Whether all is right but for the default of eps, whatever number of one digit that is."""
    if len(args) > 3:
        return same(list(result), list(layernorm_forward(*args)))
    var, inv_std = args[0].var(axis=1), np.ravel(result[1][2])
    least = var.argmin()  # there eps is seen best
    eps = float(f"{inv_std[least] ** -2 - var[least]:.1g}")
    return eps != 1e-5 and same(list(result), list(layernorm_forward(*(*args, eps))))


def _fails_over_axes(args: tuple[Any, ...], result: Any) -> bool:
    """Whether it stops over shapes wherever N and D are both above 1."""
    return 1 in args[0].shape or stops_over_shapes(result)


MISTAKES = (
    Mistake(
        "You normalize each feature over the batch: that is batch norm. Layer norm takes mean "
        "and variance of each row over its features: axis=1, with keepdims=True.",
        LayerForward(lambda x: x.mean(axis=0), lambda x: x.var(axis=0)),
    ),
    Mistake(
        "You normalize each feature over the batch: that is batch norm. Layer norm takes mean "
        "and variance of each row: axis=1 in place of axis=0, with keepdims=True.",
        LayerForward(lambda x: x.mean(axis=0, keepdims=True), lambda x: x.var(0, keepdims=True)),
    ),
    Mistake(
        "The shapes do not fit: means over axis 1 have the shape (N,), and NumPy lays them "
        "along the features. Keep the axis, with keepdims=True: (N, 1).",
        LayerForward(lambda x: x.mean(axis=1), lambda x: x.var(axis=1)),
        _fails_over_axes,
    ),
    Mistake(
        "You take one mean and one variance of the whole array. Each row has its own: axis=1, "
        "with keepdims=True.",
        LayerForward(lambda x: x.mean(), lambda x: x.var()),
    ),
    Mistake(
        "Your variance has the divisor D - 1. Layer norm's has D, as x.var does by itself.",
        LayerForward(var=lambda x: x.var(axis=1, keepdims=True) * x.shape[1] / (x.shape[1] - 1.0)),
        lambda args, result: (
            args[0].shape[1] == 1
            or same(
                result[0],
                LayerForward(var=lambda x: x.var(axis=1, keepdims=True, ddof=1))(*args)[0],
            )
        ),
    ),
    Mistake(
        "You divide by the variance. Divide by its root, sqrt(var + eps).",
        LayerForward(inv_std=lambda var, eps: 1 / (var + eps)),
    ),
    Mistake(
        "You add eps to the standard deviation. It belongs under the root: sqrt(var + eps).",
        LayerForward(inv_std=lambda var, eps: 1 / (np.sqrt(var) + eps)),
    ),
    Mistake(
        "You leave eps out. It is added to the variance under the root, so that a row that is "
        "constant gives no division by 0.",
        LayerForward(inv_std=lambda var, eps: 1 / np.sqrt(var)),
    ),
    Mistake(
        "Your eps is a number written into the code. Take the argument: it may be another.",
        LayerForward(inv_std=lambda var, eps: 1 / np.sqrt(var + 1e-5)),
        lambda args, result: any(
            same(result[0], layernorm_forward(args[0], args[1], args[2], eps)[0])
            for eps in (1e-5, 1e-8, 1e-12, 1e-10, 1e-7, 1e-6, 1e-3)
        ),
    ),
    Mistake(
        "The default of eps is 1e-5.",
        LayerForward(eps=1e-8),
        _another_default,
    ),
    Mistake(
        "You take the root twice: sqrt(var + eps) is the standard deviation already.",
        LayerForward(inv_std=lambda var, eps: 1 / np.sqrt(np.sqrt(var + eps))),
    ),
    Mistake(
        "You put the standard deviation under the root. There stands the variance: "
        "sqrt(var + eps).",
        LayerForward(var=lambda x: x.std(axis=1, keepdims=True)),
    ),
    Mistake(
        "The mean is not subtracted: x_hat = (x - mean) / sqrt(var + eps).",
        LayerForward(x_hat=lambda x, mean, inv_std: x * inv_std),
    ),
    Mistake(
        "You only subtract the mean. Divide by sqrt(var + eps) as well.",
        LayerForward(x_hat=lambda x, mean, inv_std: x - mean),
    ),
    Mistake(
        "You return x_hat. The output has the learned scale and shift: gamma * x_hat + beta.",
        LayerForward(finish=lambda x_hat, gamma, beta: x_hat),
    ),
    Mistake(
        "The shift beta is left out: gamma * x_hat + beta.",
        LayerForward(finish=lambda x_hat, gamma, beta: gamma * x_hat),
    ),
    Mistake(
        "The scale gamma is left out: gamma * x_hat + beta.",
        LayerForward(finish=lambda x_hat, gamma, beta: x_hat + beta),
    ),
    Mistake(
        "You subtract beta. It is added: gamma * x_hat + beta.",
        LayerForward(finish=lambda x_hat, gamma, beta: gamma * x_hat - beta),
    ),
    Mistake(
        "You add beta before you scale. First gamma * x_hat, then beta.",
        LayerForward(finish=lambda x_hat, gamma, beta: gamma * (x_hat + beta)),
    ),
    Mistake(
        "gamma and beta have changed places: gamma scales, beta shifts.",
        LayerForward(finish=lambda x_hat, gamma, beta: beta * x_hat + gamma),
    ),
    Mistake(
        "inv_std has the shape (N,) in your cache. Keep it as (N, 1), one for each row, so "
        "that the way back can multiply (N, D) by it.",
        LayerForward(cache=lambda x, x_hat, gamma, inv_std: (x_hat, gamma, inv_std[:, 0])),
        _flat_inv_std,
    ),
    Mistake(
        "Your cache holds the standard deviation. The way back multiplies: keep one over it, "
        "inv_std = 1 / sqrt(var + eps).",
        LayerForward(cache=lambda x, x_hat, gamma, inv_std: (x_hat, gamma, 1 / inv_std)),
    ),
    Mistake(
        "Your cache holds x. Keep the normalized input: (x_hat, gamma, inv_std).",
        LayerForward(cache=lambda x, x_hat, gamma, inv_std: (x, gamma, inv_std)),
    ),
    Mistake(
        "The entries of your cache are in another order. Return (x_hat, gamma, inv_std).",
        LayerForward(cache=lambda x, x_hat, gamma, inv_std: (gamma, x_hat, inv_std)),
    ),
    Mistake(
        "You return the output alone. Return two parts: out, and the cache "
        "(x_hat, gamma, inv_std).",
        lambda *args: layernorm_forward(*args)[0],
    ),
    Mistake(
        "You return running statistics, as batch norm does. Layer norm has none: (out, cache).",
        lambda *args: (*layernorm_forward(*args), {}),
        lambda args, result: isinstance(result, (tuple, list)) and len(result) == 3,
    ),
    only_wrong(
        layernorm_forward,
        "Your cache is not the tuple (x_hat, gamma, inv_std).",
        1,
        upstream=False,
    ),
    only_wrong(
        layernorm_forward,
        "The cache is right, and out is not: gamma * x_hat + beta.",
        0,
        upstream=False,
    ),
)
