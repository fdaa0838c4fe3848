"""Whole networks and the L2 penalty: gradients measured, the two ways to write them equal."""

from typing import Any

import numpy as np
import pytest

from nbcourse.gradcheck import numerical_gradient
from nbcourse.layers import Linear, Sequential
from nbcourse.losses import softmax_cross_entropy
from nbcourse.networks import (
    count_parameters,
    initial_parameters,
    mlp_forward,
    mlp_loss,
    two_layer_loss,
)
from nbcourse.regularization import l2_penalty

Array = np.ndarray
WIDTHS = ((3, 4), (3, 5, 4), (1, 5, 4), (3, 1, 4), (3, 5, 2, 4), (2, 6, 5, 4, 3))


def drawn(n: int, widths: tuple[int, ...]) -> tuple[dict[str, Array], Array, Array]:
    """Parameters with biases that are not 0, a batch, and labels."""
    rng = np.random.default_rng(n + sum(widths))
    params = initial_parameters(widths, rng)
    for name, value in params.items():
        params[name] = value + 0.3 * rng.standard_normal(value.shape)
    return params, rng.standard_normal((n, widths[0])) + 1.0, rng.integers(0, widths[-1], n)


@pytest.mark.parametrize("widths", WIDTHS)
@pytest.mark.parametrize("n", [1, 6])
def test_gradients_of_a_network_are_the_measured_ones(n: int, widths: tuple[int, ...]) -> None:
    params, x, labels = drawn(n, widths)
    loss, grads = mlp_loss(params, x, labels, 0.2)
    assert type(loss) is float
    assert list(grads) == list(params)
    for name, value in params.items():

        def loss_of(moved: Array, name: str = name) -> float:
            return mlp_loss({**params, name: moved}, x, labels, 0.2)[0]

        assert grads[name].shape == value.shape
        measured = numerical_gradient(loss_of, value)
        assert np.allclose(grads[name], measured, rtol=1e-5, atol=1e-8)


def test_two_layers_are_the_loop_unrolled() -> None:
    params, x, labels = drawn(6, (3, 5, 4))
    before = {name: value.copy() for name, value in params.items()}
    loss, grads = two_layer_loss(params, x, labels, 0.2)
    other_loss, other = mlp_loss(params, x, labels, 0.2)
    assert loss == pytest.approx(other_loss, rel=1e-14)
    assert all(np.allclose(grads[name], other[name], rtol=1e-14) for name in params)
    assert all(np.array_equal(params[name], kept) for name, kept in before.items())


def test_the_batch_has_the_mean_gradient_of_its_examples() -> None:
    params, x, labels = drawn(6, (3, 5, 4))
    for weight_decay in (0.0, 0.2):
        _, together = mlp_loss(params, x, labels, weight_decay)
        alone = [mlp_loss(params, x[n : n + 1], labels[n : n + 1], weight_decay) for n in range(6)]
        for name in params:
            mean = np.mean([grads[name] for _, grads in alone], axis=0)
            assert np.allclose(together[name], mean, rtol=1e-12, atol=1e-15)


def test_a_network_is_a_sequential_of_linear_layers() -> None:
    params, x, labels = drawn(6, (3, 4))
    layer = Linear(3, 4, weight=params["w1"])
    layer.params["bias"] = params["b1"]
    model = Sequential(layer)
    logits, caches = model.forward(x)
    assert np.array_equal(logits, mlp_forward(params, x)[0])
    loss, dlogits = softmax_cross_entropy(logits, labels)
    assert loss == mlp_loss(params, x, labels, 0.0)[0]
    _, grads = model.backward(dlogits, caches)
    assert np.array_equal(grads["0.weight"], mlp_loss(params, x, labels, 0.0)[1]["w1"])


def test_the_depth_is_counted_and_not_sorted() -> None:
    params, x, labels = drawn(5, (4,) + (6,) * 11 + (3,))
    backward_order = dict(reversed(params.items()))
    assert mlp_loss(backward_order, x, labels, 0.0)[0] == mlp_loss(params, x, labels, 0.0)[0]
    hidden = x
    for layer in range(1, 12):
        hidden = np.maximum(hidden @ params[f"w{layer}"] + params[f"b{layer}"], 0.0)
    logits = hidden @ params["w12"] + params["b12"]
    assert np.allclose(mlp_forward(params, x)[0], logits, rtol=1e-12)


@pytest.mark.parametrize("names", [(), ("w1",), ("w1", "b2"), ("w1", "b1", "w3", "b3")])
def test_parameters_of_no_network_are_refused(names: tuple[str, ...]) -> None:
    params = {name: np.ones((2, 2)) for name in names}
    with pytest.raises(ValueError, match="needs the keys w1, b1 to wk, bk"):
        mlp_forward(params, np.ones((1, 2)))


@pytest.mark.parametrize(
    ("sizes", "count"),
    [([784, 64, 10], 50_890), ([4096, 32, 3], 131_203), ([64, 10], 650), ([1, 1, 1, 1], 6)],
)
def test_parameters_are_counted(sizes: list[int], count: int) -> None:
    assert count_parameters(sizes) == count
    params = initial_parameters(sizes, np.random.default_rng(0))
    assert sum(value.size for value in params.values()) == count


def test_a_new_network_is_nearly_undecided() -> None:
    rng = np.random.default_rng(0)
    params = initial_parameters([64, 100, 10], rng)
    assert params["w1"].std() == pytest.approx(np.sqrt(2 / 64), rel=0.03)
    assert not params["b1"].any()
    loss, _ = mlp_loss(params, rng.uniform(0, 1, (500, 64)), rng.integers(0, 10, 500), 0.0)
    assert np.log(10) < loss < np.log(10) + 1.0


@pytest.mark.parametrize("shapes", [((3, 4), (4, 2)), ((1, 1),), ((5,), (2, 1, 3))])
def test_the_penalty_has_the_measured_gradients(shapes: tuple[Any, ...]) -> None:
    rng = np.random.default_rng(0)
    weights = [rng.standard_normal(shape) for shape in shapes]
    kept = [w.copy() for w in weights]
    loss, grads = l2_penalty(weights, 0.7)
    assert loss == pytest.approx(0.7 * sum(np.linalg.norm(w) ** 2 for w in weights))
    for i, grad in enumerate(grads):

        def loss_of(moved: Array, i: int = i) -> float:
            return l2_penalty([*weights[:i], moved, *weights[i + 1 :]], 0.7)[0]

        assert np.allclose(grad, numerical_gradient(loss_of, weights[i]), rtol=1e-7)
    assert all(np.array_equal(w, k) for w, k in zip(weights, kept, strict=True))


def test_no_weights_have_no_penalty() -> None:
    assert l2_penalty([], 0.1) == (0.0, [])
