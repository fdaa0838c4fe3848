"""Sheet "graphs": what is special about its inputs, its free answers and its text."""

from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nbcourse.authoring.cells import read_solved_sheet
from nbcourse.exercise import check_function
from nbcourse.reverse_mode import topological_order
from nbcourse.specs import find_exercise
from nbcourse.specs.graphs.drawn import long_graph

DIAMOND = {"f": ["a", "b"], "b": ["x"], "a": ["x", "x"], "x": []}


@pytest.mark.parametrize(
    ("order", "complaint"),
    [
        (["x", "a", "b", "f"], None),
        (("x", "b", "a", "f"), None),
        (["x", "a", "f", "b"], "puts 'f' before 'b', from which it is computed"),
        (
            ["f", "b", "a", "x"],
            "puts 'f' before 'a', from which it is computed; "
            "read from its end, the list would be right",
        ),
        (["x", "a", "b", "a", "f"], "holds 'a' twice"),
        (["x", "f"], "lacks 'b', 'a'"),
        ([], "lacks 'f', 'b', 'a' and 1 more"),
        (["x", "a", "q"], "holds 'q', which is not a node of the graph"),
        ([["x"]], "holds ['x'], which is not a node of the graph"),
        ([np.zeros(2)], "holds an array of shape (2,), which is not a node of the graph"),
        (None, "is None, expected a list of all nodes"),
        ("xabf", "is a str, expected a list of all nodes"),
    ],
)
def test_what_is_wrong_with_an_order_is_said_in_words(order: Any, complaint: str | None) -> None:
    accept = find_exercise("topological_order").accept
    assert accept is not None
    assert accept((DIAMOND,), order) == complaint


def test_any_valid_order_is_right() -> None:
    def shuffled(parents: dict[Any, list[Any]]) -> list[Any]:
        keys = np.random.default_rng(0).permutation(np.array(list(parents), dtype=object))
        return topological_order({key: parents[key] for key in keys})

    assert check_function(find_exercise("topological_order"), shuffled).passed


def test_the_large_graph_defeats_recursion_and_walking_every_path() -> None:
    parents, output = long_graph(np.random.default_rng(0))
    order = topological_order(parents)
    depth, paths = dict.fromkeys(order, 0), dict.fromkeys(order, 0)
    paths[output] = 1
    for node in order:
        depth[node] = 1 + max((depth[parent] for parent in parents[node]), default=0)
    for node in reversed(order):
        for parent in parents[node]:
            paths[parent] += paths[node]
    assert depth[output] > 1500
    assert sum(paths[node] for node in order if not parents[node]) > 10**9


def test_max_is_never_asked_at_a_tie() -> None:
    exercise = find_exercise("max_backward")
    assert exercise.large is not None
    rng = np.random.default_rng(0)
    for x, y in [*exercise.cases(rng), exercise.large(rng)]:
        assert np.abs(x - y).min() > 0.1


@pytest.fixture(scope="module")
def printed(root: Path) -> str:
    """All that the sheet's cells print, run in one namespace from top to bottom."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    output = StringIO()
    with redirect_stdout(output):
        for cell in read_solved_sheet(root / "solutions" / "graphs.md", "graphs.md").cells:
            if cell.kind != "text":
                exec(cell.source, namespace)
    return output.getvalue()


@pytest.mark.parametrize(
    "line",
    [
        "z: walked back   0.00   measured   0.00",
        "z: walked back   9.00   measured   9.00",
        "4,096 x 50,176 = 205,520,896 numbers",
        "loss before 1.000, after one step 0.743",
        "97 of 100 new images are told right",
    ],
)
def test_the_sheet_prints_what_its_text_says(printed: str, line: str) -> None:
    assert line in printed
