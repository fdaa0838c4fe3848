"""The laboratory's figures and table show the numbers that were measured."""

import re
from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nbcourse.layer_statistics import Laboratory, measure_layers
from nbcourse.plots.laboratory import plot_laboratory
from nbcourse.plots.laboratory_table import laboratory_table

DEPTH = 4


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    plt.close("all")


@pytest.fixture(scope="module", params=["tanh", "relu"])
def case(request: pytest.FixtureRequest) -> tuple[Laboratory, bool]:
    """A small network, and whether zeros are left out."""
    rng = np.random.default_rng(0)
    weights = list(0.3 * rng.standard_normal((DEPTH, 30, 30)))
    x, dout = rng.standard_normal((2, 40, 30))
    return measure_layers(weights, x, request.param, dout), request.param == "relu"


def test_the_lines_are_the_standard_deviations(case: tuple[Laboratory, bool]) -> None:
    laboratory, nonzero = case
    figure = plot_laboratory(laboratory, nonzero=nonzero)
    lines = {line.get_label(): line for line in figure.axes[2].lines}
    for label, layers in (
        ("activations", laboratory.activations),
        ("gradients of the sums", laboratory.gradients),
        ("gradients of the weights", laboratory.weight_gradients),
    ):
        stds = [layer.nonzero_std if nonzero else layer.std for layer in layers]
        assert np.allclose(lines[label].get_ydata(), stds), label
        low, high = figure.axes[2].get_ylim()
        assert low < min(stds)
        assert max(stds) < high
    # No curve is told by its color alone.
    assert len({line.get_marker() for line in lines.values()}) == len(lines)


def test_a_histogram_stands_in_its_place_with_its_counts(case: tuple[Laboratory, bool]) -> None:
    laboratory, nonzero = case
    ax = plot_laboratory(laboratory, nonzero=nonzero).axes[0]
    for number, (patch, layer) in enumerate(
        zip(ax.patches, laboratory.activations, strict=True), start=1
    ):
        values, edges, _ = patch.get_data()
        assert np.allclose(values, layer.counts / layer.counts.max())
        # Zero stands in the middle, or at the left end when nothing is negative.
        zero = np.interp(0.0, layer.edges, edges)
        assert zero == pytest.approx(number - 0.43 if nonzero else number, abs=0.03)
        assert number - 0.5 < edges[0] < edges[-1] < number + 0.5


def test_counts_are_logarithmic_where_asked_and_the_title_says_so(
    case: tuple[Laboratory, bool],
) -> None:
    laboratory, _ = case
    activations, gradients, _ = plot_laboratory(laboratory, log=True).axes
    counts = laboratory.weight_gradients[0].counts
    expected = np.log10(1 + counts) / np.log10(1 + counts.max())
    assert np.allclose(gradients.patches[0].get_data()[0], expected)
    assert "log" in gradients.get_title()
    assert "log" not in activations.get_title()


def test_the_end_of_each_axis_is_written_below(case: tuple[Laboratory, bool]) -> None:
    laboratory, nonzero = case
    labels = plot_laboratory(laboratory, nonzero=nonzero).axes[0].get_xticklabels()
    for label, layer in zip(labels, laboratory.activations, strict=True):
        prefix = "0 to " if nonzero else "±"
        assert label.get_text().startswith(prefix)
        end = float(label.get_text().removeprefix(prefix))
        assert end == pytest.approx(max(-layer.low, layer.high), rel=0.06)


@pytest.mark.parametrize(
    ("scale", "label"),
    [
        (1.3e4, "±1.3e4"),
        (4.7e-7, "±4.7e-7"),
        (0.75, "±0.75"),
        (6.2e-4, "±6.2e-4"),
        (1e-10, "±1e-10"),
    ],
)
def test_exponents_are_short(scale: float, label: str) -> None:
    x = np.array([[scale], [-scale]])
    laboratory = measure_layers([np.ones((1, 1))], x, "linear", x)
    assert plot_laboratory(laboratory).axes[0].get_xticklabels()[0].get_text() == label


@pytest.mark.parametrize("nonzero", [False, True])
def test_a_network_in_which_nothing_passes_is_drawn_too(nonzero: bool) -> None:
    rng = np.random.default_rng(0)
    zeros = [np.zeros((5, 5))] * 3
    laboratory = measure_layers(zeros, rng.standard_normal((9, 5)), "relu", np.ones((9, 5)))
    plot_laboratory(laboratory, nonzero=nonzero).canvas.draw()


def test_the_title_counts_zeros(case: tuple[Laboratory, bool]) -> None:
    laboratory, nonzero = case
    title = plot_laboratory(laboratory, nonzero=nonzero).axes[0].get_title()
    share = re.search(r"\((\d+)% are 0\)", title)
    assert bool(share) == nonzero
    if share:
        zeros = np.mean([1 - layer.nonzero for layer in laboratory.activations])
        assert int(share.group(1)) == round(100 * zeros)


def test_the_table_has_a_row_a_layer(case: tuple[Laboratory, bool]) -> None:
    laboratory, nonzero = case
    table = laboratory_table(laboratory, nonzero=nonzero)
    assert [row[0] for row in table.rows] == [str(layer) for layer in range(1, DEPTH + 1)]
    last = laboratory.weight_gradients[-1]
    std = last.nonzero_std if nonzero else last.std
    assert float(table.rows[-1][6]) == pytest.approx(std, rel=0.01)
    assert table.rows[-1][7] == f"{last.low:.2g} to {last.high:.2g}"
    html = table._repr_html_()
    assert html.count("<tr>") == 2 + DEPTH
    assert html.count('scope="row"') == DEPTH
    assert all(cell in html and cell in repr(table) for cell in table.rows[-1])
