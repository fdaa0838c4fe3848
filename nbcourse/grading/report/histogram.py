"""The distribution of the scores, counted and drawn as an SVG picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from math import ceil

MOST_BINS = 12
WIDTH, HEIGHT, TOP, BOTTOM, SIDE = 480, 210, 24, 42, 14


@dataclass(frozen=True)
class Bin:
    """The scores from ``low`` up to ``high``, which is in it in the last bin alone."""

    low: float
    high: float
    count: int

    @property
    def label(self) -> str:
        """The range in words."""
        return f"{self.low:g} to {self.high:g}"


@dataclass(frozen=True)
class Bar:
    """A bin's bar in the picture, and its count above it."""

    x: float
    y: float
    width: float
    height: float
    count: int


@dataclass(frozen=True)
class Histogram:
    """The bins, and where everything stands in the picture.

    Parameters
    ----------
    bins, bars
        What was counted and how it is drawn.
    ticks
        Position and text of the marks below the bars.
    mean
        Position of the mean.
    """

    bins: tuple[Bin, ...]
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    mean: float
    width: int = WIDTH
    height: int = HEIGHT
    top: int = TOP
    base: int = HEIGHT - BOTTOM

    @property
    def description(self) -> str:
        """The picture in words."""
        return "; ".join(f"{each.label} points: {each.count}" for each in self.bins)


def score_bins(scores: Sequence[float], max_score: float) -> list[Bin]:
    """Count scores in at most twelve bins of a round width; none where there are no points.

    Examples
    --------
    >>> [(each.label, each.count) for each in score_bins([0, 1, 2.5, 3], 3)][-2:]
    [('2 to 2.5', 0), ('2.5 to 3', 2)]
    """
    if not scores or max_score <= 0:
        return []
    width = _round_width(max_score)
    # What is a rounding error past a boundary has not passed it.
    places = [int(score / width + 1e-9) for score in scores]
    last = ceil(max_score / width - 1e-9) - 1
    found = [min(place, last) for place in places]
    edges = [width * place for place in range(last + 1)] + [max_score]
    return [Bin(edges[k], edges[k + 1], found.count(k)) for k in range(last + 1)]


def draw_histogram(scores: Sequence[float], max_score: float) -> Histogram | None:
    """Place the bars of a histogram; None where there is nothing to draw.

    Examples
    --------
    >>> draw_histogram([1.0, 3.0], 4.0).mean == WIDTH / 2
    True
    """
    bins = score_bins(scores, max_score)
    if not bins:
        return None
    tallest = max(each.count for each in bins)
    base = HEIGHT - BOTTOM

    def place(score: float) -> float:
        return round(SIDE + (WIDTH - 2 * SIDE) * score / max_score, 1)

    bars = []
    for each in bins:
        height = round((base - TOP) * each.count / tallest, 1)
        x, end = place(each.low) + 2, place(each.high) - 2
        bars.append(Bar(round(x, 1), base - height, round(end - x, 1), height, each.count))
    edges = [each.low for each in bins] + [bins[-1].high]
    ticks = tuple((place(edge), f"{edge:g}") for edge in edges)
    return Histogram(tuple(bins), tuple(bars), ticks, place(sum(scores) / len(scores)))


def _round_width(max_score: float) -> float:
    """The smallest of 0.01, 0.02, 0.05, 0.1, ... that needs no more than ``MOST_BINS`` bins."""
    widths = (step * 10.0**power for power in count(-2) for step in (1, 2, 5))
    return next(width for width in widths if max_score / width <= MOST_BINS)
