"""What several modules of this sheet need."""

from collections.abc import Callable
from typing import Any

import numpy as np

#: Values so large that a step of any usual size is lost in them: differences in place of the
#: derivative give 0, or something far off. Right formulas work as everywhere.
BEYOND_STEPS = 1e17


def sizes(rng: np.random.Generator, count: int) -> list[int]:
    """Lengths of axes, all different: equal ones would hide a wrong axis or a transpose."""
    return [int(size) for size in rng.choice(np.arange(2, 8), count, replace=False)]


def entrywise_shapes(rng: np.random.Generator) -> tuple[tuple[int, ...], ...]:
    """A matrix, a column, a row and a vector: what works entry by entry works on all of them."""
    n, d = sizes(rng, 2)
    return (n, d), (n, 1), (1, d), (d,)


def rule(gradients: Callable[..., Any]) -> Callable[..., Any]:
    """A backward pass from a rule that is written with the cache taken apart."""
    return lambda dout, cache: gradients(dout, *cache)
