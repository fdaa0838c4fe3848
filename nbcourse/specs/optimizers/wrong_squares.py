"""What people make of Adagrad and RMSProp: (hint, one step)."""

from collections.abc import Callable
from typing import Any

import numpy as np

Step = Callable[..., Any]


def _sums(
    add: Step = lambda s, dw: s + dw**2,
    move: Step = lambda w, dw, s, lr, eps: w - lr * dw / (np.sqrt(s) + eps),
    keep: Step = lambda old, new: new,
    divide: Step = lambda old, new: new,
) -> Step:
    """Adagrad's step (w, dw, s, lr, eps) -> w, s, from the right steps or from other ones."""

    def step(w: Any, dw: Any, s: Any, lr: float, eps: float) -> Any:
        new = add(s, dw)
        return move(w, dw, divide(s, new), lr, eps), keep(s, new)

    return step


def _means(add: Step | None = None, **steps: Step) -> Step:
    """RMSProp's step (w, dw, s, lr, alpha, eps) -> w, s; ``add(s, dw, alpha)`` makes the mean."""

    def step(w: Any, dw: Any, s: Any, lr: float, alpha: float, eps: float) -> Any:
        mean = add or (lambda s, dw, alpha: alpha * s + (1 - alpha) * dw**2)
        return _sums(lambda s, dw: mean(s, dw, alpha), **steps)(w, dw, s, lr, eps)

    return step


# In the denominator: what both rules share. "{s}" is the name of the state.
_ROOTS: dict[str, dict[str, Step]] = {
    "eps stands inside your root. It is added to the root: dw / (np.sqrt({s}) + eps).": {
        "move": lambda w, dw, s, lr, eps: w - lr * dw / np.sqrt(s + eps)
    },
    "eps is missing: where all gradients were 0 you divide by 0. dw / (np.sqrt({s}) + eps).": {
        "move": lambda w, dw, s, lr, eps: w - lr * dw / np.sqrt(s)
    },
    "eps is subtracted from the root. It is added: dw / (np.sqrt({s}) + eps).": {
        "move": lambda w, dw, s, lr, eps: w - lr * dw / (np.sqrt(s) - eps)
    },
    "The root is missing: the gradient is divided by np.sqrt({s}) + eps.": {
        "move": lambda w, dw, s, lr, eps: w - lr * dw / (s + eps)
    },
    "eps is added to the whole step: the parentheses round np.sqrt({s}) + eps are missing.": {
        "move": lambda w, dw, s, lr, eps: w - (lr * dw / np.sqrt(s) + eps)
    },
    "eps is added to w: the parentheses round np.sqrt({s}) + eps are missing.": {
        "move": lambda w, dw, s, lr, eps: w - lr * dw / np.sqrt(s) + eps
    },
    "You multiply by the root. The gradient is divided by np.sqrt({s}) + eps.": {
        "move": lambda w, dw, s, lr, eps: w - lr * dw * (np.sqrt(s) + eps)
    },
    "The learning rate is missing from your step: lr * dw / (np.sqrt({s}) + eps).": {
        "move": lambda w, dw, s, lr, eps: w - dw / (np.sqrt(s) + eps)
    },
    "The gradient is missing from your step: lr * dw / (np.sqrt({s}) + eps).": {
        "move": lambda w, dw, s, lr, eps: w - lr / (np.sqrt(s) + eps)
    },
    "Nothing is divided in your step: lr * dw / (np.sqrt({s}) + eps).": {
        "move": lambda w, dw, s, lr, eps: w - lr * dw
    },
    "You divide by the old {s}. Add the new gradient first, then divide.": {
        "divide": lambda old, new: old
    },
    "What you keep is the root of {s}. Keep it as it is under the root.": {
        "keep": lambda old, new: np.sqrt(new)
    },
}


def _mean(square: Step) -> Step:
    return _means(add=lambda s, dw, alpha: alpha * s + (1 - alpha) * square(dw))


OF_SUMS = (
    *((hint.format(s="sum"), _sums(**steps)) for hint, steps in _ROOTS.items()),
    ("The gradient is added as it is. Its square belongs into sum.", _sums(lambda s, dw: s + dw)),
    (
        "The gradient's absolute value is added. Its square belongs into sum.",
        _sums(lambda s, dw: s + np.abs(dw)),
    ),
    (
        "One number is kept for all weights. Every weight has a sum of its own: dw**2, not added "
        "up over the entries.",
        _sums(lambda s, dw: s + np.sum(dw**2)),
    ),
    (
        "The gradient is doubled, where its square belongs: dw**2 and not dw * 2.",
        _sums(lambda s, dw: s + dw * 2),
    ),
    ("The new square is added twice.", _sums(lambda s, dw: s + 2 * dw**2)),
    (
        "Your sum forgets: it is a running mean, as in RMSProp. In Adagrad every square counts in "
        "full, for ever.",
        _sums(lambda s, dw: 0.9 * s + 0.1 * dw**2),
    ),
    (
        "Your sum forgets, with RMSProp's 0.99. In Adagrad every square counts in full, for ever.",
        _sums(lambda s, dw: 0.99 * s + 0.01 * dw**2),
    ),
)

OF_MEANS = (
    *((hint.format(s="square_avg"), _means(**steps)) for hint, steps in _ROOTS.items()),
    (
        "The gradient goes into the mean as it is. Its square belongs there.",
        _mean(lambda dw: dw),
    ),
    (
        "The gradient's absolute value goes into the mean. Its square belongs there.",
        _mean(np.abs),
    ),
    (
        "One number is kept for all weights. Every weight has a mean of its own over time: dw**2, "
        "not averaged over the entries.",
        _mean(lambda dw: np.mean(dw**2) * np.ones_like(dw)),
    ),
    (
        "The gradient is doubled, where its square belongs: dw**2 and not dw * 2.",
        _mean(lambda dw: dw * 2),
    ),
    (
        "alpha and 1 - alpha are exchanged: alpha weights the old mean, 1 - alpha the new square.",
        _means(add=lambda s, dw, alpha: (1 - alpha) * s + alpha * dw**2),
    ),
    (
        "The squares add up, as in Adagrad. Here they are averaged: "
        "alpha * square_avg + (1 - alpha) * dw**2.",
        _means(add=lambda s, dw, alpha: s + dw**2),
    ),
    (
        "The new square counts in full: its weight is 1 - alpha.",
        _means(add=lambda s, dw, alpha: alpha * s + dw**2),
    ),
    (
        "The old mean counts in full: its weight is alpha.",
        _means(add=lambda s, dw, alpha: s + (1 - alpha) * dw**2),
    ),
    (
        "The old mean is counted twice, once in full: square_avg is alpha * square_avg + "
        "(1 - alpha) * dw**2, and not increased by it.",
        _means(add=lambda s, dw, alpha: s + alpha * s + (1 - alpha) * dw**2),
    ),
)
