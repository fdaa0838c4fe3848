"""The book's own Sphinx extension: fresh outputs, local assets, and the course's directives.

Each module adds one thing and has its own ``setup``.
"""

import gc
import os
from typing import Any

from sphinx.application import Sphinx

from course_book import (
    assets,
    benchmarks,
    course_path,
    descriptions,
    downloads,
    freshness,
    graph_player,
    markup,
    not_found,
    notes,
    progress,
    quiz,
    root_page,
    search,
    sheet,
    sitemap,
    social_card,
    source_maps,
    storage,
    streams,
)

PARTS = (
    freshness,
    assets,
    storage,
    notes,
    quiz,
    progress,
    sheet,
    graph_player,
    benchmarks,
    streams,
    markup,
    root_page,
    descriptions,
    social_card,
    source_maps,
    sitemap,
    not_found,
    course_path,
    downloads,
    search,
)


def setup(app: Sphinx) -> dict[str, Any]:
    # Notebooks inherit it. Matrices of this size are multiplied sooner by one thread, and many
    # times sooner when another program has the other processor.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # A backend that is set for matplotlib would take the place of the notebook's own, and no page
    # would have a figure.
    os.environ.pop("MPLBACKEND", None)
    # Nearly all that a build makes stays until its end: to look through it for garbage as often as
    # Python does by itself takes a sixth of the time.
    gc.set_threshold(200_000, 50, 50)
    for part in PARTS:
        part.setup(app)
    # A higher version has all pages read again: progress.py collects what is on them.
    return {"env_version": 2, "parallel_read_safe": True, "parallel_write_safe": True}
