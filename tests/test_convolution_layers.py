"""Layers of convolutional networks: each passes on to its pair, and stacked they train."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nbcourse import convolution_layers
from nbcourse.activation_layers import ReLU
from nbcourse.convolution import conv2d_forward
from nbcourse.convolution_layers import AvgPool2d, Conv2d, Flatten, LocalResponseNorm, MaxPool2d
from nbcourse.data import load_digits
from nbcourse.gradcheck import gradcheck, numerical_gradient
from nbcourse.layers import Layer, Linear, Sequential
from nbcourse.local_response_norm import local_response_norm_forward
from nbcourse.losses import softmax_cross_entropy
from nbcourse.normalization import batchnorm_forward
from nbcourse.pooling import avg_pool2d_backward, avg_pool2d_forward, max_pool2d_forward
from nbcourse.spatial_normalization import BatchNorm2d

SHAPE = (2, 3, 5, 4)
LAYERS: dict[str, Callable[[], Layer]] = {
    "Conv2d": lambda: Conv2d(3, 2, (3, 2), np.random.default_rng(0), stride=2, padding=1),
    "MaxPool2d": lambda: MaxPool2d(3, stride=2, padding=1),
    "AvgPool2d": lambda: AvgPool2d(2, stride=(2, 1)),
    "LocalResponseNorm": lambda: LocalResponseNorm(3, alpha=0.5, beta=0.6, k=2.0),
    "Flatten": Flatten,
    "BatchNorm2d": lambda: BatchNorm2d(3),
}
EACH = pytest.mark.parametrize("make", LAYERS.values(), ids=LAYERS)


def images(shape: tuple[int, ...] = SHAPE, seed: int = 0) -> Any:
    """Numbers far enough apart that no small step changes a maximum."""
    size = int(np.prod(shape))
    return 0.03 * (np.random.default_rng(seed).permutation(size) - size / 3).reshape(shape)


def check_layer(layer: Layer, x: Any, training: bool = True) -> None:
    """Compare the gradients of a layer, of its input and its parameters, with measured ones."""
    rng = np.random.default_rng(1)
    out, cache = layer.forward(x, training)
    dout = rng.standard_normal(out.shape)
    _, grads = layer.backward(dout, cache)
    gradcheck(lambda x: layer.forward(x, training), lambda d, c: layer.backward(d, c)[0], (x,), rng)
    assert list(grads) == list(layer.params)
    for key, kept in list(layer.params.items()):

        def loss(value: Any, key: str = key) -> Any:
            layer.params[key] = value
            return np.sum(dout * layer.forward(x, training)[0])

        assert grads[key] == pytest.approx(numerical_gradient(loss, kept), rel=1e-5, abs=1e-7)
        layer.params[key] = kept


def test_the_table_holds_every_layer() -> None:
    found = {
        name
        for name, value in vars(convolution_layers).items()
        if isinstance(value, type) and issubclass(value, Layer) and value is not Layer
    }
    assert found | {"BatchNorm2d"} == set(LAYERS)


def test_layers_pass_their_numbers_on() -> None:
    x, dout = images(), np.random.default_rng(1).standard_normal((2, 3, 2, 3))
    conv = LAYERS["Conv2d"]()
    conv.params["bias"] = np.array([0.5, -2.0])
    expected = conv2d_forward(x, conv.params["weight"], conv.params["bias"], 2, 1)[0]
    assert np.array_equal(conv.forward(x)[0], expected)
    expected = max_pool2d_forward(x, 3, 2, 1)[0]
    assert np.array_equal(LAYERS["MaxPool2d"]().forward(x)[0], expected)
    expected, cache = avg_pool2d_forward(x, 2, (2, 1))
    layer = LAYERS["AvgPool2d"]()
    assert np.array_equal(layer.forward(x)[0], expected)
    assert np.array_equal(layer.backward(dout, cache)[0], avg_pool2d_backward(dout, cache))
    expected = local_response_norm_forward(x, 3, 0.5, 0.6, 2.0)[0]
    assert np.array_equal(LAYERS["LocalResponseNorm"]().forward(x)[0], expected)
    assert np.array_equal(Flatten().forward(x)[0], x.reshape(2, 60))


@EACH
def test_gradients_of_a_layer_are_the_measured_ones(make: Callable[[], Layer]) -> None:
    check_layer(make(), images())


@EACH
def test_a_cache_belongs_to_its_call(make: Callable[[], Layer]) -> None:
    layer, x = make(), images()
    out, cache = layer.forward(x)
    layer.forward(3.0 * images(seed=1))  # another batch in between
    dout = np.random.default_rng(1).standard_normal(out.shape)
    dx, _ = layer.backward(dout, cache)
    fresh = make()
    assert np.array_equal(dx, fresh.backward(dout, fresh.forward(x)[1])[0])
    assert dx.shape == x.shape


@EACH
def test_a_layer_keeps_float32(make: Callable[[], Layer]) -> None:
    layer = make()
    for kept in (layer.params, layer.buffers):
        kept.update({name: value.astype(np.float32) for name, value in kept.items()})
    out, cache = layer.forward(images().astype(np.float32))
    dx, grads = layer.backward(out, cache)
    found = [out, dx, *grads.values(), *layer.buffers.values()]
    assert {each.dtype for each in found} == {np.dtype(np.float32)}


def test_a_stack_has_the_right_gradients_and_names() -> None:
    rng = np.random.default_rng(3)
    model = Sequential(
        Conv2d(1, 4, 3, rng, padding=1),
        BatchNorm2d(4),
        ReLU(),
        LocalResponseNorm(3),
        MaxPool2d(2),
        Conv2d(4, 5, 2, rng),
        AvgPool2d(2, stride=1),
        Flatten(),
        Linear(5, 2, rng),
    )
    assert list(model.params) == [
        f"{i}.{name}" for i in (0, 1, 5, 8) for name in ("weight", "bias")
    ]
    assert list(model.buffers) == ["1.running_mean", "1.running_var"]
    check_layer(model, rng.standard_normal((3, 1, 6, 6)))


def test_a_convolutional_network_learns_the_digits() -> None:
    digits, labels = load_digits()
    x, labels = digits[:300, np.newaxis] / 16.0, labels[:300]
    rng = np.random.default_rng(0)
    model = Sequential(
        Conv2d(1, 16, 3, rng, padding=1),
        BatchNorm2d(16),
        ReLU(),
        MaxPool2d(2),
        Flatten(),
        Linear(16 * 4 * 4, 10, rng),
    )
    for step in range(60):
        batch = slice(step % 5 * 60, step % 5 * 60 + 60)
        logits, cache = model.forward(x[batch])
        _, grads = model.backward(softmax_cross_entropy(logits, labels[batch])[1], cache)
        for name in model.params:
            model.params[name] = model.params[name] - 0.1 * grads[name]
    logits, _ = model.forward(x, training=False)
    assert np.mean(logits.argmax(axis=1) == labels) > 0.95


def test_conv2d_starts_as_he_et_al_draw_it() -> None:
    params = Conv2d(16, 64, (5, 4), np.random.default_rng(0)).params
    assert not params["bias"].any()
    assert params["weight"].std() == pytest.approx(np.sqrt(2 / (16 * 5 * 4)), rel=0.02)


def test_conv2d_takes_the_weight_it_is_given_and_says_what_it_needs() -> None:
    weight = np.ones((4, 3, 2, 2))
    assert Conv2d(3, 4, 2, weight=weight).params["weight"] is weight
    with pytest.raises(ValueError, match=r"needs a weight \(4, 3, 5, 5\) here; got \(4, 3, 2, 2\)"):
        Conv2d(3, 4, 5, weight=weight)
    with pytest.raises(ValueError, match="needs an rng to draw its weight with, or a weight"):
        Conv2d(3, 4, 2)
    with pytest.raises(ValueError, match="padding must be a whole number from 0"):
        Conv2d(3, 4, 2, weight=weight, padding=-1)


def test_batch_norm_counts_every_pixel_as_an_example() -> None:
    x, layer = images((4, 3, 2, 5)), BatchNorm2d(3, eps=1e-3, momentum=0.3)
    layer.params.update(weight=np.array([2.0, -1.0, 0.5]), bias=np.array([0.1, 0.2, 0.3]))
    start = {"mean": layer.buffers["running_mean"], "var": layer.buffers["running_var"]}
    out, _ = layer.forward(x)
    assert start["mean"].tolist() == [0.0] * 3  # new arrays are written, the old ones stay
    for c in range(3):
        one = slice(c, c + 1)
        expected, _, running = batchnorm_forward(
            x[:, c].reshape(-1, 1),
            layer.params["weight"][one],
            layer.params["bias"][one],
            {name: value[one] for name, value in start.items()},
            "train",
            0.3,
            1e-3,
        )
        assert np.allclose(out[:, c].ravel(), expected.ravel(), rtol=1e-12, atol=1e-12)
        assert layer.buffers["running_mean"][c] == pytest.approx(running["mean"][0], rel=1e-12)
        assert layer.buffers["running_var"][c] == pytest.approx(running["var"][0], rel=1e-12)


def test_batch_norm_at_test_time_reads_the_running_statistics_and_writes_none() -> None:
    layer = BatchNorm2d(3, eps=0.0)
    layer.buffers.update(running_mean=np.array([1.0, 2.0, 3.0]), running_var=np.full(3, 4.0))
    before = dict(layer.buffers)
    out, _ = layer.forward(np.ones((1, 3, 1, 1)), training=False)
    assert out.ravel().tolist() == [0.0, -0.5, -1.0]
    assert all(layer.buffers[name] is value for name, value in before.items())
    check_layer(layer, images(), training=False)


@pytest.mark.parametrize("shape", [(2, 3), (2, 4, 5, 5), (3, 5, 5)])
def test_batch_norm_refuses_other_images(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"BatchNorm2d\(3\) needs x \(N, 3, H, W\); got "):
        BatchNorm2d(3).forward(np.ones(shape))


def test_batch_norm_needs_two_numbers_a_channel_in_training() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        BatchNorm2d(3).forward(np.ones((1, 3, 1, 1)))
    assert BatchNorm2d(3).forward(np.ones((1, 3, 1, 2)))[0].shape == (1, 3, 1, 2)


def test_the_bias_has_the_type_of_the_weight() -> None:
    layer = Conv2d(1, 2, 2, weight=np.ones((2, 1, 2, 2), np.float32))
    assert layer.params["bias"].dtype == np.float32


def test_average_pooling_hands_its_padding_down() -> None:
    x = np.arange(30.0).reshape(1, 1, 5, 6)
    out = AvgPool2d(3, stride=2, padding=1).forward(x)[0]
    assert np.array_equal(out, avg_pool2d_forward(x, 3, 2, 1)[0])
