"""Adagrad and RMSProp: steps divided by the root of squared gradients."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nbcourse.adaptive_optimizers import adagrad, rmsprop
from nbcourse.exercise import Exercise
from nbcourse.specs.optimizers.rules import Rule, log_uniform
from nbcourse.specs.optimizers.state_slips import common_mistakes
from nbcourse.specs.optimizers.wrong_squares import OF_MEANS, OF_SUMS


def _draw_adagrad(rng: np.random.Generator) -> dict[str, Any]:
    return {"lr": log_uniform(rng, 0.05, 0.6), "eps": log_uniform(rng, 1e-2, 0.1)}


def _draw_rmsprop(rng: np.random.Generator) -> dict[str, Any]:
    return {**_draw_adagrad(rng), "alpha": float(rng.uniform(0.2, 0.8))}


_ADAGRAD = Rule("adagrad", adagrad, {"lr": 1e-2, "eps": 1e-10}, ("sum",), _draw_adagrad, tiny=1e-10)
_RMSPROP = Rule(
    "rmsprop",
    rmsprop,
    {"lr": 1e-2, "alpha": 0.99, "eps": 1e-8},
    ("square_avg",),
    _draw_rmsprop,
    tiny=1e-7,
)


def _summing(step: Callable[..., Any]) -> Callable[..., Any]:
    """``step(w, dw, s, lr, eps) -> w, s`` as a rule."""

    def rule(w: Any, dw: Any, config: Any) -> Any:
        config = {"lr": 1e-2, "eps": 1e-10, "sum": np.zeros_like(w), **config}
        w, config["sum"] = step(w, dw, config["sum"], config["lr"], config["eps"])
        return w, config

    return rule


def _averaging(step: Callable[..., Any]) -> Callable[..., Any]:
    """``step(w, dw, s, lr, alpha, eps) -> w, s`` as a rule."""

    def rule(w: Any, dw: Any, config: Any) -> Any:
        s = config.get("square_avg", np.zeros(w.shape))
        lr, alpha, eps = config.get("lr", 0.01), config.get("alpha", 0.99), config.get("eps", 1e-8)
        w, s = step(w, dw, s, lr, alpha, eps)
        return w, {**config, "square_avg": s}

    return rule


def _adagrad_by_entries(w: Any, dw: Any, config: Any) -> Any:
    new, total = w.copy(), np.array(config.get("sum", np.zeros(w.shape)))
    for place, gradient in np.ndenumerate(dw):
        total[place] += gradient * gradient
        rate = config.get("lr", 0.01) / (total[place] ** 0.5 + config.get("eps", 1e-10))
        new[place] -= rate * gradient
    return new, {"sum": total, **{key: v for key, v in config.items() if key != "sum"}}


def _rmsprop_by_entries(w: Any, dw: Any, config: Any) -> Any:
    config = dict(config)
    alpha = config.setdefault("alpha", 0.99)
    average = np.array(config.get("square_avg", np.zeros(w.shape)))
    new = w.copy()
    for place, gradient in np.ndenumerate(dw):
        average[place] += (1 - alpha) * (gradient**2 - average[place])
        root = average[place] ** 0.5
        new[place] -= config.get("lr", 0.01) * gradient / (root + config.get("eps", 1e-8))
    config["square_avg"] = average
    return new, config


ADAGRAD = Exercise(
    name="adagrad",
    points=1,
    reference=adagrad,
    parts=("w", "config"),
    cases=_ADAGRAD.cases,
    large=_ADAGRAD.large,
    align=_ADAGRAD.align,
    mistakes=(
        *(_ADAGRAD.mistake(hint, _summing(step)) for hint, step in OF_SUMS),
        *common_mistakes(_ADAGRAD),
    ),
    alternatives=(
        _adagrad_by_entries,
        _summing(
            lambda w, dw, s, lr, eps: (w - (lr / (eps + (s + dw * dw) ** 0.5)) * dw, s + dw * dw)
        ),
    ),
    summary="a rate for each weight that falls with all of its gradients",
)

RMSPROP = Exercise(
    name="rmsprop",
    points=1,
    reference=rmsprop,
    parts=("w", "config"),
    cases=_RMSPROP.cases,
    large=_RMSPROP.large,
    align=_RMSPROP.align,
    mistakes=(
        *(_RMSPROP.mistake(hint, _averaging(step)) for hint, step in OF_MEANS),
        *common_mistakes(_RMSPROP),
    ),
    alternatives=(
        _rmsprop_by_entries,
        _averaging(
            lambda w, dw, s, lr, alpha, eps: (
                w - lr / (eps + np.sqrt(s + (1 - alpha) * (dw**2 - s))) * dw,
                s + (1 - alpha) * (dw**2 - s),
            )
        ),
    ),
    summary="a rate for each weight from the recent size of its gradients",
)
