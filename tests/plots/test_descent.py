"""Loss curves with a slider: the right curve at every position, and nothing off the axis."""

import math
from collections.abc import Mapping, Sequence

import pytest

from nbcourse.plots.descent import loss_curves
from nbcourse.plots.interactive import Interactive

RUNS = [{"small": [1.0, 0.9, 0.8], "large": [1.0, 0.5]}, {"small": [2.0], "large": [2.0, 4.0]}]


def shown(runs: Sequence[Mapping[str, Sequence[float]]], **options: float) -> Interactive:
    values = [str(position) for position in range(len(runs))]
    return loss_curves(
        runs, label="scale", values=values, description="Curves", caption="Loss.", **options
    )


def test_every_position_shows_its_own_curves() -> None:
    figure = shown(RUNS).figure
    for frame, run in zip(figure.frames, RUNS, strict=True):
        assert [(curve.name, list(curve.y)) for curve in frame.data] == list(run.items())
        assert all(list(curve.x) == list(range(len(curve.y))) for curve in frame.data)
    assert figure.layout.xaxis.range == (0, 2)


def test_curves_differ_by_more_than_their_color() -> None:
    lines = [curve.line for curve in shown(RUNS).figure.frames[0].data]
    assert len({line.dash for line in lines}) == len({line.color for line in lines}) == 2


@pytest.mark.parametrize(
    ("losses", "expected"),
    [
        ([1.0, 50.0, 2500.0, 1e5, 1.0], [1.0, 50.0, 2500.0, None, None]),  # leaves upward
        ([1.0, 0.01, 1e-4, 1e-6], [1.0, 0.01, 1e-4, None]),  # leaves downward
        ([1.0, math.inf], [1.0, None]),
        ([1.0, math.nan], [1.0, None]),
        ([1.0, 0.0], [1.0, None]),  # has no logarithm
        ([1e-9, 1.0], [1e-9, None]),  # starts outside
    ],
)
def test_a_curve_stops_where_it_leaves_the_axis(
    losses: list[float], expected: list[float | None]
) -> None:
    figure = shown([{"only": losses}], low=1e-3, high=1e3).figure
    assert list(figure.frames[0].data[0].y) == expected
    assert figure.layout.yaxis.range == pytest.approx((-3, 3))


@pytest.mark.parametrize(
    ("runs", "message"),
    [
        ([{"a": [1.0]}, {"b": [1.0]}], "needs the same curves"),
        ([{"a": [1.0], "b": [1.0]}, {"b": [1.0], "a": [1.0]}], "needs the same curves"),
        ([{str(i): [1.0] for i in range(6)}], "at most 5 curves"),
    ],
)
def test_curves_that_cannot_be_told_apart_are_refused(
    runs: list[dict[str, list[float]]], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        shown(runs)
