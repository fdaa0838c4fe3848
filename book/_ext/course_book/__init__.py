"""The book's own Sphinx extension: fresh outputs, local assets, and the course's directives.

Each module adds one thing and has its own ``setup``.
"""

import os

from sphinx.application import Sphinx

from course_book import assets, benchmarks, freshness, graph_player, notes, quiz, sheet, streams


def setup(app: Sphinx) -> dict[str, bool]:
    # Notebooks inherit it. Matrices of this size are multiplied sooner by one thread, and many
    # times sooner when another program has the other processor.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # A backend that is set for matplotlib would take the place of the notebook's own, and no page
    # would have a figure.
    os.environ.pop("MPLBACKEND", None)
    for part in (freshness, assets, notes, quiz, sheet, graph_player, benchmarks, streams):
        part.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
