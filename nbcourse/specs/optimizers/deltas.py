"""AdaDelta: steps measured by the steps before."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from nbcourse.adaptive_optimizers import adadelta
from nbcourse.exercise import Exercise
from nbcourse.specs.optimizers.rules import Rule, log_uniform
from nbcourse.specs.optimizers.state_slips import common_mistakes

_DEFAULTS = {"lr": 1.0, "rho": 0.9, "eps": 1e-6}
_STATE = ("square_avg", "acc_delta")


def _draw(rng: np.random.Generator) -> dict[str, Any]:
    return {
        "lr": float(rng.uniform(0.3, 0.7)),
        "rho": float(rng.uniform(0.2, 0.75)),
        "eps": log_uniform(rng, 1e-3, 1e-2),
    }


_RULE = Rule("adadelta", adadelta, _DEFAULTS, _STATE, _draw, tiny=1e-3)


def _root(value: Any, eps: float) -> Any:
    return np.sqrt(value + eps)


def _mean(rho: float, old: Any, new: Any) -> Any:
    return rho * old + (1 - rho) * new


@dataclass(frozen=True)
class AdaDelta:
    """The rule from the right steps or from other ones.

    Parameters
    ----------
    above, below : (mean, eps) -> what stands above and below the fraction
    delta : (above, below, dw) -> delta
    square : dw -> what goes into square_avg
    mean, mean_of_deltas : (rho, old, new) -> square_avg, acc_delta
    chosen : (old, new square_avg) -> the one that divides
    squared_delta : (delta, dw, lr) -> what goes into acc_delta
    early : whether acc_delta is made before the step, from the delta it would give
    """

    above: Callable[..., Any] = _root
    below: Callable[..., Any] = _root
    delta: Callable[..., Any] = lambda above, below, dw: above / below * dw
    square: Callable[..., Any] = lambda dw: dw**2
    mean: Callable[..., Any] = _mean
    mean_of_deltas: Callable[..., Any] = _mean
    chosen: Callable[..., Any] = lambda old, new: new
    squared_delta: Callable[..., Any] = lambda delta, dw, lr: delta**2
    move: Callable[..., Any] = lambda w, delta, lr: w - lr * delta
    early: bool = False

    def __call__(self, w: Any, dw: Any, config: Any) -> Any:
        """A step, as ``adadelta`` makes it."""
        lr, rho, eps = (config.get(key, value) for key, value in _DEFAULTS.items())
        old, acc = (config.get(key, np.zeros(w.shape)) for key in _STATE)
        new = self.mean(rho, old, self.square(dw))
        below = self.below(self.chosen(old, new), eps)
        delta = self.delta(self.above(acc, eps), below, dw)
        acc = self.mean_of_deltas(rho, acc, self.squared_delta(delta, dw, lr))
        if self.early:
            delta = self.delta(self.above(acc, eps), below, dw)
        return self.move(w, delta, lr), {**config, "square_avg": new, "acc_delta": acc}


def _outside(value: Any, eps: float) -> Any:
    return np.sqrt(value) + eps


def _swapped(rho: float, old: Any, new: Any) -> Any:
    return rho * new + (1 - rho) * old


def _summed(rho: float, old: Any, new: Any) -> Any:
    return old + new


def _undamped(rho: float, old: Any, new: Any) -> Any:
    return rho * old + new


def _by_entries(w: Any, dw: Any, config: Any) -> Any:
    config = {"lr": 1, "rho": 0.9, "eps": 1e-6, **config}
    squares, deltas = (np.array(config.get(key, np.zeros(w.shape))) for key in _STATE)
    rho, eps, new = config["rho"], config["eps"], w.copy()
    for place, gradient in np.ndenumerate(dw):
        squares[place] = rho * squares[place] + (1 - rho) * gradient**2
        delta = -(((deltas[place] + eps) / (squares[place] + eps)) ** 0.5) * gradient
        deltas[place] = rho * deltas[place] + (1 - rho) * delta**2
        new[place] += config["lr"] * delta
    config["square_avg"], config["acc_delta"] = squares, deltas
    return new, config


_MISTAKES = {
    (
        "eps stands outside your roots. In AdaDelta it stands inside both: "
        "np.sqrt(acc_delta + eps) / np.sqrt(square_avg + eps)."
    ): AdaDelta(above=_outside, below=_outside),
    "eps stands outside the root of acc_delta. Here it stands inside.": AdaDelta(above=_outside),
    "eps stands outside the root of square_avg. Here it stands inside.": AdaDelta(below=_outside),
    (
        "eps is missing above: acc_delta begins at 0, and without eps no weight ever moves. "
        "np.sqrt(acc_delta + eps)."
    ): AdaDelta(above=lambda value, eps: np.sqrt(value)),
    "eps is missing below: np.sqrt(square_avg + eps).": AdaDelta(
        below=lambda value, eps: np.sqrt(value)
    ),
    (
        "acc_delta is brought up to date too early: the step uses the one from before, and only "
        "then does its own delta go into it."
    ): AdaDelta(early=True),
    ("The squared gradient goes into acc_delta. The squared delta belongs there."): AdaDelta(
        squared_delta=lambda delta, dw, lr: dw**2
    ),
    (
        "The learning rate is in what goes into acc_delta. delta is the step before lr multiplies "
        "it."
    ): AdaDelta(squared_delta=lambda delta, dw, lr: (lr * delta) ** 2),
    "delta goes into acc_delta as it is. Its square belongs there.": AdaDelta(
        squared_delta=lambda delta, dw, lr: delta
    ),
    "The fraction is upside down: the root of acc_delta above, that of square_avg below.": (
        AdaDelta(delta=lambda above, below, dw: below / above * dw)
    ),
    "The roots are missing: np.sqrt(acc_delta + eps) / np.sqrt(square_avg + eps).": AdaDelta(
        above=lambda value, eps: value + eps, below=lambda value, eps: value + eps
    ),
    "The gradient is missing from delta: it is multiplied by the quotient of the roots.": (
        AdaDelta(delta=lambda above, below, dw: above / below)
    ),
    (
        "The numerator is missing: delta is np.sqrt(acc_delta + eps) / np.sqrt(square_avg + eps) "
        "* dw. What you have is RMSProp's step."
    ): AdaDelta(delta=lambda above, below, dw: dw / below),
    "You divide by the old square_avg. The new gradient goes into it first.": AdaDelta(
        chosen=lambda old, new: old
    ),
    "The gradient goes into square_avg as it is. Its square belongs there.": AdaDelta(
        square=lambda dw: dw
    ),
    "rho and 1 - rho are exchanged in both means: rho weights the old one.": AdaDelta(
        mean=_swapped, mean_of_deltas=_swapped
    ),
    "rho and 1 - rho are exchanged in square_avg: rho weights the old one.": AdaDelta(
        mean=_swapped
    ),
    "rho and 1 - rho are exchanged in acc_delta: rho weights the old one.": AdaDelta(
        mean_of_deltas=_swapped
    ),
    "The squares add up. Both are running means: rho * old + (1 - rho) * new.": AdaDelta(
        mean=_summed, mean_of_deltas=_summed
    ),
    "acc_delta adds up. It is a running mean: rho * acc_delta + (1 - rho) * delta**2.": AdaDelta(
        mean_of_deltas=_summed
    ),
    "square_avg adds up. It is a running mean: rho * square_avg + (1 - rho) * dw**2.": AdaDelta(
        mean=_summed
    ),
    "The new squares count in full in your means: their weight is 1 - rho.": AdaDelta(
        mean=_undamped, mean_of_deltas=_undamped
    ),
    "The new square counts in full in square_avg: its weight is 1 - rho.": AdaDelta(mean=_undamped),
    "The new square counts in full in acc_delta: its weight is 1 - rho.": AdaDelta(
        mean_of_deltas=_undamped
    ),
    "The learning rate is missing: w moves by lr * delta.": AdaDelta(
        move=lambda w, delta, lr: w - delta
    ),
}


def _keeping(change: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """The right step; ``change(old config, new config)`` is what of the state is another."""

    def rule(w: Any, dw: Any, config: Any) -> Any:
        new, after = adadelta(w, dw, config)
        return new, {**after, **change(config, after)}

    return rule


ADADELTA = Exercise(
    name="adadelta",
    points=2,
    reference=adadelta,
    parts=("w", "config"),
    cases=_RULE.cases,
    large=_RULE.large,
    align=_RULE.align,
    mistakes=(
        *(_RULE.mistake(hint, function) for hint, function in _MISTAKES.items()),
        _RULE.mistake(
            "acc_delta and square_avg are exchanged in the config that you return.",
            _keeping(
                lambda old, new: {"square_avg": new["acc_delta"], "acc_delta": new["square_avg"]}
            ),
        ),
        *common_mistakes(_RULE),
    ),
    alternatives=(_by_entries, AdaDelta()),
    summary="steps as large as the steps before",
)
