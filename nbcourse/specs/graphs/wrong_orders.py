"""Recognize how a wrong order was made, whatever the choices its author was free to make.

Each test gets the arguments and a list of nodes. On a graph where the list happens to be right, it
says whether the mistake could have led there.
"""

from collections.abc import Callable, Sequence
from typing import Any

from nbcourse.specs.graphs.drawn import Parents, children_of

Test = Callable[[tuple[Any, ...], Any], bool]


def complete(test: Callable[[Parents, dict[Any, int]], bool]) -> Test:
    """A test of a list that holds every node once; it gets the graph and each node's position."""

    def whole(args: tuple[Any, ...], order: Sequence[Any]) -> bool:
        (parents,) = args
        place = {node: position for position, node in enumerate(order)}
        return len(order) == len(place) and place.keys() == parents.keys() and test(parents, place)

    return whole


@complete
def after_one_parent(parents: Parents, place: dict[Any, int]) -> bool:
    """Whether every node stands after one of its parents, if not after all."""
    return all(
        place[node] > min(place[parent] for parent in used)
        for node, used in parents.items()
        if used
    )


@complete
def before_one_child(parents: Parents, place: dict[Any, int]) -> bool:
    """Whether every node stands before one of its children, if not before all."""
    return all(
        place[node] < max(place[child] for child in children)
        for node, children in children_of(parents).items()
        if children
    )


@complete
def early_only_with_a_repeated_parent(parents: Parents, place: dict[Any, int]) -> bool:
    """Whether the nodes that stand too early all have a parent that they use twice."""
    return not any(
        place[node] < place[parent] and len(set(used)) == len(used)
        for node, used in parents.items()
        for parent in used
    )


@complete
def every_node_once(parents: Parents, place: dict[Any, int]) -> bool:
    """Whether the nodes are all there, in whatever order."""
    return True


def some_twice(args: tuple[Any, ...], order: Any) -> bool:
    """Whether all nodes are there, each after its parents where it stands first."""
    (parents,) = args
    first: dict[Any, int] = {}
    for position, node in enumerate(order):
        first.setdefault(node, position)
    return first.keys() == parents.keys() and all(
        first[parent] < first[node] for node, used in parents.items() for parent in used
    )


def _right_as_far_as_it_goes(parents: Parents, order: Any) -> bool:
    placed: set[Any] = set()
    for node in order:
        if node in placed or not placed.issuperset(parents[node]):
            return False
        placed.add(node)
    return True


def without_the_last(args: tuple[Any, ...], order: Any) -> bool:
    """Whether one node is missing at the end of a right list."""
    (parents,) = args
    return len(order) == len(parents) - 1 and _right_as_far_as_it_goes(parents, order)


def what_one_output_needs(args: tuple[Any, ...], order: Any) -> bool:
    """Whether it is a right list of a node that nobody uses and all that leads to it."""
    (parents,) = args
    if not _right_as_far_as_it_goes(parents, order):
        return False
    held = set(order)
    ends = held - {parent for node in held for parent in parents[node]}
    return len(ends) == 1


def without_those_that_waited(args: tuple[Any, ...], order: Any) -> bool:
    """Whether nodes are missing although all their parents are there."""
    (parents,) = args
    held = set(order)
    return _right_as_far_as_it_goes(parents, order) and (
        held == parents.keys()
        or any(node not in held and held.issuperset(parents[node]) for node in parents)
    )


def without_the_inputs(args: tuple[Any, ...], order: Any) -> bool:
    """Whether it is a right list from which the inputs have been left out."""
    (parents,) = args
    inputs = [node for node, used in parents.items() if not used]
    return _right_as_far_as_it_goes(parents, [*inputs, *order]) and (
        len(inputs) + len(order) == len(parents)
    )
