"""The figures of the loss along the gradient show the numbers that were measured."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nbcourse.loss_landscape import AlongGradient
from nbcourse.plots.landscape import landscape_explorer, plot_smoothness


def way(start: float, *losses: float) -> AlongGradient:
    steps = np.arange(1.0, len(losses) + 1)
    return AlongGradient(steps, start, np.array(losses), 2.0, 3.0 * steps)


WAYS = {
    "plain": [way(2.0, 1.0, 4.0), way(1.0, 500.0, 0.5)],
    "batch norm": [way(2.0, 1.0, 0.5), way(0.5, 0.4, 0.3)],
}


def test_each_panel_draws_its_measurement_of_every_network() -> None:
    figure = plot_smoothness(WAYS, at=[0, 5])
    for ax, name in zip(
        figure.axes, ("loss_range", "gradient_change", "effective_beta"), strict=True
    ):
        for line, (label, along) in zip(ax.get_lines(), WAYS.items(), strict=True):
            assert line.get_label() == label
            assert list(line.get_xdata()) == [0, 5]
            assert list(line.get_ydata()) == pytest.approx([getattr(w, name) for w in along])
    plt.close(figure)


def test_a_frame_holds_the_losses_of_its_case_and_step() -> None:
    shown = landscape_explorer(
        {"ReLU": WAYS, "tanh": {name: along[::-1] for name, along in WAYS.items()}},
        [0, 5], description="Losses.", caption="Steps.", start=1,
    )  # fmt: skip
    assert [list(control.values) for control in shown.controls] == [["ReLU", "tanh"], ["0", "5"]]
    frames = shown.figure.frames
    assert frames[0].data[0].y == (1.0, 0.5, 2.0)
    assert frames[1].data[1].y == (1.0, 0.8, 0.6)
    assert frames[1].data[0].y == (1.0, 100.0, 0.5), "cut where nobody looks"
    assert frames[2].data[1].y == frames[1].data[1].y
    assert shown.figure.data[0].y == frames[1].data[0].y


def test_networks_are_told_apart_and_their_steps_are_those_that_were_taken() -> None:
    shown = landscape_explorer({"ReLU": WAYS}, [0, 5], description="Losses.", caption="Steps.")
    plain, norm = shown.figure.data
    assert [plain.name, norm.name] == list(WAYS)
    assert plain.line.dash != norm.line.dash
    assert plain.x == norm.x == (0.0, 1.0, 2.0)
    assert shown.figure.layout.xaxis.range[1] >= 2.0


def test_more_networks_than_can_be_told_apart_are_refused() -> None:
    ways = {str(number): WAYS["plain"] for number in range(5)}
    with pytest.raises(ValueError, match="at most 4 networks can be told apart, got 5"):
        plot_smoothness(ways, at=[0, 5])
    with pytest.raises(ValueError, match="at most 4 networks can be told apart, got 5"):
        landscape_explorer({"ReLU": ways}, [0, 5], description="Losses.", caption="Steps.")
