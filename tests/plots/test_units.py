"""The drawing of a step network names every unit, its bias and its weights."""

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nbcourse.plots.units import draw_units
from nbcourse.step_networks import xor_network

NAMES = {"inputs": ["x1", "x2"], "hidden": ["OR", "AND"], "output": "XOR"}


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    plt.close("all")


def test_all_of_xor_is_written_down() -> None:
    ax = draw_units(*xor_network(), **NAMES)
    words = [text.get_text() for text in ax.texts]
    assert sorted(words) == sorted(
        ["x1", "x2", "OR", "AND", "XOR", "b = -0.5", "b = -1.5", "b = -0.5", "-1", *5 * "1"]
    )
    assert len(ax.patches) == 3
    ax.figure.canvas.draw()
    page = ax.figure.bbox
    for text in ax.texts:
        box = text.get_window_extent()
        assert page.x0 <= box.x0 <= box.x1 <= page.x1
        assert page.y0 <= box.y0 <= box.y1 <= page.y1


def test_signs_differ_by_dash_and_color_and_a_zero_has_no_line() -> None:
    w1 = np.array([[1.0, -1.0], [0.0, 2.0]])
    ax = draw_units(w1, np.zeros(2), np.array([0.0, 1.0]), 0.0, weights=False, **NAMES)
    styles = [(line.get_linestyle(), line.get_color()) for line in ax.lines]
    assert len(styles) == 4
    assert len(set(styles)) == 2
    assert [style for style, _ in styles] == ["-", "--", "-", "-"]
    assert not {"1", "-1", "2"} & {text.get_text() for text in ax.texts}


def test_a_unit_without_a_name_is_refused() -> None:
    with pytest.raises(ValueError, match="got 1 names for the inputs and 2 for the hidden"):
        draw_units(*xor_network(), **{**NAMES, "inputs": ["x1"]})


def test_the_given_axes_are_used() -> None:
    _, ax = plt.subplots()
    assert draw_units(*xor_network(), ax=ax, **NAMES) is ax
