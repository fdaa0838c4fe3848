"""The laboratory's controls: every frame shows its own sigma, activation and layer."""

import itertools

import numpy as np
import pytest

from nbcourse.layer_statistics import measure_layers
from nbcourse.plots.controls import Select, Slider
from nbcourse.plots.interactive import InteractiveGrid
from nbcourse.plots.laboratory_grid import laboratory_grid

SIGMAS = {"small": 0.05, "large": 1.0}
KINDS = {"tanh": "tanh", "ReLU": "relu"}
DEPTH, WIDTH, EXAMPLES = 3, 20, 15


@pytest.fixture(scope="module")
def shown() -> InteractiveGrid:
    return laboratory_grid(
        SIGMAS, KINDS, np.random.default_rng(0), caption="Signals.", start=(1, 0, 2),
        depth=DEPTH, width=WIDTH, examples=EXAMPLES,
    )  # fmt: skip


def test_the_controls_are_two_sliders_and_a_list(shown: InteractiveGrid) -> None:
    assert [type(control) for control in shown.controls] == [Slider, Select, Slider]
    values = [list(control.values) for control in shown.controls]
    assert values == [["small", "large"], ["tanh", "ReLU"], ["1", "2", "3"]]
    assert [control.start for control in shown.controls] == [1, 0, 2]


def test_every_frame_holds_the_measured_numbers(shown: InteractiveGrid) -> None:
    rng = np.random.default_rng(0)
    x, dout = rng.standard_normal((2, EXAMPLES, WIDTH))
    normals = rng.standard_normal((DEPTH, WIDTH, WIDTH))
    places = itertools.product(SIGMAS.values(), KINDS.values(), range(DEPTH))
    for frame, (sigma, kind, layer) in zip(shown.figure.frames, places, strict=True):
        laboratory = measure_layers([sigma * z for z in normals], x, kind, dout)
        for part, color in ((laboratory.activations, 0), (laboratory.gradients, 1)):
            stds = [distribution.std for distribution in part]
            assert np.allclose(frame.data[color].y, stds, rtol=0.01)
            assert frame.data[2 + color].x == (layer + 1,)
            assert frame.data[2 + color].y[0] == pytest.approx(stds[layer], rel=0.01)
            # The histogram holds what is not 0, up to the rounding of each bin.
            bars = frame.data[4 + color].y
            assert abs(sum(bars) - 100 * part[layer].nonzero) < 8


def test_a_histogram_stands_at_the_size_of_the_entries() -> None:
    """With sigma a million the sizes grow by about a million a layer."""
    shown = laboratory_grid(
        {"1e6": 1e6}, {"linear": "linear"}, np.random.default_rng(0), caption="c",
        depth=2, width=4, examples=400,
    )  # fmt: skip
    centers = np.log10(np.array(shown.figure.data[4].x))
    means = [np.average(centers, weights=frame.data[4].y) for frame in shown.figure.frames]
    assert means[1] - means[0] == pytest.approx(6, abs=0.6)


def test_the_page_stays_light() -> None:
    """Nine sigmas, two activations and ten layers, as in the chapter, stay below 300 kB."""
    sigmas = {str(sigma): sigma for sigma in np.geomspace(0.01, 1, 9)}
    shown = laboratory_grid(
        sigmas, KINDS, np.random.default_rng(0), caption="c", width=60, examples=20
    )
    assert len(shown.figure.frames) == 180
    assert len(shown._repr_html_().encode()) < 300_000
