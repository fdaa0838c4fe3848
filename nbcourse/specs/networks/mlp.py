"""The loss of a network of any depth."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise, Mistake
from nbcourse.exercise.cases import Raised
from nbcourse.exercise.comparison import same
from nbcourse.layers import Linear, Sequential
from nbcourse.losses import softmax_cross_entropy
from nbcourse.networks import mlp_loss
from nbcourse.specs.graphs.common import sizes
from nbcourse.specs.networks.common import stops_over_shapes
from nbcourse.specs.networks.network import (
    Network,
    decay,
    inputs_of,
    large_inputs,
    names_of_weights,
    penalty,
    with_far_logits,
    with_rows_apart,
)
from nbcourse.specs.networks.network_mistakes import LAST_RESORTS, MISTAKES


def _network_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    n, d, h, m, c = sizes(rng, 5)
    for n_, *widths in (
        (n, d, h, m, c),
        (n, d, h, c),
        (n, d, c),
        (1, d, h, m, c),
        (n, 1, h, 1, c),
        (n, d, m, h, d, c),
    ):
        yield inputs_of(rng, n_, widths, float(rng.uniform(0.05, 0.3)))
    yield inputs_of(rng, n, (d, h, m, c), 0.0)
    yield with_far_logits(rng, inputs_of(rng, n, (d, h, m, c), 0.1))
    yield with_rows_apart(rng, n, (d, h, m, c))


def _large_network(rng: np.random.Generator) -> tuple[Any, ...]:
    # Twelve layers: in the order of the alphabet w10 would stand before w2.
    return large_inputs(rng, 40, (200, *[20 + layer for layer in range(11)], 10))


def _in_order_of_names(params: Any, x: Any, labels: Any, weight_decay: float) -> Any:
    places = [name[1:] for name in sorted(names_of_weights(params))]
    renamed = {
        f"{kind}{i}": params[kind + place] for i, place in enumerate(places, 1) for kind in "wb"
    }
    loss, grads = mlp_loss(renamed, x, labels, weight_decay)
    return loss, {
        kind + place: grads[f"{kind}{i}"] for i, place in enumerate(places, 1) for kind in "wb"
    }


def _two_layers_only(params: Any, x: Any, labels: Any, weight_decay: float) -> Any:
    loss, grads = mlp_loss({name: params[name] for name in ("w1", "b1", "w2", "b2")}, x, labels, 0)
    return loss + penalty(params, weight_decay, len(x)), grads


def _stops_at_some_depth(args: tuple[Any, ...], result: Any) -> bool:
    """Whether a key is missing, in params or in the result, or all is right."""
    if isinstance(result, Raised):
        return result.kind in ("KeyError", "IndexError")
    return len(result[1]) != len(args[0]) or same(list(result), list(mlp_loss(*args)))


def _without_last(params: Any) -> Any:
    return dict(list(params.items())[:-2])


def _outermost(params: Any) -> Any:
    items = list(params.items())
    return dict(items[:2] + items[-2:])


def _penalized_in_part(args: tuple[Any, ...], result: Any) -> bool:
    """Whether the penalty is there for some of the weights, in loss and gradients alike."""
    params, x, labels, weight_decay = args
    loss, grads = mlp_loss(params, x, labels, 0.0)
    for name in names_of_weights(params):
        if not same(result[1][name], grads[name]):
            loss = loss + weight_decay * np.sum(params[name] ** 2)
            grads[name] = grads[name] + 2 * weight_decay * params[name]
    return same(float(result[0]), float(loss)) and same(result[1], grads)


def _one_relu_missing(which: Callable[[int], int]) -> Callable[..., Any]:
    """Back without the ReLU behind one of the layers, counted from 1."""

    def whole(params: Any, *rest: Any) -> Any:
        depth = len(params) // 2
        layers = iter(range(depth - 1, 0, -1))
        network = Network(
            through=lambda dh, a, h: dh if next(layers) == which(depth) else dh * (a > 0)
        )
        return network(params, *rest)

    return whole


def _relu_behind_the_first_layer_only(params: Any, x: Any, labels: Any, weight_decay: float) -> Any:
    depth, inputs, a = len(params) // 2, [x], x
    for layer in range(1, depth + 1):
        a = inputs[-1] @ params[f"w{layer}"] + params[f"b{layer}"]
        inputs.append(np.maximum(a, 0) if layer == 1 < depth else a)
    loss, dout = softmax_cross_entropy(a, labels)
    grads = {}
    for layer in range(depth, 0, -1):
        w = params[f"w{layer}"]
        grads[f"w{layer}"] = inputs[layer - 1].T @ dout + 2 * weight_decay * w
        grads[f"b{layer}"] = dout.sum(axis=0)
        dout = dout @ w.T
        if layer == 2:
            dout = dout * (inputs[1] > 0)
    return loss + penalty(params, weight_decay, len(x)), grads


def _by_recursion(params: Any, x: Any, labels: Any, weight_decay: float) -> Any:
    depth = len(params) // 2

    def below(layer: int, h: Any) -> Any:
        """Loss, gradient of h, and the gradients from this layer on."""
        w = params[f"w{layer}"]
        a = h @ w + params[f"b{layer}"]
        if layer == depth:
            loss, da = softmax_cross_entropy(a, labels)
            grads = {}
        else:
            loss, dh, grads = below(layer + 1, np.maximum(0, a))
            da = np.where(a > 0, dh, 0)
        grads[f"w{layer}"] = h.T @ da + 2 * weight_decay * w
        grads[f"b{layer}"] = np.ones(len(h)) @ da
        return loss + weight_decay * np.sum(w * w), da @ w.T, grads

    loss, _, grads = below(1, x)
    return loss, grads


def _by_layers(params: Any, x: Any, labels: Any, weight_decay: float) -> Any:
    depth, outs, grads = len(params) // 2, [x], {}
    weights = [params[name] for name in names_of_weights(params)]
    model = Sequential(*(Linear(w.shape[0], w.shape[1], weight=w) for w in weights))
    for i, layer in enumerate(model.layers, 1):
        layer.params["bias"] = params[f"b{i}"]
        out = layer.forward(outs[-1])[0]
        outs.append(np.where(out > 0, out, 0.0) if i < depth else out)
    loss, dout = softmax_cross_entropy(outs[-1], labels)
    for i in range(depth, 0, -1):
        dout, found = model.layers[i - 1].backward(dout, (outs[i - 1], params[f"w{i}"]))
        grads[f"w{i}"] = found["weight"] + weight_decay * 2 * params[f"w{i}"]
        grads[f"b{i}"] = found["bias"]
        dout = dout * (outs[i - 1] > 0)
    return loss + penalty(params, weight_decay, len(x)), grads


MLP_LOSS = Exercise(
    name="mlp_loss",
    points=3,
    reference=mlp_loss,
    parts=("loss", "grads"),
    cases=_network_cases,
    large=_large_network,
    forward=lambda params, *rest: mlp_loss(params, *rest)[0],
    wrt={"grads": 0},
    mistakes=(
        *MISTAKES,
        Mistake(
            "There is a ReLU behind the first layer only. It stands behind every layer but the "
            "last.",
            _relu_behind_the_first_layer_only,
        ),
        Mistake(
            "You look for layers that this network does not have, or leave some out: the number of "
            "layers is len(params) // 2, and it may be 1.",
            _two_layers_only,
            _stops_at_some_depth,
        ),
        Mistake(
            "The last layer is not penalized. The weights of every layer are.",
            Network(
                penalty=lambda ps, k, n: penalty(_without_last(ps), k, n),
                decay=lambda ps, k, n: decay(_without_last(ps), k, n),
            ),
        ),
        Mistake(
            "Some layers are not penalized. The weights of every layer are, in the loss and in "
            "their gradients.",
            Network(
                penalty=lambda ps, k, n: penalty(_outermost(ps), k, n),
                decay=lambda ps, k, n: decay(_outermost(ps), k, n),
            ),
            _penalized_in_part,
        ),
        Mistake(
            "One ReLU is missing on the way back, that of the first layer: does your loop, or an "
            "if in it, end one layer too early?",
            _one_relu_missing(lambda depth: 1),
        ),
        Mistake(
            "One ReLU is missing on the way back, that below the last layer: does your loop, or an "
            "if in it, begin one layer too late?",
            _one_relu_missing(lambda depth: depth - 1),
        ),
        Mistake(
            "In the order of the alphabet w10 stands before w2. Count the layers instead: "
            "for layer in range(1, depth + 1).",
            _in_order_of_names,
        ),
        Mistake(
            "Two shapes do not fit. Go back against the order in which you came: the last layer "
            "first, each with the input that it had itself, not with its output. For one layer "
            "alone the shapes are dout (N, M), w (D, M), dx (N, D).",
            Network(dx=lambda dout, w: dout @ w),
            lambda args, result: (
                any(1 in value.shape for value in args[0].values()) or stops_over_shapes(result)
            ),
        ),
        *LAST_RESORTS,
    ),
    alternatives=(_by_recursion, _by_layers, Network()),
    summary="loss of a network of any depth, and all its gradients",
)
