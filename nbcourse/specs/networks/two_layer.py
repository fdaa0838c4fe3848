"""The loss of a network with one hidden layer."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise, Mistake
from nbcourse.networks import two_layer_loss
from nbcourse.specs.graphs.common import sizes
from nbcourse.specs.networks.network import (
    Network,
    inputs_of,
    large_inputs,
    relu,
    with_far_logits,
    with_rows_apart,
)
from nbcourse.specs.networks.network_mistakes import LAST_RESORTS, MISTAKES


def _network_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    n, d, h, c = sizes(rng, 4)
    for n_, *widths in ((n, d, h, c), (1, d, h, c), (n, 1, h, c), (n, d, 1, c)):
        yield inputs_of(rng, n_, widths, float(rng.uniform(0.05, 0.3)))
    yield inputs_of(rng, n, (d, h, c), 0.0)
    yield with_far_logits(rng, inputs_of(rng, n, (d, h, c), 0.1))
    yield with_rows_apart(rng, n, (d, h, c))


def _by_loops(params: Any, x: Any, labels: Any, weight_decay: Any) -> Any:
    w1, b1, w2, b2 = (params[name] for name in ("w1", "b1", "w2", "b2"))
    grads = {name: np.zeros(value.shape) for name, value in params.items()}
    loss = 0.0
    for row, label in zip(x, labels, strict=True):
        a = row @ w1 + b1
        hidden = relu(a)
        z = hidden @ w2 + b2
        z = z - z.max()
        p = np.exp(z) / np.exp(z).sum()
        loss += (np.log(np.exp(z).sum()) - z[label]) / len(x)
        p[label] -= 1
        dz = p / len(x)
        grads["w2"] += np.outer(hidden, dz)
        grads["b2"] += dz
        da = np.where(a > 0, w2 @ dz, 0)
        grads["w1"] += np.outer(row, da)
        grads["b1"] += da
    for name in ("w1", "w2"):
        loss += weight_decay * (params[name] ** 2).sum()
        grads[name] += 2 * weight_decay * params[name]
    return loss, grads


def _by_augmented_matrices(params: Any, x: Any, labels: Any, weight_decay: Any) -> Any:
    """Each bias as one more row of its weight, for an input that is always 1."""
    ones = np.ones((len(x), 1))
    first, second = (np.vstack([params[f"w{i}"], params[f"b{i}"]]) for i in (1, 2))
    inputs = np.hstack([x, ones])
    hidden = np.hstack([np.clip(inputs @ first, 0, None), ones])
    z = hidden @ second
    log_p = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
    y = np.eye(z.shape[1])[labels]
    dz = (np.exp(log_p) - y) / len(x)
    dfirst = inputs.T @ ((dz @ second.T) * (hidden > 0))[:, :-1]
    dsecond = hidden.T @ dz
    penalty = weight_decay * (np.sum(params["w1"] ** 2) + np.sum(params["w2"] ** 2))
    return -np.sum(y * log_p) / len(x) + penalty, {
        "b2": dsecond[-1],
        "w2": dsecond[:-1] + 2 * weight_decay * params["w2"],
        "b1": dfirst[-1],
        "w1": dfirst[:-1] + 2 * weight_decay * params["w1"],
    }


TWO_LAYER_LOSS = Exercise(
    name="two_layer_loss",
    points=3,
    reference=two_layer_loss,
    parts=("loss", "grads"),
    cases=_network_cases,
    large=lambda rng: large_inputs(rng, 60, (300, 40, 10)),
    forward=lambda params, *rest: two_layer_loss(params, *rest)[0],
    wrt={"grads": 0},
    mistakes=(
        *MISTAKES,
        Mistake(
            "Two shapes do not fit. Write them down: dlogits is (N, C), w2 is (H, C), and the "
            "gradient of h must be (N, H), as h is. Then the same for each weight.",
            Network(dx=lambda dout, w: dout @ w),
        ),
        *LAST_RESORTS,
    ),
    alternatives=(_by_loops, _by_augmented_matrices, Network()),
    summary="loss of a network with one hidden layer, and all its gradients",
)
