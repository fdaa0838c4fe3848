"""Batch norm's graph: the edges of each backward step, and the numbers known by then."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes

from nbcourse.normalization import batchnorm_backward_staged
from nbcourse.plots.batch_norm_graph import STEPS, draw_batch_norm_graph, lit_edges

X = np.array([[1.0], [2.0], [6.0]])
DOUT = np.array([[1.0], [-1.0], [2.0]])
MEAN, VAR = X.mean(axis=0), X.var(axis=0)
VALUES = {"x": X, "mean": MEAN, "var": VAR, "x_hat": (X - MEAN) / np.sqrt(VAR)}
GRADIENTS = batchnorm_backward_staged(DOUT, (X, MEAN, VAR, np.ones(1), 0.0))


def draw(step: str, example: int = 0) -> Axes:
    return draw_batch_norm_graph(VALUES, GRADIENTS, step, example)


@pytest.mark.parametrize(
    ("step", "children"),
    [
        ("dx_hat", {"loss"}),
        ("dvar", {"x_hat"}),
        ("dmean", {"x_hat", "var"}),
        ("dx", {"x_hat", "var", "mean"}),
    ],
)
def test_a_gradient_arrives_from_the_children_of_its_node(step: str, children: set[str]) -> None:
    edges = lit_edges(3, step, example=1)
    assert {parent for parent, _ in edges} <= {(step.removeprefix("d"), i) for i in range(3)}
    assert {kind for _, (kind, _) in edges} == children


@pytest.mark.parametrize(("step", "count"), [("dx_hat", 3), ("dvar", 3), ("dmean", 4), ("dx", 3)])
def test_lit_edges_are_thick_and_as_many_as_the_children(step: str, count: int) -> None:
    ax = draw(step, example=2)
    arrows = [patch for patch in ax.patches if type(patch).__name__ == "FancyArrowPatch"]
    assert len(arrows) == 19
    assert sum(arrow.get_linewidth() > 2 for arrow in arrows) == count
    plt.close()


def test_gradients_appear_when_they_are_found() -> None:
    """Three at the normalized values, then the variance, the mean and the three inputs."""
    bold = []
    for step in STEPS:
        ax = draw(step)
        bold.append([text.get_text() for text in ax.texts if text.get_fontweight() == "bold"])
        plt.close()
    assert sorted(bold[0]) == ["-1.00", "1.00", "2.00"]
    assert [len(texts) for texts in bold] == [3, 4, 5, 8]
    assert set(bold[1]) - set(bold[0]) == {"-0.25"}
    assert set(bold[2]) - set(bold[1]) == {"-0.93"}
    assert set(bold[3]) - set(bold[2]) == {"0.48", "-0.61", "0.12"}


def test_an_unknown_step_is_named() -> None:
    with pytest.raises(ValueError, match="dx_hat, dvar, dmean, dx; got 'dgamma'"):
        draw("dgamma")
