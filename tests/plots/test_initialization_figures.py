"""Layers' spreads, first-layer images and loss curves show the numbers that they are given."""

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nbcourse.plots.loss_races import plot_loss_races
from nbcourse.plots.signals import plot_layer_stds
from nbcourse.plots.weight_images import plot_weight_images


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    plt.close("all")


def test_measured_points_and_predicted_lines_share_a_color() -> None:
    measured = {"a": [1.0, 0.5, 0.25], "b": [2.0, 2.0, 2.0]}
    ax = plot_layer_stds(measured, {"a": [1.0, 0.4, 0.16]})
    points, prediction, line, _ = ax.lines
    assert list(points.get_ydata()) == measured["a"]
    assert list(points.get_xdata()) == [1, 2, 3]
    assert list(prediction.get_ydata()) == [1.0, 0.4, 0.16]
    assert points.get_color() == prediction.get_color() != line.get_color()
    # Without a prediction the points are joined.
    assert (points.get_linestyle(), line.get_linestyle()) == ("None", "-")
    assert points.get_marker() != line.get_marker()


def test_the_axis_is_linear_where_asked() -> None:
    assert plot_layer_stds({"a": [1.0]}).get_yscale() == "log"
    ax = plot_layer_stds({"a": [1.0]}, log=False, ylabel="sums")
    assert (ax.get_yscale(), ax.get_ylabel()) == ("linear", "sums")


@pytest.mark.parametrize(
    ("measured", "predicted"),
    [({"a": [1.0]}, {"b": [1.0]}), ({str(i): [1.0] for i in range(8)}, {})],
)
def test_networks_that_cannot_be_shown_are_refused(
    measured: dict[str, list[float]], predicted: dict[str, list[float]]
) -> None:
    with pytest.raises(ValueError, match="at most 7 networks"):
        plot_layer_stds(measured, predicted)


def test_each_unit_has_its_image_in_its_place() -> None:
    w = np.arange(4 * 3, dtype=float).reshape(4, 3)
    picture = plot_weight_images({"w": w}, columns=2).axes[0].images[0].get_array().filled(np.nan)
    assert picture.shape == (5, 5)
    assert np.array_equal(picture[:2, :2], w[:, 0].reshape(2, 2))
    assert np.array_equal(picture[:2, 3:], w[:, 1].reshape(2, 2))
    assert np.array_equal(picture[3:, :2], w[:, 2].reshape(2, 2))
    assert np.isnan(picture[2]).all()


def test_white_is_zero_in_every_panel() -> None:
    figure = plot_weight_images({"a": np.full((4, 1), 3.0), "b": np.full((4, 1), -0.1)})
    limits = [ax.images[0].get_clim() for ax in figure.axes]
    assert limits == [(-3.0, 3.0), (-0.1, 0.1)]


def test_weights_that_are_no_image_are_refused() -> None:
    with pytest.raises(ValueError, match="square number of rows to be images, got 5"):
        plot_weight_images({"w": np.zeros((5, 2))})


def test_a_runner_keeps_its_line_and_the_legend_follows_the_finish() -> None:
    races = {
        "first": {"a": [3.0, 1.0, 0.0], "b": [3.0, 2.0, 2.0]},
        "second": {"a": [3.0, 3.0, 3.0], "b": [3.0, 1.0, 1.0]},
    }
    axes = plot_loss_races(races, window=1).axes
    legends = [[text.get_text() for text in ax.get_legend().get_texts()] for ax in axes]
    assert legends == [["b", "a"], ["a", "b"]]
    styles = [
        {line.get_label(): (line.get_color(), line.get_linestyle()) for line in ax.lines}
        for ax in axes
    ]
    assert styles[0] == styles[1]
    assert len(set(styles[0].values())) == 2


def test_a_point_is_the_mean_over_the_window() -> None:
    (line,) = plot_loss_races({"race": {"a": [4.0, 2.0, 0.0, 1.0]}}, window=3).axes[0].lines
    assert np.allclose(line.get_xdata(), [1, 2])
    assert np.allclose(line.get_ydata(), [2, 1])


def test_many_runners_all_differ() -> None:
    runners = {str(i): [1.0, 0.5] for i in range(28)}
    lines = plot_loss_races({"race": runners}, window=1).axes[0].lines
    assert len({(line.get_color(), line.get_linestyle()) for line in lines}) == 28
