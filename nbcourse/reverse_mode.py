"""Reverse mode on a bare graph: names of nodes, lists of parents, local derivatives.

``nbcourse.graph`` runs the same two steps over gates and arrays: put the nodes in an order in which
each stands after what it is computed from, then walk that order backward.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any


def topological_order(parents: Mapping[Any, Sequence[Any]]) -> list[Any]:
    """Order the nodes of a graph so that every node stands after its parents.

    Parameters
    ----------
    parents : node -> nodes it is computed from; inputs have an empty list, a node used twice
        stands twice, the keys come in any order

    Returns
    -------
    list of all nodes

    Raises
    ------
    ValueError
        A parent is not a key, or the graph has a cycle.

    Notes
    -----
    Kahn's algorithm (1962): a node is ready when the last of its parents has been placed. There
    is no recursion, so a chain may be as long as memory allows.

    Examples
    --------
    >>> topological_order({"f": ["q", "z"], "q": ["x", "y"], "x": [], "y": [], "z": []})
    ['x', 'y', 'q', 'z', 'f']
    """
    children: dict[Any, list[Any]] = {node: [] for node in parents}
    for node, used in parents.items():
        for parent in used:
            if parent not in children:
                raise ValueError(f"{parent!r}, a parent of {node!r}, is not a key of the graph")
            children[parent].append(node)
    waiting = {node: len(used) for node, used in parents.items()}
    ready = [node for node in reversed(list(parents)) if not waiting[node]]
    order = []
    while ready:
        node = ready.pop()
        order.append(node)
        for child in children[node]:
            waiting[child] -= 1
            if not waiting[child]:
                ready.append(child)
    if len(order) < len(parents):
        raise ValueError("the graph has a cycle: some node is computed, in the end, from itself")
    return order


def graph_backward(
    parents: Mapping[Any, Sequence[Any]],
    local: Mapping[tuple[Any, Any], Sequence[float]],
    output: Hashable,
) -> dict[Any, float]:
    r"""Reverse mode on a graph of numbers: the derivative of ``output`` by every node.

    .. math::

        \frac{\partial f}{\partial u} = \sum_{\text{uses of } u \text{ in } v}
        \frac{\partial f}{\partial v}\, \frac{\partial v}{\partial u}

    Parameters
    ----------
    parents : node -> nodes it is computed from, as for ``topological_order``
    local : (node, parent) -> list of local derivatives, one for each use of the parent
    output : the node whose derivatives are asked for

    Returns
    -------
    dict, node -> number, 0.0 where no path leads to the output

    Examples
    --------
    >>> parents = {"x": [], "f": ["x", "x"]}  # f = x * x at x = 3
    >>> graph_backward(parents, {("f", "x"): [3.0, 3.0]}, "f")
    {'x': 6.0, 'f': 1.0}
    """
    gradients = dict.fromkeys(parents, 0.0)
    gradients[output] = 1.0
    for node in reversed(topological_order(parents)):
        for parent in dict.fromkeys(parents[node]):
            gradients[parent] += gradients[node] * sum(local[node, parent])
    return gradients
