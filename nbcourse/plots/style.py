"""One look for all figures: colors that everyone can tell apart, quiet axes."""

from typing import Any

import matplotlib.pyplot as plt
from cycler import cycler

#: Okabe and Ito's palette (2008), told apart under every common kind of color blindness.
BLUE, ORANGE, GREEN, VERMILLION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
PURPLE, SKY, BLACK, GREY = "#CC79A7", "#56B4E9", "#1b1b1b", "#8a8a8a"
COLORS = (BLUE, VERMILLION, GREEN, ORANGE, PURPLE, SKY, BLACK)

#: Values flow forward in one color, gradients flow back in the other, on every page.
VALUE, GRADIENT = BLUE, VERMILLION

_SETTINGS: dict[str, Any] = {
    "figure.figsize": (6.4, 3.8),
    "figure.dpi": 110,
    "savefig.bbox": "tight",
    "font.size": 10.5,
    "axes.prop_cycle": cycler(color=COLORS),
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e6e6e6",
    "axes.axisbelow": True,
    "lines.linewidth": 1.8,
    "legend.frameon": False,
}


def use_style() -> None:
    """Set the course's look for all matplotlib figures that follow.

    >>> use_style()
    >>> plt.rcParams["axes.spines.top"]
    False
    """
    plt.style.use(_SETTINGS)
