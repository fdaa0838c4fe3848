"""The graph engine: right at forks, on long chains, asked twice, and equal to the pairs."""

import copy
from typing import Any
from weakref import ref

import numpy as np
import pytest

from nbcourse import activations, functions, layers, operations
from nbcourse.gradcheck import numerical_gradient, relative_error
from nbcourse.graph import (
    Node,
    Operation,
    ancestors,
    backward,
    evaluate,
    exp,
    log,
    matmul,
    maximum,
    multiply,
    reciprocal,
    total,
    transform,
    variable,
)
from nbcourse.reverse_mode import graph_backward, topological_order
from tests.test_operations import PAIRS, as_tuple


def normal(*shape: int) -> np.ndarray:
    return np.random.default_rng(sum(shape)).standard_normal(shape)


def diamond(x: Any) -> Any:
    """Two paths from x to f, which meet again: x feeds p and q, f needs both."""
    p, q = x * 3.0, exp(x) if isinstance(x, Node) else np.exp(x)
    return p * q + q


GRAPHS = {
    "diamond": diamond,
    "a node used twice": lambda x: x * x,
    "a node used twice in a sum": lambda x: x + x,
    "three uses": lambda x: x * x * x + x,
    "constants on both sides": lambda x: 2.0 - (1.0 + x) / 4.0 + 3.0 / (x - 5.0) - x,
    "negative": lambda x: -(x * 2.0),
    "a path that is not taken": lambda x: (lambda unused: x * 1.0)(x * x),
}


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("point", [0.7, -1.3])
def test_the_gradient_is_the_derivative(name: str, point: float) -> None:
    f = GRAPHS[name]
    x = variable(point, "x")
    output = f(x)
    assert output.value == pytest.approx(f(point))
    measured = numerical_gradient(f, np.array(point))
    assert backward(output)[x] == pytest.approx(float(measured), rel=1e-8)


def test_a_chain_of_1500_nodes_needs_no_recursion() -> None:
    x = node = variable(1.0, "x")
    for _ in range(1500):
        node = node * 0.999
    gradients = backward(node)
    assert gradients[x] == pytest.approx(0.999**1500)
    assert len(gradients) == 1501
    assert evaluate(node, {x: 2.0}) == pytest.approx(2.0 * node.value)


def test_a_chain_of_forks_is_walked_once_not_once_for_every_path() -> None:
    x = node = variable(1.0, "x")
    for _ in range(1500):
        node = node * 0.5 + node * 0.5  # 2 ** 1500 paths
    assert backward(node)[x] == pytest.approx(1.0)


def test_asking_twice_gives_the_same_and_nodes_are_only_read() -> None:
    x, w = variable(normal(4, 3), "x"), variable(normal(3, 2), "w")
    output = total(maximum(x @ w, w.value[:1] * variable(np.ones((4, 2)))))
    before = [copy.deepcopy(vars(node) | {"inputs": None}) for node in ancestors(output)]
    first, second = backward(output), backward(output)
    assert first.keys() == second.keys()
    assert all(np.array_equal(first[node], second[node]) for node in first)
    after = [vars(node) | {"inputs": None} for node in ancestors(output)]
    for old, new in zip(before, after, strict=True):
        assert old.keys() == new.keys()
        assert np.array_equal(old["value"], new["value"])
    with pytest.raises(AttributeError):
        x.gradient = 1.0  # type: ignore[attr-defined]


def test_two_outputs_of_one_graph_do_not_disturb_each_other() -> None:
    x = variable(3.0, "x")
    f, g = x * x, x * 5.0
    assert (backward(f)[x], backward(g)[x], backward(f)[x]) == (6.0, 5.0, 6.0)
    assert g not in backward(f)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_the_engine_gives_what_the_pair_gives(pair: Any) -> None:
    for inputs in pair.inputs:
        out, cache = pair.forward(*inputs)
        dout = normal(*np.shape(out)) if np.shape(out) else 0.7
        expected = as_tuple(pair.backward(dout, cache))
        nodes = [variable(x) for x in inputs[: len(expected)]]
        operation = Operation(pair.name, pair.forward, pair.backward)
        output = operation(*nodes, *inputs[len(expected) :])
        gradients = backward(output, dout)
        assert np.array_equal(output.value, out)
        for node, gradient in zip(nodes, expected, strict=True):
            assert np.array_equal(gradients[node], gradient)
            assert np.shape(gradients[node]) == np.shape(node.value)


def test_a_layer_of_gates_equals_the_linear_layer() -> None:
    x, w, b = variable(normal(4, 3)), variable(normal(3, 2)), variable(normal(2))
    output = matmul(x, w) + b
    out, cache = layers.linear_forward(x.value, w.value, b.value)
    dout = normal(4, 2)
    gradients = backward(output, dout)
    assert np.allclose(output.value, out, rtol=0, atol=1e-14)
    for node, expected in zip((x, w, b), layers.linear_backward(dout, cache), strict=True):
        assert relative_error(gradients[node], expected) < 1e-14


def test_the_sigmoid_neuron_taken_apart_equals_the_neuron_as_one_gate() -> None:
    w, x = np.array([2.0, -3.0, -3.0]), np.array([-1.0, -2.0])
    w0, w1, w2 = (variable(v) for v in w)
    x0, x1 = (variable(v) for v in x)
    f = 1.0 / (1.0 + exp(-(w0 * x0 + w1 * x1 + w2)))
    out, cache = activations.sigmoid_neuron_forward(w, x)
    dw, dx = activations.sigmoid_neuron_backward(1.0, cache)
    gradients = backward(f)
    assert f.value == pytest.approx(out)
    assert [gradients[node] for node in (w0, w1, w2)] == pytest.approx(dw)
    assert [gradients[node] for node in (x0, x1)] == pytest.approx(dx)


def test_the_engine_equals_reverse_mode_on_a_bare_graph() -> None:
    x, y = variable(2.0), variable(-1.5)
    q = x * y
    f = q * q + x
    names = {x: "x", y: "y", q: "q", f.parents[0]: "q q", f: "f"}
    parents = {names[n]: [names[p] for p in used] for n, used in ancestors(f).items()}
    local = {
        ("q", "x"): [y.value],
        ("q", "y"): [x.value],
        ("q q", "q"): [q.value, q.value],
        ("f", "q q"): [1.0],
        ("f", "x"): [1.0],
    }
    expected = graph_backward(parents, local, "f")
    assert {names[n]: g for n, g in backward(f).items()} == pytest.approx(expected)


def test_numbers_and_arrays_mix_with_nodes_on_either_side() -> None:
    x = variable(np.array([1.0, 2.0]))
    weights = np.array([3.0, 4.0])
    for node in (x * weights, weights * x):
        assert backward(total(node))[x].tolist() == [3.0, 4.0]
    for node in (x + weights, weights + x, x - weights):
        assert backward(total(node))[x].tolist() == [1.0, 1.0]
    assert backward(total(weights - x))[x].tolist() == [-1.0, -1.0]
    assert backward(total(log(reciprocal(x))))[x].tolist() == [-1.0, -0.5]


def test_a_constant_matrix_is_no_node_and_the_gradient_is_that_of_matmul() -> None:
    a, w, dout = normal(4, 3), variable(normal(3, 2), "w"), normal(4, 2)
    by_constant, by_node = a @ w, matmul(variable(a), w)
    assert by_constant.parents == [w]
    assert by_constant.label == by_node.label
    assert np.array_equal(by_constant.value, by_node.value)
    assert np.array_equal(backward(by_constant, dout)[w], backward(by_node, dout)[w])
    assert transform.backward(dout, by_constant.cache).shape == (3, 2)  # one product, not two
    assert np.array_equal(evaluate(by_constant, {w: 2.0 * w.value}), 2.0 * by_constant.value)


def test_every_gradient_is_an_array_of_its_own() -> None:
    x, w, b = variable(normal(4, 3)), variable(normal(3, 3)), variable(normal(4, 3))
    q = x + b
    gates = (1.0 + q, -q, maximum(q, b), q * b, q @ w, exp(q), reciprocal(q), normal(4, 4) @ q)
    output = total(q)
    for gate in gates:
        output = output + total(1.0 + gate)
    gradients = backward(output)
    arrays = [g for g in gradients.values() if np.shape(g)]
    assert len(arrays) > 2 * len(gates)
    arrays += [node.value for node in gradients if np.shape(node.value)]
    for i, one in enumerate(arrays):
        assert not any(np.shares_memory(one, other) for other in arrays[:i])


@pytest.mark.parametrize("number", [0.7, np.float64(0.7), np.array(0.7), 7])
@pytest.mark.parametrize("dout", [2.0, np.float64(2.0), np.array(2.0), 2])
def test_gates_of_two_numbers_give_numbers_of_numpy(number: Any, dout: Any) -> None:
    for gate in (operations.add_backward, operations.multiply_backward, operations.max_backward):
        for gradient in gate(dout, (number, 0.5)):
            assert isinstance(gradient, np.float64 | np.int64)
    with pytest.raises(ValueError, match=r"an array of shape \(3,\) does not broadcast to \(\)"):
        operations.add_backward(dout, (number, np.ones(3)))


def test_what_is_not_asked_for_is_given_up_and_the_rest_is_the_same() -> None:
    x, w = variable(normal(4, 3), "x"), variable(normal(3, 2), "w")
    h = exp(x @ w)
    output = total(h * h)
    everything = backward(output)
    for wrt in ([w], [x, w], [h, x], [output], []):
        asked = backward(output, wrt=wrt)
        assert list(asked) == wrt
        assert all(np.array_equal(asked[node], everything[node]) for node in wrt)


def test_a_gradient_that_nobody_wants_is_given_up_on_the_way() -> None:
    arrived: list[Any] = []
    alive = []

    def watch(dout: Any, cache: Any) -> Any:
        alive.append(sum(earlier() is not None for earlier in arrived))
        arrived.append(ref(dout))
        return 2.0 * dout

    twice = Operation("2 x", lambda x: (2.0 * x, ()), watch)
    x = node = variable(normal(4, 3), "x")
    for _ in range(5):
        node = twice(node)
    # The first gradient is the caller's.
    for wrt, expected in ((None, [0, 1, 2, 3, 4]), ([x], [0, 1, 1, 1, 1])):
        arrived.clear()
        alive.clear()
        gradients = backward(node, normal(4, 3), wrt)
        assert np.array_equal(gradients[x], 32.0 * normal(4, 3))
        assert alive == expected


def test_a_gradient_is_asked_for_only_where_a_path_leads_to_the_output() -> None:
    x, y = variable(2.0, "x"), variable(3.0, "y")
    unused = x * y
    with pytest.raises(ValueError, match=r"not computed from: \['y', '×'\]"):
        backward(x * 2.0, wrt=[x, y, unused])


def test_an_array_needs_the_gradient_that_arrives() -> None:
    node = variable(np.ones(3)) * 2.0
    with pytest.raises(ValueError, match=r"the output has shape \(3,\): pass dout"):
        backward(node)
    with pytest.raises(ValueError, match=r"dout has shape \(1, 3\), the output has shape \(3,\)"):
        backward(node, np.ones((1, 3)))


def test_other_values_can_be_put_in_without_changing_the_graph() -> None:
    x, y = variable(2.0), variable(3.0)
    q = x * y
    f = q + x
    assert evaluate(f, {x: 5.0}) == 20.0
    assert evaluate(f, {q: 1.0}) == 3.0
    assert evaluate(f, {f: 7.0}) == 7.0
    assert f.value == 8.0


@pytest.mark.parametrize(
    ("parents", "words"),
    [
        ({"f": ["x"]}, "'x', a parent of 'f', is not a key"),
        ({"a": ["b"], "b": ["a"]}, "the graph has a cycle"),
        ({"a": ["a"]}, "the graph has a cycle"),
    ],
)
def test_what_is_no_graph_is_refused(parents: dict[str, list[str]], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        topological_order(parents)


def test_every_node_stands_after_its_parents_in_whatever_order_they_come() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        size = int(rng.integers(1, 30))
        parents = {
            int(n): rng.integers(0, n, rng.integers(0, 4)).tolist() if n else []
            for n in rng.permutation(size)
        }
        order = topological_order(parents)
        assert sorted(order) == list(range(size))
        place = {node: i for i, node in enumerate(order)}
        assert all(place[p] < place[n] for n, used in parents.items() for p in used)


def test_a_node_that_does_not_lead_to_the_output_has_gradient_zero() -> None:
    parents: dict[str, list[str]] = {"x": [], "y": [], "f": ["x"], "g": ["f", "y"]}
    local = {("f", "x"): [2.0], ("g", "f"): [3.0], ("g", "y"): [5.0]}
    assert graph_backward(parents, local, "f") == {"x": 2.0, "y": 0.0, "f": 1.0, "g": 0.0}


def test_the_gates_of_the_graph_are_the_pairs_of_the_library() -> None:
    assert multiply.forward is operations.multiply_forward
    assert multiply.backward is operations.multiply_backward
    assert exp.backward is functions.exp_backward
