"""Several curves in one panel: each as given, and told apart by more than color."""

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nbcourse.plots.curves import plot_curves

SEVEN = {str(i): np.arange(4.0) + i for i in range(7)}


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    plt.close("all")


def test_every_curve_is_drawn_at_its_places() -> None:
    places = np.array([0.0, 10.0, 20.0, 40.0])
    ax = plot_curves(SEVEN, "step", "loss", x=places, log=True)
    for line, (label, heights) in zip(ax.lines, SEVEN.items(), strict=True):
        assert line.get_label() == label
        assert line.get_xdata().tolist() == places.tolist()
        assert line.get_ydata().tolist() == heights.tolist()
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_yscale()) == ("step", "loss", "log")


def test_without_places_the_curves_count_from_zero() -> None:
    ax = plot_curves({"short": np.ones(2), "long": np.ones(4)}, "step", "loss")
    assert [line.get_xdata().tolist() for line in ax.lines] == [[0, 1], [0, 1, 2, 3]]


def test_curves_differ_by_style_and_marker() -> None:
    lines = plot_curves(SEVEN, "step", "loss").lines
    # matplotlib calls every dash pattern of its own "--", so the pattern itself is compared.
    patterns = {(line.get_linestyle(), line._unscaled_dash_pattern) for line in lines}
    assert len({line.get_marker() for line in lines}) == len(SEVEN)
    assert len({str(pattern) for pattern in patterns}) == len(SEVEN)


def test_it_draws_where_it_is_told() -> None:
    _, (left, right) = plt.subplots(1, 2)
    assert plot_curves(SEVEN, "step", "loss", ax=right) is right
    assert not left.lines


def test_more_curves_than_styles_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 7 curves"):
        plot_curves({**SEVEN, "one more": np.ones(4)}, "step", "loss")
