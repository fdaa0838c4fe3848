"""The walk back through a graph of numbers."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise, Mistake
from nbcourse.reverse_mode import graph_backward, topological_order
from nbcourse.specs.graphs import wrong_walks
from nbcourse.specs.graphs.drawn import Parents, children_of, long_graph, small_graphs
from nbcourse.specs.graphs.order import order_by_depth_first_stack


def _locals(
    parents: Parents, rng: np.random.Generator, low: float, high: float
) -> dict[tuple[Any, Any], list[float]]:
    """Local derivatives for every use, of either sign, away from 0, no two alike."""
    return {
        (node, parent): [
            float(rng.uniform(low, high) * rng.choice((-1.0, 1.0)))
            for _ in range(used.count(parent))
        ]
        for node, used in parents.items()
        for parent in used
    }


def _backward_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    for parents, output in small_graphs(rng):
        yield parents, _locals(parents, rng, 0.5, 2.0), output


def _long_backward(rng: np.random.Generator) -> tuple[Any, ...]:
    """Local derivatives near 1 along the chain, smaller where paths multiply: all stays finite."""
    parents, output = long_graph(rng)
    local = _locals(parents, rng, 0.4, 0.8)
    chain = [(node, used[0]) for node, used in parents.items() if len(used) == 1]
    local.update({edge: [float(rng.uniform(0.97, 1.03))] for edge in chain})
    return parents, local, output


def _walk(
    step: Callable[..., None],
    order: Callable[[Parents], list[Any]] = topological_order,
    seed: float = 1.0,
) -> Callable[..., Any]:
    """A backward walk that does ``step(gradients, node, parent, local derivatives)`` at each edge.

    It comes to a parent once for a node, however often the node uses it.
    """

    def backward(parents: Parents, local: Any, output: Any) -> Any:
        gradients = dict.fromkeys(parents, 0.0)
        gradients[output] = seed
        for node in reversed(order(parents)):
            for parent in dict.fromkeys(parents[node]):
                step(gradients, node, parent, local[node, parent])
        return gradients

    return backward


def _add(gradients: Any, node: Any, parent: Any, uses: Any) -> None:
    gradients[parent] += gradients[node] * sum(uses)


def _assign(gradients: Any, node: Any, parent: Any, uses: Any) -> None:
    gradients[parent] = gradients[node] * sum(uses)


def _add_the_first_use(gradients: Any, node: Any, parent: Any, uses: Any) -> None:
    gradients[parent] += gradients[node] * uses[0]


def _multiply_the_uses(gradients: Any, node: Any, parent: Any, uses: Any) -> None:
    gradients[parent] += gradients[node] * float(np.prod(uses))


def _add_all_uses_at_every_use(gradients: Any, node: Any, parent: Any, uses: Any) -> None:
    gradients[parent] += gradients[node] * sum(uses) * len(uses)


def _add_the_local_derivative(gradients: Any, node: Any, parent: Any, uses: Any) -> None:
    gradients[parent] += sum(uses)


def _add_instead_of_multiply(gradients: Any, node: Any, parent: Any, uses: Any) -> None:
    gradients[parent] += gradients[node] + sum(uses)


def _add_the_mean_of_the_uses(gradients: Any, node: Any, parent: Any, uses: Any) -> None:
    gradients[parent] += gradients[node] * float(np.mean(uses))


def _order_by_parents(parents: Parents) -> list[Any]:
    return sorted(parents, key=lambda node: len(parents[node]))


def _backward_from_the_last(parents: Parents, local: Any, output: Any) -> Any:
    return graph_backward(parents, local, topological_order(parents)[-1])


def _backward_from_ones(parents: Parents, local: Any, output: Any) -> Any:
    gradients = dict.fromkeys(parents, 1.0)
    for node in reversed(topological_order(parents)):
        for parent in dict.fromkeys(parents[node]):
            _add(gradients, node, parent, local[node, parent])
    return gradients


def _backward_with_none(parents: Parents, local: Any, output: Any) -> Any:
    gradients = graph_backward(parents, local, output)
    return {node: gradient or None for node, gradient in gradients.items()}


def _backward_of_the_inputs(parents: Parents, local: Any, output: Any) -> Any:
    gradients = graph_backward(parents, local, output)
    return {node: gradients[node] for node in parents if not parents[node]}


def _backward_until_a_zero(parents: Parents, local: Any, output: Any) -> Any:
    gradients = dict.fromkeys(parents, 0.0) | {output: 1.0}
    for node in reversed(topological_order(parents)):
        if gradients[node] == 0:
            break
        for parent in dict.fromkeys(parents[node]):
            _add(gradients, node, parent, local[node, parent])
    return gradients


def _backward_along_every_path(parents: Parents, local: Any, output: Any) -> Any:
    gradients = dict.fromkeys(parents, 0.0)

    def visit(node: Any, gradient: float) -> None:
        gradients[node] += gradient
        for parent in dict.fromkeys(parents[node]):
            for use in local[node, parent]:
                visit(parent, gradient * use)

    visit(output, 1.0)
    return gradients


def _backward_level_by_level(parents: Parents, local: Any, output: Any) -> Any:
    gradients = dict.fromkeys(parents, 0.0)
    gradients[output] = 1.0
    found = [output]
    for node in found:
        for parent in dict.fromkeys(parents[node]):
            _add(gradients, node, parent, local[node, parent])
            if parent not in found:
                found.append(parent)
    return gradients


def _backward_of_what_is_reached(parents: Parents, local: Any, output: Any) -> Any:
    gradients = {output: 1.0}
    for node in reversed(topological_order(parents)):
        if node in gradients:
            for parent in parents[node]:
                gradients.setdefault(parent, 0.0)
            for parent in dict.fromkeys(parents[node]):
                _add(gradients, node, parent, local[node, parent])
    return gradients


def _backward_from_every_end(parents: Parents, local: Any, output: Any) -> Any:
    children = children_of(parents)
    gradients = {node: 0.0 if children[node] else 1.0 for node in parents}
    for node in reversed(topological_order(parents)):
        for parent in dict.fromkeys(parents[node]):
            _add(gradients, node, parent, local[node, parent])
    return gradients


def _backward_by_asking_the_children(parents: Parents, local: Any, output: Any) -> Any:
    children = children_of(parents)
    gradients: dict[Any, Any] = {}
    for node in topological_order(parents)[::-1]:
        gradients[node] = 1.0 if node == output else 0.0
        for child in set(children[node]):
            gradients[node] += sum(gradients[child] * use for use in local[child, node])
    return gradients


def _backward_use_by_use(parents: Parents, local: Any, output: Any) -> Any:
    remaining = {key: list(uses) for key, uses in local.items()}
    gradients = dict.fromkeys(parents, 0) | {output: 1}
    for node in order_by_depth_first_stack(parents)[::-1]:
        for parent in parents[node]:
            gradients[parent] += gradients[node] * remaining[node, parent].pop()
    return gradients


GRAPH_BACKWARD = Exercise(
    name="graph_backward",
    points=3,
    reference=graph_backward,
    parts=("gradients",),
    cases=_backward_cases,
    large=_long_backward,
    mistakes=(
        Mistake(
            "Your function follows the graph by calling itself, and Python allows about 1,000 "
            "calls inside one another; following each path on its own also takes twice as long "
            "with every fork. Loop over the topological order from its end instead.",
            _backward_along_every_path,
        ),
        Mistake(
            "At a fork the gradient that comes last replaces the ones before it. A node that is "
            "used in several places collects the sum of what comes back from all of them.",
            _walk(_assign),
            wrong_walks.one_share_at_each_fork,
        ),
        Mistake(
            "You take one local derivative of a parent and leave the others in its list. There is "
            "one for each use, and each use is a way of its own from the parent to the output.",
            _walk(_add_the_first_use),
        ),
        Mistake(
            "You multiply the local derivatives of several uses. Along one path derivatives "
            "multiply, but two uses are two paths side by side.",
            _walk(_multiply_the_uses),
        ),
        Mistake(
            "You count a parent that is used k times k times too often: it stands k times in the "
            "list of parents, and each time you add the derivatives of all its uses.",
            _walk(_add_all_uses_at_every_use),
        ),
        Mistake(
            "You add local derivatives without the gradient of the node they lead to. What "
            "arrives at a node is multiplied by the local derivative on its way to the parent.",
            _walk(_add_the_local_derivative),
        ),
        Mistake(
            "All your gradients are 0: nothing starts the walk. What is the derivative of the "
            "output with respect to itself?",
            _walk(_add, seed=0.0),
        ),
        Mistake(
            "You walk through the dict from its last key, but the dict comes in any order. A node "
            "may hand its gradient on only when all its children have done so: which order "
            "guarantees that?",
            _walk(_add, order=list),
        ),
        Mistake(
            "You walk in the right order but from the wrong end. The output's gradient is the one "
            "you know: begin there and go toward the inputs.",
            _walk(_add, order=lambda parents: topological_order(parents)[::-1]),
        ),
        Mistake(
            "You walk back level by level, by the shortest way to the output. A node then hands "
            "its gradient on before the longer ways have brought their share: visit the nodes in "
            "reversed topological order.",
            _backward_level_by_level,
        ),
        Mistake(
            "Nodes from which no path leads to the output are missing from your dict. The output "
            "does not depend on them, so their derivative is known: 0.0.",
            _backward_of_what_is_reached,
        ),
        Mistake(
            "You start with gradient 1 at every node that nobody uses. Only one of them is the "
            "output that was asked for; the others do not influence it.",
            _backward_from_every_end,
        ),
        Mistake(
            "These are the derivatives of another node. The walk starts at the output that was "
            "asked for, which need not be the last node of your order.",
            _backward_from_the_last,
            wrong_walks.of_another_output,
        ),
        Mistake(
            "You start with gradient 1 at every node. Only the derivative of the output with "
            "respect to itself is known to be 1; all others are collected, from 0 on.",
            _backward_from_ones,
        ),
        Mistake(
            "You add a node's gradient and the local derivative. Along a path derivatives "
            "multiply; what is added up are the paths.",
            _walk(_add_instead_of_multiply),
        ),
        Mistake(
            "You take the mean of the local derivatives of several uses. Each use moves the "
            "output on its own, so their shares are added up.",
            _walk(_add_the_mean_of_the_uses),
        ),
        Mistake(
            "Nodes from which no path leads to the output hold None. Their derivative is known: "
            "the output does not move with them, so it is 0.0.",
            _backward_with_none,
        ),
        Mistake(
            "You return the inputs only. The derivatives of all nodes are wanted, and you have "
            "them: they were needed on the way.",
            _backward_of_the_inputs,
        ),
        Mistake(
            "You walk through the dict from its first key, but the dict comes in any order. A node "
            "may hand its gradient on only when all its children have done so: which order "
            "guarantees that?",
            _walk(_add, order=lambda parents: list(parents)[::-1]),
        ),
        Mistake(
            "Some nodes never hand on what they have: your walk ends too early or leaves nodes "
            "out. Where nothing has arrived at a node, go on with the next one.",
            _backward_until_a_zero,
            wrong_walks.some_never_hand_on,
        ),
        Mistake(
            "Some node hands its gradient on before all of it has arrived. Visit the nodes in "
            "reversed topological order, each once: then all its children come first.",
            _walk(_add, order=_order_by_parents),
            wrong_walks.handed_on_too_early,
        ),
    ),
    alternatives=(_backward_by_asking_the_children, _backward_use_by_use),
    summary="derivatives of one node of a graph of numbers with respect to all nodes",
)
