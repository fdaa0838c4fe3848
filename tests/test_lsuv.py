"""LSUV: every layer's output before the activation gets variance 1, by one factor a layer."""

from itertools import pairwise
from math import sqrt
from typing import Any

import numpy as np
import pytest

from nbcourse.initializers import orthogonal
from nbcourse.layer_statistics import layer_outputs
from nbcourse.lsuv import lsuv


def network(scale: float, *widths: int) -> tuple[list[Any], Any]:
    """Weights of the given scale, and inputs whose mean is not 0."""
    rng = np.random.default_rng(0)
    weights = [scale * rng.standard_normal(s) for s in pairwise(widths)]
    return weights, 2.0 + rng.standard_normal((40, widths[0]))


def sums(weights: list[Any], x: Any, activation: str) -> list[Any]:
    """The outputs before the activation."""
    inputs = [x, *layer_outputs(weights, x, activation)[:-1]]
    return [h @ w for h, w in zip(inputs, weights, strict=True)]


@pytest.mark.parametrize("scale", [1e-3, 0.3, 50.0])
@pytest.mark.parametrize("activation", ["linear", "sigmoid", "tanh", "relu"])
def test_every_layer_has_variance_one_and_is_a_multiple_of_the_given(
    activation: str, scale: float
) -> None:
    weights, x = network(scale, 10, 30, 20, 5)
    kept = [w.copy() for w in weights]
    scaled = lsuv(weights, x, activation)
    assert [s.var() for s in sums(scaled, x, activation)] == pytest.approx([1.0] * 3, abs=0.02)
    for new, old, copy in zip(scaled, weights, kept, strict=True):
        factors = new / old
        np.testing.assert_allclose(factors, factors.flat[0])
        assert (old == copy).all()


def test_a_layer_that_is_near_enough_stays_as_it_is() -> None:
    weights, x = network(0.3, 10, 10, 10)
    weights = lsuv(weights, x, "tanh")
    near = [weights[0] * sqrt(1.015), weights[1]]
    assert (lsuv(near, x, "tanh")[0] == near[0]).all()
    assert not (lsuv(near, x, "tanh", tol=0.01)[0] == near[0]).all()
    assert lsuv(near, x, "tanh")[0] is not near[0]


def test_without_rounds_nothing_is_scaled() -> None:
    weights, x = network(0.3, 10, 10)
    assert (lsuv(weights, x, "relu", max_iter=0)[0] == weights[0]).all()


def test_a_layer_that_says_nothing_is_named() -> None:
    weights, x = network(0.3, 10, 10, 10)
    weights[1] = np.zeros((10, 10))
    with pytest.raises(ValueError, match="the output of layer 2 is the same everywhere"):
        lsuv(weights, x, "relu")


def test_orthogonal_weights_stay_orthogonal_up_to_their_factor() -> None:
    rng = np.random.default_rng(0)
    scaled = lsuv(
        [orthogonal(20, 20, 1.0, rng) for _ in range(3)], rng.standard_normal((50, 20)), "relu"
    )
    for w in scaled:
        gram = w.T @ w
        np.testing.assert_allclose(gram, gram[0, 0] * np.eye(20), atol=1e-12)
