"""What goes wrong in clipping when the norm is right: the condition, the factor, the result."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nbcourse.clipping import clip_grad_norm
from nbcourse.exercise import Mistake
from nbcourse.exercise.comparison import same
from nbcourse.specs.training.wrong_norms import mapped, whole_norm


def _scaled(factor: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """The right norm, and another factor on all gradients."""
    return lambda grads, max_norm: (
        [grad * factor(whole_norm(grads), max_norm) for grad in grads],
        whole_norm(grads),
    )


def _only_the_last(grads: Any, max_norm: Any) -> Any:
    clipped, norm = clip_grad_norm(grads, max_norm)
    return clipped[-1:], norm


def _turned(args: tuple[Any, ...], result: Any) -> bool:
    """Whether gradients came out in another direction; right ones and untouched ones may too."""
    (grads, max_norm), (clipped, norm) = args, result
    given, got = (np.concatenate([np.ravel(g) for g in some]) for some in (grads, clipped))
    right = np.concatenate([np.ravel(g) for g in clip_grad_norm(grads, max_norm)[0]])
    sizes = np.linalg.norm(given) * np.linalg.norm(got)
    if np.allclose(got, right) or np.allclose(got, given):
        return same(norm, whole_norm(grads))  # with another norm the direction is not to blame
    return bool(abs(given @ got) < (1 - 1e-9) * sizes)


FACTOR_MISTAKES = (
    Mistake(
        "You return the gradients without the norm. Two things are asked for: return grads, norm.",
        lambda grads, max_norm: clip_grad_norm(grads, max_norm)[0],
    ),
    Mistake(
        "You scale every time, also where the norm is below max_norm: small gradients grow. Scale "
        "only if the norm is larger.",
        _scaled(lambda norm, limit: limit / norm if norm > 0 else 1.0),
    ),
    Mistake(
        "You scale every time, also where the norm is below max_norm, and zero gradients become "
        "NaN: 0 / 0. Scale only if the norm is larger than max_norm.",
        _scaled(lambda norm, limit: limit / norm),
    ),
    Mistake(
        "Gradients of zero make you divide by a norm of 0. Divide only where the norm is larger "
        "than max_norm.",
        lambda grads, max_norm: (
            [grad * min(1.0, max_norm / float(whole_norm(grads))) for grad in grads],
            float(whole_norm(grads)),
        ),
    ),
    Mistake(
        "Your condition is the wrong way round: you scale where the norm is below max_norm, and "
        "leave the large ones as they are.",
        _scaled(lambda norm, limit: limit / norm if 0 < norm < limit else 1.0),
    ),
    Mistake(
        "Your condition compares the norm with 1. The limit is max_norm.",
        _scaled(lambda norm, limit: limit / norm if norm > 1.0 else 1.0),
    ),
    Mistake(
        "Your condition compares the square of the norm with max_norm. Take the root first.",
        _scaled(lambda norm, limit: limit / norm if norm**2 > limit else 1.0),
    ),
    Mistake(
        "You cut every entry to the range up to max_norm: that is clipping by value. Here all "
        "entries get one factor, max_norm / norm.",
        mapped(lambda grad, limit: np.clip(grad, -limit, limit)),
    ),
    Mistake(
        "You add a small number to the norm that you divide by, as PyTorch does. Here the norm "
        "after clipping is max_norm exactly; no division by 0 can happen where norm > max_norm.",
        _scaled(lambda norm, limit: limit / (norm + 1e-6) if norm > limit else 1.0),
    ),
    Mistake(
        "You add 1e-8 to the norm that you divide by. Where norm > max_norm it cannot be 0, and "
        "without the addition the result has the norm max_norm exactly.",
        _scaled(lambda norm, limit: limit / (norm + 1e-8) if norm > limit else 1.0),
    ),
    Mistake(
        "Your factor is upside down: multiply by max_norm / norm, which is less than 1.",
        _scaled(lambda norm, limit: norm / limit if norm > limit else 1.0),
    ),
    Mistake(
        "You divide by the norm, and the length becomes 1. Multiply by max_norm as well.",
        _scaled(lambda norm, limit: 1.0 / norm if norm > limit else 1.0),
    ),
    Mistake(
        "You multiply by max_norm and do not divide by the norm. The factor is max_norm / norm.",
        _scaled(lambda norm, limit: limit if norm > limit else 1.0),
    ),
    Mistake(
        "Your factor is squared. Compare the squares if you like, but multiply by "
        "max_norm / norm, without squares.",
        _scaled(lambda norm, limit: (limit / norm) ** 2 if norm > limit else 1.0),
    ),
    Mistake(
        "You divide by the square of the norm. The factor is max_norm / norm.",
        _scaled(lambda norm, limit: limit / norm**2 if norm > limit else 1.0),
    ),
    Mistake(
        "You return gradients of zero where the norm is too large. They are to be scaled.",
        _scaled(lambda norm, limit: 0.0 if norm > limit else 1.0),
    ),
    Mistake(
        "You return the gradients as they came. Where the norm is larger than max_norm, each is "
        "to be multiplied by max_norm / norm; a loop that assigns to its own variable changes "
        "nothing in the list.",
        _scaled(lambda norm, limit: 1.0),
    ),
    Mistake(
        "Only one array is left in your list. Every gradient belongs in it: append to it.",
        _only_the_last,
    ),
    Mistake(
        "The gradients come first and the norm second: return grads, norm.",
        lambda grads, max_norm: clip_grad_norm(grads, max_norm)[::-1],
    ),
    Mistake(
        "You take the larger of 1 and max_norm / norm, so small gradients grow and large ones "
        "stay. Take the smaller.",
        _scaled(lambda norm, limit: max(1.0, limit / norm)),
    ),
    Mistake(
        "Where the norm is not too large your list is empty. Return the gradients as they came "
        "then.",
        lambda grads, max_norm: (
            clip_grad_norm(grads, max_norm)[0] if whole_norm(grads) > max_norm else [],
            whole_norm(grads),
        ),
    ),
    Mistake(
        "Where you clip, the norm is missing from what you return. Return both in both cases: "
        "return grads, norm.",
        lambda grads, max_norm: clip_grad_norm(grads, max_norm)[
            0 if whole_norm(grads) > max_norm else slice(None)
        ],
    ),
    Mistake(
        "You return one long vector. Give every gradient its shape back, in a list as it came.",
        lambda grads, max_norm: (
            np.concatenate([np.ravel(g) for g in clip_grad_norm(grads, max_norm)[0]]),
            whole_norm(grads),
        ),
    ),
    Mistake(
        "Your gradients point in another direction than the given ones. All entries of all arrays "
        "need the same factor, max_norm / norm, with the norm over all of them.",
        mapped(lambda grad, limit: np.tanh(grad / limit) * limit),
        explains=_turned,
    ),
)
