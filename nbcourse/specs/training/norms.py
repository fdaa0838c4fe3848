"""Gradient clipping by the norm over all arrays."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from nbcourse.clipping import clip_grad_norm
from nbcourse.exercise import Exercise
from nbcourse.specs.graphs.common import sizes
from nbcourse.specs.training.wrong_factors import FACTOR_MISTAKES
from nbcourse.specs.training.wrong_norms import NORM_MISTAKES


def _gradients(rng: np.random.Generator, norm: float, *shapes: tuple[int, ...]) -> list[Any]:
    """Gradients with this norm over all of them, each with its share of it."""
    grads = [rng.normal(0.3, 1.0, shape) for shape in shapes]
    whole = math.sqrt(sum(float(np.sum(grad**2)) for grad in grads))
    return [grad * (norm / whole) for grad in grads]


def _norm_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    n, d, m = sizes(rng, 3)
    layers = (n, d), (d,), (d, m), (m,)
    norm = float(rng.uniform(5.0, 9.0))
    yield _gradients(rng, norm, *layers), 0.35 * norm
    yield _gradients(rng, norm, *layers), 1.6 * norm
    # Every array is below the limit, and all together are above it.
    yield _gradients(rng, norm, *((n, d),) * 6), 0.8 * norm
    # The square of the norm is on the other side of the limit than the norm.
    yield _gradients(rng, 0.5, *layers), 0.3
    yield _gradients(rng, 3.0, *layers), 5.0
    yield _gradients(rng, 1.5, *layers), 4.0
    # So small that what is added to the norm would show.
    yield _gradients(rng, 2e-3, (d, m), (m,)), 1e-3
    yield _gradients(rng, norm, (n, d, m), (1,)), 1.0
    yield [np.array([-7.0])], 2.0
    yield [np.zeros((n, d)), np.zeros(d)], 1.5


def _many(rng: np.random.Generator) -> tuple[Any, ...]:
    return _gradients(rng, 300.0, *((40, 30), (30,)) * 12), 7.0


def _in_one_vector(grads: Any, max_norm: Any) -> Any:
    norm = np.linalg.norm(np.concatenate([np.ravel(grad) for grad in grads]))
    factor = max_norm / max(norm, max_norm)
    return [grad * factor for grad in grads], norm


def _by_norms(grads: Any, max_norm: Any) -> Any:
    norm = np.sqrt(sum(np.linalg.norm(grad) ** 2 for grad in grads))
    return ([max_norm * grad / norm for grad in grads] if norm >= max_norm else grads), norm


def _by_loops(grads: Any, max_norm: Any) -> Any:
    squares = [value * value for grad in grads for value in grad.ravel().tolist()]
    norm = math.fsum(squares) ** 0.5
    clipped = []
    for grad in grads:
        copy = grad.copy()
        if norm > max_norm:
            for index in np.ndindex(copy.shape):
                copy[index] = copy[index] / norm * max_norm
        clipped.append(copy)
    return tuple(clipped), norm


CLIP_GRAD_NORM = Exercise(
    name="clip_grad_norm",
    points=5,
    reference=clip_grad_norm,
    parts=("grads", "norm"),
    cases=_norm_cases,
    large=_many,
    mistakes=NORM_MISTAKES + FACTOR_MISTAKES,
    alternatives=(
        _in_one_vector,
        _by_norms,
        _by_loops,
        lambda grads, max_norm: (
            [
                grad * np.minimum(1.0, max_norm / np.sqrt(sum(np.vdot(g, g) for g in grads)))
                for grad in grads
            ],
            np.sqrt(sum(np.vdot(g, g) for g in grads)),
        ),
    ),
    summary="gradients scaled so that their common norm is at most max_norm",
)
