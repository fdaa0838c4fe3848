"""Gradient descent, momentum and Nesterov's momentum."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise
from nbcourse.optimizers import momentum, nesterov, sgd
from nbcourse.specs.optimizers.rules import Rule, log_uniform
from nbcourse.specs.optimizers.state_slips import common_mistakes
from nbcourse.specs.optimizers.wrong_velocities import LOOKING_AHEAD, OF_VELOCITY

_SGD = Rule("sgd", sgd, {"lr": 1e-2}, (), lambda rng: {"lr": log_uniform(rng, 0.05, 0.9)})


def _draw(rng: np.random.Generator) -> dict[str, Any]:
    return {"lr": log_uniform(rng, 0.05, 0.6), "momentum": float(rng.uniform(0.2, 0.75))}


_DEFAULTS = {"lr": 1e-2, "momentum": 0.9}
_MOMENTUM = Rule("momentum", momentum, _DEFAULTS, ("velocity",), _draw)
_NESTEROV = Rule("nesterov", nesterov, _DEFAULTS, ("velocity",), _draw)


def _descent(step: Callable[..., Any]) -> Callable[..., Any]:
    """``step(w, dw, lr)`` as a rule."""
    return lambda w, dw, config: (step(w, dw, config.get("lr", 1e-2)), dict(config))


def _moving(step: Callable[..., Any]) -> Callable[..., Any]:
    """``step(w, dw, v, lr, mu) -> w, v`` as a rule."""

    def rule(w: Any, dw: Any, config: Any) -> Any:
        v = config.get("velocity", np.zeros_like(w))
        w, v = step(w, dw, v, config.get("lr", 1e-2), config.get("momentum", 0.9))
        return w, {**config, "velocity": v}

    return rule


def _with_defaults_filled_in(rule: Callable[..., Any]) -> Callable[..., Any]:
    def filled(w: Any, dw: Any, config: Any) -> Any:
        config = dict(config)
        config.setdefault("lr", 1e-2)
        if rule is not sgd:
            config.setdefault("momentum", 0.9)
            config.setdefault("velocity", np.zeros(w.shape))
        return rule(w, dw, config)

    return filled


def _by_entries(step: Callable[..., Any]) -> Callable[..., Any]:
    def rule(w: Any, dw: Any, config: Any) -> Any:
        lr, mu = config.get("lr", 0.01), config.get("momentum", 0.9)
        old = config["velocity"] if "velocity" in config else np.zeros(w.shape)
        new, velocity = np.empty(w.shape), np.empty(w.shape)
        for place in np.ndindex(w.shape):
            velocity[place] = mu * old[place] - lr * dw[place]
            new[place] = step(w[place], dw[place], old[place], velocity[place], lr, mu)
        after = dict(config)
        after["velocity"] = velocity
        return new, after

    return rule


SGD = Exercise(
    name="sgd",
    points=1,
    reference=sgd,
    parts=("w", "config"),
    cases=_SGD.cases,
    large=_SGD.large,
    align=_SGD.align,
    mistakes=(
        _SGD.mistake(
            "The learning rate is missing: the step is lr * dw.",
            _descent(lambda w, dw, lr: w - dw),
        ),
        _SGD.mistake(
            "You divide by the learning rate. The step is lr * dw.",
            _descent(lambda w, dw, lr: w - dw / lr),
        ),
        _SGD.mistake(
            "You divide the gradient by the length of an axis. It is used as it comes: what had to "
            "be averaged over a batch is averaged already.",
            _descent(lambda w, dw, lr: w - lr * dw / len(w)),
        ),
        _SGD.mistake(
            "You multiply w by its gradient. The step is lr * dw, and is subtracted from w.",
            _descent(lambda w, dw, lr: w - lr * dw * w),
        ),
        _SGD.mistake(
            "The gradient is divided by its length. It is used as it comes: the step is lr * dw.",
            _descent(lambda w, dw, lr: w - lr * dw / np.linalg.norm(dw)),
        ),
        _SGD.mistake(
            "The gradient is cut off at 1. It is used as it comes: the step is lr * dw.",
            _descent(lambda w, dw, lr: w - lr * np.clip(dw, -1, 1)),
        ),
        _SGD.mistake(
            "You use the sign of the gradient alone. The step is lr * dw.",
            _descent(lambda w, dw, lr: w - lr * np.sign(dw)),
        ),
        *common_mistakes(_SGD),
    ),
    alternatives=(
        _with_defaults_filled_in(sgd),
        _descent(lambda w, dw, lr: np.add(w, np.multiply(-lr, dw))),
    ),
    summary="a step of gradient descent",
)

MOMENTUM = Exercise(
    name="momentum",
    points=1,
    reference=momentum,
    parts=("w", "config"),
    cases=_MOMENTUM.cases,
    large=_MOMENTUM.large,
    align=_MOMENTUM.align,
    mistakes=(
        *(_MOMENTUM.mistake(hint, _moving(step)) for hint, step in OF_VELOCITY),
        _MOMENTUM.mistake(
            "This is Nesterov's momentum, the next exercise. Here w moves by the new velocity, "
            "w + v, and nothing else.",
            nesterov,
        ),
        _MOMENTUM.mistake(
            "The velocity has no part in your step: w moves by the new velocity, w + v.",
            _moving(lambda w, dw, v, lr, mu: (w - lr * dw, mu * v - lr * dw)),
        ),
        *common_mistakes(_MOMENTUM),
    ),
    alternatives=(
        _with_defaults_filled_in(momentum),
        _by_entries(lambda w, dw, old, new, lr, mu: w + new),
        _moving(lambda w, dw, v, lr, mu: (w - (lr * dw - mu * v), -(lr * dw - mu * v))),
    ),
    summary="a step that goes on in the direction of those before",
)

NESTEROV = Exercise(
    name="nesterov",
    points=2,
    reference=nesterov,
    parts=("w", "config"),
    cases=_NESTEROV.cases,
    large=_NESTEROV.large,
    align=_NESTEROV.align,
    mistakes=(
        *(_NESTEROV.mistake(hint, _moving(step)) for hint, step in LOOKING_AHEAD),
        *common_mistakes(_NESTEROV),
    ),
    alternatives=(
        _with_defaults_filled_in(nesterov),
        _by_entries(lambda w, dw, old, new, lr, mu: w - lr * dw + mu * new),
        _moving(lambda w, dw, v, lr, mu: (w + mu**2 * v - (1 + mu) * lr * dw, mu * v - lr * dw)),
    ),
    summary="momentum with the gradient taken where the velocity leads",
)
