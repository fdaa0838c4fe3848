"""The timeline keeps true distances on its axis and texts apart beside it."""

from collections.abc import Iterator
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nbcourse.plots.timeline import draw_timeline, spread


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    plt.close("all")


@pytest.mark.parametrize(
    ("wanted", "gap", "expected"),
    [
        ([], 1.0, []),
        ([3.0], 1.0, [3.0]),
        ([0.0, 5.0], 1.0, [0.0, 5.0]),
        ([0.0, 0.0], 1.0, [-0.5, 0.5]),
        ([0.0, 0.0, 0.0], 2.0, [-2.0, 0.0, 2.0]),
        # Two pairs that meet once they are spread become one block, centered on all four.
        ([0.0, 0.0, 1.0, 1.0], 1.0, [-1.0, 0.0, 1.0, 2.0]),
    ],
)
def test_places_are_spread_about_what_was_wanted(
    wanted: list[float], gap: float, expected: list[float]
) -> None:
    assert np.allclose(spread(wanted, gap), expected)


def test_spread_places_are_apart_in_order_and_no_worse_than_any_shift() -> None:
    rng = np.random.default_rng(0)
    for _ in range(50):
        wanted = np.sort(rng.uniform(0, 10, 12))
        places = np.array(spread(wanted, 0.7))
        assert (np.diff(places) > 0.7 - 1e-9).all()
        assert abs((places - wanted).mean()) < 1e-9


EVENTS = [
    (1957, "unit", "perceptron"),
    (1960, "unit", "ADALINE"),
    (1960, "result", "Mark I"),
    (1986, "rule", "backpropagation"),
]


def test_each_event_has_its_year_its_text_and_the_mark_of_its_kind() -> None:
    ax = draw_timeline(EVENTS, height=4.0)
    assert [text.get_text() for text in ax.texts] == [f"{y}  {text}" for y, _, text in EVENTS]
    marks = [line for line in ax.lines if line.get_marker() not in ("None", "")]
    assert len(marks) == 4
    kinds = {(line.get_marker(), line.get_color()) for line in marks}
    assert len(kinds) == 3
    legend = [text.get_text() for text in ax.figure.legends[0].get_texts()]
    assert legend == ["unit", "result", "rule"]


def test_leading_lines_start_at_the_true_year() -> None:
    ax = draw_timeline(EVENTS, height=4.0)
    starts = [line.get_ydata()[0] for line in ax.lines if len(line.get_xdata()) == 4]
    assert starts == [1957, 1960, 1960, 1986]
    low, high = ax.get_ylim()
    assert low > 1986 > 1957 > high


def test_texts_do_not_overlap() -> None:
    ax = draw_timeline([(1990, "unit", f"event {i}") for i in range(12)], height=5.0)
    ax.figure.canvas.draw()
    boxes = sorted((t.get_window_extent() for t in ax.texts), key=lambda box: box.y0)
    assert all(below.y1 <= above.y0 for below, above in pairwise(boxes))


@pytest.mark.parametrize(
    ("events", "message"),
    [
        ([(1960, "a", "x"), (1957, "a", "y")], "in the order of time"),
        ([(1960 + i, str(i), "x") for i in range(6)], "at most 5 kinds"),
        ([(1960 + i, "a", "x") for i in range(30)], "30 events need a height of 8.5 inches, got 7"),
    ],
)
def test_events_that_cannot_be_drawn_are_refused(
    events: list[tuple[float, str, str]], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        draw_timeline(events)
