"""A drawn graph: where its nodes stand, which edges it has, which numbers it shows."""

import random
from collections.abc import Callable, Iterator
from itertools import combinations, pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path

from nbcourse.graph import Node, ancestors, backward, maximum, total, variable
from nbcourse.plots.graphs import draw_graph
from nbcourse.plots.layout import layered


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    plt.close("all")


def compound() -> Node:
    x, y, z = variable(-2.0, "x"), variable(5.0, "y"), variable(-4.0, "z")
    return (x + y) * z


def diamond() -> Node:
    x, y = variable(2.0, "x"), variable(3.0, "y")
    return (x + y) * (x * y)


def square() -> Node:
    x = variable(3.0, "x")
    return x * x


def neuron() -> Node:
    w0, x0, w1 = variable(2.0, "w0"), variable(-1.0, "x0"), variable(-3.0, "w1")
    return 1.0 / (1.0 + maximum(w0 * x0, w1) * -1.0)


def matrices() -> Node:
    return total(variable(np.ones((4, 3)), "a") @ variable(np.ones((3, 2)), "b"))


def sixty() -> Node:
    """Every value is used by the next two, so that edges pass many others."""
    nodes = [variable(1.0, "x0"), variable(1.0, "x1")]
    while len(nodes) < 60:
        nodes.append(nodes[-1] + nodes[-2 if len(nodes) % 7 else 0])
    return nodes[-1]


GRAPHS = (compound, diamond, square, neuron, matrices, sixty)


def texts(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def arrows(ax: Axes) -> list[Path]:
    return [patch.get_path() for patch in ax.patches if isinstance(patch, FancyArrowPatch)]


@pytest.mark.parametrize("graph", GRAPHS)
def test_every_node_stands_right_of_its_parents_and_apart_from_others(
    graph: Callable[[], Node],
) -> None:
    parents = ancestors(graph())
    place, bends = layered(parents)
    assert place.keys() == parents.keys()
    for node, used in parents.items():
        assert all(place[parent][0] < place[node][0] for parent in used)

    points = [*place.values(), *(point for way in bends.values() for point in way)]
    for (x0, y0), (x1, y1) in combinations(points, 2):
        assert x0 != x1 or abs(y0 - y1) >= 1.0 - 1e-9


@pytest.mark.parametrize("graph", GRAPHS)
def test_a_long_edge_bends_once_in_every_layer_that_it_passes(graph: Callable[[], Node]) -> None:
    place, bends = layered(ancestors(graph()))
    for (parent, node), way in bends.items():
        layers = [x for x, _ in (place[parent], *way, place[node])]
        assert all(after - before == 1.0 for before, after in pairwise(layers))


def test_an_input_stands_just_left_of_its_first_use() -> None:
    f = compound()
    z = f.parents[1]
    place, _ = layered(ancestors(f))
    assert place[z][0] == place[f][0] - 1.0


def test_a_chain_of_gates_is_level() -> None:
    node = neuron()
    place, _ = layered(ancestors(node))
    heights = set()
    while len(node.parents) == 1:
        heights.add(round(place[node][1], 9))
        (node,) = node.parents
    assert len(heights) == 1


def crossings(parents: dict[int, list[int]]) -> int:
    place, bends = layered(parents)
    steps = [
        step
        for (parent, node), way in bends.items()
        for step in pairwise([place[parent], *way, place[node]])
    ]
    return sum(
        a[0] == c[0] and (a[1] - c[1]) * (b[1] - d[1]) < 0
        for (a, b), (c, d) in combinations(steps, 2)
    )


def test_edges_that_need_not_cross_do_not() -> None:
    assert crossings({0: [], 1: [], 2: [], 3: [], 4: [0, 2], 5: [1, 3]}) == 0


def test_sweeps_in_both_directions_keep_crossings_few() -> None:
    rng = random.Random(0)
    total_crossings = 0
    for _ in range(20):
        parents: dict[int, list[int]] = {node: [] for node in range(4)}
        for node in range(4, 16):
            parents[node] = rng.sample(range(max(0, node - 6), node), 2)
        total_crossings += crossings(parents)
    # 140 with both; 214 with the sweep to the left alone.
    assert total_crossings < 160


@pytest.mark.parametrize("graph", GRAPHS)
def test_there_is_one_arrow_for_each_use_of_a_node(graph: Callable[[], Node]) -> None:
    f = graph()
    drawn = arrows(draw_graph(f, backward(f)))
    assert len(drawn) == sum(len(used) for used in ancestors(f).values())


def test_two_uses_of_a_node_by_one_gate_are_two_separate_arrows() -> None:
    f = square()
    one, two = arrows(draw_graph(f, backward(f)))
    assert not np.allclose(one.vertices, two.vertices)
    assert np.isclose(one.get_extents().x1, two.get_extents().x1)


@pytest.mark.parametrize("graph", GRAPHS)
def test_arrows_end_at_the_rim_of_a_node(graph: Callable[[], Node]) -> None:
    ax = draw_graph(graph())
    rims = [patch.get_x() for patch in ax.patches if isinstance(patch, FancyBboxPatch)]
    for arrow in arrows(ax):
        gap = np.subtract(rims, arrow.get_extents().x1)
        assert 0.0 <= gap[np.argmin(np.abs(gap))] < 0.06


def test_values_and_gradients_are_written() -> None:
    f = compound()
    shown = texts(draw_graph(f, backward(f), digits=1))
    assert {"x", "y", "z", "+", "×"} <= {text.replace("$", "") for text in shown}
    for value in ("-2.0", "5.0", "3.0", "-12.0", "1.0"):
        assert shown.count(value) == (2 if value == "3.0" else 1)  # q, and the gradient of z
    assert shown.count("-4.0") == 4  # z, and the gradients of q, x and y


def test_without_gradients_only_values_are_written() -> None:
    assert len(texts(draw_graph(compound()))) == 2 * 5


def test_arriving_writes_what_every_edge_sends_back() -> None:
    f = diamond()
    gradients = backward(f)
    without = texts(draw_graph(f, gradients, digits=0))
    with_shares = texts(draw_graph(f, gradients, digits=0, arriving=True))
    for text in without:
        with_shares.remove(text)
    assert sorted(with_shares) == sorted(["6", "5", "6", "15", "6", "10"])


def test_shares_of_crossing_edges_stand_apart() -> None:
    f = diamond()
    ax = draw_graph(f, backward(f), digits=0, arriving=True)
    shares = [text.get_position() for text in ax.texts[-6:]]
    for one, two in combinations(shares, 2):
        assert np.hypot(*np.subtract(one, two)) > 0.2


def test_a_small_vector_shows_its_entries_a_matrix_its_shape() -> None:
    x = variable(np.array([1.0, -2.0]), "x")
    f = total(x * x)
    shown = texts(draw_graph(f, backward(f), digits=0))
    assert "[1 -2]" in shown
    assert "[2 -4]" in shown

    f = matrices()
    shown = texts(draw_graph(f, backward(f)))
    # The value and the gradient of each.
    assert [shown.count(shape) for shape in ("(4, 3)", "(3, 2)", "(4, 2)")] == [2, 2, 2]


def test_a_named_gate_shows_its_name_with_its_value_and_x0_gets_an_index() -> None:
    from nbcourse.graph import add

    q = add(variable(1.0, "x0"), variable(2.0, "bias"), name="q")
    shown = texts(draw_graph(q, digits=0))
    assert {"q = 3", "$x_{0}$", "bias"} <= set(shown)


@pytest.mark.parametrize("graph", GRAPHS)
@pytest.mark.parametrize("arriving", [False, True])
def test_texts_of_different_nodes_do_not_overlap(graph: Callable[[], Node], arriving: bool) -> None:
    f = graph()
    ax = draw_graph(f, backward(f), arriving=arriving)
    figure = ax.figure
    figure.canvas.draw()
    of_nodes = ax.texts[: 3 * len(ancestors(f))]
    boxes = [text.get_window_extent() for text in of_nodes]
    page = figure.bbox
    for one, two in combinations(boxes, 2):
        assert min(one.x1, two.x1) - max(one.x0, two.x0) < 1 or (
            min(one.y1, two.y1) - max(one.y0, two.y0) < 1
        )
    for box in boxes:
        assert page.x0 <= box.x0 <= box.x1 <= page.x1
        assert page.y0 <= box.y0 <= box.y1 <= page.y1


def test_the_given_axes_are_used_and_fitted() -> None:
    _, ax = plt.subplots()
    assert draw_graph(compound(), ax=ax) is ax
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    places = np.array([text.get_position() for text in ax.texts])
    assert left < places[:, 0].min() < places[:, 0].max() < right
    assert low < places[:, 1].min() < places[:, 1].max() < high
