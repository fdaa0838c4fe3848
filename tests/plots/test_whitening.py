"""Figures of prepared data show what they are given: steps, contours, images, covariances."""

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nbcourse.plots.bowls import plot_bowls
from nbcourse.plots.covariances import plot_covariances
from nbcourse.plots.images import show_images
from nbcourse.plots.whitening import STEPS, whitening_slider, whitening_steps
from nbcourse.whitening import covariance, zca_whiten


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    plt.close("all")


RNG = np.random.default_rng(0)
CLOUD = RNG.standard_normal((80, 2)) @ [[2.0, 0.5], [0.0, 0.4]] + [3.0, -1.0]


def test_each_step_does_what_its_name_says() -> None:
    raw, centered, rotated, scaled, back = whitening_steps(CLOUD).values()
    assert np.array_equal(raw, CLOUD)
    assert np.allclose(centered.mean(axis=0), 0)
    assert np.allclose(np.linalg.norm(rotated, axis=1), np.linalg.norm(centered, axis=1))
    assert covariance(rotated)[0, 1] == pytest.approx(0, abs=1e-12)
    assert covariance(rotated)[0, 0] > covariance(rotated)[1, 1]
    assert np.allclose(covariance(scaled), np.eye(2))
    assert np.allclose(back, zca_whiten(CLOUD, CLOUD, eps=0.0)[0])


def test_the_cloud_is_turned_and_not_mirrored() -> None:
    _, centered, rotated, *_ = whitening_steps(CLOUD).values()
    matrix = np.linalg.lstsq(centered, rotated, rcond=None)[0]
    assert np.linalg.det(matrix) == pytest.approx(1)


def test_the_slider_shows_every_group_at_every_step() -> None:
    shown = whitening_slider({"a": CLOUD[:30], "b": CLOUD[30:]}, ("u", "v"), 5.0, "A cloud.")
    assert len(shown.figure.frames) == len(shown.values) == len(STEPS)
    for frame, points in zip(shown.figure.frames, whitening_steps(CLOUD).values(), strict=True):
        first, second, *lines = frame.data
        assert (first.name, second.name) == ("a", "b")
        assert first.marker.symbol != second.marker.symbol
        drawn = np.column_stack([[*first.x, *second.x], [*first.y, *second.y]])
        assert np.allclose(drawn, points, atol=1e-3)
        assert len(lines) == 2
    scaled = shown.figure.frames[3].data[2:]
    assert np.allclose([np.abs(line.x).max() for line in scaled], [2, 0], atol=1e-3)
    assert np.allclose([np.abs(line.y).max() for line in scaled], [0, 2], atol=1e-3)
    assert "-0.00" not in shown.description
    assert len(shown._repr_html_()) < 300_000


def test_a_bowl_has_its_path_and_one_scale_for_both_weights() -> None:
    path = np.array([[4.0, 0.0], [1.0, -3.0], [0.0, -2.0]])
    figure = plot_bowls(
        {"flat": (lambda u, v: u**2 + 9 * (v + 2) ** 2, path), "other": (np.hypot, path)},
        ("w1", "w2"),
    )
    for ax in figure.axes:
        steps, start, end = ax.lines
        assert np.array_equal(steps.get_xydata(), path)
        assert start.get_xydata().tolist() == [[4.0, 0.0]]
        assert end.get_xydata().tolist() == [[0.0, -2.0]]
        assert ax.get_aspect() == 1.0
        (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
        assert right - left == pytest.approx(high - low)
        assert (path[:, 0] > left).all()
        assert (path[:, 0] < right).all()
        assert (path[:, 1] > low).all()
    assert [ax.get_title() for ax in figure.axes] == ["flat", "other"]


def test_no_bowl_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        plot_bowls({}, ("u", "v"))


@pytest.mark.parametrize(
    ("value", "centered", "light"),
    [(0.0, False, 0.0), (5.0, False, 0.5), (99.0, False, 1.0), (0.0, True, 0.5), (-10.0, True, 0)],
)
def test_images_are_as_light_as_their_values(value: float, centered: bool, light: float) -> None:
    figure = show_images({"row": np.full((1, 3, 2, 2), value)}, 10.0, centered=centered)
    assert np.allclose(figure.axes[0].images[0].get_array(), light)


def test_channels_stay_in_their_order() -> None:
    image = np.zeros((1, 3, 2, 2))
    image[:, 0] = 1.0
    shown = show_images({"red": image, "gray": np.zeros((2, 2, 2))}, 1.0).axes[0].images[0]
    assert shown.get_array()[0, 0].tolist() == [1.0, 0.0, 0.0]
    with pytest.raises(ValueError, match="expected"):
        show_images({"flat": np.zeros((2, 4))}, 1.0)


def test_covariances_are_drawn_with_white_at_zero() -> None:
    figure = plot_covariances({"cloud": CLOUD, "white": zca_whiten(CLOUD, CLOUD)[0]})
    for ax, x in zip(figure.axes, (CLOUD, zca_whiten(CLOUD, CLOUD)[0]), strict=False):
        picture = ax.images[0]
        assert np.allclose(picture.get_array(), covariance(x))
        low, high = picture.get_clim()
        assert low == -high
