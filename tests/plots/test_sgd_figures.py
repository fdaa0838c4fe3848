"""Figures of the chapter on SGD: every path and every run where the controls say."""

import json
from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nbcourse.arrays import Array
from nbcourse.plots.controls import Select, Slider
from nbcourse.plots.descent_paths import plot_descent_paths
from nbcourse.plots.interactive import InteractiveGrid
from nbcourse.plots.rate_explorer import rate_explorer
from nbcourse.plots.schedule_explorer import ScheduledRun, schedule_explorer


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    plt.close("all")


def bowl(u: Array, v: Array) -> Array:
    return 1.0 + (u - 1.0) ** 2 + v**2


OPTIMUM = np.array([1.0, 0.0])
SHORT = np.array([[3.0, 1.0], [2.0, 0.5]])
LONG = np.array([[3.0, 1.0], [1.0, 4.0], [-1.0, -2.0]])


def test_every_path_has_its_panel_and_all_show_the_same_part_of_the_plane() -> None:
    figure = plot_descent_paths(bowl, {"short": SHORT, "long": LONG}, OPTIMUM, ("u", "v"))
    for ax, (title, path) in zip(figure.axes, {"short": SHORT, "long": LONG}.items(), strict=True):
        assert ax.get_title() == title
        lines = [line.get_xydata() for line in ax.lines]
        assert np.array_equal(lines[0], path)
        assert np.array_equal(lines[1], path[:1])
        assert np.array_equal(lines[2], [OPTIMUM])
        (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
        assert left <= -1
        assert right >= 3
        assert low <= -2
        assert high >= 4
    assert figure.axes[0].get_xlim() == figure.axes[1].get_xlim()


BOX = (-1.0, 3.0, -2.0, 4.0)


def test_contour_lines_are_quarters_of_the_height_above_the_optimum() -> None:
    figure = plot_descent_paths(bowl, {"long": LONG}, OPTIMUM, ("u", "v"), box=BOX)
    levels = figure.axes[0].collections[0].levels
    assert np.allclose(levels[1:] / levels[:-1], 4)
    # The highest places of the box are its upper corners, 20 above the optimum.
    assert levels[-1] == pytest.approx(5.0)


def test_heights_of_contour_lines_are_counted_from_the_optimum() -> None:
    """The line of height 4 in this bowl is the circle of radius 2 about the optimum."""
    heights = np.array([4.0])
    figure = plot_descent_paths(bowl, {"long": LONG}, OPTIMUM, ("u", "v"), box=BOX, heights=heights)
    (line,) = figure.axes[0].collections[0].get_paths()
    assert np.allclose(np.linalg.norm(line.vertices - OPTIMUM, axis=1), 2, atol=0.01)


@pytest.mark.parametrize(
    ("paths", "message"),
    [({}, "at least one title"), ({"flat": np.zeros(3)}, r"'flat' needs shape \(T \+ 1, 2\)")],
)
def test_paths_that_cannot_be_drawn_are_refused(paths: dict[str, Array], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        plot_descent_paths(bowl, paths, OPTIMUM, ("u", "v"))


def explore(runs: dict[str, dict[str, Array]]) -> InteractiveGrid:
    return rate_explorer(
        bowl, runs, OPTIMUM, labels=("kind", "rate"), names=("u", "v"), box=(-2, 4, -3, 5),
        description="A path", caption="Descent.", start=(1, 0),
    )  # fmt: skip


def test_the_rate_explorer_shows_each_path_and_its_loss_above_the_minimum() -> None:
    kinds = {"constant": {"0.1": SHORT, "1": LONG}, "decayed": {"0.1": LONG, "1": SHORT}}
    shown = explore(kinds)
    assert [type(control) for control in shown.controls] == [Select, Slider]
    assert [list(control.values) for control in shown.controls] == [
        ["constant", "decayed"],
        ["0.1", "1"],
    ]
    expected = [path for paths in kinds.values() for path in paths.values()]
    for frame, path in zip(shown.figure.frames, expected, strict=True):
        assert np.allclose(np.transpose([frame.data[0].x, frame.data[0].y]), path)
        assert np.allclose(frame.data[1].y, bowl(*path.T) - 1)
        assert frame.traces == (1, 3)
    # The first picture is that of the positions it starts from.
    assert np.allclose(shown.figure.data[1].x, LONG[:, 0])
    assert shown.figure.layout.xaxis2.range == (0, 2)


def test_the_rate_explorer_draws_the_surface_and_its_minimum_over_the_whole_box() -> None:
    shown = explore({"constant": {"0.1": SHORT, "1": LONG}, "decayed": {"0.1": LONG, "1": SHORT}})
    contour, _, star, _ = shown.figure.data
    assert (star.x, star.y) == ((1.0,), (0.0,))
    u, v = np.array(contour.x), np.array(contour.y)
    assert (u[0], u[-1], v[0], v[-1]) == (-2, 4, -3, 5)
    height = np.log10(bowl(u[30], v[7]) - 1)
    assert np.array(contour.z)[7, 30] == pytest.approx(height, abs=1e-3)
    assert shown.figure.layout.yaxis2.range == pytest.approx((-6, 1))


def test_numbers_that_json_cannot_hold_and_logarithms_of_nothing_are_left_out() -> None:
    wild = np.array([[1.0, 0.0], [np.inf, 0.0], [np.nan, 1.0], [1e9, 0.0]])
    frame = explore({"a": {"1": wild}, "b": {"1": SHORT}}).figure.frames[0]
    assert frame.data[0].x == (1.0, None, None, None)
    assert frame.data[1].y[0] == 1e-6
    assert frame.data[1].y[1:3] == (None, None)
    assert frame.data[1].y[3] == pytest.approx(1e18)


def test_the_rate_explorer_wants_the_same_positions_everywhere() -> None:
    with pytest.raises(ValueError, match="same positions of the slider"):
        explore({"a": {"1": SHORT}, "b": {"2": SHORT}})


RUNS = {
    "constant": [
        ScheduledRun("rate 0.1", [0.1] * 4, [2.0, 1.5, 1.0]),
        ScheduledRun("rate 0.2", [0.2] * 4, [2.0, np.nan, np.inf]),
    ],
    "halved": [
        ScheduledRun("every 2", [0.4, 0.4, 0.2, 0.2], [2.0, 1.0, 0.5]),
        ScheduledRun("every 1", [0.4, 0.2, 0.1, 0.05], [2.0, 1.2, 1.1]),
    ],
}


def schedules(runs: dict[str, list[ScheduledRun]], gap: int = 2) -> InteractiveGrid:
    return schedule_explorer(
        runs, ["small", "large"], gap=gap, labels=("schedule", "parameter"), description="Curves",
        caption="Rates.", rate_top=0.5, loss_range=(0.1, 3.0), start=(1, 1),
    )  # fmt: skip


def test_the_schedule_explorer_shows_rates_losses_and_title_of_every_run() -> None:
    shown = schedules(RUNS)
    every = [run for series in RUNS.values() for run in series]
    for frame, run in zip(shown.figure.frames, every, strict=True):
        assert list(frame.data[0].y) == list(run.rates)
        wanted = [loss if np.isfinite(loss) else None for loss in run.losses]
        assert list(frame.data[1].y) == wanted
        assert frame.layout.title.text == run.title
    assert shown.figure.layout.title.text == "every 1"
    assert [control.label for control in shown.controls] == ["schedule", "parameter"]
    json.dumps(shown.figure.to_dict(), allow_nan=False, default=list)
    layout = shown.figure.layout
    assert (layout.xaxis.range, layout.yaxis.range) == ((0, 4), (0, 0.5))
    assert layout.yaxis2.range == pytest.approx((-1, np.log10(3)))


def test_the_two_curves_share_one_axis_of_steps() -> None:
    """Rates are thinned out to every second, losses were taken every eighth step."""
    run = ScheduledRun("title", list(np.linspace(0.4, 0.0, 17)), [2.0, 1.0, 0.5])
    figure = schedules({"one": [run, run], "two": [run, run]}, gap=8).figure
    rates, losses = figure.data
    assert (rates.dx, losses.dx) == (2, 8)
    assert np.allclose(rates.y, run.rates[::2])
    assert rates.dx * (len(rates.y) - 1) == losses.dx * (len(losses.y) - 1) == 16


def test_a_schedule_with_a_missing_run_is_refused() -> None:
    with pytest.raises(ValueError, match="'halved' needs one run for each of 2 positions; got 1"):
        schedules({**RUNS, "halved": RUNS["halved"][:1]})
