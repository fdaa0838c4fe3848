"""Activations against PyTorch, values and gradients, in float64."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from nbcourse import activations, gated_activations, maxout, rectifiers

torch = pytest.importorskip("torch", reason="needs PyTorch: pip install torch==2.13.0")
functional = torch.nn.functional

pytestmark = pytest.mark.torch

RNG = np.random.default_rng(0)
# From deep in saturation to the kink and back; PyTorch takes the left derivative there, as we do.
X = np.concatenate([RNG.normal(0.0, 2.0, (6, 4)), [[-100.0, -20.0, 20.0, 100.0]], np.zeros((1, 4))])
SLOPES = RNG.uniform(-0.5, 0.9, 4)
W, B = RNG.standard_normal((3, 4, 5)), RNG.standard_normal((3, 5))


@dataclass(frozen=True)
class Row:
    """A pair, PyTorch's form of it, and all its inputs; those that get a gradient come first."""

    name: str
    module: Any
    theirs: Callable[..., Any]
    inputs: tuple[Any, ...] = (X,)


def torch_maxout(x: Any, w: Any, b: Any) -> Any:
    return torch.stack([x @ w[k] + b[k] for k in range(len(w))]).max(dim=0).values


TABLE = (
    Row("sigmoid", activations, torch.sigmoid),
    Row("tanh", activations, torch.tanh),
    Row("relu", activations, torch.relu),
    # Beyond its threshold PyTorch takes x for softplus(x), which is off by 2e-9 at the usual 20.
    Row("softplus", activations, lambda x: functional.softplus(x, threshold=50)),
    Row("identity", activations, torch.nn.Identity()),
    Row("softmax", activations, lambda x: torch.softmax(x, dim=-1)),
    Row("leaky_relu", rectifiers, functional.leaky_relu, (X, 0.2)),
    Row("prelu", rectifiers, functional.prelu, (X, SLOPES)),
    Row("elu", rectifiers, functional.elu, (X, 0.7)),
    Row("selu", rectifiers, functional.selu),
    Row("swish", gated_activations, lambda x, beta: x * torch.sigmoid(beta * x), (X, 1.5)),
    Row("silu", gated_activations, functional.silu),
    Row("gelu", gated_activations, functional.gelu),
    Row("maxout", maxout, torch_maxout, (X, W, B)),
)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_values_and_gradients_are_those_of_pytorch(row: Row) -> None:
    out, cache = getattr(row.module, f"{row.name}_forward")(*row.inputs)
    dout = np.random.default_rng(1).standard_normal(out.shape)
    gradients = getattr(row.module, f"{row.name}_backward")(dout, cache)
    gradients = gradients if isinstance(gradients, tuple) else (gradients,)

    learned = len(gradients)
    leaves = [torch.tensor(each, dtype=torch.float64) for each in row.inputs[:learned]]
    for leaf in leaves:
        leaf.requires_grad_()
    theirs = row.theirs(*leaves, *row.inputs[learned:])
    theirs.backward(torch.from_numpy(dout))

    assert_close(out, theirs)
    for ours, leaf in zip(gradients, leaves, strict=True):
        assert_close(ours, leaf.grad)


def test_noisy_relu_for_the_noise_that_was_drawn() -> None:
    out, (_, z) = rectifiers.noisy_relu_forward(X, np.random.default_rng(2))
    dout = np.random.default_rng(1).standard_normal(out.shape)
    leaf = torch.tensor(X, requires_grad=True)
    theirs = torch.relu(leaf + torch.sqrt(torch.sigmoid(leaf)) * torch.from_numpy(z))
    theirs.backward(torch.from_numpy(dout))
    assert_close(out, theirs)
    assert_close(rectifiers.noisy_relu_backward(dout, (X, z)), leaf.grad)


def assert_close(ours: Any, theirs: Any) -> None:
    np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-10, atol=1e-10)
