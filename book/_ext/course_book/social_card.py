"""The picture that stands for the course where a link to it is shown: 1200 by 630, drawn by code.

Only a site that knows its address has it, since the picture's own address has to be complete.
"""

import io
from pathlib import Path

from sphinx.application import Sphinx

SIZE = (1200, 630)
NAME = "social-card.png"
ADDRESS = f"_static/{NAME}"
ALTERNATIVE = (
    "Training neural networks. The graph of f = (x + y) z with its values in blue above the nodes "
    "and the gradients in vermilion below them."
)
LINES = (
    "Write every backward pass yourself.",
    "A check names your mistake.",
)
INK, MUTED = "#1b1b1b", "#555555"


def draw(title: str) -> bytes:
    """The card as PNG."""
    # Here, since matplotlib takes a second to load, and most builds draw no card.
    import matplotlib.pyplot as plt

    from nbcourse.graph import backward, variable
    from nbcourse.plots import draw_graph
    from nbcourse.plots.style import GRADIENT, VALUE

    with plt.rc_context({"font.family": "DejaVu Sans", "savefig.bbox": None}):
        figure = plt.figure(figsize=(SIZE[0] / 100, SIZE[1] / 100), dpi=100, facecolor="white")
        background = figure.add_axes((0, 0, 1, 1))
        background.set_axis_off()
        background.set(xlim=(0, SIZE[0]), ylim=(0, SIZE[1]))
        background.axvspan(0, 14, color=VALUE)
        background.axvspan(14, 28, color=GRADIENT)

        x, y, z = variable(-2.0, "x"), variable(5.0, "y"), variable(-4.0, "z")
        f = (x + y) * z
        graph = figure.add_axes((0.5, 0.1, 0.47, 0.8))
        draw_graph(f, backward(f), ax=graph)
        graph.set_facecolor("none")
        # The graph is drawn in inches, for a page: as many times larger as it fits.
        for text in graph.texts:
            text.set_fontsize(float(text.get_fontsize()) * 1.75)
        for shape in graph.patches:
            shape.set_linewidth(shape.get_linewidth() * 1.75)

        words = "\n".join(title.rsplit(" ", title.count(" ") // 2 or 1))
        background.text(88, 470, words, fontsize=44, weight="bold", color=INK, va="center",
                        linespacing=1.25)  # fmt: skip
        for row, line in enumerate(LINES):
            background.text(88, 310 - 46 * row, line, fontsize=21, color=MUTED, va="center")
        background.text(88, 110, "values flow forward", fontsize=21, color=VALUE, va="center")
        background.text(88, 66, "gradients flow back", fontsize=21, color=GRADIENT, va="center",
                        weight="bold")  # fmt: skip
        picture = io.BytesIO()
        # Without the version of matplotlib the same card has the same bytes.
        figure.savefig(picture, format="png", dpi=100, metadata={"Software": None})
        plt.close(figure)
    return picture.getvalue()


def write(app: Sphinx, exception: Exception | None) -> None:
    """Put the card beside the site's other files, or remove that of an earlier build."""
    if exception is not None or app.builder.format != "html":
        return
    card = Path(app.outdir) / ADDRESS
    if app.config.html_baseurl:
        card.write_bytes(draw(app.config.html_title))
    else:
        card.unlink(missing_ok=True)


def setup(app: Sphinx) -> None:
    app.connect("build-finished", write)
