"""Half planes and lines lie where the neuron's score says, and classes differ by their mark."""

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nbcourse.plots.decision_lines import (
    decision_line,
    draw_classes,
    draw_decision_line,
    half_plane,
)

BOX = (-1.0, 2.0)

NEURONS = [
    (np.array([1.0, 0.0]), 0.0),
    (np.array([0.0, -2.0]), 1.0),
    (np.array([3.0, 4.0]), -5.0),
    (np.array([-1.0, 1.0]), 0.5),
    (np.array([1e-3, -1e-3]), 0.0),
]


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    plt.close("all")


def area(corners: np.ndarray) -> float:
    """The shoelace formula."""
    x, y = corners.T
    return float(abs(x @ np.roll(y, 1) - y @ np.roll(x, 1)) / 2)


@pytest.mark.parametrize(("w", "b"), NEURONS)
def test_a_half_plane_and_its_opposite_share_the_square(w: np.ndarray, b: float) -> None:
    inside, outside = half_plane(w, b, BOX), half_plane(-w, -b, BOX)
    size = np.abs(w).sum()
    assert (inside @ w + b >= -1e-12 * size).all()
    assert (outside @ w + b <= 1e-12 * size).all()
    assert np.isclose(area(inside) + area(outside), 9.0)


@pytest.mark.parametrize(("b", "corners"), [(-10.0, 0), (10.0, 4)])
def test_a_line_that_misses_the_square_tints_all_of_it_or_nothing(b: float, corners: int) -> None:
    assert half_plane(np.array([1.0, 1.0]), b, BOX).shape == (corners, 2)


def test_weights_of_zero_have_no_line_and_tint_by_the_bias() -> None:
    assert decision_line(np.zeros(2), 1.0, BOX).shape == (0, 2)
    assert len(half_plane(np.zeros(2), 0.0, BOX)) == 4
    assert len(half_plane(np.zeros(2), -1.0, BOX)) == 0


@pytest.mark.parametrize(("w", "b"), NEURONS)
def test_a_line_has_score_zero_and_crosses_the_whole_square(w: np.ndarray, b: float) -> None:
    ends = decision_line(w, b, BOX)
    assert np.allclose(ends @ w + b, 0)
    assert (np.abs(ends - 0.5).max(axis=1) > 1.5).all()


def test_classes_differ_by_more_than_their_color() -> None:
    _, ax = plt.subplots()
    x = np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]])
    draw_classes(ax, x, np.array([1, 0, -1]))
    first, second = ax.lines
    assert first.get_marker() != second.get_marker()
    assert first.get_color() != second.get_color()
    assert np.column_stack(first.get_data()).tolist() == [[0, 1]]
    assert np.column_stack(second.get_data()).tolist() == [[2, 3], [4, 5]]


def test_a_shaded_line_tints_the_side_of_the_weights() -> None:
    _, ax = plt.subplots()
    draw_decision_line(ax, np.array([1.0, 0.0]), -1.0, BOX, shade=True, linestyle=":")
    (tint,), (line,) = ax.patches, ax.lines
    assert tint.get_xy()[:, 0].min() == 1.0
    assert line.get_linestyle() == ":"
    assert ax.get_xlim() == ax.get_ylim() == BOX
