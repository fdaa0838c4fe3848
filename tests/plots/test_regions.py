"""Regions of networks: each point on its side, in still figures and behind controls."""

import base64
import itertools
import json
import re
from collections.abc import Iterator
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nbcourse.arrays import Array
from nbcourse.plots.controls import Select, Slider
from nbcourse.plots.region_explorer import region_explorer
from nbcourse.plots.regions import margin_grid, plot_regions

X = np.array([[0.5, 0.5], [-0.5, 0.0], [0.25, -0.5]])
Y = np.array([1, 0, 1])
BOX = (-1.0, 1.0)


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    plt.close("all")


def right_of(a: float) -> Any:
    return lambda x: x[:, 0] - a


def test_rows_of_the_grid_go_with_the_second_coordinate() -> None:
    grid = margin_grid(lambda x: x[:, 0] + 10 * x[:, 1], (0.0, 2.0), 3)
    assert grid.tolist() == [[0, 1, 2], [10, 11, 12], [20, 21, 22]]


def test_a_panel_shows_the_line_where_the_margin_is_zero() -> None:
    figure = plot_regions({"a": right_of(0.3), "b": right_of(-0.6)}, X, Y, BOX)
    for ax, place in zip(figure.axes, (0.3, -0.6), strict=True):
        line = ax.collections[-1].get_paths()[0].vertices
        assert np.allclose(line[:, 0], place, atol=1e-6)


def test_a_network_with_one_answer_has_no_line() -> None:
    (ax,) = plot_regions({"always 1": right_of(-5.0)}, X, Y, BOX).axes
    assert len(ax.collections) == 1


def test_classes_differ_by_marker_and_every_example_is_drawn() -> None:
    (ax,) = plot_regions({"a": right_of(0.0)}, X, Y, BOX).axes
    ones, zeros = ax.lines
    assert ones.get_marker() != zeros.get_marker()
    assert np.array_equal(ones.get_xydata(), X[Y == 1])
    assert np.array_equal(zeros.get_xydata(), X[Y == 0])


def test_panels_stand_in_rows_and_no_empty_one_is_left() -> None:
    figure = plot_regions({str(i): right_of(0.0) for i in range(5)}, X, Y, BOX, columns=3)
    assert [ax.get_title() for ax in figure.axes] == ["0", "1", "2", "3", "4"]


def test_there_must_be_a_network() -> None:
    with pytest.raises(ValueError, match="at least one"):
        plot_regions({}, X, Y, BOX)


def explorer(margins: list[Any], **more: Any) -> Any:
    controls = more.pop("controls", [Slider("place", [str(i) for i in range(len(margins))])])
    networks = [(f"network {i}", margin) for i, margin in enumerate(margins)]
    return region_explorer(networks, controls, X, Y, box=BOX, description="d", caption="c", **more)


def frame_grids(shown: Any) -> list[Array]:
    """The grids as the page gets them."""
    found = re.search(
        r'<script type="application/json">(.*)</script>', shown._repr_html_(), re.DOTALL
    )
    assert found
    grids = []
    for frame in json.loads(found.group(1))["figure"]["frames"]:
        z = frame["data"][0]["z"]
        assert z["dtype"] == "i1", "a grid takes one byte a point"
        shape = [int(size) for size in z["shape"].split(",")]
        grids.append(np.frombuffer(base64.b64decode(z["bdata"]), np.int8).reshape(shape))
    return grids


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_signs_and_the_place_of_the_line_survive_one_byte(scale: float) -> None:
    def slanted(x: Array) -> Array:
        return scale * (x[:, 0] + 0.5 * x[:, 1] - 0.213)

    (grid,) = frame_grids(explorer([slanted]))
    points = len(grid)
    assert np.array_equal(grid > 0, margin_grid(slanted, BOX, points) > 0)
    ticks = np.linspace(*BOX, points)
    for row, second in zip(grid.astype(float), ticks, strict=True):
        crossed = np.flatnonzero(np.diff(row > 0))
        for j in crossed:
            share = -row[j] / (row[j + 1] - row[j])
            place = ticks[j] + share * (ticks[j + 1] - ticks[j])
            assert abs(place - (0.213 - 0.5 * second)) < 0.02 * (ticks[1] - ticks[0])


def test_a_network_with_one_answer_fills_the_square() -> None:
    always, never = frame_grids(explorer([right_of(-5.0), right_of(5.0)]))
    assert (always > 0).all()
    assert (never < 0).all()


def test_the_controls_choose_in_the_order_of_product() -> None:
    controls = [Slider("m", ["3", "20"], start=1), Select("seed", ["0", "1", "2"], start=2)]
    margins = [right_of(0.1 * m + 0.01 * seed) for m, seed in itertools.product((0, 1), (0, 1, 2))]
    shown = explorer(margins, controls=controls)
    assert shown.figure.layout.title.text == "network 5"


def test_thirty_two_networks_fit_the_page() -> None:
    rng = np.random.default_rng(0)

    def noise(x: Array) -> Array:
        return rng.standard_normal(len(x))

    assert len(explorer([noise] * 32)._repr_html_()) < 300_000
