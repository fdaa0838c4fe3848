"""The order of what the search finds: chapters before the reference (search-scorer.js)."""

from sphinx.application import Sphinx
from sphinx.config import Config

from course_book.assets import ASSETS


def choose_scorer(app: Sphinx, config: Config) -> None:
    config["html_search_scorer"] = str(ASSETS / "search-scorer.js")


def setup(app: Sphinx) -> None:
    app.connect("config-inited", choose_scorer)
