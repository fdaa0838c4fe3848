"""Binary cross-entropy of the sigmoid of logits."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise
from nbcourse.losses import binary_cross_entropy
from nbcourse.specs.graphs.common import sizes
from nbcourse.specs.networks.binary_mistakes import MISTAKES, stable

_EXTREMES = np.array([1e4, 1e4, 800.0, 800.0, 40.0, 40.0])
_THEIR_TARGETS = np.array([0.0, 1.0, 0.0, 1.0, 0.0, 1.0])


def _answers(rng: np.random.Generator, n: int) -> Any:
    """Targets 0 and 1, both of them where there are two."""
    return rng.permuted(np.append(rng.integers(0, 2, max(0, n - 2)), [0, 1][:n])).astype(float)


def _logit_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    n, m = sizes(rng, 2)
    for n_ in (n, m + 4, 2):
        yield rng.normal(0.7, 1.5, n_), _answers(rng, n_)
    for target in (0.0, 1.0):
        yield rng.normal(0.7, 1.5, 1), np.array([target])
    # Sure and right, then sure and wrong by far.
    targets = _answers(rng, n)
    yield rng.uniform(10.0, 14.0, n) * np.where(targets > 0, 1.0, -1.0), targets
    # On one side, on the other, and on both.
    for signs in (np.ones(6), -np.ones(6), rng.choice((-1.0, 1.0), 6)):
        order = rng.permutation(6)
        yield (_EXTREMES * signs * rng.uniform(0.9, 1.0, 6))[order], _THEIR_TARGETS[order]


def _many_logits(rng: np.random.Generator) -> tuple[Any, ...]:
    return rng.normal(0.0, 3.0, 20_000), _answers(rng, 20_000)


def _by_loops(logits: Any, targets: Any) -> Any:
    loss, dlogits = 0.0, np.zeros(len(logits))
    for i, (z, t) in enumerate(zip(logits, targets, strict=True)):
        e = np.exp(-abs(z))
        p = 1 / (1 + e) if z >= 0 else e / (1 + e)
        loss += max(z, 0) - z * t + np.log(1 + e)
        dlogits[i] = (p - t) / len(logits)
    return loss / len(logits), dlogits


BINARY_CROSS_ENTROPY = Exercise(
    name="binary_cross_entropy",
    points=2,
    reference=binary_cross_entropy,
    parts=("loss", "dlogits"),
    cases=_logit_cases,
    large=_many_logits,
    forward=lambda logits, targets: binary_cross_entropy(logits, targets)[0],
    wrt={"dlogits": 0},
    mistakes=MISTAKES,
    alternatives=(
        _by_loops,
        lambda z, t: [
            np.mean(np.logaddexp(0, z) - t * z),
            (np.exp(-np.logaddexp(0, -z)) - t) / z.size,
        ],
        lambda z, t: (
            np.sum(np.where(t == 1, np.logaddexp(0, -z), np.logaddexp(0, z))) / z.shape[0],
            ((1 + np.tanh(z / 2)) / 2 - t) / z.shape[0],
        ),
        # exp overflows here, on the way to a result that is 0 and right.
        lambda z, t: (stable(z, t).mean(), (1 / (1 + np.exp(-z)) - t) / len(z)),
    ),
    summary="mean cross-entropy of the sigmoid of logits, and its gradient",
)
