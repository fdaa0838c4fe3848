"""Convolution, pooling and normalization of images against PyTorch, values and gradients."""

from typing import Any

import numpy as np
import pytest

from nbcourse import convolution_layers as layers
from nbcourse.convolution import col2im, im2col
from nbcourse.layers import Layer
from nbcourse.spatial_normalization import BatchNorm2d
from tests.convolutions import CALLS, Array, Call

torch = pytest.importorskip("torch", reason="needs PyTorch: pip install torch==2.13.0")
functional = torch.nn.functional

pytestmark = pytest.mark.torch


def assert_equal(ours: Any, theirs: Any) -> None:
    assert np.shape(ours) == tuple(theirs.shape)
    assert np.allclose(ours, theirs.detach().numpy(), rtol=1e-10, atol=1e-10)


def leaf(x: Array) -> Any:
    return torch.tensor(x, dtype=torch.float64, requires_grad=True)


# Their local response normalization wants at least one axis of pixels.
@pytest.mark.parametrize("call", [call for call in CALLS if len(call.shapes[0]) > 2])
def test_pairs(call: Call) -> None:
    inputs = call.inputs()
    out, cache = call.forward(*inputs)
    dout = np.random.default_rng(1).standard_normal(out.shape)
    gradients = call.backward(dout, cache)
    gradients = gradients if isinstance(gradients, tuple) else (gradients,)

    leaves = [leaf(x) for x in inputs]
    expected = getattr(functional, call.name)(*leaves, **call.options)
    expected.backward(torch.tensor(dout))
    assert_equal(out, expected)
    for ours, theirs in zip(gradients, leaves, strict=True):
        assert_equal(ours, theirs.grad)


def test_equal_pixels_and_nan_in_a_maximum() -> None:
    x = np.array([1.0, 1.0, 0.0, 2.0, 3.0, 3.0, np.nan, 5.0, 1.0, 2.0, 7.0, 7.0])
    x = x.reshape(1, 1, 2, 6)
    pool, z = layers.MaxPool2d(2), leaf(x)
    out, cache = pool.forward(x)
    expected = functional.max_pool2d(z, 2)
    assert np.array_equal(out, expected.detach().numpy(), equal_nan=True)
    expected.backward(torch.ones_like(expected))
    assert_equal(pool.backward(np.ones_like(out), cache)[0], z.grad)


@pytest.mark.parametrize(
    "options",
    [
        {"kernel_size": (3, 3)},
        {"kernel_size": (2, 3), "stride": (2, 1), "padding": (1, 0)},
        {"kernel_size": (3, 2), "stride": 2, "padding": 1},
    ],
)
def test_im2col_is_unfold_and_col2im_is_fold(options: dict[str, Any]) -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((2, 3, 6, 5))
    cols = im2col(x, **options)
    assert_equal(cols, functional.unfold(torch.tensor(x), **options))
    other = rng.standard_normal(cols.shape)
    expected = functional.fold(torch.tensor(other), output_size=x.shape[2:], **options)
    assert_equal(col2im(other, x.shape, **options), expected)


def same_state(ours: Layer, theirs: Any) -> None:
    state = {k: v for k, v in theirs.state_dict().items() if k != "num_batches_tracked"}
    assert {**ours.params, **ours.buffers}.keys() == state.keys()
    for name, value in state.items():
        assert_equal(ours.params.get(name, ours.buffers.get(name)), value)


@pytest.mark.parametrize(
    ("options", "shape"),
    [
        ({}, (4, 3, 5, 6)),
        ({"eps": 1e-2, "momentum": 0.3}, (8, 3, 2, 7)),
        ({"momentum": 1.0}, (1, 3, 1, 2)),  # two numbers for each channel, the fewest
    ],
)
def test_batch_norm_and_its_running_statistics_over_100_steps(
    options: dict[str, float], shape: tuple[int, ...]
) -> None:
    rng = np.random.default_rng(0)
    ours, theirs = BatchNorm2d(3, **options), torch.nn.BatchNorm2d(3, **options).double()
    for name in ours.params:
        ours.params[name] = rng.uniform(-2.0, 2.0, 3)
        getattr(theirs, name).data = torch.tensor(ours.params[name])
    same_state(ours, theirs)
    for step in range(100):
        x = rng.uniform(0.1, 5.0) * rng.standard_normal(shape) + rng.normal(0.0, 10.0)
        compare(ours, theirs, x, training=step % 10 != 9)  # every tenth pass at test time
        same_state(ours, theirs)


def compare(ours: Layer, theirs: Any, x: Array, training: bool = True) -> None:
    theirs.train(training)
    theirs.zero_grad()
    z = leaf(x)
    expected = theirs(z)
    out, cache = ours.forward(x, training)
    dout = np.random.default_rng(1).standard_normal(out.shape)
    expected.backward(torch.tensor(dout))
    dx, grads = ours.backward(dout, cache)
    assert_equal(out, expected)
    assert_equal(dx, z.grad)
    for name, parameter in theirs.named_parameters():
        assert_equal(grads[name], parameter.grad)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (layers.MaxPool2d(2), torch.nn.MaxPool2d(2)),
        (layers.MaxPool2d(3, stride=2, padding=1), torch.nn.MaxPool2d(3, 2, 1)),
        (layers.AvgPool2d(2), torch.nn.AvgPool2d(2)),
        (layers.AvgPool2d((3, 2), stride=1), torch.nn.AvgPool2d((3, 2), 1)),
        (layers.LocalResponseNorm(), torch.nn.LocalResponseNorm(5)),
        (layers.LocalResponseNorm(3, 0.1, 0.5, 2.0), torch.nn.LocalResponseNorm(3, 0.1, 0.5, 2.0)),
        (layers.Flatten(), torch.nn.Flatten()),
    ],
)
def test_layers_without_parameters(ours: Layer, theirs: Any) -> None:
    compare(ours, theirs, np.random.default_rng(0).standard_normal((3, 6, 7, 5)))


def test_conv2d_takes_their_weight_as_it_is() -> None:
    theirs = torch.nn.Conv2d(3, 4, (3, 2), stride=2, padding=1).double()
    ours = layers.Conv2d(3, 4, (3, 2), np.random.default_rng(0), stride=2, padding=1)
    for name, value in theirs.state_dict().items():
        ours.params[name] = value.numpy().copy()
    same_state(ours, theirs)
    compare(ours, theirs, np.random.default_rng(1).standard_normal((2, 3, 7, 6)))
