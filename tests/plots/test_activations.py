"""The figures of activations show the curves, the derivatives and the gradients they are given."""

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nbcourse.arrays import Array
from nbcourse.plots.activations import activation_slider, plot_activations
from nbcourse.plots.interactive import Interactive

RELU_SIZES = np.array([1.0, 0.5, 0.25])


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    plt.close("all")


def square(x: Array) -> tuple[Array, Array]:
    return x**2, 2 * x


def line(x: Array, slope: float) -> tuple[Array, Array]:
    return slope * x, np.full_like(x, slope)


def sizes(slope: float) -> Array:
    return slope ** np.arange(3.0)


def shown(settings: list[float], start: int = 0) -> Interactive:
    return activation_slider(
        line, sizes, settings, parameter="slope a", name="line", reference=RELU_SIZES,
        caption="A line.", start=start,
    )  # fmt: skip


@pytest.mark.parametrize(("count", "columns"), [(1, 4), (3, 2), (4, 2), (9, 4)])
def test_one_panel_a_curve_with_value_and_derivative(count: int, columns: int) -> None:
    figure = plot_activations({str(i): square for i in range(count)}, columns)
    assert [ax.get_title() for ax in figure.axes] == [str(i) for i in range(count)]
    for ax in figure.axes:
        value, slope = ax.lines[:2]
        x = value.get_xdata()
        assert np.allclose(value.get_ydata(), x**2)
        assert np.allclose(slope.get_ydata(), 2 * x)
        assert value.get_linestyle() != slope.get_linestyle()


def test_no_curve_is_drawn_at_zero_where_rectifiers_have_a_kink() -> None:
    asked: list[Array] = []
    plot_activations({"spy": lambda x: (asked.append(x), square(x))[1]})
    assert not np.any(asked[0] == 0)


def test_curves_are_needed() -> None:
    with pytest.raises(ValueError, match="curves is empty"):
        plot_activations({})


def test_every_position_shows_its_setting() -> None:
    settings = [0.5, 1.0, 2.0]
    for slope, frame in zip(settings, shown(settings).figure.frames, strict=True):
        value, derivative, gradient, relu = frame.data
        assert np.allclose(value.y, slope * np.array(value.x), atol=1e-3)
        assert set(derivative.y) == {slope}
        assert gradient.y == tuple(sizes(slope))
        assert relu.y == tuple(RELU_SIZES)
        assert (value.yaxis, gradient.yaxis) == ("y", "y2")


def test_the_gradient_axis_holds_all_positions() -> None:
    low, high = 10 ** np.array(shown([0.1, 3.0]).figure.layout.yaxis2.range)
    assert low < 0.01
    assert high > 9.0


def test_the_slider_starts_where_it_is_told_and_says_what_it_does_to_the_gradient() -> None:
    slider = shown([0.5, 2.0], start=1)
    assert slider.values == [
        "0.5: gradient × 0.25 after 2 layers",
        "2: gradient × 4 after 2 layers",
    ]
    assert set(slider.figure.data[1].y) == {2.0}
    assert all(value in slider.description for value in slider.values)
