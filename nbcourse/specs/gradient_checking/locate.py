"""``find_wrong_node``: where a gradient goes wrong."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise, Mistake
from nbcourse.gradcheck import find_wrong_node, relative_error

Gradients = dict[str, Any]


def _gradients(
    rng: np.random.Generator, order: list[str], errors: dict[str, float], **sizes: float
) -> tuple[Gradients, Gradients, list[str]]:
    """Arguments for nodes in this order; errors and sizes other than 0 and 1 are given by name."""
    numeric: Gradients = {}
    analytic: Gradients = {}
    # The dicts have an order of their own: only ``order`` tells which node comes first.
    for i in rng.permutation(len(order)):
        name, shape = order[i], ((1,), (3,), (2, 3))[i % 3]
        value = sizes.get(name, 1.0) * rng.uniform(1.0, 2.0, shape) * rng.choice([-1, 1], shape)
        # Every entry is off by the same factor, so that all ways to measure an error agree.
        wrong = value * (1.0 + 2.0 * errors.get(name, 1e-9))
        numeric[name], analytic[name] = value, wrong
    return analytic, numeric, order


def _node_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    x, w, b, s, h, z, loss = order = [f"{c}{rng.integers(100)}" for c in "xwbshzl"]
    yield _gradients(rng, order, {})
    yield _gradients(rng, order, {x: 0.3, w: 0.4, b: 0.9, s: 0.2, h: 0.1})
    yield _gradients(rng, order, {x: 0.3, w: 0.9, s: 0.2, z: 0.1})
    yield _gradients(rng, order, {x: 0.3})
    yield _gradients(rng, order, {x: 0.3, h: 0.5, loss: 0.2})
    yield _gradients(rng, [x], {x: 0.2})
    # A large gradient may be off by more than tol, a small one must not be off by its own size.
    yield _gradients(rng, order, {x: 0.3, s: 0.5}, **{s: 1e-9, z: 1e6, loss: 1e6})
    yield *_gradients(rng, order, {x: 0.3, s: 0.2, z: 1e-4}), 1e-2
    yield *_gradients(rng, order, {x: 0.3, s: 0.2, z: 1e-7}), 1e-8
    yield *_gradients(rng, order, {x: 1e-4, s: 1e-4}), 1e-2
    # What is equal is not wrong, however strict the tolerance.
    yield *_gradients(rng, order, dict.fromkeys(order, 0.0) | {x: 0.3, s: 0.2}), 0.0


def _many_nodes(rng: np.random.Generator) -> tuple[Any, ...]:
    order = [f"node {i}" for i in range(500)]
    # The largest error stands out: which of equal ones is taken would be a matter of rounding.
    return _gradients(rng, order, dict.fromkeys(order[:200], 0.2) | {order[100]: 0.9})


def _only_the_last(
    analytic: Gradients, numeric: Gradients, order: list[str], tol: float = 1e-6
) -> str | None:
    last = order[-1]
    return last if relative_error(analytic[last], numeric[last]) > tol else None


def _by_index(
    analytic: Gradients, numeric: Gradients, order: list[str], tol: float = 1e-6
) -> str | None:
    for i in range(len(order) - 1, -1, -1):
        a, b = np.ravel(analytic[order[i]]), np.ravel(numeric[order[i]])
        if np.sqrt(np.sum((a - b) ** 2)) > tol * (np.sqrt(np.sum(a**2)) + np.sqrt(np.sum(b**2))):
            return order[i]
    return None


def _keep_the_last(
    analytic: Gradients, numeric: Gradients, order: list[str], tol: float = 1e-6
) -> str | None:
    found = None
    for name in order:
        if relative_error(analytic[name], numeric[name]) > tol:
            found = name
    return found


def _from(choose: Callable[[dict[str, float]], Any]) -> Callable[..., Any]:
    """``find_wrong_node`` that chooses otherwise among the errors of the wrong nodes, if any."""

    def find(analytic: Gradients, numeric: Gradients, order: list[str], tol: float = 1e-6) -> Any:
        errors = {name: relative_error(analytic[name], numeric[name]) for name in order}
        wrong = {name: error for name, error in errors.items() if error > tol}
        return choose(wrong) if wrong else None

    return find


def _several_names(args: tuple[Any, ...], result: Any) -> bool:
    """Whether all wrong nodes are there, in a list or a tuple."""
    analytic, numeric, order, *tol = args
    limit = tol[0] if tol else 1e-6
    wrong = {name for name in order if relative_error(analytic[name], numeric[name]) > limit}
    return not wrong if result is None else set(result) == wrong


def _name_and_more(args: tuple[Any, ...], result: Any) -> bool:
    """Whether the right name comes first in what is returned."""
    name = find_wrong_node(*args)
    if isinstance(result, (list, tuple)):
        return bool(result[0] == name)
    return name is None and result is None


def _node_before(a: Gradients, n: Gradients, order: list[str], tol: float = 1e-6) -> str | None:
    found = find_wrong_node(a, n, order, tol)
    return None if found in (None, order[-1]) else order[order.index(found) + 1]


def _end_of_the_run(a: Gradients, n: Gradients, order: list[str], tol: float = 1e-6) -> str | None:
    found = None
    for name in reversed(order):
        if relative_error(a[name], n[name]) > tol:
            found = name
        elif found:
            break
    return found


def _first_right(a: Gradients, n: Gradients, order: list[str], tol: float = 1e-6) -> str | None:
    return next((m for m in reversed(order) if relative_error(a[m], n[m]) <= tol), None)


def _a_right_node(args: tuple[Any, ...], node: Any) -> bool:
    """Whether it is the first right node; one exactly at the tolerance may count as wrong."""
    analytic, numeric, order, *tol = args
    limit = tol[0] if tol else 1e-6
    errors = [(m, relative_error(analytic[m], numeric[m])) for m in reversed(order)]
    return node in (
        next((m for m, error in errors if error <= limit), None),
        next((m for m, error in errors if error < limit), None),
    )


def _unequal(a: Gradients, n: Gradients, order: list[str], tol: float = 1e-6) -> str | None:
    return next((m for m in reversed(order) if not np.array_equal(a[m], n[m])), None)


FIND_WRONG_NODE = Exercise(
    name="find_wrong_node",
    points=2,
    reference=find_wrong_node,
    parts=("node",),
    cases=_node_cases,
    large=_many_nodes,
    mistakes=(
        Mistake(
            "You walk from the inputs to the output. What lies near the inputs is wrong because "
            "it was computed from the error: start at the end of order and walk back.",
            _from(lambda wrong: next(iter(wrong))),
        ),
        Mistake(
            "You return the node with the largest error. An error may grow on the way to the "
            "inputs: the bug sits at the first wrong node met going backward.",
            _from(lambda wrong: max(wrong, key=lambda name: wrong[name])),
        ),
        Mistake(
            "You look at the last node only: a return in the else branch ends the loop in its "
            "first round. Return None after the loop.",
            _only_the_last,
        ),
        Mistake(
            "You walk the dict, in whatever order its keys were put in. Walk reversed(order).",
            lambda a, n, order, tol=1e-6: _from(lambda wrong: next(iter(wrong)))(
                a, n, list(a)[::-1], tol
            ),
        ),
        Mistake(
            "You compare the plain difference with tol. A difference of 1e-7 is large for a "
            "gradient of 1e-8 and nothing for one of 1e6: compare relative_error.",
            lambda a, n, order, tol=1e-6: next(
                (m for m in reversed(order) if np.max(np.abs(a[m] - n[m])) > tol), None
            ),
        ),
        Mistake(
            "Your result does not depend on the argument tol: somewhere it is written as a number.",
            lambda a, n, order, tol=1e-6: find_wrong_node(a, n, order),
        ),
        Mistake(
            "You return the position of the node. Return its name, order[i].",
            lambda a, n, order, tol=1e-6: _from(lambda wrong: order.index(list(wrong)[-1]))(
                a, n, order, tol
            ),
        ),
        Mistake(
            "You return all wrong nodes. Only the first one met going backward tells where the "
            "bug is: return that name.",
            _from(lambda wrong: list(wrong)[::-1]),
            _several_names,
        ),
        Mistake(
            "You return whether something is wrong. Return the name of the node.",
            lambda a, n, order, tol=1e-6: find_wrong_node(a, n, order, tol) is not None,
        ),
        Mistake(
            "You return the first node that is right: the comparison is the wrong way round. "
            "Wrong means that relative_error exceeds tol.",
            _first_right,
            _a_right_node,
        ),
        Mistake(
            "You return the last node that is right. Its gradient is what the wrong one was "
            "computed from: return the node whose own gradient is wrong.",
            _node_before,
        ),
        Mistake(
            "You pass over the output. Its gradient can be wrong too: begin with the last name in "
            "order.",
            lambda a, n, order, tol=1e-6: find_wrong_node(a, n, order[:-1], tol),
        ),
        Mistake(
            "You stop before the first name in order. An input is checked like any other node.",
            lambda a, n, order, tol=1e-6: find_wrong_node(a, n, order[1:], tol),
        ),
        Mistake(
            "You go on through the wrong nodes to the last of them. Those were computed from the "
            "first one met: return that one at once.",
            _end_of_the_run,
        ),
        Mistake(
            "You ask whether the two are equal. A measured gradient never is, to the last digit: "
            "compare relative_error with tol.",
            _unequal,
        ),
        Mistake(
            "You compare with allclose, which lets every entry be off by 1e-8, however small the "
            "gradient is. Compare relative_error with tol.",
            lambda a, n, order, tol=1e-6: next(
                (m for m in reversed(order) if not np.allclose(a[m], n[m], rtol=tol)), None
            ),
        ),
        Mistake(
            "A node is wrong when its error is larger than tol. Where the two are equal you still "
            "call it wrong.",
            lambda a, n, order, tol=1e-6: next(
                (m for m in reversed(order) if relative_error(a[m], n[m]) >= tol), None
            ),
        ),
        Mistake(
            "You name the output whenever something is wrong. Return the wrong node itself.",
            lambda a, n, order, tol=1e-6: find_wrong_node(a, n, order, tol) and order[-1],
        ),
        Mistake(
            "You sort the names, and the alphabet knows nothing of the graph. Walk order from its "
            "end.",
            lambda a, n, order, tol=1e-6: find_wrong_node(a, n, sorted(order), tol),
        ),
        Mistake(
            "None comes back as a text. Return None itself, without quotation marks.",
            lambda a, n, order, tol=1e-6: find_wrong_node(a, n, order, tol) or "None",
        ),
        Mistake(
            "You return more than the name. Return the name alone.",
            lambda a, n, order, tol=1e-6: _from(lambda wrong: list(wrong.items())[-1])(
                a, n, order, tol
            ),
            _name_and_more,
        ),
    ),
    alternatives=(_by_index, _keep_the_last),
    summary="first wrong gradient met going backward",
)
