"""Batch norm, layer norm and dropout as layers: parameters, buffers, generators, and both modes."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nbcourse.activation_layers import ReLU
from nbcourse.dropout import dropout_backward
from nbcourse.gradcheck import gradcheck, numerical_gradient
from nbcourse.graph import Operation, backward, variable
from nbcourse.layer_normalization import layernorm_backward, layernorm_forward
from nbcourse.layers import Layer, Linear, Sequential
from nbcourse.normalization import batchnorm_backward, batchnorm_forward
from nbcourse.normalization_layers import BatchNorm1d, Dropout, LayerNorm
from nbcourse.residual import Residual

N, D = 6, 3


@pytest.fixture
def x() -> Any:
    return np.random.default_rng(0).normal(5.0, 2.0, (N, D))


def with_parameters(layer: Layer) -> Layer:
    """Scale and shift away from 1 and 0."""
    rng = np.random.default_rng(1)
    for name, value in layer.params.items():
        layer.params[name] = rng.standard_normal(value.shape)
    return layer


def fresh() -> dict[str, Any]:
    return {"mean": np.zeros(D), "var": np.ones(D)}


@pytest.mark.parametrize(
    ("make", "forward", "way_back"),
    [
        (
            lambda: BatchNorm1d(D, eps=0.2),
            lambda *inputs: batchnorm_forward(*inputs, fresh(), "train", eps=0.2)[:2],
            batchnorm_backward,
        ),
        (
            lambda: LayerNorm(D, eps=0.2),
            lambda *inputs: layernorm_forward(*inputs, eps=0.2),
            layernorm_backward,
        ),
    ],
    ids=["batch norm", "layer norm"],
)
def test_layer_pair_and_graph_agree(
    make: Callable[[], Layer], forward: Any, way_back: Any, x: Any
) -> None:
    layer = with_parameters(make())
    assert list(layer.params) == ["weight", "bias"]
    out, cache = layer.forward(x)
    dout = np.random.default_rng(2).standard_normal(out.shape)
    layer.forward(3.0 * x)  # a second call in between: nothing of a call is kept
    dx, grads = layer.backward(dout, cache)

    inputs = x, layer.params["weight"], layer.params["bias"]
    nodes = [variable(each) for each in inputs]
    node = Operation("norm", forward, way_back)(*nodes)
    in_graph = backward(node, dout)
    assert np.allclose(out, node.value, rtol=1e-12, atol=1e-13)
    for ours, leaf in zip((dx, grads["weight"], grads["bias"]), nodes, strict=True):
        assert np.allclose(ours, in_graph[leaf], rtol=1e-12, atol=1e-13)


def test_buffers_move_in_training_alone_and_as_new_arrays(x: Any) -> None:
    layer = BatchNorm1d(D, momentum=0.3)
    kept = dict(layer.buffers)
    layer.forward(x)
    assert layer.buffers["running_mean"] == pytest.approx(0.3 * x.mean(axis=0))
    assert layer.buffers["running_var"] == pytest.approx(0.7 + 0.3 * x.var(axis=0, ddof=1))
    assert np.array_equal(kept["running_mean"], np.zeros(D))
    assert np.array_equal(kept["running_var"], np.ones(D))
    moved = dict(layer.buffers)
    layer.forward(x, training=False)
    assert all(layer.buffers[name] is moved[name] for name in moved)


def test_a_refused_batch_leaves_the_buffers(x: Any) -> None:
    layer = BatchNorm1d(D)
    before = dict(layer.buffers)
    with pytest.raises(ValueError, match="at least 2 rows"):
        layer.forward(x[:1])
    assert all(layer.buffers[name] is before[name] for name in before)


def test_gradients_at_test_time_take_the_statistics_as_constants(x: Any) -> None:
    layer = with_parameters(BatchNorm1d(D, eps=0.2))
    layer.forward(x)

    def forward(x: Any, weight: Any, bias: Any) -> Any:
        layer.params.update(weight=weight, bias=bias)
        return layer.forward(x, training=False)

    def way_back(dout: Any, cache: Any) -> Any:
        dx, grads = layer.backward(dout, cache)
        return dx, grads["weight"], grads["bias"]

    inputs = x, layer.params["weight"], layer.params["bias"]
    gradcheck(forward, way_back, inputs, np.random.default_rng(3))


def test_dropout_draws_a_new_mask_in_training_and_none_at_test(x: Any) -> None:
    layer = Dropout(0.4, np.random.default_rng(0))
    out, mask = layer.forward(x)
    assert not np.array_equal(out, layer.forward(x)[0])
    assert np.allclose(out, x * mask / 0.6)
    dout = np.ones_like(x)
    dx, grads = layer.backward(dout, mask)
    assert np.array_equal(dx, dropout_backward(dout, 0.4, mask))
    assert grads == {}
    out, cache = layer.forward(x, training=False)
    assert np.array_equal(out, x)
    assert np.array_equal(layer.backward(dout, cache)[0], dout)


def test_dropout_goes_on_from_a_saved_state_of_its_generator(x: Any) -> None:
    model = Sequential(Residual(Dropout(0.4, np.random.default_rng(0))))
    (generator,) = model.generators
    state = generator.bit_generator.state
    first = model.forward(x)[0]
    generator.bit_generator.state = state
    assert np.array_equal(model.forward(x)[0], first)


@pytest.mark.parametrize("p", [1.0, -0.2])
def test_dropout_refuses_at_once(p: float) -> None:
    with pytest.raises(ValueError, match="0 <= p < 1"):
        Dropout(p, np.random.default_rng(0))


def test_float32_stays() -> None:
    rng = np.random.default_rng(0)
    for layer in (BatchNorm1d(D), LayerNorm(D), Dropout(0.5, rng)):
        for buffers in (layer.params, layer.buffers):
            for name, value in buffers.items():
                buffers[name] = value.astype(np.float32)
        x = rng.standard_normal((N, D)).astype(np.float32)
        for training in (True, False):
            out, cache = layer.forward(x, training)
            assert out.dtype == layer.backward(out, cache)[0].dtype == np.float32


def test_a_stack_has_the_right_gradients_and_the_bias_below_has_none(x: Any) -> None:
    rng = np.random.default_rng(4)
    model = Sequential(
        Linear(D, 5, rng),
        BatchNorm1d(5),
        ReLU(),
        Residual(Linear(5, 5, rng), LayerNorm(5)),
        Linear(5, 2, rng),
    )
    out, caches = model.forward(x)
    dout = rng.standard_normal(out.shape)
    _, grads = model.backward(dout, caches)
    assert grads.keys() == model.params.keys()
    assert list(model.buffers) == ["1.running_mean", "1.running_var"]
    assert "3.1.weight" in model.params
    for name in list(model.params):
        kept = model.params[name]

        def loss(value: Any, name: str = name) -> Any:
            model.params[name] = value
            return np.sum(dout * model.forward(x)[0])

        assert grads[name] == pytest.approx(numerical_gradient(loss, kept), rel=1e-5, abs=1e-6)
        model.params[name] = kept
    assert np.abs(grads["0.bias"]).max() < 1e-12
