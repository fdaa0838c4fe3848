"""Initializers and gains: every one has the moments, the bounds and the shape that it promises."""

from collections.abc import Callable
from math import exp, sqrt

import numpy as np
import pytest

from nbcourse import gains, initializers
from nbcourse.initializers import orthogonal, predict_layer_std
from nbcourse.layer_statistics import layer_outputs

FANS = [(400, 250), (250, 400)]

# Name -> the variance it promises, and whether it is uniform.
SCALED: dict[str, tuple[Callable[[int, int], float], bool]] = {
    "lecun_normal": (lambda fan_in, fan_out: 1 / fan_in, False),
    "lecun_uniform": (lambda fan_in, fan_out: 1 / fan_in, True),
    "xavier_normal": (lambda fan_in, fan_out: 2 / (fan_in + fan_out), False),
    "xavier_uniform": (lambda fan_in, fan_out: 2 / (fan_in + fan_out), True),
    "kaiming_normal": (lambda fan_in, fan_out: 2 / fan_in, False),
    "kaiming_uniform": (lambda fan_in, fan_out: 2 / fan_in, True),
}


@pytest.mark.parametrize("fans", FANS)
@pytest.mark.parametrize("name", SCALED)
def test_a_scaled_initializer_has_its_moments_and_bounds(name: str, fans: tuple[int, int]) -> None:
    variance, is_uniform = SCALED[name][0](*fans), SCALED[name][1]
    w = getattr(initializers, name)(*fans, np.random.default_rng(0))
    assert w.shape == fans
    assert w.dtype == np.float64
    assert abs(w.mean()) < 5 * sqrt(variance / w.size)
    assert w.var() == pytest.approx(variance, rel=0.02)
    fourth = np.mean(w**4) / np.mean(w**2) ** 2
    assert fourth == pytest.approx(1.8 if is_uniform else 3.0, rel=0.05)
    if is_uniform:
        assert np.abs(w).max() == pytest.approx(sqrt(3 * variance), rel=1e-3)
        assert np.abs(w).max() <= sqrt(3 * variance)


@pytest.mark.parametrize("name", [*SCALED, "orthogonal"])
def test_the_numbers_come_from_the_generator_given(name: str) -> None:
    def draw(seed: int) -> list[float]:
        rng = np.random.default_rng(seed)
        if name == "orthogonal":
            return list(orthogonal(5, 3, 1.0, rng).ravel())
        return list(getattr(initializers, name)(5, 3, rng).ravel())

    assert draw(0) == draw(0)
    assert draw(0) != draw(1)


def test_the_initializers_that_need_no_chance() -> None:
    assert not initializers.zeros(2, 3).any()
    assert initializers.zeros(2, 3).shape == (2, 3)
    assert (initializers.constant(2, 3, 0.5) == np.full((2, 3), 0.5)).all()
    x = np.array([[1.0, 2.0, 3.0]])
    assert (x @ initializers.identity(3, 4)).tolist() == [[1.0, 2.0, 3.0, 0.0]]


def test_normal_takes_a_standard_deviation_and_uniform_its_two_bounds() -> None:
    rng = np.random.default_rng(0)
    assert initializers.normal(300, 300, 0.1, rng).std() == pytest.approx(0.1, rel=0.02)
    w = initializers.uniform(300, 300, -0.1, 0.5, rng)
    assert (w.min(), w.max()) == pytest.approx((-0.1, 0.5), abs=1e-4)
    assert w.var() == pytest.approx(0.6**2 / 12, rel=0.02)


@pytest.mark.parametrize("gain", [0.5, 1.0, 2.5])
@pytest.mark.parametrize("fans", [(7, 4), (4, 7), (5, 5), (1, 6), (6, 1), (1, 1)])
def test_orthogonal_has_right_angles_and_lengths_of_the_gain(
    fans: tuple[int, int], gain: float
) -> None:
    w = orthogonal(*fans, gain, np.random.default_rng(0))
    assert w.shape == fans
    assert w.flags.c_contiguous
    gram = w.T @ w if fans[0] >= fans[1] else w @ w.T
    np.testing.assert_allclose(gram, gain**2 * np.eye(min(fans)), atol=1e-12)


def test_orthogonal_keeps_the_length_of_every_vector_through_any_depth() -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((4, 30))
    out = layer_outputs([orthogonal(30, 30, 1.0, rng) for _ in range(50)], x, "linear")[-1]
    np.testing.assert_allclose(np.linalg.norm(out, axis=1), np.linalg.norm(x, axis=1))


def test_orthogonal_signs_are_fair_where_plain_qr_has_none_to_choose() -> None:
    rng = np.random.default_rng(0)
    fair = [orthogonal(3, 3, 1.0, rng) for _ in range(2000)]
    plain = [np.linalg.qr(rng.standard_normal((3, 3)))[0] for _ in range(2000)]

    def positive(matrices: list[np.ndarray]) -> float:
        return float(np.mean([w[0, 0] > 0 for w in matrices]))

    assert positive(fair) == pytest.approx(0.5, abs=0.05)
    assert positive(plain) == 0.0


def test_uniform_orthogonal_matrices_do_not_change_when_they_are_turned() -> None:
    # The second moments of all entries and pairs of entries, which uniformity fixes.
    rng = np.random.default_rng(0)
    draws = np.array([orthogonal(3, 3, 1.0, rng).ravel() for _ in range(20_000)])
    np.testing.assert_allclose(draws.mean(axis=0), 0.0, atol=0.025)
    np.testing.assert_allclose(draws.T @ draws / len(draws), np.eye(9) / 3, atol=0.02)


@pytest.mark.parametrize("sigma", [0.02, 1 / sqrt(200), 0.1])
def test_the_predicted_std_is_measured_in_a_linear_network(sigma: float) -> None:
    rng = np.random.default_rng(0)
    x = 1.5 * rng.standard_normal((200, 200))
    weights = [initializers.normal(200, 200, sigma, rng) for _ in range(5)]
    measured = [h.std() for h in layer_outputs(weights, x, "linear")]
    np.testing.assert_allclose(measured, predict_layer_std(sigma, 200, 5, 1.5), rtol=0.05)


def test_the_prediction_is_a_power_for_each_layer() -> None:
    assert predict_layer_std(0.01, 400, 3, 2.0).tolist() == pytest.approx([0.4, 0.08, 0.016])
    assert predict_layer_std(0.01, 400, 0, 2.0).shape == (0,)


@pytest.mark.parametrize("activation", ["relu", "linear"])
def test_a_gain_keeps_the_mean_square_from_layer_to_layer(activation: str) -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((100, 400))
    gain = gains.calculate_gain(activation)
    weights = [gain * initializers.lecun_normal(400, 400, rng) for _ in range(5)]
    squares = [np.mean(h**2) for h in layer_outputs(weights, x, activation)]
    assert squares == pytest.approx([1.0] * 5, rel=0.2)


def test_random_walk_stops_the_drift_of_the_logarithm_in_deep_narrow_networks() -> None:
    rng = np.random.default_rng(0)
    depth, width, networks = 20, 20, 300
    drift = {}
    for name in ("random walk", "kaiming"):
        lengths = []
        for _ in range(networks):
            weights = [
                gains.random_walk(width, width, "relu", rng)
                if name == "random walk"
                else initializers.kaiming_normal(width, width, rng)
                for _ in range(depth)
            ]
            x = rng.standard_normal((1, width))
            out = layer_outputs(weights, x, "relu")[-1]
            lengths.append(np.log(np.linalg.norm(out) / np.linalg.norm(x)))
        drift[name] = np.mean(lengths) / depth
    # A step has a standard deviation of about 0.25, the mean of all 6,000 one of 0.003.
    assert drift["kaiming"] < -0.04
    assert drift["random walk"] == pytest.approx(0.0, abs=0.02)


def test_random_walk_scales_are_those_of_the_paper_and_near_the_plain_ones() -> None:
    rng = np.random.default_rng(0)
    relu = gains.random_walk(400, 300, "relu", rng)
    assert relu.shape == (400, 300)
    assert relu.std() == pytest.approx(sqrt(2 / 400) * exp(1.2 / 397.6), rel=0.01)
    narrow = gains.random_walk(2, 100_000, "linear", rng)
    assert narrow.std() == pytest.approx(sqrt(1 / 2) * exp(1 / 4), rel=0.01)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gains.calculate_gain("elu"), "one of linear, sigmoid, tanh, relu; got 'elu'"),
        (
            lambda: gains.random_walk(3, 3, "tanh", np.random.default_rng(0)),
            "must be linear or relu; got 'tanh'",
        ),
    ],
)
def test_an_unknown_activation_is_answered_with_the_known_ones(
    call: Callable[[], object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        call()
