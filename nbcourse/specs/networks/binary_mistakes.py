"""What goes wrong in binary cross-entropy."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nbcourse.activations import sigmoid
from nbcourse.exercise import Mistake
from nbcourse.exercise.comparison import same
from nbcourse.losses import binary_cross_entropy


def _extreme(args: tuple[Any, ...]) -> bool:
    return bool(np.abs(args[0]).max() > 30)


def stable(z: Any, t: Any) -> Any:
    """The loss of each example."""
    return np.maximum(z, 0) - t * z + np.log1p(np.exp(-np.abs(z)))


def _with(
    loss: Callable[..., Any] | None = None, dlogits: Callable[..., Any] | None = None
) -> Callable[..., Any]:
    """The right function with another loss of (z, t), or another gradient of (p, t, N)."""

    def whole(logits: Any, targets: Any) -> Any:
        right = binary_cross_entropy(logits, targets)
        return (
            right[0] if loss is None else loss(logits, targets),
            right[1] if dlogits is None else dlogits(sigmoid(logits), targets, len(targets)),
        )

    return whole


def _log_loss(p: Any, t: Any) -> Any:
    return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))


def _by_probabilities(logits: Any, targets: Any) -> Any:
    p = 1 / (1 + np.exp(-logits))
    return _log_loss(p, targets), (p - targets) / len(targets)


def _guarded(args: tuple[Any, ...], result: Any) -> bool:
    """Whether the loss is that of probabilities kept off 0 and 1 by any small number."""
    z, t = args
    loss, dlogits = result
    p, eps, right = sigmoid(z), 1e-2, binary_cross_entropy(z, t)[1]
    least = -np.mean(t * np.log(p + eps) + (1 - t) * np.log(1 - p + eps))
    # A p kept off 1 as well makes the loss a little larger than it is.
    fits = least - 1e-9 <= loss <= stable(z, t).mean() + 2e-5
    return bool(fits) and np.allclose(dlogits, right, rtol=0.0, atol=eps / len(z))


def _unless_extreme(loss: Callable[..., Any]) -> Callable[[tuple[Any, ...], Any], bool]:
    """Whether the loss is this one of (p, t) and the gradient right, where p is not rounded."""

    def explains(args: tuple[Any, ...], result: Any) -> bool:
        z, t = args
        return _extreme(args) or (
            same(float(loss(sigmoid(z), t)), float(result[0]))
            and same(result[1], binary_cross_entropy(z, t)[1])
        )

    return explains


def _one_term_only(p: Any, t: Any) -> Any:
    return -np.mean(t * np.log(p))


def _other_term_only(p: Any, t: Any) -> Any:
    return -np.mean((1 - t) * np.log(1 - p))


def _log_of_p_twice(p: Any, t: Any) -> Any:
    return -np.mean(t * np.log(p) + (1 - t) * np.log(p))


def _swapped(p: Any, t: Any) -> Any:
    return -np.mean((1 - t) * np.log(p) + t * np.log(1 - p))


def _on(loss: Callable[..., Any]) -> Callable[..., Any]:
    """A loss of (p, t) with the right gradient."""
    return _with(lambda z, t: loss(sigmoid(z), t))


def _logits_as_probabilities(logits: Any, targets: Any) -> Any:
    p = np.clip(logits, 1e-12, 1 - 1e-12)
    return _log_loss(p, targets), (p - targets) / (p * (1 - p)) / len(targets)


def _takes_logits_for_probabilities(args: tuple[Any, ...], result: Any) -> bool:
    """Whether the gradient is one of p = z; beyond 0 and 1, of p clipped by any small number."""
    z, t = args
    got = len(z) * np.asarray(result[1])
    inside = (z > 0) & (z < 1)
    by_p = ((z - t) / (z * (1 - z)))[inside]
    beyond = np.abs(got[~inside])
    clipped = ~np.isfinite(beyond) | (np.abs(beyond - np.round(beyond)) < 1e-4) | (beyond > 1e3)
    return bool(clipped.all()) and (same(got[inside], by_p) or same(got[inside], (z - t)[inside]))


def _with_signs_for_targets(logits: Any, targets: Any) -> Any:
    signs = targets * logits
    return np.logaddexp(0, -signs).mean(), -targets * sigmoid(-signs) / len(targets)


MISTAKES = (
    Mistake(
        "A probability that is rounded to 0 or 1 has no logarithm left to take. Put the "
        "sigmoid and the logarithm together: max(z, 0) - t z + log(1 + e^-|z|).",
        _by_probabilities,
        lambda args, result: (
            same(result[1], binary_cross_entropy(*args)[1])
            and (
                not np.isfinite(result[0])
                if _extreme(args)
                else same(float(result[0]), binary_cross_entropy(*args)[0])
            )
        ),
    ),
    Mistake(
        "exp(z) overflows: log(1 + e^z) is infinite at z = 1000, where it should be 1000. "
        "Take the large part out: max(z, 0) + log(1 + e^-|z|).",
        _with(lambda z, t: np.mean(np.log(1 + np.exp(z)) - t * z)),
    ),
    Mistake(
        "exp(-z) overflows at z = -1000. Take the large part out first: "
        "max(z, 0) - t z + log(1 + e^-|z|).",
        _with(lambda z, t: np.mean((1 - t) * z + np.log(1 + np.exp(-z)))),
    ),
    Mistake(
        "Your loss is right, and at large logits your gradient is no number: e^z / (1 + e^z) "
        "is infinite / infinite at z = 1000, and 1/p is infinite where p is rounded to 0. The "
        "gradient is p - t, with p = 1 / (1 + e^-z) where z >= 0.",
        lambda z, t: (
            binary_cross_entropy(z, t)[0],
            (np.exp(z) / (1 + np.exp(z)) - t) / len(t),
        ),
        lambda args, result: (
            same(float(result[0]), binary_cross_entropy(*args)[0])
            and (
                not np.isfinite(result[1]).all()
                if _extreme(args)
                else same(result[1], binary_cross_entropy(*args)[1])
            )
        ),
    ),
    Mistake(
        "You keep the logarithm off 0 with a small number, added to p or as a bound. That "
        "gives another loss: max(z, 0) - t z + log(1 + e^-|z|) needs no such help.",
        _with(
            lambda z, t: (
                -np.mean(t * np.log(sigmoid(z) + 1e-5) + (1 - t) * np.log(1 - sigmoid(z) + 1e-5))
            )
        ),
        _guarded,
    ),
    Mistake(
        "In log(1 + e^-|z|) the absolute value is missing: for negative z it is e^z that "
        "stands there.",
        _with(lambda z, t: np.mean(np.maximum(z, 0) - t * z + np.log(1 + np.exp(-z)))),
    ),
    Mistake(
        "Your sigmoid is turned round: it is 1 / (1 + e^-z), with the minus.",
        _with(dlogits=lambda p, t, n: (1 - p - t) / n),
    ),
    Mistake(
        "The term t z has the wrong sign in your loss: max(z, 0) - t z + log(1 + e^-|z|).",
        _with(lambda z, t: np.mean(stable(z, t) + 2 * t * z)),
    ),
    Mistake(
        "Your gradient is t - p. It must be p - t: where p is too small, a step against the "
        "gradient has to raise the logit.",
        _with(dlogits=lambda p, t, n: (t - p) / n),
    ),
    Mistake(
        "Your dlogits lacks the 1/N. The loss is the mean over the batch, so each example has "
        "a share of 1/N in it, and the gradient has the same factor.",
        _with(dlogits=lambda p, t, n: p - t),
    ),
    Mistake(
        "Loss and gradient are sums over the batch. Both are to be means: divide by N.",
        _with(lambda z, t: stable(z, t).sum(), lambda p, t, n: p - t),
    ),
    Mistake(
        "Your loss is the sum over the batch; it is to be the mean.",
        _with(lambda z, t: stable(z, t).sum()),
        _unless_extreme(lambda p, t: _log_loss(p, t) * len(t)),
    ),
    Mistake(
        "Your loss has one entry for each example. It is one number: their mean.",
        _with(stable),
    ),
    Mistake(
        "Your loss has the wrong sign. A logarithm of a probability is negative, and the loss "
        "is its negative.",
        _with(lambda z, t: -stable(z, t).mean()),
        _unless_extreme(lambda p, t: -_log_loss(p, t)),
    ),
    Mistake(
        "Your loss looks at the examples with t = 1 only. Where t = 0 the probability of the "
        "answer is 1 - p: the term (1 - t) log(1 - p) is missing.",
        _on(_one_term_only),
        _unless_extreme(_one_term_only),
    ),
    Mistake(
        "Your loss looks at the examples with t = 0 only. Where t = 1 the probability of the "
        "answer is p: the term t log p is missing.",
        _on(_other_term_only),
        _unless_extreme(_other_term_only),
    ),
    Mistake(
        "Both terms of your loss have log p. Where t = 0 the probability of the answer is 1 - p.",
        _on(_log_of_p_twice),
        _unless_extreme(_log_of_p_twice),
    ),
    Mistake(
        "The targets are the wrong way round: t = 1 goes with log p, and t = 0 with log(1 - p).",
        _with(lambda z, t: stable(z, 1 - t).mean()),
        _unless_extreme(_swapped),
    ),
    Mistake(
        "Your gradient has the factor p (1 - p). It cancels: the derivative of the loss by p "
        "has p (1 - p) in its denominator. What is left is p - t.",
        _with(dlogits=lambda p, t, n: (p - t) * p * (1 - p) / n),
    ),
    Mistake(
        "This is the gradient with respect to p. The sigmoid lies between p and the logit: "
        "multiply by its slope p (1 - p), and see what cancels.",
        _with(dlogits=lambda p, t, n: ((1 - t) / (1 - p) - t / p) / n),
        lambda args, result: (
            _extreme(args)
            or same(
                result[1] * sigmoid(args[0]) * (1 - sigmoid(args[0])),
                binary_cross_entropy(*args)[1],
            )
        ),
    ),
    Mistake(
        "You subtract the targets from the logits. The gradient is p - t: squash the logits "
        "with the sigmoid first.",
        lambda z, t: (binary_cross_entropy(z, t)[0], (z - t) / len(t)),
    ),
    Mistake(
        "Your dlogits is p. At the examples with t = 1 the -1 is missing: p - t.",
        _with(dlogits=lambda p, t, n: p / n),
    ),
    Mistake(
        "You take the logits for probabilities. They are any numbers: the probability is "
        "p = sigmoid(z), and the gradient of the logit is p - t.",
        _logits_as_probabilities,
        _takes_logits_for_probabilities,
    ),
    Mistake(
        "log(1 + e^(-t z)) is the loss for targets of -1 and +1. Here they are 0 and 1: "
        "max(z, 0) - t z + log(1 + e^-|z|).",
        _with_signs_for_targets,
        lambda args, result: (
            _extreme(args) or same(list(result), list(_with_signs_for_targets(*args)))
        ),
    ),
    Mistake(
        "Your gradient comes from predictions of 0 and 1. It needs the probability itself, "
        "p - t, before any threshold.",
        _with(dlogits=lambda p, t, n: ((p > 0.5) - t) / n),
    ),
    Mistake(
        "Your gradient uses tanh, which runs from -1 to 1. A probability runs from 0 to 1: "
        "p is the sigmoid of the logit.",
        lambda z, t: (binary_cross_entropy(z, t)[0], (np.tanh(z) - t) / len(t)),
    ),
    Mistake(
        "Your logarithm has the base 2. The natural logarithm, np.log, is the one that undoes exp.",
        _with(lambda z, t: stable(z, t).mean() / np.log(2)),
        _unless_extreme(lambda p, t: _log_loss(p, t) / np.log(2)),
    ),
    Mistake(
        "You take half the squared error of the sigmoid. Cross-entropy is asked for, "
        "-t log p - (1 - t) log(1 - p).",
        lambda z, t: (
            np.mean((sigmoid(z) - t) ** 2) / 2,
            (sigmoid(z) - t) * sigmoid(z) * (1 - sigmoid(z)) / len(t),
        ),
    ),
    Mistake(
        "Moderate logits come out right, those beyond 30 do not. There the sigmoid is rounded "
        "to 0 or 1, and exp overflows beyond 709: max(z, 0) - t z + log(1 + e^-|z|) for the "
        "loss, and no exp of a large number anywhere.",
        lambda z, t: binary_cross_entropy(np.clip(z, -20, 20), t),
        lambda args, result: (
            _extreme(args) or same(list(result), list(binary_cross_entropy(*args)), 1e-4, 1e-6)
        ),
    ),
)
