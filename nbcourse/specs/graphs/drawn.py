"""The graphs on which orders and backward walks are checked."""

from collections.abc import Iterator
from typing import Any

import numpy as np

Parents = dict[Any, list[Any]]

# Each graph lists the parents of node 0, 1, 2, ...; the second number is the output.
_GRAPHS: tuple[tuple[tuple[tuple[int, ...], ...], int], ...] = (
    (((), (0,), (0,), (1, 2)), 3),  # a diamond
    (((), (0, 0)), 1),  # a node used twice
    (((), (0,), (1,), (2, 0)), 3),  # a long way and a short one
    (((), (), (), (0, 1), (3, 2)), 4),  # (x + y) z
    (((), (0,), (1,), (2,)), 3),  # a chain
    (((), (), (0, 1, 0), (2, 1), (3, 3), (2,), (5, 3)), 4),  # two nodes beside the output
    (((), (0, 0), (), (2,), ()), 1),  # three parts, not connected
)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def _random_graph(rng: np.random.Generator, count: int, reach: int) -> list[list[int]]:
    """Node i is computed from two or three of the ``reach`` nodes before it, perhaps one twice."""
    return [
        [int(p) for p in rng.integers(max(0, i - reach), i, rng.integers(2, 4))] if i > 1 else []
        for i in range(count)
    ]


def _named(
    graph: Any, order: Any, rng: np.random.Generator, letters: bool = False
) -> tuple[Parents, list[Any]]:
    """A graph as a dict with its keys in the given order, and the name of each node."""
    count = len(graph)
    names: list[Any] = [int(n) for n in rng.permutation(10 * count)[:count]]
    if letters:
        names = [_LETTERS[i] for i in rng.permutation(len(_LETTERS))[:count]]
    return {names[i]: [names[p] for p in graph[i]] for i in order}, names


def small_graphs(rng: np.random.Generator) -> Iterator[tuple[Parents, Any]]:
    """Small graphs, each with its output."""
    for graph, output in _GRAPHS:
        parents, names = _named(graph, rng.permutation(len(graph)), rng, letters=True)
        yield parents, names[output]
    for count in (7, 15):
        parents, names = _named(_random_graph(rng, count, 6), rng.permutation(count), rng)
        yield parents, names[int(rng.integers(count // 2, count))]


def long_graph(rng: np.random.Generator) -> tuple[Parents, Any]:
    """A random graph with a chain of 1,500 nodes behind it, at whose end the output stands.

    Paths are too many to be walked one by one, and the chain too long for recursion from either
    end: the output's key comes first, then those of the inputs. The other keys are shuffled in
    blocks, because a shuffle of single keys would only punish those who sweep through the dict
    until all nodes are placed.
    """
    graph = _random_graph(rng, 120, 5)
    graph += [[i - 1] for i in range(len(graph), len(graph) + 1500)]
    first, *blocks = np.array_split(np.arange(len(graph) - 1), 25)
    shuffled = [blocks[i] for i in rng.permutation(len(blocks))]
    parents, names = _named(graph, [len(graph) - 1, *first, *np.concatenate(shuffled)], rng)
    return parents, names[-1]


def children_of(parents: Parents) -> Parents:
    """Node -> the nodes computed from it, one for each use."""
    children: Parents = {node: [] for node in parents}
    for node, used in parents.items():
        for parent in used:
            children[parent].append(node)
    return children
