"""Recognize how wrong derivatives came about, whatever order the graph was walked in."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nbcourse.exercise.comparison import same
from nbcourse.reverse_mode import graph_backward
from nbcourse.specs.graphs.drawn import children_of

#: Only graphs as small as those drawn by hand are searched for sums of some of the shares.
_FEW_NODES = 7


def _equal(a: Any, b: Any) -> bool:
    return bool(np.isclose(a, b, rtol=1e-9, atol=1e-12))


def one_share_at_each_fork(args: tuple[Any, ...], result: Any) -> bool:
    """Whether each gradient is the share of one child; of which one depends on the order."""
    parents, local, output = args
    for node, children in children_of(parents).items():
        shares = [result[child] * sum(local[child, node]) for child in children]
        shares += [result[child] * use for child in children for use in local[child, node]]
        shares += [float(node == output)] * (node == output or not children)
        if not np.isclose(shares, result[node], rtol=1e-9, atol=1e-12).any():
            return False
    return True


def of_another_output(args: tuple[Any, ...], result: Any) -> bool:
    """Whether these are the derivatives of a node that nobody uses, in place of the output's."""
    parents, local, _ = args
    return any(
        same(result, graph_backward(parents, local, node))
        for node, children in children_of(parents).items()
        if not children
    )


def some_never_hand_on(args: tuple[Any, ...], result: Any) -> bool:
    """Whether each gradient is the sum of the shares of some of its children, if not of all."""
    parents, local, output = args
    for node, children in children_of(parents).items():
        sums = {float(node == output)}
        for child in dict.fromkeys(children):
            sums |= {total + result[child] * sum(local[child, node]) for total in sums}
        if not any(_equal(total, result[node]) for total in sums):
            return False
    return bool(result.keys() == parents.keys())


def handed_on_too_early(args: tuple[Any, ...], result: Any) -> bool:
    """Whether the first wrong gradients lack what a child received after it had handed on."""
    parents, local, output = args
    if len(parents) > _FEW_NODES:
        return True
    right, children = graph_backward(*args), children_of(parents)

    def arrived(node: Any) -> set[float]:
        """What a node may hold on the way: sums of some of the right shares of its children."""
        sums = {float(node == output)}
        for child in children[node]:
            for use in local[child, node]:
                sums |= {total + right[child] * use for total in sums}
        return sums

    def first_wrong() -> Iterator[Any]:
        for node in parents:
            fine = all(_equal(result[child], right[child]) for child in children[node])
            if fine and not _equal(result[node], right[node]):
                yield node

    for node in first_wrong():
        sums = {float(node == output)}
        for child in dict.fromkeys(children[node]):
            factor = sum(local[child, node])
            sums = {total + held * factor for total in sums for held in arrived(child)}
        if not any(_equal(total, result[node]) for total in sums):
            return False
    return True
