"""The controls of a neuron move what they say, and the counts are those of the examples."""

import numpy as np
import pytest

from nbcourse.plots.interactive import InteractiveGrid
from nbcourse.plots.neurons import learning_slider, neuron_explorer

BOX = (-1.0, 1.0)
X = np.array([[0.5, 0.0], [0.8, 0.8], [-0.5, 0.0], [-0.8, -0.8], [0.0, 0.0]])
Y = np.array([1, 1, -1, -1, 1])
WORDS = {"description": "A line", "caption": "A neuron."}


@pytest.fixture(scope="module")
def explorer() -> InteractiveGrid:
    return neuron_explorer(
        X, Y, angles=[0, 90, 180], biases=[-1.0, 1.0], length=4.0, box=BOX, start=(1, 1), **WORDS
    )


def test_one_frame_for_each_angle_bias_and_unit(explorer: InteractiveGrid) -> None:
    assert [control.label for control in explorer.controls] == ["angle of w", "bias b", "unit"]
    assert len(explorer.figure.frames) == 3 * 2 * 2
    assert explorer.controls[0].values[1] == "90°"


@pytest.mark.parametrize(
    ("position", "w", "b"),
    [(0, (4, 0), -1), (1, (4, 0), 1), (2, (0, 4), -1), (5, (-4, 0), 1)],
)
@pytest.mark.parametrize("sigmoid", [False, True])
def test_a_frame_shows_its_neuron(
    explorer: InteractiveGrid, position: int, w: tuple[float, float], b: float, sigmoid: bool
) -> None:
    frame = explorer.figure.frames[2 * position + sigmoid]
    *tints, line, texts = frame.data
    on_line = np.column_stack([line.x, line.y]) @ w + b
    assert np.allclose(on_line, 0, atol=4 * 1e-3 * 4)

    wrong = int((Y * (X @ w + b) <= 0).sum())
    assert texts.text[0] == f"{wrong} of 5 wrong"

    # A tint begins where the output is 0.1, 0.5, 0.9; for the step unit these are one place.
    edges = [min(np.column_stack([tint.x, tint.y]) @ w + b) for tint in tints]
    outputs = [1 / (1 + np.exp(-edge)) for edge in edges]
    assert np.allclose(outputs, [0.1, 0.5, 0.9] if sigmoid else 0.5, atol=2e-3)
    assert list(texts.text[1:]) == (["0.1", "0.5", "0.9"] if sigmoid else ["0", "1"])
    scores = np.column_stack([texts.x, texts.y])[1:] @ w + b
    if sigmoid:
        assert np.allclose(1 / (1 + np.exp(-scores)), [0.1, 0.5, 0.9], atol=2e-3)
    else:
        assert scores[0] < 0 < scores[1]


def test_the_first_picture_is_the_one_the_controls_stand_on(explorer: InteractiveGrid) -> None:
    count = len(explorer.figure.frames[0].data)
    shown, frame = explorer.figure.data[:count], explorer.figure.frames[6].data
    assert [(list(a.x), list(a.y)) for a in shown] == [(list(a.x), list(a.y)) for a in frame]


def test_classes_differ_by_more_than_their_color(explorer: InteractiveGrid) -> None:
    first, second = explorer.figure.data[-2:]
    assert first.marker.symbol != second.marker.symbol
    assert (first.name, second.name) == ("label +1", "label -1")
    assert sorted(zip(first.x, first.y, strict=True)) == sorted(map(tuple, X[Y > 0].tolist()))


def test_every_frame_sets_every_moving_trace_anew(explorer: InteractiveGrid) -> None:
    """An empty path would leave the one that was drawn before."""
    for frame in explorer.figure.frames:
        assert all(len(trace.x) == len(trace.y) > 0 for trace in frame.data)


def test_learning_goes_through_the_neurons_in_turn() -> None:
    neurons = [(np.zeros(2), 0.0), (np.array([1.0, 0.0]), 0.0), (np.array([1.0, 0.0]), 0.1)]
    shown = learning_slider(X, Y, neurons, box=BOX, start=2, **WORDS)
    assert shown.values == ["0: 5 of 5 wrong", "1: 1 of 5 wrong", "2: 0 of 5 wrong"]
    assert shown.start == 2
    lines = [frame.data[-2] for frame in shown.figure.frames]
    assert [set(line.x) for line in lines[1:]] == [{0.0}, {-0.1}]
