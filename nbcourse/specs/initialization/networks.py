"""Stacks of layers to measure: their activations, and weights drawn for them."""

from collections.abc import Callable
from itertools import pairwise
from math import sqrt
from typing import Any

import numpy as np


def relu(s: Any) -> Any:
    """The positive part."""
    return np.maximum(s, 0)


FUNCTIONS: dict[str, Callable[[Any], Any]] = {"tanh": np.tanh, "relu": relu}


def network(rng: np.random.Generator, widths: list[int], scale: float = 1.2) -> list[Any]:
    """Weights of a stack of layers of these widths, about keeping the size of a signal."""
    return [
        scale * rng.standard_normal((fan_in, fan_out)) / sqrt(fan_in)
        for fan_in, fan_out in pairwise(widths)
    ]
