"""The book's style sheets, scripts and MathJax, served locally; plotly.js only where needed.

The files are not in a root ``_static`` folder: Jupyter Book would load every script in it on every
page. plotly.js comes with the plotly package (4.8 MB), so it is written at build time and not kept
in the repository; ``interactive.js`` fetches it when a figure comes near the reader's window.
"""

import os
from pathlib import Path
from typing import Any

from docutils import nodes
from plotly.offline import get_plotlyjs
from sphinx.application import Sphinx
from sphinx.config import Config

ASSETS = Path(__file__).resolve().parents[2] / "_assets"
# Jupyter Book's redirect at the root names no icon, so that a browser asks for /favicon.ico.
ROOT_FILES = ASSETS.parent / "_root"
# As interactive.js names it.
PLOTLY = "plotly.min.js"
# The class that nbcourse.plots puts on a figure with a slider.
INTERACTIVE = 'class="interactive-figure"'


def add_static_files(app: Sphinx, config: Config) -> None:
    generated = Path(app.outdir).parent / ".course_static"
    script, text = generated / PLOTLY, get_plotlyjs()
    # A file that is written again is a new one to Sphinx, and copied.
    if not script.is_file() or script.read_text(encoding="utf-8") != text:
        generated.mkdir(parents=True, exist_ok=True)
        script.write_text(text, encoding="utf-8")
    config.html_static_path += [str(ASSETS), str(generated)]
    config.html_extra_path += [str(ROOT_FILES)]

    repository = os.environ.get("BOOK_REPOSITORY_URL")
    if repository:
        config.html_theme_options["repository_url"] = repository
        config.html_theme_options["use_repository_button"] = True


def add_page_scripts(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    body = context.get("body", "")
    if INTERACTIVE in body:
        app.add_js_file("interactive.js", loading_method="defer")


def setup(app: Sphinx) -> None:
    app.connect("config-inited", add_static_files)
    app.connect("html-page-context", add_page_scripts)
    app.add_css_file("course.css")
    app.add_css_file("icons.css")
