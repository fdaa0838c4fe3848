"""The library beside PyTorch: a step of training, and the parts that it is made of.

Each pair of contenders has the same numbers in float32, and is refused unless both come to the same
results. The step stands beside its own matrix products as well, which nothing avoids.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from benchmarks.machine import THREADS
from benchmarks.side_by_side import Case, agree
from benchmarks.training_step import RATE, Ours, Theirs, matrix_products, normal
from nbcourse.arrays import Array
from nbcourse.convolution_layers import Conv2d
from nbcourse.fast.cross_entropy import softmax_cross_entropy
from nbcourse.layers import Layer
from nbcourse.normalization_layers import BatchNorm1d
from nbcourse.optimizer_classes import Adam

Step = Callable[[], Any]


def cases() -> list[Case]:
    """All of them; making them checks that the contenders agree."""
    torch.set_num_threads(THREADS)
    step = training_step()
    return [
        step,
        batch_norm(128),
        batch_norm(4096),
        cross_entropy(),
        adam(),
        convolution(),
    ]


def training_step() -> Case:
    """Forward, backward and Adam, of a network with batch norm and ReLU."""
    for fused in (False, True):
        ours, theirs = Ours(), Theirs(fused=fused)
        for number in range(5):
            agree(f"loss of step {number}", np.float32(ours()), theirs().detach(), rtol=1e-3)
            if number == 0:
                for name, gradient in ours.grads.items():
                    same_gradient(name, gradient, theirs.gradient(name))
    return Case(
        "training step",
        "784-512-512-10, batch norm and ReLU, batch 128, float32: forward, backward, Adam",
        Ours(),
        {
            "PyTorch": Theirs(),
            "PyTorch, fused Adam": Theirs(fused=True),
            "the products alone": matrix_products(),
        },
        goal=1.0,
    )


def same_gradient(name: str, ours: Array, theirs: Array) -> None:
    """Compare two gradients; that of a bias below batch norm is 0, and what is left is rounding."""
    if name in ("0.bias", "3.bias"):
        agree(f"gradient of {name}", ours + 1.0, theirs + 1.0, rtol=1e-5)
    else:
        agree(f"gradient of {name}", ours, theirs, rtol=1e-3, atol=1e-5)


def batch_norm(n: int, d: int = 512) -> Case:
    """Forward and backward of one layer in training."""
    rng = np.random.default_rng(3)
    x, dout = normal(rng, n, d), normal(rng, n, d)
    theirs = layer_of_torch(nn.BatchNorm1d(d), x, dout)
    ours = layer_of_ours(BatchNorm1d(d), x, dout)
    same_results("batch norm", ours, theirs)
    what = f"{n} rows, {d} features, float32: forward, and gradients of input, scale and shift"
    return Case(f"batch norm ({n}, {d})", what, ours, {"PyTorch": theirs}, goal=1.0)


def convolution() -> Case:
    """Forward and backward of one layer."""
    rng = np.random.default_rng(4)
    x, dout = normal(rng, 32, 3, 32, 32), normal(rng, 32, 16, 32, 32)
    layer = Conv2d(3, 16, 3, rng, padding=1)
    module = nn.Conv2d(3, 16, 3, padding=1)
    with torch.no_grad():
        module.weight.copy_(torch.tensor(layer.params["weight"]))
        module.bias.zero_()
    theirs = layer_of_torch(module, x, dout)
    ours = layer_of_ours(layer, x, dout)
    same_results("convolution", ours, theirs)
    what = (
        "(32, 3, 32, 32) by 16 filters 3 x 3, padding 1, float32: forward, and gradients of input, "
        "filters and bias"
    )
    return Case("convolution", what, ours, {"PyTorch": theirs})


def layer_of_ours(layer: Layer, x: Array, dout: Array) -> Step:
    """A call is forward and backward; it returns output and gradients."""
    layer.astype(np.float32)

    def call() -> list[Array]:
        out, cache = layer.forward(x)
        dx, grads = layer.backward(dout, cache)
        return [out, dx, grads["weight"], grads["bias"]]

    return call


def layer_of_torch(module: Any, x: Array, dout: Array) -> Step:
    """The same of a module of PyTorch."""
    into, upstream = torch.tensor(x, requires_grad=True), torch.tensor(dout)
    wanted = [into, module.weight, module.bias]

    def call() -> list[torch.Tensor]:
        out = module(into)
        return [out.detach(), *torch.autograd.grad(out, wanted, upstream)]

    return call


def same_results(what: str, ours: Step, theirs: Step) -> None:
    """Compare output and gradients."""
    for name, a, b in zip(("out", "dx", "dweight", "dbias"), ours(), theirs(), strict=True):
        agree(f"{what}, {name}", a, b, rtol=1e-3, atol=1e-5)


def cross_entropy(n: int = 4096, classes: int = 1000) -> Case:
    """Value and gradient of the loss."""
    rng = np.random.default_rng(5)
    logits, labels = normal(rng, n, classes), rng.integers(0, classes, n)
    tensor, targets = torch.tensor(logits, requires_grad=True), torch.tensor(labels)

    def ours() -> tuple[float, Array]:
        return softmax_cross_entropy(logits, labels)

    def theirs() -> tuple[torch.Tensor, torch.Tensor]:
        loss = F.cross_entropy(tensor, targets)
        return loss.detach(), torch.autograd.grad(loss, tensor)[0]

    (loss, dlogits), (their_loss, their_dlogits) = ours(), theirs()
    agree("cross-entropy", np.float32(loss), their_loss)
    agree("gradient of cross-entropy", dlogits, their_dlogits)
    what = f"({n}, {classes}), float32: value and gradient"
    return Case("softmax cross-entropy", what, ours, {"PyTorch": theirs}, goal=1.0)


def adam(count: int = 1_000_000) -> Case:
    """One update of one parameter array."""
    rng = np.random.default_rng(6)
    start, gradient = normal(rng, count), normal(rng, count)

    def of_ours() -> tuple[dict[str, Array], Step]:
        params = {"weight": start.copy()}
        optimizer = Adam(params, lr=RATE)
        return params, lambda: optimizer.step({"weight": gradient})

    def of_torch(fused: bool) -> tuple[torch.Tensor, Step]:
        parameter = torch.tensor(start, requires_grad=True)
        parameter.grad = torch.tensor(gradient)
        return parameter, torch.optim.Adam([parameter], lr=RATE, fused=fused or None).step

    for fused in (False, True):
        (params, ours), (parameter, theirs) = of_ours(), of_torch(fused)
        for _ in range(3):
            ours()
            theirs()
        moved, their_moved = params["weight"] - start, parameter.detach().numpy() - start
        agree("three steps of Adam", moved, their_moved, rtol=1e-2, atol=1e-2)
    others = {"PyTorch": of_torch(False)[1], "PyTorch, fused": of_torch(True)[1]}
    what = f"{count:,} parameters in one array, float32: one update"
    return Case("Adam", what, of_ours()[1], others, goal=1.0)
