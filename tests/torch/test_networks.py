"""Layers, losses, penalty and whole networks against PyTorch, values and gradients, in float64."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nbcourse.layers import Linear, Sequential, linear_backward, linear_forward
from nbcourse.losses import binary_cross_entropy, softmax_cross_entropy, sum_of_squares
from nbcourse.networks import initial_parameters, mlp_loss, two_layer_loss
from nbcourse.regularization import l2_penalty

torch = pytest.importorskip("torch", reason="needs PyTorch: pip install torch==2.13.0")
functional = torch.nn.functional

pytestmark = pytest.mark.torch

RNG = np.random.default_rng(0)
LOGITS, LABELS = 4.0 * RNG.standard_normal((6, 5)), RNG.integers(0, 5, 6)
FAR = np.array([[1e4, -1e4, 0.0], [-1e4, -1e4, 1e4], [1e4, 1e4 - 1.0, 1e4 + 1.0]])
WEIGHT_DECAY = 0.3


def assert_equal(ours: Any, theirs: Any) -> None:
    assert np.shape(ours) == tuple(theirs.shape)
    assert np.allclose(ours, theirs.detach().numpy(), rtol=1e-10, atol=1e-10)


def leaf(x: Any) -> Any:
    return torch.tensor(x, dtype=torch.float64, requires_grad=True)


@pytest.mark.parametrize(
    ("ours", "theirs", "x", "target"),
    [
        pytest.param(softmax_cross_entropy, functional.cross_entropy, LOGITS, LABELS, id="softmax"),
        pytest.param(
            softmax_cross_entropy, functional.cross_entropy, FAR, np.array([0, 1, 2]), id="far"
        ),
        pytest.param(
            binary_cross_entropy,
            functional.binary_cross_entropy_with_logits,
            np.append(LOGITS[:, 0], [1e4, 1e4, -1e4, -1e4]),
            np.append(LABELS % 2, [0, 1, 0, 1]).astype(float),
            id="binary",
        ),
        pytest.param(
            sum_of_squares,
            lambda pred, target: 0.5 * functional.mse_loss(pred, target, reduction="sum") / 6,
            LOGITS,
            RNG.standard_normal((6, 5)),
            id="squares",
        ),
    ],
)
def test_losses(ours: Callable[..., Any], theirs: Callable[..., Any], x: Any, target: Any) -> None:
    loss, dx = ours(x, target)
    z = leaf(x)
    expected = theirs(z, torch.tensor(target))
    expected.backward()
    assert_equal(loss, expected)
    assert_equal(dx, z.grad)


@pytest.mark.parametrize(("n", "d", "m"), [(5, 3, 4), (1, 3, 4), (5, 1, 4), (5, 3, 1)])
def test_linear(n: int, d: int, m: int) -> None:
    x, w, b = RNG.standard_normal((n, d)), RNG.standard_normal((d, m)), RNG.standard_normal(m)
    dout = RNG.standard_normal((n, m))
    inputs = leaf(x), leaf(w), leaf(b)
    expected = functional.linear(inputs[0], inputs[1].T, inputs[2])  # theirs is (M, D)
    expected.backward(torch.tensor(dout))
    out, cache = linear_forward(x, w, b)
    assert_equal(out, expected)
    for ours, theirs in zip(linear_backward(dout, cache), inputs, strict=True):
        assert_equal(ours, theirs.grad)


def test_sequential_and_its_names() -> None:
    theirs = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Linear(4, 2)).double()
    ours = Sequential(Linear(3, 4, RNG), Linear(4, 2, RNG))
    state = theirs.state_dict()
    assert list(ours.params) == list(state)
    for name, value in state.items():
        ours.params[name] = value.numpy().T
    x, dout = RNG.standard_normal((5, 3)), RNG.standard_normal((5, 2))
    out, caches = ours.forward(x)
    expected = theirs(torch.tensor(x))
    expected.backward(torch.tensor(dout))
    assert_equal(out, expected)
    _, grads = ours.backward(dout, caches)
    for name, parameter in theirs.named_parameters():
        assert_equal(grads[name].T, parameter.grad)


def test_the_penalty_and_the_convention_of_their_weight_decay() -> None:
    weights = [RNG.standard_normal((3, 4)), RNG.standard_normal((4, 2))]
    tensors = [leaf(w) for w in weights]
    expected = WEIGHT_DECAY * sum((w**2).sum() for w in tensors)
    expected.backward()
    loss, grads = l2_penalty(weights, WEIGHT_DECAY)
    assert_equal(loss, expected)
    for grad, tensor in zip(grads, tensors, strict=True):
        assert_equal(grad, tensor.grad)
    # Their optimizers add weight_decay * w, so half of ours is what they call by that name.
    stepped = leaf(weights[0])
    stepped.grad = torch.zeros_like(stepped)
    torch.optim.SGD([stepped], lr=1.0, weight_decay=2 * WEIGHT_DECAY).step()
    assert_equal(weights[0] - grads[0], stepped)


@pytest.mark.parametrize("widths", [(3, 4), (3, 7, 4), (3, 7, 5, 6, 4)])
@pytest.mark.parametrize("n", [1, 8])
def test_networks(widths: tuple[int, ...], n: int) -> None:
    params = initial_parameters(widths, RNG)
    for name, value in params.items():
        params[name] = value + 0.3 * RNG.standard_normal(value.shape)
    x, labels = RNG.standard_normal((n, widths[0])), RNG.integers(0, widths[-1], n)

    theirs = {name: leaf(value) for name, value in params.items()}
    out, depth = torch.tensor(x), len(widths) - 1
    for layer in range(1, depth + 1):
        out = out @ theirs[f"w{layer}"] + theirs[f"b{layer}"]
        out = torch.relu(out) if layer < depth else out
    expected = functional.cross_entropy(out, torch.tensor(labels))
    for layer in range(1, depth + 1):
        expected = expected + WEIGHT_DECAY * (theirs[f"w{layer}"] ** 2).sum()
    expected.backward()

    for ours in (mlp_loss, two_layer_loss) if depth == 2 else (mlp_loss,):
        loss, grads = ours(params, x, labels, WEIGHT_DECAY)
        assert_equal(loss, expected)
        for name, tensor in theirs.items():
            assert_equal(grads[name], tensor.grad)
