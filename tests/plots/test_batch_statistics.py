"""Statistics by batch size: what is drawn are the batches' own means, spreads and values."""

import numpy as np
import pytest

from nbcourse.arrays import Array
from nbcourse.plots.batch_statistics import batch_draws, batch_statistics_slider

VALUES = np.random.default_rng(1).normal(3.0, 2.0, 400)


def test_the_watched_example_is_in_every_batch() -> None:
    """Then its normalized value times the spread, plus the mean, gives it back."""
    means, stds, normalized = batch_draws(VALUES, 5, 10.0, 50, np.random.default_rng(0))
    assert np.allclose(normalized * np.sqrt(stds**2 + 1e-5) + means, 10.0)
    assert means.shape == stds.shape == (50,)
    assert np.ptp(means) > 0


def test_widths_fall_with_the_root_of_the_size() -> None:
    small, large = (
        batch_draws(VALUES, size, 5.0, 4000, np.random.default_rng(0))[0] for size in (16, 256)
    )
    assert small.std() / large.std() == pytest.approx(4, rel=0.1)
    assert large.std() == pytest.approx(VALUES.std() / 16, rel=0.05)


def center_of(trace: object, heights: Array) -> float:
    return float(np.average(np.array(trace.x), weights=heights))  # type: ignore[attr-defined]


def test_every_frame_holds_histograms_of_all_batches() -> None:
    sizes = [2, 16, 128]
    shown = batch_statistics_slider(
        VALUES, sizes, 5.0, np.random.default_rng(0), caption="c", draws=500, start=1
    )
    assert shown.values == ["2", "16", "128"]
    for frame in shown.figure.frames:
        for trace in frame.data:
            assert sum(trace.y) == pytest.approx(100, abs=2)
    last, traces = shown.figure.frames[-1], shown.figure.data
    centers = [center_of(trace, part.y) for trace, part in zip(traces, last.data, strict=True)]
    truth = [VALUES.mean(), VALUES.std(), (5.0 - VALUES.mean()) / VALUES.std()]
    assert np.allclose(centers, truth, atol=0.12)


def test_two_examples_become_minus_one_and_one() -> None:
    shown = batch_statistics_slider(
        VALUES, [2], 5.0, np.random.default_rng(0), caption="c", draws=500
    )
    heights, x = np.array(shown.figure.frames[0].data[2].y), np.array(shown.figure.data[2].x)
    assert heights[np.abs(np.abs(x) - 1) < 0.1].sum() > 98


def test_the_page_stays_light() -> None:
    sizes = [2, 4, 8, 16, 32, 64, 128, 256, 512]
    shown = batch_statistics_slider(VALUES, sizes, 5.0, np.random.default_rng(0), caption="c")
    assert len(shown._repr_html_().encode()) < 100_000
