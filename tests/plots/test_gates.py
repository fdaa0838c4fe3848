"""The picture of one gate names what goes in, what comes back, and their product."""

import matplotlib.pyplot as plt
import numpy as np

from nbcourse.plots.gates import draw_gate
from nbcourse.plots.style import GRADIENT, VALUE


def test_values_and_gradients_have_their_color_and_fit() -> None:
    ax = draw_gate()
    formulas = {text.get_text(): text for text in ax.texts if text.get_text()}
    assert [t for t in formulas if formulas[t].get_color() == VALUE] == ["$x$", "$y$", "$out$"]
    gradients = [t for t in formulas if formulas[t].get_color() == GRADIENT]
    assert len(gradients) == 3
    assert all(r"\frac{\partial L}{\partial \,out}" in t for t in gradients)

    ax.figure.canvas.draw()
    page = ax.figure.bbox
    for text in formulas.values():
        box = text.get_window_extent()
        assert page.x0 <= box.x0 <= box.x1 <= page.x1
        assert page.y0 <= box.y0 <= box.y1 <= page.y1
    plt.close(ax.figure)


def test_the_given_axes_are_used() -> None:
    figure, ax = plt.subplots()
    assert draw_gate(ax) is ax
    assert np.isclose(ax.get_aspect(), 1.0)
    plt.close(figure)
