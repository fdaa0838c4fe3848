"""Paths of two weights: every step is drawn, and the optimum lies inside the panel."""

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nbcourse.plots.weight_paths import plot_weight_paths

OPTIMUM = np.array([1.0, -1.0])
PATH = np.array([[0.0, 0.0], [0.5, 0.5], [3.0, -2.0]])


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    plt.close("all")


def test_every_panel_shows_its_path_and_the_optimum() -> None:
    figure = plot_weight_paths({"a": PATH, "b": PATH[:2]}, OPTIMUM)
    assert [ax.get_title() for ax in figure.axes] == ["a", "b"]
    for ax, path in zip(figure.axes, (PATH, PATH[:2]), strict=True):
        drawn, star = ax.lines
        assert drawn.get_xydata().tolist() == path.tolist()
        assert star.get_xydata().tolist() == [OPTIMUM.tolist()]


def test_all_panels_have_one_scale_that_holds_every_point() -> None:
    figure = plot_weight_paths({"far": PATH, "near": PATH[:2]}, OPTIMUM)
    limits = {(ax.get_xlim(), ax.get_ylim()) for ax in figure.axes}
    assert len(limits) == 1
    (left, right), (low, high) = limits.pop()
    assert left < 0
    assert right > 3
    assert low < -2
    assert high > 0.5


@pytest.mark.parametrize("shape", [(3,), (3, 3), (2, 3, 2)])
def test_a_path_needs_two_weights(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"path 'wrong' needs shape \(T \+ 1, 2\)"):
        plot_weight_paths({"wrong": np.zeros(shape)}, OPTIMUM)
