"""One gate, with what passes through it in either direction."""

from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import Circle

from nbcourse.plots.style import BLACK, GRADIENT, VALUE


def draw_gate(ax: Axes | None = None) -> Axes:
    r"""Draw a gate ``out = g(x, y)``: values go right, gradients come back left.

    Each input receives the gradient that arrived, :math:`\partial L / \partial out`, times the
    gate's own derivative.

    Parameters
    ----------
    ax : axes to draw in; a new figure when left out

    Returns
    -------
    Axes

    Examples
    --------
    >>> ax = draw_gate()
    >>> [text.get_text() for text in ax.texts][0]
    '$g$'
    >>> plt.close(ax.figure)
    """
    if ax is None:
        ax = plt.figure(figsize=(6.2, 2.7)).add_axes((0.0, 0.0, 1.0, 1.0))
    ax.set_xlim(-4.1, 2.1)
    ax.set_ylim(-1.35, 1.35)
    ax.set_aspect("equal")
    ax.axis("off")
    ax.add_patch(Circle((0, 0), 0.4, facecolor="white", edgecolor=BLACK, linewidth=1.4))
    ax.text(0, 0, "$g$", ha="center", va="center", fontsize=17, color=BLACK)
    arriving = r"\frac{\partial L}{\partial \,out}"
    for side, name in ((1, "x"), (-1, "y")):
        _arrow(ax, (-1.9, side * 1.12), (-0.42, side * 0.32), VALUE)
        _arrow(ax, (-0.5, side * 0.1), (-1.9, side * 0.5), GRADIENT)
        ax.text(-2, side * 1.12, f"${name}$", ha="right", va="center", fontsize=15, color=VALUE)
        local = rf"\frac{{\partial \,out}}{{\partial {name}}}"
        formula = rf"$\frac{{\partial L}}{{\partial {name}}} = {arriving} \cdot {local}$"
        ax.text(-2, side * 0.46, formula, ha="right", va="center", fontsize=15, color=GRADIENT)
    _arrow(ax, (0.45, 0.12), (1.3, 0.12), VALUE)
    _arrow(ax, (1.3, -0.12), (0.45, -0.12), GRADIENT)
    ax.text(1.4, 0.2, "$out$", va="center", fontsize=15, color=VALUE)
    ax.text(1.4, -0.3, f"${arriving}$", va="center", fontsize=17, color=GRADIENT)
    return ax


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], color: str) -> None:
    style: dict[str, Any] = {"arrowstyle": "-|>", "color": color, "linewidth": 1.6}
    ax.annotate("", end, start, arrowprops={**style, "shrinkA": 0, "shrinkB": 0})
