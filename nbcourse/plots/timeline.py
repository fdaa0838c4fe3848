"""A timeline that runs down the page, with the years at their true distance."""

import math
from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from nbcourse.plots.style import BLACK, COLORS, GREY

Event = tuple[float, str, str]  # year, kind, text

_MARKERS = "osD^v"
_TEXT_HEIGHT = 0.25  # inches of the figure that a line of text takes
_MARGINS = 0.5  # inches above and below the axis


def spread(wanted: Sequence[float], gap: float) -> list[float]:
    """Places close to the wanted ones, in the same order, and at least ``gap`` apart.

    Neighbors that would overlap are merged into a block, which is centered on the mean of what its
    members want; blocks that meet are merged in turn.

    Parameters
    ----------
    wanted : places, rising
    gap : least distance between two

    Returns
    -------
    list, as long as ``wanted``

    Examples
    --------
    >>> spread([0.0, 10.0, 10.5], gap=2.0)
    [0.0, 9.25, 11.25]
    """
    blocks: list[tuple[float, int]] = []  # where the first member of a block stands, and how many
    for place in wanted:
        first, count = place, 1
        while blocks and first < blocks[-1][0] + blocks[-1][1] * gap:
            before, members = blocks.pop()
            # Each member asks for a first place of its own; the mean of these is the best one.
            first = (members * before + count * (first - members * gap)) / (members + count)
            count += members
        blocks.append((first, count))
    return [first + i * gap for first, count in blocks for i in range(count)]


def draw_timeline(events: Sequence[Event], *, height: float = 7.0) -> Axes:
    """Draw events beside a vertical axis of years; where they crowd, lines lead to the texts.

    Parameters
    ----------
    events : (year, kind, text) in the order of time; each kind gets a color and a marker, at most
        five kinds
    height : of the figure, in inches

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        The events are not in the order of time, of more than five kinds, or too many for the
        height.

    Examples
    --------
    >>> ax = draw_timeline([(1957, "unit", "perceptron"), (1986, "rule", "backpropagation")])
    >>> [text.get_text() for text in ax.texts]
    ['1957  perceptron', '1986  backpropagation']
    >>> plt.close(ax.figure)
    """
    years = [year for year, _, _ in events]
    if years != sorted(years):
        raise ValueError(f"events must be in the order of time, got the years {years}")
    kinds = list(dict.fromkeys(kind for _, kind, _ in events))
    if len(kinds) > len(_MARKERS):
        raise ValueError(f"at most {len(_MARKERS)} kinds can be told apart, got {len(kinds)}")
    needed = _TEXT_HEIGHT * (len(events) + 2) + _MARGINS
    if height < needed:
        raise ValueError(f"{len(events)} events need a height of {needed:g} inches, got {height:g}")
    figure, ax = plt.subplots(figsize=(6.4, height), layout="constrained")
    first, last = years[0] - 2, years[-1] + 2
    low, high = first, last
    # Texts that spread past the ends of the axis lengthen it, and so the gap that they need.
    for _ in range(10):
        gap = _TEXT_HEIGHT * (high - low) / (height - _MARGINS)
        places = spread(years, gap)
        low, high = min(first, places[0] - gap), max(last, places[-1] + gap)
    ax.plot([0, 0], [first, last], color=GREY, linewidth=1.5, zorder=1)
    named: set[str] = set()  # kinds that the legend has already
    for (year, kind, text), place in zip(events, places, strict=True):
        number = kinds.index(kind)
        ax.plot([0, 0.06, 0.11, 0.14], [year, year, place, place], color=GREY, linewidth=0.8)
        # The marker stands at the text: on the axis those of one year would cover each other.
        ax.plot(0.14, place, _MARKERS[number], color=COLORS[number], markersize=7, zorder=3,
                label="_" if kind in named else kind)  # fmt: skip
        named.add(kind)
        ax.text(0.165, place, f"{year:g}  {text}", va="center", fontsize=9.5, color=BLACK)
    ax.set(xlim=(-0.04, 1.0), ylim=(high, low))
    decades = range(10 * math.ceil(low / 10), math.floor(high) + 1, 10)
    ax.set_yticks(decades)  # one outside would stretch the axis
    ax.set_xticks([])
    ax.grid(False)
    for side in ("bottom", "left"):
        ax.spines[side].set_visible(False)
    figure.legend(loc="outside upper left", ncols=len(kinds), fontsize=9.5, columnspacing=1.2)
    return ax
