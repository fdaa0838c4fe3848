"""Where to put the nodes of a graph: in layers from left to right, with few crossings.

The method of Sugiyama, Tagawa and Toda (1981) in its simplest form: a node stands one layer right
of its rightmost parent, long edges get a bend in every layer they pass, and each layer is sorted by
the mean height of its neighbors, by turns of those on the right and those on the left. Plain
Python, so that no figure needs a program beside it.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from nbcourse.reverse_mode import topological_order

Point = tuple[float, float]
Key = Any

SWEEPS = 30


def layered(
    parents: Mapping[Key, Sequence[Key]],
) -> tuple[dict[Key, Point], dict[Key, list[Point]]]:
    """Positions of the nodes, and the bends of the edges that pass through other layers.

    Parameters
    ----------
    parents : node -> nodes it is computed from

    Returns
    -------
    positions : node -> (layer, height), neighbors in a layer at least 1 apart
    bends : (parent, node) -> the points the edge passes between them

    Examples
    --------
    >>> layered({"x": [], "y": [], "q": ["x", "y"]})[0]
    {'x': (0.0, 0.5), 'y': (0.0, -0.5), 'q': (1.0, 0.0)}
    """
    layer = _layers(parents)
    columns, left, right, chains = _columns(parents, layer)
    heights = {key: (len(c) - 1) / 2 - i for c in columns for i, key in enumerate(c)}
    # The last sweep goes right, which leaves a chain of gates on one level.
    for _ in range(SWEEPS):
        for column in reversed(columns):
            _settle(column, heights, right)
        for column in columns:
            _settle(column, heights, left)
    number = {key: i for i, column in enumerate(columns) for key in column}
    place = {key: (float(number[key]), heights[key]) for key in heights}
    return (
        {node: place[node] for node in parents},
        {edge: [place[key] for key in chain] for edge, chain in chains.items()},
    )


def _layers(parents: Mapping[Key, Sequence[Key]]) -> dict[Key, int]:
    """Longest way from an input; an input itself stands just left of the first that uses it."""
    order = topological_order(parents)
    layer: dict[Key, int] = {}
    for node in order:
        layer[node] = max((layer[parent] + 1 for parent in parents[node]), default=0)
    first_use: dict[Key, int] = {}
    for node in order:
        for parent in parents[node]:
            first_use[parent] = min(layer[node], first_use.get(parent, layer[node]))
    return {node: layer[node] if parents[node] else first_use.get(node, 1) - 1 for node in order}


def _columns(
    parents: Mapping[Key, Sequence[Key]], layer: Mapping[Key, int]
) -> tuple[list[list[Key]], dict[Key, list[Key]], dict[Key, list[Key]], dict[Key, list[Key]]]:
    """The layers with bends filled in, the neighbors on either side, the bends of every edge."""
    columns: list[list[Key]] = [[] for _ in range(max(layer.values()) + 1)]
    left: dict[Key, list[Key]] = {}
    right: dict[Key, list[Key]] = {}
    chains: dict[Key, list[Key]] = {}
    for node in parents:
        columns[layer[node]].append(node)
        left[node], right[node] = [], []
    for node, used in parents.items():
        for parent in dict.fromkeys(used):
            between = range(layer[parent] + 1, layer[node])
            chain: list[Key] = [("bend", parent, node, i) for i in between]
            for i, key in zip(between, chain, strict=True):
                columns[i].append(key)
                left[key], right[key] = [], []
            chains[parent, node] = chain
            for a, b in pairwise([parent, *chain, node]):
                right[a].append(b)
                left[b].append(a)
    return columns, left, right, chains


def _settle(
    column: list[Key], heights: dict[Key, float], neighbors: Mapping[Key, list[Key]]
) -> None:
    """Move every node of a layer to the mean height of these neighbors, 1 apart from the next."""
    wanted = {}
    for key in column:
        near = [heights[n] for n in neighbors[key]]
        wanted[key] = sum(near) / len(near) if near else heights[key]
    # Sorting is stable: what wants the same height keeps its order.
    column.sort(key=lambda key: -wanted[key])
    placed: list[float] = []
    for key in column:
        placed.append(min(wanted[key], placed[-1] - 1.0) if placed else wanted[key])
    # Pushing apart only ever pushes down; shift back to where the layer wanted to be.
    drift = sum(wanted[key] - height for key, height in zip(column, placed, strict=True))
    for key, height in zip(column, placed, strict=True):
        heights[key] = height + drift / len(column)
