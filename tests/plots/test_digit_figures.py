"""The figures of the chapter on digits show every run, every image, and the right verdict."""

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nbcourse.plots.confidence_explorer import Reading, confidence_explorer
from nbcourse.plots.readings import plot_readings
from nbcourse.plots.seeds import plot_seeds

TEXTS = {"description": "images", "caption": "Images."}


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    plt.close("all")


def reading(seed: int) -> Reading:
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.ones(10), 20)
    return Reading(rng.integers(0, 17, (20, 8, 8)).astype(float), rng.integers(0, 10, 20), p)


def test_every_seed_is_a_dot_and_the_mean_a_bar() -> None:
    ax = plot_seeds({"a": [0.1, 0.3, 0.3], "b": [0.5, 0.7]}, baseline="b", xlabel="loss")
    dots, bars = ax.lines[::2], ax.lines[1::2]
    assert [list(line.get_xdata()) for line in dots] == [[0.1, 0.3, 0.3], [0.5, 0.7]]
    assert np.allclose([line.get_xdata()[0] for line in bars], [0.7 / 3, 0.6])
    # Two equal numbers are two dots.
    heights = list(dots[0].get_ydata())
    assert heights[0] == heights[1] != heights[2]
    low, high = ax.get_ylim()
    assert low > high, "the first name stands on top"
    band = ax.patches[0].get_extents().transformed(ax.transData.inverted())
    assert np.allclose([band.x0, band.x1], 0.6 + np.array([-1, 1]) * np.std([0.5, 0.7], ddof=1))


def test_an_unknown_baseline_is_refused() -> None:
    with pytest.raises(ValueError, match="'c' is not among a, b"):
        plot_seeds({"a": [0.1, 0.2], "b": [0.1, 0.2]}, baseline="c")


def test_all_images_are_there_with_their_titles() -> None:
    images = np.arange(8 * 4.0).reshape(8, 2, 2)
    figure = plot_readings(images, [str(i) for i in range(8)], columns=3)
    shown = [ax for ax in figure.axes if ax.images]
    assert [ax.get_title() for ax in shown] == [str(i) for i in range(8)]
    for ax, image in zip(shown, images, strict=True):
        assert np.array_equal(ax.images[0].get_array(), image)


@pytest.mark.parametrize(("count", "titles"), [(0, []), (2, ["one"])])
def test_images_without_titles_are_refused(count: int, titles: list[str]) -> None:
    with pytest.raises(ValueError, match=f"got {count} images and {len(titles)} titles"):
        plot_readings(np.zeros((count, 8, 8)), titles)


def test_frames_go_from_the_least_sure_image_on() -> None:
    both = {"one": reading(0), "two": reading(1)}
    ranks = [1, 2, 5, 20]
    shown = confidence_explorer(both, ranks, **TEXTS)
    assert [list(control.values) for control in shown.controls] == [
        ["one", "two"],
        ["1 of 20", "2 of 20", "5 of 20", "20 of 20"],
    ]
    frames = iter(shown.figure.frames)
    for said in both.values():
        order = sorted(range(20), key=lambda i: said.probabilities[i].max())
        for rank in ranks:
            place, frame = order[rank - 1], next(frames)
            image, others, label = frame.data
            assert np.array_equal(image.z, said.images[place])
            p = said.probabilities[place]
            assert np.allclose(np.add(others.y, label.y), p, atol=1e-7)
            assert np.flatnonzero(label.y).tolist() == [said.labels[place]]
            right = p.argmax() == said.labels[place]
            title = frame.layout.title.text
            assert title.startswith(f"reads {p.argmax()} with {100 * p.max():.1f} %, ")
            assert title.endswith("right" if right else f"but it is a {said.labels[place]}")


def test_two_hundred_images_stay_small() -> None:
    rng = np.random.default_rng(0)
    said = Reading(rng.integers(0, 17, (100, 8, 8)).astype(float), rng.integers(0, 10, 100),
                   rng.dirichlet(np.ones(10), 100))  # fmt: skip
    shown = confidence_explorer({"a": said, "b": said}, range(1, 101), **TEXTS)
    assert len(shown._repr_html_()) < 200_000


def test_no_ink_is_white_and_all_ink_is_black() -> None:
    image = plot_readings(np.array([[[3.0, 16.0]]]), ["a"]).axes[0].images[0]
    assert image.norm(3.0) == 3 / 16
    assert image.cmap(image.norm(0.0))[:3] == (1.0, 1.0, 1.0)
    assert image.cmap(image.norm(16.0))[:3] == (0.0, 0.0, 0.0)
