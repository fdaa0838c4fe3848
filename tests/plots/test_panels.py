"""Graphs beside each other: none dropped, none on top of another, all at one scale."""

from collections.abc import Iterator
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nbcourse.graph import backward, variable
from nbcourse.plots.panels import draw_graphs


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    plt.close("all")


def test_panels_stand_side_by_side_at_one_scale() -> None:
    x, y = variable(3.0, "x"), variable(-4.0, "y")
    outputs = {"small": x + y, "wide": (x * y + x) * 2.0, "tall": x * y}
    figure = draw_graphs({title: (f, backward(f)) for title, f in outputs.items()}, arriving=True)
    assert [ax.get_title() for ax in figure.axes] == list(outputs)

    figure.canvas.draw()
    boxes = [ax.get_window_extent() for ax in figure.axes]
    assert all(left.x1 <= right.x0 + 1e-6 for left, right in pairwise(boxes))
    # One unit of every graph is one inch.
    scales = [box.width / np.ptp(ax.get_xlim()) for box, ax in zip(boxes, figure.axes, strict=True)]
    assert np.allclose(scales, figure.dpi)


def test_the_options_reach_every_graph() -> None:
    f = variable(3.0, "x") * variable(-4.0, "y")
    figure = draw_graphs({"a": (f, backward(f, 2.0))}, arriving=True, digits=1)
    assert [t.get_text() for t in figure.axes[0].texts].count("-8.0") == 2  # the node, its edge


def test_no_graph_is_an_error() -> None:
    with pytest.raises(ValueError, match="give at least one"):
        draw_graphs({})
