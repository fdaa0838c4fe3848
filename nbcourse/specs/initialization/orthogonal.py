"""``orthogonal``: right angles, equal lengths, and signs that are fair."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise
from nbcourse.initializers import orthogonal
from nbcourse.specs.initialization.rotations import judge_orthogonal
from nbcourse.specs.initialization.slips import generator
from nbcourse.specs.initialization.wrong_rotations import WRONG, signed


def _cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    n, m = int(rng.integers(44, 50)), int(rng.integers(60, 70))
    # A gain near 1 would hide its root and its square.
    for fan_in, fan_out in ((m, n), (n, m), (n, n), (1, m), (m, 1)):
        gain = float(rng.choice([rng.uniform(0.3, 0.6), rng.uniform(1.7, 3.0)]))
        yield fan_in, fan_out, gain, generator(rng)


def _square_cut(fan_in: int, fan_out: int, gain: float, rng: np.random.Generator) -> Any:
    side = max(fan_in, fan_out)
    q, r = np.linalg.qr(rng.standard_normal((side, side)))
    return gain * signed(q, r)[:fan_in, :fan_out]


def _polar(fan_in: int, fan_out: int, gain: float, rng: np.random.Generator) -> Any:
    u, _, v = np.linalg.svd(rng.standard_normal((fan_in, fan_out)), full_matrices=False)
    return gain * (u @ v)


def _gram_schmidt(fan_in: int, fan_out: int, gain: float, rng: np.random.Generator) -> Any:
    tall = rng.standard_normal((max(fan_in, fan_out), min(fan_in, fan_out)))
    for k in range(tall.shape[1]):
        for _ in range(2):  # once more, because the first time leaves a little
            tall[:, k] -= tall[:, :k] @ (tall[:, :k].T @ tall[:, k])
        tall[:, k] /= np.linalg.norm(tall[:, k])
    return gain * (tall if fan_in >= fan_out else tall.T)


def _random_signs(fan_in: int, fan_out: int, gain: float, rng: np.random.Generator) -> Any:
    size = max(fan_in, fan_out), min(fan_in, fan_out)
    q = np.linalg.qr(rng.standard_normal(size))[0] * rng.choice([-gain, gain], size[1])
    return q if fan_in >= fan_out else q.T


ORTHOGONAL = Exercise(
    name="orthogonal",
    points=3,
    reference=orthogonal,
    parts=("w",),
    cases=_cases,
    accept=judge_orthogonal,
    mistakes=WRONG,
    alternatives=(_square_cut, _polar, _gram_schmidt, _random_signs),
    summary="columns at right angles, or rows, of length gain",
)
