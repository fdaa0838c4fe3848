"""One network for two engines, written once, and the gates that each engine makes of it."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.extend import defvjp, primitive

from benchmarks.side_by_side import agree
from nbcourse.activations import relu_backward, relu_forward
from nbcourse.arrays import Array
from nbcourse.graph import Node, Operation, backward
from nbcourse.losses import softmax_cross_entropy
from nbcourse.normalization import batchnorm_backward, batchnorm_forward

EPS = 1e-5


def numbers(
    sizes: Sequence[int], n: int, dtype: Any, norm: bool = False
) -> tuple[list[Array], Array, Array]:
    """Parameters in the order in which ``scores`` reads them, inputs, and labels."""
    rng = np.random.default_rng(4)
    params = []
    for number, (d, m) in enumerate(pairwise(sizes), start=2):
        params.append(rng.standard_normal((d, m)) * np.sqrt(2 / d))
        if norm and number < len(sizes):
            params.append(rng.uniform(0.5, 1.5, m))
        params.append(0.1 * rng.standard_normal(m))
    x, labels = rng.standard_normal((n, sizes[0])), rng.integers(0, sizes[-1], n)
    return [param.astype(dtype) for param in params], x.astype(dtype), labels


def scores(params: Sequence[Any], x: Any, relu: Any, batch_norm: Any = None) -> Any:
    """The network, of whatever understands ``@`` and ``+``; batch norm stands for the bias."""
    parts = iter(params[:-2])
    for weight in parts:
        x = x @ weight
        x = x + next(parts) if batch_norm is None else batch_norm(x, next(parts), next(parts))
        x = relu(x)
    return x @ params[-2] + params[-1]


def _batch_norm_forward(x: Array, gamma: Array, beta: Array) -> tuple[Array, Any]:
    start = {"mean": np.zeros_like(gamma), "var": np.ones_like(gamma)}
    return batchnorm_forward(x, gamma, beta, start, "train", eps=EPS)[:2]


def _cross_entropy_forward(scores: Array, labels: Array) -> tuple[float, tuple[Array]]:
    loss, dscores = softmax_cross_entropy(scores, labels)
    return loss, (dscores,)


relu = Operation("relu", relu_forward, relu_backward)
batch_norm = Operation("batch norm", _batch_norm_forward, batchnorm_backward)
cross_entropy = Operation(
    "cross-entropy", _cross_entropy_forward, lambda dout, cache: dout * cache[0]
)


def autograd_relu(x: Any) -> Any:
    """As in the examples of autograd."""
    return anp.maximum(x, 0.0)


def autograd_masked(x: Any) -> Any:
    """The same; its gradient keeps float32, where that of ``maximum`` is computed in float64."""
    return x * (x > 0)


def autograd_batch_norm(x: Any, gamma: Any, beta: Any) -> Any:
    """Batch norm in training, without its running statistics."""
    centered = x - anp.mean(x, axis=0)
    return gamma * (centered / anp.sqrt(anp.mean(centered**2, axis=0) + EPS)) + beta


def autograd_cross_entropy(scores: Any, targets: Array) -> Any:
    """As in the examples of autograd, with one-hot targets."""
    shifted = scores - anp.max(scores, axis=1, keepdims=True)
    log_p = shifted - anp.log(anp.sum(anp.exp(shifted), axis=1, keepdims=True))
    return -anp.sum(log_p * targets) / len(targets)


@primitive  # type: ignore[misc]
def autograd_one_gate(scores: Array, labels: Array) -> float:
    """Cross-entropy of this library as a gate of autograd."""
    return softmax_cross_entropy(scores, labels)[0]


def _one_gate_backward(out: float, scores: Array, labels: Array) -> Callable[[float], Array]:
    gradient = softmax_cross_entropy(scores, labels)[1]
    return lambda dout: dout * gradient


defvjp(autograd_one_gate, _one_gate_backward, None)


def value_and_gradients(output: Node, nodes: Sequence[Node]) -> tuple[Any, list[Any]]:
    """What ``value_and_grad`` of autograd returns."""
    gradients = backward(output, wrt=nodes)
    return output.value, [gradients[node] for node in nodes]


def products(weights: Sequence[Array], x: Array) -> Callable[[], None]:
    """The matrix products of a network, forward and backward, and nothing else."""

    def multiply() -> None:
        outs = [x]
        for weight in weights:
            outs.append(outs[-1] @ weight)
        dout = outs.pop()
        for weight in reversed(weights):
            below = outs.pop()
            _ = below.T @ dout
            if outs:
                dout = dout @ weight.T

    return multiply


def same(name: str, ours: Any, theirs: Any, rtol: float = 1e-9, atol: float = 1e-12) -> None:
    """Raise ``ValueError`` unless two values and their lists of gradients agree."""
    agree(f"{name}: value", np.float64(ours[0]), np.float64(theirs[0]), rtol, atol)
    for number, (mine, other) in enumerate(zip(ours[1], theirs[1], strict=True)):
        agree(f"{name}: gradient {number}", mine, other, rtol, atol)
