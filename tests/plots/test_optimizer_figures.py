"""Figures of the chapter on optimizers: surfaces with right gradients, and paths where they say."""

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nbcourse.adaptive_optimizers import adam
from nbcourse.arrays import Array
from nbcourse.gradcheck import numerical_gradient
from nbcourse.optimizers import momentum, sgd
from nbcourse.plots.controls import Select, Slider
from nbcourse.plots.interactive import InteractiveGrid
from nbcourse.plots.optimizer_paths import contour_heights, follow, plot_paths
from nbcourse.plots.path_explorer import path_explorer
from nbcourse.plots.surfaces import BOX, Surface, cliff, plateau, ravine, saddle

SURFACES = {
    "ravine": ravine(),
    "turned": ravine(angle=30),
    "saddle": saddle(),
    "plateau": plateau(),
    "cliff": cliff(),
}
EACH = pytest.mark.parametrize("surface", SURFACES.values(), ids=list(SURFACES))


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    plt.close("all")


@EACH
def test_a_gradient_is_that_of_its_loss(surface: Surface) -> None:
    rng = np.random.default_rng(0)
    for w in rng.uniform([BOX[0], BOX[2]], [BOX[1], BOX[3]], (20, 2)):
        expected = numerical_gradient(lambda v: float(surface.loss(v[0], v[1])), w)
        assert np.allclose(surface.gradient(w), expected, rtol=1e-6, atol=1e-7)


@EACH
def test_the_minimum_is_the_lowest_place_and_the_start_is_in_the_picture(surface: Surface) -> None:
    u, v = np.linspace(BOX[0], BOX[1], 441), np.linspace(BOX[2], BOX[3], 281)
    lowest = surface.loss(*surface.minimum)
    assert lowest <= surface.loss(*np.meshgrid(u, v)).min() + 1e-5
    assert np.abs(surface.gradient(surface.minimum)).max() < 1e-4
    assert BOX[0] < surface.start[0] < BOX[1]
    assert BOX[2] < surface.start[1] < BOX[3]


def test_a_turned_ravine_is_the_same_ravine() -> None:
    """Gradient descent knows no axes: its losses are the same, step for step."""
    losses = [
        surface.loss(*follow(sgd, surface, 40, lr=0.1).T)
        for surface in (ravine(), ravine(angle=30), ravine(angle=77))
    ]
    assert np.allclose(losses[0], losses[1])
    assert np.allclose(losses[0], losses[2])
    assert np.linalg.eigvalsh(
        np.array([ravine(angle=77).gradient(e) for e in np.eye(2)])
    ) == pytest.approx([0.12, 12.0])


def test_following_makes_the_steps_of_the_rule_and_ends_where_there_is_no_way_back() -> None:
    surface = ravine(flat=1.0, steep=10.0)
    path = follow(sgd, surface, 5, lr=0.1)
    assert np.allclose(path[:, 0], -1.8 * 0.9 ** np.arange(6))
    assert np.allclose(path[1:, 1], 0.0)
    gone = follow(sgd, surface, 100, lr=1.0)
    assert len(gone) < 10
    assert np.abs(gone[-1]).max() > 100
    assert np.abs(gone[:-1]).max() <= 100


def test_every_path_has_its_panel() -> None:
    paths = {f"rate {lr}": follow(sgd, saddle(), 9, lr=lr) for lr in (0.01, 0.05, 0.1)}
    figure = plot_paths(saddle(), paths, columns=2)
    assert [ax.get_title() for ax in figure.axes] == list(paths)
    for ax, path in zip(figure.axes, paths.values(), strict=True):
        assert np.array_equal(ax.lines[0].get_xydata(), path)
        assert np.array_equal(ax.lines[1].get_xydata(), path[:1])
        assert np.array_equal(ax.lines[2].get_xydata(), [saddle().minimum])
        assert (*ax.get_xlim(), *ax.get_ylim()) == BOX


def test_no_path_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one title"):
        plot_paths(saddle(), {})


def test_heights_are_cube_roots_of_the_loss_above_the_minimum() -> None:
    u, v, heights = contour_heights(saddle(), 23)
    assert heights[3, 5] ** 3 == pytest.approx(float(saddle().loss(u[5], v[3])) + 1.0)


RATES, MOMENTA, STEPS = [0.01, 0.1, 1.0], [0.0, 0.9], 20
SHOWN = {"ravine": ravine(), "cliff": cliff()}
RULES: dict[str, Callable[[float, float], tuple[Any, Mapping[str, Any]]]] = {
    "momentum": lambda lr, mu: (momentum, {"lr": lr, "momentum": mu}),
    "Adam": lambda lr, mu: (adam, {"lr": lr, "betas": (mu, 0.999)}),
}


@pytest.fixture(scope="module")
def shown() -> InteractiveGrid:
    return path_explorer(
        SHOWN, RULES, RATES, MOMENTA, steps=STEPS, description="Paths", caption="Down.",
        start=(1, 1, 0),
    )  # fmt: skip


def test_the_explorer_has_a_list_and_two_sliders(shown: InteractiveGrid) -> None:
    assert [type(control) for control in shown.controls] == [Select, Slider, Slider]
    values = [list(control.values) for control in shown.controls]
    assert values == [["ravine", "cliff"], ["0.01", "0.1", "1"], ["0", "0.9"]]
    assert [control.start for control in shown.controls] == [1, 1, 0]


def test_every_frame_shows_its_surface_and_its_paths(shown: InteractiveGrid) -> None:
    places = itertools.product(enumerate(SHOWN.values()), RATES, MOMENTA)
    for frame, ((number, surface), lr, mu) in zip(shown.figure.frames, places, strict=True):
        assert [trace.visible for trace in frame.data[:2]] == [number == 0, number == 1]
        marks = np.array([surface.start, surface.minimum])
        assert np.allclose(np.transpose([frame.data[2].x, frame.data[2].y]), marks, atol=0.006)
        for trace, (name, make) in zip(frame.data[3:], RULES.items(), strict=True):
            rule, config = make(lr, mu)
            path = follow(rule, surface, STEPS, **config)
            drawn = np.transpose([trace.x, trace.y])
            inside = np.abs(path[: len(drawn)]).max(axis=1) < 15
            assert np.allclose(drawn[inside], path[: len(drawn)][inside], atol=0.006)
            # What is left out stands still, or is far away.
            left_out = path[len(drawn) :]
            assert (
                not len(left_out) or np.abs(left_out - path[-1]).max() < 0.011 or not np.all(inside)
            )
            end = float(surface.loss(*path[-1]) - surface.loss(*surface.minimum))
            said = trace.name.removeprefix(f"{name}: ")
            if np.abs(path[-1]).max() > 100:
                assert said == "gone"
            else:
                assert float(said) == pytest.approx(max(end, 0.0), rel=0.34, abs=1e-12)


def test_the_first_picture_is_that_of_the_controls(shown: InteractiveGrid) -> None:
    assert [trace.visible for trace in shown.figure.data[:2]] == [False, True]
    path = follow(momentum, cliff(), STEPS, lr=0.1, momentum=0.0)
    assert np.allclose(shown.figure.data[3].x, path[: len(shown.figure.data[3].x), 0], atol=0.006)


def test_the_data_are_plain_json_whatever_the_paths_do(shown: InteractiveGrid) -> None:
    json.dumps(shown.figure.to_dict()["frames"], allow_nan=False, default=list)
    # Where no gradient is left, a path is a single place.
    flat = replace(ravine(), gradient=lambda w: np.zeros_like(w))
    still = path_explorer(
        {"flat": flat}, RULES, [0.1], [0.0], steps=9, description="d", caption="c"
    )
    assert still.figure.frames[0].data[2].x == (-1.8,)


def test_more_rules_than_looks_are_refused() -> None:
    rules = {str(i): RULES["Adam"] for i in range(5)}
    with pytest.raises(ValueError, match="at most 4 rules"):
        path_explorer(SHOWN, rules, RATES, MOMENTA, steps=2, description="d", caption="c")


def test_contours_have_room_for_the_highest_place(shown: InteractiveGrid) -> None:
    contour: Any = shown.figure.data[0]
    heights: Array = np.array(contour.z)
    assert contour.contours.start > 0
    assert contour.contours.end >= heights.max() - 0.01
