"""Figures of a gradient check: what its one number says, and where in a graph it goes wrong."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from nbcourse.graph import Node, ancestors
from nbcourse.plots.graphs import draw_graph
from nbcourse.plots.style import GREEN, VERMILLION

# Where an error of exactly 0 is put on a logarithmic axis.
_FLOOR = 1e-13


def plot_relative_errors(
    cases: Mapping[str, tuple[float, bool]], good: float = 1e-7, wrong: float = 1e-3
) -> Axes:
    """Relative errors of several gradients on one logarithmic axis, with the two thresholds.

    A green disc is a gradient that is right, a vermillion cross one that is wrong. A criterion
    without blind spots would have all discs on the left and all crosses on the right.

    Parameters
    ----------
    cases : label -> (relative error, whether the gradient is right); an error of 0 stands at the
        left end
    good, wrong : below the first the criterion is content, above the second it is not

    Returns
    -------
    Axes

    Examples
    --------
    >>> ax = plot_relative_errors({"exact": (0.0, True), "sign": (1.0, False)})
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['exact', 'sign']
    >>> plt.close(ax.figure)
    """
    figure, ax = plt.subplots(figsize=(7.0, 0.33 * len(cases) + 1.2), layout="constrained")
    ax.axvspan(_FLOOR / 10, good, color=GREEN, alpha=0.10, linewidth=0)
    ax.axvspan(wrong, 10.0, color=VERMILLION, alpha=0.10, linewidth=0)
    for x, words in ((_FLOOR, "good"), (2 * good, "look again"), (2 * wrong, "wrong, it says")):
        ax.text(x, -0.75, words, fontsize=9.5, color="#444444", va="center")
    for row, (error, right) in enumerate(cases.values()):
        ax.plot(max(error, _FLOOR), row, "o" if right else "X", markersize=8 if right else 9,
                color=GREEN if right else VERMILLION)  # fmt: skip
    for right, marker, words in ((True, "o", "right gradient"), (False, "X", "wrong gradient")):
        color = GREEN if right else VERMILLION
        ax.plot([], [], marker, color=color, markersize=8, label=words)
    ax.set(xscale="log", xlim=(_FLOOR / 3, 5.0), ylim=(len(cases) - 0.4, -1.2))
    ax.set_yticks(range(len(cases)), list(cases))
    ax.set_xlabel("relative error")
    ax.grid(False, axis="y")
    figure.legend(loc="outside upper right", ncols=2)
    return ax


def draw_verdicts(output: Node, errors: Mapping[Node, float], tol: float = 1e-6) -> Axes:
    """Draw a graph and mark every node whose gradient is wrong.

    Above a node stands its value, below it the relative error of its gradient: a green check mark
    up to ``tol``, a vermillion cross beyond.

    Parameters
    ----------
    output : the node at the right end
    errors : node -> relative error of its gradient, for every node of the graph
    tol : a gradient is wrong when its error exceeds this

    Returns
    -------
    Axes

    Examples
    --------
    >>> from nbcourse.graph import variable
    >>> x = variable(2.0, "x")
    >>> f = x * x
    >>> ax = draw_verdicts(f, {x: 0.5, f: 1e-11})
    >>> [text.get_text() for text in ax.texts[::3]], [text.get_text() for text in ax.texts[2::3]]
    (['×', 'x'], ['✓ 1e-11', '✗ 0.50'])
    >>> plt.close(ax.figure)
    """
    ax = draw_graph(output, errors)
    boxes = [patch for patch in ax.patches if isinstance(patch, FancyBboxPatch)]
    # draw_graph writes three texts a node: its label, its value, and here its error.
    verdicts = ax.texts[2::3]
    for node, box, verdict in zip(ancestors(output), boxes, verdicts, strict=True):
        right = errors[node] <= tol  # NaN is larger than nothing, and counts as wrong
        color = GREEN if right else VERMILLION
        size = f"{errors[node]:.0e}" if errors[node] < 0.005 else f"{errors[node]:.2f}"
        verdict.set(text=f"{'✓' if right else '✗'} {size}", color=color, fontsize=10)
        box.set(edgecolor=color, linewidth=1.6 if right else 2.6)
    return ax
