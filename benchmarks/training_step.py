"""A step of training, three times: this library's, PyTorch's, and its matrix products alone.

All have the same weights, the same batches and the same rates, in float32.
"""

from collections.abc import Callable
from itertools import cycle, pairwise

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from nbcourse.arrays import Array
from nbcourse.layers import Sequential
from nbcourse.losses import softmax_cross_entropy
from nbcourse.models import mlp
from nbcourse.optimizer_classes import Adam

SIZES, BATCH, RATE = (784, 512, 512, 10), 128, 1e-4
# Few examples would soon be known by heart, and their gradients be too small to be of any kind.
BATCHES = 20


class Ours:
    """A step of ours a call, on one batch after the other."""

    def __init__(self) -> None:
        self.model = network()
        self.optimizer = Adam(self.model.params, lr=RATE)
        self.loss = softmax_cross_entropy
        self.batches = cycle(batches())
        self.grads: dict[str, Array] = {}

    def __call__(self) -> float:
        """Train one step and return its loss."""
        x, labels = next(self.batches)
        outputs, cache = self.model.forward(x)
        loss, dout = self.loss(outputs, labels)
        self.grads = self.model.param_grads(dout, cache)
        self.optimizer.step(self.grads)
        return loss


class Theirs:
    """The same step of PyTorch a call, from the same weights and on the same batches."""

    def __init__(self, fused: bool = False) -> None:
        ours = network()
        layers: list[nn.Module] = []
        for below, above in pairwise(SIZES[:-1]):
            layers += [nn.Linear(below, above), nn.BatchNorm1d(above), nn.ReLU()]
        self.model = nn.Sequential(*layers, nn.Linear(*SIZES[-2:]))
        with torch.no_grad():
            for name, value in self.model.named_parameters():
                # A Linear of PyTorch keeps its weight as (out, in).
                value.copy_(torch.tensor(ours.params[name].T))
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=RATE, fused=fused or None)
        self.batches = cycle([(torch.tensor(x), torch.tensor(labels)) for x, labels in batches()])

    def __call__(self) -> torch.Tensor:
        """Train one step and return its loss."""
        x, labels = next(self.batches)
        self.optimizer.zero_grad()
        loss = F.cross_entropy(self.model(x), labels)
        loss.backward()
        self.optimizer.step()
        return loss

    def gradient(self, name: str) -> Array:
        """The gradient of a parameter, in the order of ours."""
        found = dict(self.model.named_parameters())[name].grad
        return found.numpy().T


def network() -> Sequential:
    """The network in float32, always with the same weights."""
    return mlp(SIZES, np.random.default_rng(0), batch_norm=True).astype(np.float32)


def batches() -> list[tuple[Array, Array]]:
    """Random images and labels."""
    rng = np.random.default_rng(1)
    return [
        (normal(rng, BATCH, SIZES[0]), rng.integers(0, SIZES[-1], BATCH)) for _ in range(BATCHES)
    ]


def normal(rng: np.random.Generator, *shape: int) -> Array:
    """Standard normal numbers in float32."""
    return rng.standard_normal(shape, dtype=np.float32)


def matrix_products() -> Callable[[], None]:
    """The products of the step by NumPy, into memory that is there: three forward, five back."""
    rng = np.random.default_rng(2)
    x = normal(rng, BATCH, SIZES[0])
    weights = [normal(rng, *pair) for pair in pairwise(SIZES)]
    outs = [normal(rng, BATCH, size) for size in SIZES[1:]]
    inputs = [x, *outs[:-1]]
    dweights = [np.empty_like(weight) for weight in weights]
    dinputs = [np.empty_like(values) for values in inputs]

    def products() -> None:
        for values, weight, out in zip(inputs, weights, outs, strict=True):
            np.matmul(values, weight, out=out)
        for place in reversed(range(len(weights))):
            np.matmul(inputs[place].T, outs[place], out=dweights[place])
            if place:
                np.matmul(outs[place], weights[place].T, out=dinputs[place])

    return products
