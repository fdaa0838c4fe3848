"""Linear regression by single examples: the step is the gradient's, and it leads to the minimum."""

from typing import Any

import numpy as np
import pytest

from nbcourse.gradcheck import numerical_gradient
from nbcourse.linear_regression import linear_regression_sgd
from nbcourse.neurons import adaline_update
from nbcourse.schedules import inverse_time_decay


@pytest.mark.parametrize("size", [1, 2, 5])
def test_the_step_goes_against_the_measured_gradient(size: int) -> None:
    rng = np.random.default_rng(size)
    theta, x, y = rng.standard_normal(size), rng.standard_normal(size), 0.7
    slope = numerical_gradient(lambda t: 0.5 * (np.dot(t, x) - y) ** 2, theta)
    before = theta.copy()
    np.testing.assert_allclose(
        linear_regression_sgd(theta, x, y, 0.3), theta - 0.3 * slope, atol=1e-9
    )
    assert theta.tolist() == before.tolist()


def test_it_is_the_rule_of_the_linear_neuron_without_a_bias() -> None:
    rng = np.random.default_rng(0)
    theta, x = rng.standard_normal((2, 4))
    w, _ = adaline_update(theta, 0.0, x, 1.0, 0.1)
    np.testing.assert_allclose(linear_regression_sgd(theta, x, 1.0, 0.1), w, rtol=1e-14)


def test_a_falling_rate_ends_nearer_to_the_minimum_than_a_constant_one() -> None:
    """Noise keeps a constant rate at a distance from the least-squares solution."""
    rng = np.random.default_rng(0)
    x = np.column_stack([rng.standard_normal(400), np.ones(400)])
    y = x @ [2.0, -1.0] + 0.5 * rng.standard_normal(400)
    best = np.linalg.lstsq(x, y)[0]

    def distance(decay: float) -> float:
        theta: Any = np.zeros(2)
        t, far = 0, []
        for epoch in range(20):
            for i in rng.permutation(400):
                theta = linear_regression_sgd(theta, x[i], y[i], inverse_time_decay(t, 0.1, decay))
                t += 1
                if epoch == 19:
                    far.append(np.linalg.norm(theta - best))
        return float(np.mean(far))

    constant, falling = distance(0.0), distance(0.02)
    assert constant > 0.1
    assert falling < 0.2 * constant


@pytest.mark.parametrize("shapes", [((2,), (3,)), ((2, 1), (2, 1)), ((2,), (1, 2))])
def test_other_shapes_are_refused(shapes: tuple[tuple[int, ...], tuple[int, ...]]) -> None:
    theta, x = map(np.ones, shapes)
    with pytest.raises(ValueError, match=r"vectors of one length; got \("):
        linear_regression_sgd(theta, x, 1.0, 0.1)
