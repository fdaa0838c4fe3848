"""RProp: steps from the signs of gradients."""

from typing import Any

import numpy as np

from nbcourse.exercise import Exercise
from nbcourse.optimizers import rprop
from nbcourse.specs.optimizers.rules import Rule, log_uniform
from nbcourse.specs.optimizers.state_slips import common_mistakes
from nbcourse.specs.optimizers.wrong_signs import DEFAULTS, MISTAKES, RProp


def _draw(rng: np.random.Generator) -> dict[str, Any]:
    lr = log_uniform(rng, 0.05, 0.5)
    etas = float(rng.uniform(0.3, 0.45)), float(rng.uniform(1.5, 1.9))
    return {"lr": lr, "etas": etas, "step_sizes": (0.6 * lr, 1.7 * lr)}


def _past(rng: np.random.Generator, w: Any, scale: Any, config: dict[str, Any]) -> dict[str, Any]:
    """Steps among which some stand at a bound or near it, and gradients of which some are 0."""
    low, high = config.get("step_sizes", DEFAULTS["step_sizes"])
    step = np.exp(rng.uniform(np.log(low), np.log(high), w.shape))
    # The bounds are reached from both sides, whatever the signs of the gradients will be.
    at_bounds = rng.random(w.shape)
    step = np.where(at_bounds < 0.25, 1.02 * low, np.where(at_bounds > 0.75, 0.98 * high, step))
    prev_grad = scale * rng.choice([-1.0, 1.0], w.shape) * rng.uniform(0.3, 2.0, w.shape)
    return {"step": step, "prev_grad": np.where(rng.random(w.shape) < 0.15, 0.0, prev_grad)}


_RULE = Rule("rprop", rprop, DEFAULTS, ("step", "prev_grad"), _draw, past=_past)


def _by_entries(w: Any, dw: Any, config: Any) -> Any:
    low, high = config.get("step_sizes", (1e-6, 50))
    shrink, grow = config.get("etas", (0.5, 1.2))
    step = np.array(config.get("step", np.full_like(w, config.get("lr", 0.01))))
    prev, new = np.array(config.get("prev_grad", np.zeros_like(w))), w.copy()
    for place in np.ndindex(w.shape):
        gradient = dw[place]
        if gradient * prev[place] > 0:
            step[place] = min(grow * step[place], high)
        elif gradient * prev[place] < 0:
            step[place] = max(shrink * step[place], low)
            gradient = 0.0
        else:
            step[place] = min(max(step[place], low), high)
        new[place] -= step[place] * (gradient > 0) - step[place] * (gradient < 0)
        prev[place] = gradient
    return new, {**config, "step": step, "prev_grad": prev}


def _by_masks(w: Any, dw: Any, config: Any) -> Any:
    config = {"lr": 1e-2, "etas": (0.5, 1.2), "step_sizes": (1e-6, 50), **config}
    config.setdefault("step", config["lr"] * np.ones(w.shape))
    config.setdefault("prev_grad", np.zeros(w.shape))
    agreement = np.sign(dw) * np.sign(config["prev_grad"])
    step, gradient = config["step"].copy(), dw.copy()
    step[agreement > 0] *= config["etas"][1]
    step[agreement < 0] *= config["etas"][0]
    gradient[agreement < 0] = 0
    config["step"] = np.minimum(np.maximum(step, config["step_sizes"][0]), config["step_sizes"][1])
    config["prev_grad"] = gradient
    return w - config["step"] * np.sign(gradient), config


RPROP = Exercise(
    name="rprop",
    points=3,
    reference=rprop,
    parts=("w", "config"),
    cases=_RULE.cases,
    large=_RULE.large,
    align=_RULE.align,
    mistakes=(
        *(_RULE.mistake(hint, function) for hint, function in MISTAKES.items()),
        *common_mistakes(_RULE),
    ),
    alternatives=(_by_entries, _by_masks, RProp()),
    summary="steps that grow and shrink by the signs of the gradient",
)
