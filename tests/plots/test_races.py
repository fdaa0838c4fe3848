"""The outcome of a race: sorted by the median, and who did not arrive is seen."""

from collections.abc import Iterator, Mapping, Sequence

import matplotlib.pyplot as plt
import pytest

from nbcourse.plots.races import plot_race

RESULTS = {"slow": [90, 100, 100], "even": [40, 41, 42], "lucky": [10, 60, 61]}


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    plt.close("all")


def test_the_smallest_median_stands_on_top() -> None:
    ax = plot_race(RESULTS, "steps", limit=100)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["even", "lucky", "slow"]
    low, high = ax.get_ylim()
    assert low > high  # row 0 is the upper one


def test_every_seed_is_a_dot_and_those_that_did_not_arrive_are_crosses() -> None:
    ax = plot_race(RESULTS, "steps", limit=100)
    for row, (name, missing) in enumerate((("even", 0), ("lucky", 0), ("slow", 2))):
        dots, crosses = ax.lines[2 * row : 2 * row + 2]
        assert sorted([*dots.get_xdata(), *crosses.get_xdata()]) == sorted(RESULTS[name])
        assert len(crosses.get_xdata()) == missing
        assert dots.get_marker() != crosses.get_marker()
        assert {*dots.get_ydata(), *crosses.get_ydata()} == {row}


def test_a_bar_marks_the_median_of_each() -> None:
    ax = plot_race(RESULTS | {"late": [1, 200, 300]}, "steps", limit=100)
    bars = [bar.get_segments()[0][:, 0].tolist() for bar in ax.collections]
    assert bars == [[41, 41], [60, 60], [100, 100], [200, 200]]
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["even", "lucky", "slow", "late"]


@pytest.mark.parametrize("results", [{}, {"nobody": []}])
def test_a_race_needs_results(results: Mapping[str, Sequence[float]]) -> None:
    with pytest.raises(ValueError, match="at least one"):
        plot_race(results, "steps", limit=100)
