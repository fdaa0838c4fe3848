"""A small network of step units as its units, with the weights on the lines between them."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import Circle

from nbcourse.arrays import Array
from nbcourse.plots.style import BLACK, BLUE, VERMILLION

_RADIUS = 0.3  # of a unit; columns are 2.2 apart, rows 1.1


def draw_units(
    w1: Array,
    b1: Array,
    w2: Array,
    b2: float,
    *,
    inputs: Sequence[str],
    hidden: Sequence[str],
    output: str,
    weights: bool = True,
    ax: Axes | None = None,
) -> Axes:
    """Draw inputs, hidden units and the output unit of a network with one hidden layer.

    Above a unit stands its bias. A line is solid and blue for a positive weight, dashed and
    vermillion for a negative one, and left out where the weight is 0.

    Parameters
    ----------
    w1 : array (D, H)
    b1 : array (H,)
    w2 : array (H,)
    b2 : number
    inputs, hidden, output : the names written into the units
    weights : whether to write the weights on the lines; where many lines cross, the two kinds of
        line have to say enough
    ax : axes to draw in; a new figure when left out

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        There are not D names for the inputs and H for the hidden units.

    Examples
    --------
    >>> from nbcourse.step_networks import xor_network
    >>> ax = draw_units(
    ...     *xor_network(), inputs=["x1", "x2"], hidden=["OR", "AND"], output="XOR"
    ... )
    >>> [text.get_text() for text in ax.texts][-3:]
    ['b = -1.5', 'XOR', 'b = -0.5']
    >>> plt.close(ax.figure)
    """
    if w1.shape != (len(inputs), len(hidden)):
        raise ValueError(
            f"every unit needs a name; w1 is {w1.shape}, got {len(inputs)} names for the inputs "
            f"and {len(hidden)} for the hidden units"
        )
    if ax is None:
        rows = max(len(inputs), len(hidden))
        ax = plt.figure(figsize=(6.2, 1.1 * rows + 0.5)).add_axes((0.0, 0.0, 1.0, 1.0))
    left, middle, right = _column(0.0, len(inputs)), _column(2.2, len(hidden)), _column(4.4, 1)
    for i, start in enumerate(left):
        for j, end in enumerate(middle):
            _connect(ax, start, end, float(w1[i, j]), weights)
    for j, start in enumerate(middle):
        _connect(ax, start, right[0], float(w2[j]), weights)
    for name, place in zip(inputs, left, strict=True):
        ax.text(*place, name, ha="center", va="center", fontsize=13, color=BLACK, zorder=4)
    for name, place, b in zip(
        [*hidden, output], [*middle, *right], [*map(float, b1), float(b2)], strict=True
    ):
        ax.add_patch(Circle(place, _RADIUS, facecolor="white", edgecolor=BLACK, zorder=3))
        size = 11 if len(name) < 6 else 8.5  # longer names would leave the circle
        ax.text(*place, name, ha="center", va="center", fontsize=size, color=BLACK, zorder=4)
        above = place[0], place[1] + _RADIUS + 0.13
        ax.text(*above, f"b = {b:g}", ha="center", va="center", fontsize=10, color=BLACK, zorder=4)
    low = min(y for _, y in [*left, *middle])
    ax.set(xlim=(-0.5, 4.9), ylim=(low - 0.45, -low + 0.65))
    ax.set_aspect("equal")
    ax.axis("off")
    return ax


def _column(x: float, count: int) -> list[tuple[float, float]]:
    return [(x, 1.1 * ((count - 1) / 2 - i)) for i in range(count)]


def _connect(
    ax: Axes, start: tuple[float, float], end: tuple[float, float], weight: float, label: bool
) -> None:
    if weight == 0:
        return
    color, dash = (BLUE, "-") if weight > 0 else (VERMILLION, "--")
    (x0, y0), (x1, y1) = start, end
    # The line begins beside the unit, or it would run through an input's name.
    share = 0.85 * _RADIUS / ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    x0, y0 = x0 + share * (x1 - x0), y0 + share * (y1 - y0)
    ax.plot([x0, x1], [y0, y1], dash, color=color, linewidth=1.5, zorder=1)
    if label:
        # At a quarter of the way the lines of two units have not crossed yet.
        place = x0 + 0.2 * (x1 - x0), y0 + 0.2 * (y1 - y0)
        plate = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
        ax.text(*place, f"{weight:g}", ha="center", va="center", fontsize=10, color=color,
                bbox=plate, zorder=2)  # fmt: skip
