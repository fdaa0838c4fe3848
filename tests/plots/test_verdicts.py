"""The figures of a gradient check mark what is wrong, and only that."""

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import FancyBboxPatch

from nbcourse.graph import ancestors, variable
from nbcourse.plots.style import GREEN, VERMILLION
from nbcourse.plots.verdicts import draw_verdicts, plot_relative_errors


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    plt.close("all")


@pytest.mark.parametrize(
    ("error", "text", "color"),
    [
        (0.0, "✓ 0e+00", GREEN),
        (1e-6, "✓ 1e-06", GREEN),
        (2e-6, "✗ 2e-06", VERMILLION),
        (0.25, "✗ 0.25", VERMILLION),
        (float("nan"), "✗ nan", VERMILLION),
    ],
)
def test_a_node_is_marked_by_its_error(error: float, text: str, color: str) -> None:
    q = variable(2.0, "x") + variable(3.0, "y")
    f = q * variable(4.0, "z")
    errors = dict.fromkeys(ancestors(f), 1e-11) | {q: error}
    ax = draw_verdicts(f, errors)
    boxes = [patch for patch in ax.patches if isinstance(patch, FancyBboxPatch)]
    # The box of q is the one that stands around its label.
    (box,) = (box for box in boxes if _holds(box, next(t for t in ax.texts if t.get_text() == "+")))
    verdict = next(t for t in ax.texts if t.get_text() == text)
    assert verdict.get_position()[0] == pytest.approx(box.get_x() + box.get_width() / 2)
    assert to_hex(box.get_edgecolor()) == verdict.get_color().lower() == color.lower()
    assert [t.get_text() for t in ax.texts].count("✓ 1e-11") == 4


def _holds(box: FancyBboxPatch, text: plt.Text) -> bool:
    x, y = text.get_position()
    left, low = box.get_x(), box.get_y()
    return left < x < left + box.get_width() and low < y < low + box.get_height()


def test_errors_stand_at_their_place_and_right_differs_from_wrong_in_shape() -> None:
    ax = plot_relative_errors({"a": (1e-9, True), "b": (0.5, False), "c": (0.0, True)})
    discs, crosses = (
        [line for line in ax.lines if line.get_marker() == marker and len(line.get_xdata())]
        for marker in "oX"
    )
    assert [float(np.squeeze(line.get_xdata())) for line in discs] == [1e-9, 1e-13]
    assert [float(np.squeeze(line.get_xdata())) for line in crosses] == [0.5]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b", "c"]
