"""Softmax and cross-entropy with one step exchanged, and how to recognize what comes of it."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nbcourse.exercise import Mistake
from nbcourse.exercise.comparison import same
from nbcourse.losses import softmax_cross_entropy
from nbcourse.specs.networks.common import stops_over_shapes


def log_softmax(logits: Any) -> Any:
    """Logarithms of the probabilities, by rows."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def from_probabilities(
    p: Callable[[Any], Any], log: Callable[[Any], Any] = np.log
) -> Callable[..., Any]:
    """The function as usual, from other probabilities or with another logarithm of them."""

    def loss(logits: Any, labels: Any) -> Any:
        rows, probabilities = np.arange(len(labels)), p(logits)
        value = -log(probabilities)[rows, labels].mean()
        d = probabilities.copy()
        d[rows, labels] -= 1
        return value, d / len(labels)

    return loss


def with_other(
    loss: Callable[[Any, Any], Any] | None = None, dlogits: Callable[..., Any] | None = None
) -> Callable[..., Any]:
    """The right function with another loss of (log p, one-hot), or gradient of (p, one-hot, N)."""

    def whole(logits: Any, labels: Any) -> Any:
        log_p, y = log_softmax(logits), np.eye(logits.shape[1])[labels]
        right = -np.sum(y * log_p) / len(y), (np.exp(log_p) - y) / len(y)
        return (
            right[0] if loss is None else loss(log_p, y),
            right[1] if dlogits is None else dlogits(np.exp(log_p), y, len(y)),
        )

    return whole


def naive(logits: Any) -> Any:
    """The formula as it stands, without a shift."""
    e = np.exp(logits)
    return e / e.sum(axis=1, keepdims=True)


def shifted(logits: Any) -> Any:
    """The right probabilities."""
    return np.exp(log_softmax(logits))


def shifted_together(logits: Any) -> Any:
    """With one maximum for the whole batch."""
    e = np.exp(logits - logits.max())
    return e / e.sum(axis=1, keepdims=True)


def shifted_by_columns(logits: Any) -> Any:
    """With the maximum of each column."""
    e = np.exp(logits - logits.max(axis=0))
    return e / e.sum(axis=1, keepdims=True)


def shifted_above_only(logits: Any) -> Any:
    """With a shift in the numerator and none in the denominator."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.exp(shifted) / np.exp(logits).sum(axis=1, keepdims=True)


def over_columns(logits: Any) -> Any:
    """Each column sums to 1."""
    e = np.exp(logits - logits.max(axis=0))
    return e / e.sum(axis=0)


def over_everything(logits: Any) -> Any:
    """The whole batch sums to 1."""
    e = np.exp(logits - logits.max())
    return e / e.sum()


def axis_lost(logits: Any) -> Any:
    """The sum loses its axis, and (N, C) meets (N,)."""
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1)


def by_kind(
    moderate: Callable[..., bool], apart: Callable[..., bool], within: Callable[..., bool]
) -> Callable[[tuple[Any, ...], Any], bool]:
    """Whether results are as they should be by a mistake that shows at extreme logits only.

    Each of the three is asked for one kind of inputs: logits near each other; rows far from each
    other; logits far from each other within a row. It gets the loss and the gradient, each with
    its right value.
    """

    def explains(args: tuple[Any, ...], result: Any) -> bool:
        far_within, far = np.ptp(args[0], axis=1).max() > 100, np.ptp(args[0]) > 100
        ask = within if far_within else apart if far else moderate
        (loss, d), (right_loss, right_d) = result, softmax_cross_entropy(*args)
        return ask(float(loss), right_loss, d, right_d)

    return explains


def all_right(loss: Any, right_loss: Any, d: Any, right_d: Any) -> bool:
    """Loss and gradient are right."""
    return same(loss, right_loss) and same(d, right_d)


def gradient_lost(loss: Any, right_loss: Any, d: Any, right_d: Any) -> bool:
    """The gradient is no number any more."""
    return not np.isfinite(d).all()


def gradient_kept(loss: Any, right_loss: Any, d: Any, right_d: Any) -> bool:
    """The gradient is right, the loss may be anything."""
    return same(d, right_d)


def loss_infinite(loss: Any, right_loss: Any, d: Any, right_d: Any) -> bool:
    """The gradient is right and the loss infinite."""
    return same(d, right_d) and not np.isfinite(loss)


def anything(loss: Any, right_loss: Any, d: Any, right_d: Any) -> bool:
    """Nothing is asked."""
    return True


def nearly_right(loss: Any, right_loss: Any, d: Any, right_d: Any) -> bool:
    """Right up to what a small number in the logarithm changes."""
    # Beyond 30 a probability is lost beside 1, and that is extreme already.
    return right_loss > 30 or (same(loss, right_loss, 1e-5) and same(d, right_d, 1e-5))


def guarded(args: tuple[Any, ...], result: Any) -> bool:
    """Whether the loss is that of probabilities kept off 0 by any small number."""
    logits, labels = args
    loss, dlogits = result
    rows, log_p = np.arange(len(labels)), log_softmax(logits)
    most, least = -log_p[rows, labels].mean(), -np.log(np.exp(log_p) + 1e-2)[rows, labels].mean()
    right = softmax_cross_entropy(logits, labels)[1]
    # A p kept off 1 as well makes the loss a little larger than it is.
    return bool(least - 1e-9 <= loss <= most + 2e-5) and np.allclose(
        dlogits, right, rtol=0.0, atol=1e-2 / len(labels)
    )


def guarded_and_overflowing(args: tuple[Any, ...], result: Any) -> bool:
    """The same without a shift; that there is a guard shows where p is tiny and exp still works."""
    right = softmax_cross_entropy(*args)[0]
    if np.ptp(args[0]) > 100:
        return not np.isfinite(result[1]).all()
    return guarded(args, result) and (right < 30 or bool(result[0] < right - 1e-3))


def all_pairs(logits: Any, labels: Any) -> Any:
    """``p[:, labels]`` in place of one entry from each row."""
    log_p = log_softmax(logits)
    d = np.exp(log_p)
    d[:, labels] -= 1
    return -log_p[:, labels].mean(), d / len(labels)


def maximum_not_added_back(logits: Any, labels: Any) -> Any:
    """The shift is made in the sum alone."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    rows = np.arange(len(labels))
    log_p = logits - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -log_p[rows, labels].mean(), softmax_cross_entropy(logits, labels)[1]


def sum_without_a_shift(logits: Any, labels: Any) -> Any:
    """The loss from log(sum of exp(z)) as it stands, with the right gradient."""
    losses = np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(labels)), labels]
    return losses.mean(), softmax_cross_entropy(logits, labels)[1]


def loss_after_the_subtraction(logits: Any, labels: Any) -> Any:
    """The loss is taken from p - y."""
    p, rows = shifted(logits), np.arange(len(labels))
    p[rows, labels] -= 1
    return -np.log(p[rows, labels]).mean(), p / len(labels)


def negated(loss: Any, d: Any) -> Any:
    """The gradient with the other sign."""
    return loss, -d


def hinge(logits: Any, labels: Any) -> Any:
    """The loss of a support vector machine."""
    y = np.eye(logits.shape[1])[labels]
    margins = (1 - y) * np.maximum(0.0, logits - np.sum(y * logits, axis=1, keepdims=True) + 1)
    d = 1.0 * (margins > 0)
    return margins.sum() / len(y), (d - y * d.sum(axis=1, keepdims=True)) / len(y)


def share_of_wrong_guesses(logits: Any, labels: Any) -> Any:
    """One minus the accuracy, with the right gradient."""
    return np.mean(logits.argmax(axis=1) != labels), softmax_cross_entropy(logits, labels)[1]


def own_guess(logits: Any, labels: Any) -> Any:
    """The largest logit in place of the label."""
    return softmax_cross_entropy(logits, logits.argmax(axis=1))


def labels_as_numbers(logits: Any, labels: Any) -> Any:
    """The labels subtracted as they are."""
    loss, _ = softmax_cross_entropy(logits, labels)
    return loss, (shifted(logits) - labels[:, None]) / len(labels)


def every_class_as_yes_or_no(log_p: Any, y: Any) -> Any:
    """Binary cross-entropy of every class."""
    p = np.exp(log_p)
    return -(y * np.log(p) + (1 - y) * np.log(1 - p)).sum() / len(y)


def instead(hint: str, loss: Callable[[Any, Any], Any], dlogits: Any = None) -> Mistake:
    """Another loss of (log p, one-hot); where p is rounded to 0, whatever log(p) makes of it."""
    function = with_other(loss, dlogits)

    def explains(args: tuple[Any, ...], result: Any) -> bool:
        wrong, spread = function(*args), np.ptp(args[0])
        # Where p is rounded to 0 the loss may be anything, where exp overflows the gradient too.
        no_number = not np.isfinite(wrong[0]).all()
        loss = spread > 30 or no_number or same(np.asarray(result[0]), np.asarray(wrong[0]))
        return loss and (spread > 100 or same(result[1], wrong[1]))

    return Mistake(hint, function, explains)


def loses_its_axis(args: tuple[Any, ...], result: Any) -> bool:
    """Whether it stops where (N, C) and (N,) cannot be taken together."""
    n, classes = args[0].shape
    return n == 1 or classes in (1, n) or stops_over_shapes(result)


def whole_rows_chosen(logits: Any, labels: Any) -> Any:
    """``p[labels]`` in place of one entry from each row."""
    loss, _ = softmax_cross_entropy(logits, labels)
    d = shifted(logits)
    d[labels] -= 1
    return loss, d / len(labels)
