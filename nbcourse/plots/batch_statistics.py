"""What a batch knows of the mean and the spread of a unit, by the size of the batch."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from nbcourse.arrays import Array
from nbcourse.plots.interactive import Interactive
from nbcourse.plots.style import BLACK, BLUE, GREEN, VERMILLION

_TITLES = (
    "mean of the batch",
    "standard deviation of the batch",
    "one example, normalized by its batch",
)
_BINS = 60


def batch_draws(
    values: Array, size: int, example: float, draws: int, rng: np.random.Generator
) -> tuple[Array, Array, Array]:
    """Mean and standard deviation of many batches, and what one example becomes in each.

    The example is the first of each batch, the others are drawn with replacement.

    Parameters
    ----------
    values : array (N,), a unit's value on every example
    size : examples in a batch, with the one that is watched
    example : the unit's value on that one
    draws : number of batches
    rng : draws the companions

    Returns
    -------
    means, stds, normalized : arrays (draws,)

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> means, stds, normalized = batch_draws(np.array([-30.0, 20.0, 40.0]), 2, 1.0, 5, rng)
    >>> np.allclose(abs(normalized), 1)
    True
    """
    batches = rng.choice(values, (draws, size))
    batches[:, 0] = example
    means, stds = batches.mean(axis=1), batches.std(axis=1)
    return means, stds, (example - means) / np.sqrt(stds**2 + 1e-5)


def batch_statistics_slider(
    values: Array,
    sizes: Sequence[int],
    example: float,
    rng: np.random.Generator,
    *,
    caption: str,
    start: int = 0,
    draws: int = 2000,
) -> Interactive:
    """Histograms of a batch's mean, its spread and one normalized example, by batch size.

    Parameters
    ----------
    values : array (N,), a unit's value on every example
    sizes : batch sizes, one for each position of the slider
    example : the unit's value on the example that is watched
    rng : draws the batches
    caption : the sentence under the figure
    start : the position shown first
    draws : batches for each size

    Returns
    -------
    Interactive

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> shown = batch_statistics_slider(
    ...     rng.standard_normal(500), [2, 32], 1.0, rng, caption="Batches.", draws=100
    ... )
    >>> shown.values
    ['2', '32']
    """
    center, spread = float(values.mean()), float(values.std())
    truth = (center, spread, (example - center) / spread)
    ranges = (
        (center - 2.5 * spread, center + 2.5 * spread),
        (0.0, 2.5 * spread),
        (truth[2] - 2.5, truth[2] + 2.5),
    )
    frames = []
    for size in sizes:
        parts = batch_draws(values, size, example, draws, rng)
        heights = [_shares(part, between) for part, between in zip(parts, ranges, strict=True)]
        frames.append(go.Frame(data=[go.Scatter(y=h) for h in heights], traces=[0, 1, 2]))
    figure = make_subplots(rows=3, cols=1, vertical_spacing=0.14, subplot_titles=_TITLES)
    for row, (between, color) in enumerate(
        zip(ranges, (BLUE, GREEN, VERMILLION), strict=True), start=1
    ):
        edges = np.linspace(*between, _BINS + 1)
        centers = [float(f"{x:.4g}") for x in (edges[:-1] + edges[1:]) / 2]
        bars = go.Scatter(
            x=centers,
            mode="lines",
            fill="tozeroy",
            line={"shape": "hvh", "width": 1.5, "color": color},
        )
        figure.add_trace(bars, row=row, col=1)
        figure.update_xaxes(range=between, row=row, col=1)
    figure.update_yaxes(range=[0, 45], title="% of batches")
    # Two examples leave only two values, and each of the bars must fit.
    figure.update_yaxes(range=[0, 90], row=3, col=1)
    for row, x in enumerate(truth, start=1):
        figure.add_vline(x=x, row=row, col=1, line={"color": BLACK, "dash": "dash", "width": 2})
    figure.update(frames=frames)
    figure.update_layout(height=620, showlegend=False)
    return Interactive(
        figure,
        label="batch size",
        values=[str(size) for size in sizes],
        description=(
            f"Three histograms over {draws:,} batches, each with a dashed line at the value for "
            "all examples. On top the mean of the batch, in the middle its standard deviation, "
            "below what one example becomes after normalizing. At batch size 2 the means spread "
            "widely, the standard deviation is mostly far too small, and the example is always at "
            "-1 or 1. As the size grows all three gather at the dashed lines; from 8 to 32 to 128 "
            "each width halves."
        ),
        caption=caption,
        start=start,
    )


def _shares(values: Array, between: tuple[float, float]) -> list[float]:
    """Per cent of the values in each bin; what lies outside goes into the last one."""
    inside = np.clip(values, *between)
    counts, _ = np.histogram(inside, bins=_BINS, range=between)
    shares: list[float] = np.round(100 * counts / len(values), 1).tolist()
    return shares
