"""Activations as layers: each equals its pair of functions, alone, stacked, and in the graph."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from nbcourse import activation_layers as layers
from nbcourse import activations, gated_activations, maxout, rectifiers
from nbcourse.gradcheck import gradcheck, numerical_gradient
from nbcourse.graph import Operation, backward, variable
from nbcourse.layers import Layer, Linear, Sequential

N, D, M, K = 5, 3, 4, 2


@dataclass(frozen=True)
class Row:
    """A layer, the pair it calls, and what the forward pass gets besides x."""

    make: Callable[[], Layer]
    module: Any
    name: str
    constants: tuple[float, ...] = ()
    params: tuple[str, ...] = field(default=())

    def pair(self) -> tuple[Any, Any]:
        forward = getattr(self.module, f"{self.name}_forward")
        return forward, getattr(self.module, f"{self.name}_backward")


TABLE = (
    Row(layers.Identity, activations, "identity"),
    Row(layers.Sigmoid, activations, "sigmoid"),
    Row(layers.Tanh, activations, "tanh"),
    Row(layers.ReLU, activations, "relu"),
    Row(layers.Softplus, activations, "softplus"),
    Row(layers.Softmax, activations, "softmax"),
    Row(layers.SELU, rectifiers, "selu"),
    Row(layers.SiLU, gated_activations, "silu"),
    Row(layers.GELU, gated_activations, "gelu"),
    Row(lambda: layers.LeakyReLU(0.2), rectifiers, "leaky_relu", (0.2,)),
    Row(lambda: layers.ELU(0.7), rectifiers, "elu", (0.7,)),
    Row(lambda: layers.PReLU(D), rectifiers, "prelu", params=("alpha",)),
    Row(lambda: layers.Swish(1.5), gated_activations, "swish", (1.5,)),
    Row(lambda: layers.Swish(1.5, True), gated_activations, "swish", params=("beta",)),
    Row(
        lambda: layers.Maxout(D, M, K, np.random.default_rng(3)),
        maxout,
        "maxout",
        params=("weight", "bias"),
    ),
)
EACH = pytest.mark.parametrize(
    "row", TABLE, ids=lambda row: f"{row.name}{'-learned' if row.params else ''}"
)


@pytest.fixture
def x() -> Any:
    rng = np.random.default_rng(0)
    return rng.choice([-1.0, 1.0], (N, D)) * rng.uniform(0.3, 2.0, (N, D))


def test_the_table_holds_every_layer() -> None:
    found = {
        value
        for value in vars(layers).values()
        if isinstance(value, type) and issubclass(value, Layer)
    }
    base = {Layer, layers.Activation, layers.NoisyReLU}
    assert found - base == {type(row.make()) for row in TABLE}


@EACH
def test_layer_pair_and_graph_agree(row: Row, x: Any) -> None:
    layer = row.make()
    assert tuple(layer.params) == row.params
    inputs = (x, *row.constants, *layer.params.values())
    pair_forward, pair_backward = row.pair()
    out, cache = layer.forward(x)
    dout = np.random.default_rng(1).standard_normal(out.shape)
    dx, grads = layer.backward(dout, cache)

    expected, pair_cache = pair_forward(*inputs)
    gradients = pair_backward(dout, pair_cache)
    gradients = gradients if isinstance(gradients, tuple) else (gradients,)
    assert np.array_equal(out, expected)
    assert np.array_equal(dx, gradients[0])
    assert list(grads) == list(row.params)
    for key, gradient in zip(grads, gradients[1:], strict=False):
        assert np.array_equal(grads[key], gradient)
        assert np.shape(grads[key]) == layer.params[key].shape

    nodes = [variable(each) for each in inputs]
    node = Operation(row.name, pair_forward, pair_backward)(*nodes)
    in_graph = backward(node, dout)
    assert np.array_equal(node.value, out)
    assert np.array_equal(in_graph[nodes[0]], dx)
    assert all(
        np.array_equal(in_graph[leaf], grads[key])
        for leaf, key in zip(nodes[1:], grads, strict=False)
    )


@EACH
def test_a_layer_keeps_nothing_of_a_call(row: Row, x: Any) -> None:
    layer = row.make()
    before = {name: value.copy() for name, value in layer.params.items()}
    out, cache = layer.forward(x)
    layer.forward(3.0 * x)  # a second call in between
    dx, _ = layer.backward(np.ones_like(out), cache)
    again, _ = row.make().backward(np.ones_like(out), row.make().forward(x)[1])
    assert np.array_equal(dx, again)
    assert all(np.array_equal(layer.params[name], value) for name, value in before.items())


def test_a_stack_with_learned_activations_has_the_right_gradients(x: Any) -> None:
    rng = np.random.default_rng(2)
    model = Sequential(
        Linear(D, 6, rng),
        layers.PReLU(6),
        layers.Maxout(6, 5, K, rng),
        layers.Swish(learned=True),
        Linear(5, 2, rng),
    )
    out, caches = model.forward(x)
    dout = rng.standard_normal(out.shape)
    dx, grads = model.backward(dout, caches)
    assert grads.keys() == model.params.keys()
    assert {"1.alpha", "2.weight", "2.bias", "3.beta"} <= grads.keys()
    for key in list(model.params):
        kept = model.params[key]

        def loss(value: Any, key: str = key) -> Any:
            model.params[key] = value
            return np.sum(dout * model.forward(x)[0])

        assert grads[key] == pytest.approx(numerical_gradient(loss, kept), rel=1e-5, abs=1e-7)
        model.params[key] = kept
    gradcheck(model.forward, lambda d, c: model.backward(d, c)[0], (x,), rng)
    assert dx.shape == x.shape


def test_noise_is_for_training_alone(x: Any) -> None:
    layer = layers.NoisyReLU(np.random.default_rng(0))
    first, second = layer.forward(x)[0], layer.forward(x)[0]
    assert not np.array_equal(first, second)
    out, cache = layer.forward(x, training=False)
    assert np.array_equal(out, np.maximum(x, 0.0))
    dx, grads = layer.backward(np.ones_like(x), cache)
    assert np.array_equal(dx, (x > 0).astype(float))
    assert grads == {}
    noisy, (kept, z) = layer.forward(x)
    gradient = layer.backward(np.ones_like(x), (kept, z))[0]
    assert np.array_equal(gradient, rectifiers.noisy_relu_backward(np.ones_like(x), (x, z)))
    assert (gradient[noisy == 0] == 0).all()


def test_two_pieces_of_maxout_keep_the_size_of_the_signal() -> None:
    rng = np.random.default_rng(0)
    layer = layers.Maxout(400, 300, 2, rng)
    out, _ = layer.forward(rng.standard_normal((200, 400)))
    assert np.mean(out**2) == pytest.approx(1.0, abs=0.05)
