"""Softmax and cross-entropy, taken as one function of the logits."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise
from nbcourse.losses import softmax_cross_entropy
from nbcourse.specs.graphs.common import sizes
from nbcourse.specs.networks.softmax_mistakes import MISTAKES


def _classified(rng: np.random.Generator, n: int, classes: int, spread: float) -> Any:
    return rng.normal(0.5, spread, (n, classes)), rng.integers(0, classes, n)


def _logit_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    n, classes = sizes(rng, 2)
    for n_, c_ in ((n, classes), (classes, n), (1, classes), (n, 1)):
        yield _classified(rng, n_, c_, 1.5)
    # A network that knows its classes, as after training, and one that is sure and wrong.
    logits, labels = _classified(rng, n, classes, 1.0)
    yield logits + 12.0 * np.eye(classes)[labels], labels
    yield logits + 40.0 * np.eye(classes)[(labels + 1) % classes], labels
    # Rows far from each other and from 0: no shift that all rows share can serve.
    yield logits + 1e4 * rng.permutation(np.where(np.arange(n) % 2, 1.0, -1.0))[:, None], labels
    # Right, wrong, and undecided at 1e4.
    far = 1e4 * rng.permuted(np.tile(np.linspace(-1.0, 1.0, classes), (n, 1)), axis=1)
    yield far, labels


def _many_logits(rng: np.random.Generator) -> tuple[Any, ...]:
    """So many that differences do not finish, and so far from 0 that a small step is rounded."""
    logits, labels = _classified(rng, 60, 300, 2.0)
    return logits + rng.uniform(-1e4, 1e4, (60, 1)), labels


def _by_loops(logits: Any, labels: Any) -> Any:
    n, classes = logits.shape
    loss, dlogits = 0.0, np.zeros((n, classes))
    for i in range(n):
        row = logits[i] - max(logits[i])
        e = [np.exp(z) for z in row]
        loss += np.log(sum(e)) - row[labels[i]]
        for c in range(classes):
            dlogits[i, c] = (e[c] / sum(e) - (c == labels[i])) / n
    return loss / n, dlogits


def _by_one_hot(logits: Any, labels: Any) -> Any:
    y = np.zeros(logits.shape)
    y[np.arange(len(labels)), labels] = 1
    top = np.max(logits, axis=1)
    log_sum = top + np.log(np.sum(np.exp(logits.T - top), axis=0))
    loss = np.mean(log_sum - np.sum(y * logits, axis=1))
    return loss, (np.exp(logits - log_sum[:, None]) - y) / len(y)


SOFTMAX_CROSS_ENTROPY = Exercise(
    name="softmax_cross_entropy",
    points=3,
    reference=softmax_cross_entropy,
    parts=("loss", "dlogits"),
    cases=_logit_cases,
    large=_many_logits,
    forward=lambda logits, labels: softmax_cross_entropy(logits, labels)[0],
    wrt={"dlogits": 0},
    mistakes=MISTAKES,
    alternatives=(
        _by_loops,
        _by_one_hot,
        lambda logits, labels: (
            np.mean([np.logaddexp.reduce(z) - z[c] for z, c in zip(logits, labels, strict=True)]),
            np.array(
                [
                    np.exp(z - np.logaddexp.reduce(z)) - (np.arange(z.size) == c)
                    for z, c in zip(logits, labels, strict=True)
                ]
            )
            / len(labels),
        ),
    ),
    summary="mean cross-entropy of the softmax of logits, and its gradient",
)
