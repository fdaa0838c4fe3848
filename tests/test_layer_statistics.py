"""The deep laboratory: what it measures is what flows, and its numbers are those of the theory."""

from itertools import pairwise
from math import sqrt
from typing import Any

import numpy as np
import pytest

from nbcourse.distribution import Distribution, distribution
from nbcourse.gradcheck import numerical_gradient
from nbcourse.layer_statistics import (
    ACTIVATIONS,
    Laboratory,
    layer_outputs,
    layer_statistics,
    measure_layers,
    run_laboratory,
)


def network(*widths: int) -> tuple[list[Any], Any, Any]:
    """Weights, inputs and an upstream gradient, seven examples."""
    rng = np.random.default_rng(0)
    weights = [rng.standard_normal(shape) / 2 for shape in pairwise(widths)]
    return weights, rng.standard_normal((7, widths[0])), rng.standard_normal((7, widths[-1]))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_statistics_are_those_of_the_outputs(activation: str) -> None:
    weights, x, _ = network(4, 6, 3)
    means, stds = layer_statistics(weights, x, activation)
    outputs = layer_outputs(weights, x, activation)
    assert [h.shape for h in outputs] == [(7, 6), (7, 3)]
    assert means.tolist() == pytest.approx([h.mean() for h in outputs])
    assert stds.tolist() == pytest.approx([sqrt(np.mean((h - h.mean()) ** 2)) for h in outputs])


def test_an_output_is_the_activation_of_the_product() -> None:
    weights, x, _ = network(4, 6, 3)
    first = np.tanh(x @ weights[0])
    np.testing.assert_allclose(layer_outputs(weights, x, "tanh")[1], np.tanh(first @ weights[1]))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_gradients_measured_are_the_derivatives(activation: str) -> None:
    """Mean and spread of the weight gradients, against central differences of the loss."""
    weights, x, dout = network(4, 6, 3)
    laboratory = measure_layers(weights, x, activation, dout)
    for layer, w in enumerate(weights):

        def loss(changed: Any, layer: int = layer) -> Any:
            used = [*weights[:layer], changed, *weights[layer + 1 :]]
            return np.sum(dout * layer_outputs(used, x, activation)[-1]) / len(x)

        numeric = numerical_gradient(loss, w)
        measured = laboratory.weight_gradients[layer]
        assert measured.mean == pytest.approx(numeric.mean(), abs=1e-8)
        assert measured.std == pytest.approx(numeric.std(), abs=1e-8)
        assert (measured.low, measured.high) == pytest.approx(
            (numeric.min(), numeric.max()), abs=1e-8
        )


def test_gradients_are_those_of_the_sums_before_the_activation() -> None:
    weights, x, dout = network(4, 6, 3)
    outputs = layer_outputs(weights, x, "tanh")
    ds2 = dout * (1 - outputs[1] ** 2)
    ds1 = (ds2 @ weights[1].T) * (1 - outputs[0] ** 2)
    laboratory = measure_layers(weights, x, "tanh", dout)
    assert [d.std for d in laboratory.gradients] == pytest.approx([ds1.std(), ds2.std()])


def test_a_gradient_of_the_wrong_shape_and_an_unknown_activation_are_refused() -> None:
    weights, x, dout = network(4, 6, 3)
    with pytest.raises(ValueError, match=r"shape of the last output, \(7, 3\); got \(3, 7\)"):
        measure_layers(weights, x, "tanh", dout.T)
    with pytest.raises(ValueError, match="one of linear, sigmoid, tanh, relu; got 'elu'"):
        layer_statistics(weights, x, "elu")


def test_a_distribution_tells_moments_range_and_zeros() -> None:
    d = distribution(np.array([[0.0, -1.0], [0.0, 3.0]]))
    assert (d.mean, d.low, d.high, d.nonzero) == (0.5, -1.0, 3.0, 0.5)
    assert d.std == pytest.approx(1.5)
    assert (d.nonzero_mean, d.nonzero_std) == pytest.approx((1.0, 2.0))
    assert int(d.counts.sum()) == 4
    assert (d.edges[0], d.edges[-1]) == (-1.0, 3.0)


def test_a_distribution_of_nothing_but_zeros_has_no_histogram() -> None:
    d = distribution(np.zeros((3, 2)), skip_zeros=True)
    assert (d.nonzero, d.nonzero_mean, d.nonzero_std) == (0.0, 0.0, 0.0)
    assert not d.counts.any()


# The eight cases of the laboratory: the factor by which the std of activations changes from layer
# to layer, and that of gradients on the way back, where theory has one for all layers.
N = 500
FACTORS: dict[tuple[str, float], tuple[float | None, float | None]] = {
    ("tanh", 0.01): (0.01 * sqrt(N), 0.01 * sqrt(N)),
    ("tanh", 1.0): (1.0, None),
    ("tanh", 1 / sqrt(N)): (None, None),
    ("tanh", sqrt(2 / N)): (None, None),
    ("relu", 0.01): (0.01 * sqrt(N / 2), 0.01 * sqrt(N / 2)),
    ("relu", 1.0): (sqrt(N / 2), sqrt(N / 2)),
    ("relu", 1 / sqrt(N)): (sqrt(1 / 2), sqrt(1 / 2)),
    ("relu", sqrt(2 / N)): (1.0, 1.0),
}


@pytest.fixture(scope="module")
def laboratories() -> dict[tuple[str, float], Laboratory]:
    return {case: run_laboratory(*case, np.random.default_rng(0)) for case in FACTORS}


def stds(distributions: tuple[Distribution, ...]) -> Any:
    return np.array([d.std for d in distributions])


@pytest.mark.parametrize("case", FACTORS)
def test_signals_change_by_the_factor_of_the_theory(
    laboratories: dict[tuple[str, float], Laboratory], case: tuple[str, float]
) -> None:
    forward, backward = FACTORS[case]
    activations = stds(laboratories[case].activations)
    gradients = stds(laboratories[case].gradients)
    assert activations.shape == gradients.shape == (10,)
    if forward is not None:
        assert (activations[-1] / activations[0]) ** (1 / 9) == pytest.approx(forward, rel=0.05)
    if backward is not None:
        assert (gradients[0] / gradients[-1]) ** (1 / 9) == pytest.approx(backward, rel=0.05)


def test_xavier_keeps_tanh_in_a_band_and_large_weights_saturate_it(
    laboratories: dict[tuple[str, float], Laboratory],
) -> None:
    xavier = laboratories["tanh", 1 / sqrt(N)]
    activations, gradients = stds(xavier.activations), stds(xavier.gradients)
    assert (np.diff(activations) < 0).all()
    assert 0.2 < activations[-1] < activations[0] < 0.7
    assert 0.2 < gradients[0] < gradients[-1] < 1.0
    large = laboratories["tanh", 1.0]
    assert large.activations[-1].high == 1.0
    assert (stds(large.activations) > 0.97).all()
    # The weights, many of them beyond 1, outweigh the derivatives, most of them near 0.
    assert stds(large.gradients)[0] > 1e3 * stds(large.gradients)[-1]


def test_half_of_what_relu_lets_through_is_zero_and_left_out_of_the_histograms(
    laboratories: dict[tuple[str, float], Laboratory],
) -> None:
    for distributions in (
        laboratories["relu", sqrt(2 / N)].activations,
        laboratories["relu", sqrt(2 / N)].gradients,
    ):
        for d in distributions:
            assert d.nonzero == pytest.approx(0.5, abs=0.1)
            assert int(d.counts.sum()) == round(d.nonzero * 200 * N)
    tanh = laboratories["tanh", 0.01].activations[0]
    assert int(tanh.counts.sum()) == 200 * N


def test_weight_gradients_of_relu_have_the_same_range_in_every_layer(
    laboratories: dict[tuple[str, float], Laboratory],
) -> None:
    for sigma in (0.01, 1.0, sqrt(2 / N)):
        spread = stds(laboratories["relu", sigma].weight_gradients)
        assert spread.max() / spread.min() < 1.5


def test_depth_width_and_examples_can_be_chosen_and_the_generator_decides_the_rest() -> None:
    small = run_laboratory("tanh", 0.3, np.random.default_rng(1), 4, 20, 30)
    again = run_laboratory("tanh", 0.3, np.random.default_rng(1), depth=4, width=20, examples=30)
    assert len(small.activations) == len(small.gradients) == len(small.weight_gradients) == 4
    assert int(small.activations[0].counts.sum()) == 20 * 30
    assert int(small.weight_gradients[0].counts.sum()) == 20 * 20
    assert (stds(small.gradients) == stds(again.gradients)).all()
