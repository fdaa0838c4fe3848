"""A network of linear layers with ReLU, each step of which can be made a wrong one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nbcourse.losses import softmax_cross_entropy
from nbcourse.networks import mlp_forward, mlp_loss
from nbcourse.specs.graphs.common import BEYOND_STEPS


def relu(a: Any) -> Any:
    """ReLU, without a cache."""
    return np.maximum(a, 0.0)


def names_of_weights(params: Any) -> list[str]:
    """The keys of the weights, in order."""
    return [name for name in params if name.startswith("w")]


def penalty(params: Any, weight_decay: float, n: int) -> Any:
    """The L2 penalty that the exercises ask for; ``n`` has no part in it."""
    return weight_decay * sum(np.sum(params[name] ** 2) for name in names_of_weights(params))


def decay(params: Any, weight_decay: float, n: int) -> dict[str, Any]:
    """Its gradients, by the parameters' names."""
    return {name: 2 * weight_decay * params[name] for name in names_of_weights(params)}


@dataclass(frozen=True)
class Network:
    """The loss of a network and its gradients, from the right steps or from other ones.

    Parameters
    ----------
    linear : (x, w, b) -> pre-activation
    activate : pre-activation -> activation, in the hidden layers
    end : (logits, labels) -> loss, dlogits
    dw : (input of the layer, its pre-activation one layer below, dout) -> gradient of the weight
    db : dout -> gradient of the bias
    dx : (dout, w) -> gradient of the layer's input
    through : (dh, pre-activation, activation) -> gradient of the pre-activation
    penalty : (params, weight_decay, N) -> what is added to the loss
    decay : (params, weight_decay, N) -> what is added to the gradients, by name
    """

    linear: Callable[..., Any] = lambda x, w, b: x @ w + b
    activate: Callable[..., Any] = relu
    end: Callable[..., Any] = softmax_cross_entropy
    dw: Callable[..., Any] = lambda x, a, dout: x.T @ dout
    db: Callable[..., Any] = lambda dout: dout.sum(axis=0)
    dx: Callable[..., Any] = lambda dout, w: dout @ w.T
    through: Callable[..., Any] = lambda dh, a, h: dh * (a > 0)
    penalty: Callable[..., Any] = penalty
    decay: Callable[..., Any] = decay

    def __call__(self, params: Any, x: Any, labels: Any, weight_decay: float) -> Any:
        """Loss and gradients, as ``mlp_loss`` returns them."""
        depth = len(params) // 2
        inputs, below = [x], [x]  # of each layer: its input, and the pre-activation it came from
        for layer in range(1, depth + 1):
            a = self.linear(inputs[-1], params[f"w{layer}"], params[f"b{layer}"])
            inputs.append(self.activate(a) if layer < depth else a)
            below.append(a)
        loss, dout = self.end(below[-1], labels)
        grads = {}
        for layer in range(depth, 0, -1):
            grads[f"w{layer}"] = self.dw(inputs[layer - 1], below[layer - 1], dout)
            grads[f"b{layer}"] = self.db(dout)
            if layer > 1:
                dh = self.dx(dout, params[f"w{layer}"])
                dout = self.through(dh, below[layer - 1], inputs[layer - 1])
        for name, extra in self.decay(params, weight_decay, len(x)).items():
            grads[name] = grads[name] + extra
        loss = loss + self.penalty(params, weight_decay, len(x))
        return loss, {name: grads[name] for name in params}


def then(change: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """The right loss and gradients, changed afterwards: ``change(loss, grads)``."""
    return lambda *args: change(*mlp_loss(*args))


def inputs_of(
    rng: np.random.Generator, n: int, widths: Sequence[int], weight_decay: float
) -> tuple[Any, ...]:
    """Parameters, a batch and labels; no unit so near its kink that a step could cross it."""
    while True:
        params = {}
        for layer in range(1, len(widths)):
            shape = widths[layer - 1], widths[layer]
            params[f"w{layer}"] = rng.normal(0.1, 1.3 / np.sqrt(shape[0]), shape)
            params[f"b{layer}"] = rng.normal(0.2, 0.5, shape[1])
        x, labels = rng.normal(1.0, 1.5, (n, widths[0])), rng.integers(0, widths[-1], n)
        if _clearance(params, x) > 0.01:
            return params, x, labels, weight_decay


def _clearance(params: Mapping[str, Any], x: Any) -> float:
    """The smallest distance of a hidden unit from its kink."""
    nearest = np.inf
    for layer in range(1, len(params) // 2):
        a = x @ params[f"w{layer}"] + params[f"b{layer}"]
        nearest, x = min(nearest, np.abs(a).min()), relu(a)
    return float(nearest)


def with_far_logits(rng: np.random.Generator, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
    """The same with logits of 1e4; they come from the last bias, which has no penalty."""
    params, x, labels, _ = inputs
    last = f"b{len(params) // 2}"
    far = 1e4 * rng.permutation(np.linspace(-1.0, 1.0, params[last].size))
    return {**params, last: far}, x, labels, 0.1


def with_rows_apart(rng: np.random.Generator, n: int, widths: Sequence[int]) -> tuple[Any, ...]:
    """Inputs whose rows have logits thousands apart: a shift that all rows share cannot serve."""
    while True:
        params, x, labels, _ = inputs_of(rng, n, widths, 0.0)
        x[0] *= 30.0
        params[f"w{len(widths) - 1}"] *= 200.0
        tops = mlp_forward(params, x)[0].max(axis=1)
        if _clearance(params, x) > 0.01 and np.ptp(tops) > 2000:
            return params, x, labels, 0.0


def large_inputs(rng: np.random.Generator, n: int, widths: Sequence[int]) -> tuple[Any, ...]:
    """A batch so large and first weights so small that no usual step fits them."""
    params = {}
    for layer in range(1, len(widths)):
        shape = widths[layer - 1], widths[layer]
        params[f"w{layer}"] = rng.normal(0.0, np.sqrt(2 / shape[0]), shape)
        params[f"b{layer}"] = rng.normal(0.2, 0.5, shape[1])
    params["w1"] /= BEYOND_STEPS
    x = BEYOND_STEPS * rng.standard_normal((n, widths[0]))
    return params, x, rng.integers(0, widths[-1], n), 0.1
