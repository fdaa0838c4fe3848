"""Batch norm, layer norm, dropout and residual blocks against PyTorch, in float64."""

from typing import Any

import numpy as np
import pytest

from nbcourse.activation_layers import ReLU
from nbcourse.dropout import dropout_backward, dropout_forward
from nbcourse.layer_normalization import layernorm_backward, layernorm_forward
from nbcourse.layers import Linear, Sequential
from nbcourse.normalization import (
    batchnorm_backward,
    batchnorm_backward_staged,
    batchnorm_forward,
)
from nbcourse.normalization_layers import BatchNorm1d
from nbcourse.residual import residual_backward, residual_forward

torch = pytest.importorskip("torch", reason="needs PyTorch: pip install torch==2.13.0")
functional = torch.nn.functional

pytestmark = pytest.mark.torch

RNG = np.random.default_rng(0)
STEPS = 100
SHAPES = pytest.mark.parametrize("shape", [(5, 3), (2, 3), (32, 1), (64, 7)])


def assert_equal(ours: Any, theirs: Any) -> None:
    assert np.shape(ours) == tuple(theirs.shape)
    assert np.allclose(ours, theirs.detach().numpy(), rtol=1e-10, atol=1e-10)


def leaf(x: Any) -> Any:
    return torch.tensor(x, dtype=torch.float64, requires_grad=True)


def drawn(shape: tuple[int, int]) -> tuple[Any, Any, Any]:
    d = shape[1]
    return RNG.normal(3.0, 2.0, shape), 3.0 * RNG.standard_normal(d), RNG.standard_normal(d)


@SHAPES
@pytest.mark.parametrize("eps", [1e-5, 0.1])
def test_batch_norm(shape: tuple[int, int], eps: float) -> None:
    x, gamma, beta = drawn(shape)
    dout = RNG.standard_normal(shape)
    d = shape[1]
    running = {"mean": RNG.standard_normal(d), "var": RNG.uniform(0.5, 4.0, d)}
    mean, var = torch.tensor(running["mean"]), torch.tensor(running["var"])
    inputs = leaf(x), leaf(gamma), leaf(beta)
    at_test = functional.batch_norm(inputs[0], mean, var, *inputs[1:], False, 0.2, eps)
    assert_equal(batchnorm_forward(x, gamma, beta, running, "test", 0.2, eps)[0], at_test)

    # In training theirs writes the running statistics into the tensors given.
    expected = functional.batch_norm(inputs[0], mean, var, *inputs[1:], True, 0.2, eps)
    expected.backward(torch.tensor(dout))
    out, cache, updated = batchnorm_forward(x, gamma, beta, running, "train", 0.2, eps)
    assert_equal(out, expected)
    assert_equal(updated["mean"], mean)
    assert_equal(updated["var"], var)
    assert cache is not None
    for ours, theirs in zip(batchnorm_backward(dout, cache), inputs, strict=True):
        assert_equal(ours, theirs.grad)
    staged = batchnorm_backward_staged(dout, (x, x.mean(axis=0), x.var(axis=0), gamma, eps))
    for name, theirs in zip(("dx", "dgamma", "dbeta"), inputs, strict=True):
        assert_equal(staged[name], theirs.grad)


@SHAPES
def test_layer_norm(shape: tuple[int, int]) -> None:
    x, gamma, beta = drawn(shape)
    dout = RNG.standard_normal(shape)
    inputs = leaf(x), leaf(gamma), leaf(beta)
    expected = functional.layer_norm(inputs[0], shape[1:], *inputs[1:])
    expected.backward(torch.tensor(dout))
    out, cache = layernorm_forward(x, gamma, beta)
    assert_equal(out, expected)
    for ours, theirs in zip(layernorm_backward(dout, cache), inputs, strict=True):
        assert_equal(ours, theirs.grad)


@pytest.mark.parametrize("p", [0.1, 0.5, 0.8])
def test_dropout_with_the_mask_that_they_drew(p: float) -> None:
    x, dout = RNG.uniform(1.0, 2.0, (20, 30)), RNG.standard_normal((20, 30))
    tensor = leaf(x)
    expected = functional.dropout(tensor, p)
    expected.backward(torch.tensor(dout))
    mask = (expected.detach().numpy() != 0).astype(float)
    assert_equal(dropout_forward(x, p, mask), expected)
    assert_equal(dropout_backward(dout, p, mask), tensor.grad)


@pytest.mark.parametrize(("n", "d", "hidden"), [(5, 3, 4), (1, 3, 4), (5, 1, 4), (5, 3, 1)])
def test_residual(n: int, d: int, hidden: int) -> None:
    shapes = (n, d), (d, hidden), (hidden,), (hidden, d), (d,)
    arrays = [RNG.standard_normal(shape) for shape in shapes]
    dout = RNG.standard_normal((n, d))
    x, w1, b1, w2, b2 = tensors = [leaf(array) for array in arrays]
    expected = x + torch.relu(x @ w1 + b1) @ w2 + b2
    expected.backward(torch.tensor(dout))
    out, cache = residual_forward(*arrays)
    assert_equal(out, expected)
    for ours, theirs in zip(residual_backward(dout, cache), tensors, strict=True):
        assert_equal(ours, theirs.grad)


@pytest.mark.parametrize("momentum", [0.1, 0.01, 0.9])
def test_a_network_step_by_step_with_its_running_statistics(momentum: float) -> None:
    """100 steps of gradient descent through batch norm: parameters, both modes, buffers."""
    ours = Sequential(
        Linear(6, 8, RNG), BatchNorm1d(8, momentum=momentum), ReLU(), Linear(8, 2, RNG)
    )
    theirs = torch.nn.Sequential(
        torch.nn.Linear(6, 8),
        torch.nn.BatchNorm1d(8, momentum=momentum),
        torch.nn.ReLU(),
        torch.nn.Linear(8, 2),
    ).double()
    transposed = {"0.weight", "3.weight"}  # theirs are (M, D)
    with torch.no_grad():
        for name, parameter in theirs.named_parameters():
            value = ours.params[name]
            parameter.copy_(torch.tensor(value.T if name in transposed else value))
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.1)
    for _ in range(STEPS):
        x = RNG.normal(2.0, 3.0, (16, 6))
        target = np.stack([np.sin(x[:, 0]), x[:, 1]], axis=1)
        out, caches = ours.forward(x)
        expected = theirs(torch.tensor(x))
        assert_equal(out, expected)
        optimizer.zero_grad()
        (0.5 * ((expected - torch.tensor(target)) ** 2).sum() / 16).backward()
        optimizer.step()
        _, grads = ours.backward((out - target) / 16, caches)
        for name, grad in grads.items():
            ours.params[name] = ours.params[name] - 0.1 * grad
        state = theirs.state_dict()
        for name, value in ours.buffers.items():
            assert_equal(value, state[name])
        for name, value in ours.params.items():
            assert_equal(value.T if name in transposed else value, state[name])
    theirs.eval()
    assert_equal(ours.forward(x, training=False)[0], theirs(torch.tensor(x)))
