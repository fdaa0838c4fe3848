"""Putting a graph in order: every node after its parents. Many orders are right."""

from collections import deque
from graphlib import TopologicalSorter
from typing import Any

from nbcourse.exercise import Exercise, Mistake
from nbcourse.exercise.comparison import kind_of, show
from nbcourse.reverse_mode import topological_order
from nbcourse.specs.graphs import wrong_orders
from nbcourse.specs.graphs.drawn import Parents, children_of, long_graph, small_graphs


def _wrong_order(args: tuple[Any, ...], order: Any) -> str | None:
    """What keeps a list from being a topological order of the graph, in words."""
    (parents,) = args
    if not isinstance(order, (list, tuple)):
        return f"is {kind_of(order)}, expected a list of all nodes"
    place: dict[Any, int] = {}
    for position, node in enumerate(order):
        try:
            known = node in parents
        except TypeError:  # a list or an array, which can be no key
            known = False
        if not known:
            return f"holds {show(node)}, which is not a node of the graph"
        if node in place:
            return f"holds {show(node)} twice"
        place[node] = position
    missing = [show(node) for node in parents if node not in place]
    if missing:
        more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        return f"lacks {', '.join(missing[:3])}{more}"
    edges = [(node, parent) for node in order for parent in parents[node]]
    early = [(node, parent) for node, parent in edges if place[node] < place[parent]]
    if not early:
        return None
    node, parent = early[0]
    backward = len(early) == len(edges) > 1
    return f"puts {show(node)} before {show(parent)}, from which it is computed" + (
        "; read from its end, the list would be right" if backward else ""
    )


def _order_by_recursion(parents: Parents) -> list[Any]:
    order: list[Any] = []
    seen = set()

    def visit(node: Any) -> None:
        if node not in seen:
            seen.add(node)
            for parent in parents[node]:
                visit(parent)
            order.append(node)

    for node in parents:
        visit(node)
    return order


def _order_by_steps_from_the_inputs(parents: Parents) -> list[Any]:
    children = children_of(parents)
    order = [node for node, used in parents.items() if not used]
    for node in order:
        for child in children[node]:
            if child not in order:
                order.append(child)
    return order


def _order_from_the_output(parents: Parents) -> list[Any]:
    children = children_of(parents)
    waiting = {node: len(used) for node, used in children.items()}
    ready = deque(node for node in parents if not waiting[node])
    order = []
    while ready:
        node = ready.popleft()
        order.append(node)
        for parent in parents[node]:
            waiting[parent] -= 1
            if not waiting[parent]:
                ready.append(parent)
    return order


def _order_with_repeats(parents: Parents) -> list[Any]:
    children = children_of(parents)
    order = [node for node, used in parents.items() if not used]
    placed = set()
    for node in order:
        placed.add(node)
        if len(order) > 2 * len(parents):
            break
        for child in children[node]:
            if placed.issuperset(parents[child]):
                order.append(child)
    return order


def _order_with_uses_ticked_off_once(parents: Parents) -> list[Any]:
    waiting = {node: len(used) for node, used in parents.items()}
    order = [node for node in parents if not waiting[node]]
    children = children_of(parents)
    for node in order:
        for child in dict.fromkeys(children[node]):
            waiting[child] -= 1
            if not waiting[child]:
                order.append(child)
    return order


def _order_of_what_one_output_needs(parents: Parents) -> list[Any]:
    used = {parent for each in parents.values() for parent in each}
    output = next(node for node in parents if node not in used)
    needed, found = set(), [output]
    while found:
        node = found.pop()
        if node not in needed:
            needed.add(node)
            found.extend(parents[node])
    return [node for node in topological_order(parents) if node in needed]


def _order_with_uses_counted_once(parents: Parents) -> list[Any]:
    waiting = {node: len(set(used)) for node, used in parents.items()}
    children = children_of(parents)
    order = [node for node in parents if not waiting[node]]
    for node in order:
        for child in children[node]:
            waiting[child] -= 1
            if not waiting[child]:
                order.append(child)
    return order


def _order_noted_on_the_way_back(parents: Parents) -> list[Any]:
    children = children_of(parents)
    order = [node for node in parents if not children[node]]
    for node in order:
        order += [parent for parent in dict.fromkeys(parents[node]) if parent not in order]
    return order[::-1]


def _order_by_one_sweep(parents: Parents) -> list[Any]:
    order = [node for node, used in parents.items() if not used]
    for node in parents:
        if node not in order and set(order).issuperset(parents[node]):
            order.append(node)
    return order


def _order_by_one_sweep_and_the_rest(parents: Parents) -> list[Any]:
    order = _order_by_one_sweep(parents)
    return order + [node for node in parents if node not in order]


def _order_computed_first(parents: Parents) -> list[Any]:
    return sorted(parents, key=lambda node: not parents[node])


def _order_inputs_first(parents: Parents) -> list[Any]:
    return sorted(parents, key=lambda node: bool(parents[node]))


def _order_by_sweeps(parents: Parents) -> list[Any]:
    order: list[Any] = []
    while len(order) < len(parents):
        for node in parents:
            if node not in order and all(parent in order for parent in parents[node]):
                order.append(node)
    return order


def order_by_depth_first_stack(parents: Parents) -> list[Any]:
    """Go up from each node and place a node once all its parents are placed; no recursion."""
    order: list[Any] = []
    placed = set()
    for start in parents:
        stack = [start]
        while stack:
            missing = [parent for parent in parents[stack[-1]] if parent not in placed]
            if missing:
                stack.append(missing[0])
                continue
            node = stack.pop()
            if node not in placed:
                placed.add(node)
                order.append(node)
    return order


TOPOLOGICAL_ORDER = Exercise(
    name="topological_order",
    points=2,
    reference=topological_order,
    parts=("order",),
    cases=lambda rng: [(parents,) for parents, _ in small_graphs(rng)],
    large=lambda rng: long_graph(rng)[:1],
    accept=_wrong_order,
    mistakes=(
        Mistake(
            "Your function calls itself once for every step along a path, and Python allows about "
            "1,000 calls inside one another; a graph can be deeper than that. Keep the nodes that "
            "are still to be visited in a list of your own, and loop until it is empty.",
            _order_by_recursion,
        ),
        Mistake(
            "What stands too early in your list uses one of its parents twice. You tick that "
            "parent off twice but wait for it once: count and tick off the same things.",
            _order_with_uses_counted_once,
            wrong_orders.early_only_with_a_repeated_parent,
        ),
        Mistake(
            "You place a node as soon as you reach it from one of its parents. Another parent may "
            "come later, by a longer way: a node has to wait for the last of them.",
            _order_by_steps_from_the_inputs,
            wrong_orders.after_one_parent,
        ),
        Mistake(
            "Your list runs from the output to the inputs. That is the order of the backward "
            "walk; here every node stands after its parents.",
            _order_from_the_output,
            lambda args, order: _wrong_order(args, order[::-1]) is None,
        ),
        Mistake(
            "A node that is used twice by the same child makes you place that child twice. Check "
            "whether it has been placed already, or count the uses that are still open.",
            _order_with_repeats,
        ),
        Mistake(
            "You count a parent that is used twice as two to wait for, and tick off one when it "
            "is placed. Its child waits forever: count and tick off the same things.",
            _order_with_uses_ticked_off_once,
        ),
        Mistake(
            "You start at one output and order what it needs. The graph may have other outputs "
            "and separate parts: every key of the dict belongs in the list.",
            _order_of_what_one_output_needs,
            wrong_orders.what_one_output_needs,
        ),
        Mistake(
            "You return the keys as they stand in the dict. The dict comes in any order: what "
            "counts is who is computed from whom.",
            lambda parents: list(parents),
        ),
        Mistake(
            "You put the inputs first and leave the rest as it stands in the dict. Nodes that are "
            "computed from other computed nodes have to wait too.",
            _order_inputs_first,
        ),
        Mistake(
            "You turn round the keys as they stand in the dict. The dict comes in any order, and "
            "from its end it is no better: what counts is who is computed from whom.",
            lambda parents: list(parents)[::-1],
        ),
        Mistake(
            "You sort the nodes by their names. A name says nothing about what a node is computed "
            "from.",
            lambda parents: sorted(parents),
        ),
        Mistake(
            "You sort the nodes by how many parents they have. A node with one parent may stand "
            "at the end of a long chain.",
            lambda parents: sorted(parents, key=lambda node: len(parents[node])),
        ),
        Mistake(
            "You note a node when you reach it from one of its children, and turn the list round "
            "at the end. Another child may be reached later: what you note too soon on the way "
            "back ends too late. Note a node once all its parents have been noted.",
            _order_noted_on_the_way_back,
            wrong_orders.before_one_child,
        ),
        Mistake(
            "One node is missing at the end of your list: a loop or a slice stops one too early.",
            lambda parents: topological_order(parents)[:-1],
            wrong_orders.without_the_last,
        ),
        Mistake(
            "You leave out the inputs. They have no parents to wait for, but they are nodes of "
            "the graph: they belong in the list, at the beginning if you like.",
            lambda parents: [node for node in topological_order(parents) if parents[node]],
            wrong_orders.without_the_inputs,
        ),
        Mistake(
            "Nodes are missing whose parents are all in your list: a node that had to wait when "
            "you came by is never looked at again. Go on until every node is placed.",
            _order_by_one_sweep,
            wrong_orders.without_those_that_waited,
        ),
        Mistake(
            "You go through the dict once and put what has to wait at the end, as it comes. Those "
            "nodes may depend on each other: go on until each finds its parents placed.",
            _order_by_one_sweep_and_the_rest,
        ),
        Mistake(
            "Some nodes stand in your list more than once. Before you place a node, see whether "
            "it has been placed already; a set of the placed nodes answers that at once.",
            lambda parents: [n for node in topological_order(parents) for n in (node, node)],
            wrong_orders.some_twice,
        ),
        Mistake(
            "All nodes are there, but some stand before one of their parents. Take one that the "
            "check names, and follow why your function placed it before all its parents were.",
            _order_computed_first,
            wrong_orders.every_node_once,
        ),
    ),
    alternatives=(
        _order_by_sweeps,
        order_by_depth_first_stack,
        lambda parents: list(TopologicalSorter(parents).static_order()),
        lambda parents: tuple(_order_from_the_output(parents)[::-1]),
    ),
    summary="a graph's nodes in an order in which each stands after its parents",
)
