"""Layers hold parameters over the pairs, and give what pairs and graph engine give."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from nbcourse.activation_layers import PReLU, ReLU, Tanh
from nbcourse.activations import relu_backward, relu_forward
from nbcourse.gradcheck import numerical_gradient
from nbcourse.graph import Operation, backward, variable
from nbcourse.layers import Layer, Linear, Sequential, linear_backward, linear_forward
from nbcourse.normalization_layers import BatchNorm1d
from nbcourse.parameters import JoinedParameters

Array = np.ndarray


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def network(*widths: int) -> Sequential:
    """Linear layers with biases that are not 0, ReLU between them."""
    layers: list[Layer] = []
    for below, above in pairwise(widths):
        layers += [Linear(below, above, rng(below)), ReLU()]
        layers[-2].params["bias"] = rng(above).standard_normal(above)
    return Sequential(*layers[:-1])


@pytest.mark.parametrize(("n", "widths"), [(4, (3, 2)), (1, (3, 5, 2)), (4, (1, 5, 1, 3))])
def test_layers_pairs_and_graph_agree(n: int, widths: tuple[int, ...]) -> None:
    model, x = network(*widths), rng(1).standard_normal((n, widths[0]))
    out, caches = model.forward(x)
    dout = rng(2).standard_normal(out.shape)
    dx, grads = model.backward(dout, caches)

    pair_out, pair_dx, pair_grads = by_pairs(model, x, dout)
    assert np.array_equal(out, pair_out)
    assert np.array_equal(dx, pair_dx)
    assert grads.keys() == pair_grads.keys() == model.params.keys()
    assert all(np.array_equal(grads[name], pair_grads[name]) for name in grads)

    output, nodes = as_graph(model, x)
    found = backward(output, dout)
    assert np.array_equal(output.value, out)
    assert np.array_equal(found[nodes["x"]], dx)
    assert all(np.array_equal(found[nodes[name]], grads[name]) for name in grads)


def by_pairs(model: Sequential, x: Array, dout: Array) -> tuple[Array, Array, dict[str, Array]]:
    steps: list[tuple[str, Any]] = []
    for i, layer in enumerate(model.layers):
        if layer.params:
            x, cache = linear_forward(x, model.params[f"{i}.weight"], model.params[f"{i}.bias"])
            steps.append((f"{i}.", cache))
        else:
            x, cache = relu_forward(x)
            steps.append(("", cache))
    grads = {}
    for place, cache in reversed(steps):
        if place:
            dout, grads[f"{place}weight"], grads[f"{place}bias"] = linear_backward(dout, cache)
        else:
            dout = relu_backward(dout, cache)
    return x, dout, grads


def as_graph(model: Sequential, x: Array) -> tuple[Any, dict[str, Any]]:
    linear = Operation("linear", linear_forward, linear_backward)
    relu = Operation("relu", relu_forward, relu_backward)
    nodes = {name: variable(value, name) for name, value in model.params.items()}
    nodes["x"] = out = variable(x, "x")
    for i, layer in enumerate(model.layers):
        parameters = [nodes[f"{i}.{name}"] for name in layer.params]
        out = linear(out, *parameters) if parameters else relu(out)
    return out, nodes


def test_gradients_of_a_sequential_are_the_measured_ones() -> None:
    model = Sequential(Linear(3, 4, rng()), PReLU(4), Sequential(Tanh(), Linear(4, 2, rng(1))))
    x, dout = rng(2).standard_normal((5, 3)), rng(3).standard_normal((5, 2))
    dx, grads = model.backward(dout, model.forward(x)[1])

    def loss(x: Array) -> Any:
        return np.sum(dout * model.forward(x)[0])

    assert np.allclose(dx, numerical_gradient(loss, x), rtol=1e-6, atol=1e-8)
    assert list(grads) == list(model.params)
    for name, kept in list(model.params.items()):

        def loss_of(value: Array, name: str = name) -> Any:
            model.params[name] = value
            return loss(x)

        measured = numerical_gradient(loss_of, kept)
        model.params[name] = kept
        assert np.allclose(grads[name], measured, rtol=1e-6, atol=1e-8)


def test_a_layer_keeps_nothing_of_a_call() -> None:
    model = network(3, 4, 2)
    before = {name: value.copy() for name, value in model.params.items()}
    first, second = rng(1).standard_normal((2, 5, 3))
    dout = rng(2).standard_normal((5, 2))
    alone, _ = model.backward(dout, model.forward(first)[1])
    # Another batch goes through before the way back of the first: nothing gets mixed up.
    _, caches = model.forward(first)
    model.forward(second)
    again, _ = model.backward(dout, caches)
    assert np.array_equal(alone, again)
    assert all(np.array_equal(model.params[name], value) for name, value in before.items())


def test_parameters_of_nested_layers_are_the_layers_own() -> None:
    inner = Sequential(Linear(2, 3, rng()), Linear(3, 2, rng()))
    model = Sequential(Tanh(), inner)
    assert list(model.params) == ["1.0.weight", "1.0.bias", "1.1.weight", "1.1.bias"]
    assert len(model.params) == 4
    model.params["1.1.bias"] = np.array([7.0, 8.0])
    assert inner.layers[1].params["bias"].tolist() == [7.0, 8.0]
    model.params["1.1.bias"] -= 1.0
    assert inner.layers[1].params["bias"].tolist() == [6.0, 7.0]
    assert "7" in repr(model.params)


@pytest.mark.parametrize("key", ["weight", "2.weight", "0.alpha", "0", "", "x.weight", "-1.weight"])
def test_a_name_that_is_no_parameter_is_refused(key: str) -> None:
    params = JoinedParameters([{"weight": np.ones(1)}, {}])
    assert key not in params
    with pytest.raises(KeyError, match=r"no parameter .*; there are 0.weight"):
        params[key]
    with pytest.raises(KeyError, match="no parameter"):
        params[key] = np.ones(1)


def test_no_parameter_can_be_deleted() -> None:
    with pytest.raises(TypeError, match=r"'0.weight' cannot be deleted"):
        del Sequential(Linear(2, 3, rng())).params["0.weight"]


def test_linear_starts_with_he_normal_weights_and_no_bias() -> None:
    params = Linear(400, 500, rng()).params
    assert not params["bias"].any()
    assert params["weight"].std() == pytest.approx(np.sqrt(2 / 400), rel=0.01)
    assert params["weight"].mean() == pytest.approx(0.0, abs=0.001)


def test_linear_takes_the_weight_it_is_given_and_its_type() -> None:
    weight = np.ones((2, 3), dtype=np.float32)
    layer = Linear(2, 3, weight=weight)
    assert layer.params["weight"] is weight
    assert layer.forward(np.ones((4, 2), dtype=np.float32))[0].dtype == np.float32


def test_linear_says_what_it_needs() -> None:
    with pytest.raises(ValueError, match=r"Linear\(2, 3\) needs a weight \(2, 3\); got \(3, 2\)"):
        Linear(2, 3, weight=np.ones((3, 2)))
    with pytest.raises(ValueError, match="needs an rng to draw its weight with, or a weight"):
        Linear(2, 3)


def test_a_layer_of_ones_own_has_to_say_what_it_does() -> None:
    class Bare(Layer):
        pass

    assert not Bare().params
    with pytest.raises(NotImplementedError, match="Bare must define forward"):
        Bare().forward(np.ones((1, 1)))
    with pytest.raises(NotImplementedError, match="Bare must define backward"):
        Bare().backward(np.ones((1, 1)), None)


def test_a_sequential_refuses_the_caches_of_another() -> None:
    with pytest.raises(ValueError, match="argument"):
        network(3, 4, 2).backward(np.ones((5, 2)), network(3, 2).forward(np.ones((5, 3)))[1])


def test_gradients_of_the_parameters_alone_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Sequential(Tanh(), network(3, 4, 2))
    out, caches = model.forward(rng(1).standard_normal((5, 3)))
    dout = rng(2).standard_normal(out.shape)
    _, grads = model.backward(dout, caches)
    # Nobody waits for what would come out of the first weight, and of what lies before it.
    monkeypatch.setattr(Tanh, "backward", lambda *_: pytest.fail("below the first weight"))
    alone = model.param_grads(dout, caches)
    assert list(alone) == list(grads) == list(model.params)
    assert all(np.array_equal(alone[name], grads[name]) for name in grads)


def test_a_model_without_parameters_has_no_gradients() -> None:
    model = Sequential(ReLU(), Tanh())
    out, caches = model.forward(np.ones((2, 3)))
    assert model.param_grads(out, caches) == {}


def test_a_model_in_single_precision_stays_there() -> None:
    model = Sequential(Linear(3, 4, rng()), BatchNorm1d(4), ReLU(), Linear(4, 2, rng()))
    assert model.astype(np.float32) is model
    arrays = [*model.params.values(), *model.buffers.values()]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}
    out, caches = model.forward(rng(1).standard_normal((5, 3)).astype(np.float32))
    dx, grads = model.backward(out, caches)
    made = [out, dx, *grads.values(), *model.buffers.values()]
    assert {array.dtype for array in made} == {np.dtype(np.float32)}
