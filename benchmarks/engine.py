"""The graph engine beside HIPS autograd and micrograd: a value and all its gradients.

A call builds the graph anew and walks back through it, as every step of a training does. Contenders
share the code of the function that is differentiated, and are refused unless their values and
gradients agree.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd import value_and_grad
from micrograd.engine import Value

from benchmarks.engine_networks import (
    autograd_batch_norm,
    autograd_cross_entropy,
    autograd_masked,
    autograd_one_gate,
    autograd_relu,
    batch_norm,
    cross_entropy,
    numbers,
    products,
    relu,
    same,
    scores,
    value_and_gradients,
)
from benchmarks.side_by_side import Case
from nbcourse.graph import backward, total, variable

LARGE, SMALL, SCALARS = (784, 512, 512, 10), (64, 32, 32, 10), (2, 16, 16, 1)
CHAIN = 1500
GOAL = 0.5


def cases() -> list[Case]:
    """All of them; making them checks that the contenders agree."""
    return [
        large(np.float32, goal=GOAL),
        large(np.float32, goal=GOAL, norm=True),
        large(np.float64),
        small(),
        chain(),
        scalars(),
    ]


def large(dtype: Any, goal: float | None = None, norm: bool = False) -> Case:
    """A network on which the matrix products take most of the time."""
    params, x, labels = numbers(LARGE, 128, dtype, norm)
    targets = np.eye(LARGE[-1], dtype=dtype)[labels]
    our_norm, their_norm = (batch_norm, autograd_batch_norm) if norm else (None, None)

    def ours() -> Any:
        nodes = [variable(param) for param in params]
        return value_and_gradients(cross_entropy(scores(nodes, x, relu, our_norm), labels), nodes)

    def plain(boxes: Any) -> Any:
        out = scores(unpacked(boxes), x, autograd_relu, their_norm)
        return autograd_cross_entropy(out, targets)

    def tuned(boxes: Any) -> Any:
        out = scores(unpacked(boxes), x, autograd_masked, their_norm)
        return autograd_one_gate(out, labels)

    theirs, theirs_tuned = value_and_grad(plain), value_and_grad(tuned)
    precision = np.dtype(dtype).name
    name = f"network{', batch norm' if norm else ''}, {precision}"
    for other in (theirs, theirs_tuned):
        same(name, ours(), other(params), rtol=1e-3, atol=1e-5)
    return Case(
        name,
        f"784-512-512-10, {'batch norm and ' if norm else ''}ReLU, cross-entropy, batch 128, "
        f"{precision}: loss and gradients",
        ours,
        {
            "autograd": lambda: theirs(params),
            "autograd, tuned by hand": lambda: theirs_tuned(params),
            "the products alone": products([w for w in params if w.ndim == 2], x),
        },
        goal=goal,
    )


def small() -> Case:
    """A network on which the engine takes most of the time; the loss is made of gates as well."""
    params, x, labels = numbers(SMALL, 32, np.float64)
    targets = np.eye(SMALL[-1])[labels]

    def squared_error(out: Any, add_up: Callable[[Any], Any]) -> Any:
        error = out - targets
        return add_up(error * error) * (0.5 / len(x))

    def ours() -> Any:
        nodes = [variable(param) for param in params]
        return value_and_gradients(squared_error(scores(nodes, x, relu), total), nodes)

    def plain(boxes: Any) -> Any:
        return squared_error(scores(unpacked(boxes), x, autograd_relu), anp.sum)

    theirs = value_and_grad(plain)
    same("small network", ours(), theirs(params))
    return Case(
        "small network, gate by gate",
        "64-32-32-10, ReLU, squared error, batch 32, float64: loss and gradients",
        ours,
        {"autograd": lambda: theirs(params)},
        goal=GOAL,
    )


def chain() -> Case:
    """A long chain of the smallest gate."""

    def function(x: Any) -> Any:
        for _ in range(CHAIN):
            x = x * 0.999
        return x

    def ours() -> Any:
        x = variable(1.0)
        return value_and_gradients(function(x), [x])

    theirs = value_and_grad(function)
    value, gradient = theirs(1.0)
    same("chain", ours(), (value, [gradient]))
    return Case(
        f"chain of {CHAIN} numbers",
        "x * 0.999, again and again: value and derivative",
        ours,
        {"autograd": lambda: theirs(1.0)},
        goal=GOAL,
        unit="scalars",
        count=CHAIN + 1,
    )


def scalars() -> Case:
    """A network in which every number is a node, on some points."""
    rng = np.random.default_rng(5)
    weights = [rng.standard_normal((m, d + 1)).tolist() for d, m in pairwise(SCALARS)]
    points = rng.standard_normal((4, SCALARS[0])).tolist()

    def loss(layers: list[list[list[Any]]], rectify: Callable[[Any], Any]) -> Any:
        squares = []
        for point in points:
            values = point
            for layer in layers:
                sums = [weighted_sum(row, values) for row in layer]
                values = sums if layer is layers[-1] else [rectify(s) for s in sums]
            squares += [value * value for value in values]
        return sum(squares[1:], start=squares[0])

    def lifted(make: Callable[[float], Any]) -> tuple[list[list[list[Any]]], list[Any]]:
        layers = [[[make(w) for w in row] for row in layer] for layer in weights]
        return layers, [w for layer in layers for row in layer for w in row]

    def ours() -> Any:
        layers, nodes = lifted(variable)
        return value_and_gradients(loss(layers, relu), nodes)

    def theirs() -> Any:
        layers, values = lifted(Value)
        out = loss(layers, Value.relu)
        out.backward()
        return out.data, [value.grad for value in values]

    same("scalars", ours(), theirs())
    layers, _ = lifted(variable)
    return Case(
        "network of numbers",
        "2-16-16-1, ReLU, squares, 4 points, every number a node: value and gradients",
        ours,
        {"micrograd": theirs},
        unit="scalars",
        count=len(backward(loss(layers, relu))),
    )


def unpacked(boxes: Any) -> list[Any]:
    """List of boxes, of the one box that autograd makes of a list."""
    return [boxes[i] for i in range(len(boxes))]


def weighted_sum(row: list[Any], values: list[Any]) -> Any:
    """One neuron: its last weight is the bias."""
    total = row[-1]
    for weight, value in zip(row[:-1], values, strict=True):
        total = total + weight * value
    return total
