"""Adam."""

from typing import Any

import numpy as np

from nbcourse.adaptive_optimizers import adam
from nbcourse.exercise import Exercise
from nbcourse.specs.optimizers.adam_steps import DEFAULTS, STATE, Adam
from nbcourse.specs.optimizers.rules import Rule, log_uniform
from nbcourse.specs.optimizers.state_slips import common_mistakes
from nbcourse.specs.optimizers.wrong_adams import MISTAKES


def _draw(rng: np.random.Generator) -> dict[str, Any]:
    return {
        "lr": log_uniform(rng, 0.05, 0.6),
        "betas": (float(rng.uniform(0.3, 0.6)), float(rng.uniform(0.65, 0.9))),
        "eps": log_uniform(rng, 1e-2, 0.1),
    }


_RULE = Rule("adam", adam, DEFAULTS, STATE, _draw, tiny=1e-8)


def _by_entries(w: Any, dw: Any, config: Any) -> Any:
    after = dict(config)
    after["step"] = t = config.get("step", 0) + 1
    b1, b2 = config.get("betas", (0.9, 0.999))
    means, squares = (np.array(config.get(key, np.zeros(w.shape))) for key in STATE[1:])
    new = w.copy()
    for place, gradient in np.ndenumerate(dw):
        means[place] += (1 - b1) * (gradient - means[place])
        squares[place] += (1 - b2) * (gradient**2 - squares[place])
        root = (squares[place] / (1 - b2**t)) ** 0.5
        new[place] -= (
            config.get("lr", 0.001) / (1 - b1**t) * means[place] / (root + config.get("eps", 1e-8))
        )
    after["exp_avg"], after["exp_avg_sq"] = means, squares
    return new, after


def _with_the_corrections_in_the_rate(w: Any, dw: Any, config: Any) -> Any:
    """The paper's faster form; eps is corrected as well, which leaves the result as it is."""
    config = {**DEFAULTS, "step": 0, "exp_avg": 0 * w, "exp_avg_sq": 0 * w, **config}
    config["step"] += 1
    (b1, b2), t = config["betas"], config["step"]
    config["exp_avg"] = b1 * config["exp_avg"] + (1 - b1) * dw
    config["exp_avg_sq"] = b2 * config["exp_avg_sq"] + (1 - b2) * dw * dw
    root = np.sqrt(1 - b2**t)
    rate = config["lr"] * root / (1 - b1**t)
    w = w - rate * config["exp_avg"] / (np.sqrt(config["exp_avg_sq"]) + config["eps"] * root)
    return w, config


ADAM = Exercise(
    name="adam",
    points=3,
    reference=adam,
    parts=("w", "config"),
    cases=_RULE.cases,
    large=_RULE.large,
    align=_RULE.align,
    mistakes=(
        *(m if m.explains else _RULE.mistake(m.hint, m.function) for m in MISTAKES),
        *common_mistakes(_RULE),
    ),
    alternatives=(_by_entries, _with_the_corrections_in_the_rate, Adam()),
    summary="momentum over the root of the mean square, both corrected for their start",
)
