"""RProp, each step of which can be made a wrong one, and what people make of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from nbcourse.optimizers import rprop

DEFAULTS = {"lr": 1e-2, "etas": (0.5, 1.2), "step_sizes": (1e-6, 50.0)}


@dataclass(frozen=True)
class RProp:
    """The rule from the right steps or from other ones.

    Parameters
    ----------
    start : (w, dw, lr) -> step, prev_grad of the first step
    resized : (step, product of the gradients, etas, bounds) -> step
    counted : (dw, product) -> the gradient that counts
    move : (w, dw, gradient that counts, step, old step) -> w
    keep : (dw, gradient that counts) -> prev_grad
    """

    start: Callable[..., Any] = lambda w, dw, lr: (np.full(w.shape, lr), np.zeros(w.shape))
    resized: Callable[..., Any] = lambda step, product, etas, bounds: np.clip(
        step * _factor(product, etas), *bounds
    )
    counted: Callable[..., Any] = lambda dw, product: np.where(product < 0, 0.0, dw)
    move: Callable[..., Any] = lambda w, dw, counted, step, old: w - np.sign(counted) * step
    keep: Callable[..., Any] = lambda dw, counted: counted

    def __call__(self, w: Any, dw: Any, config: Any) -> Any:
        """A step, as ``rprop`` makes it."""
        values = {**DEFAULTS, **config}
        step, prev_grad = self.start(w, dw, values["lr"])
        old, prev_grad = values.get("step", step), values.get("prev_grad", prev_grad)
        product = dw * prev_grad
        step = self.resized(old, product, values["etas"], values["step_sizes"])
        counted = self.counted(dw, product)
        w = self.move(w, dw, counted, step, old)
        return w, {**config, "step": step, "prev_grad": self.keep(dw, counted)}


def _factor(product: Any, etas: Any) -> Any:
    return np.where(product > 0, etas[1], np.where(product < 0, etas[0], 1.0))


def _bound(at: int) -> Callable[..., Any]:
    """One of the bounds alone."""

    def resized(step: Any, product: Any, etas: Any, bounds: Any) -> Any:
        step = step * _factor(product, etas)
        return np.maximum(step, bounds[0]) if at == 0 else np.minimum(step, bounds[1])

    return resized


def _by_decisions(w: Any, dw: Any, config: Any) -> Any:
    """An array taken for one truth value; with a single weight it would work."""
    prev_grad = config.get("prev_grad", np.zeros(w.shape))
    if dw * prev_grad < 0:
        dw = 0.0 * dw
    return rprop(w, dw, config)


# Two at once: what is often met together.
_RESIZED: dict[str, Callable[..., Any]] = {
    "the step shrinks also where one of the gradients is 0": (
        lambda step, product, etas, bounds: np.clip(
            step * np.where(product > 0, etas[1], etas[0]), *bounds
        )
    ),
    "the step grows also where one of the gradients is 0": (
        lambda step, product, etas, bounds: np.clip(
            step * np.where(product < 0, etas[0], etas[1]), *bounds
        )
    ),
    "the two etas are exchanged": (
        lambda step, product, etas, bounds: np.clip(step * _factor(product, etas[::-1]), *bounds)
    ),
    "the steps have no bounds, or others than step_sizes": lambda step, product, etas, bounds: (
        step * _factor(product, etas)
    ),
}
_TOGETHER = {
    f"Two things: {words}; and where the sign changes the gradient is not set to 0.": RProp(
        resized=resized, counted=lambda dw, product: dw
    )
    for words, resized in _RESIZED.items()
}

MISTAKES: dict[str, Callable[..., Any]] = {
    **_TOGETHER,
    (
        "An if decides for the whole array, and each weight needs a decision of its own: "
        "np.where(condition, here, there), or a loop over the entries."
    ): _by_decisions,
    (
        "Where the sign of the gradient changes, the weight still moves. There the gradient counts "
        "as 0: the weight stays, and 0 is kept in prev_grad."
    ): RProp(counted=lambda dw, product: dw),
    (
        "Where the sign changes, prev_grad keeps the gradient. Keep 0, so that the next step finds "
        "no sign to compare with."
    ): RProp(keep=lambda dw, counted: dw),
    (
        "Where the sign changes you keep 0, but the weight still moves. It stays: set the gradient "
        "to 0 before the step is made."
    ): RProp(move=lambda w, dw, counted, step, old: w - np.sign(dw) * step),
    (
        "The two etas are exchanged: the step grows by the second, 1.2, while the sign stays, and "
        "shrinks by the first, 0.5, when it changes."
    ): RProp(
        resized=lambda step, product, etas, bounds: np.clip(
            step * _factor(product, etas[::-1]), *bounds
        )
    ),
    (
        "Your steps have no bounds, or others than config gives. Keep them between the two "
        "step_sizes, with np.clip."
    ): RProp(resized=lambda step, product, etas, bounds: step * _factor(product, etas)),
    "The two step_sizes are exchanged: the first is the lower bound, the second the upper.": RProp(
        resized=lambda step, product, etas, bounds: np.clip(
            step * _factor(product, etas), *bounds[::-1]
        )
    ),
    "Your steps have no upper bound, step_sizes[1].": RProp(resized=_bound(0)),
    "Your steps have no lower bound, step_sizes[0].": RProp(resized=_bound(1)),
    (
        "The weight moves in proportion to its gradient. Only the sign counts: "
        "w - step * np.sign(dw)."
    ): RProp(move=lambda w, dw, counted, step, old: w - counted * step),
    ("The weight moves by the old step. First resize the step, then move by the new one."): RProp(
        move=lambda w, dw, counted, step, old: w - np.sign(counted) * old
    ),
    (
        "Where the sign changes, your weight goes back to where it was, as in another form of "
        "RProp. Here it stays."
    ): RProp(
        move=lambda w, dw, counted, step, old: (
            w - np.sign(counted) * step - np.where(counted == 0, np.sign(dw) * old, 0.0)
        )
    ),
    (
        "The step shrinks wherever the sign is not the same, also where one of the gradients is 0. "
        "There the step stays as it is."
    ): RProp(
        resized=lambda step, product, etas, bounds: np.clip(
            step * np.where(product > 0, etas[1], etas[0]), *bounds
        )
    ),
    (
        "The step grows wherever the sign does not change, also where one of the gradients is 0, "
        "as in the first step. There the step stays as it is."
    ): RProp(
        resized=lambda step, product, etas, bounds: np.clip(
            step * np.where(product < 0, etas[0], etas[1]), *bounds
        )
    ),
    (
        "The weight stays wherever the sign is not the same, also where there was no gradient "
        "before. It stays only where the sign changes, dw * prev_grad < 0."
    ): RProp(counted=lambda dw, product: np.where(product > 0, dw, 0.0)),
    (
        "The step never changes. It is multiplied by etas[1] where dw * prev_grad > 0, and by "
        "etas[0] where it is below 0."
    ): RProp(resized=lambda step, product, etas, bounds: np.clip(step, *bounds)),
    (
        "All weights have one step. Every weight has its own, which grows and shrinks by the sign "
        "of its own gradient."
    ): RProp(
        resized=lambda step, product, etas, bounds: np.clip(
            step * _factor(np.sum(product), etas), *bounds
        )
    ),
    ("What you keep in prev_grad is the sign of the gradient. Keep the gradient itself."): RProp(
        keep=lambda dw, counted: np.sign(counted)
    ),
}
