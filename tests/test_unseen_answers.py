"""Answers as many different people would write them: right ones pass, wrong ones are told why."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nbcourse.exercise import check_function
from nbcourse.gradcheck import relative_error
from nbcourse.reverse_mode import topological_order
from nbcourse.specs import find_exercise

Function = Callable[..., Any]


def gate(gradients: Function) -> Function:
    """A backward pass from a rule that is written with the cache taken apart."""
    return lambda dout, cache: gradients(dout, *cache)


def neuron(slope: Function) -> Function:
    """A sigmoid neuron with this slope of its output ``s``."""

    def backward(dout: Any, cache: Any) -> Any:
        w, x = cache
        g = dout * slope(1 / (1 + np.exp(-(w[:2] @ x + w[2]))))
        return np.r_[g * x, g], g * w[:2]

    return backward


def slopes(rule: Function) -> Function:
    """``numerical_gradient`` by a rule for one entry, from f, x, x + h, x - h and h."""

    def gradient(f: Any, x: Any, h: float = 1e-5) -> Any:
        steps = h * np.eye(x.size).reshape(-1, *x.shape)
        return np.reshape([rule(f, x, x + step, x - step, h) for step in steps], x.shape)

    return gradient


def norm(x: Any) -> Any:
    return np.sqrt(np.sum(np.square(x)))


def ratio(denominator: Function, guard: float = 0.0) -> Function:
    """``relative_error`` with another denominator, and 0 where it is not above the guard."""

    def error(a: Any, b: Any) -> Any:
        below = denominator(a, b)
        return norm(np.subtract(a, b)) / below if below > guard else 0.0

    return error


def chosen(choose: Function) -> Function:
    """``find_wrong_node`` that chooses among the wrong nodes, listed from the output."""

    def find(analytic: Any, numeric: Any, order: Any, tol: float = 1e-6) -> Any:
        errors = {n: relative_error(analytic[n], numeric[n]) for n in reversed(order)}
        return choose([n for n in errors if errors[n] > tol], order)

    return find


def sweeps(parents: Any) -> Any:
    order: dict[Any, None] = {}
    while len(order) < len(parents):
        order.update(dict.fromkeys(n for n in parents if order.keys() >= set(parents[n])))
    return list(order)


def ready_when(waits_for: Function, ticks: Function) -> Function:
    """Kahn's algorithm with what a node waits for, and what a placed parent ticks off."""

    def order(parents: Any) -> Any:
        waiting = {node: len(waits_for(used)) for node, used in parents.items()}
        found = [node for node in parents if not waiting[node]]
        for node in found:
            for child, used in parents.items():
                for _ in range(ticks(used.count(node))):
                    waiting[child] -= 1
                    if waiting[child] == 0:
                        found.append(child)
        return found

    return order


def noted_when_reached(parents: Any) -> Any:
    used = {parent for each in parents.values() for parent in each}
    stack, found = [node for node in parents if node not in used], []
    while stack:
        node = stack.pop()
        if node not in found:
            found.append(node)
            stack += parents[node]
    return found[::-1]


def needed_by_the_last_end(parents: Any) -> Any:
    used = {parent for each in parents.values() for parent in each}
    needed = {[node for node in parents if node not in used][-1]}
    for node in reversed(topological_order(parents)):
        needed |= set(parents[node]) if node in needed else set()
    return [node for node in topological_order(parents) if node in needed]


def one_sweep(parents: Any) -> Any:
    found = [node for node in parents if not parents[node]]
    for node in parents:
        if node not in found and set(parents[node]) <= set(found):
            found.append(node)
    return found


def walk(step: Function, start: Function = lambda parents, output: {output: 1.0}) -> Function:
    """A backward walk from these gradients, with ``step(so far, arriving, local derivatives)``."""

    def backward(parents: Any, local: Any, output: Any) -> Any:
        gradients = dict.fromkeys(parents, 0.0) | start(parents, output)
        for node in topological_order(parents)[::-1]:
            for parent in set(parents[node]):
                uses = local[node, parent]
                gradients[parent] = step(gradients[parent], gradients[node], uses)
        return gradients

    return backward


def in_a_queue(parents: Any, local: Any, output: Any) -> Any:
    gradients = dict.fromkeys(parents, 0.0) | {output: 1.0}
    queue = [output]
    for node in queue:
        for parent in sorted(set(parents[node])):
            gradients[parent] += gradients[node] * sum(local[node, parent])
            if parent not in queue:
                queue.append(parent)
    return gradients


def summed(so_far: Any, arriving: Any, uses: Any) -> Any:
    return so_far + arriving * sum(uses)


RIGHT: list[tuple[str, Function]] = [
    ("compound_backward", lambda x, y, z: np.array([z, z, x + y])),
    ("compound_backward", lambda x, y, z: [np.asarray(z), np.asarray(z), np.add(x, y)]),
    ("add_backward", lambda dout, cache: (dout, dout)),
    ("add_backward", lambda dout, cache: np.stack([dout, dout])),
    ("add_backward", lambda dout, cache: (dout.tolist(), dout.tolist())),
    ("multiply_backward", lambda dout, cache: [np.multiply(dout, v) for v in cache[::-1]]),
    ("max_backward", gate(lambda d, x, y: (d * np.heaviside(x - y, 0), d * (x < y).astype(int)))),
    ("max_backward", gate(lambda d, x, y: (d * (x > y), d - d * (x > y)))),
    ("sigmoid_neuron_backward", neuron(lambda s: (1 - s) * s)),
    ("topological_order", lambda parents: tuple(sweeps(parents))),
    ("topological_order", ready_when(list, int)),
    ("topological_order", ready_when(set, bool)),
    ("graph_backward", walk(summed)),
    ("graph_backward", walk(lambda so_far, g, uses: so_far + float(np.dot(uses, [g] * len(uses))))),
    ("matmul_backward", gate(lambda d, a, b: [(d[:, None] * b).sum(-1), np.inner(a.T, d.T)])),
    ("matmul_backward", gate(lambda d, a, b: (np.tensordot(d, b, (1, 1)), np.dot(d.T, a).T))),
    ("numerical_gradient", slopes(lambda f, x, up, down, h: 0.5 * (f(up) - f(down)) / h)),
    ("relative_error", ratio(lambda a, b: norm(a) + norm(b))),
    ("find_wrong_node", chosen(lambda wrong, order: (wrong or [None])[0])),
]

WRONG: list[tuple[str, Function, str]] = [
    ("compound_backward", lambda x, y, z: (1, z, y), "x + y z"),
    ("compound_backward", lambda x, y, z: (z, z, (x + y) * z), "f itself"),
    ("compound_backward", lambda x, y, z: (-4, -4, 3), "whatever the inputs are"),
    ("add_backward", lambda dout, cache: (1, 1), "local derivatives, which are 1"),
    ("add_backward", lambda dout, cache: (dout.sum(), dout.sum()), "sum of the entries"),
    ("add_backward", lambda dout, cache: cache, "inputs as they came"),
    ("multiply_backward", gate(lambda d, x, y: (d * y, d * d * y)), "dx in place of x"),
    ("multiply_backward", gate(lambda d, x, y: (d * y / d.size, d * x / d.size)), "no mean"),
    ("max_backward", gate(lambda d, x, y: (d, 0 * d) if (x > y).any() else (0 * d, d)), "any, all"),
    ("max_backward", gate(lambda d, x, y: (d * (x > y), d * (x > y))), "same comparison"),
    ("max_backward", gate(lambda d, x, y: (d[x > y], d[y > x])), "pick out"),
    ("sigmoid_neuron_backward", neuron(lambda s: 1 - s**2), "tanh"),
    ("sigmoid_neuron_backward", neuron(lambda s: s**2), "exp(a)"),
    ("topological_order", noted_when_reached, "turn the list round"),
    ("topological_order", needed_by_the_last_end, "one output"),
    ("topological_order", ready_when(set, int), "one of its parents twice"),
    ("topological_order", ready_when(list, bool), "waits forever"),
    ("topological_order", one_sweep, "never looked at again"),
    ("topological_order", lambda parents: sweeps(parents)[:-1], "one too early"),
    ("topological_order", lambda parents: [n for n in sweeps(parents) if parents[n]], "inputs"),
    ("topological_order", lambda parents: sorted(parents), "names"),
    ("topological_order", lambda parents: sweeps(parents)[:1000], "a number of rounds"),
    ("graph_backward", walk(lambda so_far, g, uses: g * sum(uses)), "At a fork"),
    ("graph_backward", walk(lambda so_far, g, uses: so_far + g * np.mean(uses)), "mean"),
    ("graph_backward", walk(lambda so_far, g, uses: so_far + g + sum(uses)), "multiply"),
    ("graph_backward", walk(summed, lambda parents, _: dict.fromkeys(parents, 1.0)), "every node"),
    ("graph_backward", walk(summed, lambda p, _: {topological_order(p)[-1]: 1.0}), "another node"),
    ("graph_backward", in_a_queue, "hands its gradient on before"),
    ("matmul_backward", gate(lambda d, a, b: (b @ d.T, d.T @ a)), "Both gradients"),
    ("matmul_backward", gate(lambda d, a, b: (d @ b.T, (d.T @ a).reshape(b.shape))), "transpose"),
    ("matmul_backward", gate(lambda d, a, b: (d @ b.T, np.outer(a[-1], d[-1]))), "replaces"),
    ("unbroadcast", lambda dout, shape: dout.reshape(shape), "reshape"),
    ("unbroadcast", lambda dout, shape: dout.sum(axis=0), "first axis"),
    ("numerical_gradient", slopes(lambda f, x, up, down, h: (f(x) - f(down)) / h), "one-sided"),
    ("numerical_gradient", slopes(lambda f, x, up, down, h: f(up) - f(down)), "distance"),
    ("numerical_gradient", slopes(lambda f, x, up, down, h: f(up) - f(down) / 2 / h), "Only the"),
    (
        "numerical_gradient",
        lambda f, x, h=1e-5: slopes(lambda f, x, up, down, h: (f(up) - f(down)) / 2 / h)(
            f, x.astype(np.float32), np.float32(h)
        ).astype(np.float32),
        "float32",
    ),
    ("relative_error", ratio(lambda a, b: norm(np.add(a, b))), "not ||a + b||"),
    ("relative_error", ratio(lambda a, b: norm(a)), "||a|| alone"),
    ("relative_error", ratio(lambda a, b: norm(a) + norm(b) + 1e-10), "added to the denominator"),
    ("relative_error", ratio(lambda a, b: norm(a) + norm(b), 1e-8), "without comparing them"),
    ("find_wrong_node", chosen(lambda wrong, order: wrong), "all wrong nodes"),
    ("find_wrong_node", chosen(lambda wrong, order: (wrong or ["None"])[0]), "as a text"),
    ("find_wrong_node", chosen(lambda wrong, order: order[-1] if wrong else None), "output"),
]


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_a_right_answer_gets_full_marks(name: str, answer: Function) -> None:
    score = check_function(find_exercise(name), answer, "a seed")
    assert score.passed, score


@pytest.mark.parametrize(("name", "answer", "words"), WRONG)
def test_a_wrong_answer_is_told_its_mistake(name: str, answer: Function, words: str) -> None:
    score = check_function(find_exercise(name), answer, "a seed")
    assert score < score.max_score
    assert words in (score.hint or ""), score
