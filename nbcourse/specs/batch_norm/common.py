"""What several modules of this sheet need: inputs, and a way to say that two things are wrong."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nbcourse.specs.graphs.common import BEYOND_STEPS

Function = Callable[..., Any]


def lengths(rng: np.random.Generator, count: int) -> list[int]:
    """Lengths of axes, all different; 2 is left free for the smallest batch."""
    return [int(length) for length in rng.choice(np.arange(3, 9), count, replace=False)]


def features(rng: np.random.Generator, n: int, d: int) -> Any:
    """Inputs whose columns differ in mean and spread, none of them around 0."""
    return rng.normal(rng.uniform(2.0, 6.0, d), rng.uniform(0.6, 2.5, d), (n, d))


def scale_and_shift(rng: np.random.Generator, d: int) -> tuple[Any, Any]:
    """Gamma far from 1, of both signs, and beta far from 0."""
    return rng.choice((-1.0, 1.0), d) * rng.uniform(1.5, 3.0, d), rng.normal(0.8, 1.0, d)


def normalized_cases(rng: np.random.Generator, least: int) -> Iterator[tuple[Any, ...]]:
    """Inputs, scale, shift and eps in many shapes, of at least so many rows."""
    n, d, m = lengths(rng, 3)
    for n_, d_ in ((n, d), (m, d), (least, d), (n, 1)):
        gamma, beta = scale_and_shift(rng, d_)
        # An eps that can be seen: who leaves it out is off by more than rounding.
        yield features(rng, n_, d_), gamma, beta, float(rng.uniform(0.05, 0.5))
    yield features(rng, d, n), *scale_and_shift(rng, n), 1e-5


def large_normalized(rng: np.random.Generator) -> tuple[Any, ...]:
    """So many entries, of such sizes, that steps are too slow for them and lost in them."""
    gamma, beta = scale_and_shift(rng, 400)
    return 1e6 * features(rng, 70, 400), BEYOND_STEPS * gamma, beta, 0.1


def together(*hints: str) -> str:
    """One hint from those of several mistakes that were made at once; empty ones are left out.

    >>> together("A.", "", "B.")
    'Two things. A. And: B.'
    """
    said = [hint for hint in hints if hint]
    if len(said) < 2:
        return "".join(said)
    number = ("Two", "Three")[len(said) - 2]
    return f"{number} things. " + " And: ".join(said)
