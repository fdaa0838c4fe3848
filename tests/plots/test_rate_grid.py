"""The grid of rates and scales: the sliders' cell is marked, and its own losses are drawn."""

import numpy as np
import pytest

from nbcourse.plots.controls import Slider
from nbcourse.plots.interactive import InteractiveGrid
from nbcourse.plots.rate_grid import rate_grid

RATES, SCALES = ["0.1", "1"], ["0.01", "1", "100"]
MAPS = {"without": np.arange(6).reshape(2, 3) / 10, "with": np.full((2, 3), 0.925)}


def losses(name: str) -> list[list[list[float]]]:
    base = 10.0 if name == "without" else 0.0
    return [[[base + i, base + j, 1.0] for j in range(3)] for i in range(2)]


@pytest.fixture
def shown() -> InteractiveGrid:
    curves = {name: losses(name) for name in MAPS}
    return rate_grid(MAPS, curves, RATES, SCALES, description="d", caption="c", start=(1, 2))


def test_the_controls_are_the_two_axes(shown: InteractiveGrid) -> None:
    assert [type(control) for control in shown.controls] == [Slider, Slider]
    assert [list(control.values) for control in shown.controls] == [RATES, SCALES]
    assert [control.start for control in shown.controls] == [1, 2]


def test_maps_hold_whole_per_cent(shown: InteractiveGrid) -> None:
    assert np.array(shown.figure.data[0].z).tolist() == [[0, 10, 20], [30, 40, 50]]
    assert np.array(shown.figure.data[2].z)[0, 0] in (92, 93)


def test_maps_lie_on_the_sliders_positions_and_curves_are_told_apart(
    shown: InteractiveGrid,
) -> None:
    for heat in (shown.figure.data[0], shown.figure.data[2]):
        assert (list(heat.x), list(heat.y)) == (SCALES, RATES)
    assert shown.figure.data[4].line.dash != shown.figure.data[5].line.dash


def test_every_frame_marks_its_cell_and_draws_its_losses(shown: InteractiveGrid) -> None:
    cells = [(i, j) for i in range(2) for j in range(3)]
    for frame, (i, j) in zip(shown.figure.frames, cells, strict=True):
        assert frame.traces == (1, 3, 4, 5)
        for marker in frame.data[:2]:
            assert (marker.x, marker.y) == ((SCALES[j],), (RATES[i],))
        assert list(frame.data[2].y) == [10 + i, 10 + j, 1]
        assert list(frame.data[3].y) == [i, j, 1]


def test_a_run_that_ended_early_is_short_and_an_explosion_is_cut_off() -> None:
    curves = {"without": [[[2.3, 1e9]]], "with": [[[2.0] * 100]]}
    maps = {name: np.zeros((1, 1)) for name in curves}
    shown = rate_grid(maps, curves, ["1"], ["1"], description="d", caption="c")
    short, long = shown.figure.frames[0].data[2:]
    assert list(short.y) == [2.3, 99.0]
    assert list(short.x) == [0, 1]
    assert len(long.y) == 40
    assert long.x[-1] == 99


def test_maps_of_another_shape_are_named() -> None:
    maps = {"without": np.zeros((2, 2)), "with": np.zeros((2, 3))}
    with pytest.raises(ValueError, match=r"shape \(2, 3\); got .*\(2, 2\)"):
        rate_grid(maps, {}, RATES, SCALES, description="d", caption="c")


def test_two_maps_are_compared() -> None:
    with pytest.raises(ValueError, match="two maps"):
        rate_grid({"one": np.zeros((2, 3))}, {}, RATES, SCALES, description="d", caption="c")
