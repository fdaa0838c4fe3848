"""The figures of numerical differentiation show the numbers that they are given."""

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nbcourse.plots.differences import plot_step_errors, secant_slider


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    plt.close("all")


def test_a_secant_passes_through_the_points_it_is_named_after() -> None:
    figure = secant_slider(lambda x: x**2, lambda x: 2 * x, 1.0, [0.1, 0.5], "A square.").figure
    _, _, one, two, ends_of_one, ends_of_two = figure.frames[1].data
    for line, ends, slope in ((one, ends_of_one, 2.5), (two, ends_of_two, 2.0)):
        assert np.allclose(ends.y, np.square(ends.x))
        assert np.allclose(np.interp(ends.x, line.x, line.y), ends.y)
        assert f"slope {slope:.4f}" in line.name


def test_the_slider_has_one_frame_a_step_and_starts_on_the_last() -> None:
    slider = secant_slider(np.exp, np.exp, 0.0, [0.01, 0.1, 1.0], "Exponential.")
    assert len(slider.figure.frames) == len(slider.values) == 3
    assert slider.start == 2
    # The description quotes the first and the last position.
    assert "1.7183 and 1.1752" in slider.description
    assert "1.0050 and 1.0000" in slider.description


def test_the_ring_marks_the_smallest_error_and_an_exact_hit_is_left_out() -> None:
    steps = 10.0 ** np.arange(-4.0, 0.0)
    error = np.array([1e-3, 1e-5, 1e-4, 1e-2])
    exact = np.array([1e-2, 0.0, 1e-3, 1e-1])
    figure = plot_step_errors(
        steps, {"float64": {"one-sided": error, "two-sided": exact}}, {"float64": {}}
    )
    curve, ring, other, _ = figure.axes[0].lines
    assert curve.get_ydata().tolist() == error.tolist()
    assert (ring.get_xdata().tolist(), ring.get_ydata().tolist()) == ([1e-3], [1e-5])
    assert other.get_xdata().tolist() == steps[[0, 2, 3]].tolist()


def test_one_panel_a_precision_with_one_label_a_prediction() -> None:
    h = 10.0 ** np.arange(-6.0, 0.0)
    errors = {name: {"one-sided": h, "two-sided": h**2} for name in ("float64", "float32")}
    theory = {"float64": {"h": h, "1 / h": 1e-12 / h}, "float32": {"h": h}}
    figure = plot_step_errors(h, errors, theory)
    titles = [ax.get_title() for ax in figure.axes]
    labels = [[text.get_text() for text in ax.texts] for ax in figure.axes]
    assert titles == ["float64", "float32"]
    assert labels == [["h", "1 / h"], ["h"]]
